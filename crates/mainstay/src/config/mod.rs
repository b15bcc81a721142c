//! Settings: from a TOML file, the environment and flags, each value with where it came from.

mod error;
mod keys;
mod load;
mod settings;

pub(crate) use error::ConfigFaults;
pub(crate) use keys::KEYS;
pub(crate) use load::{Layers, load};
pub(crate) use settings::{LogFormat, Setting, Settings, Source};
