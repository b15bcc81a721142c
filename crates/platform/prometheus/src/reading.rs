//! What series hold, as far as the caller may see them.

use std::{collections::BTreeMap, ops::ControlFlow, sync::Arc};

use kernel::{Caller, Fault};
use tokio::sync::OwnedSemaphorePermit;
use tsdb::{
    Column, HistogramPoint, Labels, Point, Selector, Series, SeriesStore, TimeRange, TsdbError,
};

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
    /// The series that match, with what they hold in `range`. The turn ends no sooner than the
    /// work, even if nobody waits for it.
    ///
    /// Errors: more than the limits allow; database faults.
    pub(crate) async fn held(
        &self,
        caller: &Caller,
        (selector, range): (Selector, TimeRange),
        turn: Arc<OwnedSemaphorePermit>,
    ) -> Result<BTreeMap<Labels, Held>, Fault> {
        let seen = self.inner.probe.seen_series(caller).await?;
        let selector = seen.widened(selector).await?;
        let wider = Arc::clone(&self.inner.series);
        let work = move || {
            let _turn = turn;
            whole(&*wider, &selector, range).map_err(fault_of)
        };
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

/// Series with their native histograms.
type Histograms = Vec<(Labels, Vec<HistogramPoint>)>;

/// Floats by labels, and native histograms. Errors: more than the limits allow.
fn whole(
    store: &dyn SeriesStore,
    selector: &Selector,
    range: TimeRange,
) -> Result<(Vec<Series>, Histograms), TsdbError> {
    let (mut floats, mut apart, mut count) = (Vec::new(), Vec::new(), 0);
    store.select_whole(selector, range, &LIMITS, &mut |column, histograms| {
        let Column { labels, times, values } = column;
        count += histograms.len();
        if !histograms.is_empty() {
            apart.push((labels.clone(), histograms));
        }
        if !values.is_empty() {
            let points = times.iter().zip(values);
            let points = points.map(|(at_ms, value)| Point { at_ms: *at_ms, value }).collect();
            floats.push(Series { labels, points });
        }
        if count > HISTOGRAMS_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    if count > HISTOGRAMS_MAX {
        return Err(TsdbError::TooManyPoints { limit: HISTOGRAMS_MAX });
    }
    floats.sort_unstable_by(|a, b| a.labels.cmp(&b.labels));
    Ok((floats, apart))
}
