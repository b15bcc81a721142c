//! What remote writers and OpenTelemetry bring: taken apart, judged, and handed to the store.
//!
//! A request of version 1.0 in which anything is wrong is refused as a whole, before anything is
//! stored. Of one of version 2.0, and of OpenTelemetry's, the good series are stored and the others
//! are named, as the specifications want it.

mod judge;
mod known;
mod native;
mod otlp;
mod packing;
mod put;
mod refusal;
mod taken;
mod v1;
mod v2;

pub(crate) use known::KnownSeries;
pub(crate) use native::message;
pub(crate) use packing::Packing;
pub(crate) use refusal::{Refused, WriteRefusal};

use std::sync::PoisonError;

use axum::body::Bytes;
use judge::Judge;
use kernel::Fault;
use refusal::store_refusal;
use taken::Taken;
use wire::otlp::json;

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
    /// The same as JSON.
    OtlpJson,
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
    /// Of OpenTelemetry's data points, those that were not stored.
    pub(crate) rejected: Rejected,
}

/// How many data points were not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rejected {
    /// So many, and others were.
    Some(u64),
    /// As many as there were.
    All,
}

impl Outcome {
    /// Nothing was stored.
    fn none(refusal: WriteRefusal) -> Self {
        let written = Written::default();
        Self { written, refused: Some(refusal), rejected: Rejected::All }
    }
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
        let (outcome, fresh) = match packing.unpack(packed, self.settings.write_bytes_max) {
            Ok(request) => self.judged(kind, &request),
            Err(refusal) => (Outcome::none(refusal), Fresh::default()),
        };
        self.remember(fresh);
        outcome
    }

    /// Stores what is in a request. Also returns what is to be remembered: not before what is
    /// remembered already is let go of.
    fn judged(&self, kind: Kind, request: &[u8]) -> (Outcome, Fresh) {
        // Held until all is stored: writers wait for none but those that remember.
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut judge = Judge::new(self, &known);
        match taken(kind, request, &mut judge) {
            Ok(taken) => self.store(taken, judge.fresh()),
            Err(refusal) => (Outcome::none(refusal), Fresh::default()),
        }
    }

    fn store(&self, taken: Taken<'_>, mut fresh: Fresh) -> (Outcome, Fresh) {
        let Taken { mut runs, points, histograms, exemplars, metadata, refused, met } = taken;
        let put = match self.is_alone() {
            true => put::samples(&self.store, &mut runs, &points),
            false => self.series.append(&put::by_labels(&runs, &points)),
        };
        let put =
            put.and_then(|appended| Ok((appended, put::histograms(&self.store, &histograms)?)));
        let (mut appended, appended_histograms) = match put {
            Ok(appended) => appended,
            Err(error) => {
                let count = points.len() + histograms.len();
                tracing::error!("failed to store {count} written samples: {error}");
                return (Outcome::none(WriteRefusal::Broken), Fresh::default());
            }
        };
        let moved = runs.into_iter().filter(|run| run.moved);
        fresh.extend(moved.map(|run| (run.key, run.known.into_owned())));
        let exemplars = put::notes(&self.store, exemplars, metadata);
        // What is there already is as good as written.
        let [samples, histograms] =
            [&appended, &appended_histograms].map(|done| done.stored + done.duplicates);
        let written = Written { samples, exemplars, histograms };
        put::add(&mut appended, appended_histograms);
        let rejected = met.rejected(&appended);
        (Outcome { written, refused: store_refusal(&appended, refused), rejected }, fresh)
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

/// What of a request is taken. Errors: anything in it is wrong, or too much of it.
fn taken<'k>(kind: Kind, request: &[u8], judge: &mut Judge<'k>) -> Result<Taken<'k>, WriteRefusal> {
    match kind {
        Kind::WriteV1 => v1::read(request, judge),
        Kind::WriteV2 => v2::read(request, judge),
        Kind::Otlp => otlp::read(request, judge),
        Kind::OtlpJson => otlp::read(&json::message(request)?, judge),
    }
}

/// Series that are to be remembered.
type Fresh = known::Generation;
