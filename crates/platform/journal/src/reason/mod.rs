//! Why: what led to a fact, and what changed around a resource before it broke.

mod before;
mod causes;
mod ranking;

pub use before::{Alone, Neighbour, Neighbours, NeighboursFuture, Suspect, Suspects, before};
pub use causes::{CauseNode, Causes, causes};
pub use ranking::{Candidate, Rank, rank};
