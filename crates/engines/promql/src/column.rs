//! Values of one series over all steps.

use crate::PromqlError;
use series::{Histogram, Labels, METRIC_LABEL};
use std::collections::HashMap;
use std::sync::Arc;

/// The bits that stand for "no float here": a signalling NaN, which no calculation yields.
const ABSENT_BITS: u64 = 0x7ff0_0d0a_ab5e_0001;

/// "No float at this step".
pub(crate) const ABSENT: f64 = f64::from_bits(ABSENT_BITS);

#[inline]
pub(crate) fn is_absent(value: f64) -> bool {
    value.to_bits() == ABSENT_BITS
}

/// A stored float on its way in; the one that would be taken for absent becomes an ordinary NaN.
#[inline]
pub(crate) fn stored(value: f64) -> f64 {
    if is_absent(value) { f64::NAN } else { value }
}

/// The times of evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) start: i64,
    pub(crate) step: i64,
    pub(crate) count: usize,
}

impl Grid {
    pub(crate) fn at(&self, step: usize) -> i64 {
        self.start + self.step * i64::try_from(step).unwrap_or(i64::MAX)
    }

    pub(crate) fn last(&self) -> i64 {
        self.at(self.count.saturating_sub(1))
    }

    pub(crate) fn times(&self) -> impl Iterator<Item = i64> + use<> {
        let grid = *self;
        (0..grid.count).map(move |step| grid.at(step))
    }

    /// The first step alone.
    pub(crate) fn first(&self) -> Self {
        Self { count: 1, ..*self }
    }
}

pub(crate) type Histograms = Vec<Option<Arc<Histogram>>>;

/// One series: at each step a float, a histogram or nothing.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) labels: Labels,
    /// The metric's name is to go at the end of the evaluation.
    pub(crate) drop_name: bool,
    pub(crate) floats: Vec<f64>,
    pub(crate) histograms: Option<Histograms>,
}

/// What a column holds at a step.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'c> {
    Nothing,
    Float(f64),
    Histogram(&'c Arc<Histogram>),
}

impl Column {
    pub(crate) fn new(labels: Labels, steps: usize) -> Self {
        Self { labels, drop_name: false, floats: vec![ABSENT; steps], histograms: None }
    }

    /// How many bytes a column of floats takes, labels aside.
    pub(crate) fn room(steps: usize) -> usize {
        size_of::<Self>() + steps.saturating_mul(size_of::<f64>())
    }

    #[inline]
    pub(crate) fn cell(&self, step: usize) -> Cell<'_> {
        let float = self.floats[step];
        if !is_absent(float) {
            return Cell::Float(float);
        }
        let held = self.histograms.as_ref().and_then(|held| held[step].as_ref());
        held.map_or(Cell::Nothing, Cell::Histogram)
    }

    pub(crate) fn put_histogram(&mut self, step: usize, histogram: Arc<Histogram>) {
        let steps = self.floats.len();
        self.histograms.get_or_insert_with(|| vec![None; steps])[step] = Some(histogram);
    }

    /// Copies what `from` holds at a step.
    pub(crate) fn put(&mut self, step: usize, cell: Cell<'_>) {
        match cell {
            Cell::Nothing => {}
            Cell::Float(float) => self.floats[step] = float,
            Cell::Histogram(histogram) => self.put_histogram(step, Arc::clone(histogram)),
        }
    }

    pub(crate) fn is_present(&self, step: usize) -> bool {
        !matches!(self.cell(step), Cell::Nothing)
    }

    /// Tells whether there is nothing at any step.
    pub(crate) fn is_empty(&self) -> bool {
        self.floats.iter().all(|float| is_absent(*float))
            && self.histograms.as_ref().is_none_or(|held| held.iter().all(Option::is_none))
    }

    pub(crate) fn has_histograms(&self) -> bool {
        self.histograms.is_some()
    }

    /// How many bytes it takes. Labels count where nobody else has them, a histogram once where it
    /// stands at several steps one after the other.
    pub(crate) fn bytes(&self) -> usize {
        let labels = if self.labels.is_sole() { self.labels.bytes() } else { 0 };
        size_of::<Self>() + size_of_val(&*self.floats) + labels + self.histogram_bytes()
    }

    /// What its histograms take of that.
    pub(crate) fn histogram_bytes(&self) -> usize {
        let Some(held) = &self.histograms else { return 0 };
        let (mut bytes, mut before) = (size_of_val(&**held), None);
        for histogram in held.iter().flatten() {
            if !before.is_some_and(|before| Arc::ptr_eq(before, histogram)) {
                bytes += histogram.bytes();
            }
            before = Some(histogram);
        }
        bytes
    }

    /// The value of the first step at `steps` steps.
    pub(crate) fn repeated(self, steps: usize) -> Self {
        let floats = vec![self.floats[0]; steps];
        let histograms = self.histograms.map(|held| vec![held[0].clone(); steps]);
        Self { floats, histograms, ..self }
    }

    /// Takes over what `other` holds.
    ///
    /// Errors: both hold something at the same step.
    fn absorb(&mut self, other: &Self) -> Result<(), PromqlError> {
        for step in 0..self.floats.len() {
            let cell = other.cell(step);
            if matches!(cell, Cell::Nothing) {
                continue;
            }
            if self.is_present(step) {
                return Err(same_labels());
            }
            self.put(step, cell);
        }
        Ok(())
    }
}

pub(crate) fn same_labels() -> PromqlError {
    PromqlError::eval("vector cannot contain metrics with the same labelset")
}

/// Makes one of columns with the same labels.
///
/// Errors: two of them hold something at the same step.
pub(crate) fn merged(columns: Vec<Column>) -> Result<Vec<Column>, PromqlError> {
    let mut places: HashMap<Labels, usize> = HashMap::with_capacity(columns.len());
    let mut kept: Vec<Column> = Vec::with_capacity(columns.len());
    for column in columns {
        match places.get(&column.labels) {
            Some(at) => kept[*at].absorb(&column)?,
            None => {
                places.insert(column.labels.clone(), kept.len());
                kept.push(column);
            }
        }
    }
    Ok(kept)
}

/// Takes the name off where it is to go, and makes one of what became the same.
pub(crate) fn without_dropped_names(columns: Vec<Column>) -> Result<Vec<Column>, PromqlError> {
    let mut changed = false;
    let columns = columns
        .into_iter()
        .map(|mut column| {
            if column.drop_name && column.labels.get(METRIC_LABEL).is_some() {
                column.labels = column.labels.keep(|name| name != METRIC_LABEL);
                changed = true;
            }
            column.drop_name = false;
            column
        })
        .collect();
    if changed { merged(columns) } else { Ok(columns) }
}

/// The value of an expression over all steps.
#[derive(Debug)]
pub(crate) enum Value {
    Scalar(Vec<f64>),
    Text(String),
    Vector(Vec<Column>),
}
