use prometheus::PrometheusSettings;
use tsdb::{Acknowledge, Options, Retention, Selector, SeriesStore as _, Tuning};
use wire::{protobuf::Message, remote::snappy};

use crate::{
    house::{House, NOW_MS, V1, V2},
    messages::{native, v1, v2},
};

const UP: &[(&str, &str)] = &[("__name__", "up"), ("job", "a")];
const STALE: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

#[tokio::test]
async fn samples_of_both_versions_are_stored_to_the_bit() {
    let house = House::new().await;
    let answer = house.write(V1, &v1(&[(UP, &[(NOW_MS - 10, 1.5), (NOW_MS, -0.0)])])).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    assert_eq!(answer.written(), None);
    let answer = house.write(V2, &v2(&[(UP, &[(NOW_MS + 10, STALE)])], "Whether.")).await;
    assert_eq!((answer.status.as_u16(), answer.written()), (204, Some([1, 0, 0])));
    assert_eq!(
        house.stored("up"),
        [
            "up{job=\"a\"} 1.5 @1799999999990",
            "up{job=\"a\"} -0 @1800000000000",
            "up{job=\"a\"} NaN @1800000000010"
        ]
    );
    // What is there already is as good as written.
    let answer = house.write(V2, &v2(&[(UP, &[(NOW_MS + 10, STALE)])], "Whether.")).await;
    assert_eq!((answer.status.as_u16(), answer.written()), (204, Some([1, 0, 0])));
    let metadata = house.get("metadata").await.json;
    assert_eq!(metadata["data"]["up"][0]["help"], "Whether.", "{metadata}");
}

#[tokio::test]
async fn what_is_said_of_a_metric_is_taken_whenever_it_is_said() {
    let house = House::new().await;
    let other: &[(&str, &str)] = &[("__name__", "down"), ("job", "a")];
    for (step, help) in (0..).zip(["", "Whether.", "Whether it is up."]) {
        let at = &[(NOW_MS + step, 1.0)][..];
        let series = [(UP, at), (other, at), (UP, &[])];
        assert_eq!(house.write(V2, &v2(&series, help)).await.status, 204);
        let metadata = house.get("metadata").await.json;
        for metric in ["up", "down"] {
            assert_eq!(metadata["data"][metric][0]["help"], help, "{metadata}");
        }
    }
}

#[tokio::test]
async fn series_that_were_met_before_are_found_by_their_bytes_under_either_version() {
    let house = House::new().await;
    let other: &[(&str, &str)] = &[("__name__", "up"), ("job", "b")];
    for step in 0..3 {
        let at = &[(NOW_MS + step, 1.0)][..];
        // In the second message the symbols have other numbers.
        let mut series = [(UP, at), (other, at)];
        if step == 1 {
            series.reverse();
        }
        assert_eq!(house.write(V1, &v1(&series)).await.status, 204);
        assert_eq!(house.write(V2, &v2(&series, "x")).await.written(), Some([2, 0, 0]));
    }
    assert_eq!(house.stored("up").len(), 6);
}

#[tokio::test]
async fn of_version_1_a_request_with_a_wrong_series_is_refused_as_a_whole() {
    let house = House::new().await;
    let at: &[(i64, f64)] = &[(NOW_MS, 1.0)];
    let long = "x".repeat(1 << 20);
    let many: Vec<String> = (0..10_000).map(|number| format!("l{number:05}")).collect();
    let many: Vec<(&str, &str)> = [("__name__", "up")]
        .into_iter()
        .chain(many.iter().map(|name| (name.as_str(), "v")))
        .collect();
    for (labels, at, said) in [
        (&[("__name__", "up"), ("b", "1"), ("a", "1")][..], at, "not sorted by name"),
        (&[("__name__", "up"), ("a", "1"), ("a", "2")], at, "duplicated label a"),
        (&[("a", "1")], at, "it has no metric name"),
        (&[], at, "it has no metric name"),
        (&[("__name__", ""), ("a", "1")], at, "it has no metric name"),
        (&[("", "x"), ("__name__", "up")], at, "invalid metric name or labels"),
        (&[("__name__", "up"), ("a", &long)], at, "1048576 bytes where at most 4096"),
        (&many, at, "10001 labels where at most 64 are taken"),
        (UP, &[(NOW_MS + 600_001, 1.0)], "out of bounds for series up{job=\"a\"}"),
        (UP, &[(NOW_MS + 365 * 86_400_000, 1.0)], "out of bounds"),
        (UP, &[(NOW_MS - 365 * 86_400_000, 1.0)], "out of bounds"),
        (UP, &[(i64::MIN, 1.0)], "out of bounds"),
    ] {
        let good: &[(&str, &str)] = &[("__name__", "good")];
        let answer = house.write(V1, &v1(&[(good, &[(NOW_MS, 1.0)]), (labels, at)])).await;
        assert_eq!(answer.status, 400, "{said}: {}", answer.text);
        assert!(answer.text.contains(said), "{said}: {}", answer.text);
        assert!(answer.text.len() < 1_000, "{}", answer.text.len());
        assert_eq!(house.stored("{__name__!=\"\"}"), Vec::<String>::new(), "{said}");
    }
    let within = [(NOW_MS + 600_000, 1.0), (NOW_MS - 30 * 86_400_000, 1.0)];
    assert_eq!(house.write(V1, &v1(&[(UP, &within)])).await.status, 204);
}

#[tokio::test]
async fn of_version_2_the_good_series_are_stored_and_the_others_named() {
    let house = House::new().await;
    let at: &[(i64, f64)] = &[(NOW_MS, 1.0)];
    let series = [
        (&[("__name__", "up"), ("a", "1"), ("a", "2")][..], at),
        (UP, &[(NOW_MS, 1.0), (NOW_MS + 700_000, 2.0)][..]),
        (&[("b", "1")], at),
    ];
    let answer = house.write(V2, &v2(&series, "")).await;
    assert_eq!((answer.status.as_u16(), answer.written()), (400, Some([1, 0, 0])));
    assert_eq!(answer.text.lines().count(), 3, "{}", answer.text);
    assert!(answer.text.contains("duplicated label a"), "{}", answer.text);
    assert_eq!(house.stored("{__name__!=\"\"}"), ["up{job=\"a\"} 1 @1800000000000"]);
}

/// What is said of another value for a time of [`UP`].
fn conflict(at_ms: i64) -> String {
    format!("duplicate sample for timestamp {at_ms} for series up{{job=\"a\"}} (1 sample)\n")
}

fn too_old(at_ms: i64) -> String {
    format!("out of order sample for series up{{job=\"a\"}}, timestamp {at_ms} (1 sample)\n")
}

#[tokio::test]
async fn another_value_at_the_same_time_and_one_that_is_too_late_are_refused() {
    let house = House::new().await;
    assert_eq!(house.write(V1, &v1(&[(UP, &[(NOW_MS, 1.0)])])).await.status, 204);
    let answer = house.write(V1, &v1(&[(UP, &[(NOW_MS, 2.0)])])).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.text, conflict(NOW_MS));
    let late_ms = NOW_MS - 3_600_000;
    let answer = house.write(V1, &v1(&[(UP, &[(late_ms, 2.0)])])).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.text, too_old(late_ms));
    assert_eq!(house.stored("up"), ["up{job=\"a\"} 1 @1800000000000"]);
}

/// Everything in a message is judged before anything of it is stored, and what stands beside the
/// samples goes with them.
#[tokio::test]
async fn of_version_1_nothing_is_stored_where_the_store_refuses_a_part() {
    let mixed = |wrong: &[(i64, f64)]| {
        let good: &[(&str, &str)] = &[("__name__", "good")];
        v1(&[
            (good, &[(NOW_MS, 1.0), (NOW_MS + 1, 2.0)]),
            (UP, wrong),
            (good, &[(NOW_MS + 2, 1.0)]),
        ])
    };
    let late_ms = NOW_MS - 3_600_000;
    for (wrong, said) in [
        (&[(NOW_MS, 2.0)][..], conflict(NOW_MS)),
        (&[(late_ms, 2.0)], too_old(late_ms)),
        (&[(NOW_MS + 1, 2.0), (NOW_MS + 1, 3.0)], conflict(NOW_MS + 1)),
        (&[(NOW_MS + 1, 2.0), (NOW_MS, 2.0), (late_ms, 2.0)], conflict(NOW_MS) + &too_old(late_ms)),
    ] {
        let house = House::new().await;
        assert_eq!(house.write(V1, &v1(&[(UP, &[(NOW_MS, 1.0)])])).await.status, 204);
        // Series that are known by then are found by reference, and others are not.
        for _ in 0..2 {
            let answer = house.write(V1, &mixed(wrong)).await;
            assert_eq!((answer.status.as_u16(), &answer.text), (400, &said));
            assert_eq!(
                house.stored("{__name__!=\"\"}"),
                ["up{job=\"a\"} 1 @1800000000000"],
                "{said}"
            );
        }
        // Also when they have gone from memory.
        house.series.maintain(NOW_MS + 4 * 3_600_000).unwrap();
        let again = [(UP, &[(NOW_MS + 5, 1.0), (NOW_MS + 5, 2.0), (NOW_MS + 6, 1.0)][..])];
        assert_eq!(house.write(V1, &v1(&again)).await.status, 400);
        assert_eq!(house.stored("up").len(), 1);
        // The same without what is wrong is taken whole; of version 2.0 what is right always is.
        assert_eq!(house.write(V1, &mixed(&[(NOW_MS + 7, 1.0)])).await.status, 204);
        assert_eq!(house.stored("good").len(), 3);
    }
}

#[tokio::test]
async fn of_many_refused_samples_the_first_is_named_and_its_labels_are_cut_off() {
    let house = House::new().await;
    let long = "ä".repeat(1_000);
    let labels: &[(&str, &str)] = &[("__name__", "m"), ("long", &long)];
    assert_eq!(house.write(V1, &v1(&[(labels, &[(NOW_MS, 1.0)])])).await.status, 204);
    for version in [V1, V2] {
        let samples: &[(i64, f64)] = &[(NOW_MS, 2.0), (NOW_MS, 3.0)];
        let series = [(labels, samples), (labels, &[(NOW_MS, 4.0)])];
        let message = if version == V1 { v1(&series) } else { v2(&series, "") };
        let answer = house.write(version, &message).await;
        let said = format!("duplicate sample for timestamp {NOW_MS} for series m{{long=\"ä");
        assert!(answer.text.starts_with(&said), "{}", answer.text);
        assert!(
            answer.text.ends_with("ä… (3 samples, of which this is the first)\n"),
            "{}",
            answer.text
        );
        assert!(answer.text.len() < 1_200, "{}", answer.text.len());
    }
}

#[tokio::test]
async fn native_histograms_are_judged_with_the_samples_of_their_request() {
    let house = House::new().await;
    let histograms = [(NOW_MS - 5_000, 1), (NOW_MS, 3)];
    assert_eq!(house.write(V1, &native(&histograms, 0)).await.status, 204);
    let points = || house.series.stats().points_live;
    let before = points();
    for wrong in [[(NOW_MS + 1, 4), (NOW_MS, 5)], [(NOW_MS + 1, 4), (NOW_MS + 1, 5)]] {
        let answer = house.write(V1, &native(&wrong, 0)).await;
        let first = wrong[1].0;
        let text = format!("duplicate sample for timestamp {first} for series took (1 sample)\n");
        assert_eq!(answer.text, text);
        assert_eq!((answer.status.as_u16(), points()), (400, before));
    }
    // A float and a histogram at one time: messages that follow each other are one.
    for (name, status, more) in [("took", 400, 0), ("other", 204, 2)] {
        let labels: &[(&str, &str)] = &[("__name__", name)];
        let floats = v1(&[(labels, &[(NOW_MS + 9, 1.0)])]);
        let both = [native(&[(NOW_MS + 9, 4)], 0), floats].concat();
        assert_eq!(house.write(V1, &both).await.status, status, "{name}");
        assert_eq!(points(), before + more, "{name}");
    }
}

#[tokio::test]
async fn a_writer_is_answered_when_its_samples_are_on_the_disk() {
    let house = House::new().await;
    for (step, (media, message)) in [
        (V1, v1(&[(UP, &[(NOW_MS, 1.0)])])),
        (V1, native(&[(NOW_MS, 3)], 0)),
        (V2, v2(&[(UP, &[(NOW_MS + 1, 1.0)])], "Whether.")),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(house.write(media, &message).await.status, 204, "{step}");
        assert!(!house.series.is_dirty(), "{step}");
    }
    let usual = Tuning::clone(&house.series.tuning());
    house.series.tune(Tuning { acknowledge: Acknowledge::Written, ..usual });
    assert_eq!(house.write(V1, &v1(&[(UP, &[(NOW_MS + 2, 1.0)])])).await.status, 204);
    assert!(house.series.is_dirty(), "it may be set otherwise");
}

#[tokio::test]
async fn old_samples_of_a_series_that_goes_on_are_taken_where_that_is_asked_for() {
    let options = Options { late_points_max: 100, ..Options::default() };
    let house = House::with(PrometheusSettings::default(), options).await;
    assert_eq!(house.write(V1, &v1(&[(UP, &[(NOW_MS, 1.0)])])).await.status, 204);
    let old: Vec<(i64, f64)> =
        (0..200).map(|n| (NOW_MS - 9 * 86_400_000 + n * 3_600_000, 2.0)).collect();
    for (version, media) in [V1, V2].into_iter().enumerate() {
        let old = &old[version * 100..][..100];
        let message = |old| match media {
            V1 => v1(&[(UP, old)]),
            _ => v2(&[(UP, old)], ""),
        };
        assert_eq!(house.write(media, &message(old)).await.status, 400);
        let answer = house.write_late(media, &message(old), "any").await;
        assert_eq!(answer.status, 204, "{}", answer.text);
        assert_eq!(house.stored("up").len(), 1 + 100 * (version + 1));
    }
    assert!(house.series.stats().points_live < 60, "most are in blocks");
    let beyond = v2(&[(UP, &[(NOW_MS - 365 * 86_400_000, 1.0)])], "");
    let answer = house.write_late(V2, &beyond, "any").await;
    assert_eq!(answer.status, 400, "nobody keeps it");
    let answer = house.write_late(V2, &beyond, "yes").await;
    assert_eq!(answer.text, "late=yes: expected late=any, or none\n");
}

#[tokio::test]
async fn a_series_that_has_gone_from_memory_is_written_on() {
    let house = House::new().await;
    let other: &[(&str, &str)] = &[("__name__", "up"), ("job", "b")];
    assert_eq!(house.write(V1, &v1(&[(UP, &[(NOW_MS, 1.0)])])).await.status, 204);
    house.series.maintain(NOW_MS + 4 * 3_600_000).unwrap();
    assert_eq!(house.series.stats().series_live, 0);
    for step in 1..=2_i64 {
        let at = NOW_MS + step * 1_000;
        let both = [(other, &[(at, 2.0)][..]), (UP, &[(at, 3.0), (at + 1, 4.0)])];
        assert_eq!(house.write(V1, &v1(&both)).await.status, 204, "{step}");
    }
    assert_eq!(house.stored("up{job=\"a\"}").len(), 5);
    assert_eq!(house.stored("up{job=\"b\"}").len(), 2);
}

#[tokio::test]
async fn a_full_store_asks_to_come_back() {
    let options = Options { head_series_max: 1, ..Options::default() };
    let house = House::with(PrometheusSettings::default(), options).await;
    assert_eq!(house.write(V1, &v1(&[(UP, &[(NOW_MS, 1.0)])])).await.status, 204);
    let other: &[(&str, &str)] = &[("__name__", "other")];
    let answer = house.write(V1, &v1(&[(other, &[(NOW_MS, 1.0)])])).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["retry-after"]),
        (503, &"30".parse().unwrap())
    );
    assert!(answer.text.starts_with("1 samples: the store holds"), "{}", answer.text);
}

#[tokio::test]
async fn bytes_that_are_no_request_are_named_and_store_nothing() {
    let house = House::new().await;
    let good = v1(&[(UP, &[(NOW_MS, 1.0)])]);
    for end in 1..good.len() {
        let answer = house.write(V1, &good[..end]).await;
        assert_eq!(answer.status, 400, "{end}");
        assert!(answer.text.starts_with("read protobuf at byte "), "{}", answer.text);
    }
    let mut latin = Message::new();
    latin.message(1, |series| {
        series.message(1, |label| {
            label.text(1, "__name__").bytes(2, b"caf\xe9");
        });
    });
    let answer = house.write(V1, &latin.into_bytes()).await;
    assert!(answer.text.contains("a string that is not UTF-8"), "{}", answer.text);
    let bomb = vec![0xff, 0xff, 0xff, 0x0f, 0x00];
    for (packed, status, said) in [
        (bomb, 400, "33554431 bytes are said to be in 5"),
        (vec![], 400, "corrupt input"),
        (good.clone(), 400, "corrupt input"),
        (snappy::pack(&vec![0; (32 << 20) + 1]).unwrap(), 413, "at most 33554432 are taken"),
        (vec![0; (32 << 20) + 1], 413, "the request has more than 33554432 bytes"),
    ] {
        let answer = house.write_packed(V1, packed).await;
        assert_eq!(answer.status, status, "{said}: {}", answer.text);
        assert!(answer.text.contains(said), "{said}: {}", answer.text);
    }
    assert_eq!(house.stored("up"), Vec::<String>::new());
    assert_eq!(house.write(V1, &[]).await.status, 204, "nothing is a request too");
}

#[tokio::test]
async fn other_messages_and_packings_are_refused_in_prometheus_words() {
    let house = House::new().await;
    for (media, encoding, said) in [
        ("application/json", "snappy", "expected application/x-protobuf as the first"),
        ("application/x-protobuf;proto=x.Y", "snappy", "unknown remote write protobuf message x.Y"),
        (V1, "gzip", "gzip encoding (compression) is not accepted by this server"),
    ] {
        let request = axum::http::Request::post("/prometheus/api/v1/write")
            .header("x-test-caller", "administrator")
            .header("content-type", media)
            .header("content-encoding", encoding);
        let answer = house.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 415, "{media}");
        assert!(answer.text.contains(said), "{}", answer.text);
        assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
    }
    // The parameter may name version 1.0 too.
    let named = "application/x-protobuf; proto=prometheus.WriteRequest";
    assert_eq!(house.write(named, &v1(&[(UP, &[(NOW_MS, 1.0)])])).await.status, 204);
}

#[tokio::test]
async fn native_histograms_are_stored_and_asked_with_hints_about_resets() {
    let house = House::new().await;
    let points: Vec<(i64, u64)> = [10, 20, 5, 15, 25]
        .into_iter()
        .zip(0..)
        .map(|(count, step)| (NOW_MS - 60_000 + step * 15_000, count))
        .collect();
    let answer = house.write(V1, &native(&points, 0)).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    let answer = house.get("query?query=took").await.json;
    let held = &answer["data"]["result"][0]["histogram"][1];
    assert_eq!((&held["count"], &held["sum"]), (&"25".into(), &"37.5".into()), "{answer}");
    assert_eq!(held["buckets"], serde_json::json!([[0, "1", "2", "25"]]));
    let answer = house.get("query?query=histogram_count(increase(took[75s]))").await.json;
    let grown = answer["data"]["result"][0]["value"][1].as_str().unwrap().parse::<f64>().unwrap();
    // 10 + 5 + 10 + 10 in a minute, drawn out to the whole range.
    assert!((grown - 43.75).abs() < 1.0, "{answer}");
    assert_eq!(
        house.get("query?query=resets(took[2m])").await.json["data"]["result"][0]["value"][1],
        "1"
    );
}

#[tokio::test]
async fn native_histograms_that_do_not_fit_together_are_refused_and_never_kept_by_half() {
    let house = House::new().await;
    let answer = house.write(V1, &native(&[(NOW_MS, 1)], 9)).await;
    assert_eq!(answer.status, 400);
    let said = "invalid native histogram for series took: the schema is neither from -4 to 8";
    assert!(answer.text.starts_with(said), "{}", answer.text);
    let late = house.write(V1, &native(&[(NOW_MS + 700_000, 1)], 0)).await;
    assert!(late.text.starts_with("out of bounds for series took"), "{}", late.text);
    assert_eq!(house.get("query?query=took").await.json["data"]["result"], serde_json::json!([]));
}

#[tokio::test]
async fn samples_are_taken_as_far_back_as_their_series_is_kept() {
    let rule = |selector: &str, days: i64| Retention {
        selector: Selector::parse(selector).unwrap(),
        keep_ms: Some(days * 86_400_000),
        bytes_max: None,
    };
    let retentions = vec![rule("up{job=\"a\"}", 90), rule("{job=\"b\"}", 2)];
    let options = Options { retentions, ..Options::default() };
    let house = House::with(PrometheusSettings::default(), options).await;
    let (b, c) = ([("__name__", "up"), ("job", "b")], [("__name__", "up"), ("job", "c")]);
    for (labels, days, status) in [
        (UP, 91, 400),
        (UP, 80, 204),
        (&b[..], 3, 400),
        (&b[..], 1, 204),
        (&c[..], 32, 400),
        (&c[..], 30, 204),
    ] {
        let at_ms = NOW_MS - days * 86_400_000;
        let answer = house.write(V1, &v1(&[(labels, &[(at_ms, 1.0)])])).await;
        assert_eq!(answer.status, status, "{labels:?} of {days} days ago: {}", answer.text);
    }
}
