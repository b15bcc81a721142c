//! What an evaluation is to yield, and whether it does.

// By path, as another crate has this file in a folder of its own.
#[path = "check/expected.rs"]
mod expected;
#[path = "check/same.rs"]
mod same;

use super::store::Value;
pub(crate) use expected::Expected;
use promql::{Answer, PromqlError, QueryValue, SampleValue, SeriesValues, VectorSample};
use regex::Regex;
use series::Labels;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// How a query was run.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Instant(i64),
    /// Start and step.
    Range(i64, i64),
}

/// What came of a query.
pub(crate) type Answered = Result<Answer, PromqlError>;
type Rows = BTreeMap<Labels, Vec<(i64, Value)>>;

/// Tells whether a query asks for its own start, end, step or range.
pub(crate) fn knows_its_period(query: &str) -> bool {
    static WORDS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b(start|end|step|range)\s*\(\s*\)").expect("a constant"));
    WORDS.is_match(query)
}

fn value_of(value: &SampleValue) -> Value {
    match value {
        SampleValue::Float(float) => Value::Float(*float),
        SampleValue::Histogram(held) => Value::Histogram((**held).clone()),
    }
}

fn rows_of(matrix: &[SeriesValues]) -> Rows {
    let row = |series: &SeriesValues| {
        let floats = series.floats.iter().map(|(at, float)| (*at, Value::Float(*float)));
        let held = series.histograms.iter().map(|(at, h)| (*at, Value::Histogram((**h).clone())));
        let mut values: Vec<_> = floats.chain(held).collect();
        values.sort_by_key(|value| value.0);
        (series.labels.clone(), values)
    };
    matrix.iter().map(row).collect()
}

fn shown(rows: &Rows) -> String {
    let row = |(labels, values): (&Labels, &Vec<(i64, Value)>)| {
        let values: Vec<String> = values.iter().map(|(at, value)| one(*at, value)).collect();
        format!("{labels} {}", values.join(" "))
    };
    rows.iter().map(row).collect::<Vec<_>>().join("; ")
}

fn one(at: i64, value: &Value) -> String {
    match value {
        Value::Float(float) => format!("{float}@{at}"),
        Value::Histogram(held) => {
            let (schema, hint, bounds) = (held.schema, held.hint, &held.bounds);
            format!("{held}[{schema} {hint:?} {bounds:?}]@{at}")
        }
    }
}

impl Expected {
    pub(crate) fn check(&self, answer: &Answered, kind: Kind) -> Result<(), String> {
        let answer = match (self.fails(), answer) {
            (true, Err(error)) => return self.check_error(&error.to_string()),
            (true, Ok(_)) => return Err("should fail, but yields a value".to_owned()),
            (false, Err(error)) => return Err(format!("fails: {error}")),
            (false, Ok(answer)) => answer,
        };
        self.check_notes(answer)?;
        match (&answer.value, kind) {
            (QueryValue::Text(text), _) => match self.text() {
                Some(wanted) if wanted == text => Ok(()),
                wanted => Err(format!("wants {wanted:?}, found string {text:?}")),
            },
            (QueryValue::Scalar(value), _) => match self.scalar() {
                Some(wanted) if same::floats(wanted, *value) => Ok(()),
                wanted => Err(format!("wants {wanted:?}, found scalar {value}")),
            },
            (QueryValue::Vector(vector), Kind::Instant(at)) => self.check_vector(vector, at),
            (QueryValue::Matrix(matrix), Kind::Instant(_)) => self.check_range_vector(matrix),
            (QueryValue::Matrix(matrix), Kind::Range(from, step)) => {
                if !matrix.is_sorted_by(|a, b| a.labels <= b.labels) {
                    return Err("the answer is not sorted by labels".to_owned());
                }
                self.compare(&rows_of(matrix), from, step)
            }
            (QueryValue::Vector(_), Kind::Range(..)) => Err("an instant vector".to_owned()),
        }
    }

    fn check_vector(&self, vector: &[VectorSample], at: i64) -> Result<(), String> {
        if self.scalar().is_some() || self.text().is_some() || self.is_range_vector() {
            return Err("an instant vector was not expected".to_owned());
        }
        if let Some(wrong) = vector.iter().find(|sample| sample.at_ms != at) {
            return Err(format!("time {} where {at} is wanted", wrong.at_ms));
        }
        let mut rows = Rows::new();
        for sample in vector {
            let value = vec![(at, value_of(&sample.value))];
            if rows.insert(sample.labels.clone(), value).is_some() {
                return Err(format!("{} comes twice", sample.labels));
            }
        }
        self.compare(&rows, at, 1)?;
        let order: Vec<&Labels> = vector.iter().map(|sample| &sample.labels).collect();
        if self.is_ordered() && order != self.order() {
            return Err(format!("order {order:?} where {:?} is wanted", self.order()));
        }
        Ok(())
    }

    fn check_range_vector(&self, matrix: &[SeriesValues]) -> Result<(), String> {
        let (from, step) = self.range().ok_or("a range vector was not expected")?;
        self.compare(&rows_of(matrix), from, step)
    }

    /// Compares with the expected values at `from`, `from + step` and so on.
    fn compare(&self, found: &Rows, from: i64, step: i64) -> Result<(), String> {
        let mut wanted = Rows::new();
        for (labels, values) in self.rows() {
            let values = (0_i64..).zip(values);
            let values: Vec<(i64, Value)> =
                values.filter_map(|(at, value)| Some((from + at * step, value.clone()?))).collect();
            if !values.is_empty() {
                wanted.insert(labels.clone(), values);
            }
        }
        let same = wanted.len() == found.len()
            && wanted.iter().zip(found).all(|(wanted, found)| {
                wanted.0 == found.0
                    && wanted.1.len() == found.1.len()
                    && wanted.1.iter().zip(found.1).all(|(wanted, found)| {
                        wanted.0 == found.0 && same::values(&wanted.1, &found.1)
                    })
            });
        if same {
            return Ok(());
        }
        Err(format!("wants [{}], found [{}]", shown(&wanted), shown(found)))
    }

    /// Compares the middle of three steps with what an instant evaluation is to yield.
    pub(crate) fn check_middle(&self, answer: &Answered, at: i64) -> Result<(), String> {
        let answer = match (self.fails(), answer) {
            (true, Err(_)) => return Ok(()),
            // The step that fails may be another one than the middle.
            (true, Ok(_)) => return Err("should fail, but yields a value".to_owned()),
            (false, Err(error)) => return Err(format!("fails: {error}")),
            (false, Ok(answer)) => answer,
        };
        let QueryValue::Matrix(matrix) = &answer.value else {
            return Err("a matrix is wanted".to_owned());
        };
        let mut rows = rows_of(matrix);
        for values in rows.values_mut() {
            values.retain(|value| value.0 == at);
        }
        rows.retain(|_, values| !values.is_empty());
        if let Some(wanted) = self.scalar() {
            let found = rows.values().next().map(|values| &values[0].1);
            return match found {
                Some(Value::Float(float)) if same::floats(wanted, *float) => Ok(()),
                found => Err(format!("wants {wanted}, found {found:?}")),
            };
        }
        self.compare(&rows, at, 1)
    }
}
