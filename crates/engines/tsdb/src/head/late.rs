//! Points of a series that lie behind its packed ones.

use crate::{Point, TimeRange};
use std::collections::BTreeMap;

/// So long is what is kept in one piece: a point in between moves few others.
const PIECE_MS: i64 = 24 * 3_600_000;

/// Ascending by time, in pieces by day.
#[derive(Default)]
pub(crate) struct Late {
    pieces: BTreeMap<i64, Vec<Point>>,
}

impl Late {
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The value at a time.
    pub(crate) fn at(&self, at_ms: i64) -> Option<f64> {
        let piece = self.pieces.get(&at_ms.div_euclid(PIECE_MS))?;
        let at = piece.binary_search_by_key(&at_ms, |point| point.at_ms).ok()?;
        Some(piece[at].value)
    }

    pub(crate) fn insert(&mut self, point: Point) {
        let piece = self.pieces.entry(point.at_ms.div_euclid(PIECE_MS)).or_default();
        let at = piece.partition_point(|other| other.at_ms < point.at_ms);
        piece.insert(at, point);
    }

    /// The points of a range, piece by piece.
    fn parts(&self, range: TimeRange) -> impl Iterator<Item = &[Point]> {
        let days = range.from_ms.div_euclid(PIECE_MS)..=range.to_ms.div_euclid(PIECE_MS);
        // Whoever asks from an end to a beginning asks for nothing.
        let pieces = (range.from_ms <= range.to_ms).then(|| self.pieces.range(days));
        pieces.into_iter().flatten().map(move |(_, piece)| range.cut(piece))
    }

    pub(crate) fn touches(&self, range: TimeRange) -> bool {
        self.parts(range).any(|part| !part.is_empty())
    }

    /// The points of a range, ascending.
    pub(crate) fn within(&self, range: TimeRange) -> Vec<Point> {
        self.parts(range).flatten().copied().collect()
    }

    /// Takes out what is not to stay; tells how many these were.
    pub(crate) fn retain(&mut self, mut stays: impl FnMut(&Point) -> bool) -> usize {
        let mut gone = 0;
        self.pieces.retain(|_, piece| {
            let before = piece.len();
            piece.retain(&mut stays);
            gone += before - piece.len();
            !piece.is_empty()
        });
        gone
    }

    /// The first and the last time.
    pub(crate) fn span(&self) -> Option<TimeRange> {
        let (first, last) = (self.pieces.first_key_value()?.1, self.pieces.last_key_value()?.1);
        Some(TimeRange { from_ms: first.first()?.at_ms, to_ms: last.last()?.at_ms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_many_days_ascend_however_they_came() {
        let mut late = Late::default();
        let times: Vec<i64> = (-40..40).map(|n: i64| n * 7_777_777 % (9 * PIECE_MS)).collect();
        for at_ms in times.iter().rev() {
            late.insert(Point { at_ms: *at_ms, value: *at_ms as f64 });
        }
        let mut sorted = times.clone();
        sorted.sort_unstable();
        let read = |late: &Late, from_ms, to_ms| -> Vec<i64> {
            let points = late.within(TimeRange { from_ms, to_ms });
            points.iter().map(|point| point.at_ms).collect()
        };
        assert_eq!(read(&late, i64::MIN, i64::MAX), sorted);
        let (from_ms, to_ms) = (sorted[3], sorted[60]);
        assert_eq!(read(&late, from_ms, to_ms), sorted[3..=60]);
        assert_eq!(read(&late, to_ms, from_ms), Vec::<i64>::new());
        assert_eq!((late.at(to_ms), late.at(to_ms + 1)), (Some(to_ms as f64), None));
        let span = late.span().unwrap();
        assert_eq!((span.from_ms, span.to_ms), (sorted[0], sorted[79]));
        assert_eq!(late.retain(|point| point.at_ms > from_ms), 4);
        assert!(!late.touches(TimeRange { from_ms: i64::MIN, to_ms: from_ms }));
        assert_eq!(late.retain(|_| false), 76);
        assert!(late.is_empty() && late.span().is_none());
    }
}
