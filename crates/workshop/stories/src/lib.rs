#![doc = include_str!("../README.md")]

mod pattern;
mod phrasebook;
mod story;
mod told;

pub use pattern::{Pattern, PatternFault};
pub use phrasebook::{Act, Phrasebook, Step, UnknownStep};
pub use story::{Said, Story, StoryFault};
pub use told::Told;
