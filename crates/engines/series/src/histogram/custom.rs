//! Histograms with listed bounds that differ: both are told in the bounds they share.

use super::{Buckets, Histogram};
use crate::kahan_add;
use std::sync::Arc;

/// The bounds that stand in both lists.
pub(super) fn shared_bounds(left: &[f64], right: &[f64]) -> Arc<[f64]> {
    let mut right = right.iter().copied().peekable();
    let mut shared = Vec::new();
    for bound in left {
        while right.next_if(|other| other < bound).is_some() {}
        if right.next_if(|other| other == bound).is_some() {
            shared.push(*bound);
        }
    }
    shared.into()
}

/// The place among `bounds` of each bucket of a histogram.
pub(super) fn places<'h>(
    histogram: &'h Histogram,
    bounds: &'h [f64],
) -> impl Iterator<Item = (usize, f64)> + 'h {
    histogram.positive.numbered().map(move |(number, count)| {
        let upper = usize::try_from(number).ok().and_then(|at| histogram.bounds.get(at));
        let place = upper.map_or(bounds.len(), |upper| bounds.partition_point(|b| b < upper));
        (place, count)
    })
}

/// `left + sign * right` in the bounds they share; empty buckets are left out.
pub(super) fn mapped_sum(left: &Histogram, right: &Histogram, sign: f64) -> (Arc<[f64]>, Buckets) {
    let bounds = shared_bounds(&left.bounds, &right.bounds);
    let mut cells = vec![(0.0, 0.0); bounds.len() + 1];
    for (place, count) in places(left, &bounds) {
        cells[place] = kahan_add(count, cells[place].0, cells[place].1);
    }
    for (place, count) in places(right, &bounds) {
        cells[place] = kahan_add(sign * count, cells[place].0, cells[place].1);
    }
    let held = (0_i32..).zip(cells).filter(|(_, cell)| *cell != (0.0, 0.0));
    let buckets = Buckets::from_numbered(held.map(|(number, cell)| (number, cell.0)));
    (bounds, buckets)
}

/// Counts in the bounds that both share, to compare two histograms bucket by bucket.
pub(super) fn in_bounds(histogram: &Histogram, bounds: &[f64]) -> Vec<f64> {
    let mut counts = vec![0.0; bounds.len() + 1];
    for (place, count) in places(histogram, bounds) {
        counts[place] += count;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::super::{CUSTOM_SCHEMA, Span};
    use super::*;

    fn custom(bounds: &[f64], counts: &[f64]) -> Histogram {
        let length = u32::try_from(counts.len()).unwrap();
        let positive = Buckets::new(vec![Span { offset: 0, length }], counts.to_vec());
        let count = counts.iter().sum();
        let bounds = bounds.into();
        Histogram { schema: CUSTOM_SCHEMA, count, positive, bounds, ..Histogram::default() }
    }

    #[test]
    fn only_shared_bounds_remain() {
        let mut left = custom(&[1.0, 2.0, 4.0], &[1.0, 1.0, 1.0, 1.0]);
        let right = custom(&[2.0, 3.0, 4.0], &[10.0, 10.0, 10.0, 10.0]);
        let added = left.add(&right).unwrap();
        assert!(added.bounds_reconciled);
        assert_eq!(&*left.bounds, &[2.0, 4.0]);
        assert_eq!(left.positive.counts(), &[12.0, 21.0, 11.0]);
    }
}
