//! Who notices that we are dead: a watcher outside whose address is asked as long as everything
//! works, and a heartbeat that has to arrive where people are told.

mod chain;
mod fact;
mod heartbeat;
mod outside;

pub(crate) use chain::{Signs, breaks};
pub(crate) use fact::{
    HeartbeatChanged, OutsideWatcherChanged, OutsideWatcherResumed, OutsideWatcherStopped,
};
pub(crate) use heartbeat::{Beat, Heartbeat, HeartbeatState};
pub(crate) use outside::{Method, OutsideDraft, OutsideState, OutsideWatcher};

/// Begins the subject of an alert about our own being heard.
const WATCHDOG_PREFIX: &str = "watchdog:";
/// The alert that a heartbeat does not arrive.
pub(crate) const HEARTBEAT_SUBJECT: &str = "watchdog:heartbeat";
/// The alert that the watcher outside cannot be reached.
pub(crate) const OUTSIDE_SUBJECT: &str = "watchdog:outside";

/// Whether a subject is our own being heard.
pub(crate) fn is_watchdog(subject: &str) -> bool {
    subject.starts_with(WATCHDOG_PREFIX)
}
