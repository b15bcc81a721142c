//! Where the native histograms of a block are, and how they are read.

use super::chunk::checked;
use super::read::{Block, Inner};
use super::reader::BlockReader;
use crate::codec::{Cursor, put_varint, put_zigzag};
use crate::{HistogramPoint, TimeRange, TsdbError, histograms};

/// A page of histograms of one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HistogramPlace {
    pub(crate) series: u32,
    pub(crate) offset: u64,
    /// Checksum and page.
    pub(crate) bytes: u32,
    pub(crate) count: u32,
    pub(crate) span: TimeRange,
}

/// Writes the directory; pages stand as in the file, and ascend by series.
pub(crate) fn encode(pages: &[HistogramPlace]) -> Vec<u8> {
    let mut to = Vec::new();
    put_varint(&mut to, pages.len() as u64);
    let (mut series, mut offset, mut before_ms) = (0u32, 0u64, 0i64);
    for page in pages {
        put_varint(&mut to, u64::from(page.series - series));
        put_varint(&mut to, page.offset - offset);
        put_varint(&mut to, u64::from(page.bytes));
        put_varint(&mut to, u64::from(page.count));
        put_zigzag(&mut to, page.span.from_ms.wrapping_sub(before_ms));
        put_varint(&mut to, page.span.to_ms.wrapping_sub(page.span.from_ms).cast_unsigned());
        (series, offset) = (page.series, page.offset + u64::from(page.bytes));
        before_ms = page.span.from_ms;
    }
    to
}

/// Reads the directory; `None` if it makes no sense.
pub(crate) fn decode(bytes: &[u8]) -> Option<Vec<HistogramPlace>> {
    let mut cursor = Cursor::new(bytes);
    let mut found: Vec<HistogramPlace> = Vec::new();
    let (mut series, mut offset, mut before_ms) = (0u32, 0u64, 0i64);
    for _ in 0..cursor.count(6)? {
        series = series.checked_add(cursor.varint_u32()?)?;
        offset = offset.checked_add(cursor.varint()?)?;
        let (bytes, count) = (cursor.varint_u32()?, cursor.varint_u32()?);
        let from_ms = before_ms.wrapping_add(cursor.zigzag()?);
        let to_ms = from_ms.wrapping_add(cursor.varint()?.cast_signed());
        let span = TimeRange { from_ms, to_ms };
        let before = found.last().filter(|before| before.series == series);
        if to_ms < from_ms || before.is_some_and(|before| before.span.to_ms >= from_ms) {
            return None;
        }
        found.push(HistogramPlace { series, offset, bytes, count, span });
        (offset, before_ms) = (offset.checked_add(u64::from(bytes))?, from_ms);
    }
    cursor.is_empty().then_some(found)
}

impl Block {
    /// Tells whether a series has pages of histograms that reach into `range`.
    pub(crate) fn has_histograms(&self, series: u32, range: TimeRange) -> bool {
        // Whoever reads the points is told of damage.
        let Ok(index) = self.index() else { return false };
        index.histograms(series).iter().any(|page| page.span.overlaps(&range))
    }

    /// Tells whether any series has native histograms.
    pub(crate) fn any_histograms(&self) -> bool {
        matches!(self.inner, Inner::New { .. }) && self.index().is_ok_and(|i| i.any_histograms())
    }

    /// Adds the native histograms of a series in `range`; what cannot be read goes to `broken`.
    pub(crate) fn gather_histograms(
        &self,
        series: u32,
        range: TimeRange,
        reader: &mut BlockReader,
        to: &mut Vec<HistogramPoint>,
        broken: &mut dyn FnMut(TsdbError),
    ) {
        let Inner::New { .. } = &self.inner else { return };
        let index = match reader.open(self) {
            Ok((opened, _)) => &opened.index,
            Err(error) => {
                self.mark();
                return broken(error);
            }
        };
        let pages = index.histograms(series);
        if pages.is_empty() {
            return;
        }
        let hidden = self.hidden(series);
        let shown = |point: &HistogramPoint| {
            range.contains(point.at_ms) && !hidden.iter().any(|range| range.contains(point.at_ms))
        };
        for page in pages.iter().filter(|page| page.span.overlaps(&range)) {
            match self.read_histograms(page) {
                Ok(points) => to.extend(points.into_iter().filter(shown)),
                Err(error) => {
                    self.mark();
                    broken(error);
                }
            }
        }
    }

    fn read_histograms(&self, page: &HistogramPlace) -> Result<Vec<HistogramPoint>, TsdbError> {
        let raw = self.bytes_at(page.offset, page.bytes)?;
        let body = checked(&raw);
        let body = body
            .ok_or_else(|| self.damage(page.offset, "a page of histograms fails its checksum"))?;
        let points = histograms::decode(body).filter(|points| {
            let times = || points.iter().map(|point| point.at_ms);
            points.len() == page.count as usize
                && times().next() == Some(page.span.from_ms)
                && times().next_back() == Some(page.span.to_ms)
        });
        points.ok_or_else(|| self.damage(page.offset, "a page of histograms makes no sense"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn directory_comes_back() {
        let page = |series, offset, bytes, from_ms, to_ms| HistogramPlace {
            series,
            offset,
            bytes,
            count: 3,
            span: TimeRange { from_ms, to_ms },
        };
        let pages =
            vec![page(0, 16, 9, i64::MIN, -4), page(0, 25, 7, 5, 5), page(7, 90, 1, 5, i64::MAX)];
        let bytes = encode(&pages);
        assert_eq!(decode(&bytes), Some(pages));
        for cut in 0..bytes.len() {
            assert_eq!(decode(&bytes[..cut]), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&bytes);
        }
    }
}
