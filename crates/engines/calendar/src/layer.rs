use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{DayPlan, WeeklyPattern};

/// What a dated entry says of its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayRule {
    /// Nobody works: a holiday.
    Closed,
    /// A workday, whatever the weekday: a make-up day (调休上班日).
    Open,
    /// A workday until noon.
    Morning,
    /// A workday from noon on.
    Afternoon,
    /// Exactly these hours.
    Hours(DayPlan),
}

/// A day that differs from its weekday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecialDay {
    /// The day.
    pub date: Date,
    /// What holds on it.
    pub rule: DayRule,
    /// Why: `春节`.
    pub name: String,
}

/// What one authority says of working time: a state, a province, an office.
///
/// A calendar is a pile of layers: for a day the uppermost one that says something holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    pub(crate) name: String,
    pub(crate) weekly: Option<WeeklyPattern>,
    pub(crate) days: BTreeMap<Date, SpecialDay>,
    pub(crate) published: Option<BTreeSet<i16>>,
}

impl Layer {
    /// A layer called `name` that says nothing yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), weekly: None, days: BTreeMap::new(), published: None }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same layer with a week of its own.
    #[must_use]
    pub fn with_week(mut self, weekly: WeeklyPattern) -> Self {
        self.weekly = Some(weekly);
        self
    }

    /// The same layer with these days; a later entry for a day replaces an earlier one.
    #[must_use]
    pub fn with_days(mut self, days: impl IntoIterator<Item = SpecialDay>) -> Self {
        self.days.extend(days.into_iter().map(|day| (day.date, day)));
        self
    }

    /// The same layer, which is published year by year: for years other than these answers carry
    /// [`Note::YearNotPublished`](crate::Note::YearNotPublished).
    #[must_use]
    pub fn published_for(mut self, years: impl IntoIterator<Item = i16>) -> Self {
        self.published.get_or_insert_default().extend(years);
        self
    }

    /// The years that were published; none when it is not published year by year.
    #[must_use]
    pub fn published_years(&self) -> Vec<i16> {
        self.published.iter().flatten().copied().collect()
    }

    /// Its days that differ, in order.
    pub fn days(&self) -> impl Iterator<Item = &SpecialDay> {
        self.days.values()
    }
}
