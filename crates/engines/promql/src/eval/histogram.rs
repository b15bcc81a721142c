//! `histogram_*`: functions of histograms, native or classic.

use super::Eval;
use super::call::of_histograms;
use crate::PromqlError;
use crate::annotation::{Forced, Notes};
use crate::column::{Cell, Column, Grid, stored};
use crate::memory::Charge;
use crate::native::classic::{self, Bound};
use crate::native::{Said, histogram_fraction, histogram_quantile, histogram_variance};
use crate::syntax::ast::{Expr, Kind, Span};
use series::{Histogram, Labels, LabelsBuilder, METRIC_LABEL, number_plain};
use std::collections::HashMap;

const LE: &str = "le";

/// What is asked of each histogram.
#[derive(Clone, Copy)]
enum Question {
    Quantile(f64),
    Fraction(f64, f64),
}

/// Which places annotations name.
#[derive(Clone, Copy)]
struct Places {
    first: Span,
    vector: Span,
}

/// A native series, or the series of one classic histogram.
struct Subject {
    labels: Labels,
    native: Option<usize>,
    /// Columns with their upper bounds.
    classic: Vec<(usize, f64)>,
}

impl Eval<'_> {
    pub(super) fn histogram_call(
        &self,
        name: &str,
        args: &[Expr],
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        let simple: Option<fn(&Histogram) -> f64> = match name {
            "histogram_count" => Some(|histogram| histogram.count),
            "histogram_sum" => Some(|histogram| histogram.sum),
            "histogram_avg" => Some(|histogram| histogram.sum / histogram.count),
            "histogram_stdvar" => Some(histogram_variance),
            "histogram_stddev" => Some(|histogram| histogram_variance(histogram).sqrt()),
            _ => None,
        };
        if let Some(simple) = simple {
            let (columns, _held) = self.columns(&args[0], grid, notes)?.parts();
            return Ok(of_histograms(columns, grid, simple));
        }
        if name == "histogram_quantiles" {
            return self.quantiles(args, grid, notes);
        }
        let fraction = name == "histogram_fraction";
        let vector = &args[if fraction { 2 } else { 1 }];
        let first = self.scalar(&args[0], grid, notes)?;
        let second = if fraction { Some(self.scalar(&args[1], grid, notes)?) } else { None };
        let columns = self.columns(vector, grid, notes)?;
        if !fraction {
            for wanted in &*first {
                check_quantile(*wanted, args[0].span, notes);
            }
        }
        let question = |step: usize| match second.as_ref().map(|second| second[step]) {
            Some(upper) => Question::Fraction(first[step], upper),
            None => Question::Quantile(first[step]),
        };
        let places = Places { first: args[0].span, vector: vector.span };
        let subjects = subjects(&columns, places.vector, grid, notes);
        let _room = self.admit(subjects.len(), grid.count)?;
        answered(&columns, &subjects, grid, question, places, notes)
    }

    /// Several quantiles at once, told apart by a label.
    fn quantiles(
        &self,
        args: &[Expr],
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        let columns = self.columns(&args[0], grid, notes)?;
        let Kind::String(label) = &args[1].bare().kind else {
            return Err(PromqlError::eval("a label is wanted here"));
        };
        let places = Places { first: args[0].span, vector: args[0].span };
        let subjects = subjects(&columns, places.vector, grid, notes);
        let _room = self.admit(subjects.len(), grid.count)?;
        let (mut all, mut room) = (Vec::new(), self.memory.nothing());
        for arg in &args[2..] {
            let wanted = self.scalar(arg, grid, notes)?;
            for wanted in &*wanted {
                check_quantile(*wanted, arg.span, notes);
            }
            let question = |step: usize| Question::Quantile(wanted[step]);
            let made = answered(&columns, &subjects, grid, question, places, notes)?;
            for column in made {
                all.extend(labelled(&column, label, &wanted, &mut room)?);
            }
        }
        crate::column::merged(all)
    }
}

/// Puts the quantile into a label; where it changes from step to step the column falls apart.
fn labelled(
    column: &Column,
    label: &str,
    wanted: &[f64],
    room: &mut Charge,
) -> Result<Vec<Column>, PromqlError> {
    let mut parts: Vec<(u64, Column)> = Vec::new();
    for (step, quantile) in wanted.iter().enumerate() {
        let bits = quantile.to_bits();
        let known = parts.iter().position(|part| part.0 == bits);
        if known.is_none() {
            room.grow(Column::room(wanted.len()))?;
        }
        let at = known.unwrap_or_else(|| {
            let mut labels = LabelsBuilder::from_labels(&column.labels);
            labels.set(label, &openmetrics_float(*quantile));
            let mut part = Column::new(labels.build(), wanted.len());
            part.drop_name = column.drop_name;
            parts.push((bits, part));
            parts.len() - 1
        });
        parts[at].1.floats[step] = column.floats[step];
    }
    Ok(parts.into_iter().map(|part| part.1).filter(|part| !part.is_empty()).collect())
}

/// A float as OpenMetrics writes it: with a point or an exponent.
fn openmetrics_float(value: f64) -> String {
    let text = if value.is_finite() && value != 0.0 && !(1e-4..1e21).contains(&value.abs()) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{digits}e{sign}{:02}", exponent.abs())
    } else {
        number_plain(value)
    };
    let complete = text.contains(['e', '.']) || !value.is_finite();
    if complete { text } else { format!("{text}.0") }
}

fn check_quantile(wanted: f64, span: Span, notes: &mut Notes) {
    if wanted.is_nan() || !(0.0..=1.0).contains(&wanted) {
        notes.invalid_quantile(wanted, span);
    }
}

/// The upper bound that a label's value names.
pub(super) fn le_value(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let word = unsigned.to_ascii_lowercase();
    let infinite = matches!(word.as_str(), "inf" | "infinity");
    let digits = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    if infinite || digits || word == "nan" { text.parse().ok() } else { None }
}

/// Sorts the columns into native and classic histograms.
fn subjects(columns: &[Column], span: Span, grid: &Grid, notes: &mut Notes) -> Vec<Subject> {
    let mut subjects: Vec<Subject> = Vec::new();
    let mut places: HashMap<Labels, usize> = HashMap::new();
    for (at, column) in columns.iter().enumerate() {
        if column.has_histograms() {
            let place = *places.entry(column.labels.clone()).or_insert_with(|| {
                let labels = column.labels.clone();
                subjects.push(Subject { labels, native: None, classic: Vec::new() });
                subjects.len() - 1
            });
            subjects[place].native = Some(at);
        }
        let floats = (0..grid.count).any(|step| matches!(column.cell(step), Cell::Float(_)));
        if !floats {
            continue;
        }
        let le = column.labels.get(LE).unwrap_or("");
        let Some(upper) = le_value(le) else {
            notes.bad_bucket(column.labels.metric(), le, span);
            continue;
        };
        let labels = column.labels.keep(|name| name != LE);
        let place = *places.entry(labels).or_insert_with_key(|labels| {
            let labels = labels.clone();
            subjects.push(Subject { labels, native: None, classic: Vec::new() });
            subjects.len() - 1
        });
        subjects[place].classic.push((at, upper));
    }
    subjects
}

fn answered(
    columns: &[Column],
    subjects: &[Subject],
    grid: &Grid,
    question: impl Fn(usize) -> Question,
    places: Places,
    notes: &mut Notes,
) -> Result<Vec<Column>, PromqlError> {
    let mut made = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let mut column = Column::new(subject.labels.clone(), grid.count);
        column.drop_name = true;
        let metric = subject.labels.get(METRIC_LABEL).unwrap_or("");
        for step in 0..grid.count {
            let native = subject.native.map(|at| columns[at].cell(step));
            let bounds: Vec<Bound> = subject
                .classic
                .iter()
                .filter_map(|(at, upper)| match columns[*at].cell(step) {
                    Cell::Float(count) => Some(Bound { upper: *upper, count }),
                    _ => None,
                })
                .collect();
            let held = match native {
                Some(Cell::Histogram(held)) => Some(held),
                _ => None,
            };
            let value = match (held, bounds.is_empty()) {
                (Some(_), false) => {
                    notes.mixed_classic(metric, places.vector);
                    continue;
                }
                (Some(held), true) => of_native(held, question(step), metric, places, notes),
                (None, false) => {
                    let at = grid.at(step);
                    of_classic(&bounds, question(step), metric, at, places, notes)
                }
                (None, true) => continue,
            };
            column.floats[step] = stored(value);
        }
        if !column.is_empty() {
            made.push(column);
        }
    }
    crate::column::merged(made)
}

fn of_native(
    histogram: &Histogram,
    question: Question,
    metric: &str,
    places: Places,
    notes: &mut Notes,
) -> f64 {
    let (value, said) = match question {
        Question::Quantile(wanted) => histogram_quantile(wanted, histogram),
        Question::Fraction(lower, upper) => histogram_fraction(lower, upper, histogram),
    };
    match said {
        Said::Nothing => {}
        Said::NanResult => notes.nan_result(metric, places.first),
        Said::NanSkew => notes.nan_skew(metric, places.first),
        Said::NanExcluded => notes.nan_fraction(metric, places.first),
    }
    value
}

fn of_classic(
    bounds: &[Bound],
    question: Question,
    metric: &str,
    at: i64,
    places: Places,
    notes: &mut Notes,
) -> f64 {
    match question {
        Question::Fraction(lower, upper) => classic::fraction(lower, upper, bounds),
        Question::Quantile(wanted) => {
            let (value, mended) = classic::quantile(wanted, bounds);
            if let Some(mended) = mended {
                let forced = Forced {
                    from_ms: at,
                    to_ms: at,
                    lowest: mended.lowest,
                    highest: mended.highest,
                    difference: mended.difference,
                    samples: 1,
                };
                notes.forced_monotonic(metric, places.vector, forced);
            }
            value
        }
    }
}
