//! From what is written to what is meant, with everything that is wrong.

use super::yaml::{DurationYaml, GroupYaml, RuleYaml, place};
use super::{AlertRule, FileError, LabelPairs, Rule, RuleFile, RuleGroup, RuleKind};
use crate::template::Template;
use promql::ParseOptions;
use serde_saphyr::Spanned;
use series::METRIC_LABEL;
use std::collections::BTreeSet;

type Place = Option<(u64, u64)>;

pub(super) fn checked(groups: Vec<Spanned<GroupYaml>>) -> Result<RuleFile, Vec<FileError>> {
    let (mut errors, mut names) = (Vec::new(), BTreeSet::new());
    let mut file = RuleFile::default();
    for node in groups {
        let position = place(&node);
        let group = node.value;
        let mut wrong = |message: String| {
            errors.push(FileError { position, rule: None, message });
        };
        if group.name.is_empty() {
            wrong("Groupname must not be empty".to_owned());
        }
        if !names.insert(group.name.clone()) {
            wrong(format!("groupname: \"{}\" is repeated in the same file", group.name));
        }
        let labels = group.labels.unwrap_or_default();
        labels.keys().filter(|name| !is_label(name)).for_each(|name| {
            wrong(format!("invalid label name: {name}"));
        });
        let mut rules = Vec::new();
        for (number, rule) in (1..).zip(group.rules.unwrap_or_default()) {
            let mut noted =
                Noted { group: &group.name, number, name: String::new(), errors: &mut errors };
            rules.extend(noted.rule(rule, &labels));
        }
        file.groups.push(RuleGroup {
            name: group.name,
            interval_ms: group.interval.map(|span| span.0).filter(|ms| *ms > 0),
            query_offset_ms: group.query_offset.map(|span| span.0),
            limit: usize::try_from(group.limit.unwrap_or(0)).unwrap_or(0),
            labels,
            rules,
        });
    }
    if errors.is_empty() { Ok(file) } else { Err(errors) }
}

/// Any text may name a label, as in Prometheus 3.
fn is_label(name: &str) -> bool {
    !name.is_empty() && name != METRIC_LABEL
}

/// The errors of one rule.
struct Noted<'e> {
    group: &'e str,
    number: usize,
    name: String,
    errors: &'e mut Vec<FileError>,
}

impl Noted<'_> {
    fn wrong(&mut self, position: Place, message: impl Into<String>) {
        let rule = Some((self.group.to_owned(), self.number, self.name.clone()));
        self.errors.push(FileError { position, rule, message: message.into() });
    }

    fn rule(&mut self, node: Spanned<RuleYaml>, group_labels: &LabelPairs) -> Option<Rule> {
        let before = self.errors.len();
        let whole = place(&node);
        let rule = node.value;
        let given = |text: &Option<Spanned<String>>| {
            let text = text.as_ref().filter(|text| !text.value.is_empty())?;
            Some((text.value.clone(), place(text)))
        };
        let (record, alert) = (given(&rule.record), given(&rule.alert));
        let (name, named_at) = alert.clone().or(record.clone()).unwrap_or_default();
        self.name.clone_from(&name);
        match (&record, &alert) {
            (Some(_), Some(_)) => {
                self.wrong(named_at, "only one of 'record' and 'alert' must be set");
            }
            (None, None) => self.wrong(whole, "one of 'record' or 'alert' must be set"),
            _ => {}
        }
        let expr = self.expr(given(&rule.expr), whole);
        if record.is_some() {
            self.recording(&rule, &name, named_at);
        }
        let own = rule.labels.unwrap_or_default();
        for name in own.keys().filter(|name| !is_label(name)) {
            self.wrong(whole, format!("invalid label name: {name}"));
        }
        let annotations = rule.annotations.unwrap_or_default();
        for name in annotations.keys().filter(|name| name.is_empty()) {
            self.wrong(whole, format!("invalid annotation name: {name}"));
        }
        if alert.is_some() {
            self.templates(whole, &own, &annotations);
        }
        if self.errors.len() > before {
            return None;
        }
        let ms = |span: Option<DurationYaml>| span.unwrap_or_default().0;
        let kind = match alert {
            None => RuleKind::Record,
            Some(_) => RuleKind::Alert(AlertRule {
                hold_ms: ms(rule.hold),
                keep_firing_ms: ms(rule.keep_firing_for),
                annotations,
            }),
        };
        let mut labels = group_labels.clone();
        labels.extend(own);
        Some(Rule { name, expr: expr?, labels, kind })
    }

    fn expr(&mut self, expr: Option<(String, Place)>, whole: Place) -> Option<String> {
        let Some((expr, at)) = expr else {
            self.wrong(whole, "field 'expr' must be set in rule");
            return None;
        };
        if let Err(error) = promql::parse(&expr, ParseOptions::default()) {
            self.wrong(at, format!("could not parse expression: {error}"));
        }
        Some(expr)
    }

    fn recording(&mut self, rule: &RuleYaml, name: &str, at: Place) {
        let spans = [("for", rule.hold), ("keep_firing_for", rule.keep_firing_for)];
        if rule.annotations.as_ref().is_some_and(|annotations| !annotations.is_empty()) {
            self.wrong(at, "invalid field 'annotations' in recording rule");
        }
        for (field, span) in spans {
            if span.is_some_and(|span| span.0 != 0) {
                self.wrong(at, format!("invalid field '{field}' in recording rule"));
            }
        }
        if name.contains(['{', '}']) {
            self.wrong(
                at,
                format!("braces present in the recording rule name; should it be in expr?: {name}"),
            );
        }
    }

    fn templates(&mut self, at: Place, labels: &LabelPairs, annotations: &LabelPairs) {
        for (what, texts) in [("label", labels), ("annotation", annotations)] {
            for (name, text) in texts {
                if let Err(error) = Template::read(text) {
                    self.wrong(at, format!("{what} {name:?}: {error}"));
                }
            }
        }
    }
}
