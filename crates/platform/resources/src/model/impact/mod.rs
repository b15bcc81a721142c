//! What a failure does to others: who goes down, who is degraded, who has lost a reserve.

mod fact;
mod graph;
mod rest;
mod spread;
mod words;

pub use fact::{FailureRuleChanged, RedundancyChanged};
pub use graph::{Edge, Graph};
pub use spread::{Affected, Outcome, Reason, spread};
pub use words::{Enough, FailureRule, ImpactDirection, Redundancy, Severity};

pub(crate) use rest::rests_on;
pub(crate) use words::checked_redundancies;

#[cfg(test)]
mod tests;
