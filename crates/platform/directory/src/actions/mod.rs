pub(crate) mod asked;
mod beginnings;
mod holdings;
mod needs;
mod people;
mod posts;
mod regions;
mod restructure;
pub(crate) mod save;
mod sites;
mod units;

pub use restructure::{SplitPart, SplitResult};
