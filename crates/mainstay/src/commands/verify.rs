mod samples;

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, bail};
use journal::{Checkpoint, Report, Span, VerifyOptions};
use kernel::Clock;
use serde_json::json;

use super::{UsageFault, client, print};
use crate::{
    cli::{Output, VerifyArgs},
    clock::SystemClock,
    config::Settings,
    house,
};

/// Verifies the journal, or the samples. They hold: exit code 0. They do not, or nothing could be
/// read: 1.
pub(super) fn run(args: &VerifyArgs) -> anyhow::Result<()> {
    let settings = super::settings(&args.settings)?;
    if args.series {
        return samples::run(args.output.output, &settings);
    }
    let keys = args.keys.clone().unwrap_or_else(|| house::keys_folder(&settings));
    if args.public_key {
        return show_public_key(&keys);
    }
    if let Some(key) = args.trust.as_deref().filter(|key| !journal::is_public_key(key)) {
        let said = format!("--trust {key}: expected a public key, as --public-key prints it");
        return Err(UsageFault(said).into());
    }
    let (url, shown) = records(args, &settings)?;
    let folder = house::archive_folder(&settings);
    let archive = args.archive.clone().or_else(|| folder.is_dir().then_some(folder));
    let witnessed = witnessed(args, &keys)?;
    let options = VerifyOptions {
        keys,
        anchors: args.anchors.clone(),
        witnessed,
        archive,
        public_key: args.trust.clone(),
    };
    let clock = SystemClock::new();
    let started = clock.monotonic();
    let mut told = started;
    let mut progress = |rows: u64| {
        let now = clock.monotonic();
        if now.saturating_sub(told) >= Duration::from_secs(5) {
            told = now;
            eprintln!("mainstay: {rows} rows read");
        }
    };
    let report = super::runtime()?
        .block_on(journal::verify_at(&url, &options, &mut progress))
        .with_context(|| format!("failed to verify the journal of {shown}"))?;
    let took = clock.monotonic().saturating_sub(started);
    show(args.output.output, &shown, &report, took)?;
    if report.holds {
        return Ok(());
    }
    let found = report.findings.len() as u64 + report.findings_more;
    bail!("the journal of {shown} does not hold: {found} findings")
}

/// What the witness that is named remembers of this journal.
fn witnessed(args: &VerifyArgs, keys: &Path) -> anyhow::Result<Vec<Checkpoint>> {
    let Some((url, token)) = args.witness.as_ref().zip(args.witness_token.as_ref()) else {
        return Ok(Vec::new());
    };
    let read = fs::read_to_string(token);
    let token = read.with_context(|| format!("failed to read the token in {}", token.display()))?;
    let journal = journal::first_key_of(keys)?;
    let items = client::witnessed(url, token.trim(), &journal)
        .with_context(|| format!("failed to ask the witness for the journal {journal}"))?;
    let lines = items.iter().filter_map(|item| item["line"].as_str());
    let found: Vec<Checkpoint> = lines.filter_map(Checkpoint::find).collect();
    if found.len() < items.len() || found.is_empty() {
        bail!("the witness {url} remembers nothing of the journal {journal} that can be read");
    }
    Ok(found)
}

/// The public key of the newest key in the file, without touching the records.
fn show_public_key(keys: &Path) -> anyhow::Result<()> {
    let (id, public_key) = journal::public_key_of(keys)?;
    println!("{public_key}");
    eprintln!("mainstay: the public key of {id}, newest in {}", keys.display());
    Ok(())
}

/// The records' URL for the driver, and how they are called for people.
fn records(args: &VerifyArgs, settings: &Settings) -> anyhow::Result<(String, String)> {
    if let Some(url) = &args.url {
        let parsed = db::PostgresUrl::parse(url).map_err(|fault| {
            UsageFault(format!("--url {}: expected {fault}", db::PostgresUrl::shown(url)))
        })?;
        return Ok((parsed.secret().to_owned(), parsed.to_string()));
    }
    if let Some(url) = settings.database() {
        return Ok((url.secret().to_owned(), url.to_string()));
    }
    let path = settings.data().join("records.sqlite");
    fs::metadata(&path)
        .with_context(|| format!("failed to find the records {}", path.display()))?;
    // The path goes into a URL: everything but the unreserved characters is escaped.
    let escaped: String = path
        .to_string_lossy()
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    Ok((format!("sqlite://{escaped}?mode=ro"), settings.data().display().to_string()))
}

fn show(output: Output, of: &str, report: &Report, took: Duration) -> anyhow::Result<()> {
    let rows = report.rows + report.archived_rows;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = (rows as f64 / took.as_secs_f64().max(0.001)).round();
    if output == Output::Json {
        let mut whole = serde_json::to_value(report)?;
        whole["took_s"] = json!(took.as_secs_f64());
        whole["rows_per_s"] = json!(rate);
        return print::json(&whole);
    }
    let span = |span: &Option<Span>| match span {
        Some(Span { first_seq, last_seq }) => format!("{first_seq} to {last_seq}"),
        None => "none".to_owned(),
    };
    let archives = if report.archives_read { "read" } else { "not read: give --archive" };
    let archived = match report.archived {
        Some(_) => format!("{} ({archives})", span(&report.archived)),
        None => "none".to_owned(),
    };
    let claims: Vec<String> =
        report.claimed.iter().map(|claim| format!("{} to {}", claim.anchor, claim.seq)).collect();
    let lines = [
        ["journal".to_owned(), of.to_owned()],
        ["rows read".to_owned(), format!("{rows} ({rate} a second)")],
        ["archived".to_owned(), archived],
        ["sealed and anchored".to_owned(), span(&report.anchored)],
        ["sealed, not anchored".to_owned(), span(&report.unanchored)],
        ["not sealed yet".to_owned(), span(&report.unsealed)],
        ["seals, checkpoints".to_owned(), format!("{}, {}", report.seals, report.checkpoints)],
        ["anchors told, by own account".to_owned(), claims.join(", ")],
        ["key".to_owned(), report.key_id.clone()],
        ["holds".to_owned(), if report.holds { "yes" } else { "NO" }.to_owned()],
    ];
    print::table(["", ""], lines);
    let found = report.findings.iter().map(|finding| {
        let kind = serde_json::to_value(finding.wrong).unwrap_or_default();
        [kind.as_str().unwrap_or_default().to_owned(), finding.text.en.clone()]
    });
    if !report.holds {
        print::table(["found", "what"], found);
    }
    if report.findings_more > 0 {
        println!("… and {} more", report.findings_more);
    }
    Ok(())
}
