//! What a ticket came from, what it was merged into, and whether it is major.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    actions::Ties,
    model::{
        major::Major,
        merge::Merge,
        origin::Origin,
        ticket::{Ticket, TicketId},
    },
};

/// What a ticket was opened from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketOrigin)]
pub(crate) struct OriginView {
    /// `incident`, `round`, `campaign`, `call` or `mail`.
    kind: &'static str,
    id: String,
}

/// Another ticket by its number.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketNumbered)]
pub(crate) struct NumberedView {
    id: String,
    number: String,
    subject: String,
}

/// The ticket that one was merged into.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketMergedInto)]
pub(crate) struct MergedIntoView {
    /// Null where the caller does not see it.
    ticket: Option<NumberedView>,
    by: String,
    at: String,
}

/// That a ticket is or was major.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketMajor)]
pub(crate) struct TicketMajorView {
    /// Who leads.
    lead_id: String,
    declared_at: String,
    /// When those concerned are to be told next; null: it is over.
    update_due_at: Option<String>,
    ended_at: Option<String>,
}

/// All of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketTies)]
pub(crate) struct TiesView {
    /// What it was opened from; null: by somebody.
    origin: Option<OriginView>,
    /// What it was merged into; null: nothing.
    merged_into: Option<MergedIntoView>,
    /// Null: it was never declared major.
    major: Option<TicketMajorView>,
}

impl TiesView {
    pub(super) fn of(ticket: &Ticket, ties: Ties) -> Self {
        Self {
            origin: ticket.source_key.as_deref().and_then(Origin::of).map(OriginView::from),
            merged_into: ties.merged.map(MergedIntoView::from),
            major: ties.major.map(TicketMajorView::from),
        }
    }
}

impl NumberedView {
    pub(super) fn of(id: TicketId, number: String, subject: String) -> Self {
        Self { id: id.to_string(), number, subject }
    }
}

impl From<Ticket> for NumberedView {
    fn from(ticket: Ticket) -> Self {
        Self::of(ticket.id, ticket.number, ticket.content.subject)
    }
}

impl From<Origin> for OriginView {
    fn from(origin: Origin) -> Self {
        Self { kind: origin.kind, id: origin.id }
    }
}

impl From<(Merge, Option<Ticket>)> for MergedIntoView {
    fn from((merge, master): (Merge, Option<Ticket>)) -> Self {
        let ticket = master.map(NumberedView::from);
        Self { ticket, by: merge.merged_by, at: merge.merged_at.to_string() }
    }
}

impl From<Major> for TicketMajorView {
    fn from(major: Major) -> Self {
        Self {
            lead_id: major.lead_id.to_string(),
            declared_at: major.declared_at.to_string(),
            update_due_at: major.update_due_at.map(|at| at.to_string()),
            ended_at: major.ended.map(|(_, at)| at.to_string()),
        }
    }
}
