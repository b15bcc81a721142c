//! Series that several stores have, collected before the engine works on them.

use std::{collections::HashMap, ops::ControlFlow};

use promql::Samples;
use tsdb::{Column, Labels, Points, SelectLimits, Selector, SeriesStore, TimeRange, TsdbError};

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
    /// Floats and native histograms from `wider`. Errors: more than the limits allow.
    pub(super) fn of(
        wider: &dyn SeriesStore,
        (selector, range): (&Selector, TimeRange),
        limits: &SelectLimits,
    ) -> Result<Self, TsdbError> {
        let mut found = Self::default();
        let mut apart = Vec::new();
        wider.select_whole(selector, range, limits, &mut |column, histograms| {
            if !histograms.is_empty() {
                apart.push((column.labels.clone(), histograms));
            }
            if !column.values.is_empty() {
                found.add(column);
            }
            ControlFlow::Continue(())
        })?;
        if apart.is_empty() {
            return Ok(found);
        }
        let known: HashMap<Labels, usize> = found.labels.iter().cloned().zip(0..).collect();
        for (labels, histograms) in apart {
            let place = known.get(&labels).copied().unwrap_or_else(|| {
                found.add(Column { labels, times: [].into(), values: Vec::new() });
                found.labels.len() - 1
            });
            // Where floats lie between histograms says whether a counter went on.
            let times = found.columns[place].times.to_vec();
            let points = Points { times, values: Vec::new(), histograms };
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
