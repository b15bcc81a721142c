use std::{collections::HashMap, fmt};

use calendar::{CalendarError, WorkingCalendar, resolve};
use directory::PersonId;
use jiff::{Timestamp, ToSpan as _, civil::Date};
use kernel::Time;
use serde::{Deserialize, Serialize};

use super::{
    changes::{Leave, LeaveState, Override, Swap, SwapState},
    roster::{Clock, DayKind, Position, RosterDraft, Shift},
    turns::{Days, Turns},
};

/// The longest time that one answer covers.
pub(crate) const AHEAD_DAYS_MAX: i64 = 800;

/// A seat of a position in the shift of a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// The position's key.
    pub position: String,
    /// The shift's key.
    pub shift: String,
    /// The day on which the shift begins.
    pub day: Date,
    /// The seat, from 0.
    pub seat: u32,
}

/// Why somebody is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// It is their turn.
    Rotation,
    /// They swapped.
    Swap,
    /// They step in for somebody on leave.
    Reserve,
    /// An override says so.
    Override,
}

/// A part of a slot with one person, or with nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutySpan {
    /// Of what.
    pub slot: Slot,
    /// Who; none: a gap.
    pub person: Option<PersonId>,
    /// Whose turn it would have been, if another is on or nobody.
    pub instead_of: Option<PersonId>,
    /// From this moment …
    pub from: Time,
    /// … to this.
    pub to: Time,
    /// Why.
    pub source: Source,
    /// What the day is.
    pub day_kind: DayKind,
}

/// All that decides who is on.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// What the roster says.
    pub draft: &'a RosterDraft,
    /// Its calendar.
    pub calendar: &'a WorkingCalendar,
    /// Its overrides, in the order they were made: the last one wins.
    pub overrides: &'a [Override],
    /// The leave of its people.
    pub leaves: &'a [Leave],
    /// Its swaps, in the order they were agreed.
    pub swaps: &'a [Swap],
}

impl fmt::Display for Slot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}/{}/{}", self.position, self.shift, self.day, self.seat)
    }
}

impl Source {
    const ALL: [Self; 4] = [Self::Rotation, Self::Swap, Self::Reserve, Self::Override];

    /// Its name on the wire and in the records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rotation => "rotation",
            Self::Swap => "swap",
            Self::Reserve => "reserve",
            Self::Override => "override",
        }
    }

    /// The source of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// Who is on from `from` to `to`, cut to that, in the order of time.
///
/// Pure: the same is answered for the same. Rotations say whose turn it is; then swaps, leave with
/// its reserves, and overrides, the last one made first.
///
/// Errors: [`CalendarError::OutOfRange`] for more than 800 days, and for blocks that are none.
pub fn spans(given: &Given<'_>, from: Time, to: Time) -> Result<Vec<DutySpan>, CalendarError> {
    let (Some(first), Some(last)) = (date_at(given, from), date_at(given, to)) else {
        return Err(CalendarError::OutOfRange);
    };
    if (to.micros() - from.micros()) / 86_400_000_000 > AHEAD_DAYS_MAX {
        return Err(CalendarError::OutOfRange);
    }
    let first = first.yesterday().map_err(|_| CalendarError::OutOfRange)?;
    let mut days = Days::new(given.calendar);
    let swapped = in_force(given.swaps);
    let mut found = Vec::new();
    for position in &given.draft.positions {
        let turns: Vec<_> = position
            .rotations
            .iter()
            .map(|rotation| Turns::new(given.draft, rotation, &mut days, last))
            .collect::<Result<_, _>>()?;
        for date in dates(first, last) {
            let kind = days.kind(date);
            for shift in given.draft.shifts.iter().filter(|shift| shift.begins_on(kind)) {
                if !position.has_shift(&shift.key) || !has_begun(position, shift, date) {
                    continue;
                }
                let Some((begin, end)) = moments(given, shift, date)? else { continue };
                if end <= from || begin >= to {
                    continue;
                }
                let covering = position.rotations.iter().zip(&turns);
                let mut covering = covering.filter(|(draft, _)| draft.covers(&shift.key, kind));
                let people = match covering.next() {
                    Some((_, turns)) => turns.people((date, &shift.key), stamp(begin)?)?,
                    None => None,
                };
                let whole = Whole { position, shift, date, kind, begin, end };
                found.extend(seats(given, &swapped, &whole, people.unwrap_or_default()));
            }
        }
    }
    Ok(sorted(found, from, to))
}

/// Before the first turn of all its rotations nobody is needed in a position.
fn has_begun(position: &Position, shift: &Shift, date: Date) -> bool {
    let begin = date.to_datetime(shift.from.0);
    position.rotations.is_empty()
        || position.rotations.iter().any(|rotation| rotation.start <= begin)
}

/// A shift of a day in a position.
struct Whole<'a> {
    position: &'a Position,
    shift: &'a Shift,
    date: Date,
    kind: DayKind,
    begin: Time,
    end: Time,
}

fn seats(
    given: &Given<'_>,
    swapped: &HashMap<(&Slot, PersonId), PersonId>,
    whole: &Whole<'_>,
    people: &[PersonId],
) -> Vec<DutySpan> {
    let mut found = Vec::new();
    for seat in 0..whole.position.seats {
        let slot = Slot {
            position: whole.position.key.clone(),
            shift: whole.shift.key.clone(),
            day: whole.date,
            seat,
        };
        let turn = people.get(seat as usize).copied();
        let mut piece = DutySpan {
            person: turn,
            instead_of: None,
            from: whole.begin,
            to: whole.end,
            source: Source::Rotation,
            day_kind: whole.kind,
            slot,
        };
        // Swaps may follow each other; no more than there are of them.
        for _ in 0..swapped.len() {
            let Some(person) = piece.person else { break };
            let Some(taker) = swapped.get(&(&piece.slot, person)) else { break };
            (piece.person, piece.source, piece.instead_of) = (Some(*taker), Source::Swap, turn);
        }
        let pieces = without_leave(given, whole.position, vec![piece]);
        found.extend(overridden(given, pieces));
    }
    found
}

/// Who takes which slot of whom.
fn in_force(swaps: &[Swap]) -> HashMap<(&Slot, PersonId), PersonId> {
    let mut taken = HashMap::new();
    for swap in swaps.iter().filter(|swap| swap.state == SwapState::InForce) {
        taken.insert((&swap.slot, swap.giver), swap.taker);
        // Given back later: what was said before no longer holds.
        taken.remove(&(&swap.slot, swap.taker));
        if let Some(back) = &swap.slot_back {
            taken.insert((back, swap.taker), swap.giver);
            taken.remove(&(back, swap.giver));
        }
    }
    taken
}

fn without_leave(
    given: &Given<'_>,
    position: &Position,
    mut pieces: Vec<DutySpan>,
) -> Vec<DutySpan> {
    for leave in given.leaves.iter().filter(|leave| leave.state == LeaveState::Approved) {
        pieces = cut(pieces, (leave.from, leave.to), |piece| {
            if piece.person != Some(leave.person_id) {
                return;
            }
            let (from, to) = (piece.from, piece.to);
            let away = |person: PersonId| is_away(given.leaves, person, from, to);
            let reserve = position.reserves.iter().copied().find(|person| !away(*person));
            piece.instead_of = piece.instead_of.or(piece.person);
            (piece.person, piece.source) = (reserve, Source::Reserve);
        });
    }
    pieces
}

/// Whether a person is on approved leave at any time from–to.
#[must_use]
pub(crate) fn is_away(leaves: &[Leave], person: PersonId, from: Time, to: Time) -> bool {
    leaves.iter().any(|leave| {
        leave.state == LeaveState::Approved
            && leave.person_id == person
            && leave.from < to
            && from < leave.to
    })
}

fn overridden(given: &Given<'_>, mut pieces: Vec<DutySpan>) -> Vec<DutySpan> {
    for one in given.overrides {
        pieces = cut(pieces, (one.from, one.to), |piece| {
            if one.hits(&piece.slot.position, piece.person) {
                piece.instead_of = piece.instead_of.or(piece.person);
                (piece.person, piece.source) = (one.person_in, Source::Override);
            }
        });
    }
    pieces
}

/// The pieces, cut at both ends of a span, with what lies inside changed.
fn cut(
    pieces: Vec<DutySpan>,
    (from, to): (Time, Time),
    mut change: impl FnMut(&mut DutySpan),
) -> Vec<DutySpan> {
    let mut parts: Vec<DutySpan> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        if piece.to <= from || piece.from >= to {
            parts.push(piece);
            continue;
        }
        let mut inside =
            DutySpan { from: piece.from.max(from), to: piece.to.min(to), ..piece.clone() };
        let before = DutySpan { to: inside.from, ..piece.clone() };
        let after = DutySpan { from: inside.to, ..piece.clone() };
        let unchanged = inside.clone();
        change(&mut inside);
        if inside == unchanged {
            parts.push(piece);
            continue;
        }
        parts.extend([before, inside, after].into_iter().filter(|part| part.from < part.to));
    }
    parts
}

fn sorted(mut found: Vec<DutySpan>, from: Time, to: Time) -> Vec<DutySpan> {
    for span in &mut found {
        (span.from, span.to) = (span.from.max(from), span.to.min(to));
    }
    found.retain(|span| span.from < span.to);
    found.sort_by(|a, b| (a.from, &a.slot).cmp(&(b.from, &b.slot)));
    found
}

fn dates(first: Date, last: Date) -> impl Iterator<Item = Date> {
    first.series(1.day()).take_while(move |date| *date <= last)
}

fn date_at(given: &Given<'_>, at: Time) -> Option<Date> {
    stamp(at).ok().map(|moment| given.calendar.date_at(moment))
}

/// When a shift of a day begins and ends; none where the clocks skip it as a whole.
fn moments(
    given: &Given<'_>,
    shift: &Shift,
    date: Date,
) -> Result<Option<(Time, Time)>, CalendarError> {
    span_of_day(given.calendar, date, (shift.from, shift.to))
}

/// When a span of the wall clock begins and ends that begins on a day; none where the clocks skip
/// it as a whole.
pub(crate) fn span_of_day(
    calendar: &WorkingCalendar,
    date: Date,
    (from, to): (Clock, Clock),
) -> Result<Option<(Time, Time)>, CalendarError> {
    let next = date.tomorrow().map_err(|_| CalendarError::OutOfRange)?;
    let at = |date: Date, Clock(clock)| {
        let wall = resolve(calendar.zone(), date.to_datetime(clock))?;
        Ok::<_, CalendarError>(Time::from_micros(wall.moment().as_microsecond()))
    };
    let begin = at(date, from)?;
    let end = at(if to > from { date } else { next }, to)?;
    Ok((begin < end).then_some((begin, end)))
}

/// The moment as [`jiff`] has it.
pub(crate) fn stamp(at: Time) -> Result<Timestamp, CalendarError> {
    Timestamp::from_microsecond(at.micros()).map_err(|_| CalendarError::OutOfRange)
}

/// Everybody who is on in the spans, or would have been.
#[must_use]
pub(crate) fn people_in(spans: &[DutySpan]) -> Vec<PersonId> {
    spans.iter().flat_map(|span| [span.person, span.instead_of]).flatten().collect()
}

/// The same with parts of a slot that follow each other and say the same as one.
#[must_use]
pub(crate) fn joined(spans: Vec<DutySpan>) -> Vec<DutySpan> {
    let mut whole: Vec<DutySpan> = Vec::with_capacity(spans.len());
    let mut last: HashMap<Slot, usize> = HashMap::new();
    for span in spans {
        let before = last.get(&span.slot).and_then(|at| whole.get_mut(*at));
        if let Some(before) = before
            && before.to == span.from
            && (before.person, before.source) == (span.person, span.source)
        {
            before.to = span.to;
            continue;
        }
        last.insert(span.slot.clone(), whole.len());
        whole.push(span);
    }
    whole
}
