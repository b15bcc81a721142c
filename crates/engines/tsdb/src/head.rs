//! The newest hours, in memory: groups of series that are measured together.

mod erase;
mod flush;
mod group;
mod histograms;
mod index;
mod late;
mod refill;
mod size;
mod unit;

pub(crate) use flush::Flushed;
pub(crate) use group::{NOBODY, View, pack_rows};
pub(crate) use histograms::{HistogramRun, HistogramsSeen};
pub(crate) use refill::{Refill, Unsaved};
pub(crate) use size::series_bytes;
pub(crate) use unit::Unit;

use group::Row;
use unit::ABSENT;

use crate::{Labels, Point, Selector, TimeRange};
use group::{Cell, Group, MEMBERS_MAX};
use index::LabelIndex;
use late::Late;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// A histogram takes as much as so many late floats.
pub(crate) const HISTOGRAM_WEIGHT: usize = 16;

/// What becomes of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    New,
    Duplicate,
    Conflict,
    TooOld,
}

/// What became of several samples.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) new: u64,
    pub(crate) duplicates: u64,
    pub(crate) conflicts: u64,
    /// The series of the first of these.
    pub(crate) first_conflict: Option<u32>,
}

impl Tally {
    pub(crate) fn add(&mut self, series: u32, verdict: Verdict) {
        match verdict {
            Verdict::Duplicate => self.duplicates += 1,
            Verdict::Conflict => {
                self.conflicts += 1;
                self.first_conflict.get_or_insert(series);
            }
            Verdict::New | Verdict::TooOld => self.new += 1,
        }
    }
}

/// A series; its number is reused when it has gone, which the generation tells.
pub(crate) struct Slot {
    /// Nobody has the number if there are none.
    pub(crate) labels: Option<Labels>,
    pub(crate) newest_ms: i64,
    pub(crate) generation: u32,
    group: u32,
    column: u32,
    /// Upkeeps during which it had no points.
    idle: u8,
    /// Units of groups it was in before, with its column there.
    past: Vec<(Arc<Unit>, u32)>,
}

/// Label sets bring their hash along.
#[derive(Default)]
pub(crate) struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

pub(crate) type ByLabels<T> = HashMap<Labels, T, BuildHasherDefault<Ready>>;

pub(crate) struct Head {
    pub(crate) slots: Vec<Slot>,
    free: Vec<u32>,
    by_labels: ByLabels<u32>,
    index: LabelIndex,
    pub(crate) groups: Vec<Group>,
    free_groups: Vec<u32>,
    /// Points behind the packed ones of their series.
    pub(crate) late: HashMap<u32, Late>,
    late_count: usize,
    /// How many histograms came late since memory was flushed.
    late_histograms: usize,
    /// Native histograms by series.
    pub(crate) histograms: HashMap<u32, HistogramRun>,
    points: usize,
    /// What all series take without their points.
    labels_bytes: usize,
    /// Units do not reach over multiples of this.
    span_ms: i64,
}

impl Head {
    pub(crate) fn new(span_ms: i64) -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            by_labels: ByLabels::default(),
            index: LabelIndex::default(),
            groups: Vec::new(),
            free_groups: Vec::new(),
            late: HashMap::new(),
            late_count: 0,
            late_histograms: 0,
            histograms: HashMap::new(),
            points: 0,
            labels_bytes: 0,
            span_ms: span_ms.max(1),
        }
    }

    pub(crate) fn series_count(&self) -> usize {
        self.by_labels.len()
    }

    pub(crate) fn points_count(&self) -> usize {
        self.points
    }

    /// Late points; a histogram counts as many floats as it weighs, about.
    pub(crate) fn late_count(&self) -> usize {
        self.late_count + self.late_histograms * HISTOGRAM_WEIGHT
    }

    pub(crate) fn find(&self, labels: &Labels) -> Option<u32> {
        self.by_labels.get(labels).copied()
    }

    /// The series of a number, if it is still the same one.
    pub(crate) fn is_alive(&self, series: u32, generation: u32) -> bool {
        let slot = self.slots.get(series as usize);
        slot.is_some_and(|slot| slot.generation == generation && slot.labels.is_some())
    }

    pub(crate) fn labels(&self, series: u32) -> Option<&Labels> {
        self.slots.get(series as usize)?.labels.as_ref()
    }

    /// Adds a series, which must not be there.
    pub(crate) fn create(&mut self, labels: Labels) -> u32 {
        let series = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot {
                labels: None,
                newest_ms: i64::MIN,
                generation: 0,
                group: NOBODY,
                column: 0,
                idle: 0,
                past: Vec::new(),
            });
            u32::try_from(self.slots.len() - 1).expect("the limit of series is below 2^32")
        });
        self.index.add(series, &labels);
        self.labels_bytes += series_bytes(&labels);
        self.by_labels.insert(labels.clone(), series);
        let slot = &mut self.slots[series as usize];
        slot.labels = Some(labels);
        series
    }

    /// Says what [`Head::insert`] would do, and refuses what is too far behind.
    #[inline]
    pub(crate) fn judge(&self, series: u32, at_ms: i64, bits: u64, late_max_ms: i64) -> Verdict {
        let slot = &self.slots[series as usize];
        if at_ms > slot.newest_ms {
            return Verdict::New;
        }
        match self.bits_at(series, at_ms) {
            Some(found) if found == bits => Verdict::Duplicate,
            Some(_) => Verdict::Conflict,
            None if self.has_histogram(series, at_ms) => Verdict::Conflict,
            None if at_ms < slot.newest_ms.saturating_sub(late_max_ms) => Verdict::TooOld,
            None => Verdict::New,
        }
    }

    fn bits_at(&self, series: u32, at_ms: i64) -> Option<u64> {
        let slot = &self.slots[series as usize];
        if let Some(group) = self.groups.get(slot.group as usize)
            && let Cell::Value(bits) = group.cell(slot.column as usize, at_ms)
        {
            return Some(bits);
        }
        let past = slot.past.iter().find_map(|(unit, column)| {
            unit.span().contains(at_ms).then(|| unit.value_at(*column as usize, at_ms)).flatten()
        });
        past.or_else(|| self.late.get(&series)?.at(at_ms).map(f64::to_bits))
    }

    /// Adds a point unless there is one at this time.
    ///
    /// `near`: the group of the sample before; a series seen for the first time joins it if the
    /// time is the same.
    #[inline]
    pub(crate) fn insert(&mut self, series: u32, point: Point, near: &mut u32) -> Verdict {
        let (at_ms, bits) = (point.at_ms, point.value.to_bits());
        if at_ms <= self.slots[series as usize].newest_ms {
            match self.bits_at(series, at_ms) {
                Some(found) if found == bits => return Verdict::Duplicate,
                Some(_) => return Verdict::Conflict,
                None if self.has_histogram(series, at_ms) => return Verdict::Conflict,
                None => {}
            }
        }
        if self.slots[series as usize].group == NOBODY {
            self.join(series, at_ms, *near);
        }
        let slot = &mut self.slots[series as usize];
        let (number, column) = (slot.group, slot.column as usize);
        slot.newest_ms = slot.newest_ms.max(at_ms);
        slot.idle = 0;
        self.points += 1;
        *near = number;
        let group = &mut self.groups[number as usize];
        let newest = group.rows.last().map(|row| row.at_ms);
        let free =
            newest.is_some_and(|newest| newest < at_ms) || group.cell(column, at_ms) == Cell::Free;
        if !free || bits == ABSENT {
            self.insert_late(series, point);
            return Verdict::New;
        }
        if let Some(presences) = group.put(column, at_ms, bits, self.span_ms) {
            self.regroup(number, &presences);
        }
        Verdict::New
    }

    /// Adds points of one time, those of a scrape side by side; tells what became of them.
    pub(crate) fn insert_run(
        &mut self,
        at_ms: i64,
        run: impl Iterator<Item = (u32, f64)>,
        near: &mut u32,
    ) -> Tally {
        let (mut tally, mut run) = (Tally::default(), run.peekable());
        while let Some((series, value)) = run.next() {
            tally.add(series, self.insert(series, Point { at_ms, value }, near));
            // The others of the scrape, as long as they belong into the same row.
            let group = self.groups.get_mut(*near as usize);
            let row = group.and_then(|group| group.rows.last_mut());
            let Some(row) = row.filter(|row| row.at_ms == at_ms) else { continue };
            let row = Arc::make_mut(row);
            while let Some((series, value)) = run.peek().copied() {
                let slot = &mut self.slots[series as usize];
                let bits = value.to_bits();
                match row.cells.get_mut(slot.column as usize) {
                    Some(cell)
                        if slot.group == *near && slot.newest_ms < at_ms && bits != ABSENT =>
                    {
                        *cell = bits;
                    }
                    _ => break,
                }
                run.next();
                (slot.newest_ms, slot.idle) = (at_ms, 0);
                self.points += 1;
                tally.new += 1;
            }
        }
        tally
    }

    fn insert_late(&mut self, series: u32, point: Point) {
        self.late.entry(series).or_default().insert(point);
        self.late_count += 1;
    }

    fn join(&mut self, series: u32, at_ms: i64, near: u32) {
        let fits = self.groups.get(near as usize).is_some_and(|group| {
            group.members.len() < MEMBERS_MAX && group.newest_ms() == Some(at_ms)
        });
        let number = if fits { near } else { self.new_group() };
        let column = self.groups[number as usize].join(series);
        let slot = &mut self.slots[series as usize];
        (slot.group, slot.column) = (number, column);
    }

    fn new_group(&mut self) -> u32 {
        self.free_groups.pop().unwrap_or_else(|| {
            let number = u32::try_from(self.groups.len());
            let number = number.expect("there are fewer groups than series");
            self.groups.push(Group::new(number));
            number
        })
    }

    /// Parts series that turned out not to be measured together.
    ///
    /// Those with a value at less than three quarters of the times go, together with the others
    /// that have theirs at the same times.
    fn regroup(&mut self, number: u32, presences: &[u128]) {
        let mut classes: HashMap<u128, Vec<usize>> = HashMap::new();
        let group = &self.groups[number as usize];
        let times = group.units.last().map_or(0, |unit| unit.times.len());
        for (column, presence) in presences.iter().enumerate() {
            let count = presence.count_ones() as usize;
            if count > 0 && count < times * 3 / 4 && group.members[column] != NOBODY {
                classes.entry(*presence).or_default().push(column);
            }
        }
        let everybody = presences.iter().filter(|presence| **presence != 0).count();
        let mut classes: Vec<Vec<usize>> = classes.into_values().collect();
        classes.sort_unstable_by_key(Vec::len);
        if classes.iter().map(Vec::len).sum::<usize>() == everybody {
            classes.pop();
        }
        for columns in classes {
            self.part(number, &columns);
        }
    }

    /// Moves columns to a group of their own.
    fn part(&mut self, from: u32, columns: &[usize]) {
        let to = self.new_group();
        let old = &mut self.groups[from as usize];
        let rows = old.take_cells(columns);
        let mut moved = Group::new(to);
        for column in columns {
            let series = std::mem::replace(&mut old.members[*column], NOBODY);
            let slot = &mut self.slots[series as usize];
            let units = old.units.iter().filter(|u| u.presence(*column).is_some_and(|p| p != 0));
            slot.past.extend(units.map(|unit| (Arc::clone(unit), *column as u32)));
            slot.group = to;
            slot.column = moved.join(series);
        }
        for (at_ms, cells) in rows {
            if cells.iter().any(|cell| *cell != ABSENT) {
                moved.rows.push(Arc::new(Row { at_ms, cells: cells.into() }));
            }
        }
        self.groups[to as usize] = moved;
    }

    /// The matching series, ascending by number.
    pub(crate) fn matching(&self, selector: &Selector) -> Vec<u32> {
        self.index.matching(selector, |series| {
            self.labels(series).expect("the index knows living series only")
        })
    }

    pub(crate) fn index(&self) -> &LabelIndex {
        &self.index
    }

    /// Tells whether a series may have points in `range`, by summaries.
    pub(crate) fn touches(&self, series: u32, range: TimeRange) -> bool {
        let slot = &self.slots[series as usize];
        if slot.newest_ms < range.from_ms {
            return false;
        }
        let column = slot.column as usize;
        let here = |unit: &Arc<Unit>, column: usize| {
            unit.span().overlaps(&range) && unit.presence(column).is_some_and(|p| p != 0)
        };
        let packed = self.groups.get(slot.group as usize).is_some_and(|group| {
            group.units.iter().any(|unit| here(unit, column)) || group.is_open(column, range)
        });
        packed
            || slot.past.iter().any(|(unit, column)| here(unit, *column as usize))
            || self.late.get(&series).is_some_and(|late| late.touches(range))
            || self.histograms.get(&series).is_some_and(|run| run.touches(range))
    }

    /// Where the points of a series are: its group, its column there, and what is elsewhere.
    pub(crate) fn places(&self, series: u32, range: TimeRange) -> Places {
        let slot = &self.slots[series as usize];
        let past = slot.past.iter().filter(|(unit, _)| unit.span().overlaps(&range));
        let late = self.late.get(&series).map(|late| late.within(range)).unwrap_or_default();
        let histograms = self.histograms.get(&series).map(|run| run.seen(range));
        let histograms = histograms.unwrap_or_default();
        let apart = Apart { past: past.cloned().collect(), late, histograms };
        let mut places = Places { group: slot.group, column: slot.column, apart: None };
        places.set_apart(apart);
        places
    }

    pub(crate) fn view(&self, group: u32, range: TimeRange) -> View {
        self.groups.get(group as usize).map_or_else(View::default, |group| group.view(range))
    }
}

/// See [`Head::places`].
pub(crate) struct Places {
    pub(crate) group: u32,
    pub(crate) column: u32,
    /// Few series have anything there.
    apart: Option<Box<Apart>>,
}

/// The points of a series that are not in its group.
pub(crate) struct Apart {
    /// In groups where it was before, by column.
    pub(crate) past: Vec<(Arc<Unit>, u32)>,
    pub(crate) late: Vec<Point>,
    pub(crate) histograms: HistogramsSeen,
}

static NOTHING_APART: Apart = Apart {
    past: Vec::new(),
    late: Vec::new(),
    histograms: HistogramsSeen { pages: Vec::new(), open: Vec::new() },
};

impl Places {
    pub(crate) fn apart(&self) -> &Apart {
        self.apart.as_deref().unwrap_or(&NOTHING_APART)
    }

    fn set_apart(&mut self, apart: Apart) {
        self.apart = (!apart.is_empty()).then(|| Box::new(apart));
    }
}

impl Apart {
    fn is_empty(&self) -> bool {
        self.past.is_empty() && self.late.is_empty() && self.histograms.is_empty()
    }
}
