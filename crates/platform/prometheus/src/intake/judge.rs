use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use tsdb::{LABELS_MAX, Labels, METRIC_LABEL, Sample};
use wire::remote::SampleMessage;

use super::{
    known::{Key, KnownSeries},
    refusal::WriteRefusal,
};
use crate::prometheus::Inner;

/// Most samples of one request.
const SAMPLES_MAX: usize = 1_000_000;

/// Says of what a request brings whether it is taken, and remembers the labels it has met.
pub(super) struct Judge<'i> {
    shared: &'i RwLock<KnownSeries>,
    /// Held as long as the request is read: writers wait for none but those that remember.
    known: RwLockReadGuard<'i, KnownSeries>,
    /// Met for the first time, or for the first time in long, in this request.
    fresh: HashMap<Key, Labels>,
    labels_max: usize,
    oldest_ms: i64,
    newest_ms: i64,
    now: Duration,
}

impl<'i> Judge<'i> {
    pub(super) fn new(inner: &'i Inner) -> Self {
        let (clock, settings) = (&inner.clock, &inner.settings);
        let now = clock.now();
        Self {
            shared: &inner.known,
            known: inner.known.read().unwrap_or_else(PoisonError::into_inner),
            fresh: HashMap::new(),
            labels_max: settings.labels_max.min(LABELS_MAX),
            oldest_ms: now.minus(settings.retention).millis(),
            newest_ms: now.plus(settings.ahead).millis(),
            now: clock.monotonic(),
        }
    }

    /// The hash of a text that is a part of bytes for [`Judge::met`].
    pub(super) fn part(&self, text: &str) -> u64 {
        self.known.part(text)
    }

    /// The key of labels that lie in these bytes, and the labels where they have been met.
    #[inline]
    pub(super) fn met(&mut self, bytes: &[u8]) -> (Key, Option<Labels>) {
        let key = self.known.key(bytes);
        let Some(met) = self.known.get(key) else { return (key, self.fresh.get(&key).cloned()) };
        let labels = met.labels.clone();
        if met.aged {
            self.fresh.insert(key, labels.clone());
        }
        (key, Some(labels))
    }

    /// The labels of these pairs, if they are a series' name as the protocol has it.
    ///
    /// Errors: what is wrong with them, in a sentence.
    pub(super) fn labels(&mut self, key: Key, pairs: &[(&str, &str)]) -> Result<Labels, String> {
        let labels = self.checked(pairs)?;
        self.fresh.insert(key, labels.clone());
        Ok(labels)
    }

    fn checked(&self, pairs: &[(&str, &str)]) -> Result<Labels, String> {
        let invalid =
            |why: &str| Err(format!("invalid metric name or labels, got {}: {why}", shown(pairs)));
        if pairs.len() > self.labels_max {
            let max = self.labels_max;
            return invalid(&format!("{} labels where at most {max} are taken", pairs.len()));
        }
        for pair in pairs.windows(2) {
            let ((before, _), (name, _)) = (pair[0], pair[1]);
            if before == name {
                return Err(format!(
                    "invalid labels for series, labels {}, duplicated label {name}",
                    shown(pairs)
                ));
            }
            if before > name {
                return invalid("the labels are not sorted by name");
            }
        }
        if !pairs.iter().any(|(name, value)| *name == METRIC_LABEL && !value.is_empty()) {
            return invalid("it has no metric name");
        }
        match Labels::from_pairs(pairs.iter().copied()) {
            Ok(labels) => Ok(labels),
            Err(error) => invalid(&error.to_string()),
        }
    }

    /// The sample for the store. Errors: what is wrong with it, in a sentence.
    #[inline]
    pub(super) fn sample(&self, labels: &Labels, sample: SampleMessage) -> Result<Sample, String> {
        let SampleMessage { at_ms, value } = sample;
        if (self.oldest_ms..=self.newest_ms).contains(&at_ms) {
            return Ok(Sample { labels: labels.clone(), at_ms, value });
        }
        Err(format!("out of bounds for series {labels}, timestamp {at_ms}"))
    }

    /// Whether a request with so many samples is still taken. Errors: it is too large.
    pub(super) fn count(samples: usize) -> Result<(), WriteRefusal> {
        if samples <= SAMPLES_MAX {
            return Ok(());
        }
        Err(WriteRefusal::TooLarge(format!("more than {SAMPLES_MAX} samples in one request")))
    }

    /// Keeps the labels that were met for the first time, for the requests to come.
    pub(super) fn remember(self) {
        let Self { shared, known, fresh, now, .. } = self;
        if fresh.is_empty() && !known.is_aged(now) {
            return;
        }
        drop(known);
        let mut known = shared.write().unwrap_or_else(PoisonError::into_inner);
        known.age(now);
        for (key, labels) in fresh {
            known.remember(key, labels);
        }
    }
}

/// The pairs for people, shortened: they may be of any length.
fn shown(pairs: &[(&str, &str)]) -> String {
    const CHARS_MAX: usize = 300;
    let texts: Vec<String> =
        pairs.iter().take(20).map(|(name, value)| format!("{name}={value:?}")).collect();
    let text = format!("{{{}}}", texts.join(", "));
    match text.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
