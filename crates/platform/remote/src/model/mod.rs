//! Destinations, what makes sense of their settings, and what their answers mean; pure.

mod check;
mod destination;
mod merge;
mod verdict;

pub use destination::{Destination, DestinationDraft, DestinationId, DestinationSettings};
pub(crate) use merge::{Asked, merge};
pub(crate) use verdict::{Message, Verdict, verdict};
