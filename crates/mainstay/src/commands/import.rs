//! Brings samples from files into a running server by remote write 2.0.

mod batch;
mod csv_file;
mod filter;
mod openmetrics;
mod prometheus;
mod sender;

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::{Context, bail};
use filter::Filter;
use openmetrics::Format;
use sender::Sender;
use wire::openmetrics::Checks;

use super::{UsageFault, query::moment};
use crate::cli::ImportWhat;

pub(super) fn run(what: &ImportWhat) -> anyhow::Result<()> {
    match what {
        ImportWhat::PrometheusBlocks { folder, skip_damaged, into } => {
            prometheus::run(folder, *skip_damaged, into)
        }
        ImportWhat::Openmetrics { file, at, tolerant, prometheus_text, into } => {
            let at_ms = time("--at", at.as_deref())?;
            let format = if *prometheus_text { Format::Prometheus } else { Format::OpenMetrics };
            let checks = if *tolerant { Checks::Tolerant } else { Checks::Strict };
            openmetrics::run(file, at_ms, (format, checks), into)
        }
        ImportWhat::Csv { file, metric, into } => csv_file::run(file, metric.as_deref(), into),
    }
}

/// A time of the command line. Errors: it is none.
fn time(flag: &str, text: Option<&str>) -> anyhow::Result<Option<i64>> {
    let Some(text) = text else { return Ok(None) };
    match moment(text) {
        Some(at_ms) => Ok(Some(at_ms)),
        None => {
            usage(format!("{flag} {text}: expected Unix seconds, or such as 2026-01-31T12:00:00Z"))
        }
    }
}

fn usage<T>(said: String) -> anyhow::Result<T> {
    Err(UsageFault(said).into())
}

/// All of a file, or of standard input.
fn bytes_of(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    read.with_context(|| format!("failed to read {}", path.display()))?;
    Ok(bytes)
}

/// Says what is in files that have been read as a whole.
fn checked(what: &str, samples: u64) {
    eprintln!("mainstay: {what}: {samples} samples, all well formed");
}

/// Says what came of it. Errors: something was refused.
fn told(mut sender: Sender) -> anyhow::Result<()> {
    sender.flush()?;
    sender.clear();
    let (stored, sent) = (sender.stored(), sender.sent());
    let refusals = sender.refusals();
    if refusals.is_empty() {
        println!("{stored} samples stored");
        return Ok(());
    }
    for refusal in refusals {
        eprintln!("mainstay: refused: {refusal}");
    }
    bail!("{stored} of {sent} samples stored; the server refused the others");
}
