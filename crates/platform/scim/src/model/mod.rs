//! Nouns and rules of SCIM; pure.

mod fact;
mod filter;
mod group;
mod list;
mod patch;
mod projection;
mod resource;
mod schema;
mod user;

pub use self::filter::{ReadError, Senseless};
pub(crate) use self::{
    fact::{GroupProvisioned, Step, UserProvisioned},
    filter::{Filter, check, matches, parse_filter},
    group::{MemberRef, ToldGroup},
    list::{COUNT_MAX, ListRequest, listed},
    patch::{Change, changes_of, patched},
    projection::Projection,
    resource::canonical,
    schema::{ENTERPRISE, GROUP, ResourceType, USER},
    user::ToldUser,
};
