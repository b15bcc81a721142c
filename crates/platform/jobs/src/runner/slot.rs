use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kernel::Time;
use tokio::sync::{Mutex as Turn, Notify};

use super::board::Board;
use crate::{Fence, Job, LeaseHandle, Leases, RunsOn, lease::JOB_PREFIX, model::interval};

/// A job with its place in time.
pub(crate) struct Slot {
    pub(crate) job: Arc<dyn Job>,
    /// Held by whoever runs the job: never two at once.
    pub(crate) turn: Turn<()>,
    /// Rung when something was decided about the job.
    pub(crate) bell: Notify,
    /// The right to run it; none when every server runs it for itself.
    pub(crate) lease: Option<LeaseHandle>,
    board: Mutex<Board>,
}

impl Slot {
    /// Every job with the moment of its first run.
    ///
    /// # Panics
    /// When two jobs have one name: their histories would be mixed.
    pub(crate) fn all(
        jobs: Vec<Arc<dyn Job>>,
        leases: &Leases,
        start: Duration,
        now: Time,
    ) -> Vec<Self> {
        let count = jobs.len();
        let mut names = HashSet::new();
        let slots = jobs.into_iter().enumerate().map(|(index, job)| {
            assert!(names.insert(job.name()), "two jobs are called `{}`", job.name());
            let due = interval::first_due(start, job.interval(), index, count);
            let board = Mutex::new(Board::new(job.schedule(), due, now));
            let one = job.runs_on() == RunsOn::OneServer;
            let lease = one.then(|| leases.hold(&format!("{JOB_PREFIX}{}", job.name())));
            Self { job, turn: Turn::new(()), bell: Notify::new(), lease, board }
        });
        slots.collect()
    }

    /// What is known of it. Held only for moments: never across an await.
    pub(crate) fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The right to run it here and now.
    pub(crate) fn fence(&self) -> Option<Fence> {
        match &self.lease {
            None => Some(Fence::open()),
            Some(lease) => lease.fence(),
        }
    }

    /// The runs that are remembered here, newest last.
    pub(crate) fn remembered(&self) -> VecDeque<crate::Run> {
        self.board().runs.clone()
    }
}
