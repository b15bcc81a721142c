#![doc = include_str!("../README.md")]

mod admin;
mod api;
mod exemplars;
mod facts;
mod gaps;
mod intake;
mod limits;
mod listing;
mod metadata;
mod prometheus;
mod query;
mod reading;
mod streaming;
mod targets;

pub use admin::{SERIES_DELETE, SERIES_SNAPSHOT};
pub use api::{PROMETHEUS_BASE, admin_routes, routes};
pub use facts::{SeriesDeleted, SeriesDeletionFailed, SeriesRoomReclaimed, SeriesSnapshotTaken};
pub use gaps::{Telling, Told};
pub use limits::{LimitFigures, SeriesLimit, SeriesLimits};
pub use prometheus::{
    Alone, AloneIn, Prometheus, PrometheusParts, PrometheusSettings, SERIES_WRITE,
};
pub use query::{QueryLimits, TIMEOUT_MAX};
pub use targets::{Collectors, Target, TargetsFuture};
