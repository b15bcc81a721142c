//! A disk that fills up, a process that ends or power that goes, at a chosen step, for the thread
//! that asks.

mod power;

pub(super) use power::synced;
pub(crate) use power::{follow, power_cut};

use std::cell::{Cell, RefCell};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender};

thread_local! {
    static STEPS_LEFT: Cell<Option<u32>> = const { Cell::new(None) };
    static STEPS_DONE: Cell<u32> = const { Cell::new(0) };
    static REHEARSES: Cell<bool> = const { Cell::new(false) };
    static TRUSTS: Cell<bool> = const { Cell::new(false) };
    static SYNCS: RefCell<Option<Arc<AtomicU32>>> = const { RefCell::new(None) };
    static HOLD: RefCell<Option<Hold>> = const { RefCell::new(None) };
}

/// Told when the sync begins; it goes on when something comes back.
type Hold = (Sender<()>, Receiver<()>);

/// Counts from now on what this thread syncs.
pub(crate) fn count_syncs(count: &Arc<AtomicU32>) {
    SYNCS.set(Some(Arc::clone(count)));
}

/// Holds the next sync of this thread.
pub(crate) fn hold_sync(hold: Hold) {
    HOLD.set(Some(hold));
}

pub(super) fn syncing() {
    SYNCS.with_borrow(|count| {
        if let Some(count) = count {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    if let Some((begun, go_on)) = HOLD.take() {
        begun.send(()).unwrap();
        go_on.recv().unwrap();
    }
}

/// Lets this thread take every checksum for the right one, or look at them again.
pub(crate) fn trust(trusts: bool) {
    TRUSTS.set(trusts);
}

/// Whether this thread takes every checksum for the right one.
pub(super) fn trusts() -> bool {
    TRUSTS.get()
}

/// From the step after so many on, everything fails; none: nothing does. As nothing that lies
/// outside of this process ends, nothing is really synced from now on.
pub(crate) fn fail_after(steps: Option<u32>) {
    REHEARSES.set(true);
    STEPS_LEFT.set(steps);
    STEPS_DONE.set(0);
}

/// Whether nothing is really synced.
pub(super) fn rehearses() -> bool {
    REHEARSES.get()
}

/// Steps since [`fail_after`].
pub(crate) fn steps() -> u32 {
    STEPS_DONE.get()
}

pub(crate) fn full() -> io::Error {
    io::Error::from(io::ErrorKind::StorageFull)
}

pub(super) fn step() -> io::Result<()> {
    STEPS_DONE.set(STEPS_DONE.get() + 1);
    match STEPS_LEFT.get() {
        None => Ok(()),
        Some(0) => Err(full()),
        Some(left) => {
            STEPS_LEFT.set(Some(left - 1));
            Ok(())
        }
    }
}

/// How many of these bytes are written before the disk is full; none: all.
pub(super) fn part_of(bytes: usize) -> Option<usize> {
    let torn = STEPS_LEFT.get() == Some(0);
    match step() {
        Ok(()) => None,
        // The first write that fails leaves a part behind.
        Err(_) => Some(if torn { bytes / 2 } else { 0 }),
    }
}
