//! What remote writers and OpenTelemetry bring: taken apart, judged, and handed to the store.
//!
//! A request of version 1.0 in which anything is wrong is refused as a whole, before anything is
//! stored. Of one of version 2.0, and of OpenTelemetry's, the good series are stored and the others
//! are named, as the specifications want it.

mod judge;
mod known;
mod otlp;
mod packing;
mod put;
mod refusal;
mod taken;
mod v1;
mod v2;

pub(crate) use known::KnownSeries;
pub(crate) use packing::Packing;
pub(crate) use refusal::{Refused, WriteRefusal};

use std::{collections::HashMap, sync::PoisonError};

use axum::body::Bytes;
use judge::Judge;
use kernel::Fault;
use known::{Key, Known};
use refusal::store_refusal;
use taken::Taken;
use tsdb::Appended;

use crate::{Prometheus, prometheus::Inner};

/// The messages that writers send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `prometheus.WriteRequest`.
    WriteV1,
    /// `io.prometheus.write.v2.Request`.
    WriteV2,
    /// `ExportMetricsServiceRequest`.
    Otlp,
}

/// What of a write has been stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) samples: u64,
    pub(crate) histograms: u64,
    pub(crate) exemplars: u64,
}

/// What came of a write.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) written: Written,
    pub(crate) refused: Option<WriteRefusal>,
}

impl Prometheus {
    /// Takes a packed request apart and stores what is in it.
    ///
    /// Errors: none of its own; what was refused is in the outcome.
    pub(crate) async fn take_in(
        &self,
        kind: Kind,
        packing: Packing,
        packed: Bytes,
    ) -> Result<Outcome, Fault> {
        let permit = self.inner.intakes.acquire().await.map_err(Fault::internal)?;
        let inner = std::sync::Arc::clone(&self.inner);
        let work = move || inner.take_in(kind, packing, packed);
        let outcome = tokio::task::spawn_blocking(work).await.map_err(Fault::internal)?;
        drop(permit);
        Ok(outcome)
    }
}

impl Inner {
    fn take_in(&self, kind: Kind, packing: Packing, packed: Bytes) -> Outcome {
        match self.taken(kind, packing, packed) {
            Ok((taken, fresh)) => self.store(taken, fresh),
            Err(refused) => Outcome { written: Written::default(), refused: Some(refused) },
        }
    }

    fn taken(
        &self,
        kind: Kind,
        packing: Packing,
        packed: Bytes,
    ) -> Result<(Taken, Fresh), WriteRefusal> {
        let request = packing.unpack(packed, self.settings.write_bytes_max)?;
        let mut judge = Judge::new(self);
        let taken = match kind {
            Kind::WriteV1 => v1::read(&request, &mut judge)?,
            Kind::WriteV2 => v2::read(&request, &mut judge)?,
            Kind::Otlp => otlp::read(&request, &mut judge)?,
        };
        Ok((taken, judge.fresh()))
    }

    fn store(&self, taken: Taken, mut fresh: Fresh) -> Outcome {
        let Taken { mut runs, points, exemplars, metadata, refused } = taken;
        let put = match self.is_alone() {
            true => put::samples(&self.store, &mut runs, &points),
            false => self.series.append(&put::by_labels(&runs, &points)),
        };
        let appended = match put {
            Ok(appended) => appended,
            Err(error) => {
                tracing::error!("failed to store {} written samples: {error}", points.len());
                let refused = Some(WriteRefusal::Broken);
                return Outcome { written: Written::default(), refused };
            }
        };
        let moved = runs.into_iter().filter(|run| run.moved);
        fresh.extend(moved.map(|run| (run.key, run.known)));
        self.remember(fresh);
        let exemplars = put::notes(&self.store, exemplars, metadata);
        let Appended { stored, duplicates, .. } = appended;
        // What is there already is as good as written.
        let written = Written { samples: stored + duplicates, exemplars, histograms: 0 };
        Outcome { written, refused: store_refusal(&appended, refused) }
    }

    /// Keeps series that were met for the first time, for the requests to come.
    fn remember(&self, fresh: Fresh) {
        let now = self.clock.monotonic();
        let is_aged = || self.known.read().unwrap_or_else(PoisonError::into_inner).is_aged(now);
        if fresh.is_empty() && !is_aged() {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.age(now);
        for (key, series) in fresh {
            known.remember(key, series);
        }
    }
}

/// Series that are to be remembered.
type Fresh = HashMap<Key, Known>;
