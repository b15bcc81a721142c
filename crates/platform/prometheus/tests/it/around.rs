//! A store around another, which tells what it is asked for before it answers.

use std::sync::Arc;

use tsdb::{
    Batch, BatchAppended, DiskStore, Labels, SelectLimits, Selector, Series, SeriesStore,
    StoreStats, TimeRange, TsdbError,
};

/// What it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Samples,
    Series,
}

pub(crate) struct Around {
    store: Arc<DiskStore>,
    asked: Box<dyn Fn(Asked) + Send + Sync>,
}

impl Around {
    pub(crate) fn telling(
        store: Arc<DiskStore>,
        asked: impl Fn(Asked) + Send + Sync + 'static,
    ) -> Arc<dyn SeriesStore> {
        Arc::new(Self { store, asked: Box::new(asked) })
    }
}

impl SeriesStore for Around {
    fn append_batch(&self, batch: &Batch<'_>) -> Result<BatchAppended, TsdbError> {
        self.store.append_batch(batch)
    }

    fn acknowledge(&self) -> Result<(), TsdbError> {
        self.store.acknowledge()
    }

    fn select(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Series>, TsdbError> {
        (self.asked)(Asked::Samples);
        self.store.select(selector, range, limits)
    }

    fn series(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Labels>, TsdbError> {
        (self.asked)(Asked::Series);
        self.store.series(selector, range, limits)
    }

    fn stats(&self) -> StoreStats {
        self.store.stats()
    }
}
