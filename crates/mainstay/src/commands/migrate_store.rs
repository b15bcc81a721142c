use std::path::PathBuf;

use anyhow::Context;
use db::{CopyProgress, DataDir, Location, PostgresUrl};

use super::UsageFault;
use crate::{cli::MigrateStoreArgs, house};

/// Copies all records from one database to another, with a line for every step.
pub(super) fn run(args: &MigrateStoreArgs) -> anyhow::Result<()> {
    let (from, source_lock) = side("--from", &args.from)?;
    let (to, target_lock) = side("--to", &args.to)?;
    println!("copying the records of {from} to {to}");
    let mut tell = |progress: &CopyProgress| {
        let CopyProgress { table, copied, total, verifying } = progress;
        match verifying {
            false => println!("copied   {table}: {copied} of {total} rows"),
            true => println!("verified {table}: {total} rows"),
        }
    };
    let copied = super::runtime()?
        .block_on(db::copy(&from, &to, &house::migrations(), &mut tell))
        .context("the records were not moved")?;
    for table in &copied {
        println!("{}  {:>12}  {}", table.checksum, table.rows, table.table);
    }
    let rows: u64 = copied.iter().map(|table| table.rows).sum();
    println!(
        "done: {} tables, {rows} rows, the same on both sides by count and checksum",
        copied.len()
    );
    match &to {
        Location::Postgres(url) => println!("start the server with database.url = {url}"),
        Location::Sqlite(_) => {
            println!("start the server with --data {} and no database.url", args.to);
        }
    }
    println!("samples, keys and archives stay where they are: they are in the data directory");
    drop((source_lock, target_lock));
    Ok(())
}

/// A side of the copy, locked against a server when it is a data directory.
fn side(flag: &str, text: &str) -> anyhow::Result<(Location, Option<DataDir>)> {
    if PostgresUrl::is_one(text) {
        let url = PostgresUrl::parse(text).map_err(|fault| {
            let shown = PostgresUrl::shown(text);
            UsageFault(format!("{flag} {shown}: expected {fault}, or a data directory"))
        })?;
        return Ok((Location::Postgres(url), None));
    }
    if text.contains("://") {
        let shown = PostgresUrl::shown(text);
        let said = format!("{flag} {shown}: expected postgres://… or a data directory");
        return Err(UsageFault(said).into());
    }
    let mut path = PathBuf::from(text);
    if flag == "--from" {
        // Whole: a copy that is resumed is known by its source.
        path =
            path.canonicalize().map_err(|error| UsageFault(format!("{flag} {text}: {error}")))?;
    }
    let data = DataDir::open(&path)?;
    Ok((Location::Sqlite(data.records()), Some(data)))
}
