use kernel::{Fact, Subject, Text};
use serde::Serialize;

use super::{Incident, IncidentId, page::PageId};
use crate::model::{
    policy::{ChainRef, Policy},
    severity::Severity,
};

/// People are to be called by a chain for an incident.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct IncidentEscalated {
    /// The incident.
    pub(crate) incident_id: IncidentId,
    /// What is wrong.
    pub(crate) title: Text,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// The resource that it goes back to.
    pub(crate) cause_id: Option<String>,
    /// The chain.
    pub(crate) chain_id: String,
    /// What people call it.
    pub(crate) chain_name: String,
    /// The policy that names it.
    pub(crate) policy: String,
    /// What stands for the call among the pages of the incident.
    pub(crate) page_id: PageId,
}

impl IncidentEscalated {
    /// What to tell of `incident`.
    pub(crate) fn of(
        incident: &Incident,
        policy: &Policy,
        chain: &ChainRef,
        page_id: PageId,
    ) -> Self {
        Self {
            incident_id: incident.id,
            title: incident.title.clone(),
            severity: incident.severity,
            cause_id: incident.cause_id.clone(),
            chain_id: chain.id.clone(),
            chain_name: chain.name.clone(),
            policy: policy.content.name.clone(),
            page_id,
        }
    }
}

impl Fact for IncidentEscalated {
    const VERB: &'static str = "incident.escalated";

    fn subject(&self) -> Subject {
        Subject::new("incident", self.incident_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.cause_id.clone()
    }
}
