#![doc = include_str!("../README.md")]

mod api;
mod exemplars;
mod intake;
mod listing;
mod metadata;
mod prometheus;
mod query;
mod reading;
mod targets;

pub use api::{PROMETHEUS_BASE, routes};
pub use prometheus::{Alone, Prometheus, PrometheusParts, PrometheusSettings, SERIES_WRITE};
pub use query::{QueryLimits, TIMEOUT_MAX};
pub use targets::{Collectors, Target, TargetsFuture};
