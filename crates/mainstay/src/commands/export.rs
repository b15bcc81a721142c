//! Writes samples of a running server to standard output.

mod source;
mod write;

use std::io::{self, Write};

use anyhow::{Context, Result, bail};
use kernel::Clock as _;
use series::is_stale;
use source::Source;
use write::{CsvSheet, OpenMetricsPage};

use super::{UsageFault, progress::Progress, query::moment};
use crate::{
    cli::{ExportArgs, ExportFormat},
    clock::SystemClock,
};

/// Labels by which a series is known, sorted by name.
type Pairs = Vec<(String, String)>;
/// Milliseconds since 1970 and values.
type Points = [(i64, f64)];

/// What was written, and what could not be.
#[derive(Debug, Default)]
struct Count {
    samples: u64,
    /// Ends of series, which OpenMetrics has no word for.
    stale: u64,
    /// Native histograms, which neither format has a word for.
    histograms: u64,
}

pub(super) fn run(args: &ExportArgs) -> Result<()> {
    let from_ms = time("--from", &args.from)?;
    let to_ms = match &args.to {
        Some(to) => time("--to", to)?,
        None => SystemClock::new().now().millis(),
    };
    if from_ms > to_ms {
        let said = format!("--from {}: expected a time before --to", args.from);
        return Err(UsageFault(said).into());
    }
    let source = Source::new(args, (from_ms, to_ms)).map_err(UsageFault)?;
    let out = io::BufWriter::new(io::stdout().lock());
    let done = match args.format {
        ExportFormat::Openmetrics => openmetrics(&source, out),
        ExportFormat::Csv => csv(&source, out),
    };
    let count = done.context("the export is not complete")?;
    for (left_out, what) in [
        (count.histograms, "native histograms, which the format has no form for"),
        (count.stale, "ends of series, which the format has no form for"),
    ] {
        if left_out > 0 {
            eprintln!("mainstay: left out: {left_out} {what}");
        }
    }
    eprintln!("mainstay: {} samples written", count.samples);
    Ok(())
}

/// Errors: it is no time.
fn time(flag: &str, text: &str) -> Result<i64> {
    let said = || {
        UsageFault(format!("{flag} {text}: expected Unix seconds, or such as 2026-01-31T12:00:00Z"))
    };
    Ok(moment(text).ok_or_else(said)?)
}

fn openmetrics(source: &Source<'_>, out: impl Write) -> Result<Count> {
    let (mut count, mut page) = (Count::default(), OpenMetricsPage::new(out));
    each(source, &mut count, |count, name, labels, points| {
        for point in points {
            if is_stale(point.1) {
                count.stale += 1;
            } else {
                count.samples += 1;
                page.sample(name, labels, *point)?;
            }
        }
        Ok(())
    })?;
    page.end()?;
    Ok(count)
}

fn csv(source: &Source<'_>, out: impl Write) -> Result<Count> {
    let columns = source.label_names()?;
    if let Some(taken) = columns.iter().find(|name| ["timestamp", "value"].contains(&name.as_str()))
    {
        bail!("a series has the label {taken}, which is the name of another column");
    }
    let (mut count, mut sheet) = (Count::default(), CsvSheet::new(out, columns)?);
    each(source, &mut count, |count, _, labels, points| {
        for point in points {
            count.samples += 1;
            sheet.sample(labels, *point)?;
        }
        Ok(())
    })?;
    sheet.end()?;
    Ok(count)
}

/// Hands out all series, those of a metric together, and counts native histograms.
fn each(
    source: &Source<'_>,
    count: &mut Count,
    mut write: impl FnMut(&mut Count, &str, &Pairs, &Points) -> Result<()>,
) -> Result<()> {
    let names = source.metrics()?;
    let mut progress = Progress::new();
    for (at, name) in names.iter().enumerate() {
        let histograms = source.metric(name, &mut |labels: &Pairs, points: &Points| {
            write(count, name, labels, points)
        })?;
        count.histograms += histograms;
        progress.tell(|| {
            format!("{} of {} metrics, {} samples written", at + 1, names.len(), count.samples)
        });
    }
    progress.clear();
    Ok(())
}
