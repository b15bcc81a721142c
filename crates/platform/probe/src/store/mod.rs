//! The records of checks: SQL beside the function that asks.

mod check;
mod status;

pub(crate) use check::{find, insert, name_is_taken, read_all, read_for_change, remove, update};
pub(crate) use status::save as save_status;
