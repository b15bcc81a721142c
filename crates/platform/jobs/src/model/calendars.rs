use std::{collections::BTreeMap, sync::Arc};

use calendar::{CalendarError, WeeklyPattern, WorkingCalendar};

/// The working calendars that schedules can name.
#[derive(Debug, Clone, Default)]
pub struct Calendars(BTreeMap<String, Arc<WorkingCalendar>>);

impl Calendars {
    /// `cn`: mainland China's published years; `weekdays`: Monday to Friday, in UTC.
    ///
    /// Errors: [`CalendarError`] where the zones are damaged.
    pub fn standard() -> Result<Self, CalendarError> {
        let week = WeeklyPattern::office_hours("09:00-17:00")?;
        let weekdays = WorkingCalendar::new("weekdays", calendar::zone("UTC")?, week.clone());
        Ok(Self::default().with("cn", calendar::china(week)?).with("weekdays", weekdays))
    }

    /// These and one more; one of the same name is replaced.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, calendar: WorkingCalendar) -> Self {
        self.0.insert(name.into(), Arc::new(calendar));
        self
    }

    /// The calendar of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<WorkingCalendar>> {
        self.0.get(name).cloned()
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
