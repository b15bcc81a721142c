use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use db::{Dialect, Tx};
use kernel::{Caller, Fault, Text, Time};
use tokio::sync::oneshot;

use super::{apply::ImportMode, report::ImportReport};
use crate::{
    Directory, DirectoryError,
    store::{self, ImportEnd, ImportId, KeptImport},
};

/// How often other servers are told how far an import is.
const TOLD_EVERY: Duration = Duration::from_secs(2);
/// An import of another server that has stood still for so long, as seen from here, is over …
const STILL_MAX: Duration = Duration::from_secs(12);
/// … and one that was last told of so long ago by the time of day, in which no two servers differ
/// so much.
const LONG_AGO: Duration = Duration::from_secs(600);
/// Imports are kept for so long; of each actor only the last one.
const KEPT_FOR: Duration = Duration::from_secs(30 * 86_400);
/// So many imports of other servers are looked at; one more and it begins anew.
const WATCHED_MAX: usize = 1000;

/// The imports that run in this process, and how it saw those of others move.
#[derive(Debug, Clone, Default)]
pub(crate) struct Runs {
    inner: Arc<RunsInner>,
}

#[derive(Debug, Default)]
struct RunsInner {
    /// The name of this process: no other one has it, nor an earlier one.
    server: OnceLock<String>,
    live: Mutex<HashMap<ImportId, Arc<Progress>>>,
    /// What was seen of an import of another server, and since when it is so.
    watched: Mutex<HashMap<ImportId, (i64, Duration)>>,
}

/// An import that somebody asked for: how far it is, or what came of it.
#[derive(Debug, Clone)]
pub(crate) struct ImportRun {
    pub(crate) mode: ImportMode,
    pub(crate) started_at: Time,
    /// How many rows have been looked at, and how many there are.
    pub(crate) rows: (u32, u32),
    /// When it ended, and how; none while it runs.
    pub(crate) ended: Option<(Time, ImportEnd)>,
}

/// How many rows there are and how many of them have been looked at.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    done: AtomicU32,
    total: AtomicU32,
}

/// An import that runs. Dropped before it ends, it was interrupted.
#[derive(Debug)]
pub(crate) struct Running {
    directory: Directory,
    id: ImportId,
    pub(super) mode: ImportMode,
    pub(super) progress: Arc<Progress>,
    /// As long as it is here, others are told of it.
    _told: oneshot::Sender<()>,
}

impl Directory {
    /// Notes that the caller imports something: one file at a time, on whichever server.
    ///
    /// Errors: one of theirs runs already; the records do not answer.
    pub(crate) async fn start_import(
        &self,
        caller: &Caller,
        mode: ImportMode,
    ) -> Result<Running, Fault> {
        let actor = caller.actor.id.as_str();
        let now = self.clock.now();
        let mut connection = self.reader().await?;
        // Asked before, too: a change would wait for the very import that runs.
        self.refuse_second(store::last_import(&mut connection, actor).await?.as_ref())?;
        drop(connection);
        let import = KeptImport {
            id: self.new_id(),
            mode,
            server: self.server().to_owned(),
            started_at: now,
            seen: 0,
            seen_at: now,
            rows: (0, 0),
            ended: None,
        };
        let mut tx = self.begin().await?;
        self.refuse_second(store::last_import(tx.connection(), actor).await?.as_ref())?;
        store::forget_imports(tx.connection(), actor, now.minus(KEPT_FOR)).await?;
        store::insert_import(tx.connection(), actor, &import).await?;
        let progress = Arc::<Progress>::default();
        self.imports.live().insert(import.id, Arc::clone(&progress));
        let (told, gone) = oneshot::channel();
        let (directory, id) = (self.clone(), import.id);
        let running = Running { directory, id, mode, progress, _told: told };
        // no fact: the directory is as it was; the import tells what it changes.
        tx.commit().await.map_err(DirectoryError::from)?;
        if self.db.dialect() == Dialect::Postgres {
            tokio::spawn(tell(self.clone(), id, Arc::clone(&running.progress), gone));
        }
        Ok(running)
    }

    /// The caller's last import, if there was one.
    ///
    /// Errors: [`DirectoryError::Db`].
    pub(crate) async fn last_import(
        &self,
        caller: &Caller,
    ) -> Result<Option<ImportRun>, DirectoryError> {
        let actor = caller.actor.id.as_str();
        let mut connection = self.reader().await?;
        let Some(mut kept) = store::last_import(&mut connection, actor).await? else {
            return Ok(None);
        };
        drop(connection);
        if kept.ended.is_none() && !self.is_running(&kept) {
            kept = self.leave_import(actor, kept).await?;
        }
        let live = self.imports.live().get(&kept.id).cloned();
        let rows = live.map_or(kept.rows, |progress| progress.counts());
        let KeptImport { mode, started_at, ended, .. } = kept;
        Ok(Some(ImportRun { mode, started_at, rows, ended }))
    }

    /// Keeps that nobody works on the import any more, if that is so. An import is one change, and
    /// changes run one after another: in this one it is done, or it never will be.
    async fn leave_import(
        &self,
        actor: &str,
        import: KeptImport,
    ) -> Result<KeptImport, DirectoryError> {
        let mut tx = match self.begin().await {
            Ok(tx) => tx,
            // A change is under way; it may be this very import.
            Err(error) => {
                tracing::debug!("failed to look after an import: {error}");
                return Ok(import);
            }
        };
        store::leave_import(tx.connection(), &import, self.clock.now()).await?;
        let kept = store::last_import(tx.connection(), actor).await?;
        // no fact: an import without an end has changed nothing.
        tx.commit().await?;
        Ok(kept.unwrap_or(import))
    }

    /// Errors: the actor's last import runs.
    fn refuse_second(&self, last: Option<&KeptImport>) -> Result<(), Fault> {
        if last.is_none_or(|last| !self.is_running(last)) {
            return Ok(());
        }
        let text = Text::new(
            "an import of yours is running; wait for its end",
            "您有一次导入正在进行，请等待其结束",
        );
        Err(Fault::conflict("import-running", text))
    }

    fn is_running(&self, import: &KeptImport) -> bool {
        if import.ended.is_some() {
            return false;
        }
        if import.server == self.server() {
            return self.imports.live().contains_key(&import.id);
        }
        match self.db.dialect() {
            // One process at a time has the data directory: the other one is no more.
            Dialect::Sqlite => false,
            Dialect::Postgres => self.has_moved(import),
        }
    }

    /// Whether another server's import has moved lately, or was not looked at for long enough.
    fn has_moved(&self, import: &KeptImport) -> bool {
        if self.clock.now().since(import.seen_at) >= LONG_AGO {
            return false;
        }
        let now = self.clock.monotonic();
        let mut watched = self.imports.watched();
        if watched.len() >= WATCHED_MAX {
            watched.clear();
        }
        let (seen, since) = watched.entry(import.id).or_insert((import.seen, now));
        if *seen != import.seen {
            (*seen, *since) = (import.seen, now);
        }
        now.saturating_sub(*since) < STILL_MAX
    }

    fn server(&self) -> &str {
        let new = || self.ids.uuid(self.clock.now()).to_string();
        self.imports.inner.server.get_or_init(new)
    }
}

impl Runs {
    fn live(&self) -> MutexGuard<'_, HashMap<ImportId, Arc<Progress>>> {
        self.inner.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watched(&self) -> MutexGuard<'_, HashMap<ImportId, (i64, Duration)>> {
        self.inner.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress {
    fn counts(&self) -> (u32, u32) {
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
    /// Keeps how it ended, unless that is kept with what it has brought.
    pub(crate) async fn end(self, outcome: &Result<ImportReport, Fault>) {
        let end = match outcome {
            Ok(report) if report.applied => return,
            Ok(report) => ImportEnd::Report(report.clone()),
            Err(fault) => ImportEnd::Failure(fault.text.clone()),
        };
        if let Err(error) = self.note(&end).await {
            tracing::warn!("failed to keep how an import ended: {error}");
        }
    }

    /// Keeps how it ended, in the change that it is.
    ///
    /// Errors: [`DirectoryError::ImportLeft`] when another server has given it up: then it must
    /// not be done.
    pub(super) async fn end_in(&self, tx: &mut Tx, end: &ImportEnd) -> Result<(), DirectoryError> {
        let now = self.directory.clock.now();
        let rows = self.progress.counts();
        match store::end_import(tx.connection(), self.id, (now, end), rows).await? {
            true => Ok(()),
            false => Err(DirectoryError::ImportLeft),
        }
    }

    async fn note(&self, end: &ImportEnd) -> Result<(), DirectoryError> {
        let mut tx = self.directory.begin().await?;
        self.end_in(&mut tx, end).await?;
        // no fact: it has changed nothing.
        Ok(tx.commit().await?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.directory.imports.live().remove(&self.id);
    }
}

/// Tells other servers how far an import is, until it is gone.
async fn tell(
    directory: Directory,
    id: ImportId,
    progress: Arc<Progress>,
    mut gone: oneshot::Receiver<()>,
) {
    while tokio::time::timeout(TOLD_EVERY, &mut gone).await.is_err() {
        let now = directory.clock.now();
        if let Err(error) = store::note_seen(&directory.db, id, now, progress.counts()).await {
            tracing::debug!("failed to tell how far an import is: {error}");
        }
    }
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
