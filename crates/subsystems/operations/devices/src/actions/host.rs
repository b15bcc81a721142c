use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use db::Db;
use jobs::Timer;
use kernel::{Caller, Clock, Fault, Time};
use resources::{ResourceId, Resources, Standing};
use serde_json::{Map, Value};
use tokio::sync::watch;
use tsdb::SeriesStore;

use super::watch::INTERVAL_MIN;
use super::watcher::Watcher;
use crate::collect::Roots;
use crate::error::DevicesError;
use crate::model::{Glance, Jump};
use crate::subsystem::HOST_READ;

/// What watching a machine needs.
pub struct HostParts {
    /// The records, for facts.
    pub db: Db,
    /// The time of day, and the one that never jumps.
    pub clock: Arc<dyn Clock>,
    /// Waiting for the next reading.
    pub timer: Arc<dyn Timer>,
    /// Where samples go.
    pub series: Arc<dyn SeriesStore>,
    /// The register in which the host is found.
    pub resources: Resources,
    /// The machine.
    pub roots: Roots,
    /// Time from one reading to the next; at least a second.
    pub interval: Duration,
}

/// How the watching goes since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Readings that ended.
    pub readings: u64,
    /// Readings that were due while the one before had not ended, and were left out.
    pub readings_skipped: u64,
    /// Readings that broke off, or whose samples the store could not write.
    pub readings_failed: u64,
    /// Samples stored.
    pub samples_stored: u64,
    /// Samples the store refused: too old after the clock was set back, or over its limits.
    pub samples_refused: u64,
    /// When the last reading that ended began.
    pub last_at: Option<Time>,
    /// How long it took.
    pub last_took: Duration,
    /// Whether it broke off, or its samples could not be written.
    pub last_failed: bool,
}

/// The machine Mainstay runs on, watched. Cheap to clone.
#[derive(Clone)]
pub struct Host(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) parts: HostParts,
    pub(super) caller: Caller,
    /// The resource it was put into the register as, and who stands for that now.
    pub(super) standing: Standing,
    pub(super) identity: String,
    pub(super) name: String,
    /// Locked while the machine is read; shared with the thread that reads.
    pub(super) watcher: Arc<Mutex<Watcher>>,
    pub(super) seen: Mutex<Seen>,
    pub(super) progress: watch::Sender<Progress>,
}

/// What the last readings showed.
pub(super) struct Seen {
    pub(super) glance: Option<Arc<Glance>>,
    pub(super) attributes: Arc<Map<String, Value>>,
    /// When the attributes were looked at, on the clock that never jumps.
    pub(super) attributes_at: Duration,
    /// Not yet in the journal.
    pub(super) jumps: VecDeque<Jump>,
    /// Collectors whose failure was told, so that it is told once.
    pub(super) failing: Vec<&'static str>,
    pub(super) store_failing: bool,
    pub(super) refusing: bool,
}

impl Host {
    /// The host's resource: the one that stands for it since it turned out to be another.
    #[must_use]
    pub fn resource_id(&self) -> ResourceId {
        self.0.standing.id()
    }

    /// The host's resource, for others who hold on to it.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.0.standing.clone()
    }

    /// Asks the register who stands for the host now, and keeps that.
    ///
    /// Errors: the register cannot be read.
    pub async fn follow(&self) -> Result<ResourceId, Fault> {
        let followed = self.0.parts.resources.follow(&self.0.standing).await;
        Ok(followed.map_err(DevicesError::from)?)
    }

    /// Time from one reading to the next.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.0.parts.interval.max(INTERVAL_MIN)
    }

    /// The machine's own name: the label `instance` of its series.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Its name in the register: what a person called it, else the machine's own.
    ///
    /// Errors: the register cannot be read.
    pub async fn given_name(&self) -> Result<String, Fault> {
        let resource = self.0.parts.resources.get(self.resource_id()).await;
        Ok(resource.map_err(DevicesError::from)?.name)
    }

    /// Whether the caller may see the host.
    ///
    /// Errors: the register cannot be read.
    pub async fn is_seen_by(&self, caller: &Caller) -> Result<bool, Fault> {
        let place = self.0.parts.resources.place_of(self.resource_id()).await;
        Ok(caller.may_at(HOST_READ, &place.map_err(DevicesError::from)?.as_place()))
    }

    /// The machine at a glance, by the last two readings; none until there are two.
    #[must_use]
    pub fn glance(&self) -> Option<Arc<Glance>> {
        self.seen().glance.clone()
    }

    /// What the machine is, as told to the register; null is what it does not tell.
    #[must_use]
    pub fn attributes(&self) -> Arc<Map<String, Value>> {
        Arc::clone(&self.seen().attributes)
    }

    /// How the watching goes; changes with every reading that ends or is left out.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.0.progress.subscribe()
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        // Every change to it is a single assignment, so a panic elsewhere leaves it whole.
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, name) = (self.resource_id(), &self.0.name);
        out.debug_struct("Host")
            .field("resource_id", &id)
            .field("name", name)
            .finish_non_exhaustive()
    }
}
