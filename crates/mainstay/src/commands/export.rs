//! Writes samples of a running server to standard output.

mod family;
mod source;
mod typed;
mod write;

use std::io::{self, Write};

use anyhow::{Context, Result, bail};
use family::Family;
use kernel::Clock as _;
use series::is_stale;
use source::Source;
use typed::Series;
use write::{CsvSheet, OpenMetricsPage};

use super::{UsageFault, progress::Progress, query::moment};
use crate::{
    cli::{ExportArgs, ExportFormat},
    clock::SystemClock,
};

const NAME: &str = "__name__";
/// Most samples of a family that is looked at as a whole before it is written.
const WHOLE_MAX: usize = 1_000_000;

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
    /// Exemplars for which there is no place.
    exemplars: u64,
    /// Families whose samples are not what their type asks for.
    untyped: u64,
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
        (count.exemplars, "exemplars, which stand at no sample of their own"),
        (count.untyped, "types of families whose samples are not what they ask for"),
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
    let families = family::families(&source.metrics()?, &source.metadata()?);
    let mut progress = Progress::new();
    for (at, family) in families.iter().enumerate() {
        if family.is_free() {
            free(source, family, &mut page, &mut count)?;
        } else {
            held_to_type(source, family, &mut page, &mut count)?;
        }
        progress.tell(|| {
            let all = families.len();
            format!("{} of {all} families, {} samples written", at + 1, count.samples)
        });
    }
    progress.clear();
    page.end()?;
    Ok(count)
}

/// Writes a family of one metric as its samples come.
fn free<W: Write>(
    source: &Source<'_>,
    family: &Family,
    page: &mut OpenMetricsPage<W>,
    count: &mut Count,
) -> Result<()> {
    let histograms = source.metric(&family.name, &mut |labels: &Pairs, points: &Points| {
        put(page, family, (labels, &without_ends(points, count)), count)
    })?;
    count.histograms += histograms;
    Ok(())
}

/// Writes a family of which the type asks something, as a whole; where its samples are not so, or
/// too many to be looked at, each of its metrics by itself and without a type.
fn held_to_type<W: Write>(
    source: &Source<'_>,
    family: &Family,
    page: &mut OpenMetricsPage<W>,
    count: &mut Count,
) -> Result<()> {
    let (mut held, mut samples) = (Vec::new(), 0);
    let apart = family.apart();
    for (alone, suffix) in apart.iter().zip(&family.suffixes) {
        let histograms = source.metric(&alone.name, &mut |labels: &Pairs, points: &Points| {
            let points = without_ends(points, count);
            samples += points.len();
            if samples > WHOLE_MAX {
                put_apart(page, &apart, family, &std::mem::take(&mut held), count)?;
                return put(page, alone, (labels, &points), count);
            }
            let (labels, exemplars) = (labels.clone(), Vec::new());
            held.push(Series { suffix, labels, points, exemplars });
            Ok(())
        })?;
        count.histograms += histograms;
        if samples <= WHOLE_MAX && ["_total", "_bucket"].contains(suffix) {
            let mut exemplars = source.exemplars(&alone.name)?;
            for series in held.iter_mut().filter(|series| series.suffix == *suffix) {
                series.exemplars = exemplars.remove(&series.labels).unwrap_or_default();
            }
        }
    }
    if samples > WHOLE_MAX {
        count.untyped += 1;
        return Ok(());
    }
    if let Some(left_out) = page.typed(family, &held)? {
        count.exemplars += left_out;
        count.samples += samples as u64;
        return Ok(());
    }
    count.untyped += 1;
    count.exemplars += held.iter().map(|series| series.exemplars.len() as u64).sum::<u64>();
    put_apart(page, &apart, family, &held, count)
}

/// Writes series of a family, each under its own metric.
fn put_apart<W: Write>(
    page: &mut OpenMetricsPage<W>,
    apart: &[Family],
    family: &Family,
    held: &[Series],
    count: &mut Count,
) -> Result<()> {
    for series in held {
        let place = family.suffixes.iter().position(|suffix| *suffix == series.suffix);
        let Some(alone) = place.and_then(|place| apart.get(place)) else { continue };
        put(page, alone, (&series.labels, &series.points), count)?;
    }
    Ok(())
}

fn put<W: Write>(
    page: &mut OpenMetricsPage<W>,
    family: &Family,
    (labels, points): (&Pairs, &Points),
    count: &mut Count,
) -> Result<()> {
    for point in points {
        count.samples += 1;
        page.sample(family, labels, *point)?;
    }
    Ok(())
}

/// Without the ends of series, which are counted.
fn without_ends(points: &Points, count: &mut Count) -> Vec<(i64, f64)> {
    let kept: Vec<(i64, f64)> =
        points.iter().copied().filter(|(_, value)| !is_stale(*value)).collect();
    count.stale += (points.len() - kept.len()) as u64;
    kept
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
