//! Puts together what several places hold of one series.

use crate::TimeRange;
use std::collections::HashMap;
use std::sync::Arc;

/// Columns of times put together from parts, so that the series of a scrape share them.
#[derive(Default)]
pub(crate) struct TimesShared {
    known: HashMap<Vec<PartKey>, Arc<[i64]>>,
    /// Keeps the parts alive, whose addresses are the keys.
    held: Vec<Arc<[i64]>>,
}

/// Address of a column of times, and from where to where.
type PartKey = (usize, u32, u32);

/// Most columns kept; then all are forgotten.
const SHARED_MAX: usize = 4_096;

/// A series being read, part by part.
#[derive(Default)]
pub(crate) struct Gather {
    parts: Vec<Part>,
    pub(crate) values: Vec<f64>,
    pub(crate) wanted: Wanted,
}

/// What is wanted of the floats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Wanted {
    /// Times and values.
    #[default]
    Points,
    /// Times; any value may stand for one that is no staleness marker.
    Times,
}

/// Values with the times that they were measured at.
pub(crate) enum Part {
    /// Some of the times of a column that other series have too.
    Shared {
        times: Arc<[i64]>,
        from: u32,
        to: u32,
    },
    Own(Vec<i64>),
}

impl Part {
    fn times(&self) -> &[i64] {
        match self {
            Self::Shared { times, from, to } => &times[*from as usize..*to as usize],
            Self::Own(times) => times,
        }
    }
}

impl Gather {
    /// Gathers into vectors that are there, which are emptied.
    pub(crate) fn with_room(mut values: Vec<f64>, mut parts: Vec<Part>, wanted: Wanted) -> Self {
        values.clear();
        parts.clear();
        Self { parts, values, wanted }
    }

    /// Says that the values from `start` on were measured at `times`, which others may share.
    pub(crate) fn shared(&mut self, times: &Arc<[i64]>, range: TimeRange, start: usize) {
        let (from, to) = self.cut(times, range, start);
        if from < to {
            let (from, to) = (from as u32, to as u32);
            self.parts.push(Part::Shared { times: Arc::clone(times), from, to });
        }
    }

    /// Says that the values from `start` on were measured at `times`.
    pub(crate) fn own(&mut self, mut times: Vec<i64>, range: TimeRange, start: usize) {
        let (from, to) = self.cut(&times, range, start);
        if from < to {
            times.truncate(to);
            times.drain(..from);
            self.parts.push(Part::Own(times));
        }
    }

    /// Forgets the values out of range.
    fn cut(&mut self, times: &[i64], range: TimeRange, start: usize) -> (usize, usize) {
        if let [first, .., last] = times
            && range.contains(*first)
            && range.contains(*last)
        {
            return (0, times.len());
        }
        let from = times.partition_point(|time| *time < range.from_ms);
        let to = times.partition_point(|time| *time <= range.to_ms).max(from);
        self.values.truncate(start + to);
        if from > 0 {
            self.values.drain(start..start + from);
        }
        (from, to)
    }

    /// The whole series, ascending by time; of several values at one time the first stays.
    pub(crate) fn finish(self, shared: &mut TimesShared) -> (Arc<[i64]>, Vec<f64>) {
        if !self.ascends() {
            return self.merge();
        }
        if let [Part::Shared { times, from: 0, to }] = &self.parts[..]
            && *to as usize == times.len()
        {
            return (Arc::clone(times), self.values);
        }
        (shared.joined(&self.parts), self.values)
    }

    /// As [`Gather::finish`] into vectors that are there; gives back the room for parts.
    pub(crate) fn finish_into(self, times: &mut Vec<i64>, values: &mut Vec<f64>) -> Vec<Part> {
        times.clear();
        if self.ascends() {
            self.parts.iter().for_each(|part| times.extend_from_slice(part.times()));
            *values = self.values;
            return self.parts;
        }
        let (merged, merged_values) = self.merge();
        times.extend_from_slice(&merged);
        *values = merged_values;
        Vec::new()
    }

    fn ascends(&self) -> bool {
        let before = |pair: &[Part]| pair[0].times().last() < pair[1].times().first();
        self.parts.windows(2).all(before)
    }

    fn merge(self) -> (Arc<[i64]>, Vec<f64>) {
        let times = self.parts.iter().flat_map(|part| part.times().iter().copied());
        let mut points: Vec<(i64, f64)> = times.zip(self.values).collect();
        points.sort_by_key(|(time, _)| *time);
        points.dedup_by_key(|(time, _)| *time);
        (points.iter().map(|point| point.0).collect(), points.iter().map(|point| point.1).collect())
    }
}

impl TimesShared {
    fn joined(&mut self, parts: &[Part]) -> Arc<[i64]> {
        let mut key = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Part::Shared { times, from, to } => key.push((times.as_ptr().addr(), *from, *to)),
                Part::Own(_) => return parts.iter().flat_map(Part::times).copied().collect(),
            }
        }
        if let Some(times) = self.known.get(&key) {
            return Arc::clone(times);
        }
        let times: Arc<[i64]> = parts.iter().flat_map(Part::times).copied().collect();
        if self.known.len() >= SHARED_MAX {
            self.known.clear();
            self.held.clear();
        }
        for part in parts {
            if let Part::Shared { times, .. } = part {
                self.held.push(Arc::clone(times));
            }
        }
        self.known.insert(key, Arc::clone(&times));
        times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined_cut_and_merged() {
        let mut shared = TimesShared::default();
        let (one, two): (Arc<[i64]>, Arc<[i64]>) = ([1, 2, 3].into(), [4, 5].into());
        let mut read = |range: TimeRange, late: &[i64]| {
            let mut gather = Gather::default();
            for times in [&one, &two] {
                let start = gather.values.len();
                gather.values.extend(times.iter().map(|time| *time as f64));
                gather.shared(times, range, start);
            }
            if !late.is_empty() {
                let start = gather.values.len();
                gather.values.extend(late.iter().map(|_| 0.5));
                gather.own(late.to_vec(), range, start);
            }
            gather.finish(&mut shared)
        };
        let (all, values) = read(TimeRange::ALL, &[]);
        assert_eq!((&*all, &values[..]), (&[1, 2, 3, 4, 5][..], &[1.0, 2.0, 3.0, 4.0, 5.0][..]));
        assert!(Arc::ptr_eq(&all, &read(TimeRange::ALL, &[]).0), "shared by the next series");
        let (some, values) = read(TimeRange { from_ms: 2, to_ms: 4 }, &[]);
        assert_eq!((&*some, &values[..]), (&[2, 3, 4][..], &[2.0, 3.0, 4.0][..]));
        let (whole, _) = read(TimeRange { from_ms: 1, to_ms: 3 }, &[]);
        assert!(Arc::ptr_eq(&whole, &one));
        let (merged, values) = read(TimeRange { from_ms: 3, to_ms: 9 }, &[0, 3, 6]);
        assert_eq!((&*merged, &values[..]), (&[3, 4, 5, 6][..], &[3.0, 4.0, 5.0, 0.5][..]));
    }
}
