mod hosts;

use http_kit::{Routes, routes};

use crate::actions::Host;
use crate::subsystem::HOST_READ;

/// The routes of the watched hosts; none when nothing is watched.
pub(crate) fn host_routes(host: Option<Host>) -> Routes {
    Routes::new()
        .read(HOST_READ, routes!(hosts::list_hosts))
        .read(HOST_READ, routes!(hosts::show_host))
        .with_state(host)
}
