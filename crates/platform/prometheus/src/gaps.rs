//! What the answers of stores elsewhere are missing.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use tsdb::SeriesStore;

use crate::prometheus::Inner;

/// Takes what an answer is missing, in a sentence.
pub type Told = Arc<dyn Fn(String) + Send + Sync>;

/// Gives the samples as everybody sees them, by a store that says what its answers are missing.
pub type Telling = Arc<dyn Fn(Told) -> Arc<dyn SeriesStore> + Send + Sync>;

/// So many are told of one question.
const TOLD_MAX: usize = 10;

/// What is missing in the answer to one question.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gaps(Arc<Mutex<BTreeSet<String>>>);

impl Gaps {
    /// The store to ask: what it cannot answer is told here.
    pub(crate) fn store(&self, inner: &Inner) -> Arc<dyn SeriesStore> {
        let Some(telling) = &inner.telling else { return Arc::clone(&inner.series) };
        let gaps = Arc::clone(&self.0);
        telling(Arc::new(move |gap| {
            let mut gaps = gaps.lock().unwrap_or_else(PoisonError::into_inner);
            if gaps.len() < TOLD_MAX {
                gaps.insert(gap);
            }
        }))
    }

    /// All of them, each once.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
