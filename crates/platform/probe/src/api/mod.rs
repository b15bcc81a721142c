//! Routes: unpack, one action or read, wrap.

mod checks;
mod protocols;
mod series;
mod states;
mod trials;
mod view;

use http_kit::Routes;

use crate::Probe;

/// The routes of checks and series.
#[must_use]
pub fn routes(probe: Probe) -> Routes {
    Routes::new()
        .merge(protocols::routes())
        .merge(checks::routes())
        .merge(trials::routes())
        .merge(states::routes())
        .merge(series::routes())
        .with_state(probe)
}
