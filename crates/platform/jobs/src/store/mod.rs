//! The jobs' tables. Reads take the handle, writes a transaction; nothing is decided here.

pub(crate) mod history;
pub(crate) mod leases;
pub(crate) mod settings;
pub(crate) mod states;
