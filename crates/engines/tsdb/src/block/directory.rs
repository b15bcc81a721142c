//! Where the columns of a block are.

use super::CHUNK_POINTS_MAX;
use crate::TimeRange;
use crate::codec::{Cursor, put_varint, put_zigzag};

/// A chunk in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChunkPlace {
    pub(crate) offset: u64,
    pub(crate) head_bytes: u32,
    /// Head and pages.
    pub(crate) bytes: u32,
}

/// A column of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimesPage {
    pub(crate) chunk: u32,
    /// Within the chunk.
    pub(crate) offset: u32,
    pub(crate) bytes: u32,
    pub(crate) count: u32,
    pub(crate) span: TimeRange,
}

/// A column of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ValuesPage {
    pub(crate) series: u32,
    /// Number of the column of times.
    pub(crate) times: u32,
    pub(crate) chunk: u32,
    pub(crate) offset: u32,
    pub(crate) bytes: u32,
}

/// Writes the directory of times; pages stand as in the file.
pub(crate) fn encode_times(chunks: &[ChunkPlace], pages: &[TimesPage]) -> Vec<u8> {
    let mut to = Vec::new();
    put_varint(&mut to, chunks.len() as u64);
    let mut before_ms = 0i64;
    let mut by_chunk = pages.chunk_by(|a, b| a.chunk == b.chunk);
    for chunk in chunks {
        let pages = by_chunk.next().unwrap_or(&[]);
        put_chunk(&mut to, chunk, pages.len());
        for page in pages {
            put_varint(&mut to, u64::from(page.bytes));
            put_varint(&mut to, u64::from(page.count));
            put_zigzag(&mut to, page.span.from_ms.wrapping_sub(before_ms));
            let length_ms = page.span.to_ms.wrapping_sub(page.span.from_ms);
            put_varint(&mut to, length_ms.cast_unsigned());
            before_ms = page.span.from_ms;
        }
    }
    to
}

/// Writes the directory of values; pages ascend by chunk, and within a chunk as they stand there.
pub(crate) fn encode_values(chunks: &[ChunkPlace], pages: &[ValuesPage]) -> Vec<u8> {
    let mut to = Vec::new();
    put_varint(&mut to, chunks.len() as u64);
    let (mut series, mut times) = (0i64, 0i64);
    let mut by_chunk = pages.chunk_by(|a, b| a.chunk == b.chunk);
    for chunk in chunks {
        let pages = by_chunk.next().unwrap_or(&[]);
        put_chunk(&mut to, chunk, pages.len());
        for page in pages {
            put_zigzag(&mut to, i64::from(page.series) - series);
            put_zigzag(&mut to, i64::from(page.times) - times);
            put_varint(&mut to, u64::from(page.bytes));
            (series, times) = (i64::from(page.series), i64::from(page.times));
        }
    }
    to
}

fn put_chunk(to: &mut Vec<u8>, chunk: &ChunkPlace, pages: usize) {
    put_varint(to, chunk.offset);
    put_varint(to, u64::from(chunk.head_bytes));
    put_varint(to, pages as u64);
}

/// Reads the directory of times; `None` if it makes no sense.
pub(crate) fn decode_times(bytes: &[u8]) -> Option<(Vec<ChunkPlace>, Vec<TimesPage>)> {
    let mut cursor = Cursor::new(bytes);
    let (mut chunks, mut found) = (Vec::new(), Vec::new());
    let mut before_ms = 0i64;
    for chunk in 0..cursor.count(3)? as u32 {
        let mut place = take_chunk(&mut cursor)?;
        for _ in 0..cursor.count(4)? {
            let bytes = cursor.varint_u32()?;
            let fits = |count: &u32| (1..=CHUNK_POINTS_MAX).contains(&(*count as usize));
            let count = cursor.varint_u32().filter(fits)?;
            let from_ms = before_ms.wrapping_add(cursor.zigzag()?);
            let to_ms = from_ms.wrapping_add(cursor.varint()?.cast_signed());
            if to_ms < from_ms {
                return None;
            }
            let (offset, span) = (place.bytes, TimeRange { from_ms, to_ms });
            found.push(TimesPage { chunk, offset, bytes, count, span });
            place.bytes = place.bytes.checked_add(bytes)?;
            before_ms = from_ms;
        }
        chunks.push(place);
    }
    cursor.is_empty().then_some((chunks, found))
}

/// Reads the directory of values; `None` if it makes no sense.
pub(crate) fn decode_values(bytes: &[u8]) -> Option<(Vec<ChunkPlace>, Vec<ValuesPage>)> {
    let mut cursor = Cursor::new(bytes);
    let (mut chunks, mut found) = (Vec::new(), Vec::new());
    let (mut series, mut times) = (0i64, 0i64);
    for chunk in 0..cursor.count(3)? as u32 {
        let mut place = take_chunk(&mut cursor)?;
        for _ in 0..cursor.count(3)? {
            series = series.checked_add(cursor.zigzag()?)?;
            times = times.checked_add(cursor.zigzag()?)?;
            let bytes = cursor.varint_u32()?;
            let (series, times) = (u32::try_from(series).ok()?, u32::try_from(times).ok()?);
            found.push(ValuesPage { series, times, chunk, offset: place.bytes, bytes });
            place.bytes = place.bytes.checked_add(bytes)?;
        }
        chunks.push(place);
    }
    cursor.is_empty().then_some((chunks, found))
}

/// A chunk's place with the bytes of its head only.
fn take_chunk(cursor: &mut Cursor<'_>) -> Option<ChunkPlace> {
    let (offset, head_bytes) = (cursor.varint()?, cursor.varint_u32()?);
    Some(ChunkPlace { offset, head_bytes, bytes: head_bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Both = (Vec<ChunkPlace>, Vec<TimesPage>, Vec<ValuesPage>);

    fn sample() -> Both {
        let chunks = vec![
            ChunkPlace { offset: 16, head_bytes: 9, bytes: 29 },
            ChunkPlace { offset: 45, head_bytes: 7, bytes: 8 },
        ];
        let span = |from_ms, to_ms| TimeRange { from_ms, to_ms };
        let times = vec![
            TimesPage { chunk: 0, offset: 9, bytes: 15, count: 3, span: span(i64::MIN, 5) },
            TimesPage { chunk: 0, offset: 24, bytes: 5, count: 1, span: span(7, 7) },
            TimesPage { chunk: 1, offset: 7, bytes: 1, count: 2, span: span(6, i64::MAX) },
        ];
        let values = vec![
            ValuesPage { series: 4, times: 2, chunk: 0, offset: 9, bytes: 15 },
            ValuesPage { series: 5, times: 0, chunk: 0, offset: 24, bytes: 5 },
            ValuesPage { series: 1, times: 1, chunk: 1, offset: 7, bytes: 1 },
        ];
        (chunks, times, values)
    }

    #[test]
    fn directories_come_back() {
        let (chunks, times, values) = sample();
        let bytes = encode_times(&chunks, &times);
        assert_eq!(decode_times(&bytes), Some((chunks.clone(), times)));
        for cut in 0..bytes.len() {
            assert_eq!(decode_times(&bytes[..cut]), None);
        }
        let bytes = encode_values(&chunks, &values);
        assert_eq!(decode_values(&bytes), Some((chunks, values)));
        for cut in 0..bytes.len() {
            assert_eq!(decode_values(&bytes[..cut]), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode_times(&bytes);
            let _ = decode_values(&bytes);
        }
    }
}
