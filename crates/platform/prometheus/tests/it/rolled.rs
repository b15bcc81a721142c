//! Queries answered from roll-ups, beside the same queries of a store that has none.

use std::sync::Arc;

use prometheus::{Alone, PrometheusSettings, Telling};
use serde_json::Value;
use tsdb::{DiskStore, Labels, Options, Rollup, Sample, SeriesStore};
use url::form_urlencoded;

use crate::{
    around::Around,
    house::{House, NOW_MS, Others},
};

const NORTH: &str = "01890a5d-ac96-774b-bcce-b302099a8011";
const SOUTH: &str = "01890a5d-ac96-774b-bcce-b302099a8012";
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Where the samples begin.
const BEGIN_MS: i64 = NOW_MS - 5 * DAY_MS;

/// A gauge, a counter that falls now and then, and what comes and goes; a sample a minute.
fn samples(resource: [&str; 2]) -> Vec<Sample> {
    let mut batch = Vec::new();
    for (number, resource) in (0_i32..).zip(resource) {
        let labels = |metric| Labels::new(metric, [("resource", resource)]).unwrap();
        let (load, requests, flaps) = (labels("load"), labels("requests_total"), labels("flaps"));
        for minute in 0..i32::try_from((NOW_MS - BEGIN_MS) / 60_000).unwrap() {
            let at_ms = BEGIN_MS + i64::from(minute) * 60_000 + i64::from(number) * 7;
            let mut put = |labels: &Labels, value: f64| {
                batch.push(Sample { labels: labels.clone(), at_ms, value });
            };
            put(&load, f64::from((minute * 37 + number) % 1_009) / 10.0);
            put(&requests, f64::from(minute % 4_001) * 1.5);
            if minute % 600 < 90 {
                put(&flaps, 1.0);
            }
        }
    }
    batch
}

async fn house(rollups: Vec<Rollup>, retention_ms: i64, resource: [&str; 2]) -> House {
    let options = Options { rollups, retention_ms, out_of_order_ms: HOUR_MS, ..Options::default() };
    let house = House::with(PrometheusSettings::default(), options).await;
    house.series.append(&samples(resource)).unwrap();
    house
}

fn both_steps() -> Vec<Rollup> {
    vec![Rollup::for_ever(5 * 60_000), Rollup::for_ever(HOUR_MS)]
}

fn upkeep(house: &House, now_ms: i64) {
    for _ in 0..40 {
        house.series.maintain(now_ms).unwrap();
    }
}

/// A range query from so many hours before a whole hour to now.
fn range(expression: &str, hours: i64, step: &str) -> String {
    let now_s = NOW_MS / HOUR_MS * HOUR_MS / 1_000;
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("query", expression).append_pair("step", step);
    form.append_pair("start", &(now_s - hours * 3_600).to_string());
    form.append_pair("end", &now_s.to_string());
    format!("query_range?{}", form.finish())
}

/// The numbers of an answer, and all else of it without them.
fn numbers(answer: &Value) -> (Vec<f64>, String) {
    let (mut numbers, mut rest) = (Vec::new(), String::new());
    for series in answer["data"]["result"].as_array().unwrap_or_else(|| panic!("{answer}")) {
        rest += &series["metric"].to_string();
        for point in series["values"].as_array().unwrap() {
            rest += &format!(" {}", point[0]);
            numbers.push(point[1].as_str().unwrap().parse().unwrap());
        }
    }
    (numbers, rest)
}

#[tokio::test]
async fn queries_answer_the_same_with_roll_ups_as_without() {
    let with = house(both_steps(), i64::MAX, ["a", "b"]).await;
    let without = house(Vec::new(), i64::MAX, ["a", "b"]).await;
    upkeep(&with, NOW_MS);
    upkeep(&without, NOW_MS);
    assert!(with.series.rolled_up_to(HOUR_MS).is_some_and(|up_to| up_to > BEGIN_MS + 3 * DAY_MS));
    let read = |answer: &Value| {
        answer["data"]["stats"]["samples"]["totalQueryableSamples"].as_u64().unwrap_or_default()
    };
    for (expression, step, is_less) in [
        ("max_over_time(load[1h])", "1h", true),
        ("min by (resource) (min_over_time(load[6h]))", "2h", true),
        ("last_over_time(load[1h])", "1h", true),
        ("count_over_time(flaps[1h])", "1h", true),
        ("present_over_time(flaps[5m])", "15m", true),
        ("absent_over_time(flaps{resource=\"a\"}[1h])", "1h", true),
        ("sum_over_time(load[1h] offset 2h)", "1h", true),
        ("avg_over_time(load[1d])", "1h", true),
        ("sum(avg_over_time(flaps[3h]))", "1h", true),
        ("max_over_time(load[1h] @ start())", "1h", true),
        ("max_over_time(min_over_time(load[1h])[6h:1h])", "1h", true),
        ("max_over_time(load[10m])", "15m", true),
        // Here windows do not fit, or it is not enough to know them.
        ("max_over_time(load[7m])", "1h", false),
        ("max_over_time(load[1h])", "7m", false),
        ("max_over_time(load[1h] offset 1m)", "1h", false),
        ("rate(requests_total[1h])", "1h", false),
        ("quantile_over_time(0.9, load[1h])", "1h", false),
        ("load", "1h", false),
    ] {
        let path = format!("{}&stats=all", range(expression, 100, step));
        let (one, other) = (with.get(&path).await.json, without.get(&path).await.json);
        let (own, rest) = numbers(&one);
        let (expected, expected_rest) = numbers(&other);
        assert_eq!(rest, expected_rest, "{expression}");
        assert!(own.len() > 10, "{expression}: {one}");
        for (own, expected) in own.iter().zip(&expected) {
            let near = (own - expected).abs() <= expected.abs() * 1e-12;
            assert!(near, "{expression}: {own} is not {expected}");
        }
        assert_eq!(read(&one) < read(&other), is_less, "{expression}: {one}");
    }
}

#[tokio::test]
async fn roll_ups_answer_for_the_time_before_the_samples() {
    let with = house(both_steps(), 3 * DAY_MS, ["a", "b"]).await;
    let whole = house(Vec::new(), i64::MAX, ["a", "b"]).await;
    for hours in 0..=24 {
        upkeep(&with, NOW_MS - 2 * DAY_MS + hours * 2 * HOUR_MS);
    }
    upkeep(&with, NOW_MS + 2 * DAY_MS);
    upkeep(&whole, NOW_MS);
    let far = |expression: &str, step: &str| range(expression, 110, step);
    // To the bit where windows are enough; by the samples of windows otherwise.
    for (expression, step, share) in [
        ("max_over_time(load[1h])", "1h", 0.0),
        ("avg_over_time(load[1h])", "1h", 1e-12),
        ("increase(requests_total[6h])", "1h", 0.05),
        ("rate(requests_total[2h])", "1h", 0.05),
        ("requests_total", "1h", 0.0),
    ] {
        let path = far(expression, step);
        let (own, rest) = numbers(&with.get(&path).await.json);
        let (expected, expected_rest) = numbers(&whole.get(&path).await.json);
        assert_eq!(rest, expected_rest, "{expression}");
        for (own, expected) in own.iter().zip(&expected) {
            let near = (own - expected).abs() <= expected.abs() * share;
            assert!(near, "{expression}: {own} is not {expected}");
        }
    }
}

#[tokio::test]
async fn roll_ups_show_nobody_more_than_samples_do() {
    let house = House::with(
        PrometheusSettings::default(),
        Options { rollups: both_steps(), retention_ms: DAY_MS, ..Options::default() },
    )
    .await;
    let north = house.resource("north", NORTH).await;
    let south = house.resource("south", SOUTH).await;
    let mut early = samples([&north, &south]);
    early.retain(|sample| sample.at_ms < BEGIN_MS + 2 * DAY_MS);
    house.series.append(&early).unwrap();
    for hours in 0..=24 {
        upkeep(&house, BEGIN_MS + DAY_MS + hours * 2 * HOUR_MS);
    }
    upkeep(&house, NOW_MS);
    assert_eq!(house.stored("load"), Vec::<String>::new(), "only roll-ups are left");
    for expression in ["max_over_time(load[1h])", "load", "rate(requests_total[1h])"] {
        let path = range(expression, 110, "1h");
        let all = house.get(&path).await.json;
        assert_eq!(all["data"]["result"].as_array().unwrap().len(), 2, "{expression} {all}");
        let seen = house.get_within(&path, NORTH).await.json;
        let seen = seen["data"]["result"].as_array().unwrap();
        let [one] = &seen[..] else { panic!("{expression} {seen:?}") };
        assert_eq!(one["metric"]["resource"], north);
    }
    let values = house.get_within("label/resource/values", NORTH).await.data();
    assert_eq!(values, [north.as_str()]);
    assert_eq!(
        house.get_within("series?match[]=load", SOUTH).await.json["data"][0]["resource"],
        south
    );
}

/// As if samples went to others too, and what is older were theirs to tell: which they do, or fail.
#[tokio::test]
async fn roll_ups_count_where_others_are_not_read_from_and_where_they_fail() {
    let reading =
        |is: bool| Alone { writing: Arc::new(|| false), reading: Arc::new(move |_, _| is) };
    // It has nothing, and says that it cannot be asked.
    let dir = tempfile::tempdir().unwrap();
    let nothing = Arc::new(DiskStore::open(dir.path(), Options::default()).unwrap());
    let failing: Telling = Arc::new(move |told| {
        Around::telling(Arc::clone(&nothing), move |_| told("it does not answer".to_owned()))
    });
    let only_written_to = Others { alone: Some(reading(true)), telling: None };
    let failed = Others { alone: Some(reading(false)), telling: Some(failing) };
    for (others, missing) in [(only_written_to, 0), (failed, 1)] {
        let options = Options { rollups: both_steps(), retention_ms: DAY_MS, ..Options::default() };
        let around = |store| store as Arc<dyn SeriesStore>;
        let house = House::open(PrometheusSettings::default(), options, around, others).await;
        let mut early = samples(["a", "b"]);
        early.retain(|sample| sample.at_ms < BEGIN_MS + 2 * DAY_MS);
        house.series.append(&early).unwrap();
        for hours in 0..=24 {
            upkeep(&house, BEGIN_MS + DAY_MS + hours * 2 * HOUR_MS);
        }
        upkeep(&house, NOW_MS);
        assert_eq!(house.stored("load"), Vec::<String>::new(), "only roll-ups are left");
        let answer = house.get(&range("max_over_time(load[1h])", 110, "1h")).await.json;
        assert_eq!(answer["data"]["result"].as_array().unwrap().len(), 2, "{answer}");
        let told = answer["warnings"].as_array().map_or(0, Vec::len);
        assert_eq!(told, missing, "{}", answer["warnings"]);
    }
}
