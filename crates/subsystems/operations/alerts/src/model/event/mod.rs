//! Events: messages of other systems about alerts of theirs, in Alertmanager's terms.

mod admission;
mod course;
mod fact;
mod mapping;

use std::collections::BTreeMap;

use kernel::{Id, Text, Time};
use uuid::Builder;

use super::{alert::AlertId, rule::RuleId};

pub(crate) use admission::{Posted, admit};
pub(crate) use course::{Course, Step, course};
pub(crate) use fact::EventMappingChanged;
pub(crate) use mapping::EventMapping;

/// The label that names an alert of another system.
pub(crate) const ALERT_NAME: &str = "alertname";
/// Begins the subject of an alert that another system sent.
const EVENT_PREFIX: &str = "event:";
/// Annotations that say what is the matter, the best first.
const SAYING: [&str; 3] = ["summary", "description", "message"];
/// Labels that tell people what it is about, the best first.
const CALLED: [&str; 12] = [
    "mountpoint",
    "name",
    "device",
    "instance",
    "host",
    "hostname",
    "node",
    "pod",
    "service",
    "queue",
    "cluster",
    "job",
];
/// Characters of a title and of a summary that people are shown.
const TITLE_MAX: usize = 200;
const SUMMARY_MAX: usize = 2_000;

/// One message about an alert of another system, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// What tells the alert from others: of its labels.
    pub(crate) fingerprint: String,
    /// None is empty.
    pub(crate) labels: BTreeMap<String, String>,
    /// What the sender has to say.
    pub(crate) annotations: BTreeMap<String, String>,
    /// Where the sender shows it; may be empty.
    pub(crate) generator_url: String,
    /// Since then, by the sender's clock.
    pub(crate) starts_at: Time,
    /// It is over then, unless it is sent again.
    pub(crate) ends_at: Time,
    /// Whether `ends_at` is ours, as the sender gave none.
    pub(crate) timed_out: bool,
}

/// What is known of an alert of another system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenEvent {
    /// What was said last.
    pub(crate) event: Event,
    /// The alert of ours that it opened, while what was said holds.
    pub(crate) alert_id: Option<AlertId>,
    /// Who sent it last.
    pub(crate) sender: String,
    /// How often it was sent.
    pub(crate) tally: i64,
    /// How many alerts of ours it opened.
    pub(crate) opened: i64,
    /// When it was first sent.
    pub(crate) first_seen_at: Time,
    /// When it was last sent.
    pub(crate) last_seen_at: Time,
}

impl Event {
    /// The subject of the alert of ours.
    pub(crate) fn subject(&self) -> String {
        format!("{EVENT_PREFIX}{}", self.fingerprint)
    }

    /// What the sender calls the condition; its labels where it has no name.
    pub(crate) fn name(&self) -> String {
        match self.labels.get(ALERT_NAME) {
            Some(name) => cut(name, TITLE_MAX),
            None => {
                let pairs = self.labels.iter().map(|(name, value)| format!("{name}={value}"));
                cut(&pairs.collect::<Vec<_>>().join(" "), TITLE_MAX)
            }
        }
    }

    /// Stands for the sender's rule: the same for all alerts of one name.
    pub(crate) fn rule_id(&self) -> RuleId {
        rule_id_of(self.labels.get(ALERT_NAME).map_or("", String::as_str))
    }

    /// What tells it from its like, for people; may be empty.
    pub(crate) fn called(&self) -> &str {
        CALLED.iter().find_map(|name| self.labels.get(*name)).map_or("", String::as_str)
    }

    /// What it is about, for people.
    pub(crate) fn title(&self, called: &str) -> Text {
        let name = self.name();
        match called {
            "" => Text::same(name),
            _ => {
                let called = cut(called, TITLE_MAX);
                Text::new(format!("{name}: {called}"), format!("{name}：{called}"))
            }
        }
    }

    /// What is the matter, in the sender's words.
    pub(crate) fn summary(&self) -> Text {
        let said = SAYING.iter().find_map(|name| self.annotations.get(*name));
        Text::same(cut(said.map_or("", String::as_str).trim(), SUMMARY_MAX))
    }
}

/// The fingerprint in the subject of an alert that another system sent.
pub(crate) fn fingerprint_of(subject: &str) -> Option<&str> {
    subject.strip_prefix(EVENT_PREFIX)
}

/// Whether a subject is an alert that another system sent.
pub(crate) fn is_event(subject: &str) -> bool {
    subject.starts_with(EVENT_PREFIX)
}

/// Stands for a rule that is not among ours, by its name.
pub(crate) fn rule_id_of(name: &str) -> RuleId {
    let halves = [FNV_OFFSET, !FNV_OFFSET].map(|from| fnv(from, name.as_bytes()).to_be_bytes());
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&halves[0]);
    bytes[8..].copy_from_slice(&halves[1]);
    Id::from_uuid(Builder::from_custom_bytes(bytes).into_uuid())
}

const FNV_OFFSET: u64 = 14_695_981_039_346_656_037;
const FNV_PRIME: u64 = 1_099_511_628_211;

/// The fingerprint of labels, to the letter as Alertmanager shows it: FNV-1a of names and values in
/// the order of the names, each ended by the byte 255. Source: prometheus/common,
/// `model/signature.go`, `labelSetToFingerprint`.
pub(crate) fn fingerprint(labels: &BTreeMap<String, String>) -> String {
    let mut sum = FNV_OFFSET;
    for text in labels.iter().flat_map(|(name, value)| [name, value]) {
        sum = fnv(fnv(sum, text.as_bytes()), &[255]);
    }
    format!("{sum:016x}")
}

fn fnv(from: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(from, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(FNV_PRIME))
}

fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn fingerprints_are_those_of_alertmanager() {
        // The first is the offset of FNV-1a, as in prometheus/common `model/fingerprinting.go`.
        assert_eq!(fingerprint(&labels(&[])), "cbf29ce484222325");
        let one =
            fingerprint(&labels(&[("name", "garland, briggs"), ("fear", "love is not enough")]));
        // Source: prometheus/common `model/signature_test.go`, 5799056148416392346.
        assert_eq!(one, format!("{:016x}", 5_799_056_148_416_392_346_u64));
    }

    #[test]
    fn alerts_of_one_name_have_one_rule() {
        let of = |pairs: &[(&str, &str)]| Event {
            fingerprint: String::new(),
            labels: labels(pairs),
            annotations: BTreeMap::new(),
            generator_url: String::new(),
            starts_at: Time::from_seconds(0),
            ends_at: Time::from_seconds(0),
            timed_out: false,
        };
        let (one, same) = (of(&[("alertname", "A"), ("x", "1")]), of(&[("alertname", "A")]));
        assert_eq!(one.rule_id(), same.rule_id());
        assert_ne!(one.rule_id(), of(&[("alertname", "B")]).rule_id());
        assert_eq!(of(&[("x", "1"), ("y", "2")]).name(), "x=1 y=2");
    }
}
