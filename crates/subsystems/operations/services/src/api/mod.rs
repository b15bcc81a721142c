//! Routes and wire structs: unpack, one action or one read, wrap.

mod discovered;

pub(crate) use discovered::routes;
