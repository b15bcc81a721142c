//! Answers questions from blocks and head.

use super::DiskStore;
use crate::block::Block;
use crate::head::View;
use crate::locks::read;
use crate::mixed::ByNumber;
use crate::rollup::Aggregate;
use crate::selection::{Known, Points, Selection};
use crate::{Column, Labels, Point, SelectLimits, Selector, Series, TimeRange, TsdbError};
use std::collections::BTreeSet;
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
        let (mut selection, blocks) = self.selection_of_head(selector, range, limits)?;
        self.add_blocks(&mut selection, blocks, selector);
        if selection.len() > limits.series_max {
            self.drop_pointless(&mut selection, limits)?;
        }
        Ok(selection)
    }

    /// Adds the matching series of blocks; what cannot be read is named.
    pub(super) fn add_blocks(
        &self,
        selection: &mut Selection,
        blocks: impl IntoIterator<Item = Arc<Block>>,
        selector: &Selector,
    ) {
        let mut known = Known::default();
        for block in blocks {
            match self.matching(&block, selector, selection.range) {
                Ok((found, labels)) => selection.add(block, found, labels, &mut known),
                Err(error) => self.note(error),
            }
        }
    }

    /// Tells whether a series that may have points in `range` may have the label. Reads indexes.
    #[must_use]
    pub fn may_have_label(&self, name: &str, range: TimeRange) -> bool {
        let blocks = {
            let state = read(&self.state);
            if state.head.index().has_name(name) {
                return true;
            }
            let blocks = state.blocks.iter().filter(|block| block.span.overlaps(&range));
            blocks.cloned().collect::<Vec<_>>()
        };
        let far = self.far_blocks(range, Aggregate::Last);
        blocks.iter().chain(&far).any(|block| block.may_have_label(name))
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
    ) -> Result<(Selection, Vec<Arc<Block>>), TsdbError> {
        let state = read(&self.state);
        let head = &state.head;
        let mut matching = head.matching(selector);
        matching.retain(|series| head.touches(*series, range));
        if matching.len() > limits.series_max {
            return Err(TsdbError::TooManySeries { limit: limits.series_max });
        }
        let mut views: Vec<View> = Vec::new();
        let mut known: ByNumber<u32, u32> = ByNumber::default();
        let mut labels = Vec::with_capacity(matching.len());
        let mut heads = Vec::with_capacity(matching.len());
        for number in matching {
            let Some(own) = head.labels(number) else { continue };
            let places = head.places(number, range);
            let view = *known.entry(places.group).or_insert_with(|| {
                views.push(head.view(places.group, range));
                views.len() as u32 - 1
            });
            labels.push(own.clone());
            heads.push((view, places));
        }
        let blocks = state.blocks.iter().filter(|block| block.span.overlaps(&range));
        let (picked, damages, readers) = (Vec::new(), Arc::clone(&self.damages), Mutex::default());
        let selection = Selection { labels, heads, picked, views, range, damages, readers };
        Ok((selection, blocks.cloned().collect()))
    }

    /// More series match than are allowed: perhaps some have no points.
    fn drop_pointless(
        &self,
        selection: &mut Selection,
        limits: &SelectLimits,
    ) -> Result<(), TsdbError> {
        let mut reader = selection.reader();
        let (mut full, mut points) = (Vec::new(), Points::default());
        for at in 0..selection.len() {
            reader.read_into(at, &mut points);
            full.push(!points.is_empty());
            if full.iter().filter(|full| **full).count() > limits.series_max {
                return Err(TsdbError::TooManySeries { limit: limits.series_max });
            }
        }
        drop(reader);
        selection.retain(&full);
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
        hand_out(&self.selection(selector, range, limits)?, limits, sink)
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
            (labels.collect::<Vec<Labels>>(), state.blocks.clone())
        };
        for block in blocks.iter().chain(&self.far_blocks(range, Aggregate::Last)) {
            match self.matching(block, selector, range) {
                Ok((_, labels)) => found.extend(labels),
                Err(error) => self.note(error),
            }
            if found.len() > limits.series_max {
                in_order(&mut found);
            }
            if found.len() > limits.series_max {
                return Err(TsdbError::TooManySeries { limit: limits.series_max });
            }
        }
        in_order(&mut found);
        if found.len() > limits.series_max {
            return Err(TsdbError::TooManySeries { limit: limits.series_max });
        }
        Ok(found)
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
        of_head: impl Fn(&super::State) -> Vec<String>,
        of_block: impl Fn(&Block) -> Result<Vec<String>, TsdbError>,
    ) -> Vec<String> {
        let (mut found, blocks) = {
            let state = read(&self.state);
            let inside = state.head.span().is_some_and(|span| span.overlaps(&range));
            (if inside { of_head(&state) } else { Vec::new() }, state.blocks.clone())
        };
        let far = self.far_blocks(range, Aggregate::Last);
        let blocks = blocks.iter().filter(|block| block.span.overlaps(&range));
        for block in blocks.chain(&far) {
            match of_block(block) {
                Ok(texts) => found.extend(texts),
                Err(error) => self.note(error),
            }
        }
        in_order(&mut found);
        found
    }
}

/// Hands the columns that have points to `sink` until it breaks. Errors: too many points.
pub(super) fn hand_out(
    selection: &Selection,
    limits: &SelectLimits,
    sink: &mut dyn FnMut(Column) -> ControlFlow<()>,
) -> Result<(), TsdbError> {
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

/// Sorts a list, and leaves each once in it. Blocks hand out what is sorted already: of runs the
/// stable sort makes one quickly.
fn in_order<T: Ord>(list: &mut Vec<T>) {
    list.sort();
    list.dedup();
}
