//! Which series belong together.

use series::{Labels, LabelsBuilder, METRIC_LABEL};
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_128;

/// The labels that decide: only those listed, or all but those listed and the metric's name.
#[derive(Clone, Copy)]
pub(super) struct Deciding<'l> {
    pub(super) listed: &'l [String],
    pub(super) only: bool,
}

impl Deciding<'_> {
    fn decides(&self, name: &str) -> bool {
        let listed = self.listed.iter().any(|label| label == name);
        if self.only { listed } else { !listed && name != METRIC_LABEL }
    }

    /// 128 bits that are the same exactly where the deciding labels are.
    ///
    /// `bytes` is room that the next one uses again: hashing a piece at once takes a fraction of
    /// what hashing it text by text does.
    pub(super) fn key(&self, labels: &Labels, bytes: &mut Vec<u8>) -> u128 {
        bytes.clear();
        for (name, value) in labels.iter().filter(|(name, _)| self.decides(name)) {
            for text in [name, value] {
                bytes.extend_from_slice(text.as_bytes());
                // Stands in no UTF-8 text: texts that run into each other are told apart.
                bytes.push(0xff);
            }
        }
        xxh3_128(bytes)
    }

    /// The deciding labels alone.
    pub(super) fn labels(&self, labels: &Labels) -> Labels {
        labels.keep(|name| self.decides(name))
    }

    /// Tells whether a label is left where the listed ones are taken away (or, `only`, kept): the
    /// metric's name is one as any other.
    pub(super) fn leaves(&self, name: &str) -> bool {
        self.listed.iter().any(|label| label == name) == self.only
    }

    /// Leaves no other labels in a set.
    pub(super) fn reduce(&self, builder: &mut LabelsBuilder) {
        builder.keep(|name| self.leaves(name));
    }
}

/// Numbers for groups, in the order in which they are first seen.
#[derive(Default)]
pub(super) struct Groups {
    known: HashMap<u128, usize>,
    /// Room for the texts that a key is made of.
    bytes: Vec<u8>,
}

impl Groups {
    /// The number of the group that the labels belong to.
    pub(super) fn number(&mut self, deciding: Deciding<'_>, labels: &Labels) -> usize {
        let key = deciding.key(labels, &mut self.bytes);
        self.number_of(key)
    }

    /// The same by the key of the labels.
    pub(super) fn number_of(&mut self, key: u128) -> usize {
        let next = self.known.len();
        *self.known.entry(key).or_insert(next)
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(listed: &[&str], only: bool, sets: &[&[(&str, &str)]]) -> Vec<usize> {
        let listed: Vec<String> = listed.iter().map(|name| (*name).to_owned()).collect();
        let deciding = Deciding { listed: &listed, only };
        let mut groups = Groups::default();
        let number = |set: &&[(&str, &str)]| {
            let labels = Labels::from_pairs(set.iter().copied()).unwrap();
            groups.number(deciding, &labels)
        };
        sets.iter().map(number).collect()
    }

    #[test]
    fn series_are_of_one_group_where_the_deciding_labels_are_the_same() {
        let sets: [&[(&str, &str)]; 5] = [
            &[("__name__", "up"), ("job", "a"), ("zone", "1")],
            &[("__name__", "down"), ("job", "a"), ("zone", "2")],
            &[("__name__", "up"), ("job", "b"), ("zone", "1")],
            &[("__name__", "up"), ("zone", "1")],
            &[("__name__", "up"), ("job", "a"), ("zone", "1")],
        ];
        assert_eq!(numbers(&["job"], true, &sets), [0, 0, 1, 2, 0]);
        assert_eq!(numbers(&["job"], false, &sets), [0, 1, 0, 0, 0]);
        assert_eq!(numbers(&[], true, &sets), [0; 5]);
        // All labels but the name decide.
        assert_eq!(numbers(&[], false, &sets), [0, 1, 2, 3, 0]);
    }

    #[test]
    fn texts_that_run_into_each_other_are_told_apart() {
        let sets: [&[(&str, &str)]; 4] =
            [&[("a", "bc")], &[("ab", "c")], &[("a", "b"), ("c", "d")], &[("a", "bcd")]];
        assert_eq!(numbers(&[], false, &sets), [0, 1, 2, 3]);
    }
}
