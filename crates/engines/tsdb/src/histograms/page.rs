//! Histograms of one series and one layout: each number as a column over time.

use super::layout::Layout;
use super::one::{float, hint_byte, hint_of, integer};
use crate::bits::RUN;
use crate::codec::{Cursor, put_varint};
use crate::{HistogramPoint, NativeHistogram, pack};

/// Most histograms of a page.
pub(crate) const PAGE_POINTS: usize = RUN;
/// Stands for hints that differ; one byte for each follows.
const HINTS: u8 = 255;

/// Writes 1 to [`PAGE_POINTS`] histograms of one layout, ascending by time.
pub(crate) fn encode(layout: &Layout, points: &[&HistogramPoint], to: &mut Vec<u8>) {
    layout.put(to);
    put_varint(to, points.len() as u64);
    let times: Vec<i64> = points.iter().map(|point| point.at_ms).collect();
    put_column(to, |to| pack::encode_wholes(&times, to));
    let hint = |point: &&HistogramPoint| hint_byte(point.histogram.hint());
    if points.iter().all(|point| hint(point) == hint(&points[0])) {
        to.push(hint(&points[0]));
    } else {
        to.push(HINTS);
        to.extend(points.iter().map(hint));
    }
    let sums: Vec<f64> = points.iter().map(|point| sum(&point.histogram)).collect();
    put_column(to, |to| pack::encode(&sums, to));
    let columns = layout.places().iter().sum::<usize>() + 2;
    for column in 0..columns {
        if layout.float {
            let numbers: Vec<f64> =
                points.iter().map(|point| float_at(&point.histogram, column)).collect();
            put_column(to, |to| pack::encode(&numbers, to));
        } else {
            let whole = |point: &&HistogramPoint| whole_at(&point.histogram, column);
            let numbers: Vec<i64> = points.iter().map(|p| whole(p).cast_signed()).collect();
            put_column(to, |to| pack::encode_wholes(&numbers, to));
        }
    }
}

fn put_column(to: &mut Vec<u8>, put: impl FnOnce(&mut Vec<u8>)) {
    let mut column = Vec::new();
    put(&mut column);
    put_varint(to, column.len() as u64);
    to.extend_from_slice(&column);
}

fn sum(histogram: &NativeHistogram) -> f64 {
    match histogram {
        NativeHistogram::Integer(own) => own.sum,
        NativeHistogram::Float(own) => own.sum,
    }
}

/// Columns: the zero bucket, all observations, positive buckets, negative ones.
fn float_at(histogram: &NativeHistogram, column: usize) -> f64 {
    let NativeHistogram::Float(own) = histogram else { return 0.0 };
    let positive = own.positive.counts();
    match column {
        0 => own.zero_count,
        1 => own.count,
        more => {
            let at = more - 2;
            let found = positive.get(at).or_else(|| own.negative.counts().get(at - positive.len()));
            found.copied().unwrap_or(0.0)
        }
    }
}

fn whole_at(histogram: &NativeHistogram, column: usize) -> u64 {
    let NativeHistogram::Integer(own) = histogram else { return 0 };
    let positive = &own.positive.counts;
    match column {
        0 => own.zero_count,
        1 => own.count,
        more => {
            let at = more - 2;
            let found = positive.get(at).or_else(|| own.negative.counts.get(at - positive.len()));
            found.copied().unwrap_or(0)
        }
    }
}

/// Reads a page; `None` if it makes no sense or does not ascend by time.
pub(crate) fn decode(bytes: &[u8]) -> Option<Vec<HistogramPoint>> {
    let mut cursor = Cursor::new(bytes);
    let layout = Layout::take(&mut cursor)?;
    let count = usize::try_from(cursor.varint()?).ok()?;
    if !(1..=layout.page_points()).contains(&count) {
        return None;
    }
    let mut times = Vec::with_capacity(count);
    pack::decode_wholes(take_column(&mut cursor)?, count, &mut times)?;
    let hints = match cursor.byte()? {
        HINTS => cursor.take(count)?.to_vec(),
        same => vec![same; count],
    };
    let mut sums = Vec::with_capacity(count);
    pack::decode(take_column(&mut cursor)?, count, &mut sums)?;
    // One column behind the other.
    let columns = layout.places().iter().sum::<usize>() + 2;
    let (mut floats, mut wholes) = (Vec::new(), Vec::new());
    for _ in 0..columns {
        let column = take_column(&mut cursor)?;
        if layout.float {
            pack::decode(column, count, &mut floats)?;
        } else {
            pack::decode_wholes(column, count, &mut wholes)?;
        }
    }
    let mut points = Vec::with_capacity(count);
    for (at, at_ms) in times.iter().enumerate() {
        let hint = hint_of(*hints.get(at)?)?;
        let histogram = if layout.float {
            let row: Vec<f64> = floats.iter().skip(at).step_by(count).copied().collect();
            float(&layout, hint, [row[0], row[1], sums[at]], &row[2..])
        } else {
            let row: Vec<u64> = wholes
                .iter()
                .skip(at)
                .step_by(count)
                .map(|whole: &i64| whole.cast_unsigned())
                .collect();
            integer(&layout, hint, ([row[0], row[1]], sums[at]), &row[2..])
        };
        points.push(HistogramPoint { at_ms: *at_ms, histogram });
    }
    let sound = times.is_sorted_by(|a, b| a < b) && cursor.is_empty();
    let sound = sound && points.first().is_some_and(|point| point.histogram.check().is_ok());
    sound.then_some(points)
}

fn take_column<'b>(cursor: &mut Cursor<'b>) -> Option<&'b [u8]> {
    let length = cursor.count(1)?;
    cursor.take(length)
}

#[cfg(test)]
mod tests {
    use super::super::{HistogramPage, pack as pack_points, put, same, take};
    use super::*;
    use crate::{Buckets, CUSTOM_SCHEMA, Histogram, IntegerBuckets, IntegerHistogram};
    use crate::{ResetHint, Span};
    use proptest::prelude::*;
    use std::sync::Arc;

    fn hint() -> impl Strategy<Value = ResetHint> {
        (0u8..4).prop_map(|byte| hint_of(byte).unwrap())
    }

    /// Any histogram that may be kept; few layouts, so that some have the same one.
    fn histogram() -> impl Strategy<Value = NativeHistogram> {
        let numbers = prop::collection::vec(any::<u64>(), 3..10);
        (hint(), 0u8..4, numbers).prop_map(|(hint, kind, numbers)| {
            let (head, counts) = numbers.split_at(3);
            let length = counts.len() as u32;
            let spans = match length {
                0 => vec![],
                1 => vec![Span { offset: 2, length }],
                _ => vec![Span { offset: 1, length: 1 }, Span { offset: 3, length: length - 1 }],
            };
            let floats: Vec<f64> = counts.iter().map(|bits| f64::from_bits(*bits)).collect();
            let listed: Arc<[f64]> = (0..20).map(f64::from).collect();
            let (sum, counts) = (f64::from_bits(head[2]), counts.to_vec());
            let whole = IntegerHistogram { hint, count: head[1], sum, ..Default::default() };
            let float =
                Histogram { hint, count: f64::from_bits(head[1]), sum, ..Default::default() };
            match kind {
                0 => NativeHistogram::Integer(IntegerHistogram {
                    schema: 3,
                    zero_threshold: 1e-128,
                    zero_count: head[0],
                    negative: IntegerBuckets { spans, counts },
                    ..whole
                }),
                1 => NativeHistogram::Integer(IntegerHistogram {
                    schema: CUSTOM_SCHEMA,
                    positive: IntegerBuckets { spans, counts },
                    bounds: Some(listed),
                    ..whole
                }),
                2 => NativeHistogram::Float(Histogram {
                    schema: -4,
                    zero_count: f64::from_bits(head[0]),
                    positive: Buckets::new(spans.clone(), floats.clone()),
                    negative: Buckets::new(spans, floats),
                    ..float
                }),
                _ => NativeHistogram::Float(Histogram {
                    schema: CUSTOM_SCHEMA,
                    positive: Buckets::new(spans, floats),
                    bounds: listed,
                    ..float
                }),
            }
        })
    }

    proptest! {
        #[test]
        fn any_histograms_come_back_bit_by_bit(
            all in prop::collection::vec(histogram(), 1..40), step in 1i64..5_000,
        ) {
            let at = |(at, histogram)| HistogramPoint { at_ms: at as i64 * step, histogram };
            let points: Vec<Arc<HistogramPoint>> =
                all.into_iter().enumerate().map(at).map(Arc::new).collect();
            let pages = pack_points(&points, 10_000);
            let back: Vec<HistogramPoint> = pages.iter().flat_map(HistogramPage::read).collect();
            prop_assert_eq!(back.len(), points.len());
            for (back, point) in back.iter().zip(&points) {
                prop_assert_eq!(back.at_ms, point.at_ms);
                prop_assert!(same(&back.histogram, &point.histogram));
            }
            let (mut bytes, mut before) = (Vec::new(), None);
            for point in &points {
                before = Some(put(&mut bytes, &point.histogram, before.as_ref()));
            }
            let (mut cursor, mut before) = (Cursor::new(&bytes), None);
            for point in &points {
                let (back, layout) = take(&mut cursor, before.take()).unwrap();
                prop_assert!(same(&back, &point.histogram));
                before = Some(layout);
            }
            prop_assert!(cursor.is_empty());
        }

        #[test]
        fn any_bytes_are_read_without_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            one in histogram(), at: prop::sample::Index, byte: u8,
        ) {
            let _ = decode(&bytes);
            let _ = take(&mut Cursor::new(&bytes), None);
            let point = Arc::new(HistogramPoint { at_ms: 7, histogram: one });
            let mut broken = pack_points(&[Arc::clone(&point)], 10)[0].bytes.to_vec();
            let at = at.index(broken.len());
            broken[at] = byte;
            let _ = decode(&broken);
            let mut broken = Vec::new();
            put(&mut broken, &point.histogram, None);
            let at = at.min(broken.len() - 1);
            broken[at] = byte;
            let _ = take(&mut Cursor::new(&broken), None);
        }
    }

    #[test]
    fn pages_of_steady_histograms_are_small() {
        let point = |n: u64| {
            let spans = vec![Span { offset: -3, length: 20 }];
            let counts = (0..20).map(|bucket| n * (bucket % 5)).collect();
            let positive = IntegerBuckets { spans, counts };
            let histogram = IntegerHistogram {
                schema: 2,
                count: n * 40,
                sum: n as f64 * 0.25,
                positive,
                ..Default::default()
            };
            let histogram = NativeHistogram::Integer(histogram);
            Arc::new(HistogramPoint { at_ms: n as i64 * 15_000, histogram })
        };
        let points: Vec<Arc<HistogramPoint>> = (0..128).map(point).collect();
        let pages = pack_points(&points, i64::MAX);
        assert_eq!(pages.len(), 1);
        assert!(pages[0].bytes.len() < 400, "{}", pages[0].bytes.len());
    }
}
