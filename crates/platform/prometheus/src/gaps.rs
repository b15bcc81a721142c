//! What the answers of stores elsewhere are missing.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
pub(crate) struct Gaps(Arc<Mutex<Missing>>);

#[derive(Debug, Default)]
struct Missing {
    texts: BTreeSet<String>,
    count: usize,
}

impl Gaps {
    /// The store to ask: what it cannot answer is told here.
    pub(crate) fn store(&self, inner: &Inner) -> Arc<dyn SeriesStore> {
        let Some(telling) = &inner.telling else { return Arc::clone(&inner.series) };
        let gaps = self.clone();
        telling(Arc::new(move |gap| {
            let mut missing = gaps.lock();
            missing.count += 1;
            if missing.texts.len() < TOLD_MAX {
                missing.texts.insert(gap);
            }
        }))
    }

    /// How often something was missing.
    pub(crate) fn count(&self) -> usize {
        self.lock().count
    }

    /// What was, each once.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.lock().texts.iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Missing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
