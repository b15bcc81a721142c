//! Filters and attribute paths (RFC 7644 3.4.2.2, 3.5.2): read, written, checked, evaluated.

mod check;
mod evaluate;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;

use serde_json::Value;

pub use self::check::Senseless;
pub(crate) use self::{
    check::{check, check_element},
    evaluate::{element, matches},
    parse::{parse_filter, parse_path},
};

/// The longest filter or path that is read.
pub(crate) const FILTER_BYTES_MAX: usize = 8192;
/// So many brackets and negations lie in each other, at most.
pub(crate) const DEPTH_MAX: usize = 32;

/// An attribute, perhaps of a schema, perhaps one inside of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AttributePath {
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    pub(crate) sub: Option<String>,
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
    Greater,
    AtLeast,
    Less,
    AtMost,
}

/// What a resource is asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    /// Whether the attribute has a value.
    Present(AttributePath),
    /// Whether a value of the attribute is like that.
    Compare(AttributePath, Comparison, Value),
    /// Whether one element of the attribute answers all of it.
    Within(AttributePath, Box<Filter>),
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
}

/// What a change is about: an attribute, perhaps only some of its elements, perhaps only a part
/// of each.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ChangePath {
    pub(crate) attribute: AttributePath,
    pub(crate) elements: Option<Filter>,
    pub(crate) sub: Option<String>,
}

/// Why a filter or path cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// At which character, counted from 0.
    pub at: usize,
    /// What should stand there.
    pub expected: &'static str,
}

impl Comparison {
    pub(crate) const ALL: [Self; 9] = [
        Self::Equal,
        Self::NotEqual,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
        Self::Greater,
        Self::AtLeast,
        Self::Less,
        Self::AtMost,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::Contains => "co",
            Self::StartsWith => "sw",
            Self::EndsWith => "ew",
            Self::Greater => "gt",
            Self::AtLeast => "ge",
            Self::Less => "lt",
            Self::AtMost => "le",
        }
    }
}

impl AttributePath {
    /// The attribute of the core with that name.
    #[cfg(test)]
    pub(crate) fn plain(name: &str) -> Self {
        Self { schema: None, name: name.to_owned(), sub: None }
    }
}

impl Filter {
    /// What must be equal for the filter to hold, where it says that at its top: the attribute in
    /// lower case and the text.
    pub(crate) fn needs_equal(&self) -> Vec<(String, &str)> {
        match self {
            Self::Compare(path, Comparison::Equal, Value::String(text)) if path.sub.is_none() => {
                vec![(path.name.to_lowercase(), text)]
            }
            Self::And(left, right) => {
                let mut both = left.needs_equal();
                both.extend(right.needs_equal());
                both
            }
            _ => Vec::new(),
        }
    }

    /// Whether it asks about that attribute, named in lower case.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        match self {
            Self::Present(path) | Self::Compare(path, _, _) | Self::Within(path, _) => {
                path.name.eq_ignore_ascii_case(name)
            }
            Self::And(left, right) | Self::Or(left, right) => {
                left.mentions(name) || right.mentions(name)
            }
            Self::Not(inner) => inner.mentions(name),
        }
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(out, "{schema}:")?;
        }
        out.write_str(&self.name)?;
        match &self.sub {
            Some(sub) => write!(out, ".{sub}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present(path) => write!(out, "{path} pr"),
            Self::Compare(path, how, value) => write!(out, "{path} {} {value}", how.name()),
            Self::Within(path, inner) => write!(out, "{path}[{inner}]"),
            Self::Not(inner) => write!(out, "not ({inner})"),
            Self::And(left, right) => {
                bracketed(out, left, matches!(**left, Self::Or(..)))?;
                out.write_str(" and ")?;
                // What is read from left to right is written so, too.
                bracketed(out, right, matches!(**right, Self::Or(..) | Self::And(..)))
            }
            Self::Or(left, right) => {
                write!(out, "{left} or ")?;
                bracketed(out, right, matches!(**right, Self::Or(..)))
            }
        }
    }
}

fn bracketed(out: &mut fmt::Formatter<'_>, filter: &Filter, brackets: bool) -> fmt::Result {
    if brackets { write!(out, "({filter})") } else { write!(out, "{filter}") }
}
