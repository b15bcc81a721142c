use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Mutex as Turn, Notify};

use crate::{Job, Run, run, schedule};

/// Jobs that run more often than this keep their history in memory.
const SHORT: Duration = Duration::from_secs(60);

/// A job with its place in time.
pub(crate) struct Slot {
    pub(crate) job: Arc<dyn Job>,
    /// Held by whoever runs the job: never two at once.
    pub(crate) turn: Turn<()>,
    /// Rung when a run is asked for by hand.
    pub(crate) bell: Notify,
    board: Mutex<Board>,
}

/// What is known of a job right now.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    /// When it runs next, in monotonic time.
    pub(crate) due: Duration,
    /// Whether a run was asked for by hand.
    pub(crate) requested: bool,
    /// Whether it runs now.
    pub(crate) running: bool,
    /// Its latest run; of a short job also those before it that failed.
    pub(crate) runs: VecDeque<Run>,
    /// Whether the journal knows that it fails.
    pub(crate) known_to_fail: bool,
}

impl Slot {
    /// Every job with the moment of its first run.
    ///
    /// # Panics
    /// When two jobs have one name: their histories would be mixed.
    pub(crate) fn all(jobs: Vec<Arc<dyn Job>>, start: Duration) -> Vec<Self> {
        let count = jobs.len();
        let mut names = HashSet::new();
        let slots = jobs.into_iter().enumerate().map(|(index, job)| {
            assert!(names.insert(job.name()), "two jobs are called `{}`", job.name());
            let due = schedule::first_due(start, job.interval(), index, count);
            let board = Board {
                due,
                requested: false,
                running: false,
                runs: VecDeque::new(),
                known_to_fail: false,
            };
            Self { job, turn: Turn::new(()), bell: Notify::new(), board: Mutex::new(board) }
        });
        slots.collect()
    }

    /// Whether its history is kept in memory only.
    pub(crate) fn is_short(&self) -> bool {
        self.job.interval() < SHORT
    }

    /// What is known of it. Held only for moments: never across an await.
    pub(crate) fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Board {
    /// How long until it is due; zero when it is.
    pub(crate) fn wait(&self, now: Duration) -> Duration {
        if self.requested { Duration::ZERO } else { self.due.saturating_sub(now) }
    }

    /// Takes note of a run; `short`: the failed ones before it are kept too.
    pub(crate) fn note(&mut self, run: Run, short: bool) {
        if !short {
            self.runs.clear();
        }
        run::remember(&mut self.runs, run);
    }
}
