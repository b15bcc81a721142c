//! Which series belong together.

use series::{Labels, LabelsBuilder, METRIC_LABEL};
use std::collections::HashMap;
use xxhash_rust::xxh3::Xxh3;

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
    fn key(&self, labels: &Labels) -> u128 {
        let mut hasher = Xxh3::new();
        for (name, value) in labels.iter() {
            if self.decides(name) {
                hasher.update(name.as_bytes());
                hasher.update(&[0xff]);
                hasher.update(value.as_bytes());
                hasher.update(&[0xff]);
            }
        }
        hasher.digest128()
    }

    /// The deciding labels alone.
    pub(super) fn labels(&self, labels: &Labels) -> Labels {
        labels.keep(|name| self.decides(name))
    }

    /// Takes away (or, `only`, keeps) the listed labels, but leaves the metric's name alone.
    pub(super) fn reduce(&self, builder: &mut LabelsBuilder) {
        let listed = |name: &str| self.listed.iter().any(|label| label == name);
        builder.keep(|name| listed(name) == self.only);
    }
}

/// Numbers for groups, in the order in which they are first seen.
#[derive(Default)]
pub(super) struct Groups {
    known: HashMap<u128, usize>,
}

impl Groups {
    /// The number of the group that the labels belong to.
    pub(super) fn number(&mut self, deciding: Deciding<'_>, labels: &Labels) -> usize {
        let next = self.known.len();
        *self.known.entry(deciding.key(labels)).or_insert(next)
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }
}
