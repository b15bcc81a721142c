//! What series hold, as far as the caller may see them.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{Caller, Fault};
use tsdb::{DiskStore, HistogramPoint, Labels, Point, Points, Selector, TimeRange, TsdbError};

use crate::{
    Prometheus,
    listing::{LIMITS, fault_of},
};

/// Most native histograms that are read for one answer.
const HISTOGRAMS_MAX: usize = 200_000;

/// What a series holds.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) points: Vec<Point>,
    pub(crate) histograms: Vec<HistogramPoint>,
}

impl Prometheus {
    /// The series that match, with what they hold in `range`.
    ///
    /// Errors: more than the limits allow; database faults.
    pub(crate) async fn held(
        &self,
        caller: &Caller,
        selector: Selector,
        range: TimeRange,
    ) -> Result<BTreeMap<Labels, Held>, Fault> {
        let seen = self.inner.probe.seen_series(caller).await?;
        let selector = seen.widened(selector).await?;
        let (wider, here) = (Arc::clone(&self.inner.series), Arc::clone(&self.inner.store));
        let work = move || {
            let floats = wider.select(&selector, range, &LIMITS)?;
            Ok((floats, histograms(&here, &selector, range)?))
        };
        let work = move || work().map_err(fault_of);
        let (floats, histograms) =
            tokio::task::spawn_blocking(work).await.map_err(Fault::internal)??;
        let mut all: BTreeMap<Labels, Held> = BTreeMap::new();
        for series in seen.shown(floats).await? {
            all.entry(series.labels).or_default().points = series.points;
        }
        let (labels, histograms): (Vec<Labels>, Vec<_>) = histograms.into_iter().unzip();
        let shown = seen.shown_as(&labels).await?;
        let shown = shown.unwrap_or_else(|| labels.into_iter().map(Some).collect());
        for (labels, histograms) in shown.into_iter().zip(histograms) {
            if let Some(labels) = labels {
                all.entry(labels).or_default().histograms.extend(histograms);
            }
        }
        for held in all.values_mut() {
            held.histograms.sort_by_key(|point| point.at_ms);
            held.histograms.dedup_by_key(|point| point.at_ms);
        }
        Ok(all)
    }
}

/// The native histograms, which are kept here alone. Errors: more than the limits allow.
fn histograms(
    store: &DiskStore,
    selector: &Selector,
    range: TimeRange,
) -> Result<Vec<(Labels, Vec<HistogramPoint>)>, TsdbError> {
    let selection = store.selection(selector, range, &LIMITS)?;
    let (mut found, mut count) = (Vec::new(), 0);
    for at in (0..selection.len()).filter(|at| selection.has_histograms(*at)) {
        let mut points = Points::default();
        selection.read_into(at, &mut points);
        count += points.histograms.len();
        if count > HISTOGRAMS_MAX {
            return Err(TsdbError::TooManyPoints { limit: HISTOGRAMS_MAX });
        }
        found.push((selection.labels(at).clone(), points.histograms));
    }
    Ok(found)
}
