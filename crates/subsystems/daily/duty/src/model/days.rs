use calendar::{
    CalendarError, DayRule, Layer, SpecialDay, WeeklyPattern, Why, WorkingCalendar, china_layer,
};
use jiff::civil::Date;

use super::roster::{CalendarName, DayKind, OwnDay, RosterDraft};

/// What calendars are made of: read once, as the published years are files.
#[derive(Debug, Clone)]
pub struct BaseCalendars {
    china: Layer,
    weekdays: WeeklyPattern,
}

impl BaseCalendars {
    /// The calendars that come with the product.
    ///
    /// Errors: [`CalendarError`] never in practice: the pattern is a constant.
    pub fn standard() -> Result<Self, CalendarError> {
        let weekdays = WeeklyPattern::office_hours("08:30-12:00, 13:30-17:30")?;
        Ok(Self { china: china_layer(), weekdays })
    }

    /// The calendar of a roster: the named one below, its own days on top.
    ///
    /// Errors: [`CalendarError::UnknownZone`].
    pub fn of(&self, draft: &RosterDraft) -> Result<WorkingCalendar, CalendarError> {
        self.with_days(&draft.zone, draft.calendar, &draft.days)
    }

    /// The calendar of that name in a zone, with days of its own on top.
    ///
    /// Errors: [`CalendarError::UnknownZone`].
    pub(crate) fn with_days(
        &self,
        zone: &str,
        calendar: CalendarName,
        days: &[OwnDay],
    ) -> Result<WorkingCalendar, CalendarError> {
        let zone = calendar::zone(zone)?;
        let base = match calendar {
            CalendarName::China => {
                WorkingCalendar::new("week", zone, self.weekdays.clone()).with(self.china.clone())
            }
            CalendarName::Weekdays => WorkingCalendar::new("week", zone, self.weekdays.clone()),
            CalendarName::EveryDay => WorkingCalendar::new("week", zone, WeeklyPattern::always()),
        };
        if days.is_empty() {
            return Ok(base);
        }
        let own = days.iter().map(|day| SpecialDay {
            date: day.date,
            rule: match day.kind {
                DayKind::Workday => DayRule::Open,
                DayKind::Weekend | DayKind::Holiday => DayRule::Closed,
            },
            name: day.name.clone(),
        });
        Ok(base.with(Layer::new("own").with_days(own)))
    }
}

/// What `date` is, and the name of the entry that makes it so.
#[must_use]
pub(crate) fn kind_of(calendar: &WorkingCalendar, date: Date) -> (DayKind, String) {
    let day = calendar.day(date);
    match (day.plan.is_closed(), day.why) {
        (false, Why::Special { name, .. }) => (DayKind::Workday, name),
        (false, Why::Week { .. }) => (DayKind::Workday, String::new()),
        (true, Why::Special { name, .. }) => (DayKind::Holiday, name),
        (true, Why::Week { .. }) => (DayKind::Weekend, String::new()),
    }
}
