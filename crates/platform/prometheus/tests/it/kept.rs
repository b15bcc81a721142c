//! Answers that are kept say what an evaluation would say.

use std::collections::BTreeMap;

use kernel::Caller;
use prometheus::{PrometheusSettings, QueryLimits};
use proptest::{prelude::*, test_runner::TestRunner};
use resources::{PlaceChange, ResourceChange};
use serde_json::{Value, json};
use tsdb::{Labels, Options, Retention, Sample, Selector, SeriesStore, TimeRange};
use url::form_urlencoded;

use crate::house::{House, NOW_MS};

const NORTH: &str = "01890a5d-ac96-774b-bcce-b302099a8011";
const SOUTH: &str = "01890a5d-ac96-774b-bcce-b302099a8012";
/// A scrape each.
const INTERVAL_MS: i64 = 15_000;
const QUERIES: &[&str] = &[
    "requests_total",
    "rate(requests_total[1m])",
    "sum by (job) (increase(requests_total[5m])) / 2",
    "topk(1, rate(requests_total[2m] offset 1m))",
    "max_over_time(sum(rate(requests_total[1m]))[3m:30s])",
    "avg_over_time(requests_total[2m]) + on (job) group_left count by (job) (requests_total)",
    "quantile_over_time(0.9, requests_total[2m])",
    "stddev_over_time(requests_total[2m]) or vector(1)",
    "predict_linear(requests_total[2m], 60)",
    "absent_over_time(requests_total{job=\"c\"}[1m])",
    "time() - timestamp(requests_total)",
    "last_over_time(requests_total[1m] offset -1m)",
    "requests_total @ end()",
    "count_values(\"value\", requests_total)",
    "scalar(sum(requests_total))",
];

/// What happens between two questions.
#[derive(Debug, Clone)]
enum Event {
    /// Every series has a sample, so many scrapes after the last.
    Scraped {
        after: i64,
        value: u16,
    },
    /// One of them had a sample so many scrapes before the last.
    Late {
        job: bool,
        before: i64,
        value: u16,
    },
    Deleted {
        job: bool,
        before: i64,
    },
    Ends {
        job: bool,
    },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (1..4_i64, any::<u16>()).prop_map(|(after, value)| Event::Scraped { after, value }),
        2 => (any::<bool>(), 1..40_i64, any::<u16>())
            .prop_map(|(job, before, value)| Event::Late { job, before, value }),
        1 => (any::<bool>(), 1..40_i64).prop_map(|(job, before)| Event::Deleted { job, before }),
        1 => any::<bool>().prop_map(|job| Event::Ends { job }),
    ]
}

/// A question: how many steps back it begins, and how many steps it asks for.
fn question() -> impl Strategy<Value = (usize, i64, i64)> {
    (0..QUERIES.len(), 0..30_i64, 0..30_i64)
}

fn labels(job: bool) -> Labels {
    Labels::new("requests_total", [("job", if job { "a" } else { "b" })]).unwrap()
}

/// The store, as its events go by.
struct Story {
    house: House,
    last_ms: i64,
}

impl Story {
    async fn new() -> Self {
        let house = House::new().await;
        Self { house, last_ms: NOW_MS - 3_600_000 }
    }

    fn append(&self, job: bool, at_ms: i64, value: f64) {
        self.house.series.append(&[Sample { labels: labels(job), at_ms, value }]).unwrap();
    }

    fn passes(&mut self, event: &Event) {
        let earlier = |before: i64| self.last_ms - before * INTERVAL_MS;
        match *event {
            Event::Scraped { after, value } => {
                self.last_ms += after * INTERVAL_MS;
                for job in [false, true] {
                    self.append(job, self.last_ms, f64::from(value));
                }
            }
            Event::Late { job, before, value } => {
                self.append(job, earlier(before) + 7, f64::from(value));
            }
            Event::Deleted { job, before } => {
                let selector = Selector::parse(&labels(job).to_string()).unwrap();
                let range = TimeRange { from_ms: earlier(before), to_ms: earlier(before / 2) };
                self.house.series.delete(&selector, range).unwrap();
            }
            Event::Ends { job } => self.append(job, self.last_ms + 1, series::stale()),
        }
    }

    /// Asks with what is kept, and without.
    async fn asked(&self, query: &str, (from_ms, to_ms): (i64, i64), step_ms: i64) -> [Value; 2] {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("query", query)
            .append_pair("start", &seconds(from_ms))
            .append_pair("end", &seconds(to_ms))
            .append_pair("step", &seconds(step_ms))
            .finish();
        let kept = self.house.get(&format!("query_range?{query}")).await.json;
        let anew = self.house.get(&format!("query_range?{query}&nocache=1")).await.json;
        [kept, anew]
    }
}

fn seconds(ms: i64) -> String {
    format!("{}.{:03}", ms.div_euclid(1000), ms.rem_euclid(1000))
}

/// Whatever happens between the questions, with warnings or without.
#[test]
fn what_is_kept_is_what_would_be_evaluated() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(ProptestConfig { cases: 24, ..ProptestConfig::default() });
    let steps = prop::collection::vec((event(), prop::collection::vec(question(), 1..6)), 5..25);
    let told = runner.run(&steps, |steps| {
        runtime.block_on(async {
            let mut story = Story::new().await;
            for (event, questions) in steps {
                story.passes(&event);
                for (query, back, count) in questions {
                    let from_ms = story.last_ms - back * INTERVAL_MS;
                    let period = (from_ms, from_ms + count * INTERVAL_MS);
                    let [kept, anew] = story.asked(QUERIES[query], period, INTERVAL_MS).await;
                    prop_assert_eq!(kept, anew, "{}", QUERIES[query]);
                }
            }
            Ok(())
        })
    });
    told.unwrap();
}

/// Bytes that are kept.
async fn bytes(house: &House) -> u64 {
    house.get("status/runtimeinfo").await.json["data"]["answersKeptBytes"].as_u64().unwrap()
}

async fn scraped(story: &mut Story, count: u16) {
    for value in 0..count {
        story.passes(&Event::Scraped { after: 1, value });
    }
}

#[tokio::test]
async fn only_new_steps_are_evaluated_and_what_a_query_costs_is_told_anew() {
    let query = QueryLimits { samples_max: 250, ..QueryLimits::default() };
    let settings = PrometheusSettings { query, ..PrometheusSettings::default() };
    let house = House::with(settings, Options::default()).await;
    let mut story = Story { house, last_ms: NOW_MS - 3_600_000 };
    let begin_ms = story.last_ms;
    // Each time ten steps more: at last a whole evaluation would read too much.
    let mut answers = Vec::new();
    for _ in 0..20 {
        scraped(&mut story, 10).await;
        let period = (begin_ms, story.last_ms);
        answers = story.asked("requests_total", period, INTERVAL_MS).await.into();
    }
    assert_eq!(answers[1]["errorType"], "execution", "{}", answers[1]);
    let series = answers[0]["data"]["result"].as_array().unwrap();
    let counts: Vec<usize> =
        series.iter().map(|series| series["values"].as_array().unwrap().len()).collect();
    assert_eq!(counts, [200, 200]);
    assert!(bytes(&story.house).await > 400 * 16);
    let (from, to) = (seconds(begin_ms), seconds(story.last_ms));
    let costs = format!("query_range?query=requests_total&start={from}&end={to}&step=15&stats=all");
    assert_eq!(story.house.get(&costs).await.json["errorType"], "execution");
}

#[tokio::test]
async fn what_has_gone_by_retention_is_not_told_any_more() {
    let mut story = Story::new().await;
    scraped(&mut story, 20).await;
    let period = (story.last_ms - 10 * INTERVAL_MS, story.last_ms);
    let [before, _] = story.asked("requests_total", period, INTERVAL_MS).await;
    assert_eq!(before["data"]["result"].as_array().map(Vec::len), Some(2));
    let store = &story.house.series;
    let day_later = story.last_ms + 2 * 86_400_000;
    store.maintain(day_later).unwrap();
    let selector = Selector::parse("{job=\"a\"}").unwrap();
    let rule = Retention { selector, keep_ms: Some(3_600_000), bytes_max: None };
    let tuning = tsdb::Tuning { retentions: vec![rule], ..(*store.tuning()).clone() };
    store.tune(tuning);
    store.maintain(day_later + 60_000).unwrap();
    let [kept, anew] = story.asked("requests_total", period, INTERVAL_MS).await;
    assert_eq!(kept, anew);
    assert_eq!(kept["data"]["result"][0]["metric"]["job"], json!("b"), "{kept}");
}

#[tokio::test]
async fn nothing_is_kept_where_there_is_no_room() {
    let settings = PrometheusSettings { answers_bytes_max: 0, ..PrometheusSettings::default() };
    let house = House::with(settings, Options::default()).await;
    let mut story = Story { house, last_ms: NOW_MS - 3_600_000 };
    scraped(&mut story, 20).await;
    let period = (story.last_ms - 10 * INTERVAL_MS, story.last_ms);
    let [kept, anew] = story.asked("requests_total", period, INTERVAL_MS).await;
    assert_eq!((kept, bytes(&story.house).await), (anew, 0));
}

/// The resources whose series are shown.
async fn shown(house: &House, within: Option<&str>) -> Vec<String> {
    let path = "query_range?query=load&start=1799999700&end=1800000000&step=60";
    let answer = match within {
        None => house.get(path).await,
        Some(unit) => house.get_within(path, unit).await,
    };
    let result = answer.json["data"]["result"].as_array().unwrap();
    let named = |series: &Value| series["metric"]["resource"].as_str().unwrap().to_owned();
    result.iter().map(named).collect()
}

#[tokio::test]
async fn each_is_shown_what_they_may_see_now() {
    let house = House::new().await;
    let north = house.resource("north", NORTH).await;
    let south = house.resource("south", SOUTH).await;
    house.have(&[("load", &[("resource", &north)]), ("load", &[("resource", &south)])]);
    let mut both = [north.clone(), south.clone()];
    both.sort();
    for _ in 0..2 {
        assert_eq!(shown(&house, None).await, both);
        assert_eq!(shown(&house, Some(NORTH)).await, [north.as_str()]);
        assert_eq!(shown(&house, Some(SOUTH)).await, [south.as_str()]);
    }
    // One goes to another unit.
    let resources = &house.resources;
    let place = PlaceChange { unit_id: Some(Some(SOUTH.into())), ..PlaceChange::default() };
    let moved = ResourceChange { place, ..ResourceChange::default() };
    let id = north.parse().unwrap();
    resources.change(&Caller::console(), id, 1, &moved).await.unwrap();
    assert_eq!(shown(&house, Some(NORTH)).await, Vec::<String>::new());
    assert_eq!(shown(&house, Some(SOUTH)).await, both);
    // It turns out to be the other.
    let kept = south.parse().unwrap();
    resources.merge(&Caller::console(), kept, id, &BTreeMap::new()).await.unwrap();
    for within in [None, Some(SOUTH)] {
        assert_eq!(shown(&house, within).await, [south.as_str()]);
    }
}
