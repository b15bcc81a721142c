use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use http_kit::guard::OutboundGuard;
use journal::Entry;
use kernel::{Caller, Fact, Fault, FaultKind, FieldFault, Subject, Text, Time};
use serde::Serialize;

use super::{
    connect::connect,
    filling::{Part, SourcePosts},
    report::SyncReport,
    secret::Secrets,
    settings::{Source, SourceId, SourceSettings},
    sign_in::SourceSignIn,
    sync::{SyncMode, SyncRun},
};
use crate::{
    DIRECTORY_CHANGE, DIRECTORY_READ, Directory, DirectoryError,
    model::input::Faults,
    store::{self, KeptSource},
};

/// There are at most so many sources.
const SOURCES_MAX: usize = 100;

/// The directories of others that people are taken from: cheap to clone.
#[derive(Debug, Clone)]
pub struct Sources {
    pub(crate) directory: Directory,
    pub(super) secrets: Arc<dyn Secrets>,
    pub(super) guard: Arc<OutboundGuard>,
    running: Arc<Mutex<HashSet<SourceId>>>,
    previews: Arc<Mutex<HashMap<SourceId, SyncReport>>>,
}

/// A source was made, changed or removed.
#[derive(Debug, Serialize)]
pub(super) struct SourceChanged {
    source: SourceId,
    name: String,
    what: &'static str,
}

/// People were taken from a source.
#[derive(Debug, Serialize)]
struct DirectorySynchronised {
    source: SourceId,
    name: String,
    read: u64,
    created: u64,
    changed: u64,
    left: u64,
    problems: u64,
    failure: Option<Text>,
}

/// While it lives, the source is being read.
struct Turn {
    id: SourceId,
    running: Arc<Mutex<HashSet<SourceId>>>,
}

impl Sources {
    /// The sources of the directory, with where their passwords are and where one may connect to.
    #[must_use]
    pub fn new(directory: Directory, secrets: Arc<dyn Secrets>, guard: OutboundGuard) -> Self {
        let guard = Arc::new(guard);
        Self { directory, secrets, guard, running: Arc::default(), previews: Arc::default() }
    }

    /// All sources, for those who see the whole directory; none for others.
    ///
    /// Errors: [`DirectoryError::Db`].
    pub(crate) async fn list(&self, caller: &Caller) -> Result<Vec<KeptSource>, DirectoryError> {
        if !caller.may_everywhere(DIRECTORY_READ) {
            return Ok(Vec::new());
        }
        let mut connection = self.directory.reader().await?;
        store::all_sources(&mut connection).await
    }

    /// One source.
    ///
    /// Errors: [`DirectoryError::NotFound`], also when the caller does not see the whole
    /// directory.
    pub(crate) async fn get(
        &self,
        caller: &Caller,
        id: SourceId,
    ) -> Result<KeptSource, DirectoryError> {
        let found = self.list(caller).await?.into_iter().find(|kept| kept.source.id == id);
        found.ok_or_else(|| not_found(id))
    }

    /// Makes a source.
    ///
    /// Errors: [`DirectoryError::NotAllowed`] unless the caller may change the whole directory;
    /// [`DirectoryError::Grants`] unless for good, as the source goes on when their right has
    /// ended; `WrongInput`.
    pub async fn create(
        &self,
        caller: &Caller,
        name: &str,
        settings: SourceSettings,
    ) -> Result<Source, DirectoryError> {
        self.permit_lasting(caller).await?;
        let (name, mut settings) = checked(name, settings)?;
        settings.sign_in = SourceSignIn::default();
        self.permit_secret(caller, &settings).await?;
        let now = self.directory.clock.now();
        let id = self.directory.new_id();
        let posts = SourcePosts::default();
        let source =
            Source { id, name, settings, posts, version: 1, created_at: now, updated_at: now };
        let mut tx = self.directory.begin().await?;
        if store::all_sources(tx.connection()).await?.len() >= SOURCES_MAX {
            let expected = Text::new("at most 100 sources", "最多 100 个来源");
            return Err(FieldFault::new("name", &source.name, expected).into());
        }
        store::insert_source(tx.connection(), &source).await?;
        let fact = SourceChanged::of(&source, "created");
        journal::append(&mut tx, Entry::new(caller, now, &fact).after(&source)).await?;
        tx.commit().await?;
        Ok(source)
    }

    /// Changes a source that is at `version`. Who leads it elsewhere ends that people sign in by
    /// it, and that it fills posts which roles are granted to, unless they may for good say who
    /// vouches for users; who lets it fill other posts ends the latter.
    ///
    /// Errors: as [`Self::create`]; [`DirectoryError::NotFound`], `VersionDiffers`.
    pub async fn change(
        &self,
        caller: &Caller,
        id: SourceId,
        version: i64,
        name: &str,
        settings: SourceSettings,
    ) -> Result<Source, DirectoryError> {
        let before = self.get(caller, id).await?.source;
        self.permit_lasting(caller).await?;
        let (name, mut settings) = checked(name, settings)?;
        settings.sign_in = before.settings.sign_in.clone();
        let mut posts = before.posts;
        let elsewhere = settings.leads_elsewhere(&before.settings);
        let fills_more =
            settings.posts.iter().any(|mapping| !before.settings.posts.contains(mapping));
        if (elsewhere || (fills_more && posts.granted))
            && self.directory.permit_vouching(caller, true).await.is_err()
        {
            settings.sign_in.enabled &= !elsewhere;
            posts = SourcePosts::default();
        }
        // Another address would be told the password: any change of the settings is a use.
        if settings != before.settings {
            self.permit_secret(caller, &settings).await?;
        }
        let mut tx = self.directory.begin().await?;
        let found = store::all_sources(tx.connection()).await?;
        let found = found.into_iter().find(|kept| kept.source.id == id);
        let found = found.ok_or_else(|| not_found(id))?.source.version;
        if found != version {
            return Err(DirectoryError::VersionDiffers { expected: version, found });
        }
        let now = self.directory.clock.now();
        let version = version + 1;
        let source = Source { name, settings, posts, version, updated_at: now, ..before.clone() };
        store::update_source(tx.connection(), &source).await?;
        let fact = SourceChanged::of(&source, "changed");
        let entry = Entry::new(caller, now, &fact).before(&before).after(&source);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(source)
    }

    /// Removes a source. The people stay.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed`.
    pub async fn remove(&self, caller: &Caller, id: SourceId) -> Result<(), DirectoryError> {
        let source = self.get(caller, id).await?.source;
        permit(caller)?;
        let mut tx = self.directory.begin().await?;
        store::delete_source(tx.connection(), id).await?;
        let fact = SourceChanged::of(&source, "removed");
        let now = self.directory.clock.now();
        journal::append(&mut tx, Entry::new(caller, now, &fact).before(&source)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes what is different at a source, or tells what it would take.
    ///
    /// Errors: [`Fault`]: not found, not allowed, running already. What goes wrong at the source
    /// is in the report.
    pub async fn sync(
        &self,
        caller: &Caller,
        id: SourceId,
        mode: SyncMode,
    ) -> Result<SyncReport, Fault> {
        let source = self.get(caller, id).await?.source;
        permit(caller)?;
        let turn = self.turn(id)?;
        let report = self.read(&source, mode).await;
        drop(turn);
        match mode {
            // What a trial said of what was different then is so no more.
            SyncMode::Apply => {
                self.previews().remove(&id);
                self.keep(caller, &source, &report).await?;
            }
            SyncMode::DryRun => drop(self.previews().insert(id, report.clone())),
        }
        Ok(report)
    }

    /// What the last dry run would have done, if there was one since the server started.
    pub(crate) fn preview(&self, id: SourceId) -> Option<SyncReport> {
        self.previews().get(&id).cloned()
    }

    fn previews(&self) -> MutexGuard<'_, HashMap<SourceId, SyncReport>> {
        self.previews.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs every source whose time has come, once somebody has run it: before that nobody has
    /// looked at what it would bring. Returns how many ran and how many of them failed.
    ///
    /// Errors: [`Fault`]: the records cannot be read.
    pub async fn run_due(&self) -> Result<(u64, u64), Fault> {
        let caller = Caller::system("directory.sync");
        let now = self.directory.clock.now();
        let (mut ran, mut failed) = (0, 0);
        for kept in self.list(&caller).await? {
            if kept.source.settings.enabled && is_due(&kept, now) {
                ran += 1;
                match self.sync(&caller, kept.source.id, SyncMode::Apply).await {
                    Ok(report) if report.failure.is_none() => {}
                    Ok(_) | Err(_) => failed += 1,
                }
            }
        }
        Ok((ran, failed))
    }

    /// Reads the source in a task of its own: a source that sends nonsense ends that task only.
    async fn read(&self, source: &Source, mode: SyncMode) -> SyncReport {
        let (sources, of) = (self.clone(), source.clone());
        let task = tokio::spawn(async move {
            let secrets = sources.secrets.as_ref();
            let ldap = connect(&of.settings, secrets, &sources.guard).await?;
            Ok(SyncRun::new(&sources.directory, &of, mode).run(ldap).await)
        });
        let failed = |fault: Fault| {
            tracing::warn!(source = %source.name, "failed to read `{}`: {fault}", source.name);
            SyncReport { failure: Some(fault.text), ..SyncReport::default() }
        };
        match task.await {
            Ok(Ok(report)) => report,
            Ok(Err(fault)) => failed(fault),
            Err(ended) => {
                tracing::warn!("the run over `{}` ended: {ended}", source.name);
                let text = Text::new(
                    "the directory sent what cannot be read",
                    "目录服务返回了无法解析的内容",
                );
                failed(Fault::new(FaultKind::Unavailable, "source-nonsense", text))
            }
        }
    }

    /// Errors: as [`permit`]; [`DirectoryError::Grants`] unless they may for good.
    async fn permit_lasting(&self, caller: &Caller) -> Result<(), DirectoryError> {
        permit(caller)?;
        self.directory.permit_for_good(caller, DIRECTORY_CHANGE, Part::Everything).await
    }

    async fn keep(
        &self,
        caller: &Caller,
        source: &Source,
        report: &SyncReport,
    ) -> Result<(), DirectoryError> {
        let now = self.directory.clock.now();
        let mut tx = self.directory.begin().await?;
        store::note_run(tx.connection(), source.id, now, report).await?;
        let fact = DirectorySynchronised::of(source, report);
        journal::append(&mut tx, Entry::new(caller, now, &fact)).await?;
        Ok(tx.commit().await?)
    }

    /// Errors: it is being read already.
    fn turn(&self, id: SourceId) -> Result<Turn, Fault> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.insert(id) {
            return Ok(Turn { id, running: Arc::clone(&self.running) });
        }
        let text = Text::new("it is being read just now", "正在同步中，请稍后再试");
        Err(Fault::conflict("sync-running", text))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

fn is_due(kept: &KeptSource, now: Time) -> bool {
    let interval = std::time::Duration::from_secs(u64::from(kept.source.settings.interval_s));
    // A clock that was set back does not stop it for ever.
    kept.run_at.is_some_and(|at| now >= at.plus(interval) || now < at)
}

/// Errors: [`DirectoryError::NotAllowed`] unless the caller may change all of it.
fn permit(caller: &Caller) -> Result<(), DirectoryError> {
    if caller.may_everywhere(DIRECTORY_CHANGE) {
        Ok(())
    } else {
        Err(DirectoryError::NotAllowed(DIRECTORY_CHANGE))
    }
}

fn checked(
    name: &str,
    settings: SourceSettings,
) -> Result<(String, SourceSettings), DirectoryError> {
    let mut faults = Faults::default();
    let name = faults.name("name", name);
    let name = faults.or(name)?;
    Ok((name, settings.checked()?))
}

pub(super) fn not_found(id: SourceId) -> DirectoryError {
    DirectoryError::NotFound { noun: Text::new("source", "来源"), id: id.to_string() }
}

impl SourceChanged {
    pub(super) fn of(source: &Source, what: &'static str) -> Self {
        Self { source: source.id, name: source.name.clone(), what }
    }
}

impl Fact for SourceChanged {
    const VERB: &'static str = "directory_source.changed";

    fn subject(&self) -> Subject {
        Subject::new("directory_source", self.source, self.name.clone())
    }
}

impl DirectorySynchronised {
    fn of(source: &Source, report: &SyncReport) -> Self {
        Self {
            source: source.id,
            name: source.name.clone(),
            read: report.read,
            created: report.created + report.linked,
            changed: report.changed,
            left: report.left,
            problems: report.problems_total,
            failure: report.failure.clone(),
        }
    }
}

impl Fact for DirectorySynchronised {
    const VERB: &'static str = "directory.synchronised";

    fn subject(&self) -> Subject {
        Subject::new("directory_source", self.source, self.name.clone())
    }
}
