//! Answers.

use series::{Histogram, Labels};
use std::sync::Arc;

/// The value of one sample.
#[derive(Debug, Clone, PartialEq)]
pub enum SampleValue {
    /// A float.
    Float(f64),
    /// A native histogram.
    Histogram(Arc<Histogram>),
}

/// One sample of an instant vector.
#[derive(Debug, Clone, PartialEq)]
pub struct VectorSample {
    /// Its labels.
    pub labels: Labels,
    /// Milliseconds since 1970.
    pub at_ms: i64,
    /// Its value.
    pub value: SampleValue,
}

/// The samples of one series; floats and histograms apart, each ascending by time.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesValues {
    /// Its labels.
    pub labels: Labels,
    /// Times in milliseconds with floats.
    pub floats: Vec<(i64, f64)>,
    /// Times in milliseconds with histograms.
    pub histograms: Vec<(i64, Arc<Histogram>)>,
}

/// What a query yields.
#[derive(Debug, Clone, PartialEq)]
pub enum QueryValue {
    /// A number.
    Scalar(f64),
    /// Text.
    Text(String),
    /// One sample of each series.
    Vector(Vec<VectorSample>),
    /// Several samples of each series.
    Matrix(Vec<SeriesValues>),
}

/// A value with what is to be said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The value.
    pub value: QueryValue,
    /// Warnings, in the words of Prometheus, with line and column.
    pub warnings: Vec<String>,
    /// Hints of lesser weight.
    pub infos: Vec<String>,
    /// How many series the selectors found, each time one was asked.
    pub series_read: u64,
    /// How many stored samples were looked at.
    pub samples_read: u64,
}
