//! Nouns and rules; pure.

pub(crate) mod call;
pub(crate) mod chain;
pub(crate) mod changes;
pub(crate) mod checks;
pub(crate) mod days;
pub(crate) mod difference;
pub(crate) mod fact;
pub(crate) mod fairness;
pub(crate) mod feed;
pub(crate) mod hand_over;
pub(crate) mod permission;
pub(crate) mod plan;
pub(crate) mod problem;
pub(crate) mod roster;
pub(crate) mod turns;
