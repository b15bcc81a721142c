use kernel::{Fact, Subject};
use serde::Serialize;

use super::{BulkChange, Plan, PlanId};

/// One change was made to many resources; what it changed of each follows from it.
#[derive(Debug, Clone, Serialize)]
pub struct BulkApplied {
    /// What was changed.
    pub change: BulkChange,
    /// Of how many.
    pub resources: usize,
}

/// A file was brought in; what it changed follows from it.
#[derive(Debug, Clone, Serialize)]
pub struct FileImported {
    /// How many resources came.
    pub created: usize,
    /// How many were changed.
    pub changed: usize,
    /// How many relations came.
    pub related: usize,
}

impl Fact for BulkApplied {
    const VERB: &'static str = "bulk.applied";

    fn subject(&self) -> Subject {
        Subject::new("bulk", "", format!("{} resources", self.resources))
    }
}

impl Fact for FileImported {
    const VERB: &'static str = "register.imported";

    fn subject(&self) -> Subject {
        Subject::new("register", "", "register")
    }
}

/// A plan was made.
#[derive(Debug, Clone, Serialize)]
pub struct PlanCreated(pub PlanLine);
/// A plan was written anew.
#[derive(Debug, Clone, Serialize)]
pub struct PlanChanged(pub PlanLine);
/// Consent to a plan was asked for.
#[derive(Debug, Clone, Serialize)]
pub struct PlanSubmitted(pub PlanLine);
/// Somebody consented to a plan.
#[derive(Debug, Clone, Serialize)]
pub struct PlanApproved(pub PlanLine);
/// Somebody refused a plan.
#[derive(Debug, Clone, Serialize)]
pub struct PlanRejected(pub PlanLine);
/// A plan was given up.
#[derive(Debug, Clone, Serialize)]
pub struct PlanWithdrawn(pub PlanLine);
/// A plan was carried out.
#[derive(Debug, Clone, Serialize)]
pub struct PlanApplied(pub PlanLine);

/// A plan in a fact.
#[derive(Debug, Clone, Serialize)]
pub struct PlanLine {
    /// The plan.
    pub plan: PlanId,
    /// Its title.
    pub title: String,
    /// How many changes it has.
    pub changes: usize,
    /// The SHA-256 of its changes, once consent was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload_hash: Option<String>,
    /// What was said with it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl PlanLine {
    /// The line of `plan`.
    pub(crate) fn of(plan: &Plan) -> Self {
        Self {
            plan: plan.id,
            title: plan.title.clone(),
            changes: plan.changes.len(),
            payload_hash: plan.payload_hash.clone(),
            note: plan.note.clone(),
        }
    }

    fn subject(&self) -> Subject {
        Subject::new("plan", self.plan, self.title.clone())
    }
}

impl Fact for PlanCreated {
    const VERB: &'static str = "plan.created";

    fn subject(&self) -> Subject {
        self.0.subject()
    }
}

impl Fact for PlanChanged {
    const VERB: &'static str = "plan.changed";

    fn subject(&self) -> Subject {
        self.0.subject()
    }
}

impl Fact for PlanSubmitted {
    const VERB: &'static str = "plan.submitted";

    fn subject(&self) -> Subject {
        self.0.subject()
    }
}

impl Fact for PlanApproved {
    const VERB: &'static str = "plan.approved";

    fn subject(&self) -> Subject {
        self.0.subject()
    }
}

impl Fact for PlanRejected {
    const VERB: &'static str = "plan.rejected";

    fn subject(&self) -> Subject {
        self.0.subject()
    }
}

impl Fact for PlanWithdrawn {
    const VERB: &'static str = "plan.withdrawn";

    fn subject(&self) -> Subject {
        self.0.subject()
    }
}

impl Fact for PlanApplied {
    const VERB: &'static str = "plan.applied";

    fn subject(&self) -> Subject {
        self.0.subject()
    }
}
