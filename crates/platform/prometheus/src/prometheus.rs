use std::{
    sync::{Arc, RwLock},
    time::Duration,
};

use kernel::{Clock, Ids, Permission, Time};
use probe::Probe;
use tokio::sync::Semaphore;
use tsdb::SeriesStore;

use crate::{intake::KnownSeries, metadata::Metadata};

/// Writing series: under any labels, so that it is held everywhere or not at all.
pub const SERIES_WRITE: Permission = Permission("series.write");

/// Writes that are taken apart at once; further ones wait.
const INTAKES_MAX: usize = 4;

/// What differs between installations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrometheusSettings {
    /// Most bytes of one write, packed or not.
    pub write_bytes_max: usize,
    /// Most labels of a series that is written, its name included.
    pub labels_max: usize,
    /// How far ahead of the clock a written sample may be.
    pub ahead: Duration,
    /// How long samples are kept: older ones are not taken.
    pub retention: Duration,
    /// The version of this product.
    pub version: &'static str,
}

/// 32 MiB, 64 labels, 10 minutes ahead, 31 days.
impl Default for PrometheusSettings {
    fn default() -> Self {
        Self {
            write_bytes_max: 32 << 20,
            labels_max: 64,
            ahead: Duration::from_secs(600),
            retention: Duration::from_secs(31 * 86_400),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// What it stands on.
pub struct PrometheusParts {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where chance comes from.
    pub ids: Arc<dyn Ids>,
    /// The samples.
    pub series: Arc<dyn SeriesStore>,
    /// Who may see which series.
    pub probe: Probe,
    /// What differs between installations.
    pub settings: PrometheusSettings,
}

/// The series store as Prometheus would serve it: cheap to clone.
#[derive(Clone)]
pub struct Prometheus {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) series: Arc<dyn SeriesStore>,
    pub(crate) probe: Probe,
    pub(crate) settings: PrometheusSettings,
    pub(crate) started_at: Time,
    pub(crate) known: RwLock<KnownSeries>,
    pub(crate) metadata: Metadata,
    pub(crate) intakes: Semaphore,
}

impl Prometheus {
    /// The API over these parts.
    #[must_use]
    pub fn new(parts: PrometheusParts) -> Self {
        let PrometheusParts { clock, ids, series, probe, settings } = parts;
        let started_at = clock.now();
        let known = KnownSeries::new(ids.as_ref(), clock.monotonic());
        let inner = Inner {
            clock,
            series,
            probe,
            settings,
            started_at,
            known: RwLock::new(known),
            metadata: Metadata::default(),
            intakes: Semaphore::new(INTAKES_MAX),
        };
        Self { inner: Arc::new(inner) }
    }
}
