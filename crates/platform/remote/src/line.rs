//! One destination while the server runs.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::http::HeaderValue;
use forward::{ForwardError, Incoming, Queue, Relabeller};
use kernel::{Text, Time};
use tokio::sync::Notify;
use tsdb::{Exemplar, HistogramSample, Labels, Metadata, Sample};

use crate::{
    Destination, DestinationId,
    model::{Message, Recent},
};

/// Series whose names at the far side are remembered.
const RENAMED_MAX: usize = 500_000;

/// How a destination stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Its id.
    pub id: DestinationId,
    /// Its name.
    pub name: String,
    /// Samples that wait.
    pub waiting: u64,
    /// Bytes that they take on disk.
    pub bytes: u64,
    /// How long the oldest of them has waited; nothing when none waits.
    pub lag: Option<Duration>,
    /// Samples that the far side has taken since the start.
    pub sent: u64,
    /// Samples that it refused for good.
    pub refused: u64,
    /// Samples dropped because the queue was full.
    pub dropped_full: u64,
    /// Samples dropped because they had waited too long.
    pub dropped_old: u64,
    /// Samples lost because the disk refused or damaged them.
    pub dropped_disk: u64,
    /// Requests that had to be sent again.
    pub retries: u64,
    /// The version of remote write that is spoken.
    pub version: &'static str,
    /// Samples a second that the far side has taken in the last minute.
    pub samples_per_s: f64,
    /// What went wrong last, and when; nothing once a request has gone well again.
    pub said: Option<(Time, Text)>,
    /// Since when requests have gone wrong.
    pub failing_since: Option<Time>,
    /// Questions for what is older.
    pub history_asked: u64,
    /// Those that were answered without the far side.
    pub history_failed: u64,
}

/// A destination, its queue and its senders' knowledge.
pub(crate) struct Line {
    pub(crate) destination: Destination,
    pub(crate) queue: Arc<Queue>,
    pub(crate) progress: Arc<Progress>,
    /// Rings when something was put in.
    pub(crate) bell: Notify,
    /// The header that vouches for us, with the number of the secret's value.
    pub(crate) credential: tokio::sync::Mutex<Option<(i64, HeaderValue)>>,
    relabeller: Relabeller,
    renamed: Mutex<Renamed>,
    failing: AtomicBool,
    sync_failing: AtomicBool,
}

/// Names at the far side.
#[derive(Debug, Default)]
struct Renamed {
    series: HashMap<Labels, Option<Labels>>,
    /// What metrics that have another name there are called here.
    metrics: HashMap<String, String>,
}

/// What has been done since the start.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) sent: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) retries: AtomicU64,
    /// Whether the far side understands the older message only.
    older: AtomicBool,
    /// What it was told of metrics in the older message, and when by the monotonic clock.
    pub(crate) told: Mutex<HashMap<String, (Metadata, Duration)>>,
    /// Whether its refusals, or what was dropped, have been journalled.
    pub(crate) refused_told: AtomicBool,
    pub(crate) dropped_told: AtomicBool,
    /// Since when something goes wrong, when it did last, and what.
    said: Mutex<Option<(Time, Time, Text)>>,
    recent: Mutex<Recent>,
    pub(crate) history_asked: AtomicU64,
    pub(crate) history_failed: AtomicU64,
    /// Whether it has no remote read.
    pub(crate) history_by_query: AtomicBool,
    /// Until when it is not asked for history, by the monotonic clock.
    pub(crate) history_away_until: Mutex<Option<Duration>>,
}

impl fmt::Debug for Line {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Line").field("name", &self.destination.name).finish_non_exhaustive()
    }
}

impl Line {
    /// `before`: the same destination as it was, whose figures go on.
    pub(crate) fn new(
        destination: Destination,
        relabeller: Relabeller,
        queue: Arc<Queue>,
        before: Option<&Self>,
    ) -> Self {
        let progress = before.map_or_else(Arc::default, |line| line.progress.begun_anew());
        Self {
            destination,
            queue,
            progress,
            bell: Notify::new(),
            credential: tokio::sync::Mutex::default(),
            relabeller,
            renamed: Mutex::default(),
            failing: AtomicBool::default(),
            sync_failing: AtomicBool::default(),
        }
    }

    /// Puts samples into the queue under the names they have there.
    pub(crate) fn take(&self, incoming: Incoming<'_>, now_ms: i64) {
        let put = if self.relabeller.is_identity() {
            self.queue.append(now_ms, incoming)
        } else {
            let (samples, histograms, exemplars) = self.renamed(incoming);
            let renamed =
                Incoming { samples: &samples, histograms: &histograms, exemplars: &exemplars };
            self.queue.append(now_ms, renamed)
        };
        let name = &self.destination.name;
        match changed(&self.failing, &put.map(|_| ())) {
            Some(Err(error)) => {
                tracing::error!("failed to queue samples for destination {name}: {error}");
            }
            Some(Ok(())) => tracing::info!("samples for destination {name} are queued again"),
            None => {}
        }
        self.bell.notify_waiters();
    }

    /// Returns when what is in the queue is on stable storage, or the disk has refused.
    pub(crate) fn make_durable(&self) {
        let name = &self.destination.name;
        match changed(&self.sync_failing, &self.queue.make_all_durable()) {
            Some(Err(error)) => {
                tracing::error!("failed to sync the queue of destination {name}: {error}");
            }
            Some(Ok(())) => tracing::info!("the queue of destination {name} is synced again"),
            None => {}
        }
    }

    fn renamed(
        &self,
        incoming: Incoming<'_>,
    ) -> (Vec<Sample>, Vec<HistogramSample>, Vec<(Labels, Exemplar)>) {
        let Incoming { samples, histograms, exemplars } = incoming;
        let mut known = self.renamed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut of = |labels: &Labels| known.of(labels, &self.relabeller);
        let samples = samples.iter().filter_map(|sample| {
            Some(Sample { labels: of(&sample.labels)?, at_ms: sample.at_ms, value: sample.value })
        });
        let samples = samples.collect();
        let histograms = histograms.iter().filter_map(|sample| {
            let (at_ms, histogram) = (sample.at_ms, sample.histogram.clone());
            Some(HistogramSample { labels: of(&sample.labels)?, at_ms, histogram })
        });
        let histograms = histograms.collect();
        let exemplars = exemplars.iter();
        let exemplars = exemplars.filter_map(|(labels, one)| Some((of(labels)?, one.clone())));
        (samples, histograms, exemplars.collect())
    }

    /// What a metric of the far side is called here, as far as samples of it have come since the
    /// start.
    pub(crate) fn metric_here(&self, there: &str) -> String {
        let known = self.renamed.lock().unwrap_or_else(PoisonError::into_inner);
        known.metrics.get(there).map_or(there, String::as_str).to_owned()
    }

    /// `monotonic`: the same moment by the other clock.
    pub(crate) fn figures(&self, now: Time, monotonic: Duration) -> Figures {
        let standing = self.queue.standing();
        let Progress { sent, refused, retries, history_asked, history_failed, .. } =
            &*self.progress;
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Figures {
            id: self.destination.id,
            name: self.destination.name.clone(),
            waiting: standing.samples,
            bytes: standing.bytes,
            lag: standing.oldest_at_ms.map(|at_ms| now.since(Time::from_millis(at_ms))),
            sent: read(sent),
            refused: read(refused),
            dropped_full: standing.dropped_full,
            dropped_old: standing.dropped_old,
            dropped_disk: standing.dropped_disk + standing.dropped_damaged,
            retries: read(retries),
            version: match self.progress.message() {
                Message::V1 => "1.0",
                Message::V2 => "2.0",
            },
            samples_per_s: self.progress.recent().per_s(monotonic, read(sent)),
            said: self.progress.said().map(|(_, at, said)| (at, said)),
            failing_since: self.progress.said().map(|(since, _, _)| since),
            history_asked: read(history_asked),
            history_failed: read(history_failed),
        }
    }
}

impl Renamed {
    fn of(&mut self, labels: &Labels, relabeller: &Relabeller) -> Option<Labels> {
        if let Some(there) = self.series.get(labels) {
            return there.clone();
        }
        if self.series.len() >= RENAMED_MAX {
            self.series.clear();
            self.metrics.clear();
        }
        let there = relabeller.labels(labels);
        if let Some(there) = &there
            && there.metric() != labels.metric()
        {
            self.metrics.insert(there.metric().to_owned(), labels.metric().to_owned());
        }
        self.series.insert(labels.clone(), there.clone());
        there
    }
}

/// What is to be said: a failure when it begins, and once that it is over.
fn changed<'d>(
    failing: &AtomicBool,
    done: &'d Result<(), ForwardError>,
) -> Option<Result<(), &'d ForwardError>> {
    let failed_before = failing.swap(done.is_err(), Ordering::Relaxed);
    (failed_before != done.is_err()).then_some(done.as_ref().copied())
}

impl Progress {
    /// The same counts; what was found out about the far side is found out again.
    fn begun_anew(&self) -> Arc<Self> {
        let same = |count: &AtomicU64| AtomicU64::new(count.load(Ordering::Relaxed));
        Arc::new(Self {
            sent: same(&self.sent),
            refused: same(&self.refused),
            retries: same(&self.retries),
            history_asked: same(&self.history_asked),
            history_failed: same(&self.history_failed),
            ..Self::default()
        })
    }

    /// The message that the far side understands, as far as is known.
    pub(crate) fn message(&self) -> Message {
        if self.older.load(Ordering::Relaxed) { Message::V1 } else { Message::V2 }
    }

    pub(crate) fn take_older(&self) {
        self.older.store(true, Ordering::Relaxed);
    }

    /// Since when something goes wrong, when it did last, and what.
    fn said(&self) -> Option<(Time, Time, Text)> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells whether it is the first thing that went wrong.
    pub(crate) fn say(&self, said: Option<(Time, Text)>) -> bool {
        let mut kept = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let since = kept.as_ref().map(|(since, _, _)| *since);
        *kept = said.map(|(at, text)| (since.unwrap_or(at), at, text));
        since.is_none()
    }

    pub(crate) fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
