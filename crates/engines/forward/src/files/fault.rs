//! A disk that is full from a chosen step on, for the thread that asks. To take a file away never
//! needs room.

use std::{cell::Cell, io};

thread_local! {
    static STEPS_LEFT: Cell<Option<u32>> = const { Cell::new(None) };
    static STEPS_DONE: Cell<u32> = const { Cell::new(0) };
    static REHEARSES: Cell<bool> = const { Cell::new(false) };
}

/// From the step after so many on everything fails; none: nothing does. As nothing that lies
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

pub(super) fn full() -> io::Error {
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
    step().is_err().then_some(bytes / 2)
}
