//! Answers questions from blocks and head.

use super::DiskStore;
use crate::block::{Block, TimesCache};
use crate::locks::read;
use crate::{Labels, Point, SelectLimits, Selector, Series, TimeRange, TsdbError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where the points of a series are.
#[derive(Default)]
pub(super) struct Sources {
    /// Number of the block in the list and of the series in the block, in order.
    pub(super) blocks: Vec<(usize, usize)>,
    head: Vec<Point>,
}

/// The points of the head that were asked for, and the blocks of the same moment.
struct Snapshot {
    head: Vec<Series>,
    blocks: Vec<Arc<Block>>,
}

impl DiskStore {
    pub(super) fn answer_select(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Series>, TsdbError> {
        let snapshot = self.snapshot(selector, range, limits)?;
        let mut sources: BTreeMap<Labels, Sources> = BTreeMap::new();
        for (at, block) in snapshot.blocks.iter().enumerate() {
            for number in block.matching(selector, range) {
                let labels = block.labels(number).clone();
                sources.entry(labels).or_default().blocks.push((at, number));
            }
        }
        for Series { labels, points } in snapshot.head {
            sources.entry(labels).or_default().head = points;
        }
        let mut cache = TimesCache::default();
        let mut found: Vec<Series> = Vec::new();
        let mut points_left = limits.points_max;
        for (labels, source) in sources {
            let mut points = self.read(&snapshot.blocks, &source, range, &mut cache);
            points.extend(source.head);
            let points = merge(points);
            if points.is_empty() {
                continue;
            }
            if found.len() >= limits.series_max {
                return Err(TsdbError::TooManySeries { limit: limits.series_max });
            }
            let left = points_left.checked_sub(points.len());
            points_left = left.ok_or(TsdbError::TooManyPoints { limit: limits.points_max })?;
            found.push(Series { labels, points });
        }
        Ok(found)
    }

    /// Copies from the head under the lock, bounded by the limits.
    fn snapshot(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Snapshot, TsdbError> {
        let state = read(&self.state);
        let matching = state.head.matching(selector, range);
        if matching.len() > limits.series_max {
            return Err(TsdbError::TooManySeries { limit: limits.series_max });
        }
        let mut head = Vec::with_capacity(matching.len());
        let mut count = 0;
        for series in matching {
            let points = range.cut(&series.points);
            count += points.len();
            if count > limits.points_max {
                return Err(TsdbError::TooManyPoints { limit: limits.points_max });
            }
            head.push(Series { labels: series.labels.clone(), points: points.to_vec() });
        }
        Ok(Snapshot { head, blocks: state.blocks.clone() })
    }

    /// Reads what blocks have of a series, one after the other.
    pub(super) fn read(
        &self,
        blocks: &[Arc<Block>],
        source: &Sources,
        range: TimeRange,
        cache: &mut TimesCache,
    ) -> Vec<Point> {
        let mut points = Vec::new();
        for (at, number) in &source.blocks {
            points.extend(blocks[*at].points(*number, range, cache, |error| {
                if let Err(other) = self.damages.absorb(error) {
                    tracing::warn!("series store: {other}");
                }
            }));
        }
        points
    }

    pub(super) fn answer_series(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Labels>, TsdbError> {
        let (mut found, blocks) = {
            let state = read(&self.state);
            let matching = state.head.matching(selector, range);
            let labels = matching.into_iter().map(|series| series.labels.clone());
            (labels.collect::<BTreeSet<Labels>>(), state.blocks.clone())
        };
        for block in blocks {
            let numbers = block.matching(selector, range);
            found.extend(numbers.into_iter().map(|number| block.labels(number).clone()));
            if found.len() > limits.series_max {
                break;
            }
        }
        if found.len() > limits.series_max {
            return Err(TsdbError::TooManySeries { limit: limits.series_max });
        }
        Ok(found.into_iter().collect())
    }
}

/// Sorts points that come from several places; of several at one time the first one stays.
pub(super) fn merge(mut points: Vec<Point>) -> Vec<Point> {
    if !points.is_sorted_by(|a, b| a.at_ms < b.at_ms) {
        points.sort_by_key(|point| point.at_ms);
        points.dedup_by_key(|point| point.at_ms);
    }
    points
}
