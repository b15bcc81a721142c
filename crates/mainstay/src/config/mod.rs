//! Settings: from the records, a TOML file, the environment and flags, each value with where it
//! came from.

mod checks;
mod error;
mod keys;
mod limits;
mod live;
mod load;
mod retention;
mod rollups;
mod settings;
mod shape;

pub(crate) use error::ConfigFaults;
pub(crate) use keys::{Effect, KEYS, Shape};
pub(crate) use live::{
    JOURNAL_RETAIN, LiveSettings, RETENTION, SETTING_CHANGE, place_of, with_stored,
};
pub(crate) use load::{Layers, load};
pub(crate) use settings::{LogFormat, Setting, Settings, Source};
