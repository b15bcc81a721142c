//! Destinations, what makes sense of their settings, and what their answers mean; pure.

mod check;
mod destination;
mod merge;
mod recent;
mod verdict;

pub use destination::{Destination, DestinationDraft, DestinationId, DestinationSettings};
pub(crate) use merge::{Asked, WholeSeries, merge, merge_whole};
pub(crate) use recent::Recent;
pub(crate) use verdict::{Message, Verdict, verdict};
