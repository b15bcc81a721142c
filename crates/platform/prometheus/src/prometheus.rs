use std::{
    num::NonZero,
    ops::RangeInclusive,
    path::PathBuf,
    sync::{Arc, RwLock},
    thread,
    time::Duration,
};

use db::Db;
use kernel::{Clock, Ids, Permission, Time};
use probe::Probe;
use tokio::sync::Semaphore;
use tsdb::{DiskStore, Selector, SeriesStore, TimeRange};

use crate::{
    Collectors, SeriesLimits, Telling,
    intake::{Commits, KnownSeries, Rooms},
    limits::Counting,
    query::{KeptAnswers, QueryLimits},
};

/// Writing series: under any labels, so that it is held everywhere or not at all.
pub const SERIES_WRITE: Permission = Permission("series.write");

/// Writes that are taken apart at once are as many as there are processors, within this: more
/// would only take them from each other, also while one has the store. Further ones wait.
const INTAKES: RangeInclusive<usize> = 2..=16;
/// Remote reads whose chunks are on their way at once; further ones wait, as with Prometheus.
pub(crate) const READS_MAX: usize = 10;

/// What differs between installations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrometheusSettings {
    /// Most bytes of one write, packed or not.
    pub write_bytes_max: usize,
    /// Most labels of a series that is written, its name included.
    pub labels_max: usize,
    /// How far ahead of the clock a written sample may be.
    pub ahead: Duration,
    /// How much a query may take.
    pub query: QueryLimits,
    /// Room for answers of range queries, so that only new steps are evaluated when the same is
    /// asked again; 0: none are kept. Bytes.
    pub answers_bytes_max: usize,
    /// The version of this product.
    pub version: &'static str,
}

/// 32 MiB, 64 labels, 10 minutes ahead, 32 MiB of answers.
impl Default for PrometheusSettings {
    fn default() -> Self {
        Self {
            write_bytes_max: 32 << 20,
            labels_max: 64,
            ahead: Duration::from_secs(600),
            query: QueryLimits::default(),
            answers_bytes_max: 32 << 20,
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// Tells it of what matches in a range.
pub type AloneIn = dyn Fn(&Selector, TimeRange) -> bool + Send + Sync;

/// Tells when a store is all there is, so that its quick ways may be gone.
#[derive(Clone)]
pub struct Alone {
    /// Whether what is written now goes nowhere else.
    pub writing: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Whether what matches in a range is read from nowhere else.
    pub reading: Arc<AloneIn>,
}

impl Alone {
    /// Always, or never.
    fn settled(is: bool) -> Self {
        Self { writing: Arc::new(move || is), reading: Arc::new(move |_, _| is) }
    }
}

/// What it stands on.
pub struct PrometheusParts {
    /// The records: what is done to the store by hand is journalled there.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where chance comes from.
    pub ids: Arc<dyn Ids>,
    /// The samples as everybody sees them: those of `store`, and perhaps of others beside it.
    pub series: Arc<dyn SeriesStore>,
    /// The store of this server, which keeps exemplars and metadata too. How long it keeps samples
    /// says how old those may be that are taken.
    pub store: Arc<DiskStore>,
    /// Where snapshots of `store` go, each in a directory of its own; made with the first.
    pub snapshots: PathBuf,
    /// Tells when `series` adds nothing to `store`; without it, it does not where both are the
    /// same.
    pub alone: Option<Alone>,
    /// Gives `series` by a store that says what its answers are missing; without it, nothing is.
    pub telling: Option<Telling>,
    /// Who may see which series, and what is checked.
    pub probe: Probe,
    /// Whoever collects besides the checks.
    pub collectors: Option<Arc<dyn Collectors>>,
    /// Limits for a part of the series.
    pub limits: Arc<SeriesLimits>,
    /// What differs between installations.
    pub settings: PrometheusSettings,
}

/// The series store as Prometheus would serve it: cheap to clone.
#[derive(Clone)]
pub struct Prometheus {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) series: Arc<dyn SeriesStore>,
    pub(crate) store: Arc<DiskStore>,
    pub(crate) snapshots: PathBuf,
    alone: Alone,
    pub(crate) telling: Option<Telling>,
    pub(crate) probe: Probe,
    pub(crate) collectors: Option<Arc<dyn Collectors>>,
    pub(crate) limits: Arc<SeriesLimits>,
    pub(crate) settings: PrometheusSettings,
    pub(crate) started_at: Time,
    pub(crate) known: RwLock<KnownSeries>,
    /// One for each write that may be taken apart now.
    pub(crate) intakes: Arc<Semaphore>,
    pub(crate) commits: Commits,
    pub(crate) rooms: Rooms,
    /// Whoever writes old samples to blocks.
    pub(crate) flushing: Semaphore,
    /// One for each query that may run now.
    pub(crate) queries: Arc<Semaphore>,
    pub(crate) kept: KeptAnswers,
    /// One for each list of series or labels that may be made now: as many as queries.
    pub(crate) lists: Arc<Semaphore>,
    /// One for each read whose answer may be on its way now.
    pub(crate) reads: Arc<Semaphore>,
    /// For whoever changes the store by hand.
    pub(crate) admin: Semaphore,
}

impl Prometheus {
    /// The API over these parts.
    #[must_use]
    pub fn new(parts: PrometheusParts) -> Self {
        let PrometheusParts { db, clock, ids, series, store, snapshots, alone, .. } = parts;
        let PrometheusParts { telling, probe, collectors, limits, settings, .. } = parts;
        let same = std::ptr::addr_eq(Arc::as_ptr(&series), Arc::as_ptr(&store));
        let alone = alone.unwrap_or_else(|| Alone::settled(same));
        let started_at = clock.now();
        let known = KnownSeries::new(ids.as_ref(), clock.monotonic());
        let queries = Arc::new(Semaphore::new(settings.query.concurrency_max.max(1)));
        let lists = Arc::new(Semaphore::new(settings.query.concurrency_max.max(1)));
        let kept = KeptAnswers::new(settings.answers_bytes_max);
        let inner = Inner {
            db,
            clock,
            ids,
            series,
            store,
            snapshots,
            alone,
            telling,
            probe,
            collectors,
            limits,
            settings,
            started_at,
            known: RwLock::new(known),
            intakes: Arc::new(Semaphore::new(intakes())),
            commits: Commits::default(),
            rooms: Rooms::default(),
            flushing: Semaphore::new(1),
            queries,
            kept,
            lists,
            reads: Arc::new(Semaphore::new(READS_MAX)),
            admin: Semaphore::new(1),
        };
        Self { inner: Arc::new(inner) }
    }
}

fn intakes() -> usize {
    let processors = thread::available_parallelism().map_or(*INTAKES.start(), NonZero::get);
    processors.clamp(*INTAKES.start(), *INTAKES.end())
}

impl Inner {
    /// What it takes to count series.
    pub(crate) fn counting(&self) -> Counting<'_> {
        Counting { store: &self.store, clock: self.clock.as_ref(), ahead: self.settings.ahead }
    }

    /// Whether what is written goes to the store of this server alone.
    pub(crate) fn writes_alone(&self) -> bool {
        (self.alone.writing)()
    }

    /// Whether what matches in the range is read from the store of this server alone.
    pub(crate) fn reads_alone(&self, selector: &Selector, range: TimeRange) -> bool {
        (self.alone.reading)(selector, range)
    }

    /// Whether everything is.
    pub(crate) fn reads_all_alone(&self) -> bool {
        self.reads_alone(&Selector::everything(), TimeRange::ALL)
    }
}
