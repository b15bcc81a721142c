//! Mainstay (砥柱): the roof. It wires the crates together and knows them all; none knows it.
//!
//! * [`run`]: what the binary does.
//! * [`ByHand`]: the same house with its time moved by hand, for stories.

mod cli;
mod clock;
mod commands;
mod config;
mod house;
mod logging;
mod system;
mod web;

use std::process::ExitCode;

use clap::Parser;

pub use house::{ByHand, Surroundings};

/// Does what the command line says and answers with the exit code.
pub fn run() -> ExitCode {
    provide_tls();
    commands::run(cli::Cli::parse())
}

/// Every TLS connection, in and out, uses this one provider. Given again, it stays.
fn provide_tls() {
    // An error says that it was given before.
    drop(rustls::crypto::ring::default_provider().install_default());
}
