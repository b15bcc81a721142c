//! Hashes of numbers that are ours: places in files, addresses.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map whose keys are numbers that nobody chooses to do harm.
pub(crate) type ByNumber<K, V> = HashMap<K, V, BuildHasherDefault<Mixed>>;

/// A multiplication for each number, its best bits in front.
#[derive(Default)]
pub(crate) struct Mixed(u64);

/// Odd, and its bits look like chance (the golden ratio).
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        // The lowest bits of a product know the lowest bits of its factors alone.
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(FACTOR);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::hash::{BuildHasher, BuildHasherDefault};

    #[test]
    fn places_and_addresses_spread_over_both_ends_of_the_hash() {
        let hasher = BuildHasherDefault::<Mixed>::default();
        let hash = |number: usize| hasher.hash_one(number);
        let addresses = || (0..1_024usize).map(|at| 0x7f12_3456_7000 + at * 64);
        let low: HashSet<u64> = addresses().map(|address| hash(address) & 1_023).collect();
        let high: HashSet<u64> = addresses().map(|address| hash(address) >> 57).collect();
        assert!(low.len() > 500 && high.len() > 100, "{} {}", low.len(), high.len());
        assert_ne!(hasher.hash_one((1u64, 2u64)), hasher.hash_one((2u64, 1u64)));
    }
}
