use std::{
    collections::BTreeMap,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use db::Db;
use forward::{Incoming, Queue};
use http_kit::{guard::OutboundGuard, outgoing::Outgoing};
use jobs::Timer;
use kernel::{Caller, Clock, Ids, Permission, Text, Time};
use tokio::{runtime::Handle, sync::watch};
use tsdb::{
    Appended, Batch, BatchAppended, HistogramSample, Sample, Selector, SeriesStore, Terms,
    TimeRange,
};
use vault::Vault;

use crate::{
    Destination, DestinationDraft, DestinationId, Figures, RemoteError, line::Line, merged::Merged,
    store,
};

/// Seeing where samples are forwarded to.
pub const DESTINATION_READ: Permission = Permission("destination.read");
/// Saying where samples are forwarded to and read from.
pub const DESTINATION_CHANGE: Permission = Permission("destination.change");

/// How long a far side may take for a write, and what its answer may have.
const WRITE_PATIENCE: Duration = Duration::from_secs(30);
const WRITE_BYTES_MAX: usize = 1 << 20;
/// The same for what is read.
pub(crate) const READ_PATIENCE: Duration = Duration::from_secs(60);
pub(crate) const READ_BYTES_MAX: usize = 256 << 20;
/// So long after the start, and after the store could not write, samples that are there already
/// are forwarded too: their writer repeats what it got no good answer for.
const REPEATS: Duration = Duration::from_secs(600);

/// How long a sample may be in the operating system's hands before it is brought to stable
/// storage; asked anew each time.
pub type Pace = Arc<dyn Fn() -> Duration + Send + Sync>;

/// From when on the store here has kept all that matches, at a moment; both in milliseconds since
/// 1970, UTC.
pub type KeptFrom = Arc<dyn Fn(&Selector, i64) -> i64 + Send + Sync>;

/// What forwarding stands on.
pub struct RemoteParts {
    /// The records.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// What waiting goes by.
    pub timer: Arc<dyn Timer>,
    /// Where ids and chance come from.
    pub ids: Arc<dyn Ids>,
    /// Which addresses may be reached.
    pub guard: Arc<OutboundGuard>,
    /// The samples here.
    pub series: Arc<dyn SeriesStore>,
    /// What of them has not gone.
    pub kept_from: KeptFrom,
    /// Since when samples come here.
    pub since: Time,
    /// How soon what is in the queues is on stable storage: as soon as the samples here.
    pub pace: Pace,
    /// The folder of the queues.
    pub dir: PathBuf,
}

/// Samples to and from other stores: cheap to clone.
#[derive(Clone)]
pub struct Remote {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) timer: Arc<dyn Timer>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) series: Arc<dyn SeriesStore>,
    pub(crate) kept_from: KeptFrom,
    pub(crate) since: Time,
    pub(crate) writes: Outgoing,
    pub(crate) reads: Outgoing,
    /// Where reading is done while a thread without a runtime waits for it.
    pub(crate) runtime: Handle,
    vault: OnceLock<Vault>,
    dir: PathBuf,
    lines: RwLock<Arc<Lines>>,
    /// Grows with each change of the lines.
    epoch: watch::Sender<u64>,
    pub(crate) pace: Pace,
    /// Until when repetitions are forwarded, by the monotonic clock.
    repeats_until: Mutex<Duration>,
}

pub(crate) type Lines = BTreeMap<DestinationId, Arc<Line>>;

impl fmt::Debug for Remote {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Remote").field("dir", &self.inner.dir).finish_non_exhaustive()
    }
}

impl Remote {
    /// Opens the queues of all destinations. Nothing is sent before [`Remote::run`].
    ///
    /// A queue that cannot be opened is said in the log and left as it is; the others work.
    /// Errors: the records fail.
    pub async fn open(parts: RemoteParts) -> Result<Self, RemoteError> {
        let RemoteParts { db, clock, timer, ids, guard, series, kept_from, since, pace, dir } =
            parts;
        let repeats_until = Mutex::new(clock.monotonic() + REPEATS);
        let inner = Inner {
            writes: Outgoing::new(Arc::clone(&guard), WRITE_PATIENCE, WRITE_BYTES_MAX),
            reads: Outgoing::new(guard, READ_PATIENCE, READ_BYTES_MAX),
            runtime: Handle::current(),
            vault: OnceLock::new(),
            lines: RwLock::default(),
            epoch: watch::channel(0).0,
            db,
            clock,
            timer,
            ids,
            series,
            kept_from,
            since,
            pace,
            dir,
            repeats_until,
        };
        let remote = Self { inner: Arc::new(inner) };
        for destination in store::destinations::all(remote.inner.db.reader()).await? {
            let name = destination.name.clone();
            if let Err(error) = remote.apply(destination) {
                tracing::error!("failed to open the queue of destination {name}: {error}");
            }
        }
        Ok(remote)
    }

    /// From now on secrets can be used.
    pub fn learn_vault(&self, vault: Vault) {
        // The first that was learnt stays.
        let _ = self.inner.vault.set(vault);
    }

    pub(crate) fn vault(&self) -> Option<&Vault> {
        self.inner.vault.get()
    }

    /// The samples here, whose appends are forwarded, and with them what is older there.
    #[must_use]
    pub fn series(&self) -> Arc<dyn SeriesStore> {
        Arc::new(Merged::new(self.clone(), Arc::clone(&self.inner.series), None))
    }

    /// The same, of which `told` learns in a sentence what an answer is missing, and why.
    #[must_use]
    pub fn series_telling(&self, told: Arc<dyn Fn(String) + Send + Sync>) -> Arc<dyn SeriesStore> {
        Arc::new(Merged::new(self.clone(), Arc::clone(&self.inner.series), Some(told)))
    }

    /// Tells whether no destination is used: then what is appended to [`Remote::series`] goes to
    /// the store here alone, and whoever knows a quicker way into that one may take it.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        !self.lines().values().any(|line| line.destination.enabled)
    }

    /// Tells whether [`Remote::series`] reads what matches in the range from the store here alone,
    /// so that whoever knows a quicker way may take it.
    #[must_use]
    pub fn is_all_here(&self, selector: &Selector, range: TimeRange) -> bool {
        self.older(selector, range).is_none()
    }

    /// Whom to ask for which part of `range`, if anyone: what may have gone here, or was never
    /// here.
    pub(crate) fn older(
        &self,
        selector: &Selector,
        range: TimeRange,
    ) -> Option<(Arc<Line>, TimeRange)> {
        let line = self.history_line()?;
        let (Inner { kept_from, since, .. }, now) = (&*self.inner, self.now());
        // Nothing is further ahead of the clock than a day; far sides refuse endless ranges.
        let end_ms = now.plus(Duration::from_secs(86_400)).millis();
        let begins_ms = kept_from(selector, now.millis()).max(since.millis());
        let from_ms = range.from_ms.max(0);
        let to_ms = range.to_ms.min(begins_ms.saturating_sub(1)).min(end_ms);
        (from_ms <= to_ms).then_some((line, TimeRange { from_ms, to_ms }))
    }

    /// Tells whether all that is in the queues is on stable storage.
    #[must_use]
    pub fn is_durable(&self) -> bool {
        self.lines().values().all(|line| line.queue.is_durable())
    }

    /// How forwarding stands, for each destination.
    #[must_use]
    pub fn figures(&self) -> Vec<Figures> {
        self.lines().values().map(|line| self.figures_of(line)).collect()
    }

    pub(crate) fn figures_of(&self, line: &Line) -> Figures {
        line.figures(self.now(), self.inner.clock.monotonic())
    }

    pub(crate) fn now(&self) -> Time {
        self.inner.clock.now()
    }

    pub(crate) fn lines(&self) -> Arc<Lines> {
        Arc::clone(&self.inner.lines.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn epoch(&self) -> watch::Receiver<u64> {
        self.inner.epoch.subscribe()
    }

    /// Where history is read from, if anywhere.
    pub(crate) fn history_line(&self) -> Option<Arc<Line>> {
        let lines = self.lines();
        let mut reading = lines.values().filter(|line| {
            line.destination.enabled && line.destination.settings.history_url.is_some()
        });
        reading.next().cloned()
    }

    /// Lets a destination be as it is now; what waits for it stays.
    pub(crate) fn apply(&self, destination: Destination) -> Result<(), RemoteError> {
        let draft = DestinationDraft {
            name: destination.name.clone(),
            settings: destination.settings.clone(),
            enabled: destination.enabled,
        };
        let relabeller = draft.checked()?;
        let options = destination.settings.queue_options();
        let before = self.lines().get(&destination.id).cloned();
        let queue = match &before {
            Some(line) => {
                line.queue.apply(options)?;
                Arc::clone(&line.queue)
            }
            None => Arc::new(Queue::open(&self.queue_dir(destination.id), options)?),
        };
        let id = destination.id;
        let line = Arc::new(Line::new(destination, relabeller, queue, before.as_deref()));
        self.change_lines(|lines| drop(lines.insert(id, line)));
        Ok(())
    }

    /// Gives up a destination and what waits for it.
    pub(crate) fn forget(&self, id: DestinationId) -> Result<(), RemoteError> {
        let line = self.lines().get(&id).cloned();
        self.change_lines(|lines| drop(lines.remove(&id)));
        match line {
            Some(line) => Ok(line.queue.remove()?),
            None => Ok(()),
        }
    }

    fn queue_dir(&self, id: DestinationId) -> PathBuf {
        self.inner.dir.join(id.to_string())
    }

    fn change_lines(&self, change: impl FnOnce(&mut Lines)) {
        let mut lines = self.inner.lines.write().unwrap_or_else(PoisonError::into_inner);
        let mut changed = Lines::clone(&lines);
        change(&mut changed);
        *lines = Arc::new(changed);
        drop(lines);
        self.inner.epoch.send_modify(|epoch| *epoch += 1);
    }

    /// Puts into the queues what the store has taken of a batch.
    ///
    /// Metadata is not queued: with the series goes what the store knows by then.
    pub(crate) fn forward(&self, batch: &Batch<'_>, appended: &BatchAppended) {
        if self.is_idle() {
            return;
        }
        let both = [&appended.samples, &appended.histograms.appended];
        let news = both.iter().any(|appended| appended.stored > 0);
        let repetitions = both.iter().any(|appended| appended.duplicates > 0);
        if !(news || repetitions && self.repeats()) {
            return;
        }
        let Batch { samples, histograms, exemplars, .. } = *batch;
        let whole =
            |appended: &Appended| appended.conflicts + appended.too_old + appended.over_limit == 0;
        if both.into_iter().all(whole) && appended.histograms.malformed.is_empty() {
            return self.put(Incoming { samples, histograms, exemplars });
        }
        let (samples, histograms) = self.stored_of(batch);
        self.put(Incoming { samples: &samples, histograms: &histograms, exemplars });
    }

    fn put(&self, incoming: Incoming<'_>) {
        let now_ms = self.now().millis();
        for line in self.lines().values().filter(|line| line.destination.enabled) {
            line.take(incoming, now_ms);
        }
    }

    /// Those that the store has: asked again it says so, as those count as duplicates.
    fn stored_of(&self, batch: &Batch<'_>) -> (Vec<Sample>, Vec<HistogramSample>) {
        let store = &self.inner.series;
        // What was taken however old it is, is asked for so.
        let terms = Terms { age: batch.terms.age, ..Terms::default() };
        let has = |appended: Appended| appended.stored + appended.duplicates;
        let of_samples = |samples: &[Sample]| {
            let again = store.append_batch(&Batch { samples, terms, ..Batch::default() });
            again.map_or(0, |appended| has(appended.samples))
        };
        let of_histograms = |histograms: &[HistogramSample]| {
            let again = store.append_batch(&Batch { histograms, terms, ..Batch::default() });
            again.map_or(0, |appended| has(appended.histograms.appended))
        };
        let (mut samples, mut histograms) = (Vec::new(), Vec::new());
        push_stored(batch.samples, &of_samples, &mut samples);
        push_stored(batch.histograms, &of_histograms, &mut histograms);
        (samples, histograms)
    }

    /// What could not be written here may be there in part, and comes again.
    pub(crate) fn expect_repetitions(&self) {
        let until = self.inner.clock.monotonic() + REPEATS;
        *self.inner.repeats_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    fn repeats(&self) -> bool {
        let until = *self.inner.repeats_until.lock().unwrap_or_else(PoisonError::into_inner);
        self.inner.clock.monotonic() < until
    }

    /// Returns when what is in the queues is on stable storage; where the disk refuses, it is said
    /// in the log, and tried again by itself.
    pub(crate) fn make_durable(&self) {
        for line in self.lines().values().filter(|line| line.destination.enabled) {
            line.make_durable();
        }
    }
}

/// Adds those of `some` that are stored, in their order. `stored`: how many of some are. Nearly
/// always most are: where not all are that are asked for, their halves are.
fn push_stored<T: Clone>(some: &[T], stored: &dyn Fn(&[T]) -> u64, found: &mut Vec<T>) {
    let count = if some.is_empty() { 0 } else { stored(some) };
    if count == some.len() as u64 {
        found.extend_from_slice(some);
    } else if count > 0 {
        let (first, second) = some.split_at(some.len() / 2);
        push_stored(first, stored, found);
        push_stored(second, stored, found);
    }
}

/// Errors: [`RemoteError::NotAllowed`].
pub(crate) fn permit(caller: &Caller, permission: Permission) -> Result<(), RemoteError> {
    if caller.may_everywhere(permission) {
        Ok(())
    } else {
        Err(RemoteError::NotAllowed(permission))
    }
}

/// What is said when a secret is needed and the vault is not there yet.
pub(crate) fn no_vault() -> Text {
    Text::new("the vault was not opened yet", "密钥库尚未打开")
}
