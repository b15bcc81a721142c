//! Anchors: places outside that remember checkpoints, and one that gets every fact.

mod runner;
mod send;
mod store;
mod target;
mod tls;

pub use runner::{Anchors, Told};
pub use store::AnchorStatus;
pub(crate) use store::anchored_seq;
pub use target::{AnchorSettings, SyslogAddress, Transport, parse_url};
