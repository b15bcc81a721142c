//! `load` and `load_with_nhcb`.

use super::script::Line;
use super::store::{Store, Value};
use super::{duration, values};
use series::{Buckets, CUSTOM_SCHEMA, Histogram, Labels, LabelsBuilder, METRIC_LABEL};
use std::collections::BTreeMap;

type Loaded = BTreeMap<Labels, Vec<Option<Value>>>;

pub(crate) fn load(
    store: &mut Store,
    step: i64,
    with_custom: bool,
    lines: &[Line<'_>],
) -> Result<(), String> {
    let (mut loaded, mut starts) = (Loaded::new(), None);
    for line in lines {
        if let Some((labels, rest)) = of_starts(line.text) {
            if starts.is_some() {
                return Err("start timestamps without a series".to_owned());
            }
            starts = Some((labels, offsets(rest)?));
            continue;
        }
        let (labels, rest) = values::metric(line.text)?;
        let values = values::values(rest)?;
        if let Some((of, offsets)) = starts.take() {
            if of != labels || offsets.len() != values.len() {
                return Err(format!("the start timestamps before {labels} are not its own"));
            }
            for (at, offset) in (0_i64..).zip(offsets) {
                if let Some(offset) = offset {
                    store.begin(&labels, at * step, at * step + offset);
                }
            }
        }
        loaded.insert(labels, values);
    }
    if starts.is_some() {
        return Err("start timestamps without a series".to_owned());
    }
    for (labels, values) in &loaded {
        for (at, value) in (0_i64..).zip(values) {
            if let Some(value) = value {
                store.add(labels, at * step, value.clone());
            }
        }
    }
    if with_custom {
        for ((labels, at), classic) in grouped(&loaded, step) {
            if let Some(histogram) = classic.into_custom() {
                store.add(&labels, at, Value::Histogram(histogram));
            }
        }
    }
    Ok(())
}

/// The series and the rest of a line of start timestamps: `@st` follows the series at once.
fn of_starts(text: &str) -> Option<(Labels, &str)> {
    let (metric, rest) = text.split_once("@st")?;
    let (labels, behind) = values::metric(metric).ok()?;
    (behind.is_empty() && rest.starts_with([' ', '\t'])).then_some((labels, rest))
}

/// The offsets of start timestamps from the points' own.
fn offsets(text: &str) -> Result<Vec<Option<i64>>, String> {
    let mut offsets = Vec::new();
    for item in text.split_whitespace() {
        let (offset, times) = match item.split_once('x') {
            Some((offset, times)) => {
                (offset, Some(times.parse::<i64>().map_err(|_| format!("no times: {item}"))?))
            }
            None => (item, None),
        };
        if offset == "_" {
            offsets.extend((0..times.unwrap_or(1)).map(|_| None));
            continue;
        }
        // A sign in front belongs to the first duration, one behind it to the growth.
        let sign = offset[1..].find(['+', '-']).map_or(offset.len(), |at| at + 1);
        let (first, growth) = offset.split_at(sign);
        let first = duration::signed(first)?;
        let growth = if growth.is_empty() { 0 } else { duration::signed(growth)? };
        offsets.extend((0..=times.unwrap_or(0)).map(|at| Some(first + at * growth)));
    }
    Ok(offsets)
}

/// A classic histogram at one time.
#[derive(Default)]
struct Classic {
    /// Upper bounds with cumulative counts.
    bounds: Vec<(f64, f64)>,
    count: Option<f64>,
    sum: f64,
}

fn grouped(loaded: &Loaded, step: i64) -> BTreeMap<(Labels, i64), Classic> {
    let mut groups: BTreeMap<(Labels, i64), Classic> = BTreeMap::new();
    for (labels, values) in loaded {
        let name = labels.metric();
        let Some((stem, kind)) = name.rsplit_once('_') else { continue };
        let upper = labels.get("le").and_then(|le| le.parse::<f64>().ok());
        let fits = match kind {
            "bucket" => upper.is_some_and(|upper| !upper.is_nan()),
            "count" | "sum" => true,
            _ => false,
        };
        if !fits {
            continue;
        }
        let mut own = LabelsBuilder::from_labels(labels);
        own.set("le", "").set(METRIC_LABEL, stem);
        let own = own.build();
        for (at, value) in (0_i64..).zip(values) {
            let Some(Value::Float(value)) = value else { continue };
            let group = groups.entry((own.clone(), at * step)).or_default();
            match kind {
                "bucket" => group.bounds.push((upper.unwrap_or(f64::NAN), *value)),
                "count" => group.count = Some(*value),
                _ => group.sum = *value,
            }
        }
    }
    groups
}

impl Classic {
    fn into_custom(mut self) -> Option<Histogram> {
        if self.bounds.is_empty() && self.count.is_none() {
            return None;
        }
        self.bounds.sort_by(|a, b| a.0.total_cmp(&b.0));
        // The same bound in two spellings: the largest count counts.
        self.bounds.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.max(next.1);
            }
            same
        });
        let highest = self.bounds.last().map_or(0.0, |bound| bound.1);
        let count = self.count.unwrap_or(highest);
        if self.bounds.last().is_none_or(|bound| bound.0 != f64::INFINITY) {
            self.bounds.push((f64::INFINITY, count));
        }
        let mut before = 0.0;
        let counts = self.bounds.iter().map(|(_, cumulative)| {
            let own = cumulative - before;
            before = *cumulative;
            own
        });
        let positive = Buckets::from_numbered((0..).zip(counts)).compacted();
        let bounds: Vec<f64> = self.bounds.iter().map(|bound| bound.0).collect();
        Some(Histogram {
            schema: CUSTOM_SCHEMA,
            count,
            sum: self.sum,
            positive,
            bounds: bounds[..bounds.len() - 1].into(),
            ..Histogram::default()
        })
    }
}
