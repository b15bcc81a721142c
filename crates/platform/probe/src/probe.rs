use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use db::Db;
use jobs::Timer;
use kernel::{Clock, FactSeq, Ids};
use resources::Resources;
use tokio::{
    sync::{Notify, Semaphore, watch},
    task::JoinSet,
};
use tsdb::SeriesStore;

use crate::{
    Protocols,
    model::CheckId,
    outcome::{OutboundGuard, Protocol},
    scheduler::{Asked, Board, Ended, Permits, SampleQueue, Sharing, samples_of},
};

/// The loop looks at the board at most this often.
const PAUSE_MIN: Duration = Duration::from_millis(5);
/// And at least this often.
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// Between two deliveries of samples.
const DELIVERY_INTERVAL: Duration = Duration::from_secs(1);
/// Between two looks at the journal, when many changes are made.
const SYNC_PAUSE: Duration = Duration::from_millis(50);
/// Trials that run at once.
const TRIALS_MAX: usize = 16;

/// What differs between installations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeSettings {
    /// Checks that run at once.
    pub concurrency_max: usize,
    /// Of these, checks of one host.
    pub target_concurrency_max: usize,
    /// Samples that wait to be written; further ones are dropped and counted.
    pub samples_max: usize,
    /// Time between two savings of what is not yet certain.
    pub save_interval: Duration,
}

/// 512 checks at once, 16 of one host, 100,000 samples, saved every 5 s.
impl Default for ProbeSettings {
    fn default() -> Self {
        Self {
            concurrency_max: 512,
            target_concurrency_max: 16,
            samples_max: 100_000,
            save_interval: Duration::from_secs(5),
        }
    }
}

/// Everything a [`Probe`] is made of.
pub struct ProbeParts {
    /// The records.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// How to wait.
    pub timer: Arc<dyn Timer>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
    /// Where samples go.
    pub series: Arc<dyn SeriesStore>,
    /// The ways of asking.
    pub protocols: Vec<Box<dyn Protocol>>,
    /// What is checked.
    pub resources: Resources,
    /// Which addresses checks may reach.
    pub guard: Arc<OutboundGuard>,
    /// What differs between installations.
    pub settings: ProbeSettings,
}

/// Checks: their definitions, their scheduling, their states. Cheap to clone.
#[derive(Clone)]
pub struct Probe {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) timer: Arc<dyn Timer>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) series: Arc<dyn SeriesStore>,
    pub(crate) protocols: Protocols,
    pub(crate) resources: Resources,
    pub(crate) guard: Arc<OutboundGuard>,
    /// The same for checks that may not reach this very machine.
    pub(crate) outward_guard: Arc<OutboundGuard>,
    pub(crate) settings: ProbeSettings,
    pub(crate) permits: Permits,
    pub(crate) trials: Semaphore,
    pub(crate) samples: SampleQueue,
    pub(crate) tasks: Mutex<JoinSet<()>>,
    /// The last fact that the board has followed; none before the checks were read.
    pub(crate) cursor: tokio::sync::Mutex<Option<FactSeq>>,
    /// Wakes the loop: something is due earlier than it thinks.
    pub(crate) wake: Notify,
    board: Mutex<Board>,
    pub(crate) sharing: Sharing,
    certain: Notify,
    /// One writer at a time: two would write the same fact twice.
    pub(crate) recording: tokio::sync::Mutex<()>,
    ended: watch::Sender<u64>,
    late_ms: AtomicU64,
    writing_fails: AtomicBool,
}

/// How the scheduler does, for `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ProbeStats {
    /// Checks on the board.
    pub checks: u64,
    /// Runs that ended since the start.
    pub runs_total: u64,
    /// Runs that were left out because the one before took too long.
    pub overdue_total: u64,
    /// Runs being made.
    pub in_flight: u64,
    /// Runs that are due and wait for a permit.
    pub waiting: u64,
    /// How late the last run began, in seconds.
    pub late_s: f64,
    /// Samples that were not kept.
    pub samples_dropped_total: u64,
}

impl fmt::Debug for Probe {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.inner;
        out.debug_struct("Probe").field("settings", &inner.settings).finish_non_exhaustive()
    }
}

impl Probe {
    /// A probe; it does nothing until [`Probe::run`] or [`Probe::sync`] and [`Probe::tick`].
    #[must_use]
    pub fn new(parts: ProbeParts) -> Self {
        let settings = parts.settings;
        let inner = Inner {
            db: parts.db,
            clock: parts.clock,
            timer: parts.timer,
            ids: parts.ids,
            series: parts.series,
            protocols: Protocols::new(parts.protocols),
            resources: parts.resources,
            outward_guard: Arc::new(parts.guard.without_own_machine()),
            guard: parts.guard,
            permits: Permits::new(settings.concurrency_max, settings.target_concurrency_max),
            trials: Semaphore::new(TRIALS_MAX),
            samples: SampleQueue::new(settings.samples_max),
            settings,
            tasks: Mutex::default(),
            cursor: tokio::sync::Mutex::default(),
            wake: Notify::new(),
            board: Mutex::default(),
            sharing: Sharing::default(),
            certain: Notify::new(),
            recording: tokio::sync::Mutex::default(),
            ended: watch::channel(0).0,
            late_ms: AtomicU64::new(0),
            writing_fails: AtomicBool::new(false),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Runs checks until `stop` turns true; then gives up runs in flight and saves every status.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        tokio::join!(
            until(stop.clone(), self.schedule()),
            until(stop.clone(), self.follow()),
            until(stop.clone(), self.deliver()),
            until(stop.clone(), self.follow_lease()),
            // A commit must not be cut off: nobody would know whether its facts were written.
            self.record(stop),
        );
        self.give_up_runs();
        if let Err(fault) = self.save_all().await {
            tracing::error!("failed to save the states of checks: {fault}");
        }
        self.try_to_deliver().await;
    }

    /// How the scheduler does.
    #[must_use]
    pub fn stats(&self) -> ProbeStats {
        let inner = &self.inner;
        let (checks, runs_total, overdue_total) = self.board().counts();
        let late = Duration::from_millis(inner.late_ms.load(Ordering::Relaxed));
        ProbeStats {
            checks,
            runs_total,
            overdue_total,
            in_flight: inner.permits.running(),
            waiting: inner.permits.waiting(),
            late_s: late.as_secs_f64(),
            samples_dropped_total: inner.samples.dropped(),
        }
    }

    /// The ways of asking.
    #[must_use]
    pub fn protocols(&self) -> &Protocols {
        &self.inner.protocols
    }

    /// Waits until a run of `id` has ended after `runs` of them, but not longer than `limit`.
    pub(crate) async fn wait_for_run(&self, id: CheckId, runs: u64, limit: Duration) {
        let mut ended = self.inner.ended.subscribe();
        let ended = async {
            while self.board().entry(id).is_some_and(|entry| entry.runs <= runs) {
                if ended.changed().await.is_err() {
                    return;
                }
            }
        };
        tokio::select! {
            () = ended => {}
            () = self.inner.timer.sleep(limit) => {}
        }
    }

    pub(crate) fn board(&self) -> MutexGuard<'_, Board> {
        self.inner.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note_late(&self, late: Duration) {
        let late_ms = u64::try_from(late.as_millis()).unwrap_or(u64::MAX);
        self.inner.late_ms.store(late_ms, Ordering::Relaxed);
    }

    /// Takes an answer into account and hands on what follows from it.
    pub(crate) fn end(&self, asked: &Asked, ended: Ended) {
        let now = self.inner.clock.monotonic();
        let state = ended.outcome.state;
        let mut board = self.board();
        let Some((entry, change)) = board.end(asked.id, asked.generation, ended, now) else {
            return;
        };
        let samples = samples_of(entry, state);
        let is_next = entry.due() == board.next_due();
        drop(board);
        self.inner.samples.push(samples);
        if is_next {
            self.inner.wake.notify_one();
        }
        if change == crate::model::Change::Hard {
            self.inner.certain.notify_one();
        }
        self.inner.ended.send_modify(|count| *count += 1);
    }

    async fn schedule(&self) {
        loop {
            let pause = self.tick().unwrap_or(PAUSE_MAX).clamp(PAUSE_MIN, PAUSE_MAX);
            tokio::select! {
                () = self.inner.timer.sleep(pause) => {}
                () = self.inner.wake.notified() => {}
            }
        }
    }

    async fn follow(&self) {
        let mut commits = self.inner.db.commits();
        loop {
            commits.mark_unchanged();
            if let Err(fault) = self.sync().await {
                tracing::error!("failed to follow the changes of checks: {fault}");
                self.inner.timer.sleep(DELIVERY_INTERVAL).await;
                continue;
            }
            if commits.changed().await.is_err() {
                return;
            }
            self.inner.timer.sleep(SYNC_PAUSE).await;
        }
    }

    async fn record(&self, mut stop: watch::Receiver<bool>) {
        let mut pause = self.inner.settings.save_interval;
        loop {
            let all = tokio::select! {
                () = self.inner.certain.notified() => false,
                () = self.inner.timer.sleep(pause) => true,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            let written = if all { self.save_statuses().await } else { self.record_states().await };
            pause = self.inner.settings.save_interval;
            if let Err(fault) = written {
                tracing::error!("failed to save the states of checks: {fault}");
                pause = DELIVERY_INTERVAL;
            }
        }
    }

    async fn deliver(&self) {
        loop {
            self.inner.timer.sleep(DELIVERY_INTERVAL).await;
            self.try_to_deliver().await;
        }
    }

    /// Says so once when samples cannot be written, and once when they can again.
    async fn try_to_deliver(&self) {
        let failing = &self.inner.writing_fails;
        match self.deliver_samples().await {
            Ok(()) if failing.swap(false, Ordering::Relaxed) => {
                tracing::info!("samples of checks are written again");
            }
            Ok(()) => {}
            Err(error) if !failing.swap(true, Ordering::Relaxed) => {
                tracing::error!("failed to write samples of checks: {error}");
            }
            Err(_) => {}
        }
    }
}

/// Does `work` until `stop` turns true.
async fn until(mut stop: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}
