//! What is read of the very machine we run on.

mod listening;
mod process;
mod sockets;

pub use listening::{Listening, ListeningError, Transport, listening};
pub use process::ProcessIdentity;
