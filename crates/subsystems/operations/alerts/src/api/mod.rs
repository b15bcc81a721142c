//! Routes and wire structs.

pub(crate) mod alerts;
mod condition;
mod incident_views;
pub(crate) mod incidents;
pub(crate) mod policies;
pub(crate) mod rules;
mod search;
pub(crate) mod silences;
