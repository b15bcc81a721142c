//! What remote writers and OpenTelemetry bring: taken apart, judged, and handed to the store.
//!
//! A request of version 1.0 in which anything is wrong, by itself or for the store, is refused as a
//! whole, and nothing of it is stored. Of one of version 2.0, and of OpenTelemetry's, the good
//! series are stored and the others are named, as the specifications want it.

mod commits;
mod judge;
mod known;
mod otlp;
mod packing;
mod put;
mod refusal;
mod taken;
mod v1;
mod v2;

pub(crate) use commits::Commits;
pub(crate) use known::KnownSeries;
pub(crate) use packing::{Packing, Rooms};
pub(crate) use refusal::{Refused, WriteRefusal};

use std::sync::{Arc, PoisonError};

use axum::body::Bytes;
use judge::Judge;
use kernel::Fault;
use refusal::store_refusal;
use taken::Taken;
use tokio::sync::oneshot;
use tsdb::{Age, Batch, BatchAppended, Terms, Unfit};
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

/// Which samples are taken by their age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Late {
    /// Those that are a little late at most.
    Window,
    /// As old as anything is kept.
    Any,
}

/// What a request is, and how it is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct How {
    pub(crate) kind: Kind,
    pub(crate) late: Late,
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

    fn has_stored_nothing(&self) -> bool {
        self.refused.is_some() && self.written == Written::default()
    }
}

impl Prometheus {
    /// Takes a packed request apart and stores what is in it.
    ///
    /// Errors: none of its own; what was refused is in the outcome.
    pub(crate) async fn take_in(
        &self,
        how: How,
        packing: Packing,
        packed: Bytes,
    ) -> Result<Outcome, Fault> {
        let permit = Arc::clone(&self.inner.intakes).acquire_owned().await;
        let permit = permit.map_err(Fault::internal)?;
        let inner = Arc::clone(&self.inner);
        let (told, outcome) = oneshot::channel();
        tokio::task::spawn_blocking(move || {
            let outcome = inner.take_in(how, packing, &packed);
            // Others are taken in while this one waits for the disk.
            drop(permit);
            inner.commits.settle(inner.series.as_ref(), outcome, told);
        });
        let outcome = outcome.await.map_err(Fault::internal)?;
        if how.late == Late::Any {
            self.flush_late().await?;
        }
        Ok(outcome)
    }

    /// Lets who sends old samples go on when memory has room for more of them.
    async fn flush_late(&self) -> Result<(), Fault> {
        let _turn = self.inner.flushing.acquire().await.map_err(Fault::internal)?;
        let inner = Arc::clone(&self.inner);
        let work = move || inner.store.flush_late(inner.clock.now().millis());
        if let Err(error) = tokio::task::spawn_blocking(work).await.map_err(Fault::internal)? {
            // They are in the log; the upkeep tries again.
            tracing::error!("failed to write late samples to blocks: {error}");
        }
        Ok(())
    }
}

impl Inner {
    fn take_in(&self, how: How, packing: Packing, packed: &[u8]) -> Outcome {
        let mut room = self.rooms.take();
        let request = packing.unpack(packed, self.settings.write_bytes_max, &mut room);
        let (outcome, fresh) = match request {
            Ok(request) => self.judged(how, request),
            Err(refusal) => (Outcome::none(refusal), Fresh::default()),
        };
        self.rooms.give_back(room);
        self.remember(fresh);
        outcome
    }

    /// Stores what is in a request. Also returns what is to be remembered: not before what is
    /// remembered already is let go of.
    fn judged(&self, how: How, request: &[u8]) -> (Outcome, Fresh) {
        // Held until all is stored: writers wait for none but those that remember.
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut judge = Judge::new(self, &known);
        match taken(how.kind, request, &mut judge) {
            Ok(taken) => self.store(self.terms(how), taken, judge.fresh()),
            Err(refusal) => (Outcome::none(refusal), Fresh::default()),
        }
    }

    fn terms(&self, how: How) -> Terms {
        let unfit = match how.kind {
            Kind::WriteV1 => Unfit::RefusesAll,
            Kind::WriteV2 | Kind::Otlp | Kind::OtlpJson => Unfit::LeftOut,
        };
        let age = match how.late {
            Late::Window => Age::Window,
            Late::Any => Age::Kept { now_ms: self.clock.now().millis() },
        };
        Terms { unfit, age }
    }

    fn store(&self, terms: Terms, taken: Taken<'_>, mut fresh: Fresh) -> (Outcome, Fresh) {
        let Taken { mut runs, points, histograms, exemplars, metadata, refused, met } = taken;
        let alone = self.writes_alone();
        let put = match alone {
            true => put::by_refs(&self.store, &mut runs, (&points, &histograms), terms),
            // Who passes them on wants exemplars beside the samples that they are of.
            false => self.series.append_batch(&Batch {
                samples: &put::by_labels(&runs, &points),
                histograms: &histograms,
                exemplars: &exemplars,
                metadata: &metadata,
                terms,
            }),
        };
        let done = match put {
            Ok(done) => done,
            Err(error) => {
                let count = points.len() + histograms.len();
                tracing::error!("failed to store {count} written samples: {error}");
                return (Outcome::none(WriteRefusal::Broken), Fresh::default());
            }
        };
        let moved = runs.into_iter().filter(|run| run.moved);
        fresh.extend(moved.map(|run| (run.key, run.known.into_owned())));
        let is_refused = terms.unfit == Unfit::RefusesAll && done.is_unfit();
        let BatchAppended { samples, histograms: of_histograms, exemplars: news, first } = done;
        let mut appended = samples;
        put::add(&mut appended, of_histograms.appended);
        if is_refused {
            // Nothing has been stored, and nothing beside it is.
            let refused = store_refusal(&appended, &first, refused);
            let (written, rejected) = (Written::default(), Rejected::All);
            return (Outcome { written, refused, rejected }, fresh);
        }
        let exemplars = match alone {
            true => self.store.keep_notes(exemplars, metadata),
            false => news,
        };
        // What is there already is as good as written.
        let [samples, histograms] =
            [&samples, &of_histograms.appended].map(|done| done.stored + done.duplicates);
        let written = Written { samples, exemplars, histograms };
        let rejected = met.rejected(&appended);
        (Outcome { written, refused: store_refusal(&appended, &first, refused), rejected }, fresh)
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
