//! Nouns and rules; pure.

pub(crate) mod beside;
pub(crate) mod clock;
pub(crate) mod entry;
pub(crate) mod fact;
pub(crate) mod field;
pub(crate) mod hop;
pub(crate) mod link;
pub(crate) mod mail;
pub(crate) mod moving;
pub(crate) mod permission;
pub(crate) mod phase;
pub(crate) mod policy;
pub(crate) mod priority;
pub(crate) mod shipped;
pub(crate) mod sla;
pub(crate) mod ticket;
pub(crate) mod ticket_type;
