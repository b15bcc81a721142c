//! The records of what was found: SQL beside the function that asks.

mod discovered;
pub(crate) mod moved;
mod read;

pub(crate) use discovered::{
    delete_forgotten, find, insert, list, of_host, save_decision, save_sight, touch, waiting,
};
