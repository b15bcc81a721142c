use std::{future::Future, pin::Pin, time::Duration};

use kernel::{Fault, Text};

use crate::{Fence, Retry, Schedule};

/// A run that takes longer is ended, unless its job says otherwise.
const TIME_LIMIT: Duration = Duration::from_secs(600);
/// How much time lies between two runs, unless its job says otherwise.
const INTERVAL: Duration = Duration::from_secs(3600);

/// What a run of a job hands back.
pub type JobFuture<'a> = Pin<Box<dyn Future<Output = Result<Status, Fault>> + Send + 'a>>;

/// Where a job runs when several servers work on one database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunsOn {
    /// On the one that holds the job's lease.
    OneServer,
    /// On each for itself: it looks after what is on the server's own disk.
    EveryServer,
}

/// What happens by the clock: a reconciler.
///
/// It has no input: it reads the state, does the bounded next batch, and is safe to run twice.
pub trait Job: Send + Sync {
    /// Its name: the key of its history. Never renamed.
    fn name(&self) -> &'static str;

    /// What people call it.
    fn title(&self) -> Text;

    /// How much time lies between the starts of two runs; at least 1 ms. An hour unless said
    /// otherwise.
    fn interval(&self) -> Duration {
        INTERVAL
    }

    /// When it runs, where an interval does not say it. People may decide otherwise.
    fn schedule(&self) -> Schedule {
        Schedule::every(self.interval())
    }

    /// How it is tried again when it failed: not before its next regular run.
    fn retry(&self) -> Retry {
        Retry::NONE
    }

    /// A run that takes longer is dropped: what it has not committed is undone. Ten minutes.
    fn time_limit(&self) -> Duration {
        TIME_LIMIT
    }

    /// Where it runs when several servers work on one database: on one of them.
    fn runs_on(&self) -> RunsOn {
        RunsOn::OneServer
    }

    /// Whether nobody may pause it or give it another schedule: what proves what happened, and
    /// what keeps out who must not be in, stops for no one.
    fn is_fixed(&self) -> bool {
        false
    }

    /// Does the next batch.
    ///
    /// Errors: any [`Fault`]; it is logged, kept in the history, and the job runs again in time.
    fn run(&self) -> JobFuture<'_>;

    /// Does the next batch with the fence of its lease: a job that writes records checks it in
    /// each of its transactions, so that a server that froze and comes back writes nothing.
    ///
    /// Errors: as [`run`](Self::run).
    fn run_fenced<'a>(&'a self, fence: &'a Fence) -> JobFuture<'a> {
        // Where a job's writes are safe to repeat, losing the lease only ends its run.
        let _ = fence;
        self.run()
    }
}

/// What a run reports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// Things done in this run.
    pub done: u64,
    /// Things still to be done; when it is not 0 the job runs again at its next interval.
    pub left: u64,
    /// How long the oldest of those has been waiting, in seconds.
    pub oldest_s: Option<u64>,
    /// A sentence for people, where the numbers do not say it.
    pub message: Option<Text>,
}
