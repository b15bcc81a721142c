//! Limits for a part of the series: those of a site, a tenant, a job.
//!
//! They are looked at where a series is met for the first time, or for the first time in long, and
//! never again while its writer goes on. How many series a limit counts is asked of the store: so
//! it is right after a start, and when series have ended.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kernel::{Clock, Time};
use tsdb::{DiskStore, Labels, METRIC_LABEL, SelectLimits, Selector, SeriesStore as _, TimeRange};

/// How long a series without samples still counts as living.
pub(crate) const LIVING: Duration = Duration::from_secs(2 * 3_600);
/// So long a count holds: to count again takes about a second for a million series.
const COUNT_AGE: Duration = Duration::from_secs(300);
/// Names and values are told up to so many characters, as Prometheus does.
const TOLD_CHARS: usize = 50;

/// How many the series that match may be, and how large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesLimit {
    /// Which.
    pub selector: Selector,
    /// Most of them that have had a sample in the last two hours.
    pub series_max: Option<u64>,
    /// Most labels of each, its name included.
    pub labels_max: Option<u64>,
    /// Most bytes of the value of a label.
    pub label_value_length_max: Option<u64>,
}

/// How a limit stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitFigures {
    /// The limit.
    pub limit: SeriesLimit,
    /// How many series it counted when it was looked at last; none: it does not count them.
    pub series: Option<u64>,
    /// How often a series was refused: each time that it was sent.
    pub refused: u64,
}

/// The limits that hold. Of several that match a series each must be kept to.
#[derive(Debug, Default)]
pub struct SeriesLimits {
    rules: RwLock<Arc<Vec<Rule>>>,
    /// Who takes a place: a series takes one in all rules that match it, or in none.
    turn: Mutex<()>,
}

#[derive(Debug)]
pub(crate) struct Rule {
    limit: SeriesLimit,
    live: Mutex<Live>,
    refused: AtomicU64,
}

/// The series that a rule counts, by their hashes: eight bytes each.
#[derive(Debug, Default)]
struct Live {
    hashes: HashSet<u64>,
    /// When the store was asked, on the monotonic clock.
    counted: Option<Duration>,
}

/// What counting takes.
pub(crate) struct Counting<'c> {
    pub(crate) store: &'c DiskStore,
    pub(crate) clock: &'c dyn Clock,
    /// How far ahead of the clock samples may be.
    pub(crate) ahead: Duration,
}

impl SeriesLimits {
    /// These limits.
    #[must_use]
    pub fn new(limits: Vec<SeriesLimit>) -> Self {
        let all = Self::default();
        all.set(limits);
        all
    }

    /// From now on these hold. Series that are written already go on; figures of those limits that
    /// were there before stay.
    pub fn set(&self, limits: Vec<SeriesLimit>) {
        let mut rules = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        let rule_of = |limit: SeriesLimit| {
            let known = rules.iter().find(|rule| rule.limit == limit);
            let refused = known.map_or(0, |rule| rule.refused.load(Ordering::Relaxed));
            Rule { limit, live: Mutex::default(), refused: AtomicU64::new(refused) }
        };
        let after = limits.into_iter().map(rule_of).collect();
        *rules = Arc::new(after);
    }

    /// How they stand, without counting anew.
    #[must_use]
    pub fn figures(&self) -> Vec<LimitFigures> {
        self.rules().iter().map(Rule::figures).collect()
    }

    /// The same, with counts that are not old.
    pub(crate) fn counted(&self, counting: &Counting<'_>) -> Vec<LimitFigures> {
        let rules = self.rules();
        for rule in rules.iter().filter(|rule| rule.limit.series_max.is_some()) {
            rule.live().refresh(&rule.limit.selector, counting);
        }
        rules.iter().map(Rule::figures).collect()
    }

    /// Counts anew when it is asked next: series have been deleted.
    pub(crate) fn forget(&self) {
        self.rules().iter().for_each(|rule| rule.live().counted = None);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    fn rules(&self) -> Arc<Vec<Rule>> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets a series in that has not been met, if all limits that match it have room for it.
    ///
    /// Errors: which has not, in Prometheus' words where it has some.
    pub(crate) fn admit(&self, labels: &Labels, counting: &Counting<'_>) -> Result<(), String> {
        let rules = self.rules();
        let matching = rules.iter().filter(|rule| rule.limit.selector.accepts(labels));
        let matching: Vec<&Rule> = matching.collect();
        for rule in &matching {
            rule.fits(labels)?;
        }
        let counted = matching.into_iter().filter_map(|rule| Some((rule, rule.limit.series_max?)));
        let counted: Vec<(&Rule, u64)> = counted.collect();
        if counted.is_empty() {
            return Ok(());
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        for (rule, max) in &counted {
            if !rule.live().has_room(labels.xxh3(), *max, &rule.limit.selector, counting) {
                rule.refused.fetch_add(1, Ordering::Relaxed);
                let (metric, selector) = (told(labels.metric()), &rule.limit.selector);
                return Err(format!(
                    "series limit exceeded (metric: {metric}, selector: {selector}, limit: {max})"
                ));
            }
        }
        for (rule, _) in counted {
            rule.live().hashes.insert(labels.xxh3());
        }
        Ok(())
    }
}

impl Rule {
    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn figures(&self) -> LimitFigures {
        let counts = self.limit.series_max.is_some();
        LimitFigures {
            limit: self.limit.clone(),
            series: counts.then(|| self.live().hashes.len() as u64),
            refused: self.refused.load(Ordering::Relaxed),
        }
    }

    /// Errors: the labels are too many, or a value too long.
    fn fits(&self, labels: &Labels) -> Result<(), String> {
        let misfit = self.limit.misfit(labels);
        if misfit.is_some() {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        misfit.map_or(Ok(()), Err)
    }
}

impl SeriesLimit {
    /// What of the labels is too much, as Prometheus says it of a target's.
    fn misfit(&self, labels: &Labels) -> Option<String> {
        let metric = told(labels.metric());
        let count = labels.len() as u64;
        if let Some(limit) = self.labels_max.filter(|limit| count > *limit) {
            return Some(format!(
                "label_limit exceeded (metric: {metric}, number of labels: {count}, limit: {limit})"
            ));
        }
        let limit = self.label_value_length_max?;
        let mut pairs = labels.iter().filter(|(name, _)| *name != METRIC_LABEL);
        let (name, value) = pairs.find(|(_, value)| value.len() as u64 > limit)?;
        Some(format!(
            "label_value_length_limit exceeded (metric: {metric}, label name: {}, value: {:?}, \
             length: {}, limit: {limit})",
            told(name),
            told(value),
            value.len()
        ))
    }
}

impl Live {
    /// Whether a series is counted already, or may be besides.
    fn has_room(
        &mut self,
        hash: u64,
        max: u64,
        selector: &Selector,
        counting: &Counting<'_>,
    ) -> bool {
        if self.counted.is_none() {
            self.count(selector, counting);
        }
        if self.hashes.contains(&hash) || (self.hashes.len() as u64) < max {
            return true;
        }
        self.refresh(selector, counting);
        self.hashes.contains(&hash) || (self.hashes.len() as u64) < max
    }

    /// Counts again when that was long ago.
    fn refresh(&mut self, selector: &Selector, counting: &Counting<'_>) {
        let now = counting.clock.monotonic();
        if self.counted.is_none_or(|counted| now.saturating_sub(counted) >= COUNT_AGE) {
            self.count(selector, counting);
        }
    }

    /// Asks the store which series live.
    fn count(&mut self, selector: &Selector, counting: &Counting<'_>) {
        let now = counting.clock.now();
        let range = living(now, counting.ahead);
        let limits = SelectLimits { series_max: usize::MAX, points_max: usize::MAX };
        match counting.store.series(selector, range, &limits) {
            Ok(series) => self.hashes = series.iter().map(Labels::xxh3).collect(),
            // What was counted before holds on.
            Err(error) => tracing::error!("failed to count the series of {selector}: {error}"),
        }
        self.counted = Some(counting.clock.monotonic());
    }
}

/// Whoever has a sample in it lives.
pub(crate) fn living(now: Time, ahead: Duration) -> TimeRange {
    TimeRange { from_ms: now.minus(LIVING).millis(), to_ms: now.plus(ahead).millis() }
}

fn told(text: &str) -> String {
    text.chars().take(TOLD_CHARS).collect()
}
