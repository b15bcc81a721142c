use std::{fmt, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use db::{Db, DbError};
use futures_util::FutureExt;
use journal::Entry;
use kernel::{Caller, Clock, Fault, Page, PageOf, Text};
use tokio::{
    sync::{OnceCell, watch},
    task::JoinSet,
};

use crate::{
    Job, JobFailed, Outcome, Run, Status, Timer, history, run, schedule,
    slot::{Board, Slot},
};

/// A run that takes longer is dropped: what it has not committed is undone.
const RUN_MAX: Duration = Duration::from_secs(600);
/// How long a stop waits for the runs that are under way.
const STOP_MAX: Duration = Duration::from_secs(10);

/// All jobs of the server: cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    slots: Vec<Slot>,
    loaded: OnceCell<()>,
}

impl fmt::Debug for Jobs {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.inner.slots.iter().map(|slot| slot.job.name()).collect();
        out.debug_struct("Jobs").field("jobs", &names).finish_non_exhaustive()
    }
}

impl Jobs {
    /// These jobs, the first of them due now and the others spread over the next 10 s.
    ///
    /// # Panics
    /// When two jobs have the same name.
    #[must_use]
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        timer: Arc<dyn Timer>,
        jobs: Vec<Arc<dyn Job>>,
    ) -> Self {
        let slots = Slot::all(jobs, clock.monotonic());
        Self { inner: Arc::new(Inner { db, clock, timer, slots, loaded: OnceCell::new() }) }
    }

    /// Runs every job on its interval until `stop` turns true, then waits up to 10 s for those
    /// that are under way.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        if let Err(error) = self.load().await {
            tracing::error!("failed to read the history of the jobs: {error}");
        }
        let mut loops = JoinSet::new();
        for index in 0..self.inner.slots.len() {
            loops.spawn(self.clone().keep_running(index, stop.clone()));
        }
        // A sender that is gone says stop as well.
        drop(stop.wait_for(|stop| *stop).await);
        let all_ended = async { while loops.join_next().await.is_some() {} };
        let in_time = tokio::select! {
            () = all_ended => true,
            () = self.inner.timer.sleep(STOP_MAX) => false,
        };
        if !in_time {
            tracing::warn!(jobs = loops.len(), "ended {} jobs in the middle", loops.len());
            loops.shutdown().await;
        }
    }

    /// Asks for a run of the job `name` now; while it runs, for one more after that.
    ///
    /// Errors: [`Fault`] not-found.
    pub fn run_now(&self, name: &str) -> Result<(), Fault> {
        let slot = self.slot(name)?;
        slot.board().requested = true;
        slot.bell.notify_one();
        Ok(())
    }

    /// Runs what is due, one after another in the order given, until nothing is. Returns how many
    /// runs there were. For tests: with a clock that stands still it always ends the same.
    ///
    /// Errors: the first failure, after everything has run.
    pub async fn settle(&self) -> Result<u64, Fault> {
        self.load().await?;
        let (mut runs, mut first_fault) = (0, None);
        loop {
            let before = runs;
            for slot in &self.inner.slots {
                let wait = slot.board().wait(self.inner.clock.monotonic());
                if wait.is_zero() {
                    first_fault = self.run_slot(slot).await.err().or(first_fault);
                    runs += 1;
                }
            }
            if runs == before {
                return first_fault.map_or(Ok(runs), Err);
            }
        }
    }

    /// The runs of the job `name`, newest first; of one that runs more often than once a minute
    /// the failed ones and the latest, since the server's start.
    ///
    /// Errors: [`Fault`] not-found; naming `after` when it is not a number.
    pub async fn runs(&self, name: &str, page: &Page) -> Result<PageOf<Run>, Fault> {
        let slot = self.slot(name)?;
        if !slot.is_short() {
            return history::list(&self.inner.db, name, page).await;
        }
        let before = history::before(page)?;
        let board = slot.board();
        let runs = board.runs.iter().rev().filter(|run| run.number < before);
        let runs: Vec<Run> = runs.take(page.limit as usize + 1).cloned().collect();
        Ok(PageOf::from_fetched(runs, page.limit, |run| run.number.to_string()))
    }

    /// Every job with what is known of it, in their order.
    pub(crate) async fn boards(&self) -> Result<Vec<(Arc<dyn Job>, Board)>, Fault> {
        self.load().await?;
        let slots = self.inner.slots.iter();
        Ok(slots.map(|slot| (Arc::clone(&slot.job), slot.board().clone())).collect())
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.inner.clock.as_ref()
    }

    pub(crate) fn jobs(&self) -> impl Iterator<Item = &Arc<dyn Job>> {
        self.inner.slots.iter().map(|slot| &slot.job)
    }

    fn slot(&self, name: &str) -> Result<&Slot, Fault> {
        let found = self.inner.slots.iter().find(|slot| slot.job.name() == name);
        found.ok_or_else(|| Fault::not_found(&Text::new("job", "任务"), name))
    }

    /// Reads the latest run of every job, once.
    async fn load(&self) -> Result<(), DbError> {
        self.inner.loaded.get_or_try_init(|| self.load_latest()).await?;
        Ok(())
    }

    async fn load_latest(&self) -> Result<(), DbError> {
        for slot in self.inner.slots.iter().filter(|slot| !slot.is_short()) {
            let Some(latest) = history::latest(&self.inner.db, slot.job.name()).await? else {
                continue;
            };
            let mut board = slot.board();
            if board.runs.is_empty() {
                board.known_to_fail = latest.outcome == Outcome::Failed;
                board.note(latest, false);
            }
        }
        Ok(())
    }

    async fn keep_running(self, index: usize, mut stop: watch::Receiver<bool>) {
        let slot = &self.inner.slots[index];
        loop {
            let wait = slot.board().wait(self.inner.clock.monotonic());
            let go_on = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => false,
                () = slot.bell.notified() => true,
                () = self.inner.timer.sleep(wait) => true,
            };
            if !go_on {
                return;
            }
            if slot.board().wait(self.inner.clock.monotonic()).is_zero() {
                // The failure is logged and kept; the job runs again in time.
                drop(self.run_slot(slot).await);
            }
        }
    }

    /// Runs the job of `slot` once, whatever it does, and keeps what came of it.
    ///
    /// Errors: the job's own fault, after it was logged and kept.
    async fn run_slot(&self, slot: &Slot) -> Result<(), Fault> {
        let _turn = slot.turn.lock().await;
        let clock = &self.inner.clock;
        let (started, started_at) = (clock.monotonic(), clock.now());
        let (number, failed_before) = {
            let mut board = slot.board();
            board.requested = false;
            board.running = true;
            (board.runs.back().map_or(1, |last| last.number + 1), board.known_to_fail)
        };
        let result = self.attempt(slot).await;
        let (finished, finished_at) = (clock.monotonic(), clock.now());
        let (outcome, status) = match &result {
            Ok(status) => (Outcome::Ok, status.clone()),
            Err(fault) => {
                let message = Some(run::told(fault));
                (Outcome::Failed, Status { message, ..Status::default() })
            }
        };
        log(slot.job.name(), &result, failed_before);
        let took = finished.saturating_sub(started);
        let run = Run { number, started_at, finished_at, took, outcome, status };
        if let Err(error) = self.keep(slot, &run).await {
            tracing::error!(job = slot.job.name(), "failed to keep what a job did: {error}");
        }
        let mut board = slot.board();
        board.running = false;
        board.due = schedule::next_due(board.due, started, finished, slot.job.interval());
        board.note(run, slot.is_short());
        result.map(|_| ())
    }

    /// Runs the job: a panic and a run without end become faults.
    async fn attempt(&self, slot: &Slot) -> Result<Status, Fault> {
        let run = AssertUnwindSafe(async { slot.job.run().await }).catch_unwind();
        tokio::select! {
            result = run => result.unwrap_or_else(|panic| Err(run::panicked(panic.as_ref()))),
            () = self.inner.timer.sleep(RUN_MAX) => Err(run::took_too_long(RUN_MAX)),
        }
    }

    /// Writes the run of a longer job, and the fact when a job begins to fail: one transaction,
    /// and none when there is nothing to write.
    async fn keep(&self, slot: &Slot, run: &Run) -> Result<(), DbError> {
        let failed = run.outcome == Outcome::Failed;
        let begins_to_fail = failed && !slot.board().known_to_fail;
        if !slot.is_short() || begins_to_fail {
            let mut tx = self.inner.db.begin().await?;
            if !slot.is_short() {
                history::append(&mut tx, slot.job.name(), run).await?;
            }
            if begins_to_fail {
                let fact = JobFailed {
                    job: slot.job.name().to_owned(),
                    title: slot.job.title(),
                    message: run.status.message.clone().unwrap_or_default(),
                };
                let caller = Caller::system("jobs");
                journal::append(&mut tx, Entry::new(&caller, run.finished_at, &fact)).await?;
            }
            tx.commit().await?;
        }
        slot.board().known_to_fail = failed;
        Ok(())
    }
}

/// Says when a job begins to fail and when it is well again: once each, not at every run.
fn log(name: &str, result: &Result<Status, Fault>, failed_before: bool) {
    match result {
        Err(fault) if failed_before => {
            tracing::debug!(job = name, "the job `{name}` failed again: {fault}");
        }
        Err(fault) => tracing::error!(job = name, "the job `{name}` failed: {fault}"),
        Ok(_) if failed_before => tracing::info!(job = name, "the job `{name}` is well again"),
        Ok(_) => {}
    }
}
