//! What runs when: in memory, on the clock that nobody can set.
//!
//! * `board`: every check with its status and the moment it is due; no async, no I/O.
//! * `launch`: runs one check within its bounds.
//! * `sync`: follows the journal, so that every change of a check takes effect without a restart.
//! * `record`: keeps statuses, and writes the facts about certain states.
//! * `share`: which checks run on this server, when there are several.
//! * `samples`: brings what was measured to the series.

mod board;
mod launch;
mod record;
mod samples;
mod share;
mod sync;

pub(crate) use board::{Asked, Board, Ended, Entry};
pub(crate) use launch::Permits;
pub(crate) use samples::{SampleQueue, samples_of};
pub use share::Share;
pub(crate) use share::Sharing;
