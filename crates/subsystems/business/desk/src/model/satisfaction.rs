use kernel::{Caller, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    entry::{Entry, EntryKind},
    phase::Phase,
    ticket::Ticket,
    ticket_type::{Effect, TransitionDef, TypeDraft},
};

/// The best score; the worst is 1.
pub(crate) const SCORE_MAX: u8 = 5;

/// What somebody says of how their ticket was dealt with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rating {
    /// 1 (bad) to 5 (good).
    pub score: u8,
    /// Why.
    pub text: String,
    /// When they said so.
    pub rated_at: Time,
}

/// A call to whoever asked, after the answer (回访).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CallBack {
    /// Its number within the ticket, from 1 on.
    pub number: u32,
    /// What they said.
    pub result: CallResult,
    /// In more words.
    pub text: String,
    /// Who called.
    pub called_by: String,
    /// When.
    pub called_at: Time,
}

/// What somebody says who is called back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketCallResult)]
pub(crate) enum CallResult {
    /// All is well.
    Satisfied,
    /// Neither.
    Neutral,
    /// It is to be dealt with again.
    Dissatisfied,
}

impl CallResult {
    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Neutral => "neutral",
            Self::Dissatisfied => "dissatisfied",
        }
    }

    /// The result of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Satisfied, Self::Neutral, Self::Dissatisfied];
        all.into_iter().find(|result| result.name() == name)
    }
}

/// Whether the caller had a hand in the answer: took the ticket up, wrote to whoever asked, or
/// helped. Who only looked at what others did (by another: 审核, 回访) had not.
#[must_use]
pub(crate) fn handled_by(caller: &Caller, entries: &[Entry], draft: &TypeDraft) -> bool {
    let by_another = |entry: &Entry| {
        let key = entry.detail["transition"].as_str().unwrap_or_default();
        draft.transition(key).is_some_and(|way| way.by_another)
    };
    let mut own = entries.iter().filter(|entry| caller.is(&entry.principal));
    own.any(|entry| match entry.kind {
        EntryKind::AssistGiven => true,
        EntryKind::Commented => entry.public,
        EntryKind::Moved => {
            let active = entry.state.as_ref().is_some_and(|(_, phase)| *phase == Phase::Active);
            (active || entry.public) && !by_another(entry)
        }
        _ => false,
    })
}

/// The way that a ticket takes after a call back, if its type has one. Dissatisfied: back to an
/// open state, rather one that is meant to be gone by another. Else: on to the state of being
/// called back, which a way leads to that is to be gone by another and asks for nothing.
#[must_use]
pub(crate) fn way_after<'a>(
    result: CallResult,
    ticket: &Ticket,
    draft: &'a TypeDraft,
) -> Option<&'a TransitionDef> {
    let opens = |way: &TransitionDef| draft.state(&way.to).is_some_and(|to| to.phase.is_open());
    let from = draft.transitions.iter().filter(|way| way.from.contains(&ticket.state));
    let mut ways = from.filter(|way| way.effect == Effect::None && way.to != ticket.state);
    match result {
        CallResult::Dissatisfied => {
            let back: Vec<_> = ways.filter(|way| opens(way)).collect();
            back.iter().find(|way| way.by_another).or(back.first()).copied()
        }
        CallResult::Satisfied | CallResult::Neutral => {
            ways.find(|way| way.by_another && !opens(way) && way.needs.is_empty())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{moving::tests::ticket, shipped};

    #[test]
    fn way_after_a_call_is_found_in_the_type() {
        let types = shipped::types(None);
        let way = |key: &str, state: &str, result| {
            let draft = types.iter().find(|draft| draft.key == key).unwrap();
            let ticket = ticket(state, draft.state(state).unwrap().phase);
            way_after(result, &ticket, draft).map(|way| way.key.as_str())
        };
        use CallResult::{Dissatisfied, Neutral, Satisfied};
        assert_eq!(way("enquiry", "approved", Satisfied), Some("call_back"));
        assert_eq!(way("enquiry", "approved", Dissatisfied), Some("dissatisfied"));
        assert_eq!(way("enquiry", "called_back", Neutral), None);
        assert_eq!(way("enquiry", "archived", Dissatisfied), None);
        assert_eq!(way("request", "closed", Dissatisfied), Some("reopen"));
        assert_eq!(way("request", "resolved", Satisfied), None, "closing is the desk's");
    }
}
