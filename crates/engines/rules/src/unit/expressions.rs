//! `promql_expr_test`: what queries are to yield.

use super::run::{Bench, Ground};
use super::show::{go_float, go_labels};
use super::yaml::{ExprTestYaml, SampleYaml, moment};
use crate::notation::{histogram_text, read_one};
use promql::SampleValue;
use series::Labels;

/// A value as it is compared.
#[derive(Debug, Clone, PartialEq)]
enum Shown {
    Float(f64),
    Histogram(String),
}

pub(super) fn compare(test: &ExprTestYaml, bench: &Bench, ground: &Ground<'_>) -> Option<String> {
    let at = moment(test.eval_time);
    let head = format!("    expr: {:?}, time: {},", test.expr, promql::duration_text(at));
    let found = bench.evaluator().vector(&test.expr, bench.start_ms + at);
    let found = match found {
        Err(error) => return Some(format!("{head} err: {error}")),
        Ok(found) => found,
    };
    let mut wanted = Vec::new();
    for sample in test.exp_samples.iter().flatten() {
        match read(sample) {
            Ok(read) => wanted.push(read),
            Err(error) => return Some(format!("{head} err: {error}")),
        }
    }
    let shown = found.into_iter().map(|sample| match sample.value {
        SampleValue::Float(number) => (sample.labels, Shown::Float(number)),
        SampleValue::Histogram(held) => (sample.labels, Shown::Histogram(histogram_text(&held))),
    });
    let mut found: Vec<(Labels, Shown)> = shown.collect();
    wanted.sort_by(|a, b| a.0.cmp(&b.0));
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let same = wanted.len() == found.len()
        && wanted
            .iter()
            .zip(&found)
            .all(|(wanted, found)| wanted.0 == found.0 && equal(&wanted.1, &found.1, ground.fuzzy));
    if same {
        return None;
    }
    Some(format!("{head}\n        exp: {}\n        got: {}", listed(&wanted), listed(&found)))
}

fn read(sample: &SampleYaml) -> Result<(Labels, Shown), String> {
    let wrong = |why: String| format!("labels {:?}: {why}", sample.labels);
    let labels = match sample.labels.trim() {
        "" => Labels::empty(),
        text => promql::parse_metric(text).map_err(|error| wrong(error.to_string()))?,
    };
    let value = match sample.histogram.as_str() {
        "" => Shown::Float(sample.value.unwrap_or(0.0)),
        text => {
            let histogram = read_one(text).map_err(|error| wrong(error.message))?;
            Shown::Histogram(histogram_text(&histogram))
        }
    };
    Ok((labels, value))
}

fn equal(wanted: &Shown, found: &Shown, fuzzy: bool) -> bool {
    match (wanted, found) {
        (Shown::Float(a), Shown::Float(b)) => {
            let near = fuzzy && (a.next_down() == *b || a.next_up() == *b);
            a == b || near || (a.is_nan() && b.is_nan())
        }
        (a, b) => a == b,
    }
}

fn listed(samples: &[(Labels, Shown)]) -> String {
    if samples.is_empty() {
        return "nil".to_owned();
    }
    let one = |(labels, value): &(Labels, Shown)| {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let labels = go_labels(&labels.iter().map(owned).collect::<Vec<_>>());
        match value {
            Shown::Float(number) => format!("{labels} {}", go_float(*number)),
            Shown::Histogram(text) => format!("{labels} {text}"),
        }
    };
    samples.iter().map(one).collect::<Vec<_>>().join(", ")
}
