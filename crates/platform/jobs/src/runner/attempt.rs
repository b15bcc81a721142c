use std::{panic::AssertUnwindSafe, time::Duration};

use db::{DbError, Tx};
use futures_util::FutureExt;
use journal::Entry;
use kernel::{Caller, Fault};

use super::{Jobs, Slot, board::Start};
use crate::{
    Fence, JobFailed, JobRecovered, LeaseHandle, Outcome, Run, Status,
    lease::Busy,
    model::run,
    store::{history, states},
};

/// How often a run is written again when another server gave its number away in between.
const KEEP_TRIES: u32 = 3;

/// A run that has ended, with what follows from it.
struct Ended<'a> {
    start: &'a Start,
    run: &'a Run,
    fence: &'a Fence,
    /// When it is tried again, and the number of that attempt.
    retry: Option<(Duration, u32)>,
    begins_to_fail: bool,
    recovers: bool,
}

impl Jobs {
    /// Runs the job of `slot` once, if it is due, whatever it does, and keeps what came of it.
    ///
    /// Errors: the job's own fault, after it was logged and kept.
    pub(super) async fn run_slot(&self, slot: &Slot) -> Result<(), Fault> {
        let _turn = slot.turn.lock().await;
        let _busy = Busy::with(slot.lease.as_ref());
        let clock = &self.inner.clock;
        let Some(fence) = slot.fence() else { return Ok(()) };
        let Some(start) = slot.board().start(clock.monotonic(), clock.now()) else {
            return Ok(());
        };
        let result = self.attempt(slot, &fence).await;
        if result.as_ref().is_err_and(|fault| fault.code == "lease-lost") {
            lost(slot);
            return Ok(());
        }
        let (finished, failed_before) = (clock.monotonic(), slot.board().known_to_fail);
        let run = self.record(slot, &start, &fence, &result);
        let wait = result.as_ref().err().and_then(|_| slot.job.retry().wait_after(start.attempt));
        let retry = wait.map(|wait| (finished + wait, start.attempt + 1));
        log(slot.job.name(), &result, failed_before);
        let failed = result.is_err() && retry.is_none();
        let ended = Ended {
            start: &start,
            run: &run,
            fence: &fence,
            retry,
            begins_to_fail: failed && !failed_before,
            recovers: result.is_ok() && failed_before,
        };
        match self.keep(slot, &ended).await {
            Ok(()) => {}
            Err(fault) if fault.code == "lease-lost" => {
                lost(slot);
                return Ok(());
            }
            Err(fault) => {
                tracing::error!(job = slot.job.name(), "failed to keep what a job did: {fault}");
            }
        }
        let mut board = slot.board();
        board.finish(&start, run, finished, retry);
        board.known_to_fail = failed || (failed_before && result.is_err());
        result.map(|_| ())
    }

    fn record(
        &self,
        slot: &Slot,
        start: &Start,
        fence: &Fence,
        result: &Result<Status, Fault>,
    ) -> Run {
        let clock = &self.inner.clock;
        let (outcome, status) = match result {
            Ok(status) => (Outcome::Ok, status.clone()),
            Err(fault) => {
                let message = Some(run::told(fault));
                (Outcome::Failed, Status { message, ..Status::default() })
            }
        };
        Run {
            number: slot.board().runs.back().map_or(1, |last| last.number + 1),
            started_at: start.at,
            finished_at: clock.now(),
            took: clock.monotonic().saturating_sub(start.mono),
            outcome,
            status,
            started_by: start.by,
            attempt: start.attempt,
            server: self.inner.leases.holder().to_owned(),
            token: fence.token(),
        }
    }

    /// Runs the job: a panic and a run without end become faults, and a lease that went to
    /// another server ends it.
    async fn attempt(&self, slot: &Slot, fence: &Fence) -> Result<Status, Fault> {
        let limit = slot.job.time_limit();
        let run = AssertUnwindSafe(async { slot.job.run_fenced(fence).await }).catch_unwind();
        tokio::select! {
            result = run => result.unwrap_or_else(|panic| Err(run::panicked(panic.as_ref()))),
            () = self.inner.timer.sleep(limit) => Err(run::took_too_long(limit)),
            name = gone(slot.lease.as_ref(), fence) => Err(run::lease_lost(&name)),
        }
    }

    /// Writes the run of a longer job, how far it has come, and the fact when it begins to fail or
    /// is well again: one transaction, and none when there is nothing to write.
    async fn keep(&self, slot: &Slot, ended: &Ended<'_>) -> Result<(), Fault> {
        let short = slot.board().schedule.is_short();
        let by_hand = slot.board().handled < ended.start.requested;
        if short && !by_hand && !ended.begins_to_fail && !ended.recovers {
            return Ok(());
        }
        let mut tries = KEEP_TRIES;
        loop {
            let mut tx = self.inner.db.begin().await?;
            tries -= 1;
            match self.write(&mut tx, slot, ended).await {
                Ok(()) => {}
                Err(DbError::Sql(error)) if tries > 0 && is_taken(&error) => continue,
                Err(error) => return Err(error.into()),
            }
            ended.fence.check(&mut tx).await?;
            return Ok(tx.commit().await?);
        }
    }

    async fn write(&self, tx: &mut Tx, slot: &Slot, ended: &Ended<'_>) -> Result<(), DbError> {
        let (name, short) = (slot.job.name(), slot.board().schedule.is_short());
        if !short {
            history::append(tx, name, ended.run).await?;
        }
        let state = slot.board().state_after(ended.start, ended.retry.is_some());
        states::save(tx, name, state).await?;
        let (job, title) = (name.to_owned(), slot.job.title());
        let (caller, at) = (Caller::system("jobs"), ended.run.finished_at);
        if ended.begins_to_fail {
            let message = ended.run.status.message.clone().unwrap_or_default();
            let fact = JobFailed { job, title, message };
            journal::append(tx, Entry::new(&caller, at, &fact)).await?;
        } else if ended.recovers {
            let fact = JobRecovered { job, title };
            journal::append(tx, Entry::new(&caller, at, &fact)).await?;
        }
        Ok(())
    }
}

/// The run is not ours any more: the next holder reads how far it came.
fn lost(slot: &Slot) {
    let name = slot.job.name();
    tracing::warn!(job = name, "the job `{name}` was taken over by another server");
    let mut board = slot.board();
    board.running = false;
    board.read_with = None;
}

/// Completes with its name when the lease is lost; never for work that needs none.
async fn gone(lease: Option<&LeaseHandle>, fence: &Fence) -> String {
    match (lease, fence.token()) {
        (Some(lease), Some(token)) => {
            lease.lost(token).await;
            lease.name().to_owned()
        }
        _ => std::future::pending().await,
    }
}

/// Whether the number of the run was given away by another server in between.
fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
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
