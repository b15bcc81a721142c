//! The language: text to tree and back.

pub(crate) mod ast;
mod check;
pub(crate) mod duration;
pub(crate) mod functions;
mod json;
mod lex;
mod metric_selector;
mod names;
mod parse;
mod past;
mod pretty;
mod print;
mod quote;
mod selectors;
mod token;

pub use metric_selector::metric_selector;
pub use parse::{ParseOptions, parse, parse_metric};
pub(crate) use quote::{go_quote, is_broken};
