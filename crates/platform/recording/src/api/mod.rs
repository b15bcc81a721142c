//! Routes: unpack, one read or action, wrap.

mod backfills;
mod groups;
mod prometheus;
mod upload;
mod views;

use http_kit::{Routes, routes};

use crate::{
    Recording,
    model::permission::{RECORDING_CHANGE, RECORDING_READ},
};

/// The routes of rule groups. They belong to no part of the house: rights over them are held
/// everywhere or not at all.
#[must_use]
pub fn routes(recording: Recording) -> Routes {
    Routes::new()
        .read_everywhere(RECORDING_READ, routes!(groups::list))
        .write_everywhere(RECORDING_CHANGE, routes!(groups::create))
        .read_everywhere(RECORDING_READ, routes!(groups::find))
        .write_everywhere(RECORDING_CHANGE, routes!(groups::replace))
        .write_everywhere(RECORDING_CHANGE, routes!(groups::remove))
        .read_everywhere(RECORDING_READ, routes!(groups::file))
        .read_everywhere(RECORDING_READ, routes!(backfills::list))
        .write_everywhere(RECORDING_CHANGE, routes!(backfills::start))
        .write_everywhere(RECORDING_CHANGE, routes!(backfills::cancel))
        .with_state(recording.clone())
        .merge(prometheus_routes(recording))
}

/// Of these, those that Prometheus has.
#[must_use]
pub fn prometheus_routes(recording: Recording) -> Routes {
    Routes::new()
        .read_everywhere(RECORDING_READ, routes!(prometheus::rules))
        .read_everywhere(RECORDING_READ, routes!(prometheus::alerts))
        .with_state(recording)
}
