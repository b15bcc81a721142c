//! What is kept: samples in the store of series.

mod series_names;
mod series_writer;

pub(crate) use series_writer::{SeriesWriter, Written};
