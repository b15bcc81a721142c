pub(crate) mod asked;
mod beginnings;
mod cancel;
mod cancelled;
mod holdings;
mod needs;
mod people;
pub(crate) mod placed;
mod posts;
mod regions;
mod restructure;
pub(crate) mod save;
mod sites;
mod units;
mod unseen;

pub use cancel::Cancelling;
pub use restructure::{SplitPart, SplitResult};
pub(crate) use units::Plans;
