use std::time::Duration;

use calendar::{
    CalendarError, DayPlan, DayRule, Layer, SpecialDay, WeeklyPattern, WorkingCalendar, china_layer,
};
use http_kit::TextView;
use jiff::{Timestamp, civil::Date};
use kernel::{FieldFault, Id, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    priority::{PRIORITY_MAX, Priority},
    ticket_type::checked_text,
};

/// The id of a policy.
pub(crate) type PolicyId = Id<Policy>;

/// A target is at most so long: ten years of minutes, four years of workdays.
const MINUTES_MAX: u32 = 5_256_000;
const WORKDAYS_MAX: u32 = 1_000;
const DAYS_MAX: usize = 2_000;
const PERCENTS_MAX: usize = 10;

/// A service level (SLA) as it was last written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Policy {
    /// Its id.
    pub id: PolicyId,
    /// What it says.
    pub draft: PolicyDraft,
    /// Grows by one with every change; tickets keep the version they were opened under.
    pub version: i64,
    /// Whether it was given up: no new ticket gets it.
    pub retired: bool,
    /// When it was last changed.
    pub changed_at: Time,
}

/// What a service level promises. It is its form on the wire and in the records, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SlaPolicyBody)]
pub(crate) struct PolicyDraft {
    /// What people call it.
    #[schema(value_type = TextView)]
    pub name: Text,
    /// The IANA zone of its wall clock: `Asia/Shanghai`.
    pub zone: String,
    /// Which days are worked.
    pub calendar: DayCalendar,
    /// The hours of a workday on the wall clock: `08:30-12:00, 13:30-17:30`.
    pub hours: String,
    /// Days that differ from the calendar.
    #[serde(default)]
    pub days: Vec<DayException>,
    /// What is promised for each priority; of one that is not listed nothing is.
    pub targets: Vec<PriorityTarget>,
    /// How long each unit may have a ticket; none: nothing is promised.
    #[serde(default)]
    pub hop: Option<Target>,
    /// How long a unit may return what it was given; none: as long as it has it.
    #[serde(default)]
    pub return_within: Option<Target>,
    /// At how many percent of a target somebody is warned.
    #[serde(default = "usual_percents")]
    pub warn_percents: Vec<u8>,
}

/// A calendar that comes with the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SlaCalendar)]
pub(crate) enum DayCalendar {
    /// Mainland China's days off and make-up workdays, as far as they are published.
    China,
    /// Monday to Friday.
    Weekdays,
    /// Every day is a workday.
    EveryDay,
}

/// A day that differs from the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SlaDay)]
pub(crate) struct DayException {
    /// The day.
    #[schema(value_type = String, example = "2026-10-01")]
    pub date: Date,
    /// Whether it is worked.
    pub worked: bool,
    /// Why.
    #[serde(default)]
    pub name: String,
}

/// What is promised for a priority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SlaPriorityTarget)]
pub(crate) struct PriorityTarget {
    /// 1 to 5.
    pub priority: Priority,
    /// Until somebody takes it up or replies.
    #[serde(default)]
    pub response: Option<Target>,
    /// Until it is resolved.
    #[serde(default)]
    pub resolution: Option<Target>,
}

/// A span that is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SlaTarget)]
pub(crate) struct Target {
    /// How much.
    pub amount: u32,
    /// Of what.
    pub unit: TargetUnit,
}

/// In what a target is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SlaTargetUnit)]
pub(crate) enum TargetUnit {
    /// Minutes of working time.
    Minutes,
    /// Workdays (N 个工作日): counted from the next day, to the end of work on the last.
    Workdays,
}

fn usual_percents() -> Vec<u8> {
    vec![75, 100]
}

/// What calendars are made of: read once, as the published years are files.
#[derive(Debug, Clone)]
pub(crate) struct BaseCalendars {
    china: Layer,
}

impl BaseCalendars {
    /// The calendars that come with the product.
    #[must_use]
    pub(crate) fn standard() -> Self {
        Self { china: china_layer() }
    }

    /// The calendar of a policy: the named one below, its own days on top.
    ///
    /// Errors: [`CalendarError::UnknownZone`], [`CalendarError::NotASpan`].
    pub(crate) fn of(&self, draft: &PolicyDraft) -> Result<WorkingCalendar, CalendarError> {
        let zone = calendar::zone(&draft.zone)?;
        let plan: DayPlan = draft.hours.parse()?;
        let weekdays = WeeklyPattern::monday_to_friday(&plan);
        let base = match draft.calendar {
            DayCalendar::China => {
                WorkingCalendar::new("week", zone, weekdays).with(self.china.clone())
            }
            DayCalendar::Weekdays => WorkingCalendar::new("week", zone, weekdays),
            DayCalendar::EveryDay => {
                let always = WeeklyPattern::new(std::array::from_fn(|_| plan.clone()));
                WorkingCalendar::new("week", zone, always)
            }
        };
        if draft.days.is_empty() {
            return Ok(base);
        }
        let own = draft.days.iter().map(|day| SpecialDay {
            date: day.date,
            rule: if day.worked { DayRule::Open } else { DayRule::Closed },
            name: day.name.clone(),
        });
        Ok(base.with(Layer::new("own").with_days(own)))
    }
}

impl Target {
    /// So many minutes of working time.
    #[must_use]
    pub(crate) const fn minutes(amount: u32) -> Self {
        Self { amount, unit: TargetUnit::Minutes }
    }

    /// So many workdays.
    #[must_use]
    pub(crate) const fn workdays(amount: u32) -> Self {
        Self { amount, unit: TargetUnit::Workdays }
    }

    /// How much working time it is from a moment on.
    ///
    /// Errors: [`CalendarError`] where a century has not that much.
    pub(crate) fn span(
        self,
        from: Time,
        calendar: &WorkingCalendar,
    ) -> Result<Duration, CalendarError> {
        if self.unit == TargetUnit::Minutes {
            return Ok(Duration::from_secs(60 * u64::from(self.amount)));
        }
        let start = moment(from)?;
        let last = calendar.workday_after(calendar.date_at(start), self.amount)?.value;
        let day = calendar.day(last);
        let Some(evening) = day.plan.spans().last() else { return Ok(Duration::ZERO) };
        let (_, end) = calendar.moments(last, *evening)?;
        Ok(calendar.worked(start, end)?.value)
    }

    fn fault(self, field: &str) -> Option<FieldFault> {
        let max = match self.unit {
            TargetUnit::Minutes => MINUTES_MAX,
            TargetUnit::Workdays => WORKDAYS_MAX,
        };
        let fits = (1..=max).contains(&self.amount);
        let expected = Text::new(format!("1 to {max}"), format!("1 至 {max}"));
        (!fits).then(|| FieldFault::new(format!("{field}.amount"), self.amount, expected))
    }
}

impl PolicyDraft {
    /// What is promised for a priority.
    #[must_use]
    pub(crate) fn target(&self, priority: Priority) -> Option<&PriorityTarget> {
        self.targets.iter().find(|target| target.priority == priority)
    }

    /// Everything that is wrong with it.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        checked_text("name", &self.name, &mut faults);
        if calendar::zone(&self.zone).is_err() {
            let expected =
                Text::new("an IANA zone, such as Asia/Shanghai", "IANA 时区，如 Asia/Shanghai");
            faults.push(FieldFault::new("zone", &self.zone, expected));
        }
        let plan = self.hours.parse::<DayPlan>().ok().filter(|plan| !plan.is_closed());
        if plan.is_none() || self.hours.len() > 200 {
            let expected = Text::new(
                "hours, such as 08:30-12:00, 13:30-17:30",
                "工作时段，如 08:30-12:00, 13:30-17:30",
            );
            faults.push(FieldFault::new("hours", &self.hours, expected));
        }
        if self.days.len() > DAYS_MAX {
            let expected = Text::new("at most 2000 days", "最多 2000 天");
            faults.push(FieldFault::new("days", self.days.len(), expected));
        }
        self.target_faults(&mut faults);
        let mut percents = self.warn_percents.clone();
        percents.sort_unstable();
        percents.dedup();
        let fit = percents.len() == self.warn_percents.len()
            && percents.len() <= PERCENTS_MAX
            && percents.iter().all(|percent| (1..=200).contains(percent));
        if !fit {
            let found = format!("{:?}", self.warn_percents);
            let expected =
                Text::new("at most 10 different ones, 1 to 200", "最多 10 个不重复的值，1 至 200");
            faults.push(FieldFault::new("warn_percents", found, expected));
        }
        faults
    }

    fn target_faults(&self, faults: &mut Vec<FieldFault>) {
        for (at, target) in self.targets.iter().enumerate() {
            let path = format!("targets[{at}]");
            let twice = self.targets[..at].iter().any(|other| other.priority == target.priority);
            if !(1..=PRIORITY_MAX).contains(&target.priority) || twice {
                let expected = Text::new("1 to 5, each once", "1 至 5，且不重复");
                faults.push(FieldFault::new(format!("{path}.priority"), target.priority, expected));
            }
            let spans = [("response", target.response), ("resolution", target.resolution)];
            for (name, span) in spans {
                faults.extend(span.and_then(|span| span.fault(&format!("{path}.{name}"))));
            }
        }
        let spans = [("hop", self.hop), ("return_within", self.return_within)];
        for (name, span) in spans {
            faults.extend(span.and_then(|span| span.fault(name)));
        }
    }
}

/// A moment as calendars know it.
pub(crate) fn moment(time: Time) -> Result<Timestamp, CalendarError> {
    Timestamp::from_microsecond(time.micros()).map_err(|_| CalendarError::OutOfRange)
}

/// The same backwards.
pub(crate) fn time(moment: Timestamp) -> Time {
    Time::from_micros(moment.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::shipped;

    #[test]
    fn workdays_end_with_the_work_of_the_last_day() {
        let draft = shipped::policy();
        let calendar = BaseCalendars::standard().of(&draft).unwrap();
        // 2026-09-30 is a Wednesday; the holidays are 2026-10-01 to 07 (国办发明电〔2025〕).
        for (from, days, hours) in [
            ("2026-09-21T10:00:00+08:00", 1, 13.5),
            ("2026-09-21T22:00:00+08:00", 1, 7.5),
            ("2026-09-25T17:30:00+08:00", 1, 7.5),
        ] {
            let span = Target::workdays(days).span(from.parse().unwrap(), &calendar).unwrap();
            assert_eq!(span.as_secs_f64() / 3600.0, hours, "{from}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let change = |change: fn(&mut PolicyDraft)| {
            let mut draft = shipped::policy();
            change(&mut draft);
            draft.faults().first().map(|fault| fault.field.clone()).unwrap_or_default()
        };
        assert_eq!(change(|_| ()), "");
        assert_eq!(change(|draft| draft.zone = "Mars/Olympus".to_owned()), "zone");
        assert_eq!(change(|draft| draft.hours = "25:00-26:00".to_owned()), "hours");
        assert_eq!(change(|draft| draft.hours = String::new()), "hours");
        assert_eq!(change(|draft| draft.targets[1].priority = 1), "targets[1].priority");
        assert_eq!(change(|draft| draft.hop = Some(Target::minutes(0))), "hop.amount");
        assert_eq!(change(|draft| draft.warn_percents = vec![75, 75]), "warn_percents");
        assert_eq!(change(|draft| draft.warn_percents = vec![0]), "warn_percents");
    }
}
