//! The service desk: tickets from their opening to their closing, their hand-over between units,
//! and what was promised about time.
//!
//! [`Desk`] holds the verbs; `subsystem.rs` is this crate's door. Which states a ticket has and
//! which ways lead between them is data of its type (`model/ticket_type.rs`); what its clocks show
//! is a pure function of what happened to it, the version of its service level and the calendar
//! (`model/clock.rs`, `model/sla.rs`). `README.md` has the words, the tables and the reasons.

mod model;

mod store;

mod actions;
mod api;
mod error;
mod jobs;
mod reactions;
pub mod subsystem;

pub use actions::{Desk, DeskFiles, DeskParts, MailMeans};
pub use error::DeskError;
pub use model::permission::{
    DESK_CONFIGURE, TICKET_ASSIGN, TICKET_CREATE, TICKET_READ, TICKET_WORK,
};
