//! From memory to blocks: what goes, and how it is forgotten afterwards.

use super::group::{NOBODY, View};
use super::{Apart, Group, Head, HistogramRun, Late, Places, Unit, series_bytes};
use crate::gather::{Gather, TimesShared};
use crate::histograms::HistogramPage;
use crate::{HistogramPoint, Labels, TimeRange};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Upkeeps without points after which a series that never had any is forgotten.
const IDLE_MAX: u8 = 2;

/// What is older than a boundary, as it was at a moment.
#[derive(Default)]
pub(crate) struct Flushed {
    series: Vec<(u32, Labels, Places)>,
    views: HashMap<u32, View>,
    range: Option<TimeRange>,
}

impl Flushed {
    /// All series, in no order, with the place to ask [`Flushed::read`] for.
    pub(crate) fn series(&self) -> impl Iterator<Item = (usize, &Labels)> {
        self.series.iter().enumerate().map(|(at, (_, labels, _))| (at, labels))
    }

    /// The points of one series in `range`.
    pub(crate) fn read(
        &self,
        at: usize,
        range: TimeRange,
        shared: &mut TimesShared,
    ) -> (Arc<[i64]>, Vec<f64>) {
        let places = &self.series[at].2;
        let all = self.range.unwrap_or(range);
        let from_ms = range.from_ms.max(all.from_ms);
        let range = TimeRange { from_ms, to_ms: range.to_ms.min(all.to_ms) };
        let mut gather = Gather::default();
        places.gather(self.views.get(&places.group), range, &mut gather);
        gather.finish(shared)
    }

    /// The native histograms of one series in `range`, ascending by time.
    pub(crate) fn histograms(&self, at: usize, range: TimeRange) -> Vec<HistogramPoint> {
        let all = self.range.unwrap_or(range);
        let mut found = Vec::new();
        self.series[at].2.apart().histograms.gather(range, &mut found);
        found.retain(|point| all.contains(point.at_ms));
        found.sort_by_key(|point| point.at_ms);
        found.dedup_by_key(|point| point.at_ms);
        found
    }

    /// The days on which there is anything, ascending; there may be years between two of them.
    pub(crate) fn days(&self, day_ms: i64) -> BTreeSet<i64> {
        let day = |at_ms: i64| at_ms.div_euclid(day_ms);
        let mut found = BTreeSet::new();
        let units = self.views.values().flat_map(|view| view.units.iter());
        let past = self.series.iter().flat_map(|(_, _, places)| &places.apart().past);
        for unit in units.chain(past.map(|(unit, _)| unit)) {
            found.extend([day(unit.first_ms()), day(unit.last_ms())]);
            if day(unit.first_ms()) != day(unit.last_ms()) {
                found.extend(unit.times.iter().map(|time| day(*time)));
            }
        }
        for (_, _, places) in &self.series {
            let apart = places.apart();
            found.extend(apart.late.iter().map(|point| day(point.at_ms)));
            for page in &apart.histograms.pages {
                found.extend([day(page.span.from_ms), day(page.span.to_ms)]);
                if day(page.span.from_ms) != day(page.span.to_ms) {
                    found.extend(page.read().iter().map(|point| day(point.at_ms)));
                }
            }
        }
        found
    }
}

impl Places {
    /// Leaves what is wholly before `end_ms`, of late points all.
    fn keep_apart(&mut self, end_ms: i64) {
        let Some(mut apart) = self.apart.take() else { return };
        apart.past.retain(|(unit, _)| unit.last_ms() < end_ms);
        apart.histograms.pages.retain(|page| page.span.to_ms < end_ms);
        self.apart = Some(apart);
    }

    /// The first and the last time of floats, or of others measured with them.
    pub(crate) fn span(&self, view: Option<&View>) -> Option<TimeRange> {
        let Apart { past, late, .. } = self.apart();
        let late = late.iter().map(|p| TimeRange { from_ms: p.at_ms, to_ms: p.at_ms });
        let past = past.iter().map(|(unit, _)| unit.span());
        late.chain(past).chain(view.and_then(View::span)).reduce(TimeRange::hull)
    }

    /// Adds everything of `range`, the packed and newest parts first.
    pub(crate) fn gather(&self, view: Option<&View>, range: TimeRange, to: &mut Gather) {
        let Apart { past, late, .. } = self.apart();
        for (unit, column) in past {
            unit.gather(*column as usize, range, to);
        }
        if let Some(view) = view {
            view.gather(self.column as usize, range, to);
        }
        if !late.is_empty() {
            let start = to.values.len();
            to.values.extend(late.iter().map(|point| point.value));
            to.own(late.iter().map(|point| point.at_ms).collect(), range, start);
        }
    }
}

impl Head {
    /// Packs everything before `end_ms` and shows it.
    pub(crate) fn seal_before(&mut self, end_ms: i64) -> Flushed {
        let range = TimeRange { from_ms: i64::MIN, to_ms: end_ms.saturating_sub(1) };
        let mut views = HashMap::new();
        for (number, group) in self.groups.iter_mut().enumerate() {
            group.seal(end_ms, self.span_ms);
            // Only whole units go; one that reaches over the boundary stays.
            let mut view = group.view(range);
            view.units.retain(|unit| unit.last_ms() < end_ms);
            if !view.units.is_empty() {
                views.insert(number as u32, view);
            }
        }
        for run in self.histograms.values_mut() {
            run.seal(end_ms, self.span_ms);
        }
        let mut series = Vec::with_capacity(self.by_labels.len());
        for number in self.by_labels.values() {
            let Some(labels) = self.labels(*number) else { continue };
            let mut places = self.places(*number, range);
            places.keep_apart(end_ms);
            let here = views.get(&places.group).is_some_and(|view: &View| {
                let column = places.column as usize;
                view.units.iter().any(|unit| unit.presence(column).is_some_and(|p| p != 0))
            });
            let Apart { past, late, histograms } = places.apart();
            if here || !histograms.pages.is_empty() || !past.is_empty() || !late.is_empty() {
                series.push((*number, labels.clone(), places));
            }
        }
        Flushed { series, views, range: Some(range) }
    }

    /// Forgets what has been flushed, and then every series that has nothing left.
    ///
    /// Points that came in since stay, also those among the flushed times.
    pub(crate) fn forget(&mut self, flushed: &Flushed) {
        let units = flushed.views.values().flat_map(|view| view.units.iter());
        let gone: HashSet<usize> = units.map(|unit| Arc::as_ptr(unit).addr()).collect();
        let gone = |unit: &Arc<Unit>| gone.contains(&Arc::as_ptr(unit).addr());
        for group in &mut self.groups {
            let removed = group.units.extract_if(.., |unit| gone(unit));
            self.points -= removed.map(|unit| unit.points as usize).sum::<usize>();
        }
        for (number, _, places) in &flushed.series {
            self.slots[*number as usize].past.retain(|(unit, _)| !gone(unit));
            let apart = places.apart();
            if !apart.late.is_empty() {
                self.forget_late(*number, apart);
            }
            if !apart.histograms.pages.is_empty() {
                self.forget_histograms(*number, apart);
            }
        }
        self.late_histograms = 0;
        self.sweep();
    }

    fn forget_histograms(&mut self, series: u32, apart: &Apart) {
        let Some(run) = self.histograms.get_mut(&series) else { return };
        let gone = |page: &mut Arc<HistogramPage>| {
            apart.histograms.pages.iter().any(|flushed| Arc::ptr_eq(flushed, page))
        };
        let removed = run.packed.extract_if(.., gone);
        self.points -= removed.map(|page| page.points as usize).sum::<usize>();
        if run.is_empty() {
            self.histograms.remove(&series);
        }
    }

    fn forget_late(&mut self, series: u32, apart: &Apart) {
        let Some(late) = self.late.get_mut(&series) else { return };
        let removed = late.retain(|point| {
            apart.late.binary_search_by_key(&point.at_ms, |other| other.at_ms).is_err()
        });
        if late.is_empty() {
            self.late.remove(&series);
        }
        self.late_count -= removed;
        self.points -= removed;
    }

    /// Forgets series without points, and groups without series.
    fn sweep(&mut self) {
        let mut gone = Vec::new();
        for number in self.by_labels.values().copied() {
            if self.touches(number, TimeRange::ALL) {
                continue;
            }
            let slot = &mut self.slots[number as usize];
            slot.idle += 1;
            if slot.newest_ms > i64::MIN || slot.idle >= IDLE_MAX {
                gone.push(number);
            }
        }
        let labels: Vec<(u32, Labels)> = gone
            .iter()
            .filter_map(|number| Some((*number, self.slots[*number as usize].labels.take()?)))
            .collect();
        self.index.remove(labels.iter().map(|(number, labels)| (*number, labels)));
        for (number, labels) in &labels {
            self.by_labels.remove(labels);
            self.labels_bytes = self.labels_bytes.saturating_sub(series_bytes(labels));
            let slot = &mut self.slots[*number as usize];
            if let Some(group) = self.groups.get_mut(slot.group as usize) {
                group.members[slot.column as usize] = NOBODY;
            }
            slot.generation = slot.generation.wrapping_add(1);
            (slot.newest_ms, slot.idle) = (i64::MIN, 0);
            (slot.group, slot.column) = (NOBODY, 0);
            slot.past = Vec::new();
            self.free.push(*number);
        }
        self.sweep_groups();
    }

    fn sweep_groups(&mut self) {
        for number in 0..self.groups.len() {
            let group = &self.groups[number];
            let living = group.members.iter().filter(|member| **member != NOBODY).count();
            if group.members.is_empty() {
                continue;
            }
            if living == 0 && group.units.is_empty() {
                self.groups[number] = Group::new(number as u32);
                self.free_groups.push(number as u32);
            } else if living * 2 < group.members.len() && living > 0 {
                self.shrink(number as u32);
            }
        }
    }

    /// Moves the living of a group of mostly gone ones to a new group.
    fn shrink(&mut self, number: u32) {
        let group = &mut self.groups[number as usize];
        group.seal(i64::MAX, self.span_ms);
        let members = group.members.iter().enumerate();
        let living = members.filter(|(_, member)| **member != NOBODY).map(|(column, _)| column);
        let living: Vec<usize> = living.collect();
        self.part(number, &living);
    }

    /// The first and the last millisecond with a point.
    pub(crate) fn span(&self) -> Option<TimeRange> {
        let groups = self.groups.iter().filter_map(|group| {
            Some(TimeRange { from_ms: group.oldest_ms()?, to_ms: group.newest_ms()? })
        });
        let late = self.late.values().filter_map(Late::span);
        let histograms = self.histograms.values().filter_map(HistogramRun::span);
        groups.chain(late).chain(histograms).reduce(|a, b| TimeRange {
            from_ms: a.from_ms.min(b.from_ms),
            to_ms: a.to_ms.max(b.to_ms),
        })
    }

    /// Tells whether there is anything older.
    pub(crate) fn is_older_than(&self, end_ms: i64) -> bool {
        self.groups.iter().any(|group| group.oldest_ms().is_some_and(|oldest| oldest < end_ms))
            || self.late.values().any(|late| late.span().is_some_and(|span| span.from_ms < end_ms))
            || self.histograms.values().any(|r| r.span().is_some_and(|s| s.from_ms < end_ms))
    }
}
