//! When a group is evaluated.
//!
//! Groups with one interval are spread over it by a hash of their file and name, so that they do
//! not all run at once and each keeps its moments over restarts. Source: Prometheus,
//! `Group.EvalTimestamp` and `labels.Labels.Hash`.

use xxhash_rust::xxh64::xxh64;

/// How far behind whole intervals the moments of a group are, in nanoseconds.
#[must_use]
pub fn group_offset_ns(file: &str, name: &str, interval_ms: i64) -> i64 {
    let mut bytes = Vec::new();
    for part in ["file", file, "name", name] {
        bytes.extend_from_slice(part.as_bytes());
        bytes.push(0xff);
    }
    let interval_ns = interval_ms.max(1).unsigned_abs().saturating_mul(1_000_000);
    i64::try_from(xxh64(&bytes, 0) % interval_ns).unwrap_or(0)
}

/// The moments of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slots {
    interval_ms: i64,
    offset_ms: i64,
}

impl Slots {
    /// The moments of the group of this file and name.
    #[must_use]
    pub fn new(file: &str, name: &str, interval_ms: i64) -> Self {
        let interval_ms = interval_ms.max(1);
        Self { interval_ms, offset_ms: group_offset_ns(file, name, interval_ms) / 1_000_000 }
    }

    /// The last moment that is not after `at_ms`.
    #[must_use]
    pub fn last_at(&self, at_ms: i64) -> i64 {
        let into = (at_ms - self.offset_ms).rem_euclid(self.interval_ms);
        at_ms.saturating_sub(into)
    }

    /// The first moment after `at_ms`.
    #[must_use]
    pub fn next_after(&self, at_ms: i64) -> i64 {
        self.last_at(at_ms).saturating_add(self.interval_ms)
    }

    /// Milliseconds between two moments.
    #[must_use]
    pub fn interval_ms(&self) -> i64 {
        self.interval_ms
    }
}

#[cfg(test)]
mod tests {
    use super::{Slots, group_offset_ns};

    #[test]
    fn moments_keep_their_distance_and_their_place() {
        let slots = Slots::new("rules.yml", "node", 60_000);
        let first = slots.last_at(1_700_000_000_000);
        assert!((1_699_999_940_001..=1_700_000_000_000).contains(&first));
        assert_eq!(slots.next_after(first), first + 60_000);
        assert_eq!(slots.last_at(first), first);
        assert_eq!(slots.last_at(first - 1), first - 60_000);
        assert_eq!(slots.last_at(-5).rem_euclid(60_000), first.rem_euclid(60_000));
    }

    #[test]
    fn groups_are_spread_over_the_interval() {
        let offsets: Vec<i64> =
            (0..100).map(|n| group_offset_ns("f", &format!("g{n}"), 60_000)).collect();
        let early = offsets.iter().filter(|offset| **offset < 30_000_000_000).count();
        assert!((30..70).contains(&early), "{early} of 100 in the first half");
        assert!(offsets.iter().all(|offset| (0..60_000_000_000).contains(offset)));
    }
}
