//! Quantiles and fractions of histograms, native and classic.

pub(crate) mod classic;
mod fraction;
mod quantile;
mod variance;

pub(crate) use fraction::histogram_fraction;
pub(crate) use quantile::{Said, histogram_quantile};
pub(crate) use variance::histogram_variance;
