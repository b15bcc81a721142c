//! Brings what has been appended to stable storage: of those who wait, one does it for all.

use super::DiskStore;
use crate::locks::lock;
use crate::wal::{LogFile, Unsynced};
use crate::{Acknowledge, TsdbError};
use std::sync::{Condvar, Mutex, PoisonError};

/// Who brings the log to stable storage, and how far it has come.
#[derive(Default)]
pub(super) struct Syncs {
    progress: Mutex<Progress>,
    /// Told at the end of each sync.
    over: Condvar,
}

#[derive(Default)]
struct Progress {
    /// Up to which append everything is on stable storage.
    synced: u64,
    /// Somebody is at it.
    is_led: bool,
    /// How many syncs have failed.
    failures: u64,
    /// Up to which append the last of them was to lead.
    failed: u64,
}

/// Lets others lead when it is dropped.
struct Lead<'s>(&'s Syncs);

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        lock(&self.0.progress).is_led = false;
        self.0.over.notify_all();
    }
}

impl Syncs {
    /// Waits until an append is on stable storage, or until it is the caller's turn to lead.
    ///
    /// Who comes while a sync is under way that began before its append goes on with the next one,
    /// as do all the others that came meanwhile. Errors: a sync of that append failed.
    fn wait(&self, written: u64) -> Result<Option<Lead<'_>>, TsdbError> {
        let mut progress = lock(&self.progress);
        let failures = progress.failures;
        loop {
            if progress.synced >= written {
                return Ok(None);
            }
            if progress.failures > failures && progress.failed >= written {
                return Err(TsdbError::NotSynced);
            }
            if !progress.is_led {
                progress.is_led = true;
                return Ok(Some(Lead(self)));
            }
            progress = self.over.wait(progress).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Says that everything up to an append is on stable storage.
    pub(super) fn reached(&self, written: u64) {
        let mut progress = lock(&self.progress);
        progress.synced = progress.synced.max(written);
        self.over.notify_all();
    }

    fn failed(&self, written: u64) {
        let mut progress = lock(&self.progress);
        progress.failures += 1;
        progress.failed = progress.failed.max(written);
    }
}

impl DiskStore {
    /// Forces what has been appended to stable storage; returns at once if nothing is new.
    ///
    /// Whoever waits for an append goes on then. Appending goes on meanwhile. When the log has
    /// grown long, memory is saved and the log begun anew. Errors: the system's; the samples then
    /// count as not synced.
    pub fn sync(&self) -> Result<(), TsdbError> {
        let written = lock(&self.wal).written();
        self.wait_synced(written)?;
        self.recount_if_full();
        if self.has_grown() { self.checkpoint_if_idle() } else { Ok(()) }
    }

    /// Tells whether [`DiskStore::sync`] has something to do.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        let written = lock(&self.wal).written();
        lock(&self.syncs.progress).synced < written || self.has_grown()
    }

    fn has_grown(&self) -> bool {
        lock(&self.wal).bytes() >= self.options.checkpoint_bytes
    }

    /// Returns when all that has been appended so far counts as taken, as the tuning has it.
    pub(super) fn wait_acknowledged(&self) -> Result<(), TsdbError> {
        match self.tuning().acknowledge {
            Acknowledge::Written => Ok(()),
            Acknowledge::Synced => {
                let written = lock(&self.wal).written();
                self.wait_synced(written)
            }
        }
    }

    /// Returns when an append is on stable storage. Errors: the sync failed that it was a part of.
    pub(super) fn wait_synced(&self, written: u64) -> Result<(), TsdbError> {
        let Some(lead) = self.syncs.wait(written)? else { return Ok(()) };
        let (unsynced, written) = {
            let mut wal = lock(&self.wal);
            (wal.take_unsynced(), wal.written())
        };
        let done = match unsynced {
            Unsynced::Nothing => Ok(()),
            Unsynced::Log(log) => self.sync_log(&log),
            // After a sync that failed the system may have let go of what it could not write, and
            // the next one says nothing about it.
            Unsynced::Memory => self.checkpoint(),
        };
        match &done {
            Ok(()) => self.syncs.reached(written),
            Err(_) => self.syncs.failed(written),
        }
        drop(lead);
        done
    }

    fn sync_log(&self, log: &LogFile) -> Result<(), TsdbError> {
        let synced = log.sync();
        let mut wal = lock(&self.wal);
        match synced {
            Err(error) => {
                wal.doubt(log);
                Err(error)
            }
            // It may have been told to whoever ended the segment meanwhile.
            Ok(()) if wal.is_doubtful() => Err(TsdbError::NotSynced),
            Ok(()) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::files::fault;
    use crate::{
        DiskStore, Labels, Options, Sample, SelectLimits, Selector, SeriesStore, TimeRange,
    };
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Arc, Barrier, mpsc};
    use std::{fs, thread};

    const WRITERS: i64 = 8;

    fn sample(writer: i64) -> Sample {
        let labels = Labels::new("m", [("writer", writer.to_string())]).unwrap();
        Sample { labels, at_ms: writer, value: 1.0 }
    }

    #[test]
    fn one_sync_serves_all_who_wait() {
        let dir = tempfile::tempdir().unwrap();
        let store = DiskStore::open(dir.path(), Options::default()).unwrap();
        let (syncs, written) = (Arc::new(AtomicU32::new(0)), Barrier::new(WRITERS as usize));
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (store, syncs, written) = (&store, &syncs, &written);
                scope.spawn(move || {
                    fault::count_syncs(syncs);
                    store.append(&[sample(writer)]).unwrap();
                    written.wait();
                    store.acknowledge().unwrap();
                });
            }
        });
        assert_eq!(syncs.load(Ordering::SeqCst), 1);
        assert!(!store.is_dirty());
    }

    #[test]
    fn who_comes_while_a_sync_is_under_way_appends_and_shares_the_next_one() {
        let dir = tempfile::tempdir().unwrap();
        let store = DiskStore::open(dir.path(), Options::default()).unwrap();
        let syncs = Arc::new(AtomicU32::new(0));
        let ((begun, has_begun), (let_go, go_on)) = (mpsc::channel(), mpsc::channel());
        let (appended, have_appended) = mpsc::channel();
        thread::scope(|scope| {
            let (store, syncs) = (&store, &syncs);
            scope.spawn(move || {
                fault::count_syncs(syncs);
                fault::hold_sync((begun, go_on));
                store.append(&[sample(0)]).unwrap();
                store.acknowledge().unwrap();
            });
            has_begun.recv().unwrap();
            for writer in 1..WRITERS {
                let appended = appended.clone();
                scope.spawn(move || {
                    fault::count_syncs(syncs);
                    store.append(&[sample(writer)]).unwrap();
                    appended.send(()).unwrap();
                    store.acknowledge().unwrap();
                });
            }
            // Nobody has to wait for the disk to append.
            (1..WRITERS).for_each(|_| have_appended.recv().unwrap());
            assert!(store.is_dirty());
            let_go.send(()).unwrap();
        });
        assert_eq!(syncs.load(Ordering::SeqCst), 2);
        assert!(!store.is_dirty());
    }

    /// The system may let go of what it could not write, and a second sync that succeeds says
    /// nothing about it.
    #[test]
    fn after_a_sync_that_failed_memory_is_saved_instead() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let store = DiskStore::open(dir.path(), Options::default()).unwrap();
        store.append(&[sample(1)]).unwrap();
        fault::fail_after(Some(0));
        assert!(store.acknowledge().is_err());
        assert!(store.is_dirty());
        fault::fail_after(None);
        store.acknowledge().unwrap();
        assert!(!store.is_dirty());
        // Without the log, which could not be relied on.
        fs::create_dir(other.path().join("head")).unwrap();
        for entry in fs::read_dir(dir.path().join("head")).unwrap() {
            let path = entry.unwrap().path();
            let to = other.path().join("head").join(path.file_name().unwrap());
            fs::copy(path, to).unwrap();
        }
        let copy = DiskStore::open(other.path(), Options::default()).unwrap();
        let limits = SelectLimits::default();
        let found = copy.select(&Selector::everything(), TimeRange::ALL, &limits).unwrap();
        assert_eq!(found.len(), 1);
        store.append(&[sample(2)]).unwrap();
        store.acknowledge().unwrap();
    }

    #[test]
    fn a_segment_ends_under_those_who_wait_and_all_of_it_is_synced() {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { wal_segment_bytes: 100, ..Options::default() };
        let store = DiskStore::open(dir.path(), options).unwrap();
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let store = &store;
                scope.spawn(move || {
                    for step in 0..20 {
                        let one = Sample { at_ms: step * 1_000, ..sample(writer) };
                        store.append(&[one]).unwrap();
                        store.acknowledge().unwrap();
                    }
                });
            }
        });
        assert!(!store.is_dirty());
    }
}
