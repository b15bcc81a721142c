//! One copy of each label set, shared by the head and all blocks.

use crate::Labels;
use crate::head::Ready;
use crate::locks::lock;
use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::sync::Mutex;

#[derive(Default)]
pub(crate) struct Interner {
    known: Mutex<HashSet<Labels, BuildHasherDefault<Ready>>>,
}

impl Interner {
    /// Returns the copy that everybody uses.
    pub(crate) fn shared(&self, labels: Labels) -> Labels {
        let mut known = lock(&self.known);
        if let Some(copy) = known.get(&labels) {
            return copy.clone();
        }
        known.insert(labels.clone());
        labels
    }

    /// Forgets label sets that nobody uses any more.
    pub(crate) fn sweep(&self) {
        let mut known = lock(&self.known);
        known.retain(|labels| !labels.is_sole());
        known.shrink_to_fit();
    }
}
