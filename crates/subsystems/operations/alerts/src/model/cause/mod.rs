//! What is wrong behind many alerts: which of them go back to which resource, and why.

mod explain;
mod gather;
mod others;
mod silent;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use kernel::Time;
use resources::{Graph, ResourceId};
use serde::{Deserialize, Serialize};

use super::{alert::AlertId, severity::Severity};

pub use explain::explain;
pub use silent::suspects;

/// A resource needs another since so many µs after the alert at most: checks run at their own pace.
pub(super) const LAG_US: i64 = 5 * 60 * 1_000_000;
/// What merely fares badly, and does not stop answering, is a cause for so long.
pub(super) const IMPAIRED_US: i64 = 30 * 60 * 1_000_000;
/// Alerts of one resource belong together when not more than this lies between them.
pub(super) const TOGETHER_US: i64 = 30 * 60 * 1_000_000;
/// Alerts about no resource belong together when not more than this lies between them.
pub(super) const BURST_US: i64 = 5 * 60 * 1_000_000;

/// An alert, as far as its cause is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Symptom {
    /// The alert.
    pub alert: AlertId,
    /// What it is about, where that is known.
    pub resource: Option<ResourceId>,
    /// What else it may be put together by: alerts about no resource with the same words.
    pub kin: String,
    /// How bad it is.
    pub severity: Severity,
    /// Whether its resource does not answer: then nothing on it works.
    pub down: bool,
    /// Since when.
    pub since: Time,
    /// Until when; none while it holds.
    pub until: Option<Time>,
}

/// What people said about causes, and confirmed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lessons {
    /// The second follows when the first fails, whatever the register says.
    pub together: HashSet<(ResourceId, ResourceId)>,
    /// The first never is the cause of what is wrong with the second.
    pub apart: HashSet<(ResourceId, ResourceId)>,
}

/// Everything that causes are found from.
#[derive(Debug, Default)]
pub struct Scene {
    /// The alerts.
    pub symptoms: Vec<Symptom>,
    /// Who needs whom.
    pub graph: Graph,
    /// What was learned from people.
    pub lessons: Lessons,
    /// Resources that were asked and answered well: they are not suspected.
    pub well: HashSet<ResourceId>,
    /// How many resources fare worse when one of these fails.
    pub reach: HashMap<ResourceId, usize>,
}

/// How sure a cause is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// There is an alert on it.
    Observed,
    /// There is none, but much that rests on it failed at once.
    Suspected,
    /// A person said so.
    Corrected,
}

/// One step of why an alert follows from the cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The one in need.
    pub resource: ResourceId,
    /// What it needs.
    pub needs: ResourceId,
    /// By which kind of relation.
    pub relation: String,
    /// How many of the group still work, and how many it has.
    pub working: usize,
    /// How many the group has.
    pub of: usize,
}

/// What an alert is in its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// It is what is wrong.
    Root,
    /// It follows from the cause, by these steps, the cause first.
    Follows {
        /// The steps.
        path: Vec<Link>,
        /// Others without whose failure it would be well.
        also: Vec<ResourceId>,
    },
}

/// An alert in its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The alert.
    pub alert: AlertId,
    /// What it is there.
    pub part: Part,
}

/// Alerts with one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What failed; none where the alerts are about no resource.
    pub cause: Option<ResourceId>,
    /// How sure that is.
    pub certainty: Certainty,
    /// What else it may be, the likeliest first; two at most.
    pub others: Vec<ResourceId>,
    /// The alerts, what is wrong before what follows.
    pub members: Vec<Member>,
}
