//! Exemplars, as far as the caller may see their series.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{Caller, Fault};
use tsdb::{Exemplar, Labels, Selector, TimeRange};

use crate::Prometheus;

impl Prometheus {
    /// The exemplars in `range` of the series that match one of `selectors`, by labels, each
    /// oldest first.
    ///
    /// Errors: database faults.
    pub(crate) async fn exemplars(
        &self,
        caller: &Caller,
        selectors: Vec<Selector>,
        range: TimeRange,
    ) -> Result<BTreeMap<Labels, Vec<Exemplar>>, Fault> {
        let seen = self.inner.probe.seen_series(caller).await?;
        let mut widened = Vec::with_capacity(selectors.len());
        for selector in selectors {
            widened.push(seen.widened(selector).await?);
        }
        let store = Arc::clone(&self.inner.store);
        let work = move || {
            let mut found = BTreeMap::new();
            for selector in &widened {
                found.extend(store.exemplars(selector, range));
            }
            found
        };
        let found = tokio::task::spawn_blocking(work).await.map_err(Fault::internal)?;
        let labels: Vec<Labels> = found.keys().cloned().collect();
        let Some(shown) = seen.shown_as(&labels).await? else { return Ok(found) };
        let mut all: BTreeMap<Labels, Vec<Exemplar>> = BTreeMap::new();
        for (exemplars, shown) in found.into_values().zip(shown) {
            if let Some(labels) = shown {
                let of_series = all.entry(labels).or_default();
                of_series.extend(exemplars);
                of_series.sort_by_key(|exemplar| exemplar.at_ms);
            }
        }
        Ok(all)
    }
}
