//! What tests need: a clock that stands still until it is told to move, ids that can be foreseen,
//! records that are thrown away, and a client that calls routes as anybody. Never shipped.

mod client;
mod clock;
mod records;

pub use client::{Answer, Client, StandInGate, stack};
pub use clock::{ManualClock, ManualTimer, SeededIds};
pub use records::{TemporaryDb, temporary_db};
