//! A batch that is stored as a whole or not at all, judged against itself.

use super::append::Fit;
use crate::head::Head;
use crate::{Appended, FirstRefused, HistogramPoint, histograms};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What a batch has at one time of a series.
enum Held<'f> {
    /// A float's bits.
    Float(u64),
    Histogram(&'f HistogramPoint),
}

/// Counts the points that contradict others of the same batch.
///
/// Nearly always a series comes once, its times ascending: then this is a look at each.
pub(super) fn count_conflicts(
    fit: &Fit,
    head: &Head,
    (floats, histograms, first): (&mut Appended, &mut Appended, &mut FirstRefused),
) {
    let doubtful = doubtful(fit);
    if doubtful.is_empty() {
        return;
    }
    let is_doubtful = |series: u32| doubtful.binary_search(&series).is_ok();
    let mut held: HashMap<(u32, i64), Held<'_>> = HashMap::new();
    for entry in fit.floats.iter().filter(|entry| is_doubtful(entry.series)) {
        let bits = entry.point.value.to_bits();
        match held.entry((entry.series, entry.point.at_ms)) {
            Entry::Vacant(place) => drop(place.insert(Held::Float(bits))),
            Entry::Occupied(other) => {
                let same = matches!(other.get(), Held::Float(other) if *other == bits);
                if !same {
                    floats.conflicts += 1;
                    first.conflict(head.labels(entry.series), entry.point.at_ms);
                }
            }
        }
    }
    for (series, point) in &fit.histograms {
        match held.entry((*series, point.at_ms)) {
            Entry::Vacant(place) => drop(place.insert(Held::Histogram(point))),
            Entry::Occupied(other) => {
                let same = matches!(other.get(), Held::Histogram(other)
                    if histograms::same(&other.histogram, &point.histogram));
                if !same {
                    histograms.conflicts += 1;
                    first.conflict(head.labels(*series), point.at_ms);
                }
            }
        }
    }
}

/// The series that come in several places, whose times do not ascend, or that have histograms;
/// ascending.
fn doubtful(fit: &Fit) -> Vec<u32> {
    let mut doubtful: Vec<u32> = fit.histograms.iter().map(|(series, _)| *series).collect();
    let mut runs = Vec::with_capacity(fit.floats.len());
    for run in fit.floats.chunk_by(|a, b| a.series == b.series) {
        runs.push(run[0].series);
        if !run.is_sorted_by(|a, b| a.point.at_ms < b.point.at_ms) {
            doubtful.push(run[0].series);
        }
    }
    // As those stand that were first met in the order in which they come.
    if !runs.is_sorted_by(|a, b| a < b) {
        runs.sort_unstable();
        let again = runs.windows(2).filter(|pair| pair[0] == pair[1]);
        doubtful.extend(again.map(|pair| pair[0]));
    }
    doubtful.sort_unstable();
    doubtful.dedup();
    doubtful
}
