//! Samples that the far side has not acknowledged, on disk.

mod cursor;
#[cfg(test)]
mod faults;
mod lane;
mod log;
mod number;
mod record;
mod segment;
mod standing;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use ::series::Sample;

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
        let queue = Self { dir: dir.to_path_buf(), inner };
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

    /// Puts samples in. Those of a series keep their order.
    ///
    /// `now_ms`: milliseconds since 1970. Errors: the disk refuses; how many samples are lost by
    /// that is counted in [`Standing::dropped_disk`].
    pub fn append(&self, now_ms: i64, samples: &[Sample]) -> Result<(), ForwardError> {
        // Held to the end, so that no lane is closed in between.
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        let Inner { options, lanes } = &*inner;
        let current = &lanes[lanes.len().saturating_sub(options.lanes as usize)..];
        let mut parts: Vec<Vec<&Sample>> = vec![Vec::new(); current.len()];
        for sample in samples {
            let at = sample.labels.xxh3() % current.len().max(1) as u64;
            if let Some(part) = parts.get_mut(usize::try_from(at).unwrap_or(0)) {
                part.push(sample);
            }
        }
        let mut first_error = Ok(());
        for (lane, part) in current.iter().zip(&parts) {
            for piece in part.chunks(options.batch_samples_max.max(1)) {
                let bytes_max = options.bytes_max / u64::from(options.lanes);
                let put = lane.log().append(now_ms, piece, bytes_max);
                first_error = first_error.and(put);
            }
        }
        first_error
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

    /// Brings everything to stable storage; returns at once when nothing is new.
    ///
    /// What the disk refused to note of batches it is told again. Errors: the disk refuses.
    pub fn sync(&self) -> Result<(), ForwardError> {
        let mut done = Ok(());
        for lane in self.lanes() {
            // Each, also when the disk refuses one.
            done = done.and(lane.sync());
        }
        done
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
