use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use kernel::{Caller, Clock, Fault, Text, Time};

use super::{apply::ImportMode, report::ImportReport};
use crate::Directory;

/// Runs are kept for so many actors: the oldest go.
const RUNS_KEPT_MAX: usize = 100;

/// The last import of each actor since the server started.
pub(crate) type Runs = Arc<Mutex<HashMap<String, ImportRun>>>;

/// An import that somebody asked for: how far it is, or what came of it.
#[derive(Debug, Clone)]
pub(crate) struct ImportRun {
    pub(crate) mode: ImportMode,
    pub(crate) started_at: Time,
    pub(crate) progress: Arc<Progress>,
    /// When it ended, and how; none while it runs.
    pub(crate) ended: Option<(Time, Result<ImportReport, Fault>)>,
}

/// How many rows there are and how many of them have been looked at.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) done: AtomicU32,
    pub(crate) total: AtomicU32,
}

/// An import that runs. Dropped before it ends, it has failed.
#[derive(Debug)]
pub(crate) struct Running {
    runs: Runs,
    clock: Arc<dyn Clock>,
    actor: String,
    pub(crate) progress: Arc<Progress>,
    ended: bool,
}

impl Directory {
    /// Notes that the caller imports something: one file at a time.
    ///
    /// Errors: one of theirs runs already.
    pub(crate) fn start_import(&self, caller: &Caller, mode: ImportMode) -> Result<Running, Fault> {
        let (actor, started_at) = (caller.actor.id.clone(), self.clock.now());
        let mut runs = self.imports.lock().unwrap_or_else(PoisonError::into_inner);
        if runs.get(&actor).is_some_and(|run| run.ended.is_none()) {
            let text = Text::new(
                "an import of yours is running; wait for its end",
                "您有一次导入正在进行，请等待其结束",
            );
            return Err(Fault::conflict("import-running", text));
        }
        if runs.len() >= RUNS_KEPT_MAX && !runs.contains_key(&actor) {
            let ended = runs.iter().filter(|(_, run)| run.ended.is_some());
            let oldest =
                ended.min_by_key(|(_, run)| run.started_at).map(|(actor, _)| actor.clone());
            oldest.and_then(|actor| runs.remove(&actor));
        }
        let progress = Arc::<Progress>::default();
        let run = ImportRun { mode, started_at, progress: progress.clone(), ended: None };
        runs.insert(actor.clone(), run);
        let (runs, clock) = (self.imports.clone(), self.clock.clone());
        Ok(Running { runs, clock, actor, progress, ended: false })
    }

    /// The caller's last import, if there was one since the server started.
    pub(crate) fn last_import(&self, caller: &Caller) -> Option<ImportRun> {
        let runs = self.imports.lock().unwrap_or_else(PoisonError::into_inner);
        runs.get(&caller.actor.id).cloned()
    }
}

impl Progress {
    pub(crate) fn counts(&self) -> (u32, u32) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    pub(super) fn of(&self, total: u32) {
        self.total.store(total, Ordering::Relaxed);
    }

    pub(super) fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Running {
    /// Notes how it ended.
    pub(crate) fn end(mut self, outcome: Result<ImportReport, Fault>) {
        self.note(outcome);
    }

    fn note(&mut self, outcome: Result<ImportReport, Fault>) {
        self.ended = true;
        let now = self.clock.now();
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(run) = runs.get_mut(&self.actor) {
            run.ended = Some((now, outcome));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            self.note(Err(Fault::internal("the import stopped before its end")));
        }
    }
}
