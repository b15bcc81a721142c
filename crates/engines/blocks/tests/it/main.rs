//! Blocks that Debian's promtool wrote, whole and damaged.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod damage;
mod house;
mod reading;
