//! One Mainstay forwards to another by remote write 2.0; both are ended in the middle.

use std::{net::SocketAddr, ops::ControlFlow, path::Path, sync::Arc, time::Duration};

use axum::Router;
use http_kit::guard::OutboundGuard;
use jobs::{Timer, TokioTimer};
use kernel::{Caller, Clock, Time};
use remote::{DestinationDraft, Figures, Remote, RemoteParts};
use serde_json::json;
use tempfile::TempDir;
use testkit::{ManualClock, SeededIds, TemporaryDb, free_address, temporary_db};
use tokio::{net::TcpListener, runtime::Runtime, sync::watch, task::JoinHandle};
use tsdb::{
    Batch, Buckets, CUSTOM_SCHEMA, DiskStore, Exemplar, Histogram, HistogramSample, IntegerBuckets,
    IntegerHistogram, Labels, Metadata, NativeHistogram, Options, Sample, SelectLimits, Selector,
    SeriesStore, Span, TimeRange,
};

use crate::house::{House, NOW_MS};

/// Series of floats of each round.
const FLOATS: usize = 20;
/// Rounds.
const ROUNDS: u64 = 12;

/// The far side on its address; what it does ends with the runtime it has for itself.
struct Far {
    house: House,
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Far {
    async fn start() -> Self {
        let free = free_address();
        let mut far = Self { house: House::new().await, address: free, runtime: None };
        far.listen();
        far
    }

    fn listen(&mut self) {
        let runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = { runtime }.worker_threads(2).enable_all().build().unwrap();
        let (address, router) = (self.address, self.house.open_router());
        runtime.spawn(serve(address, router));
        self.runtime = Some(runtime);
    }

    /// Ends it wherever it is.
    async fn end(mut self) -> Self {
        if let Some(runtime) = self.runtime.take() {
            let end = move || runtime.shutdown_timeout(Duration::from_secs(30));
            tokio::task::spawn_blocking(end).await.unwrap();
        }
        Self { house: self.house.begun_anew(), ..self }
    }
}

async fn serve(address: SocketAddr, router: Router) {
    let listener = TcpListener::bind(address).await.unwrap();
    axum::serve(listener, router).await.unwrap();
}

/// The side that forwards.
struct Near {
    remote: Remote,
    store: Arc<DiskStore>,
    clock: ManualClock,
    records: Arc<TemporaryDb>,
    dir: TempDir,
    running: Option<(watch::Sender<bool>, JoinHandle<()>)>,
}

impl Near {
    async fn start(clock: ManualClock) -> Self {
        let records = temporary_db(&[journal::MIGRATIONS, remote::MIGRATIONS]).await;
        let dir = tempfile::tempdir().unwrap();
        Self::open(Arc::new(records), dir, clock).await
    }

    async fn open(records: Arc<TemporaryDb>, dir: TempDir, clock: ManualClock) -> Self {
        let store = DiskStore::open(&dir.path().join("series"), Options::default()).unwrap();
        let store = Arc::new(store);
        let kept = Arc::clone(&store);
        let remote = Remote::open(RemoteParts {
            db: records.db.clone(),
            clock: Arc::new(clock.clone()),
            timer: Arc::new(TokioTimer),
            ids: Arc::new(SeededIds::new(3)),
            guard: Arc::new(OutboundGuard::default()),
            series: Arc::clone(&store) as _,
            kept_from: Arc::new(move |selector, now_ms| kept.whole_from_ms(selector, now_ms)),
            since: Time::from_millis(0),
            pace: Arc::new(|| Duration::from_millis(200)),
            dir: dir.path().join("forward"),
        });
        let remote = remote.await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let sender = remote.clone();
        let task = tokio::spawn(async move { sender.run(stopped).await });
        Self { remote, store, clock, records, dir, running: Some((stop, task)) }
    }

    /// Ends it wherever it is, and opens it again.
    async fn cut_off(self) -> Self {
        let (records, dir, clock) = self.end().await;
        Self::open(records, dir, clock).await
    }

    /// The same, and all samples here are gone.
    async fn cut_off_and_emptied(self) -> Self {
        let (records, dir, clock) = self.end().await;
        std::fs::remove_dir_all(dir.path().join("series")).unwrap();
        Self::open(records, dir, clock).await
    }

    async fn end(mut self) -> (Arc<TemporaryDb>, TempDir, ManualClock) {
        if let Some((_, task)) = self.running.take() {
            task.abort();
            // It has ended, one way or another.
            let _ = task.await;
        }
        let Self { remote, store, clock, records, dir, .. } = self;
        drop(remote);
        until("nobody holds the store", || match Arc::strong_count(&store) {
            1 => Ok(()),
            others => Err(others.to_string()),
        })
        .await;
        drop(store);
        (records, dir, clock)
    }

    fn bring(&self, round: u64) {
        self.clock.advance(Duration::from_secs(1));
        let at_ms = self.clock.now().millis();
        let float = |host: usize| Sample {
            labels: labels("load", &format!("h{host}")),
            at_ms,
            value: at_ms as f64 / 8.0 + host as f64,
        };
        let samples: Vec<Sample> = (0..FLOATS).map(float).collect();
        let histograms = histograms(at_ms, round);
        let exemplars: Vec<(Labels, Exemplar)> = [&samples[3].labels, &histograms[0].labels]
            .map(|labels| {
                let own = Labels::from_pairs([("trace_id", round.to_string())]).unwrap();
                (labels.clone(), Exemplar { labels: own, at_ms, value: 0.5 })
            })
            .to_vec();
        let metadata = [("load", "gauge", "How much."), ("took", "histogram", "How long.")];
        let metadata = metadata.map(|(metric, kind, help)| {
            let (kind, help, unit) = (kind.to_owned(), help.to_owned(), "seconds".to_owned());
            (metric.to_owned(), Metadata { kind, unit, help })
        });
        let batch = Batch {
            samples: &samples,
            histograms: &histograms,
            exemplars: &exemplars,
            metadata: &metadata,
            ..Batch::default()
        };
        let kept = self.remote.series().append_batch(&batch).unwrap();
        assert_eq!((kept.samples.stored, kept.histograms.appended.stored), (FLOATS as u64, 3));
    }

    fn figures(&self) -> Figures {
        self.remote.figures().swap_remove(0)
    }

    async fn drained(&self) {
        until("nothing waits", || {
            let figures = self.figures();
            (figures.waiting == 0).then_some(()).ok_or(format!("{figures:?}"))
        })
        .await;
    }
}

/// Waits until `look` finds what is expected, or says what it found after a minute.
async fn until(what: &str, mut look: impl FnMut() -> Result<(), String>) {
    let mut found = String::new();
    for _ in 0..3_000 {
        match look() {
            Ok(()) => return,
            Err(other) => found = other,
        }
        TokioTimer.sleep(Duration::from_millis(20)).await;
    }
    panic!("{what}: {found}");
}

fn labels(metric: &str, host: &str) -> Labels {
    Labels::new(metric, [("host", host), ("job", "test")]).unwrap()
}

/// Whole counts, floats, and listed bounds.
fn histograms(at_ms: i64, round: u64) -> [HistogramSample; 3] {
    let spans = vec![Span { offset: -1, length: 2 }];
    let counts = vec![round + 1, round * 2];
    let count = counts.iter().sum();
    let positive = IntegerBuckets { spans: spans.clone(), counts };
    let whole = IntegerHistogram { schema: 3, count, sum: 2.5, positive, ..Default::default() };
    let listed = IntegerHistogram {
        schema: CUSTOM_SCHEMA,
        count: round + 4,
        positive: IntegerBuckets {
            spans: vec![Span { offset: 0, length: 2 }],
            counts: vec![round, 4],
        },
        bounds: Some([0.25, 0.5].into()),
        ..IntegerHistogram::default()
    };
    let float = Histogram {
        schema: 1,
        zero_threshold: 0.001,
        zero_count: 0.5,
        count: 2.0,
        sum: -1.0,
        negative: Buckets::new(spans, vec![0.5, 1.0]),
        ..Histogram::default()
    };
    let of =
        |host: &str, histogram| HistogramSample { labels: labels("took", host), at_ms, histogram };
    [
        of("whole", NativeHistogram::Integer(whole)),
        of("listed", NativeHistogram::Integer(listed)),
        of("float", NativeHistogram::Float(float)),
    ]
}

/// The floats and histograms of a store, a line for each.
fn samples(store: &dyn SeriesStore) -> Vec<String> {
    let (selector, mut lines) = (Selector::parse("{job=\"test\"}").unwrap(), Vec::new());
    let limits = SelectLimits::default();
    let put = &mut |column: tsdb::Column, histograms: Vec<tsdb::HistogramPoint>| {
        let name = &column.labels;
        let floats = column.times.iter().zip(&column.values);
        lines.extend(floats.map(|(at_ms, value)| format!("{name} {value} @{at_ms}")));
        lines.extend(histograms.iter().map(|one| format!("{name} {one:?}")));
        ControlFlow::Continue(())
    };
    store.select_whole(&selector, TimeRange::ALL, &limits, put).unwrap();
    lines.sort();
    lines
}

/// Its exemplars too.
fn held(store: &DiskStore) -> Vec<String> {
    let mut lines = samples(store);
    let selector = Selector::parse("{job=\"test\"}").unwrap();
    for (name, exemplars) in store.exemplars(&selector, TimeRange::ALL) {
        lines.extend(exemplars.iter().map(|one| format!("{name} {one:?}")));
    }
    lines
}

fn folders(dir: &Path) -> usize {
    std::fs::read_dir(dir).unwrap().count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mainstay_forwards_all_kinds_to_mainstay_with_nothing_lost_and_nothing_twice() {
    let mut far = Far::start().await;
    let clock = ManualClock::at(Time::from_millis(NOW_MS));
    let mut near = Near::start(clock).await;
    let settings = json!({
        "write_url": format!("http://{}/prometheus/api/v1/write", far.address),
        "history_url": format!("http://{}/prometheus", far.address),
        "shards": 3,
        "request_samples": 8,
    });
    let settings = serde_json::from_value(settings).unwrap();
    let draft = DestinationDraft { name: "far".to_owned(), settings, enabled: true };
    near.remote.create_destination(&Caller::console(), draft).await.unwrap();
    assert_eq!(folders(&near.dir.path().join("forward")), 1);
    let mut refused = 0;
    for round in 0..ROUNDS {
        near.bring(round);
        match round {
            // The far side ends with requests under way, and begins again a round later.
            2 | 6 => far = far.end().await,
            3 | 7 => far.listen(),
            // This side ends with requests under way; once while the far side is away.
            4 | 9 => {
                refused += near.figures().refused;
                near = near.cut_off().await;
            }
            5 => near.drained().await,
            _ => {}
        }
    }
    near.drained().await;
    let figures = near.figures();
    assert_eq!((refused + figures.refused, figures.version), (0, "2.0"));
    assert_eq!((figures.dropped_full, figures.dropped_old, figures.dropped_disk), (0, 0, 0));
    let (here, there) = (held(&near.store), held(&far.house.series));
    let lines = ROUNDS as usize * (FLOATS + 3 + 2);
    assert_eq!(here.len(), lines);
    let lost: Vec<&String> = here.iter().filter(|line| !there.contains(line)).collect();
    assert!(lost.is_empty(), "{} of {lines} are lost: {:?}", lost.len(), lost.first());
    assert_eq!(there.len(), lines, "nothing is there twice");
    assert_eq!(far.house.series.metadata(None), near.store.metadata(None));
    // What is lost here is read from there, and what is here counts once.
    let before = samples(&*near.store);
    let near = near.cut_off_and_emptied().await;
    near.bring(ROUNDS);
    let series = near.remote.series();
    let seen = tokio::task::spawn_blocking(move || samples(&*series)).await.unwrap();
    assert_eq!(seen.len(), before.len() + FLOATS + 3);
    let missing: Vec<&String> = before.iter().filter(|line| !seen.contains(line)).collect();
    assert!(missing.is_empty(), "{} are missing: {:?}", missing.len(), missing.first());
    assert_eq!(near.figures().history_failed, 0);
    far.end().await;
}
