use kernel::{Id, Time};
use serde_json::Value;

use super::CheckSettings;
use crate::guard::Reach;

/// The id of a check.
pub type CheckId = Id<CheckDefinition>;
/// The id of the resource that a check is about.
pub type ResourceId = resources::ResourceId;

/// What is asked of which resource, and how often.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckDefinition {
    /// Its id.
    pub id: CheckId,
    /// The resource that is asked.
    pub resource_id: ResourceId,
    /// What may be changed of it.
    pub settings: CheckSettings,
    /// Who made it: `manual`, or the part that found it, such as `discovery`.
    pub source: String,
    /// Whether it may reach the machine that the server runs on: whoever said what it asks may
    /// check everywhere.
    pub own_machine: Reach,
    /// Grows by one with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// A check that somebody wants; what is not given takes its default.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckDraft {
    /// The resource that is to be asked.
    pub resource_id: ResourceId,
    /// What people call it; unique on the resource.
    pub name: String,
    /// How to ask: the name of a protocol.
    pub protocol: String,
    /// What to ask, in the protocol's own terms.
    pub spec: Value,
    /// Seconds between two runs; 60 by default.
    pub interval_s: Option<u32>,
    /// Seconds between two attempts while a problem is not yet certain; a quarter of the interval
    /// by default.
    pub retry_interval_s: Option<u32>,
    /// How long one run may take, in seconds; 10 by default.
    pub timeout_s: Option<f64>,
    /// How many bad answers in a row make a problem certain; 3 by default.
    pub attempts_max: Option<u32>,
    /// Whether it runs; it does by default.
    pub enabled: Option<bool>,
    /// Who made it: `manual`, or the part that found it, such as `discovery`.
    pub source: String,
    /// Whether it may reach the machine that the server runs on, whoever wants it: what the server
    /// itself has found there. It may not by default.
    pub own_machine: Reach,
}

impl CheckDraft {
    /// A draft with every default.
    pub fn new(
        resource_id: ResourceId,
        name: impl Into<String>,
        protocol: impl Into<String>,
        spec: Value,
    ) -> Self {
        Self {
            resource_id,
            name: name.into(),
            protocol: protocol.into(),
            spec,
            interval_s: None,
            retry_interval_s: None,
            timeout_s: None,
            attempts_max: None,
            enabled: None,
            source: "manual".to_owned(),
            own_machine: Reach::Refused,
        }
    }

    /// The settings it stands for, not yet checked.
    #[must_use]
    pub fn settings(&self) -> CheckSettings {
        let interval_s = self.interval_s.unwrap_or(60);
        CheckSettings {
            name: self.name.trim().to_owned(),
            protocol: self.protocol.clone(),
            spec: self.spec.clone(),
            interval_s,
            retry_interval_s: self.retry_interval_s.unwrap_or((interval_s / 4).max(1)),
            timeout_s: self.timeout_s.unwrap_or(10.0),
            attempts_max: self.attempts_max.unwrap_or(3),
            enabled: self.enabled.unwrap_or(true),
        }
    }
}

/// What somebody wants changed of a check; what is not given stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CheckPatch {
    /// Its name.
    pub name: Option<String>,
    /// How to ask.
    pub protocol: Option<String>,
    /// What to ask.
    pub spec: Option<Value>,
    /// Seconds between two runs.
    pub interval_s: Option<u32>,
    /// Seconds between two attempts while a problem is not yet certain.
    pub retry_interval_s: Option<u32>,
    /// How long one run may take, in seconds.
    pub timeout_s: Option<f64>,
    /// How many bad answers in a row make a problem certain.
    pub attempts_max: Option<u32>,
    /// Whether it runs.
    pub enabled: Option<bool>,
}

impl CheckPatch {
    /// `settings` with the changes, not yet checked.
    #[must_use]
    pub fn applied_to(self, settings: &CheckSettings) -> CheckSettings {
        let interval_s = self.interval_s.unwrap_or(settings.interval_s);
        CheckSettings {
            name: self.name.map_or_else(|| settings.name.clone(), |name| name.trim().to_owned()),
            protocol: self.protocol.unwrap_or_else(|| settings.protocol.clone()),
            spec: self.spec.unwrap_or_else(|| settings.spec.clone()),
            interval_s,
            // A shorter interval pulls the retry interval along, unless one was asked for.
            retry_interval_s: self
                .retry_interval_s
                .unwrap_or_else(|| settings.retry_interval_s.min(interval_s.max(1))),
            timeout_s: self.timeout_s.unwrap_or(settings.timeout_s),
            attempts_max: self.attempts_max.unwrap_or(settings.attempts_max),
            enabled: self.enabled.unwrap_or(settings.enabled),
        }
    }
}
