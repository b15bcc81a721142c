use std::collections::HashSet;

use jiff::{Timestamp, ToSpan as _, civil::Time as WallTime};
use kernel::{FieldFault, Id, Text, Time};
use resources::{Graph, ResourceId};
use serde::{Deserialize, Serialize};

use super::{
    alert::Alert,
    matcher::{self, Matcher, all_fit},
};

const REASON_MAX: usize = 1000;
/// A silence lasts two years at most: nothing is quiet for ever by mistake.
const LASTS_MAX_US: i64 = 2 * 366 * 86_400 * 1_000_000;

/// The id of a silence.
pub(crate) type SilenceId = Id<Silence>;

/// Alerts that are kept quiet, once or every week.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Silence {
    /// Its id.
    pub(crate) id: SilenceId,
    /// What it says.
    pub(crate) content: SilenceDraft,
    /// Who answers for it.
    pub(crate) owner: String,
    /// When it was made.
    pub(crate) created_at: Time,
    /// When it was last changed.
    pub(crate) updated_at: Time,
    /// Grows by one with every change.
    pub(crate) version: i64,
}

/// What a silence says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SilenceDraft {
    /// Alerts with such labels.
    pub(crate) matchers: Vec<Matcher>,
    /// On this resource.
    pub(crate) resource_id: Option<String>,
    /// Also on what rests on it.
    pub(crate) neighbourhood: bool,
    /// Why.
    pub(crate) reason: String,
    /// From then.
    pub(crate) starts_at: Time,
    /// Until then.
    pub(crate) ends_at: Time,
    /// Only within these hours of the week.
    pub(crate) weekly: Option<Weekly>,
}

/// Hours of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Weekly {
    /// The days on which it begins, 1 for Monday to 7 for Sunday.
    pub(crate) days: Vec<i8>,
    /// When it begins: `22:00`.
    pub(crate) from: String,
    /// For so many minutes, at most a day.
    pub(crate) minutes: i32,
    /// The zone of the clock: `Asia/Shanghai`.
    pub(crate) zone: String,
}

impl Weekly {
    /// Whether `now` is within it.
    fn covers(&self, now: Time) -> bool {
        let (Ok(zone), Ok(from)) = (calendar::zone(&self.zone), self.from.parse::<WallTime>())
        else {
            return false;
        };
        let Ok(now) = Timestamp::from_microsecond(now.micros()) else { return false };
        let local = now.to_zoned(zone).datetime();
        // What began yesterday may reach into today.
        [0, 1].into_iter().any(|back| {
            let Ok(day) = local.date().checked_sub(back.days()) else { return false };
            let start = day.to_datetime(from);
            let end = start.checked_add(self.minutes.minutes());
            self.days.contains(&day.weekday().to_monday_one_offset())
                && start <= local
                && end.is_ok_and(|end| local < end)
        })
    }

    fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if self.days.is_empty() || self.days.iter().any(|day| !(1..=7).contains(day)) {
            let expected = Text::new("days from 1 (Monday) to 7", "1（周一）到 7 的数字");
            let found = format!("{:?}", self.days);
            faults.push(FieldFault::new("weekly.days", found, expected));
        }
        if self.from.parse::<WallTime>().is_err() {
            let expected = Text::new("a time such as 22:00", "时刻，例如 22:00");
            faults.push(FieldFault::new("weekly.from", &self.from, expected));
        }
        if !(1..=1440).contains(&self.minutes) {
            let expected = Text::new("1 to 1440 minutes", "1 到 1440 分钟");
            faults.push(FieldFault::new("weekly.minutes", self.minutes, expected));
        }
        if calendar::zone(&self.zone).is_err() {
            let expected =
                Text::new("a time zone such as Asia/Shanghai", "时区，例如 Asia/Shanghai");
            faults.push(FieldFault::new("weekly.zone", &self.zone, expected));
        }
        faults
    }
}

impl SilenceDraft {
    /// Whether it counts at `now`.
    #[must_use]
    pub(crate) fn holds(&self, now: Time) -> bool {
        let lasts = self.starts_at <= now && now < self.ends_at;
        lasts && self.weekly.as_ref().is_none_or(|weekly| weekly.covers(now))
    }

    /// Whether it is about this alert.
    pub(crate) fn covers(&self, alert: &Alert, graph: &Graph) -> bool {
        let here = match &self.resource_id {
            None => true,
            Some(id) if alert.resource_id.as_ref() == Some(id) => true,
            Some(id) => self.neighbourhood && rests_on(alert, id, graph),
        };
        here && all_fit(&self.matchers, alert)
    }

    /// What is wrong with it. A silence of everything is refused.
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = matcher::faults(&self.matchers);
        if self.matchers.is_empty() && self.resource_id.is_none() {
            let expected = Text::new("a matcher or a resource", "至少一个匹配条件或资源");
            faults.push(FieldFault::new("matchers", "0", expected));
        }
        if self.resource_id.as_ref().is_some_and(|id| id.parse::<ResourceId>().is_err()) {
            let expected = Text::new("the id of a resource", "资源编号");
            let found = self.resource_id.clone().unwrap_or_default();
            faults.push(FieldFault::new("resource_id", found, expected));
        }
        let length = self.reason.trim().chars().count();
        if !(1..=REASON_MAX).contains(&length) || self.reason.contains('\0') {
            let expected = Text::new("why, in 1 to 1000 characters", "静默原因，1 到 1000 个字符");
            faults.push(FieldFault::new("reason", &self.reason, expected));
        }
        let lasts = self.ends_at.micros().saturating_sub(self.starts_at.micros());
        if !(1..=LASTS_MAX_US).contains(&lasts) {
            let expected = Text::new(
                "after its beginning, at most two years later",
                "晚于开始时间，且不超过两年",
            );
            faults.push(FieldFault::new("ends_at", self.ends_at, expected));
        }
        faults.extend(self.weekly.iter().flat_map(Weekly::faults));
        faults
    }
}

fn rests_on(alert: &Alert, id: &str, graph: &Graph) -> bool {
    let ids = alert.resource_id.as_deref().and_then(|one| one.parse().ok()).zip(id.parse().ok());
    ids.is_some_and(|(alerting, silenced): (ResourceId, ResourceId)| {
        let below: HashSet<ResourceId> =
            graph.foundation_of(alerting).into_iter().map(|(one, _)| one).collect();
        below.contains(&silenced)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weekly(days: &[i8], from: &str, minutes: i32) -> Weekly {
        let (from, zone) = (from.to_owned(), "Asia/Shanghai".to_owned());
        Weekly { days: days.to_vec(), from, minutes, zone }
    }

    #[test]
    fn hours_of_the_week_reach_over_midnight_in_their_own_zone() {
        // The 2nd of March 2026 is a Monday; 14:00 UTC is 22:00 in Shanghai.
        let monday_night = weekly(&[1], "22:00", 240);
        for (at, covered) in [
            ("2026-03-02T13:59:59Z", false),
            ("2026-03-02T14:00:00Z", true),
            ("2026-03-02T17:59:59Z", true),
            ("2026-03-02T18:00:00Z", false),
            ("2026-03-03T15:00:00Z", false),
        ] {
            assert_eq!(monday_night.covers(at.parse().unwrap()), covered, "{at}");
        }
    }

    #[test]
    fn silence_of_everything_and_without_reason_is_refused() {
        let at = Time::from_seconds(1_800_000_000);
        let draft = SilenceDraft {
            matchers: Vec::new(),
            resource_id: None,
            neighbourhood: false,
            reason: " ".to_owned(),
            starts_at: at,
            ends_at: at,
            weekly: Some(weekly(&[0, 8], "25:00", 0)),
        };
        let fields: Vec<String> = draft.faults().into_iter().map(|fault| fault.field).collect();
        let wanted =
            ["matchers", "reason", "ends_at", "weekly.days", "weekly.from", "weekly.minutes"];
        assert_eq!(fields, wanted);
    }
}
