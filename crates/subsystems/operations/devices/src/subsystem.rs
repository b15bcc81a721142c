//! The door plate: what this subsystem brings to the house.

use http_kit::Routes;
use kernel::Permission;

use crate::actions::Host;
use crate::api;

/// Seeing the watched hosts.
pub const HOST_READ: Permission = Permission("host.read");

/// The routes: `/api/v1/hosts` and one host. `None` when this machine is not watched.
#[must_use]
pub fn routes(host: Option<Host>) -> Routes {
    api::host_routes(host)
}
