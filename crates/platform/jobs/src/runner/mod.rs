//! Runs jobs: each on its schedule, never twice at once, on one server.

mod attempt;
mod board;
mod knowledge;
mod slot;

use std::{fmt, sync::Arc, time::Duration};

use db::Db;
use kernel::{Clock, Fault, Page, PageOf, Text};
use tokio::{
    sync::{OnceCell, watch},
    task::JoinSet,
};

pub(crate) use board::Board;
pub(crate) use slot::Slot;

use crate::{Calendars, Job, Leases, Run, Sharing, Timer, store::history};

/// How long a stop waits for the runs that are under way.
const STOP_MAX: Duration = Duration::from_secs(10);
/// How often what other servers decided is read.
const SETTINGS_EVERY: Duration = Duration::from_secs(5);
/// How often a job without a sure lease looks whether it has one again.
const LEASE_EVERY: Duration = Duration::from_secs(1);

/// All jobs of the server: cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    pub(crate) inner: Arc<Inner>,
}

/// What jobs need.
pub struct JobsParts {
    /// The records.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// How it waits.
    pub timer: Arc<dyn Timer>,
    /// Who runs what; somebody else runs [`Leases::run`].
    pub leases: Leases,
    /// The working calendars that schedules can name.
    pub calendars: Calendars,
    /// The jobs, in the order of their first runs.
    pub work: Vec<Arc<dyn Job>>,
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    pub(crate) leases: Leases,
    pub(crate) calendars: Calendars,
    slots: Vec<Slot>,
    loaded: OnceCell<()>,
}

impl fmt::Debug for Jobs {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.inner.slots.iter().map(|slot| slot.job.name()).collect();
        out.debug_struct("Jobs").field("jobs", &names).finish_non_exhaustive()
    }
}

impl fmt::Debug for JobsParts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("JobsParts").field("leases", &self.leases).finish_non_exhaustive()
    }
}

impl Jobs {
    /// These jobs: those with an interval begin now and over the next 10 s.
    ///
    /// # Panics
    /// When two jobs have the same name.
    #[must_use]
    pub fn new(parts: JobsParts) -> Self {
        let JobsParts { db, clock, timer, leases, calendars, work } = parts;
        let slots = Slot::all(work, &leases, clock.monotonic(), clock.now());
        let loaded = OnceCell::new();
        let inner = Inner { db, clock, timer, leases, calendars, slots, loaded };
        Self { inner: Arc::new(inner) }
    }

    /// Runs every job on its schedule until `stop` turns true, then waits up to 10 s for those
    /// that are under way and gives their leases back.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        if let Err(error) = self.load().await {
            tracing::error!("failed to read the history of the jobs: {error}");
        }
        let mut loops = JoinSet::new();
        for index in 0..self.inner.slots.len() {
            loops.spawn(self.clone().keep_running(index, stop.clone()));
        }
        if self.inner.leases.sharing() == Sharing::Shared {
            loops.spawn(self.clone().follow_settings(stop.clone()));
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
        for lease in self.inner.slots.iter().filter_map(|slot| slot.lease.as_ref()) {
            if let Err(error) = lease.release().await {
                tracing::warn!(lease = lease.name(), "failed to give a lease back: {error}");
            }
        }
    }

    /// Runs what is due, one after another in the order given, until nothing is. Returns how many
    /// runs there were. For tests: with a clock that stands still it always ends the same.
    ///
    /// Errors: the first failure, after everything has run.
    pub async fn settle(&self) -> Result<u64, Fault> {
        self.load().await?;
        self.inner.leases.round().await?;
        self.read_settings().await?;
        let (mut runs, mut first_fault) = (0, None);
        loop {
            let before = runs;
            for slot in &self.inner.slots {
                if self.catch_up(slot).await? && self.is_due(slot) {
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
        if !slot.board().schedule.is_short() {
            return history::list(&self.inner.db, name, page).await;
        }
        let before = history::before(page)?;
        let runs = slot.remembered().into_iter().rev().filter(|run| run.number < before);
        let runs: Vec<Run> = runs.take(page.limit as usize + 1).collect();
        Ok(PageOf::from_fetched(runs, page.limit, |run| run.number.to_string()))
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.inner.clock.as_ref()
    }

    pub(crate) fn slots(&self) -> &[Slot] {
        &self.inner.slots
    }

    pub(crate) fn slot(&self, name: &str) -> Result<&Slot, Fault> {
        let found = self.inner.slots.iter().find(|slot| slot.job.name() == name);
        found.ok_or_else(|| Fault::not_found(&Text::new("job", "任务"), name))
    }

    /// The job `name`, if people may decide when it runs.
    ///
    /// Errors: [`Fault`] not-found, conflict where it is fixed.
    pub(crate) fn movable_slot(&self, name: &str) -> Result<&Slot, Fault> {
        let slot = self.slot(name)?;
        if slot.job.is_fixed() {
            let text = Text::new(
                format!("nobody can pause or reschedule {name}: others rely on what it does"),
                format!("任务 {name} 涉及安全与审计，不能暂停或改期"),
            );
            return Err(Fault::conflict("job-fixed", text));
        }
        Ok(slot)
    }

    fn is_due(&self, slot: &Slot) -> bool {
        let clock = &self.inner.clock;
        let (mono, now) = (clock.monotonic(), clock.now());
        let mut board = slot.board();
        board.follow_clock(now);
        board.wait(mono, now).is_some_and(|wait| wait.is_zero())
    }

    async fn keep_running(self, index: usize, mut stop: watch::Receiver<bool>) {
        let slot = &self.inner.slots[index];
        let mut commits = self.inner.db.commits();
        let mut held = slot.lease.as_ref().map(crate::LeaseHandle::changes);
        loop {
            let ready = match self.catch_up(slot).await {
                Ok(ready) => ready,
                Err(error) => {
                    let name = slot.job.name();
                    tracing::warn!(job = name, "failed to read the state of a job: {error}");
                    false
                }
            };
            if ready && self.is_due(slot) && !*stop.borrow() {
                // The failure is logged and kept; the job runs again in time.
                drop(self.run_slot(slot).await);
                continue;
            }
            let by_facts = slot.board().follows_facts();
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return,
                () = slot.bell.notified() => {}
                () = changed(held.as_mut()) => {}
                () = changed(by_facts.then_some(&mut commits)) => {}
                () = self.sleep_until_due(slot, ready) => {}
            }
        }
    }

    async fn sleep_until_due(&self, slot: &Slot, ready: bool) {
        let clock = &self.inner.clock;
        let wait = match ready {
            true => slot.board().wait(clock.monotonic(), clock.now()),
            false => Some(LEASE_EVERY),
        };
        match wait {
            Some(wait) => self.inner.timer.sleep(wait).await,
            None => std::future::pending().await,
        }
    }

    async fn follow_settings(self, mut stop: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return,
                () = self.inner.timer.sleep(SETTINGS_EVERY) => {}
            }
            if let Err(error) = self.read_settings().await {
                tracing::warn!("failed to read what was decided about jobs: {error}");
            }
        }
    }
}

/// Completes when the watched thing changes; never when there is none, or nobody changes it.
async fn changed<T>(watched: Option<&mut watch::Receiver<T>>) {
    let Some(watched) = watched else { return std::future::pending().await };
    if watched.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}
