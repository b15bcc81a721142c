#![doc = include_str!("../README.md")]

mod model;

mod store;

mod actions;
mod api;
mod error;
pub mod subsystem;

pub use actions::{Knowledge, KnowledgeParts};
pub use error::KnowledgeError;
pub use model::permission::{KNOWLEDGE_APPROVE, KNOWLEDGE_READ, KNOWLEDGE_WRITE};
