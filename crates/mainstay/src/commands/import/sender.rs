use std::{
    sync::mpsc::{self, RecvTimeoutError},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use wire::remote::snappy;

use super::{
    batch::{Batch, Exemplar, Said, Series},
    filter::Pairs,
};
use crate::{
    cli::ImportTo,
    commands::{client, progress::Progress},
};

/// Samples of a request.
const BATCH_SAMPLES: u64 = 20_000;
/// Native histograms are larger: so many weigh as much.
const BATCH_HISTOGRAMS: usize = 1_000;
/// So often a request is sent again that the server cannot take yet.
const TRIES_MAX: u32 = 40;
/// How long to wait where the server does not say it, and at most.
const WAIT: Duration = Duration::from_secs(5);
const WAIT_MAX: Duration = Duration::from_secs(60);
/// So many lines of refusals are kept; the others are counted.
const REFUSALS_MAX: usize = 20;
const HEADERS: [(&str, &str); 3] = [
    ("Content-Type", "application/x-protobuf;proto=io.prometheus.write.v2.Request"),
    ("Content-Encoding", "snappy"),
    ("X-Prometheus-Remote-Write-Version", "2.0.0"),
];

/// Sends samples in batches, each of which is answered before the next goes.
#[derive(Debug)]
pub(super) struct Sender {
    url: String,
    token: String,
    batch: Batch,
    /// How many samples there will be.
    total: u64,
    sent: u64,
    stored: u64,
    refusals: Vec<String>,
    more_refusals: u64,
    progress: Progress,
}

impl Sender {
    pub(super) fn new(into: &ImportTo, total: u64) -> Self {
        Self {
            url: format!("{}/prometheus/api/v1/write?late=any", into.url.trim_end_matches('/')),
            token: into.token.clone().unwrap_or_default(),
            batch: Batch::default(),
            total,
            sent: 0,
            stored: 0,
            refusals: Vec::new(),
            more_refusals: 0,
            progress: Progress::new(),
        }
    }

    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    pub(super) fn stored(&self) -> u64 {
        self.stored
    }

    /// Leaves the terminal's line free.
    pub(super) fn clear(&self) {
        self.progress.clear();
    }

    /// What the server refused, in its words.
    pub(super) fn refusals(&self) -> Vec<String> {
        let mut said = self.refusals.clone();
        if self.more_refusals > 0 {
            said.push(format!("and {} more", self.more_refusals));
        }
        said
    }

    /// Adds one sample. Errors: as [`Sender::flush`].
    pub(super) fn sample(
        &mut self,
        labels: Pairs,
        point: (i64, f64),
        exemplar: Option<Exemplar>,
        said: impl FnOnce() -> Said,
    ) -> Result<()> {
        let series = self.batch.series(labels, said);
        series.points.push(point);
        series.exemplars.extend(exemplar);
        self.batch.grew(1);
        if self.batch.samples() >= BATCH_SAMPLES { self.flush() } else { Ok(()) }
    }

    /// Adds a series, its samples ascending by time. Errors: as [`Sender::flush`].
    pub(super) fn series(&mut self, series: &Series) -> Result<()> {
        for points in series.points.chunks(BATCH_SAMPLES as usize) {
            let whole = self.batch.series(series.labels.clone(), || series.said.clone());
            whole.points.extend_from_slice(points);
            self.batch.grew(points.len());
            self.flush_if_full()?;
        }
        for histograms in series.histograms.chunks(BATCH_HISTOGRAMS) {
            let whole = self.batch.series(series.labels.clone(), || series.said.clone());
            whole.histograms.extend_from_slice(histograms);
            self.batch.grew(histograms.len());
            self.flush()?;
        }
        Ok(())
    }

    fn flush_if_full(&mut self) -> Result<()> {
        if self.batch.samples() >= BATCH_SAMPLES { self.flush() } else { Ok(()) }
    }

    /// Sends what has been added. Errors: the server does not take it, whatever is in it; it says
    /// how much has been stored before.
    pub(super) fn flush(&mut self) -> Result<()> {
        let batch = std::mem::take(&mut self.batch);
        if batch.samples() > 0 {
            let sent = self.send(batch);
            self.progress.clear();
            let stored = self.stored;
            sent.with_context(|| {
                format!(
                    "the import ended early; {stored} samples before are stored, and importing \
                     again goes on from there"
                )
            })?;
        }
        let Self { progress, stored, total, .. } = self;
        progress.tell(|| format!("{stored} of {total} samples stored"));
        Ok(())
    }

    fn send(&mut self, batch: Batch) -> Result<()> {
        let body = snappy::pack(&batch.message())?;
        for _ in 0..TRIES_MAX {
            let answer = client::post(&self.url, &self.token, &HEADERS, &body)?;
            match answer.status {
                200..=299 | 400 => return self.note(&batch, &answer),
                413 => {
                    let Some((first, second)) = batch.halves() else {
                        bail!("{}: 413: {}", self.url, answer.said());
                    };
                    self.send(first)?;
                    return self.send(second);
                }
                429 | 503 => {
                    let said = answer.number("retry-after").map(Duration::from_secs);
                    self.progress.tell(|| format!("waiting: {}", answer.said()));
                    wait(said.unwrap_or(WAIT).min(WAIT_MAX));
                }
                status => bail!("{}: {status}: {}", self.url, answer.said()),
            }
        }
        bail!("{}: it takes no more samples, and was asked {TRIES_MAX} times", self.url)
    }

    /// Counts what was stored, and keeps in mind what was not.
    fn note(&mut self, batch: &Batch, answer: &client::Answered) -> Result<()> {
        let written = ["samples", "histograms"]
            .map(|kind| answer.number(&format!("x-prometheus-remote-write-{kind}-written")));
        let [Some(samples), Some(histograms)] = written else {
            // A receiver of version 1.0 takes the message for an empty one of its own.
            bail!(
                "{}: {}: {}: the server does not say how many samples it stored; expected one that \
                 takes remote write 2.0",
                self.url,
                answer.status,
                answer.said()
            );
        };
        self.sent += batch.samples();
        self.stored += samples + histograms;
        if answer.status == 400 {
            for line in answer.said().lines() {
                if self.refusals.iter().any(|known| known == line) {
                    continue;
                }
                if self.refusals.len() < REFUSALS_MAX {
                    self.refusals.push(line.to_owned());
                } else {
                    self.more_refusals += 1;
                }
            }
        }
        Ok(())
    }
}

/// Nobody sends, so the time passes.
fn wait(time: Duration) {
    let (sender, never) = mpsc::channel::<()>();
    let ended = never.recv_timeout(time);
    debug_assert_eq!(ended, Err(RecvTimeoutError::Timeout));
    drop(sender);
}
