//! Nouns and rules of checks; pure.

mod definition;
mod downsample;
mod settings;
mod slots;
mod standing;
mod status;
mod target;

pub use definition::{CheckDefinition, CheckDraft, CheckId, CheckPatch, ResourceId};
pub use downsample::{Derive, Grid, downsample};
pub use settings::{ATTEMPTS_MAX, CheckSettings, INTERVAL_MAX_S, TIMEOUT_MAX_S, TIMEOUT_MIN_S};
pub use standing::{Change, CheckState, Standing, StateType, Step, advance};
pub use status::{CheckStatus, LastRun};

pub(crate) use settings::{spec_fault, timeout_fault, timeout_of};
pub(crate) use slots::Slots;
pub(crate) use target::host_of;
