use kernel::Clock;
use serde_json::json;
use tsdb::{
    Batch, Buckets, Exemplar, Histogram, HistogramSample, IntegerBuckets, IntegerHistogram, Labels,
    NativeHistogram, Sample, Span,
};

use crate::{
    house::{House, until},
    peer::{Kind, Peer},
};

/// Series of each round.
const SERIES: usize = 50;

/// Twelve rounds, in which the far side is ended and started again, and so are we, at another
/// moment; then everything here is lost but the last two rounds.
async fn every_sample_once(kind: Kind) {
    let Some(mut peer) = Peer::start(kind).await else { return };
    let mut house = House::new().await;
    house
        .destination(json!({
            "write_url": peer.url("/api/v1/write"),
            "history_url": peer.url(""),
            "external_labels": { "site": "hq" },
            "shards": 3,
            "request_samples": 40,
        }))
        .await;
    house.run();
    for _ in 0..3 {
        house.append(SERIES);
    }
    house.drained().await;
    assert_eq!(house.figures().version, "1.0", "Debian's understand the older message only");
    peer.end();
    for _ in 0..3 {
        house.append(SERIES);
    }
    until("it is noticed", || house.figures().said.map(|_| ()).ok_or(String::new())).await;
    // We end in the middle of a backlog, and go on before the far side is back.
    let mut house = house.cut_off("series").await;
    assert_eq!(house.figures().waiting, 3 * SERIES as u64);
    house.run();
    house.append(SERIES);
    peer.begin().await;
    for _ in 0..3 {
        house.append(SERIES);
    }
    house.drained().await;
    let at_ms = house.clock.now().millis();
    let counts = peer.counts("load{site=\"hq\"}", at_ms).await;
    assert_eq!(counts, [10; SERIES], "of each series each sample once");
    let figures = house.figures();
    assert_eq!((figures.refused, figures.dropped_full, figures.dropped_old), (0, 0, 0));
    // Two more rounds that only we have in the end, as what was here before is gone.
    let before = house.seen().await;
    assert_eq!(before.len(), 10 * SERIES);
    let house = house.cut_off("series-2").await;
    house.append(SERIES);
    house.append(SERIES);
    // An old sample of another series says nothing of these.
    house.append_stray(10);
    let seen = house.seen().await;
    assert_eq!(seen.len(), 12 * SERIES);
    assert!(before.iter().all(|line| seen.contains(line)), "{:?}\n{:?}", before[0], seen[0]);
    assert_eq!(house.figures().history_failed, 0);
    // Without the far side there is what is here.
    peer.end();
    assert_eq!(house.seen().await.len(), 2 * SERIES);
    assert_eq!(house.figures().history_failed, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_gets_every_sample_once_and_gives_them_back() {
    every_sample_once(Kind::Prometheus).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn victoria_metrics_gets_every_sample_once_and_gives_them_back() {
    every_sample_once(Kind::VictoriaMetrics).await;
}

/// A native histogram of whole counts and one of floats, and a float with an exemplar, a second
/// later than the last ones.
fn bring_histograms(house: &House) {
    house.clock.advance(std::time::Duration::from_secs(1));
    let at_ms = house.clock.now().millis();
    let count = u64::try_from(at_ms / 1_000 % 1_000).unwrap() + 10;
    let spans = vec![Span { offset: -2, length: 2 }, Span { offset: 3, length: 1 }];
    let positive = IntegerBuckets { spans: spans.clone(), counts: vec![4, count - 9, 5] };
    let whole = IntegerHistogram { schema: 3, count, sum: 2.5, positive, ..Default::default() };
    let float = Histogram {
        schema: 1,
        zero_threshold: 0.001,
        zero_count: 0.5,
        count: 4.0,
        sum: -1.0,
        negative: Buckets::new(spans, vec![0.5, 1.0, 2.0]),
        ..Histogram::default()
    };
    let of = |host: &str, histogram| HistogramSample {
        labels: Labels::new("took", [("host", host), ("job", "test")]).unwrap(),
        at_ms,
        histogram,
    };
    let histograms =
        [of("whole", NativeHistogram::Integer(whole)), of("float", NativeHistogram::Float(float))];
    let own = Labels::from_pairs([("trace_id", at_ms.to_string())]).unwrap();
    let exemplar = Exemplar { labels: own, at_ms, value: 0.5 };
    // Prometheus takes those of a histogram only once it knows the series.
    let hits = Labels::new("hits", [("job", "test")]).unwrap();
    let exemplars = [(hits.clone(), exemplar)];
    let samples = [Sample { labels: hits, at_ms, value: 1.0 }];
    let batch = Batch {
        samples: &samples,
        histograms: &histograms,
        exemplars: &exemplars,
        ..Batch::default()
    };
    let appended = house.remote.series().append_batch(&batch).unwrap();
    assert_eq!(appended.histograms.appended.stored, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_gets_histograms_and_exemplars_once() {
    let Some(mut peer) = Peer::start(Kind::Prometheus).await else { return };
    let mut house = House::new().await;
    let settings = json!({
        "write_url": peer.url("/api/v1/write"),
        "shards": 2,
        "request_samples": 3,
    });
    house.destination(settings).await;
    house.run();
    (0..3).for_each(|_| bring_histograms(&house));
    house.drained().await;
    peer.end();
    (0..3).for_each(|_| bring_histograms(&house));
    let mut house = house.cut_off("series").await;
    house.run();
    peer.begin().await;
    (0..2).for_each(|_| bring_histograms(&house));
    house.drained().await;
    let at_ms = house.clock.now().millis();
    assert_eq!(peer.counts("took", at_ms).await, [8, 8]);
    assert_eq!(peer.exemplars("hits", at_ms).await, 8);
    assert_eq!(house.figures().refused, 0);
}
