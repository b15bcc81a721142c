#![doc = include_str!("../README.md")]

mod backoff;
mod batch;
mod error;
mod files;
mod queue;
mod relabel;

pub use backoff::{Backoff, retry_after_s};
pub use batch::Batch;
pub use error::ForwardError;
pub use queue::{Lane, Queue, QueueOptions, Standing};
pub use relabel::{RelabelAction, RelabelFault, RelabelRule, Relabeller, WrongRule};
