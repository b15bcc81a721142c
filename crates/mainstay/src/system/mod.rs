//! What the server says of itself: health, version, settings, its API document, its own metrics,
//! and the search over everything.

mod api;
mod document;
mod metrics;
mod search;
mod settings;

pub(crate) use api::{SystemState, routes};
pub(crate) use document::document;
