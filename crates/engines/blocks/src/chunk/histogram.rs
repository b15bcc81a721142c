//! Chunks of native histograms.

use wire::remote::{Count, HistogramMessage, Side};

use super::ChunkFault;
use crate::bits::{Bits, Steps, Xor};

/// Most buckets of a histogram that are taken.
const BUCKETS_MAX: usize = 8_192;
/// Most numbers that the histograms of a chunk are taken apart into: points of the same layout
/// cost it a few bits each.
const NUMBERS_MAX: u64 = 1 << 22;
/// The schema of histograms whose bounds are listed.
const CUSTOM_SCHEMA: i64 = -53;
/// The bits of the staleness marker.
const STALE_BITS: u64 = 0x7ff0_0000_0000_0002;
/// Hints of remote write.
const UNKNOWN: u64 = 0;
const NOT_RESET: u64 = 2;
const GAUGE: u64 = 3;

/// What all histograms of a chunk have in common.
#[derive(Debug)]
struct Layout {
    points: u64,
    gauge: bool,
    zero_threshold: f64,
    schema: i64,
    positive: Spans,
    negative: Spans,
    bounds: Vec<f64>,
}

/// Distances and lengths, and how many buckets that is.
#[derive(Debug)]
struct Spans {
    spans: Vec<(i64, u64)>,
    buckets: usize,
}

impl Layout {
    fn read(bits: &mut Bits<'_>) -> Result<Self, ChunkFault> {
        let points = bits.bits(16)?;
        let gauge = bits.bits(8)? >> 6 == 0b11;
        if points == 0 {
            let (positive, negative) = (Spans::none(), Spans::none());
            let (zero_threshold, schema, bounds) = (0.0, 0, Vec::new());
            return Ok(Self { points, gauge, zero_threshold, schema, positive, negative, bounds });
        }
        let zero_threshold = zero_threshold(bits)?;
        let schema = bits.varbit()?;
        if !(-4..=8).contains(&schema) && schema != CUSTOM_SCHEMA {
            return Err(ChunkFault::Schema { schema });
        }
        let (positive, negative) = (Spans::read(bits)?, Spans::read(bits)?);
        let bounds = if schema == CUSTOM_SCHEMA { bounds(bits)? } else { Vec::new() };
        let sides = [&positive, &negative].map(|side| 2 * side.spans.len() + side.buckets);
        let each = sides.iter().sum::<usize>() + bounds.len();
        if points * each as u64 > NUMBERS_MAX {
            return Err(ChunkFault::Numbers { max: NUMBERS_MAX });
        }
        Ok(Self { points, gauge, zero_threshold, schema, positive, negative, bounds })
    }

    /// A message without counts; `index`: which one of the chunk it is.
    fn message(&self, index: u64, at_ms: i64, sum: f64) -> HistogramMessage {
        let side = |spans: &Spans| Side { spans: spans.spans.clone(), ..Side::default() };
        HistogramMessage {
            at_ms,
            sum,
            schema: self.schema,
            zero_threshold: self.zero_threshold,
            negative: side(&self.negative),
            positive: side(&self.positive),
            reset_hint: match index {
                _ if self.gauge => GAUGE,
                // What lay before may have been deleted meanwhile.
                0 => UNKNOWN,
                _ => NOT_RESET,
            },
            custom_values: self.bounds.clone(),
            ..HistogramMessage::default()
        }
    }
}

impl Spans {
    fn none() -> Self {
        Self { spans: Vec::new(), buckets: 0 }
    }

    fn read(bits: &mut Bits<'_>) -> Result<Self, ChunkFault> {
        let count = limited(bits.varbit_unsigned()?)?;
        let mut all = Self::none();
        for _ in 0..count {
            let length = bits.varbit_unsigned()?;
            all.spans.push((bits.varbit()?, length));
            all.buckets = limited((all.buckets as u64).saturating_add(length))?;
        }
        Ok(all)
    }
}

fn limited(buckets: u64) -> Result<usize, ChunkFault> {
    let buckets = usize::try_from(buckets).ok().filter(|buckets| *buckets <= BUCKETS_MAX);
    buckets.ok_or(ChunkFault::Buckets { max: BUCKETS_MAX })
}

/// A byte stands for zero or a power of two, or says that the number follows.
fn zero_threshold(bits: &mut Bits<'_>) -> Result<f64, ChunkFault> {
    match bits.bits(8)? {
        0 => Ok(0.0),
        255 => bits.float(),
        power => Ok(2.0_f64.powi(power as i32 - 244)),
    }
}

/// Thousandths where they are whole, numbers as they are otherwise.
fn bounds(bits: &mut Bits<'_>) -> Result<Vec<f64>, ChunkFault> {
    let count = limited(bits.varbit_unsigned()?)?;
    let mut bounds = Vec::new();
    for _ in 0..count {
        #[expect(clippy::cast_precision_loss, reason = "at most 2^25 where it was written so")]
        let bound = match bits.varbit_unsigned()? {
            0 => bits.float()?,
            thousandths => (thousandths - 1) as f64 / 1_000.0,
        };
        bounds.push(bound);
    }
    Ok(bounds)
}

/// A point that says that the series ends.
fn stale(at_ms: i64, count: Count) -> HistogramMessage {
    let sum = f64::from_bits(STALE_BITS);
    HistogramMessage { at_ms, sum, count, zero_count: count, ..HistogramMessage::default() }
}

fn is_stale(sum: f64) -> bool {
    sum.to_bits() == STALE_BITS
}

/// Histograms with whole counts.
pub(super) fn whole(data: &[u8]) -> Result<Vec<HistogramMessage>, ChunkFault> {
    let mut bits = Bits::new(data);
    let layout = Layout::read(&mut bits)?;
    let mut found = Vec::new();
    if layout.points == 0 {
        return Ok(found);
    }
    let mut at_ms = Steps::new(bits.varbit()?);
    let mut count = Steps::new(bits.varbit_unsigned()?.cast_signed());
    let mut zero_count = Steps::new(bits.varbit_unsigned()?.cast_signed());
    let mut sum = Xor::new(bits.float()?);
    let mut sides =
        [&layout.positive, &layout.negative].map(|spans| vec![Steps::default(); spans.buckets]);
    for index in 0..layout.points {
        if index > 0 {
            at_ms.next(bits.varbit()?);
            count.next(bits.varbit()?);
            zero_count.next(bits.varbit()?);
            sum.next(&mut bits)?;
        }
        if is_stale(sum.value()) {
            found.push(stale(at_ms.value, Count::Whole(0)));
            continue;
        }
        for bucket in sides.iter_mut().flatten() {
            let change = bits.varbit()?;
            if index == 0 {
                *bucket = Steps::new(change);
            } else {
                bucket.next(change);
            }
        }
        let mut message = layout.message(index, at_ms.value, sum.value());
        message.count = Count::Whole(count.value.cast_unsigned());
        message.zero_count = Count::Whole(zero_count.value.cast_unsigned());
        let [positive, negative] = &sides;
        message.positive.deltas = positive.iter().map(|bucket| bucket.value).collect();
        message.negative.deltas = negative.iter().map(|bucket| bucket.value).collect();
        found.push(message);
    }
    Ok(found)
}

/// Histograms with counts as floats.
pub(super) fn floats(data: &[u8]) -> Result<Vec<HistogramMessage>, ChunkFault> {
    let mut bits = Bits::new(data);
    let layout = Layout::read(&mut bits)?;
    let mut found = Vec::new();
    if layout.points == 0 {
        return Ok(found);
    }
    let mut at_ms = Steps::new(bits.varbit()?);
    let mut count = Xor::new(bits.float()?);
    let mut zero_count = Xor::new(bits.float()?);
    let mut sum = Xor::new(bits.float()?);
    let mut sides =
        [&layout.positive, &layout.negative].map(|spans| vec![Xor::new(0.0); spans.buckets]);
    for index in 0..layout.points {
        if index > 0 {
            at_ms.next(bits.varbit()?);
            for part in [&mut count, &mut zero_count, &mut sum] {
                part.next(&mut bits)?;
            }
        }
        if is_stale(sum.value()) {
            found.push(stale(at_ms.value, Count::Float(0.0)));
            continue;
        }
        for bucket in sides.iter_mut().flatten() {
            if index == 0 {
                *bucket = Xor::new(bits.float()?);
            } else {
                bucket.next(&mut bits)?;
            }
        }
        let mut message = layout.message(index, at_ms.value, sum.value());
        message.count = Count::Float(count.value());
        message.zero_count = Count::Float(zero_count.value());
        let [positive, negative] = &sides;
        message.positive.counts = positive.iter().map(|bucket| bucket.value()).collect();
        message.negative.counts = negative.iter().map(|bucket| bucket.value()).collect();
        found.push(message);
    }
    Ok(found)
}

#[cfg(test)]
#[path = "histogram/tests.rs"]
mod tests;
