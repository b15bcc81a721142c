//! Bytes from strangers: changed messages and texts end in an answer or an error, never in a
//! panic, and take no more memory than their length allows.
//!
//! `FUZZ_CASES=1000000 cargo nextest run -p wire --test fuzz` looks longer.

mod messages;
mod texts;

use proptest::prelude::*;

/// What reading may take at once: so much, and so much for each byte that is read. The smallest
/// things in a message take two bytes there and a few words here, in a list that has just grown.
const ROOM_BYTES: usize = 64 << 10;
const ROOM_FACTOR: usize = 128;

/// How a message is changed, by places and bytes.
#[derive(Debug, Clone)]
enum Change {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, prop::sample::Index),
    Repeat(prop::sample::Index, prop::sample::Index, u8),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<prop::sample::Index>;
    let bytes = prop::collection::vec(any::<u8>(), 1..12);
    prop_oneof![
        5 => (place(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => place().prop_map(Change::Cut),
        2 => (place(), bytes).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        1 => (place(), place()).prop_map(|(from, to)| Change::Remove(from, to)),
        1 => (place(), place(), 1_u8..40).prop_map(|(a, b, times)| Change::Repeat(a, b, times)),
    ]
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec(change(), 1..6)
}

/// The bytes, changed.
fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let place = |at: &prop::sample::Index| at.index(bytes.len() + 1);
        match change {
            Change::Set(at, byte) => {
                let at = place(at);
                if let Some(old) = bytes.get_mut(at) {
                    *old = *byte;
                }
            }
            Change::Cut(at) => bytes.truncate(place(at)),
            Change::Insert(at, more) => {
                let at = place(at);
                bytes.splice(at..at, more.iter().copied());
            }
            Change::Remove(a, b) => {
                let (a, b) = (place(a), place(b));
                bytes.drain(a.min(b)..a.max(b));
            }
            Change::Repeat(a, b, times) => {
                let (a, b) = (place(a), place(b));
                let part = bytes[a.min(b)..a.max(b)].repeat(usize::from(*times));
                bytes.splice(a..a, part);
            }
        }
    }
    bytes
}

/// So many cases, unless `FUZZ_CASES` says otherwise.
fn cases(usual: u32) -> ProptestConfig {
    let told = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig::with_cases(told.unwrap_or(usual))
}

/// Reads, and looks at the memory that it takes at once. What it gives back is dropped within.
fn read_within<T>(bytes: usize, read: impl FnOnce() -> T) -> Result<(), TestCaseError> {
    let room = ROOM_BYTES + bytes * ROOM_FACTOR;
    let taken = allocation_counter::measure(|| drop(read())).bytes_max as usize;
    prop_assert!(taken <= room, "{taken} bytes for {bytes}, at most {room}");
    Ok(())
}
