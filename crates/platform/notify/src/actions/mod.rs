//! The verbs: load → permit → decide → save → journal, in one transaction.

mod channels;
mod deliver;
mod enqueue;
mod finish;
mod open;
mod own;
mod prepare;
mod read;
mod resolve;
mod run;
mod standstill;
mod templates;
mod turns;
mod upkeep;

pub(crate) use channels::ChannelStanding;
pub use templates::Rendering;
