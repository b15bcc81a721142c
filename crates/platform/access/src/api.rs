//! Routes and wire structs, and the gate of every request.

mod cookie;
mod delegates;
mod emergencies;
mod explain;
mod failures;
mod first_run;
mod gate;
mod grants;
mod groups;
mod identities;
mod oversight_views;
mod passkeys;
mod policy;
mod profile;
mod providers;
mod reviews;
mod rights_views;
mod roles;
mod second_factor;
mod separation_views;
mod session;
mod tokens;
mod users;
mod views;
mod ways;

use http_kit::{Routes, routes};

use crate::{
    Access,
    model::permission::{
        EMERGENCY_CHANGE, EMERGENCY_READ, GRANT_CHANGE, GRANT_DELEGATE, GRANT_READ, GROUP_CHANGE,
        GROUP_READ, PROFILE_CHANGE, PROFILE_READ, PROVIDER_CHANGE, PROVIDER_READ, REVIEW_CHANGE,
        ROLE_CHANGE, ROLE_READ, SEPARATION_CHANGE, SEPARATION_READ, SIGN_IN_CHANGE, SIGN_IN_READ,
        TOKEN_CHANGE, TOKEN_READ, USER_CHANGE, USER_READ,
    },
};

/// The routes of first run, sign-in, sessions, profile, users and tokens; of roles, groups, grants
/// and what keeps them honest.
#[must_use]
pub fn routes(access: Access) -> Routes {
    let routes = of_sign_in().merge(of_vouching()).merge(of_rights()).merge(of_oversight());
    routes.with_state(access)
}

fn of_sign_in() -> Routes<Access> {
    Routes::new()
        .open("nobody can sign in before the first run", routes!(first_run::is_needed))
        .open("proves itself by the one-time link", routes!(first_run::complete))
        .open("this is how one signs in", routes!(session::sign_in))
        .open("goes on with what the password gave", routes!(second_factor::finish_sign_in))
        .open("nobody has signed in before they sign in", routes!(passkeys::offered))
        .open("nobody has signed in before they sign in", routes!(passkeys::challenge))
        .open("this is how one signs in", routes!(passkeys::sign_in))
        .read(SIGN_IN_READ, routes!(passkeys::list))
        .write(SIGN_IN_CHANGE, routes!(passkeys::begin))
        .write(SIGN_IN_CHANGE, routes!(passkeys::add))
        .write(SIGN_IN_CHANGE, routes!(passkeys::remove))
        .read(SIGN_IN_READ, routes!(second_factor::get))
        .write(SIGN_IN_CHANGE, routes!(second_factor::begin))
        .write(SIGN_IN_CHANGE, routes!(second_factor::confirm))
        .write(SIGN_IN_CHANGE, routes!(second_factor::remove))
        .write(SIGN_IN_CHANGE, routes!(second_factor::renew_codes))
        .write_everywhere(USER_CHANGE, routes!(second_factor::reset))
        .read(SIGN_IN_READ, routes!(session::current))
        .write(SIGN_IN_CHANGE, routes!(session::sign_out))
        .read(PROFILE_READ, routes!(session::list))
        .write(PROFILE_CHANGE, routes!(session::end))
        .write(PROFILE_CHANGE, routes!(session::end_all))
        .write(PROFILE_CHANGE, routes!(profile::change))
        .write(SIGN_IN_CHANGE, routes!(profile::change_password))
        .read_everywhere(USER_READ, routes!(users::list))
        .write_everywhere(USER_CHANGE, routes!(users::create))
        .read_everywhere(USER_READ, routes!(users::get))
        .write_everywhere(USER_CHANGE, routes!(users::change))
        .write_everywhere(USER_CHANGE, routes!(users::sign_out))
        .read_everywhere(USER_READ, routes!(failures::list))
        .read_everywhere(TOKEN_READ, routes!(tokens::list))
        .write(TOKEN_CHANGE, routes!(tokens::create))
        .write(TOKEN_CHANGE, routes!(tokens::revoke))
}

fn of_vouching() -> Routes<Access> {
    Routes::new()
        .open("nobody has signed in before they sign in", routes!(ways::list))
        .open("this is how one signs in", routes!(ways::depart))
        .open("proves itself by what the provider gave", routes!(ways::arrive))
        .write(SIGN_IN_CHANGE, routes!(ways::depart_to_link))
        .read(SIGN_IN_READ, routes!(identities::own))
        .write(SIGN_IN_CHANGE, routes!(identities::unlink_own))
        .read_everywhere(USER_READ, routes!(identities::of_user))
        .write_everywhere(USER_CHANGE, routes!(identities::unlink))
        .read_everywhere(PROVIDER_READ, routes!(providers::list))
        .write_everywhere(PROVIDER_CHANGE, routes!(providers::create))
        .read_everywhere(PROVIDER_READ, routes!(providers::get))
        .write_everywhere(PROVIDER_CHANGE, routes!(providers::change))
        .write_everywhere(PROVIDER_CHANGE, routes!(providers::remove))
        .write_everywhere(PROVIDER_CHANGE, routes!(providers::test))
}

fn of_rights() -> Routes<Access> {
    Routes::new()
        .read(ROLE_READ, routes!(roles::permissions))
        .read(ROLE_READ, routes!(roles::list))
        .write_everywhere(ROLE_CHANGE, routes!(roles::create))
        .read(ROLE_READ, routes!(roles::get))
        .write_everywhere(ROLE_CHANGE, routes!(roles::change))
        .write_everywhere(ROLE_CHANGE, routes!(roles::remove))
        .read_everywhere(GROUP_READ, routes!(groups::list))
        .write_everywhere(GROUP_CHANGE, routes!(groups::create))
        .read_everywhere(GROUP_READ, routes!(groups::get))
        .write_everywhere(GROUP_CHANGE, routes!(groups::change))
        .write_everywhere(GROUP_CHANGE, routes!(groups::remove))
        .read_everywhere(GROUP_READ, routes!(groups::members))
        .write_everywhere(GROUP_CHANGE, routes!(groups::change_members))
        .read(GRANT_READ, routes!(grants::list))
        .write(GRANT_CHANGE, routes!(grants::create))
        .read(GRANT_READ, routes!(grants::get))
        .write(GRANT_CHANGE, routes!(grants::end))
        .write(GRANT_DELEGATE, routes!(grants::delegate))
        .write(GRANT_DELEGATE, routes!(grants::take_back))
        .read(PROFILE_READ, routes!(delegates::search))
        .read(PROFILE_READ, routes!(explain::own))
        .read_everywhere(GRANT_READ, routes!(explain::of_user))
        .read_everywhere(GRANT_READ, routes!(explain::holders))
}

fn of_oversight() -> Routes<Access> {
    Routes::new()
        .read_everywhere(SEPARATION_READ, routes!(emergencies::separation))
        .write_everywhere(SEPARATION_CHANGE, routes!(emergencies::separate))
        .read_everywhere(USER_READ, routes!(policy::get))
        .write_everywhere(SEPARATION_CHANGE, routes!(policy::change))
        .read_everywhere(USER_READ, routes!(policy::lacking))
        .read_everywhere(EMERGENCY_READ, routes!(emergencies::list))
        .write_everywhere(EMERGENCY_CHANGE, routes!(emergencies::seal))
        .write_everywhere(EMERGENCY_CHANGE, routes!(emergencies::withdraw))
        .read(PROFILE_READ, routes!(emergencies::own))
        .write(PROFILE_CHANGE, routes!(emergencies::activate))
        .read_everywhere(EMERGENCY_READ, routes!(emergencies::activations))
        .write_everywhere(REVIEW_CHANGE, routes!(emergencies::confirm))
        .read(PROFILE_READ, routes!(reviews::list))
        .write_everywhere(REVIEW_CHANGE, routes!(reviews::open))
        .read(PROFILE_READ, routes!(reviews::get))
        .read(PROFILE_READ, routes!(reviews::items))
        .write_everywhere(REVIEW_CHANGE, routes!(reviews::close))
        .write(PROFILE_CHANGE, routes!(reviews::decide))
}
