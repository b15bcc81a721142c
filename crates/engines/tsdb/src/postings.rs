//! From label pairs to the series that have them.

use crate::{Labels, MatchOp, Selector};
use std::collections::HashMap;
use xxhash_rust::xxh3::Xxh3;

/// Lists of series numbers by the hash of a label pair.
///
/// The hash saves a second copy of all texts; as every candidate is compared with the selector
/// afterwards, a collision costs time and never a wrong answer.
#[derive(Default)]
pub(crate) struct Postings {
    lists: HashMap<u64, Vec<u32>>,
}

impl Postings {
    /// Adds a series; numbers must be added ascending.
    pub(crate) fn add(&mut self, number: u32, labels: &Labels) {
        for (name, value) in labels.iter() {
            self.lists.entry(pair_hash(name, value)).or_default().push(number);
        }
    }

    /// The numbers below `count` whose labels fulfil the selector, ascending.
    pub(crate) fn matching<'l>(
        &self,
        selector: &Selector,
        count: usize,
        labels_of: impl Fn(usize) -> &'l Labels,
    ) -> Vec<usize> {
        let exact = selector.matchers().iter().filter(|matcher| {
            // An empty value asks for series without the label, which no list has.
            matcher.op() == MatchOp::Equal && !matcher.value().is_empty()
        });
        let lists = exact.map(|matcher| {
            let list = self.lists.get(&pair_hash(matcher.name(), matcher.value()));
            list.map_or(&[][..], Vec::as_slice)
        });
        let accepted = |number: &usize| selector.accepts(labels_of(*number));
        match lists.min_by_key(|list| list.len()) {
            Some(list) => list.iter().map(|number| *number as usize).filter(accepted).collect(),
            None => (0..count).filter(accepted).collect(),
        }
    }
}

fn pair_hash(name: &str, value: &str) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(name.as_bytes());
    hasher.update(&[0xff]);
    hasher.update(value.as_bytes());
    hasher.digest()
}
