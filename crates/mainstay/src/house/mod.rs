//! The wiring: every crate is opened here, given what it needs, and set going.

mod facts;
mod running;
mod upkeep;
mod wiring;

pub(crate) use running::Running;
pub(crate) use wiring::{House, Parts, access_settings, migrations};
