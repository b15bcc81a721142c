//! Nouns and rules of signing in and of who may do what; pure.

pub(crate) mod emergency;
pub(crate) mod facts;
pub(crate) mod failure;
pub(crate) mod grant;
pub(crate) mod group;
pub(crate) mod identity;
pub(crate) mod keeper;
pub(crate) mod lockout;
pub(crate) mod passkey;
pub(crate) mod password;
pub(crate) mod password_hash;
pub(crate) mod permission;
pub(crate) mod policy;
pub(crate) mod provider;
pub(crate) mod resolution;
pub(crate) mod review;
pub(crate) mod role;
pub(crate) mod second_factor;
pub(crate) mod secret;
pub(crate) mod separation;
pub(crate) mod session;
pub(crate) mod token;
pub(crate) mod user;
