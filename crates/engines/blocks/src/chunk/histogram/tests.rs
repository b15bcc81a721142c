use proptest::prelude::*;

use super::*;
use crate::fuzz::{cases, changed, changes, histograms_fit};

/// Writes what the format's document says.
#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    free: u32,
}

impl Writer {
    fn bits(&mut self, value: u64, count: u32) {
        for at in (0..count).rev() {
            if self.free == 0 {
                self.bytes.push(0);
                self.free = 8;
            }
            self.free -= 1;
            *self.bytes.last_mut().unwrap() |= ((value >> at & 1) as u8) << self.free;
        }
    }

    fn float(&mut self, value: f64) {
        self.bits(value.to_bits(), 64);
    }

    fn marked(&mut self, ones: u32, width: u32, value: u64) {
        self.bits(u64::MAX, ones);
        if ones < 8 {
            self.bits(0, 1);
        }
        self.bits(value, width);
    }

    fn signed(&mut self, value: i64) {
        let widths = [3, 6, 9, 12, 18, 25, 56];
        let fits = |width: &u32| (1 - (1 << (width - 1))..=1 << (width - 1)).contains(&value);
        match (value, widths.iter().position(fits)) {
            (0, _) => self.bits(0, 1),
            (_, Some(at)) => self.marked(at as u32 + 1, widths[at], value.cast_unsigned()),
            (_, None) => self.marked(8, 64, value.cast_unsigned()),
        }
    }

    fn unsigned(&mut self, value: u64) {
        let widths = [3, 6, 9, 12, 18, 25, 56];
        match (value, widths.iter().position(|width| value < 1 << width)) {
            (0, _) => self.bits(0, 1),
            (_, Some(at)) => self.marked(at as u32 + 1, widths[at], value),
            (_, None) => self.marked(8, 64, value),
        }
    }

    /// All bits of the difference, whatever they are.
    fn xor(&mut self, before: f64, value: f64) {
        match before.to_bits() ^ value.to_bits() {
            0 => self.bits(0, 1),
            changed => {
                self.bits(0b11, 2);
                self.bits(0, 5);
                self.bits(0, 6);
                self.bits(changed, 64);
            }
        }
    }
}

const SPANS: [(i64, u64); 2] = [(-2, 2), (300, 1)];

/// A chunk's beginning: positive buckets alone.
fn begun(points: u64, flags: u64, schema: i64, bounds: &[f64]) -> Writer {
    let mut chunk = Writer::default();
    chunk.bits(points, 16);
    chunk.bits(flags, 8);
    // 2^-128
    chunk.bits(116, 8);
    chunk.signed(schema);
    chunk.unsigned(SPANS.len() as u64);
    for (offset, length) in SPANS {
        chunk.unsigned(length);
        chunk.signed(offset);
    }
    chunk.unsigned(0);
    if schema == CUSTOM_SCHEMA {
        chunk.unsigned(bounds.len() as u64);
        for bound in bounds {
            let thousandths = bound * 1_000.0;
            if thousandths.fract() == 0.0 && (0.0..=33_554_430.0).contains(&thousandths) {
                chunk.unsigned(thousandths as u64 + 1);
            } else {
                chunk.bits(0, 1);
                chunk.float(*bound);
            }
        }
    }
    chunk
}

#[test]
fn whole_counts_come_back() {
    let points: [(i64, u64, u64, f64, [i64; 3]); 4] = [
        (1_700_000_000_000, 7, 1, 2.5, [3, -1, 1]),
        (1_700_000_015_000, 9, 1, 3.5, [3, 1, 0]),
        (1_700_000_030_001, 70_000_000_000, 2, -0.0, [69_000_000_000, -5, 999_999_999]),
        (1_700_000_045_001, 70_000_000_001, 3, 4.0, [69_000_000_000, -5, 999_999_999]),
    ];
    let mut chunk = begun(points.len() as u64, 0b1000_0000, 3, &[]);
    let (mut before, mut delta) = ([0_i64; 6], [0_i64; 6]);
    for (index, (at_ms, count, zero, sum, buckets)) in points.iter().enumerate() {
        let [a, b, c] = *buckets;
        let now = [*at_ms, count.cast_signed(), zero.cast_signed(), a, b, c];
        let change: Vec<i64> = (0..6).map(|at| now[at] - before[at] - delta[at]).collect();
        match index {
            0 => {
                chunk.signed(*at_ms);
                chunk.unsigned(*count);
                chunk.unsigned(*zero);
                chunk.float(*sum);
                buckets.iter().for_each(|bucket| chunk.signed(*bucket));
            }
            _ => {
                change[..3].iter().for_each(|change| chunk.signed(*change));
                chunk.xor(points[index - 1].3, *sum);
                change[3..].iter().for_each(|change| chunk.signed(*change));
                (0..6).for_each(|at| delta[at] = now[at] - before[at]);
            }
        }
        before = now;
    }
    let found = whole(&chunk.bytes).unwrap();
    assert_eq!(found.len(), points.len());
    for (index, (found, point)) in found.iter().zip(&points).enumerate() {
        let (at_ms, count, zero, sum, buckets) = point;
        assert_eq!((found.at_ms, found.count), (*at_ms, Count::Whole(*count)));
        assert_eq!(found.zero_count, Count::Whole(*zero));
        assert_eq!(found.sum.to_bits(), sum.to_bits());
        assert_eq!(found.positive.spans, SPANS);
        assert_eq!(found.positive.deltas, buckets);
        assert_eq!((found.schema, found.zero_threshold), (3, 2.0_f64.powi(-128)));
        assert_eq!(found.reset_hint, if index == 0 { 0 } else { 2 });
    }
    for end in 0..chunk.bytes.len() {
        assert_eq!(whole(&chunk.bytes[..end]), Err(ChunkFault::Cut), "{end}");
    }
}

#[test]
fn float_counts_listed_bounds_and_the_end_of_a_series_come_back() {
    let bounds = [0.005, 0.1, 1.0 / 3.0, 1e9];
    let mut chunk = begun(2, 0b1100_0000, CUSTOM_SCHEMA, &bounds);
    chunk.signed(-5);
    [2.5, 0.0, 9.5, 1.0, 0.5, 1.0].iter().for_each(|number| chunk.float(*number));
    chunk.signed(10);
    chunk.xor(2.5, 0.0);
    chunk.xor(0.0, 0.0);
    chunk.xor(9.5, f64::from_bits(STALE_BITS));
    let found = floats(&chunk.bytes).unwrap();
    assert_eq!((found[0].at_ms, found[0].count, found[0].sum), (-5, Count::Float(2.5), 9.5));
    assert_eq!(found[0].positive.counts, [1.0, 0.5, 1.0]);
    assert_eq!((&found[0].custom_values[..], found[0].reset_hint), (&bounds[..], GAUGE));
    assert_eq!((found[1].at_ms, found[1].sum.to_bits()), (5, STALE_BITS));
    assert_eq!((found[1].positive.spans.len(), found[1].reset_hint), (0, UNKNOWN));
}

#[test]
fn strange_schemas_and_endless_buckets_are_refused() {
    let chunk = begun(1, 0, 9, &[]);
    assert_eq!(whole(&chunk.bytes), Err(ChunkFault::Schema { schema: 9 }));
    let mut endless = Writer::default();
    endless.bits(1, 16);
    endless.bits(0, 16);
    endless.signed(0);
    endless.unsigned(1);
    endless.unsigned(u64::MAX);
    endless.signed(0);
    assert_eq!(floats(&endless.bytes), Err(ChunkFault::Buckets { max: BUCKETS_MAX }));
    assert_eq!(whole(&[0, 0, 0]), Ok(Vec::new()));
}

#[test]
fn a_few_bits_do_not_become_gigabytes() {
    let mut chunk = Writer::default();
    chunk.bits(u64::from(u16::MAX), 16);
    chunk.bits(0, 16);
    chunk.signed(0);
    // Spans without buckets, which each of the points would carry along.
    chunk.unsigned(BUCKETS_MAX as u64);
    (0..2 * BUCKETS_MAX).for_each(|_| chunk.bits(0, 1));
    chunk.unsigned(0);
    // Every point is as the one before: a few bits.
    (0..40_000).for_each(|_| chunk.bits(0, 8));
    for decoded in [whole(&chunk.bytes), floats(&chunk.bytes)] {
        assert_eq!(decoded, Err(ChunkFault::Numbers { max: NUMBERS_MAX }));
    }
}

/// So many histograms that rise, with buckets that rise by turns.
fn risen(points: u64, schema: i64, float: bool) -> Vec<u8> {
    let bounds = if schema == CUSTOM_SCHEMA { &[0.005, 0.1, 1e9][..] } else { &[] };
    let mut chunk = begun(points, 0, schema, bounds);
    for index in 0..points {
        chunk.signed(if index == 0 { 1_700_000_000_000 } else { 0 });
        let value = |index: u64| index as f64 * 1.5;
        match (float, index) {
            (true, 0) => (0..6).for_each(|_| chunk.float(value(1))),
            (true, _) => (0..6).for_each(|_| chunk.xor(value(index), value(index + 1))),
            (false, 0) => {
                chunk.unsigned(9);
                chunk.unsigned(1);
                chunk.float(value(1));
                (0..3).for_each(|bucket| chunk.signed(3 - bucket));
            }
            (false, _) => {
                chunk.signed(1);
                chunk.signed(0);
                chunk.xor(value(index), value(index + 1));
                (0..3).for_each(|bucket| chunk.signed(bucket));
            }
        }
    }
    chunk.bytes
}

#[test]
fn the_seeds_are_whole() {
    for schema in [3, CUSTOM_SCHEMA] {
        assert_eq!(whole(&risen(20, schema, false)).unwrap().len(), 20);
        assert_eq!(floats(&risen(20, schema, true)).unwrap().len(), 20);
    }
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn changed_chunks_are_answered(float: bool, custom: bool, changes in changes()) {
        let schema = if custom { CUSTOM_SCHEMA } else { 3 };
        let chunk = changed(risen(20, schema, float), &changes);
        histograms_fit(if float { 3 } else { 2 }, &chunk)?;
    }
}
