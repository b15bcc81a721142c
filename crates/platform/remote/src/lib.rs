#![doc = include_str!("../README.md")]

pub mod facts;

mod actions;
mod api;
mod credential;
mod error;
mod history;
mod line;
mod merged;
mod model;
mod remote;
mod sending;
mod store;

pub use api::routes;
pub use error::RemoteError;
pub use line::Figures;
pub use model::{Destination, DestinationDraft, DestinationId, DestinationSettings};
pub use remote::{DESTINATION_CHANGE, DESTINATION_READ, KeptFrom, Pace, Remote, RemoteParts};

/// The table of destinations.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    component: "remote",
    number: 1,
    name: "destination",
    sql: include_str!("../migrations/0001_destination.sql"),
}];
