//! What articles are, and the rules about them. Pure.

pub(crate) mod article;
pub(crate) mod course;
pub(crate) mod fact;
pub(crate) mod permission;
pub(crate) mod sight;
pub(crate) mod terms;
