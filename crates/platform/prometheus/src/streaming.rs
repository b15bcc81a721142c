//! What series hold, handed out one series after the other as far as the caller may see them: of
//! all of it no more is in memory than one of them.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{Caller, Fault};
use tsdb::{Labels, Points, SelectLimits, Selection, Selector, TimeRange};

use crate::{
    Prometheus,
    listing::{LIMITS, fault_of},
};

/// Series that were found, to be read one by one.
pub(crate) struct Found {
    selection: Selection,
    /// By the labels that they are shown under, sorted: where their parts lie among those found.
    series: Vec<(Labels, Vec<usize>)>,
    room: Points,
}

impl Prometheus {
    /// The series that match and may have samples in `range`; nothing where that is no way to read
    /// them: where other stores have samples too, or native histograms are among them.
    ///
    /// Errors: more series than the limits allow; database faults.
    pub(crate) async fn found(
        &self,
        caller: &Caller,
        selector: Selector,
        range: TimeRange,
    ) -> Result<Option<Found>, Fault> {
        let seen = self.inner.probe.seen_series(caller).await?;
        let selector = seen.widened(selector).await?;
        if !self.inner.reads_alone(&selector, range) {
            return Ok(None);
        }
        let store = Arc::clone(&self.inner.store);
        let limits = SelectLimits { points_max: usize::MAX, ..LIMITS };
        let work = move || {
            let selection = store.selection(&selector, range, &limits).map_err(fault_of)?;
            let plain = (0..selection.len()).all(|at| !selection.has_histograms(at));
            Ok::<_, Fault>(plain.then_some(selection))
        };
        let found = tokio::task::spawn_blocking(work).await.map_err(Fault::internal)??;
        let Some(selection) = found else { return Ok(None) };
        let shown = seen.shown_as(selection.label_sets()).await?;
        let shown =
            shown.unwrap_or_else(|| selection.label_sets().iter().cloned().map(Some).collect());
        let mut series: BTreeMap<Labels, Vec<usize>> = BTreeMap::new();
        for (place, shown) in shown.into_iter().enumerate() {
            let Some(labels) = shown else { continue };
            let own = labels == *selection.labels(place);
            let places = series.entry(labels).or_default();
            // Of two values of one moment that of the series that bears the labels counts.
            places.insert(if own { 0 } else { places.len() }, place);
        }
        let series = series.into_iter().collect();
        Ok(Some(Found { selection, series, room: Points::default() }))
    }
}

impl Found {
    /// How many series there are.
    pub(crate) fn len(&self) -> usize {
        self.series.len()
    }

    /// The labels of one of them, and its samples by time. To be asked where nobody waits for the
    /// thread: it reads from the disk.
    pub(crate) fn read(&mut self, at: usize) -> (&Labels, Vec<(i64, f64)>) {
        let (labels, places) = &self.series[at];
        let mut points: Vec<(i64, f64)> = Vec::new();
        for place in places {
            self.selection.read_into(*place, &mut self.room);
            points.extend(self.room.times.iter().copied().zip(self.room.values.drain(..)));
            self.room.times.clear();
        }
        if places.len() > 1 {
            points.sort_by_key(|(at_ms, _)| *at_ms);
            points.dedup_by_key(|(at_ms, _)| *at_ms);
        }
        (labels, points)
    }
}
