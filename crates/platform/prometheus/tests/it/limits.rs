//! Limits for a part of the series.

use std::time::Duration;

use prometheus::SeriesLimit;
use serde_json::{Value, json};
use tsdb::Selector;
use wire::protobuf::Message;

use crate::{
    house::{Answer, House, NOW_MS, V1, V2},
    messages::{v1, v2},
    otlp,
};

fn limit(selector: &str, series_max: Option<u64>) -> SeriesLimit {
    SeriesLimit {
        selector: Selector::parse(selector).unwrap(),
        series_max,
        labels_max: None,
        label_value_length_max: None,
    }
}

/// Writes a sample at `at_ms` of each of these sites and hosts.
async fn write(house: &House, media: &str, series: &[(&str, &str)], at_ms: i64) -> Answer {
    let labels: Vec<[(&str, &str); 3]> = series
        .iter()
        .map(|(site, host)| [("__name__", "up"), ("host", *host), ("site", *site)])
        .collect();
    let points = [(at_ms, 1.0)];
    let series: Vec<_> = labels.iter().map(|labels| (&labels[..], &points[..])).collect();
    let message = if media == V1 { v1(&series) } else { v2(&series, "") };
    house.write(media, &message).await
}

async fn hosts(house: &House, site: &str) -> Vec<String> {
    let path = format!("label/host/values?match[]=up%7Bsite=%22{site}%22%7D");
    house.get(&path).await.data()
}

/// What is told of the limits.
async fn told(house: &House) -> Value {
    house.get("status/tsdb").await.json["data"]["limits"].clone()
}

const FULL: &str = "series limit exceeded (metric: up, selector: {site=\"a\"}, limit: 2)";

#[tokio::test]
async fn of_a_site_at_its_limit_further_series_are_refused_and_all_others_are_stored() {
    for media in [V1, V2] {
        let house = House::new().await;
        house.limits.set(vec![limit("{site=\"a\"}", Some(2))]);
        let all = [("a", "1"), ("a", "2"), ("a", "3"), ("b", "1"), ("b", "2"), ("b", "3")];
        let answer = write(&house, media, &all, NOW_MS).await;
        assert_eq!((answer.status.as_u16(), answer.text.trim()), (400, FULL), "{media}");
        if media == V2 {
            assert_eq!(answer.written(), Some([5, 0, 0]));
        }
        assert_eq!(hosts(&house, "a").await, ["1", "2"]);
        assert_eq!(hosts(&house, "b").await, ["1", "2", "3"]);
        // Those that are there go on, also in another message.
        for media in [V1, V2] {
            let answer = write(&house, media, &all[..2], NOW_MS + 1).await;
            assert_eq!(answer.status, 204, "{}", answer.text);
        }
        let refused = write(&house, media, &all[1..3], NOW_MS + 2).await;
        assert_eq!(refused.status, 400);
        let newest = house.stored("up{site='a'}").into_iter().filter(|line| line.ends_with("02"));
        assert_eq!(
            newest.collect::<Vec<_>>(),
            [format!("up{{host=\"2\",site=\"a\"}} 1 @{}", NOW_MS + 2)]
        );
        let expected = json!([{ "selector": "{site=\"a\"}", "series": 2, "seriesMax": 2,
            "labelsMax": null, "labelValueLengthMax": null, "refused": 2 }]);
        assert_eq!(told(&house).await, expected);
    }
}

#[tokio::test]
async fn series_are_counted_right_after_a_start_and_those_that_are_there_go_on() {
    let house = House::new().await;
    let there = [("a", "1"), ("a", "2"), ("a", "3")];
    assert_eq!(write(&house, V1, &there, NOW_MS).await.status, 204);
    let house = house.begun_anew();
    house.limits.set(vec![limit("{site=\"a\"}", Some(3))]);
    // The first that comes is one too many; nothing had been counted before.
    let answer = write(&house, V2, &[("a", "4"), ("a", "2")], NOW_MS + 1).await;
    assert_eq!((answer.status.as_u16(), answer.written()), (400, Some([1, 0, 0])));
    assert_eq!(told(&house).await[0]["series"], 3);
    assert_eq!(write(&house, V1, &there, NOW_MS + 2).await.status, 204);
    assert_eq!(hosts(&house, "a").await, ["1", "2", "3"]);
}

#[tokio::test]
async fn there_is_room_again_when_series_have_ended() {
    let house = House::new().await;
    house.limits.set(vec![limit("{site=\"a\"}", Some(2))]);
    assert_eq!(write(&house, V2, &[("a", "1"), ("a", "2")], NOW_MS).await.status, 204);
    assert_eq!(write(&house, V2, &[("a", "3")], NOW_MS).await.status, 400);
    house.clock.advance(Duration::from_secs(3_600));
    let now_ms = NOW_MS + 3_600_000;
    assert_eq!(write(&house, V2, &[("a", "2")], now_ms).await.status, 204);
    assert_eq!(write(&house, V2, &[("a", "3")], now_ms).await.status, 400, "both live yet");
    house.clock.advance(Duration::from_secs(3_601));
    let now_ms = now_ms + 3_601_000;
    assert_eq!(write(&house, V2, &[("a", "3")], now_ms).await.status, 204, "the first has ended");
    assert_eq!(write(&house, V2, &[("a", "4")], now_ms).await.status, 400);
    assert_eq!(told(&house).await[0]["series"], 2);
}

#[tokio::test]
async fn there_is_room_again_at_once_when_series_are_deleted() {
    let house = House::new().await;
    house.limits.set(vec![limit("{site=\"a\"}", Some(2))]);
    let all = [("a", "1"), ("a", "2"), ("a", "3")];
    assert_eq!(write(&house, V2, &all, NOW_MS).await.written(), Some([2, 0, 0]));
    let delete = "delete_series?match[]=up%7Bhost=%221%22%7D";
    assert_eq!(house.admin("POST", delete, None).await.status, 204);
    assert_eq!(told(&house).await[0]["series"], 1);
    assert_eq!(write(&house, V2, &[("a", "3")], NOW_MS).await.status, 204);
    assert_eq!(write(&house, V2, &[("a", "4")], NOW_MS).await.status, 400);
}

#[tokio::test]
async fn every_limit_that_matches_is_kept_to_and_a_refused_series_takes_no_place() {
    let house = House::new().await;
    house.limits.set(vec![limit("{site=\"a\"}", Some(2)), limit("up{host=~\"1|2\"}", Some(1))]);
    let all = [("a", "1"), ("a", "2"), ("a", "3"), ("a", "4")];
    assert_eq!(write(&house, V1, &all, NOW_MS).await.status, 400);
    assert_eq!(hosts(&house, "a").await, ["1", "3"]);
    let told = told(&house).await;
    let counts = [&told[0]["series"], &told[1]["series"], &told[0]["refused"], &told[1]["refused"]];
    assert_eq!(counts.map(Value::as_u64), [2, 1, 1, 1].map(Some));
}

#[tokio::test]
async fn labels_that_are_too_many_or_too_long_for_a_site_are_named_as_prometheus_does() {
    let house = House::new().await;
    let few = SeriesLimit { labels_max: Some(2), ..limit("{site=\"a\"}", None) };
    let short = SeriesLimit { label_value_length_max: Some(3), ..limit("{site=\"b\"}", None) };
    house.limits.set(vec![few, short]);
    let all = [("a", "1"), ("b", "four"), ("b", "two"), ("c", "whatever")];
    let answer = write(&house, V2, &all, NOW_MS).await;
    let said = "label_limit exceeded (metric: up, number of labels: 3, limit: 2)\n\
        label_value_length_limit exceeded (metric: up, label name: host, value: \"four\", \
        length: 4, limit: 3)";
    assert_eq!((answer.status.as_u16(), answer.text.trim()), (400, said));
    assert_eq!(answer.written(), Some([2, 0, 0]));
    let told = told(&house).await;
    assert_eq!((&told[0]["series"], &told[0]["refused"]), (&Value::Null, &json!(1)));
}

#[tokio::test]
async fn a_limit_that_is_made_smaller_lets_what_is_written_go_on() {
    let house = House::new().await;
    let all = [("a", "1"), ("a", "2"), ("a", "3")];
    assert_eq!(write(&house, V1, &all, NOW_MS).await.status, 204);
    house.limits.set(vec![limit("{site=\"a\"}", Some(1))]);
    assert_eq!(write(&house, V1, &all, NOW_MS + 1).await.status, 204);
    assert_eq!(write(&house, V1, &[("a", "4")], NOW_MS + 1).await.status, 400);
    let before = told(&house).await;
    assert_eq!((&before[0]["series"], &before[0]["refused"]), (&json!(3), &json!(1)));
    house.limits.set(vec![limit("{site=\"b\"}", Some(1)), limit("{site=\"a\"}", Some(1))]);
    assert_eq!(told(&house).await[1], before[0], "it is the same limit");
    house.limits.set(Vec::new());
    assert_eq!(write(&house, V1, &[("a", "4")], NOW_MS + 1).await.status, 204);
}

#[tokio::test]
async fn points_of_open_telemetry_beyond_a_limit_are_counted_as_rejected() {
    let house = House::new().await;
    house.limits.set(vec![limit("{__name__=~\"depth.*\"}", Some(1))]);
    let body = otlp::request(|scope| {
        scope.message(2, |metric| {
            metric.text(1, "depth");
            metric.message(5, |gauge| {
                for queue in ["a", "b", "c"] {
                    gauge.message(1, |point: &mut Message| {
                        otlp::attribute(point, 7, "queue", queue);
                        point.fixed64(3, otlp::AT_NS).fixed64(6, 7);
                    });
                }
            });
        });
    });
    let path = "/prometheus/api/v1/otlp/v1/metrics";
    let answer = otlp::send(&house, path, V1, "", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.contains("series limit exceeded (metric: depth"), "{}", answer.text);
    assert_eq!(house.get("label/queue/values").await.data(), ["a"]);
    assert_eq!(told(&house).await[0]["refused"], 2);
}
