//! Sums of many histograms with compensation, so that small counts are not lost in large ones.

use super::arithmetic::{merge, outside_zero};
use super::custom::{places, shared_bounds};
use super::shape::coarser;
use super::{Added, Buckets, Histogram, IncompatibleSchemas};
use crate::kahan_add;

/// A value and what was lost when it was added up.
type Cell = (f64, f64);

/// A running sum of histograms.
#[derive(Debug, Clone)]
pub struct KahanSum {
    /// Schema, bounds, threshold and hint; its numbers are not used.
    shape: Histogram,
    zero: Cell,
    count: Cell,
    sum: Cell,
    positive: Vec<(i32, Cell)>,
    negative: Vec<(i32, Cell)>,
}

fn plus(cell: Cell, value: f64) -> Cell {
    kahan_add(value, cell.0, cell.1)
}

fn cells(buckets: &Buckets) -> Vec<(i32, Cell)> {
    buckets.numbered().map(|(number, count)| (number, (count, 0.0))).collect()
}

impl KahanSum {
    /// Begins with one histogram.
    #[must_use]
    pub fn new(first: &Histogram) -> Self {
        let (positive, negative) = (Buckets::default(), Buckets::default());
        Self {
            zero: (first.zero_count, 0.0),
            count: (first.count, 0.0),
            sum: (first.sum, 0.0),
            positive: cells(&first.positive),
            negative: cells(&first.negative),
            shape: Histogram { positive, negative, ..first.clone() },
        }
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.positive) + size_of_val(&*self.negative)
    }

    /// Adds one more.
    ///
    /// Errors: [`IncompatibleSchemas`], and nothing is changed.
    pub fn add(&mut self, other: &Histogram) -> Result<Added, IncompatibleSchemas> {
        if self.shape.is_custom() != other.is_custom() {
            return Err(IncompatibleSchemas);
        }
        let mut added = Added { hints_collide: self.shape.join_hint(other), ..Added::default() };
        if self.shape.is_custom() {
            if self.shape.bounds == other.bounds {
                let more = other.positive.numbered();
                self.positive = merge(self.positive.iter().copied(), more, joined);
            } else {
                added.bounds_reconciled = true;
                self.add_in_shared_bounds(other);
            }
        } else {
            self.add_exponential(other);
        }
        self.count = plus(self.count, other.count);
        self.sum = plus(self.sum, other.sum);
        Ok(added)
    }

    fn add_exponential(&mut self, other: &Histogram) {
        let zero = if self.shape.zero_threshold == other.zero_threshold {
            other.zero_count
        } else {
            self.reconcile_zero(other)
        };
        self.zero = plus(self.zero, zero);
        let schema = self.shape.schema.min(other.schema);
        self.reduce(self.shape.schema - schema);
        self.shape.schema = schema;
        let threshold = self.shape.zero_threshold;
        for (own, more) in
            [(&mut self.positive, &other.positive), (&mut self.negative, &other.negative)]
        {
            let more = outside_zero(more, other.schema - schema, schema, threshold);
            *own = merge(own.iter().copied(), more.into_iter(), joined);
        }
    }

    /// Rare: thresholds differ. The sum so far is written out, widened, and taken up again.
    fn reconcile_zero(&mut self, other: &Histogram) -> f64 {
        let mut plain = self.total();
        let zero = plain.reconcile_zero(other);
        if plain.zero_threshold != self.shape.zero_threshold {
            self.shape.zero_threshold = plain.zero_threshold;
            self.zero = (plain.zero_count, 0.0);
            let stays =
                |buckets: &Buckets, number: i32| buckets.numbered().any(|(kept, _)| kept == number);
            self.positive.retain(|(number, _)| stays(&plain.positive, *number));
            self.negative.retain(|(number, _)| stays(&plain.negative, *number));
        }
        zero
    }

    fn reduce(&mut self, by: i32) {
        if by == 0 {
            return;
        }
        for side in [&mut self.positive, &mut self.negative] {
            let mut merged: Vec<(i32, Cell)> = Vec::with_capacity(side.len());
            for (number, cell) in side.iter() {
                let number = coarser(*number, by);
                match merged.last_mut() {
                    Some(last) if last.0 == number => {
                        last.1 = plus(plus(last.1, cell.0), cell.1);
                    }
                    _ => merged.push((number, *cell)),
                }
            }
            *side = merged;
        }
    }

    fn add_in_shared_bounds(&mut self, other: &Histogram) {
        let bounds = shared_bounds(&self.shape.bounds, &other.bounds);
        let mut targets = vec![(0.0, 0.0); bounds.len() + 1];
        let own = Buckets::from_numbered(self.positive.iter().map(|(n, cell)| (*n, cell.0)));
        let own = Histogram { positive: own, ..self.shape.clone() };
        for ((place, count), (_, cell)) in places(&own, &bounds).zip(&self.positive) {
            targets[place] = plus(plus(targets[place], count), cell.1);
        }
        for (place, count) in places(other, &bounds) {
            targets[place] = plus(targets[place], count);
        }
        let held = (0_i32..).zip(targets).filter(|(_, cell)| *cell != (0.0, 0.0));
        self.positive = held.collect();
        self.shape.bounds = bounds;
    }

    /// Tells whether any part has become infinite.
    #[must_use]
    pub fn has_overflow(&self) -> bool {
        let sides = self.positive.iter().chain(&self.negative).map(|(_, cell)| cell.0);
        [self.zero.0, self.count.0, self.sum.0].into_iter().chain(sides).any(f64::is_infinite)
    }

    /// Multiplies sum and compensation.
    pub fn scale(&mut self, factor: f64) {
        self.each(|part| part * factor);
    }

    /// Divides sum and compensation.
    pub fn divide(&mut self, divisor: f64) {
        self.each(|part| part / divisor);
    }

    fn each(&mut self, change: impl Fn(f64) -> f64) {
        let both = |cell: &mut Cell| *cell = (change(cell.0), change(cell.1));
        both(&mut self.zero);
        both(&mut self.count);
        both(&mut self.sum);
        for (_, cell) in self.positive.iter_mut().chain(&mut self.negative) {
            both(cell);
        }
    }

    /// The sum with its compensation.
    #[must_use]
    pub fn total(&self) -> Histogram {
        let whole = |cells: &[(i32, Cell)]| {
            Buckets::from_numbered(cells.iter().map(|(number, cell)| (*number, cell.0 + cell.1)))
        };
        Histogram {
            zero_count: self.zero.0 + self.zero.1,
            count: self.count.0 + self.count.1,
            sum: self.sum.0 + self.sum.1,
            positive: whole(&self.positive),
            negative: whole(&self.negative),
            ..self.shape.clone()
        }
    }
}

fn joined(own: Option<Cell>, more: Option<f64>) -> Cell {
    match (own, more) {
        (Some(own), Some(more)) => plus(own, more),
        (Some(own), None) => own,
        (None, more) => (more.unwrap_or(0.0), 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_counts_are_not_lost() {
        let one = |count: f64| {
            let positive = Buckets::from_numbered([(0, count)]);
            Histogram { count, sum: count, positive, ..Histogram::default() }
        };
        let mut sum = KahanSum::new(&one(1e100));
        for count in [1.0, 2.0, -1e100] {
            sum.add(&one(count)).unwrap();
        }
        let total = sum.total();
        assert_eq!((total.count, total.sum, total.positive.counts()), (3.0, 3.0, &[3.0][..]));
    }

    #[test]
    fn sum_equals_plain_addition_where_nothing_is_lost() {
        let mut plain = Histogram {
            schema: 2,
            zero_threshold: 0.001,
            zero_count: 3.0,
            count: 10.0,
            positive: Buckets::from_numbered([(-20, 1.0), (0, 2.0), (5, 4.0)]),
            ..Histogram::default()
        };
        let other = Histogram {
            schema: 1,
            zero_threshold: 0.5,
            zero_count: 1.0,
            count: 8.0,
            positive: Buckets::from_numbered([(0, 2.0), (3, 5.0)]),
            negative: Buckets::from_numbered([(1, 5.0)]),
            ..Histogram::default()
        };
        let mut sum = KahanSum::new(&plain);
        sum.add(&other).unwrap();
        plain.add(&other).unwrap();
        assert!(sum.total().compacted().same_as(&plain.compacted()));
    }
}
