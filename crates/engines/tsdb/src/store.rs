//! The store as its callers see it, whichever engine is behind.

use crate::{
    Acknowledge, Exemplar, HistogramPoint, HistogramSample, Labels, MalformedHistogram, Metadata,
    Retention, Sample, Selector, Series, SyncPolicy, TimeRange, TsdbError,
};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

/// A series with the points that were asked for, as two columns of equal length.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Which series.
    pub labels: Labels,
    /// Strictly ascending, in milliseconds since 1970, UTC; series measured together share them.
    pub times: Arc<[i64]>,
    /// A value for each time; every bit is kept.
    pub values: Vec<f64>,
}

/// A store of time series.
///
/// All methods may be called from several threads at once. None of them reads a clock.
pub trait SeriesStore: Send + Sync {
    /// Adds samples, in any order and of any series.
    ///
    /// What is counted as stored is in the operating system's hands when this returns. At the same
    /// time of the same series the first value wins. Errors: the log cannot be written; then no
    /// sample of the batch has been stored. Where every append waits for stable storage: it was not
    /// reached; then nobody knows how much of it is there.
    fn append(&self, batch: &[Sample]) -> Result<Appended, TsdbError> {
        let batch = Batch { samples: batch, ..Batch::default() };
        self.append_batch(&batch).map(|done| done.samples)
    }

    /// Adds all that a writer brings at once, on other terms than the usual ones.
    ///
    /// Exemplars and metadata that cannot be written are said in the log alone. Errors: as
    /// [`SeriesStore::append`]; where the log could be written for the samples and not for the
    /// histograms, the samples are stored.
    fn append_batch(&self, batch: &Batch<'_>) -> Result<BatchAppended, TsdbError>;

    /// How soon what is appended is on stable storage by itself.
    fn sync_policy(&self) -> SyncPolicy {
        SyncPolicy::Host
    }

    /// When what was appended may be called taken.
    fn acknowledgement(&self) -> Acknowledge {
        Acknowledge::Synced
    }

    /// Returns when all that was appended so far may be called taken, as the store is set: usually
    /// when it is on stable storage, also what the store passes on elsewhere.
    ///
    /// Errors: it could not be brought there; then nobody knows how much of it is.
    fn acknowledge(&self) -> Result<(), TsdbError>;

    /// What is known of a metric.
    fn metric_metadata(&self, _metric: &str) -> Option<Metadata> {
        None
    }

    /// Reads the points of `range` of all series that match, sorted by labels.
    ///
    /// Series without a point in `range` are left out. Damaged parts are skipped and named in
    /// [`SeriesStore::stats`]. Errors: more than `limits` allow.
    fn select(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Series>, TsdbError>;

    /// Lists the series that match and may have points in `range`, sorted by labels.
    ///
    /// It looks at summaries only: a series that pauses during all of a short `range` can be
    /// listed. Errors: more series than `limits` allow.
    fn series(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Labels>, TsdbError>;

    /// Hands the matching series to `sink` one after the other, in no order, until it breaks.
    ///
    /// As [`SeriesStore::select`] otherwise; no more than a few series are held at once.
    fn select_columns(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
        sink: &mut dyn FnMut(Column) -> ControlFlow<()>,
    ) -> Result<(), TsdbError> {
        for Series { labels, points } in self.select(selector, range, limits)? {
            let times = points.iter().map(|point| point.at_ms).collect();
            let values = points.iter().map(|point| point.value).collect();
            if sink(Column { labels, times, values }).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// As [`SeriesStore::select_columns`], with the native histograms of each series. A series may
    /// come twice: with its floats, and with its histograms.
    fn select_whole(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
        sink: &mut dyn FnMut(Column, Vec<HistogramPoint>) -> ControlFlow<()>,
    ) -> Result<(), TsdbError> {
        self.select_columns(selector, range, limits, &mut |column| sink(column, Vec::new()))
    }

    /// Lists the label names of the matching series (of all without a selector), ascending.
    ///
    /// It looks at summaries only. Errors: more series than `limits` allow.
    fn label_names(
        &self,
        selector: Option<&Selector>,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<String>, TsdbError> {
        let everything = Selector::everything();
        let series = self.series(selector.unwrap_or(&everything), range, limits)?;
        let names = series.iter().flat_map(Labels::iter).map(|(name, _)| name);
        Ok(names.collect::<BTreeSet<&str>>().into_iter().map(str::to_owned).collect())
    }

    /// Lists the values of a label of the matching series (of all without a selector), ascending.
    ///
    /// It looks at summaries only. Errors: more series than `limits` allow.
    fn label_values(
        &self,
        name: &str,
        selector: Option<&Selector>,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<String>, TsdbError> {
        let everything = Selector::everything();
        let series = self.series(selector.unwrap_or(&everything), range, limits)?;
        let values = series.iter().filter_map(|labels| labels.get(name));
        Ok(values.collect::<BTreeSet<&str>>().into_iter().map(str::to_owned).collect())
    }

    /// Tells how much there is and what is broken.
    fn stats(&self) -> StoreStats;
}

/// What a writer brings at once; in any order, of any series.
#[derive(Debug, Clone, Copy, Default)]
pub struct Batch<'b> {
    /// Floats.
    pub samples: &'b [Sample],
    /// Native histograms.
    pub histograms: &'b [HistogramSample],
    /// Exemplars, each with its series.
    pub exemplars: &'b [(Labels, Exemplar)],
    /// What is said of metrics.
    pub metadata: &'b [(String, Metadata)],
    /// How they are taken.
    pub terms: Terms,
}

/// How what comes together is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terms {
    /// What becomes of the rest if some of it cannot be stored.
    pub unfit: Unfit,
    /// How old it may be.
    pub age: Age,
}

/// What becomes of a batch in which there is what is too old, malformed, or another value for a
/// time that has one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unfit {
    /// The rest is stored.
    #[default]
    LeftOut,
    /// Nothing is: the whole batch is judged first, also against itself.
    RefusesAll,
}

/// How far behind the newest point of its series a sample may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Age {
    /// As far as points may come out of order.
    #[default]
    Window,
    /// As far as anything is kept. What is beyond the window waits in memory for a block of its
    /// day: call [`crate::DiskStore::flush_late`] after each such batch.
    Kept {
        /// Milliseconds since 1970, UTC.
        now_ms: i64,
    },
}

/// What became of a [`Batch`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchAppended {
    /// Of the samples.
    pub samples: Appended,
    /// Of the native histograms.
    pub histograms: HistogramsAppended,
    /// Exemplars that were newer than the last of their series.
    pub exemplars: u64,
    /// Which of the samples and histograms were ignored first.
    pub first: FirstRefused,
}

/// The first of those that the store has ignored, of each kind: its series and its time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FirstRefused {
    /// Of [`Appended::conflicts`].
    pub conflict: Option<(Labels, i64)>,
    /// Of [`Appended::too_old`].
    pub too_old: Option<(Labels, i64)>,
}

impl FirstRefused {
    pub(crate) fn conflict(&mut self, labels: Option<&Labels>, at_ms: i64) {
        if self.conflict.is_none() {
            self.conflict = labels.map(|labels| (labels.clone(), at_ms));
        }
    }

    pub(crate) fn too_old(&mut self, labels: Option<&Labels>, at_ms: i64) {
        if self.too_old.is_none() {
            self.too_old = labels.map(|labels| (labels.clone(), at_ms));
        }
    }

    /// The same, and where there is none, that of what was appended later.
    #[must_use]
    pub fn or(self, later: Self) -> Self {
        Self { conflict: self.conflict.or(later.conflict), too_old: self.too_old.or(later.too_old) }
    }
}

impl BatchAppended {
    /// Tells whether any of it is such that on the terms of [`Unfit::RefusesAll`] nothing of it has
    /// been stored.
    #[must_use]
    pub fn is_unfit(&self) -> bool {
        is_unfit(&self.samples, &self.histograms)
    }
}

pub(crate) fn is_unfit(samples: &Appended, histograms: &HistogramsAppended) -> bool {
    let wrong = |counts: &Appended| counts.conflicts + counts.too_old > 0;
    wrong(samples) || wrong(&histograms.appended) || !histograms.malformed.is_empty()
}

/// What became of native histograms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistogramsAppended {
    /// Of those that are well formed; the fields add up to their number.
    pub appended: Appended,
    /// Places in the batch of those that are not, and why.
    pub malformed: Vec<(usize, MalformedHistogram)>,
}

/// What became of a batch; the fields add up to its length unless all of it was refused for what
/// is wrong with some of it: then `stored` is 0 and what is right counts nowhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Appended {
    /// Samples added.
    pub stored: u64,
    /// Ignored: the same value is already there for this time.
    pub duplicates: u64,
    /// Ignored: another value is already there for this time.
    pub conflicts: u64,
    /// Ignored: too far behind the newest point of the series.
    pub too_old: u64,
    /// Ignored: the configured limit of series or points in memory is reached.
    pub over_limit: u64,
}

/// How much an answer may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SelectLimits {
    /// Most series.
    pub series_max: usize,
    /// Most points of all series together.
    pub points_max: usize,
}

/// 100,000 series and 20 million points (320 MB).
impl Default for SelectLimits {
    fn default() -> Self {
        Self { series_max: 100_000, points_max: 20_000_000 }
    }
}

/// How much a store holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// Series in memory, i.e. those alive in the last hours.
    pub series_live: u64,
    /// Points in memory, not yet in a block.
    pub points_live: u64,
    /// Points in blocks.
    pub points_stored: u64,
    /// Block files.
    pub blocks: u64,
    /// Bytes of the block files.
    pub block_bytes: u64,
    /// Bytes of the write-ahead log.
    pub wal_bytes: u64,
    /// Roll-ups, by the length of their windows.
    pub rollups: Vec<RollupStats>,
    /// The rules of retention, in their order.
    pub retentions: Vec<RetentionStats>,
    /// Time of the oldest point.
    pub oldest_ms: Option<i64>,
    /// Time of the newest point.
    pub newest_ms: Option<i64>,
    /// Bytes of a record cut off by a crash, dropped when the store was opened.
    pub torn_bytes: u64,
    /// Broken parts found since the store was opened: the first 1,000, and of each further file the
    /// first.
    pub damages: Vec<Damage>,
}

/// How much there is of the roll-ups of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollupStats {
    /// Length of a window. Milliseconds.
    pub step_ms: i64,
    /// Whether days that are over are rolled up by it; if not, what is there stays unless
    /// `keep_ms` is 0.
    pub is_made: bool,
    /// How long they are kept; none: no time ends them. Milliseconds.
    pub keep_ms: Option<i64>,
    /// Block files.
    pub blocks: u64,
    /// Bytes of the block files.
    pub bytes: u64,
    /// Begin of the first day there is.
    pub from_ms: Option<i64>,
    /// End of the last day there is.
    pub to_ms: Option<i64>,
}

/// A rule of retention, and what its series take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionStats {
    /// The rule.
    pub rule: Retention,
    /// Bytes of blocks and roll-ups that are its series', as the last upkeep counted them; none
    /// before one has counted all, and while no rule has a limit.
    pub bytes: Option<u64>,
}

/// A part of a file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Damage {
    /// The file.
    pub path: PathBuf,
    /// Where in it.
    pub offset: u64,
    /// What is wrong.
    pub what: &'static str,
}
