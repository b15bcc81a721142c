//! `alert_rule_test`: which alerts are to fire.

use super::show::{go_labels, indented};
use super::yaml::{AlertTestYaml, moment};
use crate::alert::AlertState;
use crate::file::LabelPairs;
use crate::group::RunningGroup;
use std::ops::Range;

/// The labels and the annotations of an alert, ascending by both.
type Shown = (Vec<(String, String)>, Vec<(String, String)>);

/// Compares the alerts after the evaluation at the start of `during` with the tests in it.
pub(super) fn compare(
    name: &str,
    tests: &[AlertTestYaml],
    groups: &[RunningGroup],
    during: Range<i64>,
) -> Vec<String> {
    let mut due: Vec<&AlertTestYaml> =
        tests.iter().filter(|test| during.contains(&moment(test.eval_time))).collect();
    due.sort_by_key(|test| moment(test.eval_time));
    due.iter().filter_map(|test| one(name, test, groups)).collect()
}

fn one(name: &str, test: &AlertTestYaml, groups: &[RunningGroup]) -> Option<String> {
    let mut wanted: Vec<Shown> = Vec::new();
    for alert in test.exp_alerts.iter().flatten() {
        let mut labels = alert.exp_labels.clone().unwrap_or_default();
        labels.insert("alertname".to_owned(), test.alertname.clone());
        let annotations = alert.exp_annotations.clone().unwrap_or_default();
        wanted.push((labels.into_iter().collect(), annotations.into_iter().collect()));
    }
    let mut found = firing(&test.alertname, groups);
    wanted.sort();
    found.sort();
    if wanted == found {
        return None;
    }
    let test_name = match name {
        "" => String::new(),
        name => format!("    name: {name},\n"),
    };
    let time = promql::duration_text(moment(test.eval_time));
    Some(format!(
        "{test_name}    alertname: {}, time: {time}, \n        exp:{}, \n        got:{}",
        test.alertname,
        indented(&listed(&wanted), "            "),
        indented(&listed(&found), "            ")
    ))
}

fn firing(name: &str, groups: &[RunningGroup]) -> Vec<Shown> {
    let rules = groups.iter().flat_map(RunningGroup::rules);
    let states = rules.filter(|(rule, _)| !rule.is_recording() && rule.name == name);
    let alerts = states.flat_map(|(_, state)| state.active_alerts());
    let firing = alerts.filter(|alert| alert.state == AlertState::Firing);
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let pairs = |pairs: &LabelPairs| pairs.clone().into_iter().collect();
    firing
        .map(|alert| (alert.labels.iter().map(owned).collect(), pairs(&alert.annotations)))
        .collect()
}

fn listed(alerts: &[Shown]) -> String {
    if alerts.is_empty() {
        return "[]".to_owned();
    }
    let one = |(at, (labels, annotations)): (usize, &Shown)| {
        let (labels, annotations) = (go_labels(labels), go_labels(annotations));
        format!("{at}:\n  Labels:{labels}\n  Annotations:{annotations}")
    };
    let alerts: Vec<String> = alerts.iter().enumerate().map(one).collect();
    format!("[\n{}\n]", alerts.join(",\n"))
}
