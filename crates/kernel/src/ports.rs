//! Ports: what one subsystem asks of another, without knowing it.

use std::{future::Future, pin::Pin};

use crate::{Caller, Fault, Time};

/// Somebody who is on duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyHolder {
    /// The person's id in the directory.
    pub person_id: String,
    /// Their name.
    pub name: String,
    /// What they are on as: 带班领导, 主班.
    pub position: String,
    /// Until when.
    pub until: Time,
}

/// The answer of [`OnDuty`]; empty when nobody is on.
pub type OnDutyFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Vec<DutyHolder>, Fault>> + Send + 'a>>;

/// Who is on duty. Whoever asks answers for who sees it.
pub trait OnDuty: Send + Sync {
    /// Whoever is on at a moment in positions that are tied to a post of the directory.
    fn for_post<'a>(&'a self, post_id: &'a str, at: Time) -> OnDutyFuture<'a>;

    /// Whoever is on at a moment in the rosters of a unit itself.
    fn for_unit<'a>(&'a self, unit_id: &'a str, at: Time) -> OnDutyFuture<'a>;
}

/// A chain by which people are called one after another until somebody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EscalationChain {
    /// What people call it.
    pub name: String,
    /// Whether it calls people.
    pub enabled: bool,
}

/// The answer of [`Escalation`]; none when there is no such chain.
pub type EscalationFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<EscalationChain>, Fault>> + Send + 'a>>;

/// By which chains people can be called. Whoever asks answers for who sees it.
pub trait Escalation: Send + Sync {
    /// The chain of that id.
    fn chain<'a>(&'a self, chain_id: &'a str) -> EscalationFuture<'a>;
}

/// A ticket that another subsystem wants opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketWish {
    /// What it is made from, `inspection:<round>:<item>`; asked for again, the same ticket is
    /// answered.
    pub source: String,
    /// The key of its type.
    pub type_key: String,
    /// The unit in charge.
    pub unit_id: String,
    /// The resource it is about.
    pub resource_id: Option<String>,
    /// What it is about, on one line.
    pub subject: String,
    /// The whole of it.
    pub text: String,
}

/// A ticket that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedTicket {
    /// Its id.
    pub id: String,
    /// By what people call it.
    pub number: String,
}

/// The answer of [`Tickets`].
pub type TicketFuture<'a> = Pin<Box<dyn Future<Output = Result<OpenedTicket, Fault>> + Send + 'a>>;

/// Where tickets are opened. Whoever asks answers for who may.
pub trait Tickets: Send + Sync {
    /// Opens a ticket, once for each source; it is kept when this answers.
    ///
    /// Errors: a [`Fault`] for what is no ticket, such as a type that is not in use.
    fn open(&self, wish: TicketWish) -> TicketFuture<'_>;
}

/// A ticket as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenTicket {
    /// Its id.
    pub id: String,
    /// By what people call it.
    pub number: String,
    /// The unit in charge.
    pub unit_id: String,
    /// The resources it concerns.
    pub resource_ids: Vec<String>,
    /// What it is about, on one line.
    pub subject: String,
    /// The whole of it.
    pub text: String,
    /// What was answered last; empty: nothing.
    pub answer: String,
    /// Whether an answer to it is there.
    pub solved: bool,
    /// Whether whoever asks may work on it.
    pub may_work: bool,
}

/// The answer of [`TicketSight`]; none when there is no such ticket for whoever asks.
pub type TicketSightFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<SeenTicket>, Fault>> + Send + 'a>>;

/// What a ticket says, to whoever may see it.
pub trait TicketSight: Send + Sync {
    /// The ticket of that id as `caller` sees it.
    fn seen<'a>(&'a self, caller: &'a Caller, ticket_id: &'a str) -> TicketSightFuture<'a>;
}
