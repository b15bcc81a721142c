use std::marker::PhantomData;

use kernel::{Fact, Subject};
use serde::Serialize;
use serde_json::{Map, Value};

use super::ticket::Ticket;

/// What happened, of a kind of event.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Told<E: Event> {
    /// The id of what it happened to.
    id: String,
    /// Its name, as people read it.
    name: String,
    /// What else there is to say.
    #[serde(flatten)]
    more: Map<String, Value>,
    /// The resource that it is about.
    #[serde(skip)]
    resource_id: Option<String>,
    #[serde(skip)]
    event: PhantomData<E>,
}

/// A kind of event.
pub(crate) trait Event {
    /// Its verb.
    const VERB: &'static str;
}

impl<E: Event> Told<E> {
    /// It happened to the thing with that id and name.
    #[must_use]
    pub(crate) fn of(id: &str, name: impl Into<String>) -> Self {
        Self {
            id: id.to_owned(),
            name: name.into(),
            more: Map::new(),
            resource_id: None,
            event: PhantomData,
        }
    }

    /// It happened to that ticket: what those who listen need is in it, what people wrote is not.
    #[must_use]
    pub(crate) fn ticket(ticket: &Ticket) -> Self {
        let mut told = Self::of(&ticket.id.to_string(), ticket.title())
            .with("number", &ticket.number)
            .with("type", &ticket.type_key)
            .with("state", &ticket.state)
            .with("phase", ticket.phase)
            .with("priority", ticket.priority)
            .with("unit_id", ticket.unit_id)
            .with("region_id", ticket.content.region_id);
        told.resource_id = ticket.content.resources.first().map(ToString::to_string);
        told
    }

    /// The same with one more thing to say.
    #[must_use]
    pub(crate) fn with(mut self, field: &str, value: impl Serialize) -> Self {
        // What is said are ids, names, times and numbers: they have a JSON form.
        self.more.insert(field.to_owned(), serde_json::to_value(value).unwrap_or_default());
        self
    }
}

impl<E: Event> Fact for Told<E> {
    const VERB: &'static str = E::VERB;

    fn subject(&self) -> Subject {
        let noun = E::VERB.split('.').next().unwrap_or(E::VERB);
        Subject::new(noun, &self.id, self.name.clone())
    }

    fn resource_id(&self) -> Option<String> {
        self.resource_id.clone()
    }
}

/// A ticket was opened.
#[derive(Debug, Clone)]
pub(crate) struct TicketOpened;

impl Event for TicketOpened {
    const VERB: &'static str = "ticket.opened";
}

/// A ticket went to another state.
#[derive(Debug, Clone)]
pub(crate) struct TicketMoved;

impl Event for TicketMoved {
    const VERB: &'static str = "ticket.moved";
}

/// A ticket was given to somebody, or to nobody.
#[derive(Debug, Clone)]
pub(crate) struct TicketAssigned;

impl Event for TicketAssigned {
    const VERB: &'static str = "ticket.assigned";
}

/// What a ticket says was changed.
#[derive(Debug, Clone)]
pub(crate) struct TicketChanged;

impl Event for TicketChanged {
    const VERB: &'static str = "ticket.changed";
}

/// Somebody wrote a note on a ticket, or replied to the requester.
#[derive(Debug, Clone)]
pub(crate) struct TicketCommented;

impl Event for TicketCommented {
    const VERB: &'static str = "ticket.commented";
}

/// A unit was asked to help with a ticket.
#[derive(Debug, Clone)]
pub(crate) struct AssistAsked;

impl Event for AssistAsked {
    const VERB: &'static str = "ticket.assist_asked";
}

/// A unit has helped with a ticket.
#[derive(Debug, Clone)]
pub(crate) struct AssistGiven;

impl Event for AssistGiven {
    const VERB: &'static str = "ticket.assist_given";
}

/// A ticket was ordered to be supervised.
#[derive(Debug, Clone)]
pub(crate) struct TicketSupervised;

impl Event for TicketSupervised {
    const VERB: &'static str = "ticket.supervised";
}

/// An order of supervision was answered.
#[derive(Debug, Clone)]
pub(crate) struct SupervisionReported;

impl Event for SupervisionReported {
    const VERB: &'static str = "ticket.supervision_reported";
}

/// More time was asked for.
#[derive(Debug, Clone)]
pub(crate) struct ExtensionAsked;

impl Event for ExtensionAsked {
    const VERB: &'static str = "ticket.extension_asked";
}

/// It was decided whether there is more time.
#[derive(Debug, Clone)]
pub(crate) struct ExtensionDecided;

impl Event for ExtensionDecided {
    const VERB: &'static str = "ticket.extension_decided";
}

/// A ticket was linked to another.
#[derive(Debug, Clone)]
pub(crate) struct TicketLinked;

impl Event for TicketLinked {
    const VERB: &'static str = "ticket.linked";
}

/// A ticket is linked to another no more.
#[derive(Debug, Clone)]
pub(crate) struct TicketUnlinked;

impl Event for TicketUnlinked {
    const VERB: &'static str = "ticket.unlinked";
}

/// A clock of a ticket reached a warning.
#[derive(Debug, Clone)]
pub(crate) struct TicketWarned;

impl Event for TicketWarned {
    const VERB: &'static str = "ticket.warned";
}

/// The clocks of a ticket could not be read: it is looked at again later.
#[derive(Debug, Clone)]
pub(crate) struct TicketSetAside;

impl Event for TicketSetAside {
    const VERB: &'static str = "ticket.set_aside";
}

/// Whoever asked said how a ticket was dealt with.
#[derive(Debug, Clone)]
pub(crate) struct TicketRated;

impl Event for TicketRated {
    const VERB: &'static str = "ticket.rated";
}

/// Whoever asked was called back.
#[derive(Debug, Clone)]
pub(crate) struct TicketCalledBack;

impl Event for TicketCalledBack {
    const VERB: &'static str = "ticket.called_back";
}

/// A ticket was merged into another, or others into it.
#[derive(Debug, Clone)]
pub(crate) struct TicketMerged;

impl Event for TicketMerged {
    const VERB: &'static str = "ticket.merged";
}

/// A ticket was taken out of another again.
#[derive(Debug, Clone)]
pub(crate) struct TicketUnmerged;

impl Event for TicketUnmerged {
    const VERB: &'static str = "ticket.unmerged";
}

/// A part of a ticket became a ticket of its own.
#[derive(Debug, Clone)]
pub(crate) struct TicketSplit;

impl Event for TicketSplit {
    const VERB: &'static str = "ticket.split";
}

/// A redacted copy of an answer was proposed for publication.
#[derive(Debug, Clone)]
pub(crate) struct PublicationProposed;

impl Event for PublicationProposed {
    const VERB: &'static str = "ticket.publication_proposed";
}

/// It was approved: everybody reads it.
#[derive(Debug, Clone)]
pub(crate) struct PublicationApproved;

impl Event for PublicationApproved {
    const VERB: &'static str = "ticket.published";
}

/// It was withdrawn.
#[derive(Debug, Clone)]
pub(crate) struct PublicationWithdrawn;

impl Event for PublicationWithdrawn {
    const VERB: &'static str = "ticket.publication_withdrawn";
}

/// A canned reply was made.
#[derive(Debug, Clone)]
pub(crate) struct CannedCreated;

impl Event for CannedCreated {
    const VERB: &'static str = "canned_reply.created";
}

/// A canned reply was changed.
#[derive(Debug, Clone)]
pub(crate) struct CannedChanged;

impl Event for CannedChanged {
    const VERB: &'static str = "canned_reply.changed";
}

/// A canned reply was removed.
#[derive(Debug, Clone)]
pub(crate) struct CannedRemoved;

impl Event for CannedRemoved {
    const VERB: &'static str = "canned_reply.removed";
}

/// A ticket was declared major.
#[derive(Debug, Clone)]
pub(crate) struct MajorDeclared;

impl Event for MajorDeclared {
    const VERB: &'static str = "ticket.major_declared";
}

/// Those concerned were told how it stands.
#[derive(Debug, Clone)]
pub(crate) struct MajorUpdated;

impl Event for MajorUpdated {
    const VERB: &'static str = "ticket.major_updated";
}

/// They were not told in time.
#[derive(Debug, Clone)]
pub(crate) struct MajorOverdue;

impl Event for MajorOverdue {
    const VERB: &'static str = "ticket.update_overdue";
}

/// A ticket is major no more.
#[derive(Debug, Clone)]
pub(crate) struct MajorEnded;

impl Event for MajorEnded {
    const VERB: &'static str = "ticket.major_ended";
}

/// A telephone call began.
#[derive(Debug, Clone)]
pub(crate) struct CallBegan;

impl Event for CallBegan {
    const VERB: &'static str = "call.began";
}

/// Somebody answered a call.
#[derive(Debug, Clone)]
pub(crate) struct CallAnswered;

impl Event for CallAnswered {
    const VERB: &'static str = "call.answered";
}

/// A call ended.
#[derive(Debug, Clone)]
pub(crate) struct CallEnded;

impl Event for CallEnded {
    const VERB: &'static str = "call.ended";
}

/// A kind of ticket was made.
#[derive(Debug, Clone)]
pub(crate) struct TypeCreated;

impl Event for TypeCreated {
    const VERB: &'static str = "ticket_type.created";
}

/// A kind of ticket was changed.
#[derive(Debug, Clone)]
pub(crate) struct TypeChanged;

impl Event for TypeChanged {
    const VERB: &'static str = "ticket_type.changed";
}

/// A service level was made.
#[derive(Debug, Clone)]
pub(crate) struct PolicyCreated;

impl Event for PolicyCreated {
    const VERB: &'static str = "sla_policy.created";
}

/// A service level was changed.
#[derive(Debug, Clone)]
pub(crate) struct PolicyChanged;

impl Event for PolicyChanged {
    const VERB: &'static str = "sla_policy.changed";
}

/// A service level was given up.
#[derive(Debug, Clone)]
pub(crate) struct PolicyRetired;

impl Event for PolicyRetired {
    const VERB: &'static str = "sla_policy.retired";
}
