//! Values of templates.

use series::number_general;
use std::collections::BTreeMap;

/// A value in a template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    /// Texts by name; a name that is not there is the empty text.
    Labels(BTreeMap<String, String>),
    /// Fields by name; a name that is not there is an error.
    Record(Vec<(&'static str, Value)>),
    /// Values by name; a name that is not there is nothing.
    Map(BTreeMap<String, Value>),
    List(Vec<Value>),
}

impl Value {
    /// A sample as `query` yields it.
    pub(crate) fn sample(labels: BTreeMap<String, String>, value: f64) -> Self {
        Self::Record(vec![("Labels", Self::Labels(labels)), ("Value", Self::Float(value))])
    }

    /// Go's truth: neither zero nor empty.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(truth) => *truth,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::Labels(labels) => !labels.is_empty(),
            Self::Record(_) => true,
            Self::Map(map) => !map.is_empty(),
            Self::List(items) => !items.is_empty(),
        }
    }

    /// About how many bytes it takes; `None` if it is nested deeper than `depth`.
    pub(super) fn size(&self, depth: usize) -> Option<usize> {
        let depth = depth.checked_sub(1)?;
        let pair = |name: &str, value: &Self| Some(name.len() + value.size(depth)?);
        match self {
            Self::Nil | Self::Bool(_) | Self::Int(_) | Self::Float(_) => Some(1),
            Self::Text(text) => Some(text.len()),
            Self::Labels(labels) => Some(labels.iter().map(|(a, b)| a.len() + b.len()).sum()),
            Self::Record(fields) => fields.iter().map(|(name, value)| pair(name, value)).sum(),
            Self::Map(map) => map.iter().map(|(name, value)| pair(name, value)).sum(),
            Self::List(items) => items.iter().map(|item| item.size(depth)).sum(),
        }
    }

    /// The name of its type, for errors.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Nil => "nil",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
            Self::Labels(_) | Self::Map(_) => "map",
            Self::Record(_) => "struct",
            Self::List(_) => "slice",
        }
    }

    /// As Go's `%v` writes it.
    pub(super) fn shown(&self) -> String {
        let listed = |items: Vec<String>| items.join(" ");
        match self {
            Self::Nil => "<no value>".to_owned(),
            Self::Bool(truth) => truth.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => number_general(*number),
            Self::Text(text) => text.clone(),
            Self::Labels(labels) => {
                let pairs = labels.iter().map(|(name, value)| format!("{name}:{value}"));
                format!("map[{}]", listed(pairs.collect()))
            }
            Self::Map(map) => {
                let pairs = map.iter().map(|(name, value)| format!("{name}:{}", value.shown()));
                format!("map[{}]", listed(pairs.collect()))
            }
            Self::Record(fields) => {
                format!("{{{}}}", listed(fields.iter().map(|(_, value)| value.shown()).collect()))
            }
            Self::List(items) => format!("[{}]", listed(items.iter().map(Self::shown).collect())),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
