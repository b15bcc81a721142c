//! A block's index: which series it has and where their chunks are.

use super::{CHUNK_POINTS_MAX, Chunk, Entry, Level, Origin, Place};
use crate::Labels;
use crate::codec::{Cursor, put_text, put_varint, put_zigzag};
use crate::intern::Interner;
use std::collections::HashMap;

/// Writes the index of `entries`, which are sorted by labels.
pub(super) fn encode(origin: &Origin, entries: &[Entry]) -> Vec<u8> {
    let mut to = Vec::new();
    put_varint(&mut to, origin.sequence);
    to.push(match origin.level {
        Level::Flushed => 0,
        Level::Merged => 1,
    });
    put_varint(&mut to, origin.replaces.len() as u64);
    for sequence in &origin.replaces {
        put_varint(&mut to, *sequence);
    }
    let mut texts: HashMap<&str, u64> = HashMap::new();
    let mut table = Vec::new();
    let mut body = Vec::new();
    put_varint(&mut body, entries.len() as u64);
    for entry in entries {
        put_varint(&mut body, entry.labels.len() as u64);
        for (name, value) in entry.labels.iter() {
            for text in [name, value] {
                let next = texts.len() as u64;
                let number = *texts.entry(text).or_insert_with(|| {
                    put_text(&mut table, text);
                    next
                });
                put_varint(&mut body, number);
            }
        }
        encode_chunks(&mut body, &entry.chunks);
    }
    put_varint(&mut to, texts.len() as u64);
    to.extend_from_slice(&table);
    to.extend_from_slice(&body);
    to
}

fn encode_chunks(to: &mut Vec<u8>, chunks: &[Chunk]) {
    put_varint(to, chunks.len() as u64);
    let mut previous_ms = 0;
    for chunk in chunks {
        put_zigzag(to, chunk.min_ms.wrapping_sub(previous_ms));
        put_varint(to, chunk.max_ms.wrapping_sub(chunk.min_ms).cast_unsigned());
        put_varint(to, u64::from(chunk.points));
        for place in [chunk.times, chunk.values] {
            put_varint(to, place.offset);
            put_varint(to, u64::from(place.bytes));
        }
        previous_ms = chunk.max_ms;
    }
}

/// Reads an index; `None` if it makes no sense.
pub(super) fn decode(bytes: &[u8], interner: &Interner) -> Option<(Origin, Vec<Entry>)> {
    let mut cursor = Cursor::new(bytes);
    let sequence = cursor.varint()?;
    let level = match cursor.byte()? {
        0 => Level::Flushed,
        1 => Level::Merged,
        _ => return None,
    };
    let mut replaces = Vec::new();
    for _ in 0..cursor.count(1)? {
        replaces.push(cursor.varint()?);
    }
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
    cursor.is_empty().then_some((Origin { sequence, level, replaces }, entries))
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

    fn sample() -> (Origin, Vec<Entry>) {
        let place = |offset| Place { offset, bytes: 9 };
        let chunk = |min_ms, max_ms| Chunk {
            min_ms,
            max_ms,
            points: 3,
            times: place(16),
            values: place(40),
        };
        let entry = |job: &str| Entry {
            labels: Labels::new("up", [("job", job)]).unwrap(),
            chunks: [chunk(i64::MIN, -5), chunk(3, i64::MAX)].into(),
        };
        let origin = Origin { sequence: 7, level: Level::Merged, replaces: vec![3, 4] };
        (origin, vec![entry("a"), entry("b")])
    }

    #[test]
    fn index_comes_back() {
        let (origin, entries) = sample();
        let bytes = encode(&origin, &entries);
        assert_eq!(decode(&bytes, &Interner::default()), Some((origin, entries)));
        for cut in 0..bytes.len() {
            assert_eq!(decode(&bytes[..cut], &Interner::default()), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            at: prop::sample::Index,
            byte: u8,
        ) {
            let interner = Interner::default();
            let _ = decode(&bytes, &interner);
            let (origin, entries) = sample();
            let mut changed = encode(&origin, &entries);
            let at = at.index(changed.len());
            changed[at] = byte;
            let _ = decode(&changed, &interner);
        }
    }
}
