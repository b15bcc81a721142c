use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use http_kit::guard::OutboundGuard;
use jobs::{Timer, TokioTimer};
use kernel::{Caller, Clock, Time};
use remote::{Destination, DestinationDraft, DestinationSettings, Figures, Remote, RemoteParts};
use serde_json::Value;
use tempfile::TempDir;
use testkit::{Client, ManualClock, SeededIds, TemporaryDb, temporary_db};
use tokio::{sync::watch, task::JoinHandle};
use tsdb::{
    Age, Batch, DiskStore, Labels, Options, Retention, Sample, SelectLimits, Selector, SyncPolicy,
    Terms, TimeRange,
};
use vault::{AttachmentSettings, KeySource, Vault, VaultParts};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A store whose samples are forwarded.
pub(crate) struct House {
    pub(crate) remote: Remote,
    pub(crate) client: Client,
    pub(crate) clock: ManualClock,
    pub(crate) records: Arc<TemporaryDb>,
    pub(crate) vault: Vault,
    dir: Arc<TempDir>,
    since: Time,
    store: Arc<DiskStore>,
    running: Option<(watch::Sender<bool>, JoinHandle<()>)>,
}

impl House {
    /// The clock shows the real time, as far sides look at theirs.
    pub(crate) async fn new() -> Self {
        let records =
            temporary_db(&[journal::MIGRATIONS, vault::MIGRATIONS, remote::MIGRATIONS]).await;
        let dir = tempfile::tempdir().unwrap();
        let made = dir.path().metadata().unwrap().modified().unwrap();
        let since = made.duration_since(std::time::UNIX_EPOCH).unwrap();
        let clock = ManualClock::at(Time::from_millis(i64::try_from(since.as_millis()).unwrap()));
        let since = clock.now();
        Self::open(Arc::new(records), Arc::new(dir), (clock, since), "series").await
    }

    async fn open(
        records: Arc<TemporaryDb>,
        dir: Arc<TempDir>,
        (clock, since): (ManualClock, Time),
        series: &str,
    ) -> Self {
        let ids = Arc::new(SeededIds::new(11));
        let options = Options { out_of_order_ms: 3_600_000, ..Options::default() };
        let store = Arc::new(DiskStore::open(&dir.path().join(series), options).unwrap());
        let kept = Arc::clone(&store);
        let remote = Remote::open(RemoteParts {
            db: records.db.clone(),
            clock: Arc::new(clock.clone()),
            timer: Arc::new(TokioTimer),
            ids: Arc::clone(&ids) as _,
            guard: Arc::new(OutboundGuard::default()),
            series: Arc::clone(&store) as _,
            kept_from: Arc::new(move |selector, now_ms| kept.whole_from_ms(selector, now_ms)),
            since,
            pace: Arc::new(|| Duration::from_millis(200)),
            dir: dir.path().join("forward"),
        });
        let remote = remote.await.unwrap();
        let vault = Vault::new(VaultParts {
            db: records.db.clone(),
            clock: Arc::new(clock.clone()),
            ids: Arc::clone(&ids) as _,
            keys: KeySource::File(dir.path().join("keys/vault.keys")),
            files: dir.path().join("attachments"),
            settings: AttachmentSettings::default(),
            subjects: Vec::new(),
        });
        vault.unlock().await.unwrap();
        remote.learn_vault(vault.clone());
        let client =
            Client::of_routes(remote::routes(remote.clone()), Arc::new(clock.clone()), ids);
        Self { remote, client, clock, records, vault, dir, since, store, running: None }
    }

    /// Sends what is in the queues from now on.
    pub(crate) fn run(&mut self) {
        let (stop, stopped) = watch::channel(false);
        let remote = self.remote.clone();
        let task = tokio::spawn(async move { remote.run(stopped).await });
        self.running = Some((stop, task));
    }

    /// Ends it wherever it is, as the end of the process would, and opens it again. With another
    /// folder of `series` all samples here are gone.
    pub(crate) async fn cut_off(mut self, series: &str) -> Self {
        if let Some((_, task)) = self.running.take() {
            task.abort();
            // It has ended, one way or another.
            let _ = task.await;
        }
        let Self { clock, records, dir, since, store, remote, client, vault, .. } = self;
        drop((remote, client, vault));
        // Queues are not closed, there is nothing to; the store's lock goes with its last holder.
        until("nobody holds the store", || match Arc::strong_count(&store) {
            1 => Ok(()),
            others => Err(others.to_string()),
        })
        .await;
        drop(store);
        let is_there = dir.path().join(series).exists();
        let since = if is_there { since } else { clock.now().plus(Duration::from_millis(1)) };
        Self::open(records, dir, (clock, since), series).await
    }

    pub(crate) async fn destination(&self, settings: Value) -> Destination {
        let settings: DestinationSettings = serde_json::from_value(settings).unwrap();
        let draft = DestinationDraft { name: "far".to_owned(), settings, enabled: true };
        self.remote.create_destination(&Caller::console(), draft).await.unwrap()
    }

    /// Appends one sample of each of `series` series, a second later than the last ones.
    pub(crate) fn append(&self, series: usize) {
        self.clock.advance(Duration::from_secs(1));
        let at_ms = self.clock.now().millis();
        let sample = |host: usize| Sample {
            labels: Labels::new("load", [("host", format!("h{host}")), ("job", "test".into())])
                .unwrap(),
            at_ms,
            value: at_ms as f64 / 8.0 + host as f64,
        };
        let batch: Vec<Sample> = (0..series).map(sample).collect();
        self.remote.series().append(&batch).unwrap();
    }

    /// Appends a sample of a series of its own that is so many days old.
    pub(crate) fn append_stray(&self, days: i64) {
        let now_ms = self.clock.now().millis();
        let labels = Labels::new("stray", [("job", "import")]).unwrap();
        let sample = Sample { labels, at_ms: now_ms - days * 86_400_000, value: 1.0 };
        let terms = Terms { age: Age::Kept { now_ms }, ..Terms::default() };
        let batch = Batch { samples: &[sample], terms, ..Batch::default() };
        let appended = self.remote.series().append_batch(&batch).unwrap();
        assert_eq!(appended.samples.stored, 1);
    }

    pub(crate) fn keep(&self, retentions: Vec<Retention>) {
        self.store.tune(tsdb::Tuning { retentions, ..(*self.store.tuning()).clone() });
    }

    pub(crate) fn tune(&self, sync: SyncPolicy) {
        let tuning = tsdb::Tuning { sync, ..(*self.store.tuning()).clone() };
        self.store.tune(tuning);
    }

    /// Everything that a query sees, as `load{host="h1"} 2 @3`.
    pub(crate) async fn seen(&self) -> Vec<String> {
        let series = self.remote.series();
        let read = move || {
            let selector = Selector::parse("load{job=\"test\"}").unwrap();
            series.select(&selector, TimeRange::ALL, &SelectLimits::default()).unwrap()
        };
        let found = tokio::task::spawn_blocking(read).await.unwrap();
        let lines = found.iter().flat_map(|series| {
            let points = series.points.iter();
            points.map(|point| format!("{} {} @{}", series.labels, point.value, point.at_ms))
        });
        lines.collect()
    }

    /// What an answer to all of it is said to be missing.
    pub(crate) async fn missing(&self) -> Vec<String> {
        let told = Arc::<Mutex<Vec<String>>>::default();
        let telling = Arc::clone(&told);
        let series = self.remote.series_telling(Arc::new(move |gap| {
            telling.lock().unwrap().push(gap);
        }));
        let read = move || {
            let selector = Selector::parse("load{job=\"test\"}").unwrap();
            series.select(&selector, TimeRange::ALL, &SelectLimits::default()).unwrap()
        };
        tokio::task::spawn_blocking(read).await.unwrap();
        let told = told.lock().unwrap();
        told.clone()
    }

    pub(crate) fn figures(&self) -> Figures {
        self.remote.figures().swap_remove(0)
    }

    /// Waits until nothing waits.
    pub(crate) async fn drained(&self) {
        until("nothing waits", || {
            let figures = self.figures();
            (figures.waiting == 0).then_some(()).ok_or(format!("{figures:?}"))
        })
        .await;
    }

    /// The verbs of the journal, the oldest first.
    pub(crate) async fn verbs(&self) -> Vec<String> {
        let rows = journal::since(&self.records.db, kernel::FactSeq(0), 100).await.unwrap();
        rows.into_iter().map(|row| row.verb).filter(|verb| verb.starts_with("dest")).collect()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.dir.path()
    }
}

/// Waits until `look` finds what is expected, or says what it found after a minute.
pub(crate) async fn until<T>(what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let mut found = String::new();
    for _ in 0..PATIENCE.as_millis() / 20 {
        match look() {
            Ok(done) => return done,
            Err(other) => found = other,
        }
        TokioTimer.sleep(Duration::from_millis(20)).await;
    }
    panic!("{what}: {found}");
}
