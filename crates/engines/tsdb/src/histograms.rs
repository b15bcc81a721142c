//! Native histograms as bytes: alone, as the log has them, and in pages of one series.

mod layout;
mod one;
mod page;

pub(crate) use one::{put, same, take};
pub(crate) use page::{PAGE_POINTS, decode, encode};

use crate::{HistogramPoint, NativeHistogram, TimeRange};
use layout::Layout;
use std::borrow::Borrow;
use std::sync::atomic::AtomicU64;

/// Some histograms of one series in memory, packed; immutable.
pub(crate) struct HistogramPage {
    pub(crate) span: TimeRange,
    pub(crate) points: u32,
    pub(crate) bytes: Box<[u8]>,
    /// The head file that has it; 0: none yet.
    pub(crate) saved_in: AtomicU64,
}

impl HistogramPage {
    /// A page read from a file, with what it holds; `None` if it makes no sense.
    pub(crate) fn from_bytes(bytes: &[u8], saved_in: u64) -> Option<Self> {
        let points = decode(bytes)?;
        let span = TimeRange { from_ms: points.first()?.at_ms, to_ms: points.last()?.at_ms };
        let (points, bytes) = (points.len() as u32, bytes.into());
        Some(Self { span, points, bytes, saved_in: AtomicU64::new(saved_in) })
    }

    /// What it holds.
    pub(crate) fn read(&self) -> Vec<HistogramPoint> {
        decode(&self.bytes).unwrap_or_default()
    }
}

/// Bytes that a histogram takes in memory, about.
pub(crate) fn size(histogram: &NativeHistogram) -> usize {
    let numbers = match histogram {
        NativeHistogram::Integer(own) => {
            let spans = own.positive.spans.len() + own.negative.spans.len();
            spans + own.positive.counts.len() + own.negative.counts.len()
        }
        NativeHistogram::Float(own) => {
            let spans = own.positive.spans().len() + own.negative.spans().len();
            spans + own.positive.counts().len() + own.negative.counts().len() + own.bounds.len()
        }
    };
    numbers * 8 + 320
}

/// Packs histograms that ascend by time; a page has one layout, and does not reach over a multiple
/// of `span_ms`.
pub(crate) fn pack(points: &[impl Borrow<HistogramPoint>], span_ms: i64) -> Vec<HistogramPage> {
    let mut pages = Vec::new();
    let plain = points.iter().map(|point| -> &HistogramPoint { point.borrow() });
    let numbered: Vec<(Layout, &HistogramPoint)> =
        plain.map(|point| (Layout::of(&point.histogram), point)).collect();
    let together = |a: &(Layout, &HistogramPoint), b: &(Layout, &HistogramPoint)| {
        a.0 == b.0 && a.1.at_ms.div_euclid(span_ms) == b.1.at_ms.div_euclid(span_ms)
    };
    for part in numbered.chunk_by(together) {
        let points_max = part[0].0.page_points();
        for part in part.chunks(points_max) {
            let points: Vec<&HistogramPoint> = part.iter().map(|(_, point)| *point).collect();
            let mut bytes = Vec::new();
            encode(&part[0].0, &points, &mut bytes);
            let (first, last) = (points[0].at_ms, points[points.len() - 1].at_ms);
            pages.push(HistogramPage {
                span: TimeRange { from_ms: first, to_ms: last },
                points: points.len() as u32,
                bytes: bytes.into(),
                saved_in: AtomicU64::new(0),
            });
        }
    }
    pages
}
