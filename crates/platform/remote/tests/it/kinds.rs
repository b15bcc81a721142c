//! All that remote write carries: floats, native histograms, exemplars, metadata.

use axum::{http::StatusCode, response::IntoResponse};
use kernel::Clock;
use serde_json::json;
use tsdb::{
    Batch, CUSTOM_SCHEMA, Exemplar, HistogramSample, IntegerBuckets, IntegerHistogram, Labels,
    Metadata, NativeHistogram, Sample, SyncPolicy,
};

use crate::{
    house::House,
    stand_in::{StandIn, written},
};

fn labels(metric: &str, host: &str) -> Labels {
    Labels::new(metric, [("host", host), ("job", "test")]).unwrap()
}

fn histogram(host: &str, at_ms: i64, count: u64) -> HistogramSample {
    let spans = vec![tsdb::Span { offset: 0, length: 1 }];
    let histogram = NativeHistogram::Integer(IntegerHistogram {
        schema: CUSTOM_SCHEMA,
        count,
        sum: 1.5,
        positive: IntegerBuckets { spans, counts: vec![count] },
        bounds: Some([0.5].into()),
        ..IntegerHistogram::default()
    });
    HistogramSample { labels: labels("took", host), at_ms, histogram }
}

fn exemplar(metric: &str, host: &str, at_ms: i64) -> (Labels, Exemplar) {
    let own = Labels::from_pairs([("trace_id", "7")]).unwrap();
    (labels(metric, host), Exemplar { labels: own, at_ms, value: 0.5 })
}

fn said(metric: &str, kind: &str, help: &str) -> (String, Metadata) {
    let (kind, help) = (kind.to_owned(), help.to_owned());
    (metric.to_owned(), Metadata { kind, help, unit: String::new() })
}

/// A float, a histogram, an exemplar of each, one of a series without samples, and metadata.
fn bring(house: &House) -> i64 {
    house.clock.advance(std::time::Duration::from_secs(1));
    let at_ms = house.clock.now().millis();
    let samples = [Sample { labels: labels("load", "h0"), at_ms, value: 1.0 }];
    let histograms = [histogram("h1", at_ms, 3)];
    let exemplars = [
        exemplar("load", "h0", at_ms),
        exemplar("took", "h1", at_ms),
        exemplar("other", "h2", at_ms),
    ];
    let metadata = [said("load", "gauge", "How much."), said("took", "histogram", "How long.")];
    let batch = Batch {
        samples: &samples,
        histograms: &histograms,
        exemplars: &exemplars,
        metadata: &metadata,
        ..Batch::default()
    };
    let appended = house.remote.series().append_batch(&batch).unwrap();
    assert_eq!((appended.samples.stored, appended.histograms.appended.stored), (1, 1));
    at_ms
}

#[tokio::test]
async fn all_kinds_go_out_in_either_message_and_wait_through_the_end_of_the_process() {
    for newer in [true, false] {
        let far = StandIn::start(move |write| {
            if !newer && write.headers["x-prometheus-remote-write-version"] == "2.0.0" {
                return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
            }
            written(write)
        })
        .await;
        let house = House::new().await;
        house.destination(json!({ "write_url": far.url, "shards": 1 })).await;
        let at_ms = bring(&house);
        let mut house = house.cut_off("series").await;
        house.run();
        house.drained().await;
        let write = far.writes().pop().unwrap();
        let at = |host: &str| (host.to_owned(), at_ms);
        assert_eq!((write.samples, write.histograms), (vec![at("h0")], vec![at("h1")]), "{newer}");
        // Of a series without a sample there is nothing that it could be attached to.
        assert_eq!(write.exemplars, [at("h0"), at("h1")], "{newer}");
        let said: Vec<&str> = write.said.iter().map(String::as_str).collect();
        assert_eq!(said, ["load gauge How much.", "took histogram How long."], "{newer}");
        let figures = house.figures();
        assert_eq!((figures.sent, figures.refused, figures.waiting), (2, 0, 0), "{newer}");
        // In the older message metrics are spoken of apart, and not each time.
        bring(&house);
        house.drained().await;
        let write = far.writes().pop().unwrap();
        assert_eq!(write.said.len(), if newer { 2 } else { 0 }, "{newer}");
    }
}

#[tokio::test]
async fn rules_rename_all_kinds_and_metadata_follows_the_metric() {
    let far = StandIn::start(written).await;
    let mut house = House::new().await;
    let rules = json!([
        { "source_labels": ["host"], "regex": "h0", "action": "drop" },
        { "source_labels": ["__name__"], "target_label": "__name__", "replacement": "far_$1" },
        { "source_labels": ["host"], "target_label": "host", "replacement": "x$1" },
    ]);
    let settings = json!({ "write_url": far.url, "shards": 1, "relabel": rules });
    house.destination(settings).await;
    house.run();
    let at_ms = bring(&house);
    house.drained().await;
    let write = far.writes().pop().unwrap();
    let there = vec![("xh1".to_owned(), at_ms)];
    assert_eq!((write.samples, write.histograms), (Vec::new(), there.clone()));
    assert_eq!(write.exemplars, there);
    assert!(write.said.contains("far_took histogram How long."), "{:?}", write.said);
}

#[tokio::test]
async fn histograms_that_the_store_refuses_do_not_go_out() {
    let far = StandIn::start(written).await;
    let mut house = House::new().await;
    house.destination(json!({ "write_url": far.url, "shards": 1 })).await;
    house.run();
    let at_ms = bring(&house);
    house.drained().await;
    // Another histogram at the same time, beside one that is new.
    let histograms = [histogram("h1", at_ms, 4), histogram("h3", at_ms, 4)];
    let batch = Batch { histograms: &histograms, ..Batch::default() };
    house.remote.series().append_batch(&batch).unwrap();
    house.drained().await;
    let write = far.writes().pop().unwrap();
    assert_eq!(write.histograms, [("h3".to_owned(), at_ms)]);
}

#[tokio::test]
async fn queues_are_on_stable_storage_as_soon_as_the_samples_here() {
    let far = StandIn::start(written).await;
    let house = House::new().await;
    house.destination(json!({ "write_url": far.url, "shards": 2 })).await;
    house.append(3);
    assert!(!house.remote.is_durable(), "it is the host's to bring it there");
    house.remote.series().acknowledge().unwrap();
    assert!(house.remote.is_durable());
    house.tune(SyncPolicy::EveryAppend);
    house.append(3);
    assert!(house.remote.is_durable(), "each write brings itself there");
}
