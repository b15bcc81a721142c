//! What holds of the options now, and how that changes.

use super::DiskStore;
use crate::Tuning;
use crate::locks::{read, write};
use std::sync::Arc;

impl DiskStore {
    /// What holds now.
    #[must_use]
    pub fn tuning(&self) -> Arc<Tuning> {
        Arc::clone(&read(&self.tuning))
    }

    /// Lets this hold from now on: memory for what is appended next, the rest for the next
    /// [`DiskStore::maintain`].
    ///
    /// Memory that takes more than it may now is freed by the upkeep; nothing is taken in before.
    /// Series that a rule has let go of do not come back when they are to be kept for longer.
    pub fn tune(&self, tuning: Tuning) {
        *write(&self.tuning) = Arc::new(tuning);
    }
}
