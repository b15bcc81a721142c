//! Answers questions from blocks and head.

use super::DiskStore;
use crate::block::Block;
use crate::head::{ByLabels, View};
use crate::locks::read;
use crate::selection::{Picked, Selection};
use crate::{Column, Labels, Point, SelectLimits, Selector, Series, TimeRange, TsdbError};
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

impl DiskStore {
    /// Shows the matching series as they are now, in no order; their points are read later.
    ///
    /// Errors: more series than `limits` allow; points are not counted here.
    pub fn selection(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Selection, TsdbError> {
        let mut selection = self.selection_of_head(selector, range, limits)?;
        let mut known: ByLabels<usize> = ByLabels::default();
        let overlapping = selection.blocks.iter().any(|block| block.span.overlaps(&range));
        if overlapping {
            let numbered = selection.labels.iter().enumerate();
            known = numbered.map(|(at, labels)| (labels.clone(), at)).collect();
        }
        for (number, block) in selection.blocks.iter().enumerate() {
            let (found, labels) = match self.matching(block, selector, range) {
                Ok(matching) => matching,
                Err(error) => {
                    self.note(error);
                    continue;
                }
            };
            for (series, labels) in found.into_iter().zip(labels) {
                let at = *known.entry(labels).or_insert_with_key(|labels| {
                    selection.labels.push(labels.clone());
                    selection.series.push(Picked::default());
                    selection.series.len() - 1
                });
                selection.series[at].blocks.push((number as u32, series));
            }
        }
        if selection.series.len() > limits.series_max {
            self.drop_pointless(&mut selection, limits)?;
        }
        Ok(selection)
    }

    pub(super) fn matching(
        &self,
        block: &Block,
        selector: &Selector,
        range: TimeRange,
    ) -> Result<(Vec<u32>, Vec<Labels>), TsdbError> {
        let found = block.matching(selector, range)?;
        let labels = block.labels_of(&found, &self.interner)?;
        Ok((found, labels))
    }

    /// What memory holds, and the blocks of the same moment.
    fn selection_of_head(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Selection, TsdbError> {
        let state = read(&self.state);
        let head = &state.head;
        let mut matching = head.matching(selector);
        matching.retain(|series| head.touches(*series, range));
        if matching.len() > limits.series_max {
            return Err(TsdbError::TooManySeries { limit: limits.series_max });
        }
        let mut views: Vec<View> = Vec::new();
        let mut known: HashMap<u32, u32> = HashMap::new();
        let mut found = Vec::with_capacity(matching.len());
        let mut series = Vec::with_capacity(matching.len());
        for number in matching {
            let Some(labels) = head.labels(number) else { continue };
            let places = head.places(number, range);
            let view = *known.entry(places.group).or_insert_with(|| {
                views.push(head.view(places.group, range));
                views.len() as u32 - 1
            });
            found.push(labels.clone());
            series.push(Picked { blocks: Vec::new(), head: Some((view, places)) });
        }
        let (blocks, damages) = (state.blocks.clone(), Arc::clone(&self.damages));
        let (labels, readers) = (found, Mutex::default());
        Ok(Selection { labels, series, blocks, views, range, damages, readers })
    }

    /// More series match than are allowed: perhaps some have no points.
    fn drop_pointless(
        &self,
        selection: &mut Selection,
        limits: &SelectLimits,
    ) -> Result<(), TsdbError> {
        let mut reader = selection.reader();
        let mut full = Vec::new();
        for at in 0..selection.len() {
            full.push(!reader.read(at).times.is_empty());
            if full.iter().filter(|full| **full).count() > limits.series_max {
                return Err(TsdbError::TooManySeries { limit: limits.series_max });
            }
        }
        let (mut labels, mut series) = (full.iter(), full.iter());
        selection.labels.retain(|_| labels.next().is_none_or(|full| *full));
        selection.series.retain(|_| series.next().is_none_or(|full| *full));
        Ok(())
    }

    pub(super) fn note(&self, error: TsdbError) {
        if let Err(other) = self.damages.absorb(error) {
            tracing::warn!("series store: {other}");
        }
    }

    pub(super) fn answer_columns(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
        sink: &mut dyn FnMut(Column) -> ControlFlow<()>,
    ) -> Result<(), TsdbError> {
        let selection = self.selection(selector, range, limits)?;
        let mut reader = selection.reader();
        let mut points_left = limits.points_max;
        for at in 0..selection.len() {
            let column = reader.read(at);
            let left = points_left.checked_sub(column.times.len());
            points_left = left.ok_or(TsdbError::TooManyPoints { limit: limits.points_max })?;
            if !column.times.is_empty() && sink(column).is_break() {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn answer_select(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Series>, TsdbError> {
        let mut found: Vec<Series> = Vec::new();
        self.answer_columns(selector, range, limits, &mut |column| {
            let Column { labels, times, values } = column;
            let points = times.iter().zip(values);
            let points = points.map(|(at_ms, value)| Point { at_ms: *at_ms, value }).collect();
            found.push(Series { labels, points });
            ControlFlow::Continue(())
        })?;
        found.sort_unstable_by(|a, b| a.labels.cmp(&b.labels));
        Ok(found)
    }

    pub(super) fn answer_series(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Labels>, TsdbError> {
        let (mut found, blocks) = {
            let state = read(&self.state);
            let matching = state.head.matching(selector);
            let touched = matching.into_iter().filter(|series| state.head.touches(*series, range));
            let labels = touched.filter_map(|series| state.head.labels(series).cloned());
            (labels.collect::<BTreeSet<Labels>>(), state.blocks.clone())
        };
        for block in blocks {
            match self.matching(&block, selector, range) {
                Ok((_, labels)) => found.extend(labels),
                Err(error) => self.note(error),
            }
            if found.len() > limits.series_max {
                break;
            }
        }
        if found.len() > limits.series_max {
            return Err(TsdbError::TooManySeries { limit: limits.series_max });
        }
        Ok(found.into_iter().collect())
    }

    pub(super) fn answer_names(
        &self,
        selector: Option<&Selector>,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<String>, TsdbError> {
        if let Some(selector) = selector {
            let series = self.answer_series(selector, range, limits)?;
            let names = series.iter().flat_map(Labels::iter).map(|(name, _)| name);
            return Ok(names.collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect());
        }
        let of_head =
            |state: &super::State| state.head.index().names().map(str::to_owned).collect();
        Ok(self.collect_texts(range, of_head, Block::label_names))
    }

    pub(super) fn answer_values(
        &self,
        name: &str,
        selector: Option<&Selector>,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<String>, TsdbError> {
        if let Some(selector) = selector {
            let series = self.answer_series(selector, range, limits)?;
            let values = series.iter().filter_map(|labels| labels.get(name));
            return Ok(values.collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect());
        }
        let of_head = |state: &super::State| {
            state.head.index().values(name).map(|(value, _)| value.to_owned()).collect()
        };
        Ok(self.collect_texts(range, of_head, |block| block.label_values(name)))
    }

    /// Texts from memory, if it reaches into the range, and from the blocks that do.
    fn collect_texts(
        &self,
        range: TimeRange,
        of_head: impl Fn(&super::State) -> BTreeSet<String>,
        of_block: impl Fn(&Block) -> Result<Vec<String>, TsdbError>,
    ) -> Vec<String> {
        let (mut found, blocks) = {
            let state = read(&self.state);
            let inside = state.head.span().is_some_and(|span| span.overlaps(&range));
            (if inside { of_head(&state) } else { BTreeSet::new() }, state.blocks.clone())
        };
        for block in blocks.iter().filter(|block| block.span.overlaps(&range)) {
            match of_block(block) {
                Ok(texts) => found.extend(texts),
                Err(error) => self.note(error),
            }
        }
        found.into_iter().collect()
    }
}
