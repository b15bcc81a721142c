//! Nouns and rules of signing in; pure.

pub(crate) mod facts;
pub(crate) mod lockout;
pub(crate) mod password;
pub(crate) mod password_hash;
pub(crate) mod permission;
pub(crate) mod secret;
pub(crate) mod session;
pub(crate) mod token;
pub(crate) mod user;
