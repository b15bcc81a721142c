use std::{future::Future, pin::Pin, time::Duration};

use kernel::{Fault, Text};

/// What a run of a job hands back.
pub type JobFuture<'a> = Pin<Box<dyn Future<Output = Result<Status, Fault>> + Send + 'a>>;

/// What happens by the clock: a reconciler.
///
/// It has no input: it reads the state, does the bounded next batch, and is safe to run twice.
pub trait Job: Send + Sync {
    /// Its name: the key of its history. Never renamed.
    fn name(&self) -> &'static str;

    /// What people call it.
    fn title(&self) -> Text;

    /// How much time lies between the starts of two runs; at least 1 ms.
    fn interval(&self) -> Duration;

    /// Does the next batch.
    ///
    /// Errors: any [`Fault`]; it is logged, kept in the history, and the job runs again in time.
    fn run(&self) -> JobFuture<'_>;
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
