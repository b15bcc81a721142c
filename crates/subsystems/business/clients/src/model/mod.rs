//! What campaigns and machines are, and the rules about them. Pure.

pub(crate) mod campaign;
pub(crate) mod fact;
pub(crate) mod machine;
pub(crate) mod permission;
