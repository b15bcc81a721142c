//! A batch that is stored as a whole or not at all, judged against itself.

use super::append::Fit;
use crate::{Appended, HistogramPoint, histograms};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What a batch has at one time of a series.
enum Held<'f> {
    /// A float's bits.
    Float(u64),
    Histogram(&'f HistogramPoint),
}

/// Some of the series, by number.
struct Marks(Vec<u64>);

impl Marks {
    fn of(series: usize) -> Self {
        Self(vec![0; series / 64 + 1])
    }

    fn has(&self, series: u32) -> bool {
        self.0[series as usize / 64] >> (series % 64) & 1 == 1
    }

    fn set(&mut self, series: u32) {
        self.0[series as usize / 64] |= 1 << (series % 64);
    }
}

/// Counts the points that contradict others of the same batch. `series`: how many there may be.
///
/// Nearly always a series comes once, its times ascending: then this is a look at each.
pub(super) fn count_conflicts(
    fit: &Fit,
    series: usize,
    floats: &mut Appended,
    histograms: &mut Appended,
) {
    let (mut seen, mut doubtful) = (Marks::of(series), Marks::of(series));
    let mut any = !fit.histograms.is_empty();
    fit.histograms.iter().for_each(|(series, _)| doubtful.set(*series));
    for run in fit.floats.chunk_by(|a, b| a.series == b.series) {
        let series = run[0].series;
        let ascends = run.is_sorted_by(|a, b| a.point.at_ms < b.point.at_ms);
        if seen.has(series) || !ascends {
            doubtful.set(series);
            any = true;
        }
        seen.set(series);
    }
    if !any {
        return;
    }
    let mut held: HashMap<(u32, i64), Held<'_>> = HashMap::new();
    for entry in fit.floats.iter().filter(|entry| doubtful.has(entry.series)) {
        let bits = entry.point.value.to_bits();
        match held.entry((entry.series, entry.point.at_ms)) {
            Entry::Vacant(place) => drop(place.insert(Held::Float(bits))),
            Entry::Occupied(other) => {
                let same = matches!(other.get(), Held::Float(other) if *other == bits);
                floats.conflicts += u64::from(!same);
            }
        }
    }
    for (series, point) in &fit.histograms {
        match held.entry((*series, point.at_ms)) {
            Entry::Vacant(place) => drop(place.insert(Held::Histogram(point))),
            Entry::Occupied(other) => {
                let same = matches!(other.get(), Held::Histogram(other)
                    if histograms::same(&other.histogram, &point.histogram));
                histograms.conflicts += u64::from(!same);
            }
        }
    }
}
