//! Samples that the far side has not acknowledged, on disk.

mod cursor;
#[cfg(test)]
mod faults;
mod incoming;
mod lane;
mod log;
mod number;
#[cfg(test)]
mod power;
mod record;
mod segment;
mod standing;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

pub use incoming::Incoming;
pub use lane::Lane;
pub(crate) use segment::Place;
pub use standing::Standing;

use crate::{Batch, ForwardError, files};

/// Most lanes of a queue.
const LANES_MAX: u32 = 64;

/// How large a queue may become, and what is taken out at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueOptions {
    /// How many ways lead out at the same time; 1 to 64.
    pub lanes: u32,
    /// Most bytes on disk; the oldest samples are dropped when there are more.
    pub bytes_max: u64,
    /// Samples that waited longer are dropped. Milliseconds.
    pub age_ms_max: i64,
    /// Most samples of a batch; a single append of more is cut.
    pub batch_samples_max: usize,
}

/// 4 lanes, 1 GiB, 3 days, 2,000 samples.
impl Default for QueueOptions {
    fn default() -> Self {
        Self { lanes: 4, bytes_max: 1 << 30, age_ms_max: 3 * 86_400_000, batch_samples_max: 2_000 }
    }
}

/// A queue in one folder, for one process.
///
/// A series always goes by the same lane. Each lane is emptied by one sender: [`Queue::next`],
/// send, [`Queue::acknowledge`], and again.
#[derive(Debug)]
pub struct Queue {
    dir: PathBuf,
    inner: RwLock<Inner>,
    /// How many appends are done, and one for what was there at the opening.
    appended: AtomicU64,
    durable: Mutex<Durable>,
    durable_more: Condvar,
}

/// Stands for an append that will be on stable storage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

/// What has been brought to stable storage.
#[derive(Debug, Default)]
struct Durable {
    /// So many appends.
    appended: u64,
    /// Somebody is at it, for all who have come before he began.
    busy: bool,
}

#[derive(Debug)]
struct Inner {
    options: QueueOptions,
    /// Those of earlier numbers of lanes first; the last `options.lanes` take samples in.
    lanes: Vec<Arc<Lane>>,
}

impl Queue {
    /// Opens the queue in `dir`, which is made if it is not there.
    ///
    /// Errors: [`ForwardError`]; a torn or damaged record is none, but counted.
    pub fn open(dir: &Path, options: QueueOptions) -> Result<Self, ForwardError> {
        files::create_dir(dir).map_err(ForwardError::io("create", dir))?;
        let inner = RwLock::new(Inner { options, lanes: known_lanes(dir)? });
        let queue = Self {
            dir: dir.to_path_buf(),
            inner,
            // What is there already counts as the first: whoever put it in may have ended before
            // it was synced.
            appended: AtomicU64::new(1),
            durable: Mutex::default(),
            durable_more: Condvar::new(),
        };
        queue.apply(options)?;
        Ok(queue)
    }

    /// Applies other options from now on; what is in the queue stays there.
    ///
    /// Senders must ask for the lanes anew. Errors: [`ForwardError`].
    pub fn apply(&self, options: QueueOptions) -> Result<(), ForwardError> {
        let options = QueueOptions { lanes: options.lanes.clamp(1, LANES_MAX), ..options };
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let newest = inner.lanes.last().map_or(0, |lane| lane.generation);
        let current = inner.lanes.iter().filter(|lane| lane.generation == newest).count();
        if current != options.lanes as usize {
            let generation = newest + 1;
            let opened = (0..options.lanes).map(|number| {
                let dir = self.dir.join(format!("{generation:06}-{number:02}"));
                Lane::open(dir, generation).map(Arc::new)
            });
            // All of them or none: samples go to as many as the options say.
            let opened = opened.collect::<Result<Vec<_>, _>>()?;
            inner.lanes.extend(opened);
        }
        inner.options = options;
        let newest = inner.lanes.last().map_or(0, |lane| lane.generation);
        let gone = |lane: &Arc<Lane>| lane.generation != newest && lane.log().is_drained();
        for lane in inner.lanes.iter().filter(|lane| gone(lane)) {
            lane.log().remove()?;
        }
        inner.lanes.retain(|lane| !gone(lane));
        Ok(())
    }

    /// The lanes; each wants a sender of its own.
    #[must_use]
    pub fn lanes(&self) -> Vec<Arc<Lane>> {
        self.read().1
    }

    /// Puts samples in. Those of a series keep their order; an exemplar goes with the last sample
    /// of its series that is put in with it, and not without one. Returns what to wait for stable
    /// storage with.
    ///
    /// `now_ms`: milliseconds since 1970. Errors: the disk refuses; how many samples are lost by
    /// that is counted in [`Standing::dropped_disk`].
    pub fn append(&self, now_ms: i64, incoming: Incoming<'_>) -> Result<Ticket, ForwardError> {
        // Held to the end, so that no lane is closed in between.
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let Inner { options, lanes } = &*inner;
        let current = &lanes[lanes.len().saturating_sub(options.lanes as usize)..];
        let mut first_error = Ok(());
        let parts = incoming.parts(current.len(), options.batch_samples_max);
        for (lane, pieces) in current.iter().zip(&parts) {
            for piece in pieces {
                let bytes_max = options.bytes_max / u64::from(options.lanes);
                let put = lane.log().append(now_ms, piece, bytes_max);
                first_error = first_error.and(put);
            }
        }
        // Counted when it is done: who brings so many appends to stable storage finds them all.
        let ticket = Ticket(self.appended.fetch_add(1, Ordering::AcqRel) + 1);
        first_error.map(|()| ticket)
    }

    /// Returns when an append, and all before it, are on stable storage.
    ///
    /// Of many who wait at once one does it for all. Errors: the disk refuses.
    pub fn make_durable(&self, ticket: Ticket) -> Result<(), ForwardError> {
        let mut durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
        while durable.busy && durable.appended < ticket.0 {
            let waited = self.durable_more.wait(durable);
            durable = waited.unwrap_or_else(PoisonError::into_inner);
        }
        if durable.appended >= ticket.0 {
            return Ok(());
        }
        durable.busy = true;
        drop(durable);
        let appended = self.appended.load(Ordering::Acquire);
        let done = self.each_lane(Lane::sync);
        let mut durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
        durable.busy = false;
        if done.is_ok() {
            durable.appended = durable.appended.max(appended);
        }
        self.durable_more.notify_all();
        done
    }

    /// As [`Queue::make_durable`] for all that has been appended until now.
    pub fn make_all_durable(&self) -> Result<(), ForwardError> {
        self.make_durable(Ticket(self.appended.load(Ordering::Acquire)))
    }

    /// The next batch of a lane, which is the last one again until it is acknowledged.
    ///
    /// `None` when there is nothing, or when lanes of an earlier number are not empty yet.
    /// Errors: the disk refuses to read, or to remove a file that is done with.
    pub fn next(&self, lane: &Lane, now_ms: i64) -> Result<Option<Batch>, ForwardError> {
        let (options, lanes) = self.read();
        let waits =
            |other: &Arc<Lane>| other.generation < lane.generation && !other.log().is_drained();
        if lanes.iter().any(waits) {
            return Ok(None);
        }
        let oldest_ms = now_ms.saturating_sub(options.age_ms_max);
        lane.log().next(oldest_ms, options.batch_samples_max)
    }

    /// Forgets a batch: the far side has it, or will never take it.
    ///
    /// Errors: the disk refuses to remove a file that is done with. That the batch is forgotten it
    /// may refuse to note, which [`Queue::sync`] tells: then it may be sent again after a restart.
    pub fn acknowledge(&self, lane: &Lane, batch: &Batch) -> Result<(), ForwardError> {
        lane.log().acknowledge(batch)
    }

    /// Tells whether all that has been appended is on stable storage.
    #[must_use]
    pub fn is_durable(&self) -> bool {
        let durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner).appended;
        durable >= self.appended.load(Ordering::Acquire)
    }

    /// Brings everything to stable storage, what was acknowledged too; returns at once when
    /// nothing is new.
    ///
    /// What the disk refused to note of batches it is told again. Errors: the disk refuses.
    pub fn sync(&self) -> Result<(), ForwardError> {
        // Not beside one that is under way, which has taken in hand what is new.
        let done = self.make_all_durable();
        done.and(self.each_lane(Lane::sync_cursor))
    }

    /// Each, also when the disk refuses one.
    fn each_lane(
        &self,
        sync: impl Fn(&Lane) -> Result<(), ForwardError>,
    ) -> Result<(), ForwardError> {
        self.lanes().iter().map(|lane| sync(lane)).fold(Ok(()), Result::and)
    }

    /// Removes everything from the disk. Errors: the system's.
    pub fn remove(&self) -> Result<(), ForwardError> {
        match fs::remove_dir_all(&self.dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(ForwardError::io("remove", &self.dir)(error))
            }
            _ => Ok(()),
        }
    }

    /// How much waits and what was dropped since the queue was opened.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let lanes = self.lanes();
        lanes.iter().map(|lane| lane.log().standing()).fold(Standing::default(), Standing::plus)
    }

    fn read(&self) -> (QueueOptions, Vec<Arc<Lane>>) {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        (inner.options, inner.lanes.clone())
    }
}

/// The lanes whose folders are there, by generation and number.
fn known_lanes(dir: &Path) -> Result<Vec<Arc<Lane>>, ForwardError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(ForwardError::io("list", dir))? {
        let path = entry.map_err(ForwardError::io("list", dir))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let numbers = name.split_once('-').and_then(|(generation, number)| {
            Some((generation.parse::<u64>().ok()?, number.parse::<u32>().ok()?))
        });
        if let Some((generation, number)) = numbers {
            found.push((generation, number, path));
        }
    }
    found.sort();
    let open = |(generation, _, path)| Lane::open(path, generation).map(Arc::new);
    found.into_iter().map(open).collect()
}
