use jiff::civil::Weekday;

use crate::{CalendarError, DayPlan};

/// When people work in an ordinary week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeeklyPattern {
    /// Monday first.
    days: [DayPlan; 7],
    make_up: DayPlan,
}

impl WeeklyPattern {
    /// One plan for each day, Monday first.
    ///
    /// On make-up days (调休上班日) the plan of the first day with work counts.
    #[must_use]
    pub fn new(days: [DayPlan; 7]) -> Self {
        let make_up = days.iter().find(|plan| !plan.is_closed()).cloned().unwrap_or_default();
        Self { days, make_up }
    }

    /// `plan` from Monday to Friday, nothing at the weekend.
    #[must_use]
    pub fn monday_to_friday(plan: &DayPlan) -> Self {
        let day = || plan.clone();
        let off = DayPlan::closed;
        Self::new([day(), day(), day(), day(), day(), off(), off()])
    }

    /// The same, with the plan given as text: `08:30-12:00, 13:30-17:30`.
    ///
    /// Errors: [`CalendarError::NotASpan`].
    pub fn office_hours(plan: &str) -> Result<Self, CalendarError> {
        Ok(Self::monday_to_friday(&plan.parse()?))
    }

    /// Every day, round the clock (7×24).
    #[must_use]
    pub fn always() -> Self {
        let whole = "00:00-24:00".parse().unwrap_or_default();
        Self::new(std::array::from_fn(|_| DayPlan::clone(&whole)))
    }

    /// The same week with another plan for make-up days.
    #[must_use]
    pub fn with_make_up(mut self, plan: DayPlan) -> Self {
        self.make_up = plan;
        self
    }

    /// The plan of `weekday`.
    #[must_use]
    pub fn on(&self, weekday: Weekday) -> &DayPlan {
        &self.days[usize::from(weekday.to_monday_zero_offset().unsigned_abs()) % 7]
    }

    /// The plan of make-up days.
    #[must_use]
    pub fn make_up(&self) -> &DayPlan {
        &self.make_up
    }

    /// What would be worked on `weekday` if it were a workday.
    pub(crate) fn workday(&self, weekday: Weekday) -> &DayPlan {
        let plan = self.on(weekday);
        if plan.is_closed() { &self.make_up } else { plan }
    }
}
