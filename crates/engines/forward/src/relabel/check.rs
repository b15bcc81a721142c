//! Which rules make sense.

use series::{Pattern, is_label_name};

use super::{RelabelAction, RelabelRule};

/// A rule that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("relabel by rule {rule}: {wrong}")]
pub struct RelabelFault {
    /// Which, counted from 0.
    pub rule: usize,
    /// What is wrong with it.
    pub wrong: WrongRule,
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongRule {
    /// The regular expression is none, or too large.
    #[error("{0}")]
    Regex(String),
    /// The action sets a label, and none is named.
    #[error("the action needs a target_label")]
    TargetMissing,
    /// The target is no label name.
    #[error("{0:?} is no label name")]
    Target(String),
    /// The replacement yields no label name.
    #[error("{0:?} makes no label name")]
    Replacement(String),
    /// Nothing can be divided by 0.
    #[error("hashmod needs a modulus over 0")]
    Modulus,
    /// The action has no use for the field.
    #[error("the action has no use for {0}")]
    Unused(&'static str),
}

impl WrongRule {
    /// The field that is wrong.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::Regex(_) => "regex",
            Self::TargetMissing | Self::Target(_) => "target_label",
            Self::Replacement(_) => "replacement",
            Self::Modulus => "modulus",
            Self::Unused(field) => field,
        }
    }
}

/// Checks a rule as Prometheus does; returns its expression, anchored at both ends.
pub(super) fn compile(rule: &RelabelRule) -> Result<Pattern, WrongRule> {
    use RelabelAction as Action;
    let regex = Pattern::whole(&rule.regex);
    let regex = regex.map_err(|error| WrongRule::Regex(error.to_string()))?;
    let target = rule.target_label.as_str();
    let needs_target = matches!(
        rule.action,
        Action::Replace
            | Action::HashMod
            | Action::Lowercase
            | Action::Uppercase
            | Action::KeepEqual
            | Action::DropEqual
    );
    if needs_target && target.is_empty() {
        return Err(WrongRule::TargetMissing);
    }
    let fits = match rule.action {
        Action::Replace => is_template(target),
        _ => !needs_target || is_label_name(target),
    };
    if !fits {
        return Err(WrongRule::Target(target.to_owned()));
    }
    if rule.action == Action::HashMod && rule.modulus == 0 {
        return Err(WrongRule::Modulus);
    }
    if rule.action == Action::LabelMap && !is_template(&rule.replacement) {
        return Err(WrongRule::Replacement(rule.replacement.clone()));
    }
    unused(rule).map_or(Ok(regex), |field| Err(WrongRule::Unused(field)))
}

/// The first field that is set and has no meaning for the action.
fn unused(rule: &RelabelRule) -> Option<&'static str> {
    let none = RelabelRule::default();
    let set = [
        ("source_labels", rule.source_labels != none.source_labels),
        ("separator", rule.separator != none.separator),
        ("regex", rule.regex != none.regex),
        ("modulus", rule.modulus != none.modulus),
        ("target_label", rule.target_label != none.target_label),
        ("replacement", rule.replacement != none.replacement),
    ];
    let allowed: &[&str] = match rule.action {
        RelabelAction::LabelDrop | RelabelAction::LabelKeep => &["regex"],
        RelabelAction::KeepEqual | RelabelAction::DropEqual => &["source_labels", "target_label"],
        _ => return None,
    };
    let wrong = set.into_iter().find(|(field, is_set)| *is_set && !allowed.contains(field));
    wrong.map(|(field, _)| field)
}

/// Tells whether a text is a label name once its `$1`, `${1}` and `$name` are filled in.
fn is_template(text: &str) -> bool {
    let (mut rest, mut name) = (text, String::new());
    while let Some(at) = rest.find('$') {
        name.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let word = match rest.strip_prefix('{') {
            Some(inside) => match inside.split_once('}') {
                Some((word, after)) => {
                    rest = after;
                    word
                }
                None => return false,
            },
            None => {
                let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
                let word = &rest[..end];
                rest = &rest[end..];
                word
            }
        };
        if word.is_empty() || !word.chars().all(is_word) {
            return false;
        }
        // Whatever it will be, a letter may stand for it.
        name.push('x');
    }
    name.push_str(rest);
    is_label_name(&name)
}
