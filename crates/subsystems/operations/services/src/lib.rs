#![doc = include_str!("../README.md")]

pub mod known;
pub mod model;
pub mod protocols;

mod actions;
mod api;
mod error;
mod jobs;
mod reactions;
mod store;
pub mod subsystem;

pub use actions::{DISCOVERY_CHANGE, DISCOVERY_READ, Services, ServicesParts, SocketSource};
pub use error::ServicesError;
pub use jobs::DiscoveryJob;
