//! The binary as its users meet it: started, asked, signalled, killed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audit;
mod bucket;
mod command_line;
mod crash;
mod data_directory;
#[cfg(test)]
mod matrix;
mod merged;
mod migrate_store;
mod outgoing;
mod postgres;
#[cfg(test)]
mod routes;
mod server;
mod settings;
mod stop;
mod tls;
mod two_servers;
mod witness;
