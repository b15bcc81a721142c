//! `sum_over_time` and `avg_over_time`.

use super::{Out, Place, Window, number};
use crate::annotation::{Doing, Notes};
use series::{Histogram, IncompatibleSchemas, KahanSum, ResetHint, kahan_add};
use std::sync::Arc;

pub(super) fn sum(window: &Window<'_>, place: Place<'_>, notes: &mut Notes) -> Out {
    if window.has_floats() && window.has_histograms() {
        notes.mixed_floats(place.metric, place.span);
        return Out::Nothing;
    }
    if window.has_histograms() {
        let summed = |watch: &mut Watch| {
            let mut sum = KahanSum::new(&window.histograms[0]);
            watch.see(&window.histograms[0]);
            for histogram in &window.histograms[1..] {
                watch.see(histogram);
                watch.reconciled |= sum.add(histogram)?.bounds_reconciled;
            }
            Ok(sum.total())
        };
        return watched(place, notes, summed);
    }
    let add = |(sum, lost), value: &f64| kahan_add(*value, sum, lost);
    let (sum, lost) = window.values.iter().fold((0.0, 0.0), add);
    Out::Float(if sum.is_infinite() { sum } else { sum + lost })
}

/// The mean: a sum and one division, or, once the sum would overflow, a mean that moves.
///
/// Source: Prometheus, `avg_over_time`.
pub(super) fn average(window: &Window<'_>, place: Place<'_>, notes: &mut Notes) -> Out {
    if window.has_floats() && window.has_histograms() {
        notes.mixed_floats(place.metric, place.span);
        return Out::Nothing;
    }
    if window.has_histograms() {
        return watched(place, notes, |watch| mean_of_histograms(window.histograms, watch));
    }
    let mut mean = Mean::new(window.values[0]);
    for value in &window.values[1..] {
        mean.add(*value);
    }
    Out::Float(mean.value())
}

/// The mean of all samples, from the sums and counts of windows.
pub(super) fn average_of_sums(window: &Window<'_>) -> Out {
    let add = |(sum, lost), value: &f64| kahan_add(*value, sum, lost);
    let (sum, lost) = window.values.iter().fold((0.0, 0.0), add);
    let count: f64 = window.counts.iter().sum();
    Out::Float(if sum.is_infinite() { sum } else { sum / count + lost / count })
}

/// A mean of floats.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mean {
    /// Sum, or mean once it moves.
    value: f64,
    lost: f64,
    count: f64,
    moves: bool,
}

impl Mean {
    pub(crate) fn new(first: f64) -> Self {
        Self { value: first, lost: 0.0, count: 1.0, moves: false }
    }

    pub(crate) fn add(&mut self, value: f64) {
        self.count += 1.0;
        if !self.moves {
            let (sum, lost) = kahan_add(value, self.value, self.lost);
            if !sum.is_infinite() {
                (self.value, self.lost) = (sum, lost);
                return;
            }
            self.moves = true;
            self.value /= self.count - 1.0;
            self.lost /= self.count - 1.0;
        }
        let share = (self.count - 1.0) / self.count;
        (self.value, self.lost) =
            kahan_add(value / self.count, share * self.value, share * self.lost);
    }

    pub(crate) fn value(&self) -> f64 {
        if self.moves {
            self.value + self.lost
        } else {
            self.value / self.count + self.lost / self.count
        }
    }
}

/// A mean of histograms.
#[derive(Debug, Clone)]
pub(crate) struct HistogramMean {
    sum: KahanSum,
    count: f64,
    moves: bool,
}

impl HistogramMean {
    pub(crate) fn new(first: &Histogram) -> Self {
        Self { sum: KahanSum::new(first), count: 1.0, moves: false }
    }

    /// How many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<f64>() + self.sum.bytes()
    }

    /// Adds one more; tells whether bounds had to be reconciled.
    pub(crate) fn add(&mut self, histogram: &Histogram) -> Result<bool, IncompatibleSchemas> {
        self.count += 1.0;
        let mut reconciled = false;
        if !self.moves {
            let mut sum = self.sum.clone();
            reconciled = sum.add(histogram)?.bounds_reconciled;
            if !sum.has_overflow() {
                self.sum = sum;
                return Ok(reconciled);
            }
            self.moves = true;
            self.sum.divide(self.count - 1.0);
        }
        self.sum.scale((self.count - 1.0) / self.count);
        let mut share = histogram.clone();
        share.divide(self.count);
        reconciled |= self.sum.add(&share)?.bounds_reconciled;
        Ok(reconciled)
    }

    pub(crate) fn value(mut self) -> Histogram {
        if !self.moves {
            self.sum.divide(self.count);
        }
        self.sum.total()
    }
}

fn mean_of_histograms(
    held: &[Arc<Histogram>],
    watch: &mut Watch,
) -> Result<Histogram, IncompatibleSchemas> {
    watch.see(&held[0]);
    let mut mean = HistogramMean::new(&held[0]);
    for histogram in &held[1..] {
        watch.see(histogram);
        watch.reconciled |= mean.add(histogram)?;
    }
    debug_assert_eq!(mean.count.to_bits(), number(held.len()).to_bits());
    Ok(mean.value())
}

/// What is seen while histograms are put together.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Watch {
    reset: bool,
    not_reset: bool,
    pub(crate) reconciled: bool,
}

impl Watch {
    pub(crate) fn see(&mut self, histogram: &Histogram) {
        self.reset |= histogram.hint == ResetHint::Reset;
        self.not_reset |= histogram.hint == ResetHint::NotReset;
    }

    pub(crate) fn collides(&self) -> bool {
        self.reset && self.not_reset
    }
}

fn watched(
    place: Place<'_>,
    notes: &mut Notes,
    work: impl FnOnce(&mut Watch) -> Result<Histogram, IncompatibleSchemas>,
) -> Out {
    let mut watch = Watch::default();
    let Ok(made) = work(&mut watch) else {
        notes.mixed_schemas(place.metric, place.span);
        return Out::Nothing;
    };
    if watch.collides() {
        notes.hints_collide(Doing::Aggregation, place.span);
    }
    if watch.reconciled {
        notes.bounds_reconciled(Doing::Aggregation, place.span);
    }
    made.into()
}
