use std::{collections::BTreeMap, time::Duration};

use kernel::Caller;
use prometheus::{PrometheusSettings, QueryLimits};
use serde_json::{Value, json};
use tsdb::{Labels, Options, Sample, SeriesStore};
use url::form_urlencoded;

use crate::house::{House, NOW_MS};

const NORTH: &str = "01890a5d-ac96-774b-bcce-b302099a8011";
const SOUTH: &str = "01890a5d-ac96-774b-bcce-b302099a8012";

/// Two counters of an hour, a sample every 15 s.
fn counters() -> Vec<Sample> {
    let mut batch = Vec::new();
    for (job, rate) in [("a", 1.0), ("b", 2.0)] {
        let labels = Labels::new("requests_total", [("job", job)]).unwrap();
        for at in 0..=240_i64 {
            let at_ms = NOW_MS - 3_600_000 + at * 15_000;
            let value = f64::from(u8::try_from(at).unwrap()) * 15.0 * rate;
            batch.push(Sample { labels: labels.clone(), at_ms, value });
        }
    }
    batch
}

/// The counters and a gauge.
async fn house() -> House {
    let house = House::new().await;
    house.series.append(&counters()).unwrap();
    house.have(&[("up", &[("job", "a")])]);
    house
}

/// Whether a value of an answer is this number, but for what rounding does.
fn is_near(value: &Value, expected: f64) -> bool {
    let value: f64 = value.as_str().unwrap().parse().unwrap();
    (value - expected).abs() < 1e-9
}

/// On several threads: where there are, short queries are answered by the one that reads them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instant_query_answers_each_type_as_prometheus_writes_it() {
    let house = house().await;
    let result = house.get("query?query=up").await.json["data"].clone();
    let metric = json!({ "__name__": "up", "job": "a" });
    assert_eq!(
        result,
        json!({ "resultType": "vector",
            "result": [{ "metric": metric, "value": [1_800_000_000, "1"] }] })
    );
    let form = "query=sum%28rate%28requests_total%5B5m%5D%29%29&time=1799999999.5";
    let result = house.post_form("query", form).await.json["data"].clone();
    let [one] = &result["result"].as_array().unwrap()[..] else { panic!("{result}") };
    assert_eq!((&one["metric"], &one["value"][0]), (&json!({}), &json!(1_799_999_999.5)));
    assert!(is_near(&one["value"][1], 3.0), "{result}");
    let result = house.get("query?query=1%2F0").await.json["data"].clone();
    assert_eq!(result, json!({ "resultType": "scalar", "result": [1_800_000_000, "+Inf"] }));
    let result = house.get("query?query=%22x%22").await.json["data"].clone();
    assert_eq!(result, json!({ "resultType": "string", "result": [1_800_000_000, "x"] }));
    let matrix = house.get("query?query=requests_total%7Bjob%3D%22a%22%7D%5B31s%5D").await.json;
    assert_eq!(matrix["data"]["resultType"], "matrix");
    assert_eq!(matrix["data"]["result"][0]["values"].as_array().unwrap().len(), 3, "{matrix}");
}

#[tokio::test]
async fn a_range_query_answers_every_step() {
    let house = house().await;
    let query = "query=rate%28requests_total%5B5m%5D%29&start=1799998200&end=1800000000&step=1m";
    let answer = house.get(&format!("query_range?{query}")).await.json;
    let result = answer["data"]["result"].as_array().unwrap();
    assert_eq!((answer["data"]["resultType"].as_str(), result.len()), (Some("matrix"), 2));
    assert_eq!(result[1]["metric"], json!({ "job": "b" }));
    let values = result[1]["values"].as_array().unwrap();
    assert_eq!(values.len(), 31);
    assert!(values.iter().all(|value| is_near(&value[1], 2.0)), "{answer}");
    assert_eq!(values[0][0], 1_799_998_200);
    let limited = house.get(&format!("query_range?{query}&limit=1&stats=all")).await.json;
    assert_eq!(limited["data"]["result"].as_array().unwrap().len(), 1);
    assert_eq!(limited["warnings"], json!(["results truncated due to limit"]));
    let stats = &limited["data"]["stats"];
    assert!(stats["samples"]["totalQueryableSamples"].as_u64().unwrap() > 200, "{limited}");
    assert_eq!(stats["seriesFetched"], 2);
}

/// What is refused: the path, status, type, and the beginning of the text.
const REFUSED: &[(&str, u16, &str, &str)] = &[
    ("query?query=up%7B", 400, "bad_data", "invalid parameter \"query\": 1:4: parse error: "),
    (
        "query",
        400,
        "bad_data",
        "invalid parameter \"query\": unknown position: parse error: no expression found in input",
    ),
    (
        "query?query=up&time=x",
        400,
        "bad_data",
        "invalid parameter \"time\": cannot parse \"x\" to a valid timestamp",
    ),
    (
        "query?query=up&timeout=x",
        400,
        "bad_data",
        "invalid parameter \"timeout\": cannot parse \"x\" to a valid duration",
    ),
    (
        "query?query=up&lookback_delta=x",
        400,
        "bad_data",
        "error parsing lookback delta duration: cannot parse \"x\" to a valid duration",
    ),
    (
        "query?query=up&time=x&limit=-1",
        400,
        "bad_data",
        "invalid parameter \"limit\": limit must be non-negative",
    ),
    (
        "query_range?query=up&start=1&end=2",
        400,
        "bad_data",
        "invalid parameter \"step\": cannot parse \"\" to a valid duration",
    ),
    (
        "query_range?query=up&end=2&step=1",
        400,
        "bad_data",
        "invalid parameter \"start\": cannot parse \"\" to a valid timestamp",
    ),
    (
        "query_range?query=up&start=2&end=1&step=1",
        400,
        "bad_data",
        "invalid parameter \"end\": end timestamp must not be before start time",
    ),
    (
        "query_range?query=up&start=1&end=2&step=0",
        400,
        "bad_data",
        "invalid parameter \"step\": zero or negative query resolution step widths are not \
         accepted. Try a positive integer",
    ),
    (
        "query_range?query=up&start=0&end=11001&step=1",
        400,
        "bad_data",
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query \
         resolution (?step=XX)",
    ),
    (
        "query_range?query=up&start=0&end=3153600000&step=1ms",
        400,
        "bad_data",
        "exceeded maximum resolution",
    ),
    (
        "query_range?query=up%5B5m%5D&start=1&end=2&step=1",
        400,
        "bad_data",
        "invalid parameter \"query\": invalid expression type \"range vector\" for range query",
    ),
    (
        "query?query=up%20%2B%20on%28job%29%20requests_total&timeout=0.000001",
        503,
        "timeout",
        "query timed out in expression evaluation",
    ),
    ("query?query=up&timeout=-1", 503, "timeout", "query timed out in expression evaluation"),
    (
        "query?query=up%20*%20on%28%29%20requests_total",
        422,
        "execution",
        "found duplicate series for the match group",
    ),
    ("format_query?query=up%7B", 400, "bad_data", "invalid parameter \"query\": "),
    ("parse_query?query=", 400, "bad_data", "invalid parameter \"query\": "),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_makes_no_sense_is_refused_in_prometheus_words() {
    let house = house().await;
    for (path, status, kind, said) in REFUSED {
        let answer = house.get(path).await;
        let error = answer.error();
        assert_eq!((error.0, error.1), (*status, *kind), "{path}: {}", answer.text);
        assert!(error.2.starts_with(said), "{path}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_keeps_to_the_limits_that_are_set() {
    let usual = QueryLimits::default();
    for (limits, query, said) in [
        (QueryLimits { series_max: 1, ..usual }, "requests_total", "more than 1 series match"),
        (
            QueryLimits { samples_max: 100, ..usual },
            "sum(rate(requests_total[1h]))",
            "query processing would load too many samples into memory in expression evaluation",
        ),
        (
            QueryLimits { bytes_max: 1_000, ..usual },
            "requests_total[1h]",
            "would take over 1000 bytes",
        ),
    ] {
        let settings = PrometheusSettings { query: limits, ..PrometheusSettings::default() };
        let house = House::with(settings, Options::default()).await;
        house.series.append(&counters()).unwrap();
        let form: String =
            form_urlencoded::Serializer::new(String::new()).append_pair("query", query).finish();
        let answer = house.post_form("query", &form).await;
        let error = answer.error();
        assert_eq!((error.0, error.1), (422, "execution"), "{query}: {}", answer.text);
        assert!(error.2.contains(said), "{query}: {}", answer.text);
    }
}

/// What one thread does not answer in between is answered by another, as ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instant_query_over_many_series_or_samples_is_answered_all_the_same() {
    let house = house().await;
    let names: Vec<String> = (0..150).map(|at| at.to_string()).collect();
    let labels: Vec<[(&str, &str); 1]> = names.iter().map(|name| [("i", &name[..])]).collect();
    let series: Vec<(&str, &[(&str, &str)])> =
        labels.iter().map(|labels| ("many", &labels[..])).collect();
    house.have(&series);
    let mut long = Vec::new();
    let labels = Labels::new("long", [("job", "a")]).unwrap();
    for at in 0..11_000_i64 {
        long.push(Sample { labels: labels.clone(), at_ms: NOW_MS - at * 100, value: 1.0 });
    }
    long.reverse();
    house.series.append(&long).unwrap();
    for (query, expected) in [
        ("count(many)", "150"),
        ("many%7Bi=%227%22%7D", "1"),
        ("count_over_time(long%5B1h%5D)", "11000"),
    ] {
        let answer = house.get(&format!("query?query={query}")).await;
        let value = &answer.json["data"]["result"][0]["value"][1];
        assert_eq!(value, expected, "{query}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sample_counts_as_long_as_is_said() {
    let house = house().await;
    let count = async |rest: &str| {
        let answer = house.get(&format!("query?query=up&{rest}")).await.json;
        answer["data"]["result"].as_array().unwrap().len()
    };
    assert_eq!(count("time=1800000299").await, 1);
    assert_eq!(count("time=1800000300").await, 0);
    assert_eq!(count("time=1800000300&lookback_delta=10m").await, 1);
    assert_eq!(count("time=1800000299&lookback_delta=1m").await, 0);
    // Prometheus takes its own then.
    assert_eq!(count("time=1800000299&lookback_delta=-60").await, 1);
    for end in ["1e300", "-1e300", "292277025-08-18T07:12:54.999999999Z"] {
        assert_eq!(count(&format!("time={end}")).await, 0, "{end}");
    }
}

#[tokio::test]
async fn a_query_that_nobody_waits_for_gives_its_turn_back() {
    let limits = QueryLimits { concurrency_max: 1, ..QueryLimits::default() };
    let settings = PrometheusSettings { query: limits, ..PrometheusSettings::default() };
    let house = House::with(settings, Options::default()).await;
    house.series.append(&counters()).unwrap();
    // It would take minutes.
    let long = "max_over_time(sum(quantile_over_time(0.5, requests_total[1h]))[2000s:1ms])";
    let form: String =
        form_urlencoded::Serializer::new(String::new()).append_pair("query", long).finish();
    let path = format!("query?{form}");
    let gone = tokio::time::timeout(Duration::from_millis(300), house.get(&path)).await;
    assert!(gone.is_err(), "{gone:?}");
    let next = tokio::time::timeout(Duration::from_secs(20), house.get("query?query=1")).await;
    assert_eq!(next.unwrap().status, 200);
}

#[tokio::test]
async fn monstrous_queries_are_answered_with_an_error() {
    let house = house().await;
    let long = format!("query={}", "%20".repeat(20_000) + &"a".repeat(1_000));
    let nested = format!("query={}1{}", "(".repeat(10_000), ")".repeat(10_000));
    let regex = "query=up%7Bjob%3D~%22(a%7B1000%7D)%7B1000%7D%22%7D".to_owned();
    for (form, status) in [(long, 200), (nested, 400), (regex, 400)] {
        let answer = house.post_form("query", &form).await;
        assert_eq!(answer.status, status, "{}", &answer.text[..answer.text.len().min(300)]);
    }
    let huge = format!("query={}", "a".repeat(11 << 20));
    let answer = house.post_form("query", &huge).await;
    assert_eq!((answer.error().0, answer.error().1), (400, "bad_data"));
    assert_eq!(answer.error().2, "error parsing form values: http: request body too large");
}

/// As Grafana asks for all values of a variable; once with a name in `match[]`, once in a query.
#[tokio::test]
async fn long_lists_of_values_are_looked_up() {
    let house = house().await;
    let names: Vec<String> = (0..30_000).map(|n| format!("node-{n:05}.example.com")).collect();
    for list in [names.join("|"), names.join("|") + "|a"] {
        let selector = format!("requests_total{{job=~\"({})\"}}", list.replace('.', "\\\\."));
        let form = |name: &str, value: &str| {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.append_pair(name, value).append_pair("time", "1800000000").finish()
        };
        for (path, name) in [("query", "query"), ("series", "match[]")] {
            let answer = house.post_form(path, &form(name, &selector)).await;
            let text = &answer.text[..answer.text.len().min(300)];
            assert_eq!(answer.status, 200, "{text}");
            assert_eq!(text.contains("\"job\":\"a\""), list.ends_with("|a"), "{path}: {text}");
        }
    }
}

#[tokio::test]
async fn queries_are_formatted_and_shown_as_trees() {
    let house = house().await;
    let path = "format_query?query=sum%28rate%28up%5B5m%5D%29%29by%28job%29";
    let answer = house.get(path).await.json;
    assert_eq!(answer["data"], "sum by (job) (rate(up[5m]))");
    let answer = house.post_form("parse_query", "query=1%2Bup").await.json;
    assert_eq!(
        (&answer["data"]["type"], &answer["data"]["op"]),
        (&"binaryExpr".into(), &"+".into())
    );
}

#[tokio::test]
async fn annotations_come_with_the_answer() {
    let house = house().await;
    let answer = house.get("query?query=rate%28up%5B5m%5D%29").await.json;
    let info = answer["infos"][0].as_str().unwrap_or_default();
    assert!(info.contains("metric might not be a counter"), "{answer}");
}

#[tokio::test]
async fn a_query_sees_what_its_caller_sees() {
    let house = House::new().await;
    let north = house.resource("north", NORTH).await;
    let south = house.resource("south", SOUTH).await;
    house.have(&[
        ("load", &[("resource", &north)]),
        ("load", &[("resource", &south)]),
        ("load", &[("job", "of nobody")]),
    ]);
    let count = async |unit: Option<&str>| {
        let path = "query?query=count%28load%29%20or%20vector%280%29";
        let answer = match unit {
            Some(unit) => house.get_within(path, unit).await,
            None => house.get(path).await,
        };
        answer.json["data"]["result"][0]["value"][1].as_str().unwrap().to_owned()
    };
    assert_eq!(count(None).await, "3");
    assert_eq!(count(Some(NORTH)).await, "1");
    let of_south = format!("query?query=load%7Bresource%3D%22{south}%22%7D");
    let answer = house.get_within(&of_south, NORTH).await.json;
    assert_eq!(answer["data"]["result"], json!([]), "{answer}");
    // Whoever says that something is not there has not seen it.
    let absent = "query?query=absent%28load%7Bjob%3D%22of%20nobody%22%7D%29";
    let answer = house.get_within(absent, NORTH).await.json;
    assert_eq!(answer["data"]["result"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_measured_of_a_resource_before_a_merge_is_in_the_series_of_the_one_that_stays() {
    let house = House::new().await;
    let [kept, gone] = [house.resource("kept", NORTH).await, house.resource("gone", NORTH).await];
    let sample = |id: &str, ago_ms: i64, value: f64| Sample {
        labels: Labels::new("load", [("resource", id)]).unwrap(),
        at_ms: NOW_MS - ago_ms,
        value,
    };
    let batch = [sample(&gone, 3_000, 1.0), sample(&gone, 2_000, 9.0), sample(&kept, 2_000, 2.0)];
    house.series.append(&batch).unwrap();
    let (kept_id, gone_id) = (kept.parse().unwrap(), gone.parse().unwrap());
    let resources = &house.resources;
    resources.merge(&Caller::console(), kept_id, gone_id, &BTreeMap::new()).await.unwrap();
    let expected = json!([[1_799_999_997, "1"], [1_799_999_998, "2"]]);
    for path in [
        "query?query=load%5B1m%5D".to_owned(),
        format!("query?query=load%7Bresource%3D%22{kept}%22%7D%5B1m%5D"),
    ] {
        for answer in [house.get(&path).await.json, house.get_within(&path, NORTH).await.json] {
            let result = answer["data"]["result"].as_array().unwrap();
            assert_eq!(result.len(), 1, "{answer}");
            assert_eq!(result[0]["metric"]["resource"], kept.as_str());
            assert_eq!(result[0]["values"], expected, "{answer}");
        }
    }
}

/// A query may have 1 MiB, however it comes.
#[tokio::test]
async fn a_query_of_the_greatest_length_is_answered_and_a_longer_one_refused() {
    let house = house().await;
    let of_length = |bytes: usize| format!("up # {}", "x".repeat(bytes - 5));
    let form = |query: &str| {
        form_urlencoded::Serializer::new(String::new()).append_pair("query", query).finish()
    };
    let answer = house.post_form("query", &form(&of_length(1 << 20))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json["data"]["result"][0]["metric"]["__name__"], "up");
    let answer = house.post_form("query", &form(&of_length((1 << 20) + 1))).await;
    assert_eq!((answer.error().0, answer.error().1), (400, "bad_data"), "{}", answer.text);
    assert!(answer.text.len() < 1_000, "{}", answer.text.len());
}
