use std::{fs, net::TcpListener, path::Path};

use anyhow::bail;
use db::{DataDir, Db, Location};
use kernel::{Clock, Ids};
use vault::S3Secret;

use crate::{
    cli::SettingsArgs,
    clock::{SystemClock, SystemIds},
    config::Settings,
    house,
};

/// Free space under which the data directory is said to be short, in bytes.
const FREE_BYTES_MIN: u64 = 1024 * 1024 * 1024;

/// One thing that was looked at.
enum Finding {
    Good(String),
    Notice(String),
    Bad(String),
}

/// Looks at everything that a start needs and says what would go wrong.
pub(super) fn run(args: &SettingsArgs) -> anyhow::Result<()> {
    let settings = super::settings(args)?;
    let mut findings = vec![Finding::Good("settings: all fit".to_owned())];
    findings.extend(listening(&settings));
    findings.extend(data(&settings));
    findings.extend(memory(&settings));
    findings.extend(database(&settings));
    findings.extend(tls(&settings));
    findings.extend(storage(&settings));
    findings.extend(collection());
    let mut bad = 0;
    for finding in &findings {
        match finding {
            Finding::Good(said) => println!("ok      {said}"),
            Finding::Notice(said) => println!("notice  {said}"),
            Finding::Bad(said) => {
                bad += 1;
                println!("bad     {said}");
            }
        }
    }
    match bad {
        0 => Ok(()),
        1 => bail!("1 thing must be put right before a start"),
        _ => bail!("{bad} things must be put right before a start"),
    }
}

fn listening(settings: &Settings) -> Vec<Finding> {
    let address = settings.listen();
    let mut findings = Vec::new();
    findings.push(match TcpListener::bind(address) {
        Ok(_) => Finding::Good(format!("listen: {address} is free")),
        Err(error) => Finding::Bad(format!("listen: {address}: {error}")),
    });
    if !address.ip().is_loopback() && settings.tls().is_none() {
        findings.push(Finding::Notice(format!(
            "listen: {address} without TLS: browsers will sign in only on this machine"
        )));
    }
    findings
}

fn data(settings: &Settings) -> Vec<Finding> {
    let path = settings.data();
    let shown = path.display();
    if !path.exists() {
        return vec![Finding::Good(format!("data: {shown} will be made at the first start"))];
    }
    let data = match DataDir::open(&path) {
        Ok(data) => data,
        Err(error) => return vec![Finding::Bad(format!("data: {error}"))],
    };
    let mut findings = vec![Finding::Good(format!("data: {shown} can be written"))];
    findings.push(free_space(&path));
    if settings.database().is_none() && data.records().exists() {
        findings.push(records(&settings.location(&data)));
    }
    findings
}

fn free_space(path: &Path) -> Finding {
    match devices::free_bytes(path) {
        Ok(free) if free >= FREE_BYTES_MIN => {
            Finding::Good(format!("data: {} MiB free", free / 1024 / 1024))
        }
        Ok(free) => Finding::Notice(format!("data: only {} MiB free", free / 1024 / 1024)),
        Err(error) => Finding::Bad(format!("data: cannot tell the free space: {error}")),
    }
}

/// What the newest samples may take, beside what there is.
fn memory(settings: &Settings) -> Option<Finding> {
    let there = devices::memory_bytes()? / 1024 / 1024;
    let bound = settings.tuning().head_bytes_max as u64 / 1024 / 1024;
    if bound < there {
        return Some(Finding::Good(format!(
            "series: the newest samples take at most {bound} MiB of {there} MiB of memory"
        )));
    }
    Some(Finding::Notice(format!(
        "series: `series.memory_mib_max` is {bound}, and this machine has {there} MiB of memory: \
         the system may end the server before the limit holds"
    )))
}

/// PostgreSQL is asked also before the first start.
fn database(settings: &Settings) -> Option<Finding> {
    settings.database().map(|url| records(&Location::Postgres(url.clone())))
}

fn records(location: &Location) -> Finding {
    let opened = super::runtime().and_then(|runtime| {
        runtime.block_on(async {
            let db = Db::open(location, &house::migrations()).await?;
            db.close().await;
            Ok(())
        })
    });
    match opened {
        Ok(()) => Finding::Good(format!("records: {location}: sound, and of this version")),
        Err(error) => Finding::Bad(format!("records: {error:#}")),
    }
}

fn tls(settings: &Settings) -> Vec<Finding> {
    let Some((certificate, key)) = settings.tls() else { return Vec::new() };
    let read = |path: &Path| match fs::metadata(path) {
        Ok(_) => Finding::Good(format!("tls: {} is there", path.display())),
        Err(error) => Finding::Bad(format!("tls: {}: {error}", path.display())),
    };
    vec![read(&certificate), read(&key)]
}

/// A bucket is written to, read, listed and cleared.
fn storage(settings: &Settings) -> Vec<Finding> {
    let Some(bucket) = settings.storage().s3 else { return Vec::new() };
    let mut findings = Vec::new();
    if bucket.endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://")) {
        let said =
            "attachments: the bucket is reached without TLS: its files can be read on the way";
        findings.push(Finding::Notice(said.to_owned()));
    }
    if let S3Secret::Vault(name) = &bucket.secret {
        findings.push(Finding::Notice(format!(
            "attachments: the bucket's key is the vault's secret `{name}`: only the server itself \
             can try it; see the job vault.move"
        )));
        return findings;
    }
    let name = SystemIds.uuid(SystemClock::new().now()).to_string();
    let tried = super::runtime()
        .and_then(|runtime| Ok(runtime.block_on(vault::try_bucket(&bucket, &name))?));
    findings.push(match tried {
        Ok(name) => {
            Finding::Good(format!("attachments: {name}: can be written, read, listed and cleared"))
        }
        Err(error) => Finding::Bad(format!("attachments: {error:#}")),
    });
    findings
}

/// What this machine lets us read of itself.
fn collection() -> Vec<Finding> {
    devices::trial_reading()
        .into_iter()
        .map(|(collector, failure)| match failure {
            None => Finding::Good(format!("collector: {collector}")),
            Some(reason) => Finding::Notice(format!("collector: {collector}: {reason}")),
        })
        .collect()
}
