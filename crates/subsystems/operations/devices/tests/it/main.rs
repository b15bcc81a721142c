//! Black-box tests of the crate `devices`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod clock;
mod cost;
mod house;
mod node_exporter;
mod register;
mod routes;
mod series;
mod watching;
