use kernel::{FieldFault, Id, Text, Time};
use notify::WayOrder;
use serde::{Deserialize, Serialize};

use super::{
    alert::Alert,
    matcher::{self, Matcher, all_fit},
    severity::Severity,
};

/// Recipients of one policy at most.
const RECIPIENTS_MAX: usize = 20;
/// Chains of one policy at most.
const CHAINS_MAX: usize = 5;
/// Units or regions of one policy at most.
const PLACES_MAX: usize = 50;
/// Nobody is reminded more often than this, in seconds.
const REPEAT_MIN_S: u32 = 300;
const REPEAT_MAX_S: u32 = 7 * 86_400;

/// The id of a policy.
pub(crate) type PolicyId = Id<Policy>;

/// Who is told of which incidents.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Policy {
    /// Its id.
    pub(crate) id: PolicyId,
    /// What it says.
    pub(crate) content: PolicyDraft,
    /// Grows by one with every change.
    pub(crate) version: i64,
    /// When it was made.
    pub(crate) created_at: Time,
    /// When it was last changed.
    pub(crate) updated_at: Time,
}

/// What a policy says. An incident fits when one of its open alerts fits all that is said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PolicyDraft {
    /// What people call it.
    pub(crate) name: String,
    /// Whether it counts.
    pub(crate) enabled: bool,
    /// Alerts that are at least so bad.
    pub(crate) severity_min: Severity,
    /// With such labels.
    pub(crate) matchers: Vec<Matcher>,
    /// On resources of these units and those below them; anywhere when empty.
    pub(crate) unit_ids: Vec<String>,
    /// In these regions and those below them; anywhere when empty.
    pub(crate) region_ids: Vec<String>,
    /// Who is told.
    pub(crate) recipients: Vec<Recipient>,
    /// By which chains people are called until somebody answers.
    #[serde(default)]
    pub(crate) chains: Vec<ChainRef>,
    /// They are told again after so many seconds while nobody cares; never when not given.
    pub(crate) repeat_s: Option<u32>,
    /// By which ways recipients that are people are told, one after another; as they prefer when
    /// `None`.
    #[serde(default)]
    pub(crate) order: Option<WayOrder>,
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Recipient {
    /// `person`, `user`, `post`, `channel`, `mail` or `sms`.
    pub(crate) kind: String,
    /// The id or the address.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
}

/// A chain of escalation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct ChainRef {
    /// Its id.
    pub(crate) id: String,
    /// What it was called when the policy was saved.
    pub(crate) name: String,
}

/// Where a resource is, with all that is above it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Above {
    pub(crate) units: Vec<String>,
    pub(crate) regions: Vec<String>,
}

impl PolicyDraft {
    /// Whether it is about this alert, on a resource at `place`.
    pub(crate) fn fits(&self, alert: &Alert, place: &Above) -> bool {
        let there = |wanted: &[String], above: &[String]| {
            wanted.is_empty() || wanted.iter().any(|id| above.contains(id))
        };
        self.enabled
            && alert.severity >= self.severity_min
            && all_fit(&self.matchers, alert)
            && there(&self.unit_ids, &place.units)
            && there(&self.region_ids, &place.regions)
    }

    /// What is wrong with it.
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = matcher::faults(&self.matchers);
        if !(1..=200).contains(&self.name.trim().chars().count()) || self.name.contains('\0') {
            let expected = Text::new("1 to 200 characters", "1 到 200 个字符");
            faults.push(FieldFault::new("name", &self.name, expected));
        }
        let nobody = self.recipients.is_empty() && self.chains.is_empty();
        if nobody || self.recipients.len() > RECIPIENTS_MAX {
            let expected = Text::new(
                "1 to 20 recipients, or none and a chain to be called",
                "1 到 20 个接收方；指定升级链时可为空",
            );
            faults.push(FieldFault::new("recipients", self.recipients.len(), expected));
        }
        faults.extend(self.chain_faults());
        faults.extend(self.order.iter().flat_map(|order| order.faults("order")));
        for (at, one) in self.recipients.iter().enumerate() {
            if let Err(fault) = notify::Recipient::from_parts(&one.kind, &one.id) {
                let part = fault.field.rsplit('.').next().unwrap_or("id").to_owned();
                let field = format!("recipients.{at}.{part}");
                faults.push(FieldFault { field, ..fault });
            }
            if one.name.chars().count() > 200 || one.name.contains('\0') {
                let expected = Text::new("at most 200 characters", "不超过 200 个字符");
                faults.push(FieldFault::new(format!("recipients.{at}.name"), "", expected));
            }
        }
        for (field, ids) in [("unit_ids", &self.unit_ids), ("region_ids", &self.region_ids)] {
            let wrong = ids.iter().find(|id| id.parse::<Id<()>>().is_err());
            if ids.len() > PLACES_MAX || wrong.is_some() {
                let expected = Text::new("at most 50 ids", "最多 50 个编号");
                let found = wrong.cloned().unwrap_or_else(|| ids.len().to_string());
                faults.push(FieldFault::new(field, found, expected));
            }
        }
        if self.repeat_s.is_some_and(|after| !(REPEAT_MIN_S..=REPEAT_MAX_S).contains(&after)) {
            let expected = Text::new("300 to 604800 seconds", "300 到 604800 秒");
            faults.push(FieldFault::new("repeat_s", self.repeat_s.unwrap_or_default(), expected));
        }
        faults
    }

    /// What is wrong with its chains by themselves; whether they are there is asked elsewhere.
    fn chain_faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if self.chains.len() > CHAINS_MAX {
            let expected = Text::new("at most 5 chains", "最多 5 条升级链");
            faults.push(FieldFault::new("chains", self.chains.len(), expected));
        }
        for (at, one) in self.chains.iter().enumerate() {
            if self.chains.iter().take(at).any(|before| before.id == one.id) {
                let expected = Text::new("each chain once", "每条升级链只能出现一次");
                faults.push(FieldFault::new(format!("chains.{at}.id"), &one.id, expected));
            }
        }
        faults
    }
}
