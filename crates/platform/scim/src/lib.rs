#![doc = include_str!("../README.md")]

mod actions;
mod api;
mod error;
mod model;
mod reads;
mod scim;
mod store;

pub use api::{SCIM_BASE, client_routes, routes};
pub use error::ScimError;
pub use model::{ReadError, Senseless};
pub use scim::{Scim, ScimParts, ScimSettings, USER_PROVISION};

/// The tables of what providers have brought.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        component: "scim",
        number: 1,
        name: "scim",
        sql: include_str!("../migrations/0001_scim.sql"),
    },
    db::Migration {
        component: "scim",
        number: 2,
        name: "adopted",
        sql: include_str!("../migrations/0002_adopted.sql"),
    },
];
