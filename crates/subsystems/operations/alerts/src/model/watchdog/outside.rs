use std::time::Duration;

use kernel::{FieldFault, Text, Time};
use serde::{Deserialize, Serialize};
use url::Url;

const INTERVAL_MIN_S: u32 = 30;
const INTERVAL_MAX_S: u32 = 86_400;
const URL_MAX: usize = 2_000;
/// So many failures one after the other are an alert.
const FAILURES: u32 = 3;

/// How an address is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Method {
    /// GET.
    #[default]
    Get,
    /// POST.
    Post,
}

/// The watcher outside that is to miss us. Its form as JSON is what the journal keeps: the address
/// is a secret, as whoever knows it can pretend that we live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OutsideWatcher {
    /// Whether it is asked.
    pub(crate) enabled: bool,
    /// Where it is, for people; empty when there is none.
    pub(crate) host: String,
    /// How.
    pub(crate) method: Method,
    /// How often, in seconds.
    pub(crate) interval_s: u32,
    /// Where its address is sealed.
    pub(crate) seal: Option<String>,
}

impl Default for OutsideWatcher {
    fn default() -> Self {
        let method = Method::default();
        Self { enabled: false, host: String::new(), method, interval_s: 60, seal: None }
    }
}

/// What somebody wants of it.
#[derive(Debug, Clone)]
pub(crate) struct OutsideDraft {
    pub(crate) enabled: bool,
    /// Its address; the one that is known when not given.
    pub(crate) url: Option<String>,
    pub(crate) method: Method,
    pub(crate) interval_s: u32,
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct OutsideState {
    /// When it was last asked.
    pub(crate) tried_at: Option<Time>,
    /// When it last answered well.
    pub(crate) reached_at: Option<Time>,
    /// What it said last, or why it did not.
    pub(crate) said: String,
    /// How often in a row it did not answer well.
    pub(crate) failures: u32,
    /// Since when it is not asked, because we do not work.
    pub(crate) stopped_at: Option<Time>,
    /// What does not work.
    pub(crate) breaks: Vec<Text>,
    /// The alert that it cannot be reached.
    pub(crate) alert_id: Option<String>,
}

impl OutsideWatcher {
    /// Whether it is to be asked now. A clock that was set back delays nothing.
    pub(crate) fn is_due(&self, state: &OutsideState, now: Time) -> bool {
        let interval = Duration::from_secs(u64::from(self.interval_s));
        let long_ago = |at: Time| at > now || now.since(at) >= interval;
        self.enabled && state.tried_at.is_none_or(long_ago)
    }
}

impl OutsideState {
    /// After it was asked: it answered well, or what was wrong.
    pub(crate) fn after(mut self, answer: Result<String, String>, now: Time) -> Self {
        match answer {
            Ok(said) => {
                (self.said, self.failures) = (said, 0);
                self.reached_at = Some(now);
            }
            Err(said) => {
                self.said = said;
                self.failures = self.failures.saturating_add(1);
            }
        }
        self
    }

    /// Whether people are to hear that it cannot be reached.
    pub(crate) const fn is_lost(&self) -> bool {
        self.failures >= FAILURES
    }
}

impl OutsideDraft {
    /// The address, read, if one is given and is one.
    pub(crate) fn address(&self) -> Option<Url> {
        let url = self.url.as_deref().filter(|url| url.len() <= URL_MAX)?;
        let url = Url::parse(url.trim()).ok()?;
        (["http", "https"].contains(&url.scheme()) && url.has_host()).then_some(url)
    }

    /// What is wrong with it; what was found of an address is not repeated. `known`: whether there
    /// is an address already.
    pub(crate) fn faults(&self, known: bool) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let wrong = self.url.is_some() && self.address().is_none();
        if wrong || (self.enabled && self.url.is_none() && !known) {
            let expected = Text::new(
                "an address that begins with http:// or https://, at most 2000 characters",
                "以 http:// 或 https:// 开头的地址，不超过 2000 个字符",
            );
            let found = self.url.as_ref().map_or("", |_| "(not shown)");
            faults.push(FieldFault::new("url", found, expected));
        }
        if !(INTERVAL_MIN_S..=INTERVAL_MAX_S).contains(&self.interval_s) {
            let expected = Text::new("30 to 86400 seconds", "30 到 86400 秒");
            faults.push(FieldFault::new("interval_s", self.interval_s, expected));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(url: Option<&str>) -> OutsideDraft {
        let url = url.map(str::to_owned);
        OutsideDraft { enabled: true, url, method: Method::Get, interval_s: 60 }
    }

    #[test]
    fn addresses_are_checked_and_never_repeated() {
        assert_eq!(draft(Some("https://hc.example.org/ping/secret")).faults(false), []);
        assert_eq!(draft(None).faults(true), []);
        for url in [None, Some(""), Some("ftp://x/secret"), Some("secret"), Some("http://")] {
            let faults = draft(url).faults(false);
            assert_eq!(faults.len(), 1, "{url:?}");
            assert!(!faults[0].found.contains("secret"), "{faults:?}");
        }
        let slow = OutsideDraft { interval_s: 5, ..draft(None) };
        assert_eq!(slow.faults(true)[0].field, "interval_s");
    }

    #[test]
    fn three_failures_in_a_row_are_news_and_one_answer_ends_them() {
        let now = Time::from_seconds(1_000);
        let mut state = OutsideState::default();
        for expected in [false, false, true, true] {
            state = state.after(Err("HTTP 500".to_owned()), now);
            assert_eq!(state.is_lost(), expected);
        }
        state = state.after(Ok("HTTP 200".to_owned()), now);
        assert_eq!((state.is_lost(), state.reached_at), (false, Some(now)));
    }

    #[test]
    fn it_is_asked_at_its_interval_whatever_the_clock_does() {
        let watcher = OutsideWatcher { enabled: true, ..OutsideWatcher::default() };
        let at = |tried: i64| OutsideState {
            tried_at: Some(Time::from_seconds(tried)),
            ..OutsideState::default()
        };
        let due = |state: &OutsideState| watcher.is_due(state, Time::from_seconds(1_000));
        assert!(due(&OutsideState::default()) && due(&at(940)) && due(&at(2_000)));
        assert!(!due(&at(941)));
        assert!(!OutsideWatcher::default().is_due(&at(1), Time::from_seconds(1_000)));
    }
}
