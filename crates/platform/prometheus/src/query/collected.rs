//! Series that several stores have, collected before the engine works on them.

use std::{collections::HashMap, ops::ControlFlow};

use promql::Samples;
use tsdb::{
    Column, DiskStore, Labels, Points, SelectLimits, Selector, SeriesStore, TimeRange, TsdbError,
};

use super::source::put_histograms;

/// What was found.
#[derive(Default)]
pub(super) struct Collected {
    labels: Vec<Labels>,
    columns: Vec<Column>,
    /// By place of the series.
    histograms: HashMap<usize, Points>,
}

impl Collected {
    /// Floats from `wider`, and native histograms, which are kept `here` alone.
    ///
    /// Errors: more than the limits allow.
    pub(super) fn of(
        wider: &dyn SeriesStore,
        here: &DiskStore,
        (selector, range): (&Selector, TimeRange),
        limits: &SelectLimits,
    ) -> Result<Self, TsdbError> {
        let mut found = Self::default();
        wider.select_columns(selector, range, limits, &mut |column| {
            found.add(column);
            ControlFlow::Continue(())
        })?;
        let selection = here.selection(selector, range, limits)?;
        let mut known: Option<HashMap<Labels, usize>> = None;
        for at in (0..selection.len()).filter(|at| selection.has_histograms(*at)) {
            let mut points = Points::default();
            selection.read_into(at, &mut points);
            if points.histograms.is_empty() {
                continue;
            }
            let known =
                known.get_or_insert_with(|| found.labels.iter().cloned().zip(0..).collect());
            let labels = selection.labels(at).clone();
            let place = known.get(&labels).copied().unwrap_or_else(|| {
                found.add(Column { labels, times: [].into(), values: Vec::new() });
                found.labels.len() - 1
            });
            found.histograms.insert(place, points);
        }
        Ok(found)
    }

    fn add(&mut self, column: Column) {
        self.labels.push(column.labels.clone());
        self.columns.push(column);
    }

    pub(super) fn labels(&self) -> &[Labels] {
        &self.labels
    }

    /// Puts the samples of one of them behind those that are there.
    pub(super) fn put(&self, at: usize, into: &mut Samples) {
        if let Some(column) = self.columns.get(at) {
            into.times.extend_from_slice(&column.times);
            into.values.extend_from_slice(&column.values);
        }
        if let Some(points) = self.histograms.get(&at) {
            put_histograms(points, into);
        }
    }
}
