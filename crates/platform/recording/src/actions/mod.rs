//! The verbs: load, permit, decide, save, journal; each in one transaction.

mod backfills;
mod evaluate;
mod fill;
mod groups;
mod told;

use std::{fmt, sync::Arc, time::Duration};

use db::Db;
use kernel::{Caller, Clock, Ids, Permission, Time};
use promql::{Engine, EngineOptions};
use tokio::sync::{Mutex, watch};
use tsdb::{DiskStore, SeriesStore};

use crate::{
    RecordingError,
    live::{Bench, Board},
};

pub(crate) use backfills::BackfillWish;
pub(crate) use groups::Upload;
pub use told::ToldAlert;

/// Rule groups that are kept at most.
pub(crate) const GROUPS_MAX: u32 = 1_000;
/// Back-fills that run at most.
pub(crate) const BACKFILLS_MAX: u32 = 100;

/// What differs between installations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingSettings {
    /// Time between evaluations of groups that do not say it.
    pub interval: Duration,
    /// Longest time that the evaluation of a group may take.
    pub allowed: Duration,
}

/// A minute, two minutes.
impl Default for RecordingSettings {
    fn default() -> Self {
        Self { interval: Duration::from_secs(60), allowed: Duration::from_secs(120) }
    }
}

/// What it stands on.
pub struct RecordingParts {
    /// The records.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where chance comes from.
    pub ids: Arc<dyn Ids>,
    /// Where results go: they are kept in `store`, and forwarded where that is wanted.
    pub series: Arc<dyn SeriesStore>,
    /// The samples of this server: what rules look at, and where histograms go. Nothing older than
    /// it keeps is back-filled.
    pub store: Arc<DiskStore>,
    /// Whether the server stops: evaluations that are under way end then.
    pub stopped: watch::Receiver<bool>,
    /// What differs between installations.
    pub settings: RecordingSettings,
}

/// Rule groups: cheap to clone.
#[derive(Clone)]
pub struct Recording {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) store: Arc<DiskStore>,
    pub(crate) board: Arc<Board>,
    /// When the board was brought to what the records say, in monotonic time; none: not yet, or
    /// they have changed since.
    pub(crate) followed: Mutex<Option<Duration>>,
}

impl Recording {
    /// Rule groups of these records, evaluated on these series.
    #[must_use]
    pub fn new(parts: RecordingParts) -> Self {
        let RecordingParts { db, clock, ids, series, store, stopped, settings } = parts;
        let interval_ms = i64::try_from(settings.interval.as_millis()).unwrap_or(60_000);
        // Rules may say what queries may.
        let options = EngineOptions {
            experimental: true,
            subquery_step_ms: interval_ms,
            ..EngineOptions::default()
        };
        let bench = Bench {
            clock: Arc::clone(&clock),
            store: Arc::clone(&store),
            series,
            engine: Engine::new(options),
            allowed: settings.allowed,
            interval_ms,
            stopped,
        };
        let (board, followed) = (Arc::new(Board::new(bench)), Mutex::default());
        Self { inner: Arc::new(Inner { db, clock, ids, store, board, followed }) }
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Time {
        self.inner.clock.now()
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Recording").field("db", &self.inner.db).finish_non_exhaustive()
    }
}

/// Rules look at everything, so that only who may change them everywhere may.
fn permit_everywhere(caller: &Caller, permission: Permission) -> Result<(), RecordingError> {
    match caller.may_everywhere(permission) {
        true => Ok(()),
        false => Err(RecordingError::Forbidden(permission)),
    }
}
