//! Memory from files after a start, and what of it has to be saved.

use super::group::{NOBODY, Row, View};
use super::unit::ABSENT;
use super::{Head, HistogramsSeen, Unit};
use crate::aside::{Aside, Note};
use crate::gather::Gather;
use crate::wal::Sink;
use crate::{HistogramPoint, Labels, Point, TimeRange};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What is in no head file yet, as it was at a moment.
#[derive(Default)]
pub(crate) struct Unsaved {
    /// Series by column, [`NOBODY`] where there is none, and the unit.
    pub(crate) units: Vec<(Vec<u32>, Arc<Unit>)>,
    /// The same for what is not packed yet.
    pub(crate) open: Vec<(Vec<u32>, View)>,
    pub(crate) late: Vec<(u32, Vec<Point>)>,
    /// Native histograms, packed ones and others.
    pub(crate) histograms: Vec<(u32, HistogramsSeen)>,
    /// The label sets of all these series, ascending by number.
    pub(crate) labels: Vec<(u32, Labels)>,
    /// All exemplars and metadata.
    pub(crate) notes: Vec<Note>,
}

impl Head {
    /// Shows what a new head file has to hold.
    pub(crate) fn unsaved(&self) -> Unsaved {
        let mut found = Unsaved::default();
        // Series that have moved to another group are no more among the members of the old one.
        let mut moved: HashMap<usize, Vec<(u32, u32)>> = HashMap::new();
        for (series, slot) in self.slots.iter().enumerate() {
            for (unit, column) in &slot.past {
                let key = Arc::as_ptr(unit).addr();
                moved.entry(key).or_default().push((*column, series as u32));
            }
        }
        for group in &self.groups {
            for unit in group.units.iter().filter(|u| u.saved_in.load(Ordering::Relaxed) == 0) {
                let mut members = group.members[..unit.ends.len()].to_vec();
                let key = Arc::as_ptr(unit).addr();
                for (column, series) in moved.get(&key).into_iter().flatten() {
                    members[*column as usize] = *series;
                }
                found.units.push((members, Arc::clone(unit)));
            }
            let mut view = group.view(TimeRange::ALL);
            view.units.clear();
            if view.has_open() {
                found.open.push((group.members.clone(), view));
            }
        }
        let late = self.late.iter().map(|(series, late)| (*series, late.within(TimeRange::ALL)));
        found.late = late.collect();
        for (series, run) in &self.histograms {
            let unsaved = run.packed.iter().filter(|p| p.saved_in.load(Ordering::Relaxed) == 0);
            let (pages, open) = (unsaved.cloned().collect::<Vec<_>>(), run.open().to_vec());
            if !pages.is_empty() || !open.is_empty() {
                found.histograms.push((*series, HistogramsSeen { pages, open }));
            }
        }
        let units = found.units.iter().map(|(members, _)| members);
        let members = units.chain(found.open.iter().map(|(members, _)| members)).flatten();
        let others = found.late.iter().map(|(series, _)| series);
        let others = others.chain(found.histograms.iter().map(|(series, _)| series));
        let mut named = vec![false; self.slots.len()];
        for series in members.chain(others) {
            // Nobody has no slot.
            if let Some(named) = named.get_mut(*series as usize) {
                *named = true;
            }
        }
        found.labels.reserve_exact(named.iter().filter(|named| **named).count());
        let slots = self.slots.iter().zip(0..).zip(named).filter(|(_, named)| *named);
        let labels = slots.filter_map(|((slot, number), _)| Some((number, slot.labels.clone()?)));
        found.labels.extend(labels);
        found
    }

    /// Takes a unit that was read from a file, with its series by column.
    pub(crate) fn adopt(&mut self, members: &[u32], unit: Unit) {
        let Some(first) = members.iter().find(|member| **member != NOBODY) else { return };
        let group = self.slots[*first as usize].group;
        let number = if self.fits(group, members, &unit) { group } else { self.new_group() };
        self.points += unit.points as usize;
        let unit = Arc::new(unit);
        let last = |presence: u128| 127 - presence.leading_zeros() as usize;
        for (column, series) in members.iter().enumerate() {
            let group = &mut self.groups[number as usize];
            if group.members.len() <= column {
                group.members.push(NOBODY);
            }
            let Some(slot) = self.slots.get_mut(*series as usize) else { continue };
            if slot.group == NOBODY {
                (slot.group, slot.column) = (number, column as u32);
                group.members[column] = *series;
            }
            let presence = unit.presence(column).unwrap_or(0);
            if presence == 0 {
                continue;
            }
            slot.newest_ms = slot.newest_ms.max(unit.times[last(presence)]);
            if (slot.group, slot.column) != (number, column as u32) {
                slot.past.push((Arc::clone(&unit), column as u32));
            }
        }
        self.groups[number as usize].units.push(unit);
    }

    /// Tells whether a unit goes on where a group ends.
    fn fits(&self, number: u32, members: &[u32], unit: &Unit) -> bool {
        let Some(group) = self.groups.get(number as usize) else { return false };
        let later = group.newest_ms().is_none_or(|newest| newest < unit.first_ms());
        later
            && group.rows.is_empty()
            && members.iter().enumerate().all(|(column, series)| {
                let Some(slot) = self.slots.get(*series as usize) else { return true };
                if slot.group == NOBODY {
                    column >= group.members.len()
                } else {
                    slot.group == number && slot.column as usize == column
                }
            })
    }

    /// Takes the newest part of a group, which was packed only to be saved.
    pub(crate) fn reopen(&mut self, members: &[u32], unit: &Unit) {
        if self.reopen_rows(members, unit) {
            return;
        }
        let mut columns = Vec::with_capacity(members.len());
        for (column, series) in members.iter().enumerate() {
            if *series == NOBODY {
                continue;
            }
            let mut gather = Gather::default();
            unit.gather(column, TimeRange::ALL, &mut gather);
            let (times, values) = gather.finish(&mut crate::gather::TimesShared::default());
            columns.push((*series, times, values, 0usize));
        }
        let mut near = NOBODY;
        for at_ms in unit.times.iter() {
            for (series, times, values, next) in &mut columns {
                if times.get(*next) == Some(at_ms) {
                    let point = Point { at_ms: *at_ms, value: values[*next] };
                    self.insert(*series, point, &mut near);
                    *next += 1;
                }
            }
        }
    }
}

impl Head {
    /// The quick way, if all series are where they were: whole rows.
    fn reopen_rows(&mut self, members: &[u32], unit: &Unit) -> bool {
        let known = |series: &&u32| (**series as usize) < self.slots.len();
        let Some(first) = members.iter().find(known) else { return true };
        let mut number = self.slots[*first as usize].group;
        if !self.fits(number, members, unit) {
            let mut slots = members.iter().filter_map(|series| self.slots.get(*series as usize));
            if slots.any(|slot| slot.group != NOBODY) {
                return false;
            }
            number = self.new_group();
        }
        let group = &mut self.groups[number as usize];
        let columns = members.len().max(group.members.len());
        group.members.resize(columns, NOBODY);
        let empty = |at_ms: &i64| Row { at_ms: *at_ms, cells: vec![ABSENT; columns].into() };
        let mut rows: Vec<Row> = unit.times.iter().map(empty).collect();
        let mut values = Vec::with_capacity(rows.len());
        for (column, series) in members.iter().enumerate() {
            let Some(slot) = self.slots.get_mut(*series as usize) else { continue };
            group.members[column] = *series;
            (slot.group, slot.column) = (number, column as u32);
            values.clear();
            let presence = unit.read(column, &mut values).unwrap_or(0);
            let present = rows.iter_mut().enumerate().filter(|(at, _)| presence >> at & 1 == 1);
            for ((_, row), value) in present.zip(&values) {
                row.cells[column] = value.to_bits();
                slot.newest_ms = slot.newest_ms.max(row.at_ms);
                self.points += 1;
            }
        }
        group.reopen(rows, self.span_ms);
        true
    }
}

/// Fills a head from the log.
pub(crate) struct Refill<'h> {
    head: &'h mut Head,
    aside: &'h mut Aside,
    share: &'h dyn Fn(Labels) -> Labels,
    near: u32,
}

impl<'h> Refill<'h> {
    pub(crate) fn new(
        head: &'h mut Head,
        aside: &'h mut Aside,
        share: &'h dyn Fn(Labels) -> Labels,
    ) -> Self {
        Self { head, aside, share, near: NOBODY }
    }
}

impl Sink for Refill<'_> {
    fn define(&mut self, labels: Labels) -> u32 {
        match self.head.find(&labels) {
            Some(series) => series,
            None => self.head.create((self.share)(labels)),
        }
    }

    fn run(&mut self, at_ms: i64, points: impl Iterator<Item = (u32, f64)>) {
        self.head.insert_run(at_ms, points, &mut self.near);
    }

    fn histogram(&mut self, series: u32, point: Arc<HistogramPoint>) {
        self.head.insert_histogram(series, point);
    }

    fn note(&mut self, note: Note) {
        self.aside.take(note);
    }
}
