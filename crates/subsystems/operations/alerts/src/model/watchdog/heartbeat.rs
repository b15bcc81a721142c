use std::time::Duration;

use kernel::{FieldFault, Text, Time};
use serde::{Deserialize, Serialize};

use crate::model::policy::Recipient;

const INTERVAL_MIN_S: u32 = 60;
const INTERVAL_MAX_S: u32 = 7 * 86_400;
const WITHIN_MIN_S: u32 = 30;
/// Kinds of recipients whose receipt is one: a post becomes a message for each who holds it.
const KINDS: [&str; 5] = ["channel", "mail", "sms", "user", "person"];

/// A message that has to arrive again and again, so that the way to people is known to work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Heartbeat {
    /// Whether it is sent.
    pub(crate) enabled: bool,
    /// To whom.
    pub(crate) recipient: Option<Recipient>,
    /// How often, in seconds.
    pub(crate) interval_s: u32,
    /// It has to arrive within so many seconds.
    pub(crate) within_s: u32,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Self { enabled: false, recipient: None, interval_s: 3_600, within_s: 300 }
    }
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct HeartbeatState {
    /// Since when it is sent, as it was set.
    pub(crate) begun_at: Option<Time>,
    /// When the last one was handed over to be sent.
    pub(crate) sent_at: Option<Time>,
    /// The message whose receipt is waited for.
    pub(crate) message_id: Option<String>,
    /// When the last one arrived.
    pub(crate) received_at: Option<Time>,
    /// Since when none arrives.
    pub(crate) missing_since: Option<Time>,
    /// The alert that says so.
    pub(crate) alert_id: Option<String>,
}

/// What became of the message that is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beat {
    /// None is waited for.
    None,
    /// It is on its way.
    Under,
    /// The far side took it.
    Arrived,
    /// It was given up.
    Lost,
}

impl Heartbeat {
    /// Whether the next one is to be sent.
    pub(crate) fn is_due(&self, state: &HeartbeatState, now: Time) -> bool {
        let interval = Duration::from_secs(u64::from(self.interval_s));
        let long_ago = |at: Time| at > now || now.since(at) >= interval;
        self.enabled && state.sent_at.is_none_or(long_ago)
    }

    /// The state after it was looked what became of the message: whether it arrived, or is missing.
    pub(crate) fn look(&self, mut state: HeartbeatState, beat: Beat, now: Time) -> HeartbeatState {
        let within = Duration::from_secs(u64::from(self.within_s));
        let interval = Duration::from_secs(u64::from(self.interval_s));
        let late = state.sent_at.is_some_and(|at| now.since(at) >= within);
        // Where nothing is sent any more, nothing arrives either.
        let heard = state.received_at.max(state.begun_at);
        let silent = heard.is_some_and(|at| now.since(at) >= interval + within);
        match beat {
            Beat::Arrived => {
                state.received_at = Some(now);
                (state.message_id, state.missing_since) = (None, None);
                return state;
            }
            Beat::Lost => {
                state.message_id = None;
                state.missing_since = state.missing_since.or(Some(now));
            }
            Beat::Under if late => state.missing_since = state.missing_since.or(Some(now)),
            Beat::Under | Beat::None => {}
        }
        if silent {
            state.missing_since = state.missing_since.or(Some(now));
        }
        state
    }

    /// What is wrong with it.
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        match &self.recipient {
            None if self.enabled => {
                let expected = Text::new("who is to get it", "心跳的接收方");
                faults.push(FieldFault::new("recipient", "", expected));
            }
            None => {}
            Some(one) if !KINDS.contains(&one.kind.as_str()) => {
                let expected = Text::same(KINDS.join(" | "));
                faults.push(FieldFault::new("recipient.kind", &one.kind, expected));
            }
            Some(one) => {
                if let Err(fault) = notify::Recipient::from_parts(&one.kind, &one.id) {
                    let part = fault.field.rsplit('.').next().unwrap_or("id").to_owned();
                    faults.push(FieldFault { field: format!("recipient.{part}"), ..fault });
                }
                if one.name.chars().count() > 200 || one.name.contains('\0') {
                    let expected = Text::new("at most 200 characters", "不超过 200 个字符");
                    faults.push(FieldFault::new("recipient.name", "", expected));
                }
            }
        }
        if !(INTERVAL_MIN_S..=INTERVAL_MAX_S).contains(&self.interval_s) {
            let expected = Text::new("60 to 604800 seconds", "60 到 604800 秒");
            faults.push(FieldFault::new("interval_s", self.interval_s, expected));
        }
        if !(WITHIN_MIN_S..=self.interval_s.max(WITHIN_MIN_S)).contains(&self.within_s) {
            let expected = Text::new(
                "30 seconds to the interval between two of them",
                "30 秒到两次心跳的间隔",
            );
            faults.push(FieldFault::new("within_s", self.within_s, expected));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: Heartbeat =
        Heartbeat { enabled: true, recipient: None, interval_s: 600, within_s: 60 };

    fn sent(seconds: i64) -> HeartbeatState {
        HeartbeatState {
            begun_at: Some(Time::from_seconds(1_000)),
            sent_at: Some(Time::from_seconds(seconds)),
            message_id: Some("m".to_owned()),
            ..HeartbeatState::default()
        }
    }

    #[test]
    fn what_does_not_arrive_in_time_is_missing_until_one_does() {
        let at = Time::from_seconds;
        for (beat, now, missing) in [
            (Beat::Under, 1_059, None),
            (Beat::Under, 1_060, Some(1_060)),
            (Beat::Lost, 1_001, Some(1_001)),
            (Beat::None, 1_659, None),
            (Beat::None, 1_660, Some(1_660)),
        ] {
            let state = SET.look(sent(1_000), beat, at(now));
            assert_eq!(state.missing_since, missing.map(at), "{beat:?} {now}");
        }
        let missing = SET.look(sent(1_000), Beat::Under, at(1_100));
        let still = SET.look(missing.clone(), Beat::Under, at(1_200));
        assert_eq!(still.missing_since, Some(at(1_100)));
        let arrived = SET.look(still, Beat::Arrived, at(1_300));
        assert_eq!((arrived.missing_since, arrived.received_at), (None, Some(at(1_300))));
        assert_eq!(arrived.message_id, None);
    }

    #[test]
    fn next_one_is_sent_at_the_interval() {
        let due = |state: &HeartbeatState, now| SET.is_due(state, Time::from_seconds(now));
        assert!(due(&HeartbeatState::default(), 1_000));
        assert!(!due(&sent(1_000), 1_599) && due(&sent(1_000), 1_600) && due(&sent(2_000), 1_000));
    }

    #[test]
    fn recipients_are_those_with_a_receipt_of_their_own() {
        let to = |kind: &str| Heartbeat {
            recipient: Some(Recipient {
                kind: kind.to_owned(),
                id: "01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
                name: String::new(),
            }),
            ..SET
        };
        assert_eq!(to("channel").faults(), []);
        assert_eq!(to("post").faults()[0].field, "recipient.kind");
        assert_eq!(SET.faults()[0].field, "recipient");
        let late = Heartbeat { within_s: 601, ..to("channel") };
        assert_eq!(late.faults()[0].field, "within_s");
    }
}
