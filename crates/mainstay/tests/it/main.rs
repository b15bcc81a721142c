//! The binary as its users meet it: started, asked, signalled, killed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alerting;
mod audit;
mod bucket;
#[cfg(test)]
mod canary;
mod command_line;
mod crash;
mod data_directory;
#[cfg(test)]
mod escalation;
mod forwarding;
mod imports;
mod kills;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod matrix;
mod merged;
mod migrate_store;
mod oracle;
mod outgoing;
#[cfg(test)]
mod outside;
mod postgres;
mod prometheus;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod routes;
mod senders;
mod series_admin;
mod series_listen;
mod series_settings;
mod server;
mod settings;
#[cfg(test)]
#[path = "../../../platform/directory/tests/it/slapd.rs"]
#[expect(dead_code, reason = "it is of the directory's tests, which use more of it")]
mod slapd;
mod stop;
mod tls;
mod transfer;
mod two_servers;
mod verify_series;
mod witness;
