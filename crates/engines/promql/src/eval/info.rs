//! `info`: labels of info metrics for the series that they describe.

use super::Eval;
use super::join::text_of;
use super::selector::{Shown, newest};
use crate::PromqlError;
use crate::annotation::Notes;
use crate::column::{Column, Grid, is_absent, same_labels};
use crate::memory::Charge;
use crate::source::{Function as Hint, Hints, Samples};
use crate::syntax::ast::{Expr, Extension, Kind, Selector, Shift};
use series::{Labels, LabelsBuilder, METRIC_LABEL, MatchOp, Matcher, TimeRange};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The labels by which a series and the info metric that describes it are matched.
const IDENTIFYING: [&str; 2] = ["instance", "job"];
const DEFAULT_INFO: &str = "target_info";

/// The name of an info metric with the identifying labels.
type Signature = (String, Vec<(String, String)>);

/// A series of an info metric: at each step the time of its sample, if there is one.
struct Info {
    labels: Labels,
    times: Vec<f64>,
}

impl Eval<'_> {
    pub(super) fn info(
        &self,
        args: &[Expr],
        grid: &Grid,
        notes: &mut Notes,
    ) -> Result<Vec<Column>, PromqlError> {
        let base = self.columns(&args[0], grid, notes)?;
        let wanted: &[Matcher] = match args.get(1).map(|arg| &arg.kind) {
            Some(Kind::Vector(selector)) => &selector.matchers,
            _ => &[],
        };
        let (names, data): (Vec<_>, Vec<_>) =
            wanted.iter().cloned().partition(|matcher| matcher.name() == METRIC_LABEL);
        let names = info_names(names)?;
        let is_info =
            |column: &Column| names.iter().all(|matcher| matcher.accepts(column.labels.metric()));
        let plain: Vec<bool> = base.iter().map(is_info).collect();
        let infos = self.info_series(&args[0], &base, &plain, &names, &data, grid)?;
        let mut room = self.memory.nothing();
        infos.iter().try_for_each(|info| room.grow(size_of_val(&*info.times)))?;
        enriched(&base, &plain, &infos, &data, grid, room)
    }

    /// The info series that may describe any of the base series.
    fn info_series(
        &self,
        arg: &Expr,
        base: &[Column],
        plain: &[bool],
        names: &[Matcher],
        data: &[Matcher],
        grid: &Grid,
    ) -> Result<Vec<Info>, PromqlError> {
        let mut matchers = Vec::new();
        for label in IDENTIFYING {
            let described = base.iter().zip(plain).filter(|(_, plain)| !**plain);
            let values = described.filter_map(|(column, _)| column.labels.get(label));
            let values: BTreeSet<String> = values.map(regex::escape).collect();
            if !values.is_empty() {
                let pattern = values.into_iter().collect::<Vec<_>>().join("|");
                matchers.push(matcher(label, MatchOp::Regex, &pattern)?);
            }
        }
        if matchers.is_empty() {
            return Ok(Vec::new());
        }
        matchers.extend(data.iter().cloned());
        matchers.extend(names.iter().cloned());
        let times: Vec<i64> = grid.times().map(|at| self.reference(arg, at)).collect();
        let (first, last) = (times[0], times[times.len() - 1]);
        let lookback = self.options.lookback_ms;
        let from_ms = first.saturating_sub(lookback).saturating_add(1);
        let range = TimeRange { from_ms, to_ms: last };
        let (shift, extension) = (Shift::default(), Extension::None);
        let selector = Selector { name: String::new(), matchers, shift, extension };
        let hints = Hints { function: Hint::Call("info"), ..Hints::default() };
        let found = self.select(&selector, range, hints)?;
        let _room = self.admit(found.labels().len(), grid.count)?;
        let mut infos = Vec::new();
        for (at, labels) in found.labels().iter().enumerate() {
            let mut samples = Samples::default();
            found.read(at, &mut samples)?;
            self.count_read(samples.len())?;
            let mut column = Column::new(labels.clone(), grid.count);
            newest(&samples, &times, lookback, Shown::Value, &mut column);
            if column.has_histograms() {
                let message = "this should be an info metric, with float samples";
                return Err(PromqlError::eval(message));
            }
            if !column.is_empty() {
                newest(&samples, &times, lookback, Shown::Time, &mut column);
                infos.push(Info { labels: labels.clone(), times: column.floats });
            }
        }
        Ok(infos)
    }

    /// The time that the first selector inside means at a step: info series are seen as of then.
    fn reference(&self, expr: &Expr, at: i64) -> i64 {
        self.reference_inside(expr, at).unwrap_or(at)
    }

    fn reference_inside(&self, expr: &Expr, at: i64) -> Option<i64> {
        match &expr.kind {
            Kind::Vector(selector) | Kind::Matrix(selector, _) => {
                Some(self.meant(&selector.shift, at))
            }
            Kind::Subquery(subquery) => {
                self.reference_inside(&subquery.expr, self.meant(&subquery.shift, at))
            }
            _ => expr.children().into_iter().find_map(|child| self.reference_inside(child, at)),
        }
    }
}

fn matcher(name: &str, op: MatchOp, value: &str) -> Result<Matcher, PromqlError> {
    Matcher::new(name, op, value).map_err(|refused| PromqlError::eval(refused.to_string()))
}

/// Which info metrics are meant: those named; with exclusions alone, all others that end in
/// `_info`.
fn info_names(mut given: Vec<Matcher>) -> Result<Vec<Matcher>, PromqlError> {
    let positive = |matcher: &Matcher| matches!(matcher.op(), MatchOp::Equal | MatchOp::Regex);
    if given.is_empty() {
        given.push(matcher(METRIC_LABEL, MatchOp::Equal, DEFAULT_INFO)?);
    } else if !given.iter().any(positive) {
        given.insert(0, matcher(METRIC_LABEL, MatchOp::Regex, ".+_info")?);
    }
    Ok(given)
}

fn signature(name: &str, labels: &Labels) -> Signature {
    let own = IDENTIFYING
        .iter()
        .filter_map(|label| labels.get(label).map(|value| ((*label).to_owned(), value.to_owned())));
    (name.to_owned(), own.collect())
}

/// The newest info series of each signature at a step.
fn newest_infos<'i>(
    infos: &'i [Info],
    signatures: &'i [Signature],
    step: usize,
) -> Result<HashMap<&'i Signature, &'i Info>, PromqlError> {
    let mut best: HashMap<&Signature, &Info> = HashMap::new();
    for (info, signature) in infos.iter().zip(signatures) {
        let time = info.times[step];
        if is_absent(time) {
            continue;
        }
        match best.get(signature) {
            Some(known) if known.times[step] > time => {}
            Some(known) if known.times[step] < time => {
                best.insert(signature, info);
            }
            Some(known) => {
                let ms = time * 1000.0;
                let (a, b) = (text_of(&known.labels), text_of(&info.labels));
                return Err(PromqlError::eval(format!(
                    "found duplicate series for info metric: existing {a} @ {ms}, new {b} @ {ms}"
                )));
            }
            None => {
                best.insert(signature, info);
            }
        }
    }
    Ok(best)
}

/// Base series with the labels of their info series; where these change, a series falls apart.
fn enriched(
    base: &[Column],
    plain: &[bool],
    infos: &[Info],
    data: &[Matcher],
    grid: &Grid,
    mut room: Charge,
) -> Result<Vec<Column>, PromqlError> {
    let names: BTreeSet<&str> = infos.iter().map(|info| info.labels.metric()).collect();
    let signatures: Vec<Signature> =
        infos.iter().map(|info| signature(info.labels.metric(), &info.labels)).collect();
    let of_base: Vec<Vec<Signature>> = base
        .iter()
        .map(|column| names.iter().map(|name| signature(name, &column.labels)).collect())
        .collect();
    let optional = data.iter().all(|matcher| matcher.accepts(""));
    let copied: HashSet<&str> = data.iter().map(Matcher::name).collect();
    let mut made: Vec<Column> = Vec::new();
    let mut places: HashMap<Labels, usize> = HashMap::new();
    for step in 0..grid.count {
        let best = newest_infos(infos, &signatures, step)?;
        for (at, column) in base.iter().enumerate() {
            let cell = column.cell(step);
            if !column.is_present(step) {
                continue;
            }
            let described = if plain[at] {
                Some(column.labels.clone())
            } else {
                let found: Vec<&Info> =
                    of_base[at].iter().filter_map(|own| best.get(own).copied()).collect();
                if found.is_empty() && !optional {
                    None
                } else {
                    Some(with_infos(&column.labels, &found, &copied)?)
                }
            };
            let Some(labels) = described else { continue };
            let next = made.len();
            let place = *places.entry(labels.clone()).or_insert(next);
            if place == next {
                room.grow(Column::room(grid.count))?;
                let mut new = Column::new(labels, grid.count);
                new.drop_name = column.drop_name;
                made.push(new);
            }
            if made[place].is_present(step) {
                return Err(same_labels());
            }
            made[place].put(step, cell);
        }
    }
    Ok(made)
}

fn with_infos(
    base: &Labels,
    infos: &[&Info],
    copied: &HashSet<&str>,
) -> Result<Labels, PromqlError> {
    let mut more: BTreeMap<&str, &str> = BTreeMap::new();
    for info in infos {
        for (name, value) in info.labels.iter() {
            let asked = copied.is_empty() || copied.contains(name);
            if name == METRIC_LABEL || !asked {
                continue;
            }
            if more.get(name).is_some_and(|known| *known != value) {
                return Err(PromqlError::eval(format!("conflicting label: {name}")));
            }
            if base.get(name).is_none() {
                more.insert(name, value);
            }
        }
    }
    let mut labels = LabelsBuilder::from_labels(base);
    for (name, value) in more {
        labels.set(name, value);
    }
    Ok(labels.build())
}
