//! Series that writers have brought before, found by the bytes of their labels.
//!
//! A writer sends the labels of each series with each sample. Whoever has met these bytes knows
//! that they are good, which labels they are, and where the store has the series, without reading
//! a single one.

use std::{
    hash::{BuildHasherDefault, Hasher},
    mem,
    time::Duration,
};

use indexmap::IndexMap;
use kernel::Ids;
use tsdb::{Labels, SeriesRef};
use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128_with_seed};

/// Most series of a generation; there are two.
const GENERATION_MAX: usize = 500_000;
/// A series that is not written for two of these is forgotten.
const GENERATION_AGE: Duration = Duration::from_secs(3_600);

/// What the bytes of labels are remembered by: their hash of 128 bits, in halves, which a map
/// holds in less room than one number.
pub(super) type Key = (u64, u64);

/// Series by their labels' bytes, in two generations: the older one goes as a whole, and what is
/// used moves to the younger one.
#[derive(Debug)]
pub(crate) struct KnownSeries {
    /// So that nobody can foresee which bytes would meet.
    seed: u64,
    young: Generation,
    old: Generation,
    began: Duration,
}

/// In the order in which they were met, which is the order in which they come again.
pub(super) type Generation = IndexMap<Key, Known, BuildHasherDefault<KeyHasher>>;

/// A series that has been met.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) labels: Labels,
    /// Where the store has it, once it has been asked.
    pub(super) series: Option<SeriesRef>,
}

impl KnownSeries {
    pub(crate) fn new(ids: &dyn Ids, now: Duration) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = ids.secret();
        let seed = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        Self { seed, young: Generation::default(), old: Generation::default(), began: now }
    }

    /// The key of these bytes.
    pub(super) fn key(&self, bytes: &[u8]) -> Key {
        let hash = xxh3_128_with_seed(bytes, self.seed);
        (hash as u64, (hash >> 64) as u64)
    }

    /// The hash of a text that is a part of such bytes.
    pub(super) fn part(&self, text: &str) -> u64 {
        xxh3_64_with_seed(text.as_bytes(), self.seed)
    }

    /// The series that was met under this key. `next` is where it is looked for first, and where
    /// the one after it is expected afterwards: what lies beside what was read before is in the
    /// processor's cache already, and any other place is not.
    #[inline]
    pub(super) fn get(&self, key: Key, next: &mut usize) -> Option<Met<'_>> {
        let expected = self.young.get_index(*next).filter(|(found, _)| **found == key);
        let young = match expected {
            Some((_, known)) => Some((*next, known)),
            None => self.young.get_full(&key).map(|(at, _, known)| (at, known)),
        };
        if let Some((at, known)) = young {
            *next = at + 1;
            return Some(Met { known, aged: false });
        }
        Some(Met { known: self.old.get(&key)?, aged: true })
    }

    /// Remembers a series whose labels were found good, or that was used again after a while.
    pub(super) fn remember(&mut self, key: Key, known: Known) {
        self.old.swap_remove(&key);
        self.young.insert(key, known);
    }

    /// Whether it is time for [`KnownSeries::age`].
    pub(super) fn is_aged(&self, now: Duration) -> bool {
        now.saturating_sub(self.began) >= GENERATION_AGE || self.young.len() >= GENERATION_MAX
    }

    /// Begins a new generation when it is time.
    pub(super) fn age(&mut self, now: Duration) {
        if self.is_aged(now) {
            self.old = mem::take(&mut self.young);
            self.began = now;
        }
    }
}

/// A series that has been met before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Met<'k> {
    pub(super) known: &'k Known,
    /// In the generation before: to be remembered anew.
    pub(super) aged: bool,
}

/// Keys are hashes already: eight bytes of one are as good as another hash of it.
#[derive(Debug, Default)]
pub(super) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for (index, byte) in bytes.iter().take(8).enumerate() {
            self.0 ^= u64::from(*byte) << (8 * index);
        }
    }

    fn write_u64(&mut self, half: u64) {
        self.0 = half;
    }
}

#[cfg(test)]
mod tests {
    use testkit::SeededIds;

    use super::*;

    #[test]
    fn what_is_used_stays_and_what_is_not_goes_after_two_generations() {
        let mut known = KnownSeries::new(&SeededIds::new(7), Duration::ZERO);
        let labels =
            |name: &str| Known { labels: Labels::new(name, [("a", "b")]).unwrap(), series: None };
        let (used, idle) = (known.key(b"used"), known.key(b"idle"));
        assert_ne!(used, idle);
        known.remember(used, labels("used"));
        known.remember(idle, labels("idle"));
        for hour in 1..=3 {
            known.age(GENERATION_AGE * hour);
            let met = known.get(used, &mut 0).unwrap();
            assert!(met.aged && met.known.labels == labels("used").labels, "{hour}");
            known.remember(used, labels("used"));
            assert!(!known.get(used, &mut 0).unwrap().aged);
        }
        assert!(known.get(idle, &mut 0).is_none());
        assert_eq!(known.young.len() + known.old.len(), 1);
    }

    #[test]
    fn series_is_found_wherever_it_is_looked_for_first() {
        let mut known = KnownSeries::new(&SeededIds::new(7), Duration::ZERO);
        let names = ["a", "b", "c"];
        for name in names {
            let labels = Labels::new(name, [("x", "y")]).unwrap();
            known.remember(known.key(name.as_bytes()), Known { labels, series: None });
        }
        for first in 0..5 {
            let mut next = first;
            for name in ["b", "c", "a", "a", "c"] {
                let met = known.get(known.key(name.as_bytes()), &mut next).unwrap();
                assert_eq!(met.known.labels.metric(), name, "{first}");
                assert_eq!(next, names.iter().position(|one| *one == name).unwrap() + 1);
            }
        }
    }
}
