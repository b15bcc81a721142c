//! The witness: this server remembers the checkpoints of other servers' journals, and says so when
//! one contradicts what it said before.

mod facts;
mod judge;
mod keep;
mod store;

pub use judge::Contradiction;
pub use keep::{JOURNAL_WITNESS, Receipt, Witness};
pub use store::{Witnessed, WitnessedJournal};
