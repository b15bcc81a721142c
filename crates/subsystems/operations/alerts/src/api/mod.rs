//! Routes and wire structs.

pub(crate) mod alertmanager;
pub(crate) mod alerts;
pub(crate) mod back_test;
mod condition;
pub(crate) mod event_mapping;
mod incident_views;
pub(crate) mod incidents;
pub(crate) mod policies;
pub(crate) mod rules;
mod search;
pub(crate) mod silences;
pub(crate) mod watchdog;
