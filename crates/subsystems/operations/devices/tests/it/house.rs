//! A host on a made-up machine, with a clock that is moved by hand and a real store of series.

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use devices::collect::Roots;
use devices::{Host, HostParts};
use journal::Row;
use kernel::{Page, Time};
use resources::Resources;
use tempfile::TempDir;
use testkit::{ManualClock, ManualTimer, SeededIds, TemporaryDb};
use tsdb::{DiskStore, Options, SelectLimits, Selector, Series, SeriesStore, TimeRange};

pub(crate) const START_S: i64 = 1_800_000_000;
pub(crate) const INTERVAL: Duration = Duration::from_secs(10);

/// A machine in a folder.
pub(crate) struct Machine(TempDir);

impl Machine {
    /// One processor and one disk, captured files for the rest.
    pub(crate) fn new() -> Self {
        let machine = Self(tempfile::tempdir().unwrap());
        for (path, text) in [
            ("proc/meminfo", include_str!("../../src/collect/captured/meminfo.txt")),
            ("proc/loadavg", "2.00 1.00 0.50 1/106 6979\n"),
            ("proc/uptime", "727.64 1164.03\n"),
            ("proc/net/dev", include_str!("../../src/collect/captured/net_dev.txt")),
            ("proc/1/mounts", "/dev/a / ext4 rw 0 0\n"),
            ("proc/sys/kernel/hostname", "web1\n"),
            ("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n"),
            ("proc/sys/kernel/version", "#1 SMP\n"),
            ("proc/sys/kernel/ostype", "Linux\n"),
            ("proc/sys/kernel/arch", "x86_64\n"),
            ("proc/sys/kernel/domainname", "(none)\n"),
            ("root/etc/hostname", "web1\n"),
            ("root/etc/machine-id", "0123456789abcdef0123456789abcdef\n"),
            ("root/etc/timezone", "Asia/Shanghai\n"),
            ("sys/class/net/eth0/operstate", "up\n"),
        ] {
            machine.write(path, text);
        }
        machine.work(0, 0);
        machine
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The processor has worked and rested for so many seconds, and the disk was as busy as it.
    pub(crate) fn work(&self, busy_s: u64, idle_s: u64) {
        let (busy, idle) = (busy_s * 100, idle_s * 100);
        let stat = format!("cpu0 {busy} 0 0 {idle} 0 0 0 0 0 0\nbtime 1799990000\n");
        self.write("proc/stat", &stat);
        let sectors = busy_s * 2;
        let stats = format!("8 0 sda {busy_s} 0 {sectors} {busy_s}000 0 0 0 0 0 {busy_s}000 0\n");
        self.write("proc/diskstats", &stats);
    }

    pub(crate) fn roots(&self) -> Roots {
        let at = |name: &str| -> PathBuf { self.0.path().join(name) };
        Roots { proc: at("proc"), sys: at("sys"), root: at("root") }
    }
}

/// Records and series that outlive a restart of the host.
pub(crate) struct House {
    pub(crate) records: TemporaryDb,
    pub(crate) series: Arc<DiskStore>,
    _series_dir: TempDir,
    pub(crate) clock: ManualClock,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::storing(Options::default()).await
    }

    pub(crate) async fn storing(options: Options) -> Self {
        let records = testkit::temporary_db(&[journal::MIGRATIONS, resources::MIGRATIONS]).await;
        let series_dir = tempfile::tempdir().unwrap();
        let series = Arc::new(DiskStore::open(series_dir.path(), options).unwrap());
        let clock = ManualClock::at(Time::from_seconds(START_S));
        Self { records, series, _series_dir: series_dir, clock }
    }

    pub(crate) fn register(&self) -> Resources {
        let (db, clock) = (self.records.db.clone(), Arc::new(self.clock.clone()));
        // Ids of a second start differ from those of the first, as real ones do.
        let seed = kernel::Clock::monotonic(&self.clock).as_secs();
        Resources::new(db, clock, Arc::new(SeededIds::new(seed)))
    }

    pub(crate) async fn host(&self, roots: Roots) -> Host {
        self.host_with(roots, Arc::clone(&self.series) as Arc<dyn SeriesStore>).await
    }

    pub(crate) async fn host_with(&self, roots: Roots, series: Arc<dyn SeriesStore>) -> Host {
        let parts = HostParts {
            db: self.records.db.clone(),
            clock: Arc::new(self.clock.clone()),
            timer: Arc::new(ManualTimer(self.clock.clone())),
            series,
            resources: self.register(),
            roots,
            interval: INTERVAL,
        };
        Host::open(parts).await.unwrap()
    }

    /// Ten seconds later, a reading.
    pub(crate) async fn tick(&self, host: &Host) {
        self.clock.advance(INTERVAL);
        host.read().await;
    }

    /// The facts with that verb, oldest first.
    pub(crate) async fn facts(&self, verb: &str) -> Vec<Row> {
        let page = Page { after: None, limit: 500 };
        let filter = journal::Filter { verb: Some(verb.to_owned()), ..journal::Filter::default() };
        let mut rows = journal::list(&self.records.db, &filter, page).await.unwrap().items;
        rows.reverse();
        rows
    }

    pub(crate) fn select(&self, selector: &str) -> Vec<Series> {
        let selector: Selector = Selector::parse(selector).unwrap();
        self.series.select(&selector, TimeRange::ALL, &SelectLimits::default()).unwrap()
    }

    /// Seconds since the start, and value, of the one series that is selected.
    pub(crate) fn points(&self, selector: &str) -> Vec<(i64, f64)> {
        let series = self.select(selector);
        assert!(series.len() < 2, "{selector}: {series:?}");
        let points = series.into_iter().flat_map(|series| series.points);
        points.map(|point| (point.at_ms / 1000 - START_S, point.value)).collect()
    }
}
