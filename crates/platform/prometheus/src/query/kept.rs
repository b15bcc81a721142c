//! Answers of range queries that are kept: whoever asks the same again a little later, as a page
//! that refreshes does, pays for the steps that are new.
//!
//! A value of an earlier answer is taken again only where it is what an evaluation would yield now:
//! the expression looks back only ([`promql::Expr::rests_on_past`]), the same steps are asked for
//! from the same standpoint, and nothing up to that step has changed in the store since it was read
//! ([`tsdb::DiskStore::unchanged_before`]): neither by a late sample nor by a deletion.

use std::{cmp::Ordering, sync::Arc};

use moka::{policy::EvictionPolicy, sync::Cache};
use probe::Standpoint;
use promql::{Answer, ParseOptions, Period, QueryValue, SeriesValues};
use tsdb::DiskStore;

/// One answer may take so large a part of the room for all.
const PART: usize = 4;
/// What a series takes besides its labels and values, about. Bytes.
const SERIES_BYTES: usize = 160;

/// The answers kept.
#[derive(Debug)]
pub(crate) struct KeptAnswers {
    bytes_max: usize,
    answers: Cache<Question, Arc<KeptAnswer>>,
}

/// What is asked again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Question {
    query: String,
    lookback_ms: Option<i64>,
    step_ms: i64,
    /// Where the steps lie between multiples of the step.
    phase_ms: i64,
    standpoint: Standpoint,
}

/// What was answered.
#[derive(Debug)]
struct KeptAnswer {
    /// The steps.
    period: Period,
    /// The last change of the store before it was read.
    change: u64,
    series: Vec<SeriesValues>,
    bytes: usize,
}

/// What is known of the answer before anything is evaluated.
pub(super) struct Continued {
    question: Question,
    /// What is asked for, up to its last step.
    period: Period,
    change: u64,
    /// The answer, and up to which step it counts.
    known: Option<(Arc<KeptAnswer>, i64)>,
}

impl KeptAnswers {
    /// Room for so many bytes, about.
    pub(crate) fn new(bytes_max: usize) -> Self {
        let weight = |_: &Question, answer: &Arc<KeptAnswer>| {
            u32::try_from(answer.bytes).unwrap_or(u32::MAX)
        };
        let answers = Cache::builder()
            .max_capacity(bytes_max as u64)
            .weigher(weight)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self { bytes_max, answers }
    }

    /// What they take, about. Bytes.
    pub(crate) fn bytes(&self) -> u64 {
        // It is counted a little later otherwise.
        self.answers.run_pending_tasks();
        self.answers.weighted_size()
    }

    /// What is known of the answer to be given; none where it is not worth asking.
    pub(super) fn continued(
        &self,
        store: &DiskStore,
        (query, lookback_ms): (&str, Option<i64>),
        period: Period,
        standpoint: Standpoint,
    ) -> Option<Continued> {
        let Period { from_ms, to_ms, step_ms } = period;
        if self.bytes_max == 0 || step_ms <= 0 || to_ms < from_ms {
            return None;
        }
        let expr = promql::parse(query, ParseOptions { experimental: true }).ok()?;
        if !expr.rests_on_past() {
            return None;
        }
        let period = Period { from_ms, to_ms: step_before(to_ms, from_ms, step_ms), step_ms };
        let phase_ms = from_ms.rem_euclid(step_ms);
        let query = query.to_owned();
        let question = Question { query, lookback_ms, step_ms, phase_ms, standpoint };
        let change = store.changes();
        let known = self.answers.get(&question).and_then(|answer| {
            let sure_ms = store.unchanged_before(answer.change).saturating_sub(1);
            let to_ms = answer.period.to_ms.min(period.to_ms).min(sure_ms);
            let begins = answer.period.from_ms <= from_ms && from_ms <= to_ms;
            begins.then(|| (answer, step_before(to_ms, from_ms, step_ms)))
        });
        Some(Continued { question, period, change, known })
    }

    /// Keeps an answer, unless it is too large, or more is to be said about it than its values.
    pub(super) fn keep(&self, continued: Continued, answer: &Answer) {
        let Continued { question, period, change, .. } = continued;
        let QueryValue::Matrix(series) = &answer.value else { return };
        if !answer.warnings.is_empty() || !answer.infos.is_empty() {
            return;
        }
        let Some(bytes) = bytes_of(series).filter(|bytes| *bytes <= self.bytes_max / PART) else {
            return;
        };
        let kept = KeptAnswer { period, change, series: series.clone(), bytes };
        self.answers.insert(question, Arc::new(kept));
    }
}

impl Continued {
    /// The steps that are not known; none if all are.
    pub(super) fn missing(&self) -> Option<Period> {
        let Period { from_ms, to_ms, step_ms } = self.period;
        match &self.known {
            None => Some(self.period),
            Some((_, known_ms)) if *known_ms >= to_ms => None,
            Some((_, known_ms)) => {
                // Within the period: cannot be too large.
                let from_ms = known_ms.saturating_add(step_ms).max(from_ms);
                Some(Period { from_ms, to_ms, step_ms })
            }
        }
    }

    /// The whole answer, from the part of it that is known and the rest.
    pub(super) fn joined(&self, rest: Answer) -> Answer {
        let Some((known, to_ms)) = &self.known else { return rest };
        let Answer { value: QueryValue::Matrix(new), .. } = rest else { return rest };
        let old = known.series.iter();
        let old = old.filter_map(|series| within(series, self.period.from_ms, *to_ms)).collect();
        Answer { value: QueryValue::Matrix(merged(old, new)), ..rest }
    }

    /// The whole answer where all of it is known.
    pub(super) fn whole(&self) -> Answer {
        let nothing = QueryValue::Matrix(Vec::new());
        let (warnings, infos) = (Vec::new(), Vec::new());
        self.joined(Answer { value: nothing, warnings, infos, series_read: 0, samples_read: 0 })
    }
}

/// The last step that is not later.
fn step_before(at_ms: i64, from_ms: i64, step_ms: i64) -> i64 {
    at_ms - (i128::from(at_ms) - i128::from(from_ms)).rem_euclid(i128::from(step_ms)) as i64
}

/// What a series has in a period.
fn within(series: &SeriesValues, from_ms: i64, to_ms: i64) -> Option<SeriesValues> {
    let begin = series.floats.partition_point(|(at_ms, _)| *at_ms < from_ms);
    let end = series.floats.partition_point(|(at_ms, _)| *at_ms <= to_ms);
    (begin < end).then(|| SeriesValues {
        labels: series.labels.clone(),
        floats: series.floats[begin..end].to_vec(),
        histograms: Vec::new(),
    })
}

/// Both have their series in the order of labels; what is new comes after what is old.
fn merged(old: Vec<SeriesValues>, new: Vec<SeriesValues>) -> Vec<SeriesValues> {
    let mut all = Vec::with_capacity(old.len().max(new.len()));
    let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (Some(old), Some(new)) => old.labels.cmp(&new.labels),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return all,
        };
        let first = if order.is_le() { old.next() } else { None };
        let second = if order.is_ge() { new.next() } else { None };
        match (first, second) {
            (Some(mut first), Some(second)) => {
                first.floats.extend(second.floats);
                first.histograms.extend(second.histograms);
                all.push(first);
            }
            (one, other) => all.extend(one.into_iter().chain(other)),
        }
    }
}

/// What it takes to keep them, about; none where there are histograms.
fn bytes_of(series: &[SeriesValues]) -> Option<usize> {
    let of_one = |series: &SeriesValues| {
        let labels: usize =
            series.labels.iter().map(|(name, value)| name.len() + value.len()).sum();
        let floats = series.floats.len() * size_of::<(i64, f64)>();
        series.histograms.is_empty().then_some(SERIES_BYTES + labels + floats)
    };
    series.iter().map(of_one).sum()
}
