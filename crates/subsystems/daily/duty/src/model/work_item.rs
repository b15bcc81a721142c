use directory::{PersonId, UnitId};
use jiff::{ToSpan as _, civil::Date};
use kernel::{FieldFault, Id, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::checks::{name, text};

/// The id of an item of a work plan.
pub(crate) type WorkItemId = Id<WorkItem>;

const TEXT_CHARS_MAX: usize = 4_000;

/// Something that is planned for a period (工作计划事项).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorkItem {
    /// Its id.
    pub id: WorkItemId,
    /// What it says.
    pub draft: WorkItemDraft,
    /// How far it is.
    pub state: WorkState,
    /// How much of it is done, in per cent.
    pub progress: u8,
    /// The item of the period before that was not done.
    pub came_from: Option<WorkItemId>,
    /// Why that one was carried over; empty where nobody said so.
    pub came_reason: String,
    /// The item of the next period that goes on with it.
    pub went_to: Option<WorkItemId>,
    /// Why it was carried over; empty where nobody said so.
    pub went_reason: String,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub changed_at: Time,
}

/// What an item says, as people write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkItemBody)]
pub(crate) struct WorkItemDraft {
    /// The unit whose plan it is in.
    #[schema(value_type = String)]
    pub unit_id: UnitId,
    /// Whose it is; none: the unit's.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub owner_id: Option<PersonId>,
    /// For how long it is planned.
    pub period: Period,
    /// A day of the period; kept as its first one.
    #[schema(value_type = String, example = "2026-09-21")]
    pub day: Date,
    /// What is to be done, on one line.
    pub title: String,
    /// The whole of it.
    #[serde(default)]
    pub description: String,
    /// By when.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-09-25")]
    pub due: Option<Date>,
}

/// For how long something is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WorkPeriod)]
pub(crate) enum Period {
    /// A week, from Monday.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}

/// How far an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WorkState)]
pub(crate) enum WorkState {
    /// Nobody has begun.
    Open,
    /// Somebody is on it.
    Doing,
    /// Done.
    Done,
    /// It is no longer wanted.
    Dropped,
    /// The next period goes on with it.
    Carried,
}

impl Period {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Week, Self::Month, Self::Year];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The period of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.name() == name)
    }

    /// The first day of the period that `day` is in.
    #[must_use]
    pub(crate) fn start(self, day: Date) -> Date {
        match self {
            Self::Week => {
                let since = i64::from(day.weekday().to_monday_zero_offset());
                // Before the first Monday of all time: there is none, the day itself will do.
                day.checked_sub(since.days()).unwrap_or(day)
            }
            Self::Month => day.first_of_month(),
            Self::Year => day.first_of_year(),
        }
    }

    /// The first day of the period after the one that `day` is in; the last one has none after it.
    #[must_use]
    pub(crate) fn next(self, day: Date) -> Date {
        let start = self.start(day);
        let span = match self {
            Self::Week => 1.week(),
            Self::Month => 1.month(),
            Self::Year => 1.year(),
        };
        start.checked_add(span).unwrap_or(start)
    }
}

impl WorkState {
    const ALL: [Self; 5] = [Self::Open, Self::Doing, Self::Done, Self::Dropped, Self::Carried];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Doing => "doing",
            Self::Done => "done",
            Self::Dropped => "dropped",
            Self::Carried => "carried",
        }
    }

    /// The state of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether it is still to be done.
    #[must_use]
    pub(crate) fn is_left(self) -> bool {
        matches!(self, Self::Open | Self::Doing)
    }
}

impl WorkItemDraft {
    /// The same with the first day of its period.
    #[must_use]
    pub(crate) fn in_period(self) -> Self {
        Self { day: self.period.start(self.day), ..self }
    }

    /// Everything that is wrong with it by itself.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        name(&mut faults, "title", &self.title);
        text(&mut faults, "description", &self.description, (0, TEXT_CHARS_MAX));
        for (field, day) in [("day", Some(self.day)), ("due", self.due)] {
            if let Some(day) = day.filter(|day| !(1980..=2200).contains(&day.year())) {
                let expected = Text::new("a year from 1980 to 2200", "1980 至 2200 年");
                faults.push(FieldFault::new(field, day, expected));
            }
        }
        if let Some(due) = self.due.filter(|due| *due < self.period.start(self.day)) {
            let expected = Text::new("no day before the period", "不早于计划周期开始日期");
            faults.push(FieldFault::new("due", due, expected));
        }
        faults
    }
}

/// What goes on with an item that was not done, in the period of `day`, and why.
#[must_use]
pub(crate) fn carried(
    old: &WorkItem,
    id: WorkItemId,
    (day, reason): (Date, &str),
    now: Time,
) -> WorkItem {
    WorkItem {
        id,
        draft: WorkItemDraft { day, ..old.draft.clone() }.in_period(),
        state: old.state,
        progress: old.progress,
        came_from: Some(old.id),
        came_reason: reason.to_owned(),
        went_to: None,
        went_reason: String::new(),
        version: 1,
        created_at: now,
        changed_at: now,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn periods_begin_where_people_begin_them() {
        let cases = [
            (Period::Week, date(2026, 9, 27), date(2026, 9, 21), date(2026, 9, 28)),
            (Period::Week, date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 4)),
            (Period::Month, date(2026, 2, 28), date(2026, 2, 1), date(2026, 3, 1)),
            (Period::Year, date(2028, 2, 29), date(2028, 1, 1), date(2029, 1, 1)),
        ];
        for (period, day, start, next) in cases {
            assert_eq!((period.start(day), period.next(day)), (start, next), "{day}");
        }
    }

    proptest! {
        #[test]
        fn every_day_is_in_one_period(days in 0_i64..80_000, which in 0_usize..3) {
            let (day, period) = (date(1980, 1, 1) + days.days(), Period::ALL[which]);
            let (start, next) = (period.start(day), period.next(day));
            prop_assert!(start <= day && day < next);
            prop_assert_eq!(period.start(next), next);
            prop_assert_eq!(period.next(start), next);
        }
    }
}
