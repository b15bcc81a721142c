//! What histograms of a page have in common: all but the numbers.

use super::PAGE_POINTS;
use crate::codec::{Cursor, put_varint, put_zigzag};
use crate::{BUCKETS_MAX, NativeHistogram, Span};

/// Most numbers of a page, so that it stays far below the longest record.
const PAGE_NUMBERS_MAX: usize = 1 << 18;
/// A mark in front of each layout.
const INTEGER: u8 = 0;
const FLOAT: u8 = 1;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(super) float: bool,
    pub(super) schema: i32,
    /// Bits.
    pub(super) zero_threshold: u64,
    pub(super) positive: Vec<Span>,
    pub(super) negative: Vec<Span>,
    /// Bits.
    pub(super) bounds: Vec<u64>,
}

impl Layout {
    pub(crate) fn of(histogram: &NativeHistogram) -> Self {
        let bits = |bounds: &[f64]| bounds.iter().map(|bound| bound.to_bits()).collect();
        match histogram {
            NativeHistogram::Integer(own) => Self {
                float: false,
                schema: own.schema,
                zero_threshold: own.zero_threshold.to_bits(),
                positive: own.positive.spans.clone(),
                negative: own.negative.spans.clone(),
                bounds: own.bounds.as_deref().map(bits).unwrap_or_default(),
            },
            NativeHistogram::Float(own) => Self {
                float: true,
                schema: own.schema,
                zero_threshold: own.zero_threshold.to_bits(),
                positive: own.positive.spans().to_vec(),
                negative: own.negative.spans().to_vec(),
                bounds: bits(&own.bounds),
            },
        }
    }

    /// Buckets of both sides.
    pub(super) fn places(&self) -> [usize; 2] {
        let places = |spans: &[Span]| spans.iter().map(|span| span.length as usize).sum();
        [places(&self.positive), places(&self.negative)]
    }

    /// Most histograms of a page.
    pub(super) fn page_points(&self) -> usize {
        let numbers = self.places().iter().sum::<usize>() + 3;
        (PAGE_NUMBERS_MAX / numbers).clamp(1, PAGE_POINTS)
    }

    pub(super) fn put(&self, to: &mut Vec<u8>) {
        to.push(if self.float { FLOAT } else { INTEGER });
        put_zigzag(to, i64::from(self.schema));
        to.extend_from_slice(&self.zero_threshold.to_le_bytes());
        for spans in [&self.positive, &self.negative] {
            put_varint(to, spans.len() as u64);
            for span in spans {
                put_zigzag(to, i64::from(span.offset));
                put_varint(to, u64::from(span.length));
            }
        }
        put_varint(to, self.bounds.len() as u64);
        for bound in &self.bounds {
            to.extend_from_slice(&bound.to_le_bytes());
        }
    }

    pub(super) fn take(cursor: &mut Cursor<'_>) -> Option<Self> {
        let float = match cursor.byte()? {
            INTEGER => false,
            FLOAT => true,
            _ => return None,
        };
        let schema = i32::try_from(cursor.zigzag()?).ok()?;
        let zero_threshold = cursor.u64()?;
        let positive = take_spans(cursor)?;
        let negative = take_spans(cursor)?;
        let mut bounds = Vec::new();
        for _ in 0..cursor.count(8)? {
            bounds.push(cursor.u64()?);
        }
        let layout = Self { float, schema, zero_threshold, positive, negative, bounds };
        // Nobody allocates for buckets that no histogram may have.
        let places = layout.places().iter().fold(0usize, |all, side| all.saturating_add(*side));
        (places <= BUCKETS_MAX).then_some(layout)
    }

    /// The bounds as they were.
    pub(super) fn bounds(&self) -> std::sync::Arc<[f64]> {
        self.bounds.iter().map(|bits| f64::from_bits(*bits)).collect()
    }
}

fn take_spans(cursor: &mut Cursor<'_>) -> Option<Vec<Span>> {
    let mut spans = Vec::new();
    let mut places = 0usize;
    for _ in 0..cursor.count(2)? {
        let offset = i32::try_from(cursor.zigzag()?).ok()?;
        let length = cursor.varint_u32()?;
        places = places.checked_add(length as usize).filter(|places| *places <= BUCKETS_MAX)?;
        spans.push(Span { offset, length });
    }
    Some(spans)
}
