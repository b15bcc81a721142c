use std::{borrow::Cow, sync::Arc};

use forward::native_histogram;
use tsdb::{
    Exemplar, HistogramSample, LABELS_MAX, Labels, METRIC_LABEL, NativeHistogram, Point, Tuning,
};
use wire::remote::{HistogramMessage, SampleMessage};

use super::{
    known::{Generation, Key, Known, KnownSeries},
    refusal::WriteRefusal,
    taken::Run,
};
use crate::{SeriesLimits, limits::Counting, prometheus::Inner};

/// Most characters of an exemplar's labels together, as OpenMetrics has it.
const EXEMPLAR_CHARS_MAX: usize = 128;
/// Most samples of one request.
const SAMPLES_MAX: usize = 1_000_000;

/// Why a series is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Its labels are none of a series.
    Wrong(String),
    /// A limit has no room for it: the others of its request are taken.
    OverLimit(String),
}

impl Unfit {
    pub(super) fn into_words(self) -> String {
        match self {
            Self::Wrong(why) | Self::OverLimit(why) => why,
        }
    }
}

/// Says of what a request brings whether it is taken, and remembers the labels it has met.
pub(super) struct Judge<'i> {
    known: &'i KnownSeries,
    /// Where the series that comes next is expected among them.
    next: usize,
    /// Met for the first time, or for the first time in long, in this request.
    fresh: Generation,
    labels_max: usize,
    /// Limits for a part of the series, if there are any.
    limits: Option<(&'i SeriesLimits, Counting<'i>)>,
    /// How long each series is kept.
    tuning: Arc<Tuning>,
    now_ms: i64,
    /// From then on every series is kept.
    kept_from_ms: i64,
    newest_ms: i64,
}

impl<'i> Judge<'i> {
    pub(super) fn new(inner: &'i Inner, known: &'i KnownSeries) -> Self {
        let (clock, settings) = (&inner.clock, &inner.settings);
        let (now, tuning) = (clock.now(), inner.store.tuning());
        Self {
            known,
            next: 0,
            fresh: Generation::default(),
            limits: (!inner.limits.is_empty()).then(|| (&*inner.limits, inner.counting())),
            labels_max: settings.labels_max.min(LABELS_MAX),
            now_ms: now.millis(),
            kept_from_ms: now.millis().saturating_sub(tuning.shortest_ms()),
            tuning,
            newest_ms: now.plus(settings.ahead).millis(),
        }
    }

    /// The hash of a text that is a part of bytes for [`Judge::met`].
    pub(super) fn part(&self, text: &str) -> u64 {
        self.known.part(text)
    }

    /// The key of labels that lie in these bytes, and the series where they have been met.
    #[inline]
    pub(super) fn met(&mut self, bytes: &[u8]) -> (Key, Option<Run<'i>>) {
        let key = self.known.key(bytes);
        let Some(met) = self.known.get(key, &mut self.next) else {
            let fresh = self.fresh.get(&key);
            return (key, fresh.map(|known| Run::new(key, Cow::Owned(known.clone()))));
        };
        if met.aged {
            self.fresh.insert(key, met.known.clone());
        }
        (key, Some(Run::new(key, Cow::Borrowed(met.known))))
    }

    /// The series of these pairs, if they are a series' name as the protocol has it.
    ///
    /// Errors: what is wrong with them, in a sentence; or a limit has no room for the series.
    pub(super) fn labels(&mut self, key: Key, pairs: &[(&str, &str)]) -> Result<Run<'i>, Unfit> {
        let labels = self.checked(pairs).map_err(Unfit::Wrong)?;
        if let Some((limits, counting)) = &self.limits {
            limits.admit(&labels, counting).map_err(Unfit::OverLimit)?;
        }
        let known = Known { labels, series: None };
        self.fresh.insert(key, known.clone());
        Ok(Run::new(key, Cow::Owned(known)))
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
    pub(super) fn point(&self, labels: &Labels, sample: SampleMessage) -> Result<Point, String> {
        let SampleMessage { at_ms, value } = sample;
        if self.is_in_time(labels, at_ms) {
            return Ok(Point { at_ms, value });
        }
        Err(format!("out of bounds for series {labels}, timestamp {at_ms}"))
    }

    /// The native histogram for the store. Errors: what is wrong with it, in a sentence.
    pub(super) fn histogram(
        &self,
        labels: &Labels,
        message: HistogramMessage,
    ) -> Result<HistogramSample, String> {
        let at_ms = message.at_ms;
        let histogram = native_histogram(message)
            .map_err(|why| format!("invalid native histogram for series {labels}: {why}"))?;
        self.at(labels, at_ms, histogram)
    }

    /// A histogram that is sound, for the store. Errors: what is wrong with its time.
    pub(super) fn at(
        &self,
        labels: &Labels,
        at_ms: i64,
        histogram: NativeHistogram,
    ) -> Result<HistogramSample, String> {
        if self.is_in_time(labels, at_ms) {
            return Ok(HistogramSample { labels: labels.clone(), at_ms, histogram });
        }
        Err(format!("out of bounds for series {labels}, timestamp {at_ms}"))
    }

    /// Whether a time is not too far ahead, and young enough for the series to be kept.
    #[inline]
    fn is_in_time(&self, labels: &Labels, at_ms: i64) -> bool {
        let kept = at_ms >= self.kept_from_ms
            || at_ms >= self.now_ms.saturating_sub(self.tuning.keep_ms(labels));
        kept && at_ms <= self.newest_ms
    }

    /// The exemplar for the store, if it is one that may be kept. As with Prometheus a bad one is
    /// left out, and the samples beside it are taken.
    pub(super) fn exemplar(
        &self,
        pairs: &[(&str, &str)],
        at_ms: i64,
        value: f64,
    ) -> Option<Exemplar> {
        let chars: usize = pairs.iter().map(|(name, value)| chars_of(name) + chars_of(value)).sum();
        let oldest_ms = self.now_ms.saturating_sub(self.tuning.longest_ms());
        let fits = chars <= EXEMPLAR_CHARS_MAX && (oldest_ms..=self.newest_ms).contains(&at_ms);
        let labels = Labels::from_pairs(pairs.iter().copied()).ok().filter(|_| fits)?;
        Some(Exemplar { labels, at_ms, value })
    }

    /// Whether a request with so many samples is still taken. Errors: it is too large.
    pub(super) fn count(samples: usize) -> Result<(), WriteRefusal> {
        if samples <= SAMPLES_MAX {
            return Ok(());
        }
        Err(WriteRefusal::TooLarge(format!("more than {SAMPLES_MAX} samples in one request")))
    }

    /// The series that were met for the first time, to be remembered for the requests to come.
    pub(super) fn fresh(self) -> Generation {
        self.fresh
    }
}

fn chars_of(text: &str) -> usize {
    text.chars().count()
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
