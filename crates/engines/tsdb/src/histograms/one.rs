//! A histogram alone, as a record of the log has it.

use super::Layout;
use crate::codec::{Cursor, put_varint};
use crate::{Buckets, Histogram, IntegerBuckets, IntegerHistogram, NativeHistogram, ResetHint};

/// The layout of the histogram before.
const SAME: u8 = 0;
/// A layout follows.
const OWN: u8 = 1;

pub(super) fn hint_byte(hint: ResetHint) -> u8 {
    match hint {
        ResetHint::Unknown => 0,
        ResetHint::Reset => 1,
        ResetHint::NotReset => 2,
        ResetHint::Gauge => 3,
    }
}

pub(super) fn hint_of(byte: u8) -> Option<ResetHint> {
    match byte {
        0 => Some(ResetHint::Unknown),
        1 => Some(ResetHint::Reset),
        2 => Some(ResetHint::NotReset),
        3 => Some(ResetHint::Gauge),
        _ => None,
    }
}

/// Writes a histogram behind one of layout `before`; returns its own layout.
pub(crate) fn put(
    to: &mut Vec<u8>,
    histogram: &NativeHistogram,
    before: Option<&Layout>,
) -> Layout {
    let layout = Layout::of(histogram);
    if before == Some(&layout) {
        to.push(SAME);
    } else {
        to.push(OWN);
        layout.put(to);
    }
    to.push(hint_byte(histogram.hint()));
    match histogram {
        NativeHistogram::Integer(own) => {
            to.extend_from_slice(&own.sum.to_bits().to_le_bytes());
            let counts = own.positive.counts.iter().chain(&own.negative.counts);
            for count in [own.zero_count, own.count].iter().chain(counts) {
                put_varint(to, *count);
            }
        }
        NativeHistogram::Float(own) => {
            let counts = own.positive.counts().iter().chain(own.negative.counts());
            for count in [own.sum, own.zero_count, own.count].iter().chain(counts) {
                to.extend_from_slice(&count.to_bits().to_le_bytes());
            }
        }
    }
    layout
}

/// Reads what [`put`] wrote; `None` if it makes no sense.
pub(crate) fn take(
    cursor: &mut Cursor<'_>,
    before: Option<Layout>,
) -> Option<(NativeHistogram, Layout)> {
    let layout = match cursor.byte()? {
        SAME => before?,
        OWN => Layout::take(cursor)?,
        _ => return None,
    };
    let hint = hint_of(cursor.byte()?)?;
    let sum = f64::from_bits(cursor.u64()?);
    let [positive, negative] = layout.places();
    let places = positive + negative;
    let histogram = if layout.float {
        let mut number = || cursor.u64().map(f64::from_bits);
        let (zero_count, count) = (number()?, number()?);
        let counts = (0..places).map(|_| number()).collect::<Option<Vec<f64>>>()?;
        float(&layout, hint, [zero_count, count, sum], &counts)
    } else {
        let (zero_count, count) = (cursor.varint()?, cursor.varint()?);
        let counts = (0..places).map(|_| cursor.varint()).collect::<Option<Vec<u64>>>()?;
        integer(&layout, hint, ([zero_count, count], sum), &counts)
    };
    histogram.check().ok()?;
    Some((histogram, layout))
}

/// `counts`: those of the positive buckets, then those of the negative ones.
pub(super) fn float(
    layout: &Layout,
    hint: ResetHint,
    [zero_count, count, sum]: [f64; 3],
    counts: &[f64],
) -> NativeHistogram {
    let (positive, negative) = counts.split_at(layout.places()[0]);
    NativeHistogram::Float(Histogram {
        hint,
        schema: layout.schema,
        zero_threshold: f64::from_bits(layout.zero_threshold),
        zero_count,
        count,
        sum,
        positive: Buckets::new(layout.positive.clone(), positive.to_vec()),
        negative: Buckets::new(layout.negative.clone(), negative.to_vec()),
        bounds: layout.bounds(),
    })
}

/// The same with whole counts.
pub(super) fn integer(
    layout: &Layout,
    hint: ResetHint,
    ([zero_count, count], sum): ([u64; 2], f64),
    counts: &[u64],
) -> NativeHistogram {
    let (positive, negative) = counts.split_at(layout.places()[0]);
    let side = |spans: &Vec<crate::Span>, counts: &[u64]| IntegerBuckets {
        spans: spans.clone(),
        counts: counts.to_vec(),
    };
    NativeHistogram::Integer(IntegerHistogram {
        hint,
        schema: layout.schema,
        zero_threshold: f64::from_bits(layout.zero_threshold),
        zero_count,
        count,
        sum,
        positive: side(&layout.positive, positive),
        negative: side(&layout.negative, negative),
        bounds: (!layout.bounds.is_empty()).then(|| layout.bounds()),
    })
}

/// Tells whether two histograms are equal bit by bit.
pub(crate) fn same(a: &NativeHistogram, b: &NativeHistogram) -> bool {
    let bytes = |histogram| {
        let mut to = Vec::new();
        put(&mut to, histogram, None);
        to
    };
    bytes(a) == bytes(b)
}
