use std::fmt::Display;
use std::marker::PhantomData;

use kernel::{Fact, Subject, Text};
use serde::Serialize;
use serde_json::{Map, Value};

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
    pub(crate) fn of(id: impl Display + Copy, name: impl Into<String>) -> Self {
        Self { id: id.to_string(), name: name.into(), more: Map::new(), event: PhantomData }
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
}

/// A roster was made.
#[derive(Debug, Clone)]
pub(crate) struct RosterCreated;

impl Event for RosterCreated {
    const VERB: &'static str = "roster.created";
}

/// A roster was changed.
#[derive(Debug, Clone)]
pub(crate) struct RosterChanged;

impl Event for RosterChanged {
    const VERB: &'static str = "roster.changed";
}

/// A schedule of another system was taken over.
#[derive(Debug, Clone)]
pub(crate) struct RosterImported;

impl Event for RosterImported {
    const VERB: &'static str = "roster.imported";
}

/// A roster was given up.
#[derive(Debug, Clone)]
pub(crate) struct RosterRetired;

impl Event for RosterRetired {
    const VERB: &'static str = "roster.retired";
}

/// Somebody else is on for a while.
#[derive(Debug, Clone)]
pub(crate) struct OverrideMade;

impl Event for OverrideMade {
    const VERB: &'static str = "override.made";
}

/// An override was taken back.
#[derive(Debug, Clone)]
pub(crate) struct OverrideRemoved;

impl Event for OverrideRemoved {
    const VERB: &'static str = "override.removed";
}

/// Somebody asked for leave.
#[derive(Debug, Clone)]
pub(crate) struct LeaveAsked;

impl Event for LeaveAsked {
    const VERB: &'static str = "leave.asked";
}

/// A leave was approved, refused or withdrawn.
#[derive(Debug, Clone)]
pub(crate) struct LeaveDecided;

impl Event for LeaveDecided {
    const VERB: &'static str = "leave.decided";
}

/// Somebody asked another to swap shifts.
#[derive(Debug, Clone)]
pub(crate) struct SwapAsked;

impl Event for SwapAsked {
    const VERB: &'static str = "swap.asked";
}

/// A swap was agreed, declined, approved, refused or withdrawn.
#[derive(Debug, Clone)]
pub(crate) struct SwapAnswered;

impl Event for SwapAnswered {
    const VERB: &'static str = "swap.answered";
}

/// A person is qualified for something.
#[derive(Debug, Clone)]
pub(crate) struct QualificationGiven;

impl Event for QualificationGiven {
    const VERB: &'static str = "qualification.given";
}

/// A person is no longer qualified for something.
#[derive(Debug, Clone)]
pub(crate) struct QualificationRemoved;

impl Event for QualificationRemoved {
    const VERB: &'static str = "qualification.removed";
}

/// A shift has passed; who was on is settled.
#[derive(Debug, Clone)]
pub(crate) struct DutyServed;

impl Event for DutyServed {
    const VERB: &'static str = "duty.served";
}

/// Something is wrong ahead.
#[derive(Debug, Clone)]
pub(crate) struct ProblemFound;

impl Event for ProblemFound {
    const VERB: &'static str = "duty.problem_found";
}

/// What was wrong ahead no longer is.
#[derive(Debug, Clone)]
pub(crate) struct ProblemCleared;

impl Event for ProblemCleared {
    const VERB: &'static str = "duty.problem_cleared";
}

/// A secret link to a calendar was made.
#[derive(Debug, Clone)]
pub(crate) struct FeedMade;

impl Event for FeedMade {
    const VERB: &'static str = "duty_feed.made";
}

/// A secret link was revoked.
#[derive(Debug, Clone)]
pub(crate) struct FeedRevoked;

impl Event for FeedRevoked {
    const VERB: &'static str = "duty_feed.revoked";
}

/// A hand-over was begun.
#[derive(Debug, Clone)]
pub(crate) struct HandOverBegun;

impl Event for HandOverBegun {
    const VERB: &'static str = "hand_over.begun";
}

/// What is handed over was changed.
#[derive(Debug, Clone)]
pub(crate) struct HandOverChanged;

impl Event for HandOverChanged {
    const VERB: &'static str = "hand_over.changed";
}

/// Whoever goes has signed.
#[derive(Debug, Clone)]
pub(crate) struct HandOverGiven;

impl Event for HandOverGiven {
    const VERB: &'static str = "hand_over.given";
}

/// Whoever comes has signed.
#[derive(Debug, Clone)]
pub(crate) struct HandOverTaken;

impl Event for HandOverTaken {
    const VERB: &'static str = "hand_over.taken";
}

/// A chain of escalation was made.
#[derive(Debug, Clone)]
pub(crate) struct ChainCreated;

impl Event for ChainCreated {
    const VERB: &'static str = "chain.created";
}

/// A chain was changed, enabled or disabled.
#[derive(Debug, Clone)]
pub(crate) struct ChainChanged;

impl Event for ChainChanged {
    const VERB: &'static str = "chain.changed";
}

/// A chain was tried without calling anybody.
#[derive(Debug, Clone)]
pub(crate) struct ChainSimulated;

impl Event for ChainSimulated {
    const VERB: &'static str = "chain.simulated";
}

/// A chain is gone.
#[derive(Debug, Clone)]
pub(crate) struct ChainRemoved;

impl Event for ChainRemoved {
    const VERB: &'static str = "chain.removed";
}

/// People are being called.
#[derive(Debug, Clone)]
pub(crate) struct CallStarted;

impl Event for CallStarted {
    const VERB: &'static str = "call.started";
}

/// The next people were called.
#[derive(Debug, Clone)]
pub(crate) struct CallStepped;

impl Event for CallStepped {
    const VERB: &'static str = "call.stepped";
}

/// Somebody answered.
#[derive(Debug, Clone)]
pub(crate) struct CallAnswered;

impl Event for CallAnswered {
    const VERB: &'static str = "call.answered";
}

/// A call ended without an answer: what it was about is over, or another calls for it.
#[derive(Debug, Clone)]
pub(crate) struct CallEnded;

impl Event for CallEnded {
    const VERB: &'static str = "call.ended";
}

/// The incident that a call is about turned out to be part of another.
#[derive(Debug, Clone)]
pub(crate) struct CallMoved;

impl Event for CallMoved {
    const VERB: &'static str = "call.moved";
}

/// Nobody is called although an incident asked for it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CallNotStarted {
    /// The incident.
    pub(crate) incident_id: String,
    /// The page of it that asked for the call.
    pub(crate) page_id: Option<String>,
    /// The chain.
    pub(crate) chain_id: String,
    /// What that was called when it was asked for.
    pub(crate) chain_name: String,
    /// `gone`, `disabled` or `running`.
    pub(crate) code: &'static str,
    /// The reason, for people.
    pub(crate) reason: Text,
}

impl Fact for CallNotStarted {
    const VERB: &'static str = "call.not_started";

    fn subject(&self) -> Subject {
        Subject::new("chain", &self.chain_id, self.chain_name.clone())
    }
}

/// Nobody answered to the last step.
#[derive(Debug, Clone)]
pub(crate) struct CallExhausted;

impl Event for CallExhausted {
    const VERB: &'static str = "call.exhausted";
}
