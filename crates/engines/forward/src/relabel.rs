//! Relabelling as Prometheus has it in `write_relabel_configs`.
//!
//! Source: Prometheus, "Configuration", `<relabel_config>`; `model/relabel/relabel.go`.

mod check;

use std::collections::BTreeMap;

use md5::{Digest, Md5};
use regex::Captures;
use serde::{Deserialize, Serialize};
use series::{Labels, LabelsBuilder, Pattern, is_label_name};

pub use check::{RelabelFault, WrongRule};

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RelabelAction {
    /// Sets the target label, where the expression matches.
    #[default]
    Replace,
    /// Drops series that do not match.
    Keep,
    /// Drops series that match.
    Drop,
    /// Drops series whose target label is not the same as the source labels.
    KeepEqual,
    /// Drops series whose target label is the same as the source labels.
    DropEqual,
    /// Sets the target label to a hash of the source labels, modulo.
    HashMod,
    /// Copies labels whose names match to other names.
    LabelMap,
    /// Removes labels whose names match.
    LabelDrop,
    /// Removes labels whose names do not match.
    LabelKeep,
    /// Sets the target label to the source labels in lower case.
    Lowercase,
    /// The same in upper case.
    Uppercase,
}

/// A rule, as Prometheus writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RelabelRule {
    /// Labels whose values are looked at, joined.
    pub source_labels: Vec<String>,
    /// What they are joined with.
    pub separator: String,
    /// What is matched, as a whole; in the syntax of RE2.
    pub regex: String,
    /// For `hashmod`: how many remainders there are.
    pub modulus: u64,
    /// Which label is set.
    pub target_label: String,
    /// What it is set to; `$1` is what the first group matched.
    pub replacement: String,
    /// What the rule does.
    pub action: RelabelAction,
}

/// The defaults of Prometheus.
impl Default for RelabelRule {
    fn default() -> Self {
        Self {
            source_labels: Vec::new(),
            separator: ";".to_owned(),
            regex: "(.*)".to_owned(),
            modulus: 0,
            target_label: String::new(),
            replacement: "$1".to_owned(),
            action: RelabelAction::Replace,
        }
    }
}

/// External labels and rules, ready to be applied.
#[derive(Debug, Clone)]
pub struct Relabeller {
    external: Vec<(String, String)>,
    rules: Vec<(RelabelRule, Pattern)>,
}

impl Relabeller {
    /// Checks and compiles `rules`, to be applied one after the other, after the external labels
    /// have been added to series that lack them.
    ///
    /// The names of external labels must be names. Errors: every wrong rule.
    pub fn new(
        external: &BTreeMap<String, String>,
        rules: &[RelabelRule],
    ) -> Result<Self, Vec<RelabelFault>> {
        let (mut compiled, mut faults) = (Vec::new(), Vec::new());
        for (number, rule) in rules.iter().enumerate() {
            match check::compile(rule) {
                Ok(regex) => compiled.push((rule.clone(), regex)),
                Err(wrong) => faults.push(RelabelFault { rule: number, wrong }),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let external = external.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        Ok(Self { external, rules: compiled })
    }

    /// Tells whether every series keeps its name and goes.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.external.is_empty() && self.rules.is_empty()
    }

    /// What a series is called at the far side; `None` when it does not go there.
    #[must_use]
    pub fn labels(&self, labels: &Labels) -> Option<Labels> {
        if self.is_identity() {
            return Some(labels.clone());
        }
        let mut builder = LabelsBuilder::from_labels(labels);
        for (name, value) in &self.external {
            if builder.get(name).is_empty() {
                builder.set(name, value);
            }
        }
        for (rule, regex) in &self.rules {
            if !apply(rule, regex, &mut builder) {
                return None;
            }
        }
        Some(builder.build()).filter(|labels| !labels.is_empty())
    }
}

/// Applies one rule; tells whether the series stays.
fn apply(rule: &RelabelRule, regex: &Pattern, labels: &mut LabelsBuilder) -> bool {
    let sources: Vec<&str> = rule.source_labels.iter().map(|name| labels.get(name)).collect();
    let value = sources.join(&rule.separator);
    let target = rule.target_label.as_str();
    match rule.action {
        RelabelAction::Keep => return regex.is_match(&value),
        RelabelAction::Drop => return !regex.is_match(&value),
        RelabelAction::KeepEqual => return labels.get(target) == value,
        RelabelAction::DropEqual => return labels.get(target) != value,
        RelabelAction::Replace => {
            if let Some(found) = regex.captures(&value) {
                replace(rule, regex, &found, labels);
            }
        }
        RelabelAction::HashMod => {
            labels.set(target, &(hash(&value) % rule.modulus.max(1)).to_string());
        }
        RelabelAction::Lowercase => {
            labels.set(target, &value.to_lowercase());
        }
        RelabelAction::Uppercase => {
            labels.set(target, &value.to_uppercase());
        }
        RelabelAction::LabelMap => map(rule, regex, labels),
        RelabelAction::LabelDrop => {
            labels.keep(|name| !regex.is_match(name));
        }
        RelabelAction::LabelKeep => {
            labels.keep(|name| regex.is_match(name));
        }
    }
    true
}

fn replace(rule: &RelabelRule, regex: &Pattern, found: &Captures<'_>, labels: &mut LabelsBuilder) {
    let (mut target, mut value) = (String::new(), String::new());
    regex.expand(found, &rule.target_label, &mut target);
    regex.expand(found, &rule.replacement, &mut value);
    if is_label_name(&target) {
        // An empty value removes the label.
        labels.set(&target, &value);
    }
}

/// Copies what matches by the names as they were before the rule.
fn map(rule: &RelabelRule, regex: &Pattern, labels: &mut LabelsBuilder) {
    for (name, value) in labels.build().iter() {
        let Some(found) = regex.captures(name) else { continue };
        let mut target = String::new();
        regex.expand(&found, &rule.replacement, &mut target);
        // A name that is none would have the far side refuse the whole request.
        if is_label_name(&target) {
            labels.set(&target, value);
        }
    }
}

/// The last eight bytes of the MD5, as Prometheus has it: shards of both go alike.
fn hash(value: &str) -> u64 {
    let digest = Md5::digest(value.as_bytes());
    digest.iter().skip(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
#[path = "relabel/tests.rs"]
mod tests;
