//! Seals: a keyed hash chain over the rows, signed now and then. See docs/formats/journal-seal.md.

pub(crate) mod canon;
pub(crate) mod chain;
pub(crate) mod checkpoint;
mod clock;
mod facts;
pub(crate) mod keys;
pub(crate) mod sealer;
pub(crate) mod store;
