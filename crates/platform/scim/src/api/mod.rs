//! The protocol (RFC 7644) under `/scim/v2`, and what the UI shows of providers.

mod answer;
mod asked;
mod clients;
mod discovery;
mod groups;
mod users;

use axum::extract::DefaultBodyLimit;
use directory::DIRECTORY_READ;
use http_kit::{Routes, routes};
use utoipa_axum::router::UtoipaMethodRouterExt as _;

use crate::{Scim, USER_PROVISION};

/// Where the protocol is spoken.
pub const SCIM_BASE: &str = "/scim/v2";

/// The largest body: a group with its 50,000 members.
const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The routes of the protocol. All of them need the one permission, over everything: whoever
/// compares and whoever changes is the same program, and what it compares is all accounts.
#[must_use]
pub fn routes(scim: Scim) -> Routes {
    let large = || DefaultBodyLimit::max(BODY_BYTES_MAX);
    Routes::new()
        .write_everywhere(USER_PROVISION, routes!(discovery::config))
        .write_everywhere(USER_PROVISION, routes!(discovery::resource_types))
        .write_everywhere(USER_PROVISION, routes!(discovery::resource_type))
        .write_everywhere(USER_PROVISION, routes!(discovery::schemas))
        .write_everywhere(USER_PROVISION, routes!(discovery::schema))
        .write_everywhere(USER_PROVISION, routes!(users::list))
        .write_everywhere(USER_PROVISION, routes!(users::search))
        .write_everywhere(USER_PROVISION, routes!(users::create))
        .write_everywhere(USER_PROVISION, routes!(users::get))
        .write_everywhere(USER_PROVISION, routes!(users::replace))
        .write_everywhere(USER_PROVISION, routes!(users::patch))
        .write_everywhere(USER_PROVISION, routes!(users::remove))
        .write_everywhere(USER_PROVISION, routes!(groups::list))
        .write_everywhere(USER_PROVISION, routes!(groups::search))
        .write_everywhere(USER_PROVISION, routes!(groups::create).layer(large()))
        .write_everywhere(USER_PROVISION, routes!(groups::get))
        .write_everywhere(USER_PROVISION, routes!(groups::replace).layer(large()))
        .write_everywhere(USER_PROVISION, routes!(groups::patch).layer(large()))
        .write_everywhere(USER_PROVISION, routes!(groups::remove))
        .with_state(scim)
}

/// What the UI shows of providers.
#[must_use]
pub fn client_routes(scim: Scim) -> Routes {
    Routes::new().read_everywhere(DIRECTORY_READ, routes!(clients::list)).with_state(scim)
}
