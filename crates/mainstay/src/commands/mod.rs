//! What each word of the command line does.

mod admin;
mod check;
mod client;
mod config;
mod doctor;
mod export;
mod import;
mod migrate_store;
mod print;
mod progress;
mod query;
mod rules;
mod series;
mod series_door;
mod serve;
mod server;
mod verify;

use std::process::ExitCode;

use crate::{
    cli::{Cli, Command, SettingsArgs},
    config::{ConfigFaults, Layers, Settings, load},
};

/// Wrong usage or settings.
const USAGE: u8 = 2;

/// Does what was asked and answers with the exit code.
pub(crate) fn run(cli: Cli) -> ExitCode {
    let outcome = match cli.command {
        Command::Check(args) => return check::run(&args),
        Command::TestRules(args) => return rules::test(&args),
        Command::CheckRules(args) => return rules::check(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Admin(args) => admin::run(&args.verb),
        Command::MigrateStore(args) => migrate_store::run(&args),
        Command::Resource(args) => client::resource(&args.verb),
        Command::Journal(args) => client::journal(&args),
        Command::Query(args) => query::run(&args),
        Command::Series(args) => series::run(&args.verb),
        Command::Import(args) => import::run(&args.what),
        Command::Export(args) => export::run(&args),
        Command::Verify(args) => verify::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mainstay: {error:#}");
            let usage = error.is::<ConfigFaults>() || error.is::<UsageFault>();
            if usage { ExitCode::from(USAGE) } else { ExitCode::FAILURE }
        }
    }
}

/// Something on the command line makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct UsageFault(String);

/// The settings with their layers: file, environment, flags.
fn settings(args: &SettingsArgs) -> anyhow::Result<Settings> {
    let mut flags = Vec::new();
    for (key, flag, value) in [
        ("data", "--data", &args.data),
        ("listen", "--listen", &args.listen),
        ("series.listen", "--series-listen", &args.series_listen),
    ] {
        if let Some(value) = value {
            flags.push((key.to_owned(), value.clone(), flag.to_owned()));
        }
    }
    for pair in &args.set {
        let Some((key, value)) = pair.split_once('=') else {
            let said = format!("--set {pair}: expected KEY=VALUE, such as log.level=debug");
            return Err(UsageFault(said).into());
        };
        flags.push((key.to_owned(), value.to_owned(), format!("--set {key}")));
    }
    // A variable that is not UTF-8 cannot be one of ours.
    let environment = std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    Ok(load(&Layers { file: args.config.clone(), environment, flags })?)
}

/// A runtime for commands that need one.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
