#![doc = include_str!("../README.md")]

mod backoff;
mod batch;
mod error;
mod files;
mod native;
mod queue;
mod relabel;

pub use backoff::{Backoff, retry_after_s};
pub use batch::{Batch, TimeSeries};
pub use error::ForwardError;
pub use native::{histogram_message, native_histogram, whole_histogram};
pub use queue::{Incoming, Lane, Queue, QueueOptions, Standing, Ticket};
pub use relabel::{RelabelAction, RelabelFault, RelabelRule, Relabeller, WrongRule};
