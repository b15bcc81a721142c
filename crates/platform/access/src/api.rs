//! Routes and wire structs, and the gate of every request.

mod cookie;
mod first_run;
mod gate;
mod profile;
mod session;
mod tokens;
mod users;
mod views;

use http_kit::{Routes, routes};

use crate::{
    Access,
    model::permission::{
        PROFILE_CHANGE, PROFILE_READ, TOKEN_CHANGE, TOKEN_READ, USER_CHANGE, USER_READ,
    },
};

/// The routes of first run, sign-in, sessions, profile, users and tokens.
#[must_use]
pub fn routes(access: Access) -> Routes {
    Routes::new()
        .open("nobody can sign in before the first run", routes!(first_run::is_needed))
        .open("proves itself by the one-time link", routes!(first_run::complete))
        .open("this is how one signs in", routes!(session::sign_in))
        .read(PROFILE_READ, routes!(session::current))
        .write(PROFILE_CHANGE, routes!(session::sign_out))
        .read(PROFILE_READ, routes!(session::list))
        .write(PROFILE_CHANGE, routes!(session::end))
        .write(PROFILE_CHANGE, routes!(session::end_all))
        .write(PROFILE_CHANGE, routes!(profile::change))
        .write(PROFILE_CHANGE, routes!(profile::change_password))
        .read(USER_READ, routes!(users::list))
        .write(USER_CHANGE, routes!(users::create))
        .read(USER_READ, routes!(users::get))
        .write(USER_CHANGE, routes!(users::change))
        .write(USER_CHANGE, routes!(users::sign_out))
        .read(TOKEN_READ, routes!(tokens::list))
        .write(TOKEN_CHANGE, routes!(tokens::create))
        .write(TOKEN_CHANGE, routes!(tokens::revoke))
        .with_state(access)
}
