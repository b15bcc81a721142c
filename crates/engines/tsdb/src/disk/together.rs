//! Takes in and gives out floats, native histograms and what is told about series together.

use super::{DiskStore, query::hand_out};
use crate::{
    Column, Exemplar, HistogramPoint, Labels, Metadata, Points, SelectLimits, Selector, TimeRange,
    TsdbError,
};
use std::ops::ControlFlow;

impl DiskStore {
    /// Keeps exemplars and what is said of metrics; tells how many exemplars were news. What fails
    /// is said in the log alone: the samples beside them are stored.
    pub fn keep_notes(
        &self,
        exemplars: Vec<(Labels, Exemplar)>,
        metadata: Vec<(String, Metadata)>,
    ) -> u64 {
        if !metadata.is_empty()
            && let Err(error) = self.set_metadata(metadata)
        {
            tracing::error!("failed to store what was said of metrics: {error}");
        }
        if exemplars.is_empty() {
            return 0;
        }
        self.append_exemplars(exemplars).unwrap_or_else(|error| {
            tracing::error!("failed to store exemplars: {error}");
            0
        })
    }

    pub(super) fn answer_whole(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
        sink: &mut dyn FnMut(Column, Vec<HistogramPoint>) -> ControlFlow<()>,
    ) -> Result<(), TsdbError> {
        let selection = self.selection(selector, range, limits)?;
        let mut flow = ControlFlow::Continue(());
        hand_out(&selection, limits, &mut |column| {
            flow = sink(column, Vec::new());
            flow
        })?;
        let mut points = Points::default();
        for at in (0..selection.len()).filter(|at| selection.has_histograms(*at)) {
            if flow.is_break() {
                break;
            }
            selection.read_into(at, &mut points);
            let histograms = std::mem::take(&mut points.histograms);
            if !histograms.is_empty() {
                let labels = selection.labels(at).clone();
                let column = Column { labels, times: [].into(), values: Vec::new() };
                flow = sink(column, histograms);
            }
        }
        Ok(())
    }
}
