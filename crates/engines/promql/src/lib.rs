//! PromQL over any source of series.
//!
//! [`Engine`] reads a query, asks a [`Source`] for the series it names, and reckons the answer as
//! Prometheus 3 does: same values, same labels, same words where something is wrong. It knows no
//! storage, no clock and no runtime: a query is a plain call, meant for a thread of its own, that
//! [`Control`] can end.

mod annotation;
mod engine;
mod error;
mod source;
mod syntax;
mod value;

mod column;
mod eval;
mod memory;
mod native;
mod over;
mod parallel;
mod stack;

pub use engine::{Engine, EngineOptions, Moment, Period};
pub use error::{ParseError, PromqlError, SourceError};
pub use source::{
    Control, Function as HintFunction, Hints, Reader, Samples, Select, Selected, Source, Summary,
    Verdict, Wanted,
};
pub use syntax::ast::{
    Aggregate, Aggregator, At, Binary, Cardinality, Expr, Extension, Kind, Matching, Operator,
    Selector, Shift, Span, Subquery, ValueType, Window,
};
pub use syntax::duration::{DurationExpr, duration_ms, duration_text};
pub use syntax::functions::Function;
pub use syntax::{ParseOptions, metric_selector, parse, parse_metric};
pub use value::{Answer, QueryValue, SampleValue, SeriesValues, VectorSample};
