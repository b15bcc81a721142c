//! Routes and wire structs.

pub(crate) mod alerts;
mod condition;
pub(crate) mod rules;
mod search;
