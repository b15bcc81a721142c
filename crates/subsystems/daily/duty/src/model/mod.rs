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
pub(crate) mod inspection;
pub(crate) mod inspection_checks;
pub(crate) mod inspection_fact;
pub(crate) mod permission;
pub(crate) mod plan;
pub(crate) mod problem;
pub(crate) mod roster;
pub(crate) mod round;
pub(crate) mod turns;
pub(crate) mod work_fact;
pub(crate) mod work_item;
