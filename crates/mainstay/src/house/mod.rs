//! The wiring: every crate is opened here, given what it needs, and set going.

mod authors;
mod by_hand;
mod directory_sync;
mod entrance;
mod facts;
mod ground;
mod journal;
mod loopback;
mod messages;
mod photos;
mod rule_files;
mod running;
mod source_secrets;
mod subsystems;
mod surroundings;
mod this_machine;
mod upkeep;
mod vigil;
mod watchers;
mod wiring;
mod work;

pub use by_hand::ByHand;
pub use surroundings::Surroundings;

pub(crate) use entrance::Entrance;
pub(crate) use ground::migrations;
pub(crate) use journal::{archive_folder, keys_folder};
pub(crate) use running::Running;
pub(crate) use vigil::{NoVigil, Vigil};
pub(crate) use wiring::{House, Parts, access_settings};
