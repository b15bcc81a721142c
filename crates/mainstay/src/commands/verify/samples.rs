//! Reads every byte of the samples and names what is broken.

use std::{collections::BTreeSet, path::Path, time::Duration};

use anyhow::{Context, bail};
use kernel::Clock;
use serde_json::{Value, json};
use tsdb::{Damage, Verified};

use crate::{cli::Output, clock::SystemClock, commands::print, config::Settings};

/// Verifies the samples of the data directory; the server may run meanwhile.
///
/// Errors: there are none, they cannot be listed, or something is damaged.
pub(super) fn run(output: Output, settings: &Settings) -> anyhow::Result<()> {
    let dir = settings.data().join("series");
    let shown = dir.display();
    if !dir.is_dir() {
        bail!("failed to find the samples: there is no folder {shown}");
    }
    let clock = SystemClock::new();
    let started = clock.monotonic();
    let verified = tsdb::verify(&dir);
    let found = verified.with_context(|| format!("failed to verify the samples in {shown}"))?;
    let took = clock.monotonic().saturating_sub(started);
    match output {
        Output::Json => print::json(&view(&dir, &found, took))?,
        Output::Table => show(&dir, &found, took),
    }
    if found.damages.is_empty() {
        return Ok(());
    }
    let (places, files) = (found.damages.len(), damaged_files(&found));
    bail!("the samples in {shown} do not hold: damaged files: {files}, places in them: {places}")
}

fn damaged_files(found: &Verified) -> usize {
    found.damages.iter().map(|damage| &damage.path).collect::<BTreeSet<_>>().len()
}

/// The file below the folder of the samples.
fn file_of(dir: &Path, damage: &Damage) -> String {
    damage.path.strip_prefix(dir).unwrap_or(&damage.path).display().to_string()
}

fn view(dir: &Path, found: &Verified, took: Duration) -> Value {
    let damages = found.damages.iter().map(|damage| {
        json!({ "file": file_of(dir, damage), "offset": damage.offset, "what": damage.what })
    });
    json!({
        "folder": dir.display().to_string(),
        "files": found.files,
        "bytes": found.bytes,
        "points": found.points,
        "torn_bytes": found.torn_bytes,
        "damages": damages.collect::<Vec<_>>(),
        "damaged_files": damaged_files(found),
        "holds": found.damages.is_empty(),
        "took_s": took.as_secs_f64(),
    })
}

fn show(dir: &Path, found: &Verified, took: Duration) {
    let holds = found.damages.is_empty();
    let mut lines = vec![
        ["samples".to_owned(), dir.display().to_string()],
        ["files read".to_owned(), found.files.to_string()],
        ["bytes read".to_owned(), format!("{} in {:.1} s", found.bytes, took.as_secs_f64())],
        ["samples in blocks".to_owned(), found.points.to_string()],
    ];
    if found.torn_bytes > 0 {
        let said = format!("{} bytes: cut off by a crash, or being written", found.torn_bytes);
        lines.push(["end of the log".to_owned(), said]);
    }
    lines.push(["holds".to_owned(), if holds { "yes" } else { "NO" }.to_owned()]);
    print::table(["", ""], lines);
    if !holds {
        let damages = found.damages.iter().map(|damage| {
            [file_of(dir, damage), damage.offset.to_string(), damage.what.to_owned()]
        });
        print::table(["file", "at byte", "what"], damages);
    }
}
