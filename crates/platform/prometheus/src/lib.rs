#![doc = include_str!("../README.md")]

mod api;
mod intake;
mod listing;
mod metadata;
mod prometheus;

pub use api::{PROMETHEUS_BASE, routes};
pub use prometheus::{Prometheus, PrometheusParts, PrometheusSettings, SERIES_WRITE};
