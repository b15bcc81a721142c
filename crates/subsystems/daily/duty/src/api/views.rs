use std::collections::HashMap;

use directory::PersonId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    actions::Seen,
    model::{
        plan::DutySpan,
        problem::Problem,
        roster::{DayKind, Roster, RosterDraft},
    },
};

/// A roster.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Roster)]
pub(crate) struct RosterView {
    id: String,
    version: i64,
    /// Grows with everything that may change somebody's duty.
    revision: i64,
    retired: bool,
    created_at: String,
    changed_at: String,
    /// Before this moment duty is fact and never changes.
    frozen_until: String,
    roster: RosterDraft,
}

/// A person with their name; empty when the directory does not have them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DutyPerson)]
pub(crate) struct PersonView {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A part of a slot with one person, or with nobody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutySpan)]
pub(crate) struct SpanView {
    roster_id: String,
    roster_name: String,
    position: String,
    position_name: String,
    shift: String,
    shift_name: String,
    /// The day on which the shift begins.
    day: String,
    /// From 0.
    seat: u32,
    from: String,
    to: String,
    /// Who is on; null: a gap.
    person: Option<PersonView>,
    /// Whose turn it would have been.
    instead_of: Option<PersonView>,
    /// `rotation`, `swap`, `reserve` or `override`.
    source: String,
    day_kind: DayKind,
}

/// What somebody is on duty for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnDuty)]
pub(crate) struct OwnDutyView {
    /// Who they are in the directory; null: nobody, and so never on duty.
    pub(super) person_id: Option<String>,
    pub(super) items: Vec<SpanView>,
}

/// Something wrong ahead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutyProblem)]
pub(crate) struct ProblemView {
    /// `gap`, `twice`, `short_rest`, `on_leave`, `left`, `not_in_post` or `unqualified`.
    kind: String,
    /// The missing qualification, or the other roster and slot.
    about: String,
    span: SpanView,
}

/// A day of the roster's calendar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutyDay)]
pub(crate) struct DayView {
    date: String,
    kind: DayKind,
    /// Why: 春节; empty for an ordinary day.
    name: String,
}

/// A stretch of a roster.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutyStretch)]
pub(crate) struct StretchView {
    roster_id: String,
    roster_name: String,
    zone: String,
    spans: Vec<SpanView>,
    problems: Vec<ProblemView>,
    days: Vec<DayView>,
    /// Years shown whose days off are not published yet: what is counted by workdays may move.
    unpublished_years: Vec<i16>,
    /// Everybody whom the roster names.
    people: Vec<PersonView>,
}

impl From<Roster> for RosterView {
    fn from(roster: Roster) -> Self {
        Self {
            id: roster.id.to_string(),
            version: roster.version,
            revision: roster.revision,
            retired: roster.retired,
            created_at: roster.created_at.to_string(),
            changed_at: roster.changed_at.to_string(),
            frozen_until: roster.frozen_until.to_string(),
            roster: roster.draft,
        }
    }
}

impl PersonView {
    pub(crate) fn of(id: PersonId, names: &HashMap<PersonId, String>) -> Self {
        Self { id: id.to_string(), name: names.get(&id).cloned().unwrap_or_default() }
    }
}

impl SpanView {
    fn of(roster: &Roster, span: &DutySpan, names: &HashMap<PersonId, String>) -> Self {
        let slot = &span.slot;
        let position = roster.draft.position(&slot.position).map(|one| one.name.clone());
        let shift = roster.draft.shift(&slot.shift).map(|one| one.name.clone());
        Self {
            roster_id: roster.id.to_string(),
            roster_name: roster.draft.name.clone(),
            position: slot.position.clone(),
            position_name: position.unwrap_or_else(|| slot.position.clone()),
            shift: slot.shift.clone(),
            shift_name: shift.unwrap_or_else(|| slot.shift.clone()),
            day: slot.day.to_string(),
            seat: slot.seat,
            from: span.from.to_string(),
            to: span.to.to_string(),
            person: span.person.map(|id| PersonView::of(id, names)),
            instead_of: span.instead_of.map(|id| PersonView::of(id, names)),
            source: span.source.name().to_owned(),
            day_kind: span.day_kind,
        }
    }

    /// The spans of several stretches, in the order of time.
    pub(crate) fn all_of(all: &[Seen]) -> Vec<Self> {
        let mut spans: Vec<_> =
            all.iter().flat_map(|seen| seen.spans.iter().map(move |span| (seen, span))).collect();
        spans.sort_by(|(_, a), (_, b)| (a.from, &a.slot).cmp(&(b.from, &b.slot)));
        spans.iter().map(|(seen, span)| Self::of(&seen.roster, span, &seen.names)).collect()
    }
}

impl From<Seen> for StretchView {
    fn from(seen: Seen) -> Self {
        let span = |span: &DutySpan| SpanView::of(&seen.roster, span, &seen.names);
        let problem = |problem: &Problem| ProblemView {
            kind: problem.kind.name().to_owned(),
            about: problem.about.clone(),
            span: span(&problem.span),
        };
        let day = |(date, kind, name): &(jiff::civil::Date, DayKind, String)| DayView {
            date: date.to_string(),
            kind: *kind,
            name: name.clone(),
        };
        let people = seen.roster.draft.people();
        Self {
            roster_id: seen.roster.id.to_string(),
            roster_name: seen.roster.draft.name.clone(),
            zone: seen.roster.draft.zone.clone(),
            spans: seen.spans.iter().map(span).collect(),
            problems: seen.problems.iter().map(problem).collect(),
            days: seen.days.iter().map(day).collect(),
            unpublished_years: seen.unpublished,
            people: people.into_iter().map(|id| PersonView::of(id, &seen.names)).collect(),
        }
    }
}
