use std::{collections::HashMap, time::Duration};

use kernel::{Caller, Time};

use super::super::{Alerts, Occasion};
use crate::{
    AlertsError,
    model::event::{Posted, SeenEvent, fingerprint},
    store,
};

/// Who sends the alerts of rule files, for people.
const SENDER: &str = "rule files";
/// An alert that goes on is told again so often. Source: Prometheus, `--rules.alert.resend-delay`.
const AGAIN: Duration = Duration::from_secs(60);

/// An alert of a rule file, as whoever evaluates those tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFileAlert {
    /// Its labels, `alertname` among them.
    pub labels: std::collections::BTreeMap<String, String>,
    /// Texts for people.
    pub annotations: std::collections::BTreeMap<String, String>,
    /// Since when it fires.
    pub starts_at: Time,
    /// When it was over, or will be unless it is told again.
    pub ends_at: Time,
}

/// Whoever evaluates rule files: the roof gives it, over rule groups.
pub trait RuleFiles: Send + Sync {
    /// The alerts that fire, and those that are over since a short while.
    fn alerts(&self) -> Vec<RuleFileAlert>;
}

/// Nobody evaluates rule files.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct NoRuleFiles;

impl RuleFiles for NoRuleFiles {
    fn alerts(&self) -> Vec<RuleFileAlert> {
        Vec::new()
    }
}

impl Alerts {
    /// Takes in what alerting rules of rule files say, in the way of every other sender: what is
    /// new, what is over, and what goes on once a minute. Returns how many were taken, and why
    /// others were not.
    pub(crate) async fn take_rule_files(&self) -> Result<(u64, Vec<String>), AlertsError> {
        let told = self.rule_files.alerts();
        if told.is_empty() {
            return Ok((0, Vec::new()));
        }
        let now = self.clock.now();
        let prints: Vec<String> = told.iter().map(|one| fingerprint(&one.labels)).collect();
        let wanted: Vec<&str> = prints.iter().map(String::as_str).collect();
        let known = store::events::known(self.db.dialect(), self.db.reader(), &wanted).await?;
        let known: HashMap<String, SeenEvent> =
            known.into_iter().map(|seen| (seen.event.fingerprint.clone(), seen)).collect();
        let news = told.into_iter().zip(&prints);
        let news = news.filter(|(one, print)| is_news(one, known.get(*print), now));
        let posted: Vec<Posted> = news.map(|(one, _)| posted(one)).collect();
        if posted.is_empty() {
            return Ok((0, Vec::new()));
        }
        let caller = Caller::system("alerts");
        let receipt = self.take_in(Occasion::new(&caller, now), SENDER, posted).await?;
        Ok((receipt.taken as u64, receipt.reasons))
    }
}

fn is_news(told: &RuleFileAlert, known: Option<&SeenEvent>, now: Time) -> bool {
    let running = known.is_some_and(|seen| seen.alert_id.is_some());
    let lately =
        known.is_some_and(|seen| seen.last_seen_at <= now && now.since(seen.last_seen_at) < AGAIN);
    match told.ends_at > now {
        true => !running || !lately,
        false => running,
    }
}

fn posted(told: RuleFileAlert) -> Posted {
    Posted {
        labels: told.labels,
        annotations: told.annotations,
        generator_url: String::new(),
        starts_at: Some(told.starts_at),
        ends_at: Some(told.ends_at),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::event::Event;

    #[test]
    fn what_goes_on_is_taken_once_a_minute_and_what_is_over_once() {
        let at = Time::from_seconds;
        let told = |ends| RuleFileAlert {
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            starts_at: at(900),
            ends_at: at(ends),
        };
        let seen = |last, running: bool| SeenEvent {
            event: Event {
                fingerprint: String::new(),
                labels: BTreeMap::new(),
                annotations: BTreeMap::new(),
                generator_url: String::new(),
                starts_at: at(900),
                ends_at: at(1_200),
                timed_out: false,
            },
            alert_id: running.then(|| kernel::Id::from_uuid(uuid::Uuid::from_u128(1))),
            sender: String::new(),
            tally: 1,
            opened: 1,
            first_seen_at: at(900),
            last_seen_at: at(last),
        };
        for (told, known, news) in [
            (told(1_240), None, true),
            (told(1_240), Some(seen(950, true)), false),
            (told(1_240), Some(seen(940, true)), true),
            // Over and back within a minute: that is news.
            (told(1_240), Some(seen(990, false)), true),
            (told(990), Some(seen(990, true)), true),
            (told(990), Some(seen(990, false)), false),
            (told(990), None, false),
        ] {
            assert_eq!(is_news(&told, known.as_ref(), at(1_000)), news, "{told:?} {known:?}");
        }
    }
}
