//! An LDAP server with 100,000 people: how fast they come in, how fast nothing has changed, and
//! what memory that takes.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use directory::{Directory, PlainSecrets, SourceSettings, Sources, SyncMode};
use http_kit::guard::OutboundGuard;
use jiff::tz::TimeZone;
use kernel::{Caller, Time};
use testkit::{ManualClock, SeededIds, temporary_db};

use crate::slapd::{Slapd, people};

#[expect(dead_code, clippy::unwrap_used, reason = "it is of the tests, which use more of it")]
#[path = "../tests/it/slapd.rs"]
mod slapd;

const PEOPLE: u32 = 100_000;

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
fn now() -> Instant {
    Instant::now()
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(async {
        let Some(slapd) = Slapd::start(&people(1..=PEOPLE)).await else { return };
        let records = temporary_db(&[journal::MIGRATIONS, directory::MIGRATIONS]).await;
        let clock = ManualClock::at(Time::from_seconds(1_780_000_000));
        let (time, ids) = (Arc::new(clock.clone()), Arc::new(SeededIds::new(1)));
        let directory = Directory::new(records.db.clone(), time, ids, TimeZone::UTC);
        let secrets = Arc::new(PlainSecrets { folder: records.dir.path().to_owned() });
        let sources = Sources::new(directory, secrets, OutboundGuard::default());
        let settings = SourceSettings {
            url: format!("ldap://127.0.0.1:{}", slapd.port),
            base: "ou=people,dc=example".to_owned(),
            page_size: 100,
            ..SourceSettings::default()
        };
        let caller = Caller::system("bench");
        let source = sources.create(&caller, "bench", settings).await;
        let source = source.expect("the source can be made");
        let before = peak_kib();
        for what in ["new", "unchanged"] {
            clock.advance(Duration::from_secs(60));
            let started = now();
            let report = sources.sync(&caller, source.id, SyncMode::Apply).await;
            let report = report.expect("the source can be read");
            assert_eq!((report.read, report.failure), (u64::from(PEOPLE), None));
            let rate = f64::from(PEOPLE) / started.elapsed().as_secs_f64();
            println!("{what}: {rate:.0} people a second");
        }
        println!("peak memory: {} MiB, before it {} MiB", peak_kib() / 1024, before / 1024);
    });
}

/// The most memory this process has had, in KiB (proc(5)).
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
