//! The label sets of a block, as columns.
//!
//! Series of one metric with the same label names stand together and are a *shape*. Each label name
//! has a sorted table of its values; a shape has a column of numbers into that table for each name.

mod encode;
mod find;

pub(crate) use encode::{decode, encode};

use crate::Labels;
use std::cmp::Ordering;
use std::sync::OnceLock;

/// In the order in which blocks keep series: by metric, by the names, by the values.
pub(crate) fn order(a: &Labels, b: &Labels) -> Ordering {
    let names = |labels: &Labels| labels.len();
    a.metric().cmp(b.metric()).then_with(|| {
        if names(a) == names(b) && a.iter().map(|p| p.0).eq(b.iter().map(|p| p.0)) {
            a.iter().map(|pair| pair.1).cmp(b.iter().map(|pair| pair.1))
        } else {
            a.iter().map(|pair| pair.0).cmp(b.iter().map(|pair| pair.0))
        }
    })
}

/// Tells whether two label sets are of one shape.
pub(crate) fn same_shape(a: &Labels, b: &Labels) -> bool {
    a.metric() == b.metric() && a.iter().map(|p| p.0).eq(b.iter().map(|p| p.0))
}

/// All label sets of a block.
pub(crate) struct Names {
    labels: Vec<Label>,
    shapes: Vec<Shape>,
    series: usize,
    /// Label sets that have been asked for.
    known: Box<[OnceLock<Labels>]>,
}

/// A label name and its values, ascending.
struct Label {
    name: Box<str>,
    texts: String,
    ends: Vec<u32>,
}

struct Shape {
    /// Number of its first series.
    first: u32,
    count: u32,
    /// For each label name, ascending: its number, and the numbers of the values.
    columns: Vec<(u32, Values)>,
}

enum Values {
    Same(u32),
    Each(Box<[u32]>),
    /// As [`Values::Each`], and each is at least the one before.
    Rising(Box<[u32]>),
}

impl Values {
    fn at(&self, row: usize) -> u32 {
        match self {
            Self::Same(value) => *value,
            Self::Each(values) | Self::Rising(values) => values[row],
        }
    }
}

impl Label {
    fn count(&self) -> usize {
        self.ends.len()
    }

    fn value(&self, number: u32) -> &str {
        let at = number as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.texts[start..self.ends[at] as usize]
    }

    fn find(&self, value: &str) -> Option<u32> {
        let (mut low, mut high) = (0u32, self.count() as u32);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.value(middle).cmp(value) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(middle),
            }
        }
        None
    }
}

impl Names {
    /// How many series there are.
    pub(crate) fn len(&self) -> usize {
        self.series
    }

    /// Bytes in memory, about.
    pub(crate) fn size(&self) -> usize {
        let labels = self.labels.iter().map(|label| label.texts.len() + label.ends.len() * 4 + 64);
        let columns = self.shapes.iter().flat_map(|shape| &shape.columns);
        let columns = columns.map(|(_, values)| match values {
            Values::Same(_) => 32,
            Values::Each(values) | Values::Rising(values) => 32 + values.len() * 4,
        });
        labels.sum::<usize>() + columns.sum::<usize>() + self.series * 16
    }

    /// The label set of a series, made when it is asked for first.
    pub(crate) fn labels(&self, series: u32, share: impl FnOnce(Labels) -> Labels) -> Labels {
        let known = &self.known[series as usize];
        known.get_or_init(|| share(self.make(series))).clone()
    }

    /// The label set of a series, made anew.
    pub(crate) fn make(&self, series: u32) -> Labels {
        let shape = &self.shapes[self.shapes.partition_point(|shape| shape.first <= series) - 1];
        let row = (series - shape.first) as usize;
        let pairs = shape.columns.iter().map(|(number, values)| {
            let label = &self.labels[*number as usize];
            (&*label.name, label.value(values.at(row)))
        });
        let pairs: Vec<(&str, &str)> = pairs.collect();
        Labels::from_borrowed(&pairs).expect("it was a label set when it was written")
    }
}
