//! Templates of labels and annotations: the language of Go's `text/template` with the functions
//! that Prometheus adds.
//!
//! Left out: `define`, `template` and `block`, which texts of rules cannot use.

mod functions;
mod human;
mod lex;
mod parse;
mod printf;
mod run;
mod tree;
mod value;

use crate::evaluate::Evaluator;
use std::collections::BTreeMap;
use tree::Node;
pub(crate) use value::Value;

/// Longest template, and longest text made of one, in bytes.
const TEXT_MAX: usize = 64 << 10;

/// Why a template cannot be read or filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemplateError {
    /// What is wrong.
    pub message: String,
}

impl TemplateError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// A template that has been read.
#[derive(Debug, Clone)]
pub struct Template {
    nodes: Vec<Node>,
}

/// What a template is filled in with.
pub(crate) struct Context<'c> {
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) external_labels: &'c BTreeMap<String, String>,
    pub(crate) external_url: &'c str,
    pub(crate) value: Value,
    /// When the rule is evaluated.
    pub(crate) at_ms: i64,
    /// Answers `query`; without it the function yields nothing.
    pub(crate) evaluator: Option<&'c Evaluator<'c>>,
}

impl Template {
    /// Reads a template.
    ///
    /// Errors: [`TemplateError`] with what is wrong.
    pub fn read(text: &str) -> Result<Self, TemplateError> {
        if text.len() > TEXT_MAX {
            let length = text.len();
            let message = format!("{length} bytes long, at most {TEXT_MAX} are allowed");
            return Err(TemplateError::new(message));
        }
        Ok(Self { nodes: parse::nodes(text)? })
    }

    pub(crate) fn fill(&self, context: &Context<'_>) -> Result<String, TemplateError> {
        run::run(&self.nodes, context)
    }
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
