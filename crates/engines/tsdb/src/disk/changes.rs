//! What of the past stays as it was, for whoever keeps what was made of it.

use super::DiskStore;
use crate::locks::lock;
use std::collections::VecDeque;
use std::sync::Mutex;

/// So many changes are told apart; beyond that the two oldest count as one.
const CHANGES_MAX: usize = 4096;

/// How far back what was changed reaches.
#[derive(Debug, Default)]
pub(super) struct Changes {
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    /// Of the last change.
    number: u64,
    /// Numbers with the first time of what was changed, milliseconds; both ascending, as a change
    /// says nothing that a later one which reaches further back does not say too.
    reach: VecDeque<(u64, i64)>,
}

impl Changes {
    /// To be called when what was changed from `from_ms` on can be read, and before anybody is
    /// told so.
    pub(super) fn note(&self, from_ms: i64) {
        let mut log = lock(&self.log);
        log.number += 1;
        while log.reach.back().is_some_and(|(_, reach_ms)| *reach_ms >= from_ms) {
            log.reach.pop_back();
        }
        let number = log.number;
        log.reach.push_back((number, from_ms));
        if log.reach.len() > CHANGES_MAX
            && let Some((_, oldest_ms)) = log.reach.pop_front()
            && let Some(next) = log.reach.front_mut()
        {
            next.1 = oldest_ms;
        }
    }

    /// Likewise of what is no longer read, or is read from elsewhere, at any time.
    pub(super) fn note_all(&self) {
        self.note(i64::MIN);
    }

    fn number(&self) -> u64 {
        lock(&self.log).number
    }

    fn reach_since(&self, number: u64) -> i64 {
        let log = lock(&self.log);
        let first = log.reach.partition_point(|(other, _)| *other <= number);
        log.reach.get(first).map_or(i64::MAX, |(_, reach_ms)| *reach_ms)
    }
}

impl DiskStore {
    /// The number of the last change: of what comes in and of what goes. To be asked before
    /// anything is read, for [`DiskStore::unchanged_before`].
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes.number()
    }

    /// Before this time, in milliseconds since 1970, UTC, whatever was read since the change of
    /// that number reads the same now.
    #[must_use]
    pub fn unchanged_before(&self, change: u64) -> i64 {
        self.changes.reach_since(change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_change_is_overlooked_and_few_are_feared_for_nothing(
            times in prop::collection::vec(-50i64..50, 0..60),
            since in 0usize..60,
        ) {
            let changes = Changes::default();
            for at_ms in &times {
                changes.note(*at_ms);
            }
            let later = times.iter().skip(since).min().copied().unwrap_or(i64::MAX);
            prop_assert_eq!(changes.number(), times.len() as u64);
            prop_assert_eq!(changes.reach_since(since as u64), later);
        }
    }

    #[test]
    fn of_very_many_the_oldest_count_together() {
        let changes = Changes::default();
        let many = CHANGES_MAX as i64 + 100;
        (0..many).for_each(|at_ms| changes.note(at_ms));
        assert_eq!(lock(&changes.log).reach.len(), CHANGES_MAX);
        // Feared for the first hundred, exact for those after them.
        assert_eq!(changes.reach_since(50), 0);
        assert_eq!(changes.reach_since(200), 200);
    }
}
