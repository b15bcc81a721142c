//! Prometheus' blocks on disk, read and never written.
//!
//! [`Block`] opens a folder; [`Index`], [`Meta`], [`Tombstones`] and [`decode`] are pure functions
//! of the bytes in its files. Whatever cannot be read is [`Damage`]: a file, a byte, a reason.

mod bits;
mod block;
mod chunk;
mod cursor;
mod damage;
#[cfg(test)]
mod fuzz;
mod index;
mod meta;
mod segment;
mod tombstones;

pub use block::{Block, find};
pub use chunk::{ChunkFault, Points, decode};
pub use damage::{Damage, Fault};
pub use index::{ChunkMeta, Entry, Index};
pub use meta::{Meta, Statistics};
pub use tombstones::Tombstones;
