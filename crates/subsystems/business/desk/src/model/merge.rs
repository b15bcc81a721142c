use kernel::Time;

use super::{
    phase::Phase,
    ticket::TicketId,
    ticket_type::{StateDef, TypeDraft},
};

/// A ticket that was merged into another, its master.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Merge {
    /// The one that was merged.
    pub ticket_id: TicketId,
    /// Into this one.
    pub master_id: TicketId,
    /// The state it was in.
    pub state: String,
    /// What that state means to the clocks.
    pub phase: Phase,
    /// Who merged it.
    pub merged_by: String,
    /// When.
    pub merged_at: Time,
}

/// The state in which a duplicate of a type is closed: the one called `closed`, else the first that
/// is closed.
#[must_use]
pub(crate) fn closing(draft: &TypeDraft) -> Option<&StateDef> {
    let mut closed = draft.states.iter().filter(|state| state.phase == Phase::Closed);
    let named = draft.state("closed").filter(|state| state.phase == Phase::Closed);
    named.or_else(|| closed.next())
}
