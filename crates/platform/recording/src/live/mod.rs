//! The groups as they are evaluated: on the series store, moment after moment.

mod board;
mod control;
mod group;
mod output;
mod range;
mod source;
mod status;

pub(crate) use board::{AT_ONCE_MAX, Board, Change};
pub(crate) use control::Deadline;
pub(crate) use group::{Bench, LiveGroup, Origin};
pub(crate) use output::StoreOutput;
pub(crate) use range::{Stretch, Strip, filled};
pub(crate) use source::StoreSource;
pub(crate) use status::{GroupStatus, RuleStatus};
