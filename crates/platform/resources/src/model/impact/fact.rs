use kernel::{Fact, Subject};
use serde::Serialize;

use super::Severity;
use crate::ResourceId;

/// The groups of a resource of which some suffice were set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RedundancyChanged {
    /// The resource.
    pub resource: ResourceId,
    /// Its name.
    pub name: String,
    /// How many groups it has now.
    pub groups: usize,
}

/// The worst that a failure does along a kind of relation was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailureRuleChanged {
    /// The kind of relation.
    pub relation: String,
    /// The worst, from now on.
    pub worst: Severity,
}

impl Fact for RedundancyChanged {
    const VERB: &'static str = "redundancy.changed";

    fn subject(&self) -> Subject {
        Subject::new("resource", self.resource, self.name.clone())
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.resource.to_string())
    }
}

impl Fact for FailureRuleChanged {
    const VERB: &'static str = "failure_rule.changed";

    fn subject(&self) -> Subject {
        Subject::new("relation_kind", &self.relation, self.relation.clone())
    }
}
