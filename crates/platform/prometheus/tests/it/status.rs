use prometheus::PrometheusSettings;
use serde_json::json;
use tsdb::{Options, Retention, Rollup, Selector, Tuning};

use crate::house::{House, NOW_MS};

#[tokio::test]
async fn clients_learn_what_answers_and_what_makes_series_many() {
    let house = House::new().await;
    house.have(&[
        ("up", &[("job", "a"), ("instance", "1")]),
        ("up", &[("job", "a"), ("instance", "2")]),
        ("load", &[("job", "a"), ("instance", "1")]),
    ]);
    let build = house.get("status/buildinfo").await.json;
    assert_eq!(build["data"]["version"], "3.5.0");
    assert_eq!(build["data"]["application"], "Mainstay");
    let runtime = house.get("status/runtimeinfo").await.json;
    assert_eq!(runtime["data"]["storageRetention"], "31d");
    assert_eq!(runtime["data"]["corruptionCount"], 0);
    let storage = &runtime["data"]["storage"];
    assert_eq!(storage["seriesLive"], 3, "{runtime}");
    assert_eq!(storage["pointsLive"], 3, "{runtime}");
    assert_eq!(storage["newestTime"], NOW_MS, "{runtime}");
    assert_eq!(storage["damages"], serde_json::json!([]));
    let head = house.get("status/tsdb?limit=2").await.json;
    let data = &head["data"];
    assert_eq!(data["headStats"]["numSeries"], 3, "{head}");
    assert_eq!(data["headStats"]["numLabelPairs"], 5);
    let most = &data["seriesCountByMetricName"];
    assert_eq!(
        *most,
        serde_json::json!([{ "name": "up", "value": 2 }, { "name": "load", "value": 1 }])
    );
    assert_eq!(data["seriesCountByLabelValuePair"][0]["name"], "job=a");
    let flags = house.get("status/flags").await.json;
    for (flag, value) in [
        ("storage.tsdb.retention.time", "31d"),
        ("query.lookback-delta", "5m"),
        ("query.max-concurrency", "8"),
        ("query.max-samples", "50000000"),
        ("query.timeout", "28s"),
        ("storage.remote.read-concurrent-limit", "10"),
    ] {
        assert_eq!(flags["data"][flag], value, "{flag}");
    }
    assert!(
        house.get("status/config").await.json["data"]["yaml"].as_str().unwrap().contains("31d")
    );
}

#[tokio::test]
async fn retention_and_memory_are_told_as_they_hold_now() {
    let rule = |selector: &str, hours: Option<i64>, bytes_max| Retention {
        selector: Selector::parse(selector).unwrap(),
        keep_ms: hours.map(|hours| hours * 3_600_000),
        bytes_max,
    };
    let retentions = vec![
        rule("up{job=\"a\"}", Some(36), None),
        rule("{env=\"test\"}", Some(7 * 24), Some(5_000_000)),
        rule("{env=\"lab\"}", None, Some(6_000_000)),
    ];
    let options = Options { retentions, head_bytes_max: 64 << 20, ..Options::default() };
    let house = House::with(PrometheusSettings::default(), options).await;
    house.have(&[("up", &[("job", "a")])]);
    let storage = house.get("status/runtimeinfo").await.json["data"]["storage"].clone();
    let rules = |up: Option<u64>, others: Option<u64>| {
        let up_selector = "{__name__=\"up\",job=\"a\"}";
        json!([
            { "selector": up_selector, "keep": "36h", "bytesMax": null, "bytes": up },
            { "selector": "{env=\"test\"}", "keep": "7d", "bytesMax": 5_000_000, "bytes": others },
            { "selector": "{env=\"lab\"}", "keep": null, "bytesMax": 6_000_000, "bytes": others },
        ])
    };
    assert_eq!(storage["retentionRules"], rules(None, None), "nothing has been counted yet");
    assert_eq!(storage["retentionBytes"], json!(null));
    assert_eq!(storage["memoryBytesMax"], 64 << 20);
    assert!(storage["memoryBytes"].as_u64().unwrap() > 0, "{storage}");
    assert_eq!((&storage["seriesMax"], &storage["blockDays"]), (&json!(1_000_000), &json!(3)));
    let flags = house.get("status/flags").await.json;
    assert_eq!(flags["data"]["storage.tsdb.retention.size"], "0B");
    house.series.maintain(NOW_MS + 3 * 3_600_000).unwrap();
    let storage = house.get("status/runtimeinfo").await.json["data"]["storage"].clone();
    let all = storage["blockBytes"].as_u64();
    assert!(all > Some(0), "{storage}");
    assert_eq!(storage["retentionRules"], rules(all, Some(0)));
    house.series.tune(Tuning {
        retention_ms: 90 * 86_400_000,
        retention_bytes: 1 << 30,
        retentions: Vec::new(),
        ..Tuning::clone(&house.series.tuning())
    });
    let runtime = house.get("status/runtimeinfo").await.json;
    assert_eq!(runtime["data"]["storageRetention"], "90d", "{runtime}");
    assert_eq!(runtime["data"]["storage"]["retentionBytes"], 1 << 30, "{runtime}");
    assert_eq!(runtime["data"]["storage"]["retentionRules"], json!([]), "{runtime}");
}

#[tokio::test]
async fn roll_ups_are_told_with_their_span_and_how_long_they_are_kept() {
    const DAY_MS: i64 = 86_400_000;
    let rollup = |minutes: i64, keep_ms| Rollup { step_ms: minutes * 60_000, keep_ms };
    let rollups = vec![rollup(60, None), rollup(5, Some(400 * DAY_MS))];
    let options = Options { rollups, ..Options::default() };
    let house = House::with(PrometheusSettings::default(), options).await;
    house.have(&[("up", &[("job", "a")])]);
    let empty = json!({ "step": "5m", "made": true, "keep": "400d", "blocks": 0, "bytes": 0,
        "fromTime": null, "toTime": null });
    let told = house.get("status/runtimeinfo").await.json["data"]["storage"]["rollups"].clone();
    assert_eq!(told[0], empty);
    for _ in 0..3 {
        house.series.maintain(NOW_MS + DAY_MS).unwrap();
    }
    house
        .series
        .tune(Tuning { rollups: vec![rollup(60, None)], ..Tuning::clone(&house.series.tuning()) });
    let told = house.get("status/runtimeinfo").await.json["data"]["storage"]["rollups"].clone();
    let day = NOW_MS - NOW_MS % DAY_MS;
    for (at, step, made) in [(0, "5m", false), (1, "1h", true)] {
        let rollup = &told[at];
        assert_eq!((&rollup["step"], &rollup["made"]), (&json!(step), &json!(made)), "{told}");
        assert_eq!((&rollup["keep"], &rollup["blocks"]), (&json!(null), &json!(6)), "{told}");
        assert_eq!((&rollup["fromTime"], &rollup["toTime"]), (&json!(day), &json!(day + DAY_MS)));
        assert!(rollup["bytes"].as_u64().unwrap() > 0, "{told}");
    }
}

/// What forms say counts as what stands in the address.
#[tokio::test]
async fn lists_and_states_are_asked_by_form_too() {
    let house = House::new().await;
    house.have(&[("up", &[("job", "a")]), ("down", &[("job", "b")])]);
    let values = house.post_form("label/job/values", "match[]=down").await;
    assert_eq!(values.data(), ["b"]);
    for path in ["metadata", "targets", "status/buildinfo", "status/runtimeinfo", "status/flags"] {
        let (form, address) = (house.post_form(path, "").await, house.get(path).await);
        assert_eq!((form.status.as_u16(), &form.json), (200, &address.json), "{path}");
    }
    let series = house.post_form("status/tsdb", "limit=1").await.json;
    assert_eq!(series["data"]["seriesCountByMetricName"].as_array().unwrap().len(), 1);
    let replay = serde_json::json!({ "min": 0, "max": 0, "current": 0, "state": "done" });
    for answer in
        [house.get("status/walreplay").await, house.post_form("status/walreplay", "").await]
    {
        assert_eq!((answer.status.as_u16(), &answer.json["data"]), (200, &replay));
    }
}
