//! Changes that are written down before they are made: of many resources at once, of a plan that
//! waits for consent, of a file that is brought in.

mod bulk;
mod change;
mod fact;
mod plan;

pub use bulk::{BulkChange, BulkTarget, Signature};
pub use change::{End, PlannedChange, PlannedResource, ResourceEdit, Step};
pub use fact::{
    BulkApplied, FileImported, PlanApplied, PlanApproved, PlanChanged, PlanCreated, PlanLine,
    PlanRejected, PlanSubmitted, PlanWithdrawn,
};
pub use plan::{Plan, PlanDraft, PlanId, PlanState, Signatory};

pub(crate) use bulk::{BULK_MAX, checked_bulk};
pub(crate) use plan::{checked_draft, payload_hash};
