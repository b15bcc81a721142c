//! Schedules of other systems: what they say, in one form. Pure; people are matched elsewhere.

mod built;
mod goalert;
mod ical;
mod oncall;
mod seats;
mod turns;

use std::fmt;

use jiff::civil::DateTime;
use kernel::{Text, Time};

pub(crate) use built::{Built, Wanted, built, everybody};
pub(crate) use goalert::from_goalert;
pub(crate) use ical::from_ical;
pub(crate) use oncall::from_oncall;
pub(crate) use seats::{Seated, place_of, seated};
pub(crate) use turns::{Turns, expanded};

use crate::model::roster::{Clock, DayKind, TurnUnit};

/// The most shifts of one schedule.
pub(super) const SHIFTS_MAX: usize = 4_000;

/// Somebody, as another system names them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Who {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their user name.
    pub user: String,
}

/// A schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Its stable name: `goalert:<id>`.
    pub source: String,
    /// What people call it.
    pub name: String,
    /// The zone of its wall clock.
    pub zone: String,
    /// Who is on in it.
    pub layers: Vec<Layer>,
    /// Who is on instead of whom.
    pub instead: Vec<Instead>,
    /// What could not be taken over.
    pub lacking: Vec<Lacking>,
}

/// People who are on beside others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layer {
    /// What people call it.
    pub name: String,
    /// Who is on.
    pub plan: Plan,
}

/// Who is on in a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plan {
    /// People take turns.
    Turns(Turns),
    /// Each shift by itself.
    Dated(Vec<Dated>),
}

/// A shift by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Dated {
    /// From this moment …
    pub from: Time,
    /// … to this.
    pub to: Time,
    /// Who.
    pub who: Who,
}

/// Somebody who is on instead of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instead {
    /// From this moment …
    pub from: Time,
    /// … to this.
    pub to: Time,
    /// Who is not on.
    pub out: Who,
    /// Who is; none: nobody.
    pub into: Option<Who>,
}

/// Something that could not be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lacking {
    /// What.
    pub what: String,
    /// Why.
    pub why: Text,
}

/// What a file cannot be read for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: Text,
}

/// Between which moments shifts are taken over one by one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    /// From this one …
    pub from: Time,
    /// … to this one.
    pub to: Time,
}

impl Stretch {
    /// Whether a span touches it.
    #[must_use]
    pub(super) fn touches(self, from: Time, to: Time) -> bool {
        from < to && to > self.from && from < self.to
    }
}

impl Lacking {
    /// It could not be taken over because of that.
    pub(super) fn new(what: impl Into<String>, en: &str, zh: &str) -> Self {
        Self { what: what.into(), why: Text::new(en, zh) }
    }
}

impl Unreadable {
    /// What a JSON export cannot be read for.
    pub(super) fn json(error: &serde_json::Error) -> Self {
        Self {
            found: error.to_string(),
            expected: Text::new("an export in JSON", "JSON 格式的导出文件"),
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [&self.name, &self.email, &self.user];
        let mut named = names.into_iter().filter(|name| !name.is_empty());
        write!(out, "{}", named.next().map_or("?", String::as_str))?;
        match named.next() {
            Some(more) => write!(out, " <{more}>"),
            None => Ok(()),
        }
    }
}

/// The days that a set of weekdays is, from Monday; none: it is no such set.
pub(super) fn kinds_of(weekdays: [bool; 7]) -> Option<Vec<DayKind>> {
    match weekdays {
        [true, true, true, true, true, true, true] => Some(Vec::new()),
        [true, true, true, true, true, false, false] => Some(vec![DayKind::Workday]),
        [false, false, false, false, false, true, true] => Some(vec![DayKind::Weekend]),
        _ => None,
    }
}

/// How turns are counted whose first hand-over is at `start`.
pub(super) fn whole_days(start: DateTime) -> (Clock, Clock) {
    let clock = Clock(start.time());
    (clock, clock)
}

/// In what the length of a turn is counted, by the name that others give it.
pub(super) fn unit_of(name: &str) -> Option<TurnUnit> {
    Some(match name {
        "hourly" => TurnUnit::Hours,
        "daily" => TurnUnit::Days,
        "weekly" => TurnUnit::Weeks,
        "monthly" => TurnUnit::Months,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
