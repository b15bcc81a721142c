use kernel::{Fact, Subject, Text, Time};
use serde::Serialize;

use super::{Incident, IncidentEnd, IncidentId, Occasion};
use crate::model::{alert::AlertState, severity::Severity};

/// Something is wrong: alerts with one cause opened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct IncidentOpened {
    /// The incident.
    pub(crate) incident_id: IncidentId,
    /// What is wrong.
    pub(crate) title: Text,
    /// The resource that it goes back to.
    pub(crate) cause_id: Option<String>,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// How many alerts are in it.
    pub(crate) alerts: usize,
    /// Whether what its cause rests on was asked, so that it is time to act on it.
    pub(crate) ready: bool,
}

/// An open incident became another: its cause, how bad it is, or how much is in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct IncidentChanged {
    /// The incident.
    pub(crate) incident_id: IncidentId,
    /// What is wrong.
    pub(crate) title: Text,
    /// The resource that it goes back to.
    pub(crate) cause_id: Option<String>,
    /// How bad it is now.
    pub(crate) severity: Severity,
    /// How many open alerts are in it now.
    pub(crate) alerts: usize,
    /// Whether what its cause rests on was asked, so that it is time to act on it.
    pub(crate) ready: bool,
}

/// An incident is over.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct IncidentClosed {
    /// The incident.
    pub(crate) incident_id: IncidentId,
    /// What is wrong.
    pub(crate) title: Text,
    /// The resource that it goes back to.
    pub(crate) cause_id: Option<String>,
    /// Why: `recovered` or `merged`.
    pub(crate) reason: String,
    /// What it turned out to be part of.
    pub(crate) merged_into: Option<IncidentId>,
    /// Whether that one is over, too.
    pub(crate) merged_into_closed: bool,
    /// Who cares for that one.
    pub(crate) merged_into_acknowledged_by: Option<String>,
    /// When it had opened.
    pub(crate) opened_at: Time,
}

/// Somebody cares for an incident.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct IncidentAcknowledged {
    /// The incident.
    pub(crate) incident_id: IncidentId,
    /// What is wrong.
    pub(crate) title: Text,
    /// The resource that it goes back to.
    pub(crate) cause_id: Option<String>,
    /// What they said.
    pub(crate) comment: Option<String>,
    /// Until when that counts.
    pub(crate) until: Option<Time>,
}

/// Somebody cares for an incident no more.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct IncidentUnacknowledged {
    /// The incident.
    pub(crate) incident_id: IncidentId,
    /// What is wrong.
    pub(crate) title: Text,
    /// The resource that it goes back to.
    pub(crate) cause_id: Option<String>,
}

/// An incident was given to somebody, or to nobody.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct IncidentAssigned {
    /// The incident.
    pub(crate) incident_id: IncidentId,
    /// What is wrong.
    pub(crate) title: Text,
    /// The resource that it goes back to.
    pub(crate) cause_id: Option<String>,
    /// To whom.
    pub(crate) assignee: Option<String>,
}

/// Somebody said what belongs to an incident, or what its cause is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct IncidentCorrected {
    /// The incident.
    pub(crate) incident_id: IncidentId,
    /// What is wrong.
    pub(crate) title: Text,
    /// The resource that it goes back to.
    pub(crate) cause_id: Option<String>,
    /// `merged`, `split` or `cause`.
    pub(crate) step: String,
    /// How many alerts went with it.
    pub(crate) alerts: usize,
}

/// Somebody is to be told of an incident.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct IncidentPaged {
    /// The incident.
    pub(crate) incident_id: IncidentId,
    /// What is wrong.
    pub(crate) title: Text,
    /// The resource that it goes back to.
    pub(crate) cause_id: Option<String>,
    /// Why: `opened`, `worse`, `left`, `repeated` or `resolved`.
    pub(crate) occasion: String,
    /// How many are told.
    pub(crate) recipients: usize,
}

impl IncidentOpened {
    /// What to tell of `incident` when it is ready.
    pub(crate) fn of(incident: &Incident, alerts: usize) -> Self {
        let Incident { id: incident_id, severity, .. } = *incident;
        let (title, cause_id) = (incident.title.clone(), incident.cause_id.clone());
        Self { incident_id, title, cause_id, severity, alerts, ready: true }
    }
}

impl IncidentChanged {
    /// What to tell of `incident` when it is ready.
    pub(crate) fn of(incident: &Incident, alerts: usize) -> Self {
        let Incident { id: incident_id, severity, .. } = *incident;
        let (title, cause_id) = (incident.title.clone(), incident.cause_id.clone());
        Self { incident_id, title, cause_id, severity, alerts, ready: true }
    }
}

impl IncidentClosed {
    /// What to tell of `incident`, which is part of `whole` if it was merged.
    pub(crate) fn of(incident: &Incident, whole: Option<&Incident>, now: Time) -> Self {
        let Incident { id: incident_id, merged_into, opened_at, .. } = *incident;
        let (title, cause_id) = (incident.title.clone(), incident.cause_id.clone());
        let reason = incident.close_reason.map_or("", IncidentEnd::name).to_owned();
        let cared = whole.filter(|whole| whole.is_cared_for(now));
        let by = cared.and_then(|whole| whole.acknowledged.as_ref()).map(|given| given.by.clone());
        Self {
            incident_id,
            title,
            cause_id,
            reason,
            merged_into,
            merged_into_closed: whole.is_some_and(|whole| whole.state == AlertState::Closed),
            merged_into_acknowledged_by: by,
            opened_at,
        }
    }
}

impl IncidentAcknowledged {
    /// What to tell of `incident`.
    pub(crate) fn of(incident: &Incident) -> Self {
        let (title, cause_id) = (incident.title.clone(), incident.cause_id.clone());
        let comment = incident.acknowledged.as_ref().and_then(|given| given.comment.clone());
        let until = incident.acknowledged_until;
        Self { incident_id: incident.id, title, cause_id, comment, until }
    }
}

impl IncidentUnacknowledged {
    /// What to tell of `incident`.
    pub(crate) fn of(incident: &Incident) -> Self {
        let (title, cause_id) = (incident.title.clone(), incident.cause_id.clone());
        Self { incident_id: incident.id, title, cause_id }
    }
}

impl IncidentAssigned {
    /// What to tell of `incident`.
    pub(crate) fn of(incident: &Incident) -> Self {
        let (title, cause_id) = (incident.title.clone(), incident.cause_id.clone());
        Self { incident_id: incident.id, title, cause_id, assignee: incident.assignee.clone() }
    }
}

impl IncidentCorrected {
    /// What to tell of `incident`.
    pub(crate) fn of(incident: &Incident, step: &str, alerts: usize) -> Self {
        let (title, cause_id) = (incident.title.clone(), incident.cause_id.clone());
        Self { incident_id: incident.id, title, cause_id, step: step.to_owned(), alerts }
    }
}

impl IncidentPaged {
    /// What to tell of `incident`.
    pub(crate) fn of(incident: &Incident, occasion: Occasion, recipients: usize) -> Self {
        let (title, cause_id) = (incident.title.clone(), incident.cause_id.clone());
        let occasion = occasion.name().to_owned();
        Self { incident_id: incident.id, title, cause_id, occasion, recipients }
    }
}

impl Fact for IncidentOpened {
    const VERB: &'static str = "incident.opened";

    fn subject(&self) -> Subject {
        Subject::new("incident", self.incident_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.cause_id.clone()
    }
}

impl Fact for IncidentChanged {
    const VERB: &'static str = "incident.changed";

    fn subject(&self) -> Subject {
        Subject::new("incident", self.incident_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.cause_id.clone()
    }
}

impl Fact for IncidentClosed {
    const VERB: &'static str = "incident.closed";

    fn subject(&self) -> Subject {
        Subject::new("incident", self.incident_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.cause_id.clone()
    }
}

impl Fact for IncidentAcknowledged {
    const VERB: &'static str = "incident.acknowledged";

    fn subject(&self) -> Subject {
        Subject::new("incident", self.incident_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.cause_id.clone()
    }
}

impl Fact for IncidentUnacknowledged {
    const VERB: &'static str = "incident.unacknowledged";

    fn subject(&self) -> Subject {
        Subject::new("incident", self.incident_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.cause_id.clone()
    }
}

impl Fact for IncidentAssigned {
    const VERB: &'static str = "incident.assigned";

    fn subject(&self) -> Subject {
        Subject::new("incident", self.incident_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.cause_id.clone()
    }
}

impl Fact for IncidentCorrected {
    const VERB: &'static str = "incident.corrected";

    fn subject(&self) -> Subject {
        Subject::new("incident", self.incident_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.cause_id.clone()
    }
}

impl Fact for IncidentPaged {
    const VERB: &'static str = "incident.paged";

    fn subject(&self) -> Subject {
        Subject::new("incident", self.incident_id, self.title.en.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.cause_id.clone()
    }
}
