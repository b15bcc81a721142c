use std::marker::PhantomData;

use kernel::{Fact, Subject};
use resources::ResourceId;
use serde::Serialize;
use serde_json::{Map, Value};

use super::campaign::Campaign;

/// What happened to a campaign, of a kind of event. What people wrote is not in it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Told<E: Event> {
    /// The campaign's id.
    id: String,
    /// Its name.
    name: String,
    /// The unit that answers for it.
    unit_id: String,
    /// What else there is to say.
    #[serde(flatten)]
    more: Map<String, Value>,
    /// The machine that it is about.
    #[serde(skip)]
    machine: Option<ResourceId>,
    #[serde(skip)]
    event: PhantomData<E>,
}

/// A kind of event.
pub(crate) trait Event {
    /// Its verb.
    const VERB: &'static str;
}

impl<E: Event> Told<E> {
    /// It happened to that campaign.
    #[must_use]
    pub(crate) fn of(campaign: &Campaign) -> Self {
        Self {
            id: campaign.id.to_string(),
            name: campaign.draft.name.clone(),
            unit_id: campaign.draft.unit_id.to_string(),
            more: Map::new(),
            machine: None,
            event: PhantomData,
        }
    }

    /// The same about one of its machines: it stands on that one's page, too.
    #[must_use]
    pub(crate) fn on(self, machine: ResourceId) -> Self {
        Self { machine: Some(machine), ..self.with("resource_id", machine) }
    }

    /// The same with one more thing to say.
    #[must_use]
    pub(crate) fn with(mut self, field: &str, value: impl Serialize) -> Self {
        // What is said are ids, names and numbers: they have a JSON form.
        self.more.insert(field.to_owned(), serde_json::to_value(value).unwrap_or_default());
        self
    }
}

impl<E: Event> Fact for Told<E> {
    const VERB: &'static str = E::VERB;

    fn subject(&self) -> Subject {
        Subject::new("campaign", &self.id, self.name.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.machine.map(|id| id.to_string())
    }
}

/// A campaign was made.
#[derive(Debug, Clone)]
pub(crate) struct CampaignCreated;

impl Event for CampaignCreated {
    const VERB: &'static str = "campaign.created";
}

/// What a campaign says was changed.
#[derive(Debug, Clone)]
pub(crate) struct CampaignChanged;

impl Event for CampaignChanged {
    const VERB: &'static str = "campaign.changed";
}

/// Its machines were frozen, and are worked on.
#[derive(Debug, Clone)]
pub(crate) struct CampaignStarted;

impl Event for CampaignStarted {
    const VERB: &'static str = "campaign.started";
}

/// Something was said of one of its machines.
#[derive(Debug, Clone)]
pub(crate) struct CampaignMachineChanged;

impl Event for CampaignMachineChanged {
    const VERB: &'static str = "campaign.machine_changed";
}

/// A ticket was opened for a machine on which it failed.
#[derive(Debug, Clone)]
pub(crate) struct CampaignTicketOpened;

impl Event for CampaignTicketOpened {
    const VERB: &'static str = "campaign.ticket_opened";
}

/// Every machine is done with.
#[derive(Debug, Clone)]
pub(crate) struct CampaignFinished;

impl Event for CampaignFinished {
    const VERB: &'static str = "campaign.finished";
}

/// It was given up.
#[derive(Debug, Clone)]
pub(crate) struct CampaignCancelled;

impl Event for CampaignCancelled {
    const VERB: &'static str = "campaign.cancelled";
}
