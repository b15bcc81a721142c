//! Takes points out of memory.

use super::unit::{ABSENT, Unit};
use super::{Head, NOBODY};
use crate::bits::RUN;
use crate::gather::{Gather, TimesShared};
use crate::{Point, TimeRange};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Head {
    /// Erases the points of some series in `range`; tells how many there were.
    ///
    /// All units count as not saved afterwards: files that hold them hold erased points.
    pub(crate) fn erase(&mut self, series: &[u32], range: TimeRange) -> usize {
        let before = self.points;
        let mut columns: HashMap<u32, Vec<usize>> = HashMap::new();
        for number in series {
            self.erase_past(*number, range);
            self.erase_late(*number, range);
            let slot = &self.slots[*number as usize];
            if slot.group != NOBODY {
                columns.entry(slot.group).or_default().push(slot.column as usize);
            }
        }
        for (number, columns) in columns {
            let group = &mut self.groups[number as usize];
            group.seal(i64::MAX, self.span_ms);
            for unit in group.units.iter_mut().filter(|unit| unit.span().overlaps(&range)) {
                let (rest, erased) = unit.without(&columns, range);
                if erased > 0 {
                    *unit = Arc::new(rest);
                    self.points -= erased;
                }
            }
        }
        self.erase_histograms(series, range);
        for group in &self.groups {
            group.units.iter().for_each(|unit| unit.saved_in.store(0, Ordering::Relaxed));
        }
        before.saturating_sub(self.points)
    }

    /// What is left of units of former groups becomes late points: these can be changed alone.
    fn erase_past(&mut self, series: u32, range: TimeRange) {
        let slot = &mut self.slots[series as usize];
        let touched: Vec<(Arc<Unit>, u32)> =
            slot.past.extract_if(.., |(unit, _)| unit.span().overlaps(&range)).collect();
        for (unit, column) in touched {
            let mut gather = Gather::default();
            unit.gather(column as usize, TimeRange::ALL, &mut gather);
            let (times, values) = gather.finish(&mut TimesShared::default());
            for (at_ms, value) in times.iter().zip(values) {
                if !range.contains(*at_ms) {
                    // The unit goes on counting them until it is flushed.
                    self.insert_late(series, Point { at_ms: *at_ms, value });
                    self.points += 1;
                }
            }
        }
    }

    fn erase_late(&mut self, series: u32, range: TimeRange) {
        let Some(late) = self.late.get_mut(&series) else { return };
        let erased = late.retain(|point| !range.contains(point.at_ms));
        if late.is_empty() {
            self.late.remove(&series);
        }
        self.late_count -= erased;
        self.points -= erased;
    }
}

impl Unit {
    /// A copy that lacks what some columns have in `range`, and how much that was.
    fn without(&self, columns: &[usize], range: TimeRange) -> (Self, usize) {
        let mut erased = 0;
        let fill = |column: usize, cells: &mut [u64; RUN]| {
            self.cells(column, cells);
            if columns.contains(&column) {
                for (cell, time) in cells.iter_mut().zip(self.times.iter()) {
                    if range.contains(*time) && *cell != ABSENT {
                        *cell = ABSENT;
                        erased += 1;
                    }
                }
            }
        };
        let (unit, _) = Self::build(&self.times, self.ends.len(), fill);
        (unit, erased)
    }

    fn cells(&self, column: usize, cells: &mut [u64; RUN]) {
        let mut values = Vec::with_capacity(RUN);
        let presence = self.read(column, &mut values).unwrap_or(0);
        let mut values = values.into_iter();
        for (at, cell) in cells.iter_mut().enumerate() {
            let value = if presence >> at & 1 == 1 { values.next() } else { None };
            *cell = value.map_or(ABSENT, f64::to_bits);
        }
    }
}
