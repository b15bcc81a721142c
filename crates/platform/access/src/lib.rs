//! Sign-in, sessions, API tokens and roles: who asks, and what they may do.
//!
//! [`Access`] holds the verbs; [`routes`] puts them on the API; as [`http_kit::Gate`] it tells the
//! kit of every request whose it is. `README.md` has the words, the limits and the reasons.

mod actions;
mod api;
mod error;
mod model;
mod store;

pub use actions::{Access, AccessSettings, SignedIn, Standing};
pub use api::routes;
pub use error::AccessError;
pub use model::{
    lockout::{ACCOUNT, Admission, Attempts, Limit, SOURCE, decide},
    password::Password,
    permission::{PROFILE_CHANGE, PROFILE_READ, TOKEN_CHANGE, TOKEN_READ, USER_CHANGE, USER_READ},
    secret::Secret,
    session::{Session, SessionId, SessionLimits},
    token::{NewToken, Token, TokenId},
    user::{NewUser, ProfileChange, Theme, User, UserChange, UserId, UserName},
};

/// The tables of users, sessions, tokens and attempts.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    component: "access",
    number: 1,
    name: "sign_in",
    sql: include_str!("../migrations/0001_sign_in.sql"),
}];
