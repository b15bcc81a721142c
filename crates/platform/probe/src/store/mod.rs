//! The records of checks: SQL beside the function that asks.

mod check;
pub(crate) mod moved;
mod status;

pub(crate) use check::{
    find, insert, move_to, name_is_taken, of_resource, read_all, read_for_change, remove, update,
};
pub(crate) use status::save as save_status;
