#![doc = include_str!("../README.md")]

mod model;

mod store;

mod actions;
mod api;
mod error;
mod jobs;
pub mod subsystem;

pub use actions::{Clients, ClientsParts};
pub use error::ClientsError;
pub use model::permission::{CAMPAIGN_CHANGE, CAMPAIGN_READ, CAMPAIGN_WORK};
