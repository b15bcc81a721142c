use std::{
    ops::ControlFlow,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use prometheus::{PrometheusSettings, Telling};
use serde_json::json;
use tsdb::{
    Appended, Batch, BatchAppended, Column, DiskStore, HistogramPoint, Labels, Options, Sample,
    SelectLimits, Selector, Series, SeriesStore, StoreStats, TimeRange, TsdbError,
};

use crate::{
    around::Around,
    house::{House, NOW_MS, Others, V1, V2},
    messages::{native, v1, v2},
};

/// A store of which somebody else counts the samples that are put in, and the questions.
struct Counted {
    store: Arc<DiskStore>,
    appended: Arc<AtomicU64>,
    asked: Arc<AtomicU64>,
    /// Nothing reaches the disk.
    disk_fails: bool,
}

impl Counted {
    fn around(store: Arc<DiskStore>) -> Self {
        Self { store, appended: Arc::default(), asked: Arc::default(), disk_fails: false }
    }
}

impl SeriesStore for Counted {
    fn append(&self, batch: &[Sample]) -> Result<Appended, TsdbError> {
        self.appended.fetch_add(batch.len() as u64, Ordering::Relaxed);
        self.store.append(batch)
    }

    fn append_batch(&self, batch: &Batch<'_>) -> Result<BatchAppended, TsdbError> {
        self.appended.fetch_add(batch.samples.len() as u64, Ordering::Relaxed);
        self.store.append_batch(batch)
    }

    fn acknowledge(&self) -> Result<(), TsdbError> {
        if self.disk_fails { Err(TsdbError::NotSynced) } else { self.store.acknowledge() }
    }

    fn select_whole(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
        sink: &mut dyn FnMut(Column, Vec<HistogramPoint>) -> ControlFlow<()>,
    ) -> Result<(), TsdbError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.store.select_whole(selector, range, limits, sink)
    }

    fn select(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Series>, TsdbError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.store.select(selector, range, limits)
    }

    fn series(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Labels>, TsdbError> {
        self.store.series(selector, range, limits)
    }

    fn stats(&self) -> StoreStats {
        self.store.stats()
    }
}

/// What stands between must see every sample, and be asked for every series.
#[tokio::test]
async fn a_store_around_the_store_is_gone_through_in_both_directions() {
    let appended = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&appended);
    let settings = PrometheusSettings::default();
    let house = House::beside(settings, Options::default(), move |store| {
        Arc::new(Counted { appended: count, ..Counted::around(store) })
    });
    let house = house.await;
    let labels: &[(&str, &str)] = &[("__name__", "up"), ("job", "a")];
    for step in 0..2 {
        let points = [(NOW_MS + step * 2, 1.0), (NOW_MS + step * 2 + 1, 2.0)];
        assert_eq!(house.write(V1, &v1(&[(labels, &points)])).await.status, 204);
    }
    assert_eq!(appended.load(Ordering::Relaxed), 4);
    let answer = house.get("query?query=count_over_time(up[1m])&time=1800000001").await.json;
    assert_eq!(answer["data"]["result"][0]["value"][1], json!("4"), "{answer}");
}

/// Nobody is told that something is taken which a power failure would take.
#[tokio::test]
async fn a_disk_that_fails_is_told_to_every_writer() {
    let failing = |store| {
        Arc::new(Counted { disk_fails: true, ..Counted::around(store) }) as Arc<dyn SeriesStore>
    };
    let house = House::beside(PrometheusSettings::default(), Options::default(), failing).await;
    let labels: &[(&str, &str)] = &[("__name__", "up"), ("job", "a")];
    let points: &[(i64, f64)] = &[(NOW_MS, 1.0)];
    for (media, message) in [
        (V1, v1(&[(labels, points)])),
        (V1, native(&[(NOW_MS, 1)], 0)),
        (V2, v2(&[(labels, points)], "")),
    ] {
        let answer = house.write(media, &message).await;
        assert_eq!(answer.status, 500, "{}", answer.text);
        assert!(answer.text.starts_with("the samples could not be stored"), "{}", answer.text);
        assert!(matches!(answer.written(), None | Some([0, 0, 0])));
    }
}

#[tokio::test]
async fn an_answer_that_is_not_whole_says_so_once_and_keeps_its_other_warnings() {
    let opened: Arc<OnceLock<Arc<DiskStore>>> = Arc::default();
    let opening = Arc::clone(&opened);
    let around = move |store: Arc<DiskStore>| {
        assert!(opening.set(Arc::clone(&store)).is_ok());
        Arc::new(Counted::around(store)) as Arc<dyn SeriesStore>
    };
    let telling: Telling = Arc::new(move |told| {
        let store = Arc::clone(opened.get().unwrap());
        // It has everything, and says that something is missing.
        Around::telling(store, move |_| told("yesterday is missing".to_owned()))
    });
    let (settings, others) = (PrometheusSettings::default(), Others::telling(telling));
    let house = House::open(settings, Options::default(), around, others).await;
    house.have(&[("up", &[("job", "a")]), ("up", &[("job", "b")])]);
    let missing = json!(["yesterday is missing"]);
    for path in [
        "query?query=up%2Bup",
        "query_range?query=up&start=1800000000&end=1800000000&step=1",
        "series?match[]=up",
        "labels",
        "label/job/values",
    ] {
        let answer = house.get(path).await;
        assert_eq!((answer.status.as_u16(), &answer.json["warnings"]), (200, &missing), "{path}");
    }
    let cut = house.get("label/job/values?limit=1").await.json;
    let said = json!(["results truncated due to limit", "yesterday is missing"]);
    assert_eq!(cut["warnings"], said);
    // What needs no samples is missing none.
    assert_eq!(house.get("query?query=1").await.json.get("warnings"), None);
}

#[tokio::test]
async fn native_histograms_are_answered_though_another_store_stands_around() {
    let settings = PrometheusSettings::default();
    let counted = |store| Arc::new(Counted::around(store)) as Arc<dyn SeriesStore>;
    let house = House::beside(settings, Options::default(), counted).await;
    house.have(&[("up", &[]), ("took", &[("part", "floats")])]);
    assert_eq!(house.write(V1, &native(&[(NOW_MS - 5_000, 1), (NOW_MS, 3)], 0)).await.status, 204);
    let answer = house.get("query?query=%7B__name__%3D~%22took%7Cup%22%7D").await.json;
    let found = answer["data"]["result"].as_array().unwrap();
    assert_eq!(found.len(), 3, "{answer}");
    let counts = found.iter().filter_map(|one| one["histogram"][1]["count"].as_str());
    assert_eq!(counts.collect::<Vec<_>>(), ["3"], "{answer}");
    let answer = house.get("query?query=histogram_count(last_over_time(took[1m]))").await.json;
    assert_eq!(answer["data"]["result"][0]["value"][1], "3", "{answer}");
}

/// A short query was tried with little first, and the other store asked again with more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_around_the_store_is_asked_once_for_a_query() {
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    let around = move |store| Arc::new(Counted { asked: count, ..Counted::around(store) }) as _;
    let house = House::beside(PrometheusSettings::default(), Options::default(), around).await;
    let names: Vec<String> = (0..150).map(|at| at.to_string()).collect();
    let labels: Vec<[(&str, &str); 1]> = names.iter().map(|name| [("i", &name[..])]).collect();
    let many: Vec<(&str, &[(&str, &str)])> =
        labels.iter().map(|labels| ("many", &labels[..])).collect();
    house.have(&many);
    let answer = house.get("query?query=count(many)").await.json;
    assert_eq!(answer["data"]["result"][0]["value"][1], json!("150"), "{answer}");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}
