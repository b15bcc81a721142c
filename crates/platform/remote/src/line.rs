//! One destination while the server runs.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::http::HeaderValue;
use forward::{Queue, Relabeller};
use kernel::{Text, Time};
use tokio::sync::Notify;
use tsdb::{Labels, Sample};

use crate::{Destination, DestinationId, model::Message};

/// Series whose names at the far side are remembered.
const RENAMED_MAX: usize = 500_000;

/// How a destination stands.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// What went wrong last, and when; nothing once a request has gone well again.
    pub said: Option<(Time, Text)>,
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
    renamed: Mutex<HashMap<Labels, Option<Labels>>>,
    failing: AtomicBool,
}

/// What has been done since the start.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) sent: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) retries: AtomicU64,
    /// Whether the far side understands the older message only.
    older: AtomicBool,
    /// Whether its refusals, or what was dropped, have been journalled.
    pub(crate) refused_told: AtomicBool,
    pub(crate) dropped_told: AtomicBool,
    said: Mutex<Option<(Time, Text)>>,
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
        }
    }

    /// Puts samples into the queue under the names they have there.
    pub(crate) fn take(&self, samples: &[Sample], now_ms: i64) {
        let put = if self.relabeller.is_identity() {
            self.queue.append(now_ms, samples)
        } else {
            let renamed = self.renamed(samples);
            self.queue.append(now_ms, &renamed)
        };
        // Said once when it begins and once when it is over; the figures count.
        let (name, failed) = (&self.destination.name, put.is_err());
        let failed_before = self.failing.swap(failed, Ordering::Relaxed);
        match put {
            Err(error) if !failed_before => {
                tracing::error!("failed to queue samples for destination {name}: {error}");
            }
            Ok(()) if failed_before => {
                tracing::info!("samples for destination {name} are queued again");
            }
            _ => {}
        }
        self.bell.notify_waiters();
    }

    fn renamed(&self, samples: &[Sample]) -> Vec<Sample> {
        let mut known = self.renamed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut renamed = Vec::with_capacity(samples.len());
        for Sample { labels, at_ms, value } in samples {
            let there = match known.get(labels) {
                Some(there) => there.clone(),
                None => {
                    if known.len() >= RENAMED_MAX {
                        known.clear();
                    }
                    let there = self.relabeller.labels(labels);
                    known.insert(labels.clone(), there.clone());
                    there
                }
            };
            if let Some(labels) = there {
                renamed.push(Sample { labels, at_ms: *at_ms, value: *value });
            }
        }
        renamed
    }

    pub(crate) fn figures(&self, now: Time) -> Figures {
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
            said: self.progress.said(),
            history_asked: read(history_asked),
            history_failed: read(history_failed),
        }
    }
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

    fn said(&self) -> Option<(Time, Text)> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells whether it is the first thing that went wrong.
    pub(crate) fn say(&self, said: Option<(Time, Text)>) -> bool {
        let mut kept = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let first = kept.is_none();
        *kept = said;
        first
    }
}
