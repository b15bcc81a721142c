//! Mainstay (砥柱): the one binary. It wires the crates together and knows them all; none knows it.

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
use tikv_jemallocator::Jemalloc;

/// The system's own keeps for good what a start allocated once: twice the memory of an idle server.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    // Every TLS connection, in and out, uses this one provider.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("mainstay: the TLS provider was already installed");
    }
    commands::run(cli::Cli::parse())
}
