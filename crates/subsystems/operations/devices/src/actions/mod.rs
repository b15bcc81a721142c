//! What is done: opening the host, reading it, watching it.

mod clock_set;
mod host;
mod open;
mod read;
mod trial;
mod vigil;
mod watch;
mod watcher;

pub use host::{Host, HostParts, Progress};
pub use trial::{free_bytes, memory_bytes, trial_reading};
pub use vigil::{KnownHost, Vigil, VigilParts};
