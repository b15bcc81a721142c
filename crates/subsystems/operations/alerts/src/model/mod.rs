//! The nouns and the rules; pure.

pub(crate) mod alert;
pub(crate) mod check_state;
pub(crate) mod condition;
pub(crate) mod decision;
pub(crate) mod fact;
pub(crate) mod permission;
pub(crate) mod plan;
pub(crate) mod reading;
pub(crate) mod rule;
pub(crate) mod rule_fact;
pub(crate) mod severity;
pub(crate) mod shipped;
pub(crate) mod shipped_machine;
pub(crate) mod shipped_storage;
pub(crate) mod target;
pub(crate) mod threshold;
pub(crate) mod validity;
pub(crate) mod wording;
