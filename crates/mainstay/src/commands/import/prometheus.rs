use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use blocks::{Block, Damage, Points, find};

use super::{Filter, Sender, batch::Series, checked, filter::Pairs, told};
use crate::{cli::ImportTo, commands::progress::Progress};

/// So many damaged places are named; the others are counted.
const NAMED_MAX: usize = 100;

/// A block that can be opened.
#[derive(Debug)]
struct Found {
    folder: PathBuf,
    /// Its first millisecond.
    from_ms: i64,
}

/// Imports the blocks of a folder: all of them are read once before anything is sent.
pub(super) fn run(folder: &Path, skip_damaged: bool, into: &ImportTo) -> Result<()> {
    let filter = Filter::new(into)?;
    let folders = find(folder).with_context(|| format!("failed to list {}", folder.display()))?;
    if folders.is_empty() {
        bail!(
            "{}: expected a data directory of Prometheus with blocks, a snapshot, or a block; what \
             is in wal and chunks_head alone becomes a block by a snapshot",
            folder.display()
        );
    }
    let (found, samples, damages) = looked_through(&folders, &filter);
    for damage in damages.iter().take(NAMED_MAX) {
        eprintln!("mainstay: damaged: {damage}");
    }
    if damages.len() > NAMED_MAX {
        eprintln!("mainstay: damaged: {} more places", damages.len() - NAMED_MAX);
    }
    if !damages.is_empty() && !skip_damaged {
        bail!(
            "{} damaged places, so nothing was sent; --skip-damaged imports the {samples} samples \
             that are whole",
            damages.len()
        );
    }
    let what = format!("{} of {} blocks", found.len(), folders.len());
    if damages.is_empty() {
        checked(&what, samples);
    } else {
        eprintln!("mainstay: {what}: {samples} samples are whole");
    }
    if !into.dry_run {
        send(&found, samples, &filter, into)?;
    }
    if damages.is_empty() { Ok(()) } else { bail!("{} damaged places", damages.len()) }
}

/// The blocks by time, how many samples are whole and wanted, and what is damaged.
fn looked_through(folders: &[PathBuf], filter: &Filter) -> (Vec<Found>, u64, Vec<Damage>) {
    let (mut found, mut samples, mut damages) = (Vec::new(), 0, Vec::new());
    let mut progress = Progress::new();
    for (at, folder) in folders.iter().enumerate() {
        let block = match Block::open(folder) {
            Ok(block) => block,
            Err(damage) => {
                damages.push(damage);
                continue;
            }
        };
        for (place, series) in block.series().enumerate() {
            match series {
                Ok(series) => {
                    let points = wanted(block.points(&series, &mut damages), filter);
                    samples += points.len() as u64;
                }
                Err(damage) => damages.push(damage),
            }
            progress.tell(|| {
                let (blocks, all) = (folders.len(), block.len());
                format!("checking block {} of {blocks}: {place} of {all} series", at + 1)
            });
        }
        found.push(Found { folder: folder.clone(), from_ms: block.meta().min_time });
    }
    progress.clear();
    found.sort_by_key(|block| block.from_ms);
    (found, samples, damages)
}

fn send(found: &[Found], samples: u64, filter: &Filter, into: &ImportTo) -> Result<()> {
    let mut sender = Sender::new(into, samples);
    for Found { folder, .. } in found {
        // What is damaged has been named.
        let mut passed_over = Vec::new();
        let block = Block::open(folder)?;
        for series in block.series() {
            let Ok(series) = series else { continue };
            let Points { floats, histograms } =
                wanted(block.points(&series, &mut passed_over), filter);
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            let labels: Pairs = series.labels.iter().map(owned).collect();
            let labels = filter.named(labels);
            sender.series(&Series { labels, points: floats, histograms, ..Series::default() })?;
        }
    }
    told(sender)
}

fn wanted(mut points: Points, filter: &Filter) -> Points {
    points.floats.retain(|(at_ms, _)| filter.wants(*at_ms));
    points.histograms.retain(|histogram| filter.wants(histogram.at_ms));
    points
}
