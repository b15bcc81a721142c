//! What rule groups and back-fills are.

pub(crate) mod backfill;
pub(crate) mod fact;
pub(crate) mod groups;
pub(crate) mod permission;
