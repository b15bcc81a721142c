//! YAML as it is written, before it is checked.

use super::{FileError, LabelPairs};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_saphyr::Spanned;

/// A rule file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileYaml {
    pub(crate) groups: Option<Vec<Spanned<GroupYaml>>>,
}

/// A group as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupYaml {
    #[serde(default)]
    pub(crate) name: String,
    pub(crate) interval: Option<DurationYaml>,
    pub(crate) query_offset: Option<DurationYaml>,
    pub(crate) limit: Option<i64>,
    pub(crate) rules: Option<Vec<Spanned<RuleYaml>>>,
    pub(crate) labels: Option<LabelPairs>,
}

/// A rule as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleYaml {
    pub(crate) record: Option<Spanned<String>>,
    pub(crate) alert: Option<Spanned<String>>,
    pub(crate) expr: Option<Spanned<String>>,
    #[serde(rename = "for")]
    pub(crate) hold: Option<DurationYaml>,
    pub(crate) keep_firing_for: Option<DurationYaml>,
    pub(crate) labels: Option<LabelPairs>,
    pub(crate) annotations: Option<LabelPairs>,
}

impl GroupYaml {
    pub(crate) fn rules(&self) -> &[Spanned<RuleYaml>] {
        self.rules.as_deref().unwrap_or_default()
    }
}

/// A duration such as `1h30m`, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct DurationYaml(pub(crate) i64);

impl TryFrom<String> for DurationYaml {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.is_empty() {
            return Err("empty duration string".to_owned());
        }
        let read = promql::duration_ms(&text);
        read.map(Self).ok_or_else(|| format!("not a valid duration string: {text:?}"))
    }
}

/// The line and column of a node.
pub(crate) fn place<T>(node: &Spanned<T>) -> Option<(u64, u64)> {
    let (line, column) = (node.referenced.line(), node.referenced.column());
    (line > 0).then_some((line, column))
}

/// Reads YAML; `None` where there is nothing but comments.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<Option<T>, FileError> {
    let says_something = |line: &str| {
        let line = line.trim();
        let line = line.strip_prefix("---").unwrap_or(line).trim_start();
        !line.is_empty() && !line.starts_with('#') && line != "null"
    };
    if !text.lines().any(says_something) {
        return Ok(None);
    }
    serde_saphyr::from_str::<T>(text).map(Some).map_err(|error| {
        let place = error.location().map(|location| (location.line(), location.column()));
        // The place stands in front, as everywhere in these errors, and not also behind.
        let text = error.without_snippet().to_string();
        let message = text.split_once('\n').map_or(text.as_str(), |(first, _)| first);
        let message = message.split(" at line ").next().unwrap_or(message);
        // What a program could set is of no use to who writes the file.
        let message = message.split(", set DuplicateKeyPolicy").next().unwrap_or(message);
        let message = message.to_owned();
        FileError { position: place, rule: None, message }
    })
}
