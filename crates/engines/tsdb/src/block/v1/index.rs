//! The index of a block of version 1: which series it has and where their chunks are.

use super::{Chunk, Entry};
use crate::Labels;
use crate::block::{CHUNK_POINTS_MAX, Origin, Place};
use crate::codec::Cursor;
use crate::intern::Interner;

/// Reads an index; `None` if it makes no sense.
pub(super) fn decode(bytes: &[u8], interner: &Interner) -> Option<(Origin, Vec<Entry>)> {
    let mut cursor = Cursor::new(bytes);
    let origin = Origin::decode(&mut cursor)?;
    let mut texts = Vec::new();
    for _ in 0..cursor.count(1)? {
        texts.push(cursor.text()?);
    }
    let mut entries: Vec<Entry> = Vec::new();
    for _ in 0..cursor.count(2)? {
        let mut pairs = Vec::new();
        for _ in 0..cursor.count(2)? {
            let mut text = || texts.get(usize::try_from(cursor.varint()?).ok()?);
            pairs.push((*text()?, *text()?));
        }
        let labels = interner.shared(Labels::from_pairs(pairs).ok()?);
        let chunks = decode_chunks(&mut cursor)?;
        if entries.last().is_some_and(|last| last.labels >= labels) {
            return None;
        }
        entries.push(Entry { labels, chunks });
    }
    cursor.is_empty().then_some((origin, entries))
}

fn decode_chunks(cursor: &mut Cursor<'_>) -> Option<Box<[Chunk]>> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut previous_ms = 0i64;
    for _ in 0..cursor.count(7)? {
        let min_ms = previous_ms.wrapping_add(cursor.zigzag()?);
        let max_ms = min_ms.wrapping_add(cursor.varint()?.cast_signed());
        let points =
            cursor.varint_u32().filter(|n| (1..=CHUNK_POINTS_MAX).contains(&(*n as usize)))?;
        let mut place = || Some(Place { offset: cursor.varint()?, bytes: cursor.varint_u32()? });
        let (times, values) = (place()?, place()?);
        let ascends = chunks.last().is_none_or(|last| last.max_ms < min_ms) && min_ms <= max_ms;
        if !ascends {
            return None;
        }
        chunks.push(Chunk { min_ms, max_ms, points, times, values });
        previous_ms = max_ms;
    }
    Some(chunks.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&bytes, &Interner::default());
        }
    }
}
