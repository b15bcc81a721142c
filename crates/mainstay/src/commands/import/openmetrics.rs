use std::{borrow::Cow, path::Path};

use anyhow::{Result, anyhow, bail};
use wire::openmetrics::{Checks, Family, OpenMetricsFault, Reader, Sample, TextReader};

use super::{
    Filter, Sender,
    batch::{Exemplar, Said},
    bytes_of, checked,
    filter::Pairs,
    told,
};
use crate::cli::ImportTo;

/// The formats of text that are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Format {
    OpenMetrics,
    Prometheus,
}

/// A file that is being read.
enum Samples<'t> {
    OpenMetrics(Box<Reader<'t>>),
    Prometheus(Box<TextReader<'t>>),
}

impl<'t> Samples<'t> {
    fn new(file: &'t [u8], how: (Format, Checks)) -> Result<Self, OpenMetricsFault> {
        Ok(match how {
            (Format::OpenMetrics, checks) => {
                Self::OpenMetrics(Box::new(Reader::new(file, checks)?))
            }
            (Format::Prometheus, checks) => {
                Self::Prometheus(Box::new(TextReader::new(file, checks)?))
            }
        })
    }

    fn next_sample(&mut self) -> Result<Option<Sample<'t>>, OpenMetricsFault> {
        match self {
            Self::OpenMetrics(reader) => reader.next_sample(),
            Self::Prometheus(reader) => reader.next_sample(),
        }
    }

    fn family(&self) -> Option<&Family<'t>> {
        match self {
            Self::OpenMetrics(reader) => reader.family(),
            Self::Prometheus(reader) => reader.family(),
        }
    }
}

/// Imports a file; `at_ms`: the time of samples without one.
pub(super) fn run(
    path: &Path,
    at_ms: Option<i64>,
    how: (Format, Checks),
    into: &ImportTo,
) -> Result<()> {
    let filter = Filter::new(into)?;
    let bytes = bytes_of(path)?;
    let named = |fault: OpenMetricsFault| anyhow!("{}, {fault}", path.display());
    let (mut samples, mut reader) = (0, Samples::new(&bytes, how).map_err(named)?);
    while let Some(sample) = reader.next_sample().map_err(named)? {
        let Some(at_ms) = sample.at_ms().or(at_ms) else {
            bail!(
                "{}, line {}: the sample of {} has no timestamp; expected one, or --at TIME",
                path.display(),
                sample.line,
                sample.name
            );
        };
        samples += u64::from(filter.wants(at_ms));
    }
    checked(&path.display().to_string(), samples);
    if into.dry_run {
        return Ok(());
    }
    let mut sender = Sender::new(into, samples);
    let mut reader = Samples::new(&bytes, how).map_err(named)?;
    while let Some(sample) = reader.next_sample().map_err(named)? {
        let Some(time_ms) = sample.at_ms().or(at_ms).filter(|at_ms| filter.wants(*at_ms)) else {
            continue;
        };
        let mut labels = owned(&sample.labels);
        labels.push(("__name__".to_owned(), sample.name.to_string()));
        let exemplar = sample.exemplar.as_ref().map(|own| Exemplar {
            labels: owned(&own.labels),
            at_ms: own.at_ms().unwrap_or(time_ms),
            value: own.value,
        });
        let said = || reader.family().map(said_of).unwrap_or_default();
        sender.sample(filter.named(labels), (time_ms, sample.value), exemplar, said)?;
    }
    told(sender)
}

fn owned(pairs: &[(Cow<'_, str>, Cow<'_, str>)]) -> Pairs {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

fn said_of(family: &Family<'_>) -> Said {
    let (help, unit) = (family.help.to_string(), family.unit.to_owned());
    Said { kind: family.kind, help, unit }
}
