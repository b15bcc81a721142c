//! Finds series of a block by their labels: matchers become sets of numbers, columns are scanned.

use super::{Label, Names, Shape, Values};
use crate::{MatchOp, Matcher, Selector};

/// Which values of a label a matcher accepts.
enum Accepted {
    None,
    One(u32),
    AllBut(Option<u32>),
    Some(Vec<bool>),
}

struct Test {
    /// The label's number, if any series has it.
    label: Option<u32>,
    accepted: Accepted,
    accepts_missing: bool,
}

impl Accepted {
    /// Looks listed texts up if they are fewer than the values; else tries each value.
    fn by_pattern(matcher: &Matcher, label: &Label) -> Self {
        let count = label.count();
        let Some(texts) = matcher.texts().filter(|texts| texts.len() < count) else {
            let values = 0..count as u32;
            return Self::Some(values.map(|v| matcher.accepts(label.value(v))).collect());
        };
        let found: Vec<u32> = texts.iter().filter_map(|text| label.find(text)).collect();
        let is_wanted = matcher.op() == MatchOp::Regex;
        match (&*found, is_wanted) {
            ([], true) => Self::None,
            ([one], true) => Self::One(*one),
            ([], false) => Self::AllBut(None),
            ([one], false) => Self::AllBut(Some(*one)),
            _ => {
                let mut accepted = vec![!is_wanted; count];
                found.iter().for_each(|value| accepted[*value as usize] = is_wanted);
                Self::Some(accepted)
            }
        }
    }

    fn contains(&self, value: u32) -> bool {
        match self {
            Self::None => false,
            Self::One(one) => *one == value,
            Self::AllBut(one) => *one != Some(value),
            Self::Some(accepted) => accepted[value as usize],
        }
    }
}

impl Test {
    fn new(matcher: &Matcher, labels: &[Label]) -> Self {
        let label = labels.binary_search_by(|label| (*label.name).cmp(matcher.name())).ok();
        let accepts_missing = matcher.accepts("");
        let accepted = match label.map(|number| &labels[number]) {
            None => Accepted::None,
            Some(label) => match matcher.op() {
                MatchOp::Equal => label.find(matcher.value()).map_or(Accepted::None, Accepted::One),
                MatchOp::NotEqual => Accepted::AllBut(label.find(matcher.value())),
                MatchOp::Regex | MatchOp::NotRegex => Accepted::by_pattern(matcher, label),
            },
        };
        Self { label: label.map(|number| number as u32), accepted, accepts_missing }
    }

    fn column<'s>(&self, shape: &'s Shape) -> Option<&'s Values> {
        let label = self.label?;
        let at = shape.columns.binary_search_by_key(&label, |column| column.0).ok()?;
        Some(&shape.columns[at].1)
    }

    /// Tells whether a shape may have such series; no row is looked at.
    fn may_find(&self, shape: &Shape) -> bool {
        match self.column(shape) {
            None => self.accepts_missing,
            Some(Values::Same(value)) => self.accepted.contains(*value),
            Some(Values::Each(_) | Values::Rising(_)) => !matches!(self.accepted, Accepted::None),
        }
    }

    /// Narrows `rows` of a shape that may have such series down; `None` stands for all.
    fn narrow(&self, shape: &Shape, rows: Option<Vec<u32>>) -> Option<Vec<u32>> {
        let column = self.column(shape);
        let (Some(Values::Each(values)) | Some(Values::Rising(values))) = column else {
            return rows;
        };
        Some(match (rows, &self.accepted) {
            (Some(mut rows), accepted) => {
                rows.retain(|row| accepted.contains(values[*row as usize]));
                rows
            }
            (None, Accepted::One(one)) if matches!(column, Some(Values::Rising(_))) => {
                let first = values.partition_point(|value| value < one);
                let end = values.partition_point(|value| value <= one);
                (first as u32..end as u32).collect()
            }
            (None, Accepted::One(one)) => positions_of(values, *one),
            (None, accepted) => {
                let rows = values.iter().zip(0..).filter(|(value, _)| accepted.contains(**value));
                rows.map(|(_, row)| row).collect()
            }
        })
    }
}

/// So many values are compared at once.
const AT_ONCE: usize = 64;

/// The rows that have a value, which most have not.
fn positions_of(values: &[u32], one: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for (part, first) in values.chunks(AT_ONCE).zip((0..).step_by(AT_ONCE)) {
        if part.iter().fold(false, |any, value| any | (*value == one)) {
            let rows = part.iter().zip(first..).filter(|(value, _)| **value == one);
            found.extend(rows.map(|(_, row)| row));
        }
    }
    found
}

impl Names {
    /// The series that fulfil the selector, ascending.
    pub(crate) fn matching(&self, selector: &Selector) -> Vec<u32> {
        let tests = selector.matchers().iter().map(|matcher| Test::new(matcher, &self.labels));
        let mut tests: Vec<Test> = tests.collect();
        // What names few values goes first.
        tests.sort_by_key(|test| !matches!(test.accepted, Accepted::None | Accepted::One(_)));
        let mut found = Vec::new();
        for shape in &self.shapes {
            if !tests.iter().all(|test| test.may_find(shape)) {
                continue;
            }
            let mut rows = None;
            for test in &tests {
                rows = test.narrow(shape, rows);
                if rows.as_ref().is_some_and(Vec::is_empty) {
                    break;
                }
            }
            match rows {
                None => found.extend(shape.first..shape.first + shape.count),
                Some(rows) => found.extend(rows.into_iter().map(|row| shape.first + row)),
            }
        }
        found
    }

    /// The label names that any series has, ascending.
    pub(crate) fn label_names(&self) -> impl Iterator<Item = &str> {
        self.labels.iter().map(|label| &*label.name)
    }

    /// Tells whether any series has the label.
    pub(crate) fn has_label(&self, name: &str) -> bool {
        self.labels.binary_search_by(|label| (*label.name).cmp(name)).is_ok()
    }

    /// The values of a label, ascending.
    pub(crate) fn label_values(&self, name: &str) -> impl Iterator<Item = &str> {
        let at = self.labels.binary_search_by(|label| (*label.name).cmp(name)).ok();
        let label = at.map(|at| &self.labels[at]);
        label.into_iter().flat_map(|label| (0..label.count() as u32).map(|v| label.value(v)))
    }
}
