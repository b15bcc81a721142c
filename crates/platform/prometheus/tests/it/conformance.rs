//! The scripts of PromQL's conformance tests through the API: all evaluations but those over native
//! histograms, whose JSON does not say what they hold to the last part.
//!
//! The engine's own tests read and check the scripts; here a server answers.

#[path = "../../../../engines/promql/tests/conformance/check.rs"]
mod check;
#[path = "../../../../engines/promql/tests/conformance/command.rs"]
mod command;
#[path = "../../../../engines/promql/tests/conformance/duration.rs"]
mod duration;
#[path = "../../../../engines/promql/tests/conformance/folder.rs"]
mod folder;
#[path = "../../../../engines/promql/tests/conformance/histogram.rs"]
mod histogram;
#[path = "../../../../engines/promql/tests/conformance/known.rs"]
mod known;
#[path = "../../../../engines/promql/tests/conformance/load.rs"]
mod load;
#[path = "../../../../engines/promql/tests/conformance/pinned.rs"]
mod pinned;
#[path = "../../../../engines/promql/tests/conformance/report.rs"]
mod report;
#[path = "../../../../engines/promql/tests/conformance/script.rs"]
mod script;
#[path = "../../../../engines/promql/tests/conformance/store.rs"]
mod store;
#[path = "../../../../engines/promql/tests/conformance/values.rs"]
mod values;

use check::Answered;
use command::Ask;
use promql::{Answer, Moment, ParseOptions, Period, PromqlError, QueryValue, SampleValue};
use promql::{SeriesValues, VectorSample, parse};
use report::Report;
use serde_json::Value as Json;
use store::{Store, Value};
use tokio::runtime::Runtime;
use tsdb::{Labels, Matcher, Sample, SeriesStore};
use url::form_urlencoded;

use crate::house::House;

/// Asks a server of its own for each set of series.
struct Api<'r> {
    runtime: &'r Runtime,
    house: Option<House>,
}

impl Api<'_> {
    /// The server with what is loaded.
    fn house(&mut self, store: &Store) -> &House {
        let Self { runtime, house } = self;
        house.get_or_insert_with(|| {
            let house = runtime.block_on(House::new());
            let mut batch = Vec::new();
            for (labels, values) in store.series() {
                for (at_ms, value) in values {
                    let Value::Float(value) = value else { continue };
                    batch.push(Sample { labels: labels.clone(), at_ms: *at_ms, value: *value });
                }
            }
            batch.sort_by_key(|sample| sample.at_ms);
            house.series.append(&batch).unwrap();
            house
        })
    }

    fn asked(&mut self, store: &Store, path: &str, pairs: &[(&str, String)]) -> Answered {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.house(store);
        let house = self.house.as_ref().unwrap();
        let answer = self.runtime.block_on(house.post_form(path, &form));
        if answer.status == 200 {
            return Ok(read(&answer.json));
        }
        Err(PromqlError::Eval { message: answer.error().2.to_owned() })
    }
}

impl Ask for Api<'_> {
    fn changed(&mut self) {
        self.house = None;
    }

    fn takes(&self, store: &Store, query: &str) -> bool {
        let expr = parse(query, ParseOptions { experimental: true }).unwrap();
        let asked = |labels: &Labels| {
            let accepts = |one: &Matcher| one.accepts(labels.get(one.name()).unwrap_or(""));
            expr.selectors().iter().any(|selector| selector.matchers.iter().all(accepts))
        };
        let mut read = store.series().filter(|(labels, _)| asked(labels));
        read.all(|(_, values)| values.values().all(|value| matches!(value, Value::Float(_))))
    }

    fn instant(&mut self, store: &Store, query: &str, moment: Moment) -> Answered {
        let pairs = [("query", query.to_owned()), ("time", seconds(moment.at_ms))];
        self.asked(store, "query", &pairs)
    }

    fn range(&mut self, store: &Store, query: &str, period: Period) -> Answered {
        let Period { from_ms, to_ms, step_ms } = period;
        let times = [("start", from_ms), ("end", to_ms), ("step", step_ms)];
        let times = times.map(|(name, ms)| (name, seconds(ms)));
        let pairs: Vec<_> = [("query", query.to_owned())].into_iter().chain(times).collect();
        self.asked(store, "query_range", &pairs)
    }
}

fn seconds(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", ms.unsigned_abs() / 1_000, ms.unsigned_abs() % 1_000)
}

/// An answer as the engine gives it.
fn read(json: &Json) -> Answer {
    let texts = |name: &str| -> Vec<String> {
        let texts = json[name].as_array().into_iter().flatten();
        texts.map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let result = &json["data"]["result"];
    let rows = || result.as_array().unwrap().iter();
    let value = match json["data"]["resultType"].as_str().unwrap() {
        "scalar" => QueryValue::Scalar(point(result).1),
        "string" => QueryValue::Text(result[1].as_str().unwrap().to_owned()),
        "vector" => QueryValue::Vector(
            rows()
                .map(|row| {
                    let (at_ms, value) = point(&row["value"]);
                    let (labels, value) = (labels(&row["metric"]), SampleValue::Float(value));
                    VectorSample { labels, at_ms, value }
                })
                .collect(),
        ),
        _ => QueryValue::Matrix(
            rows()
                .map(|row| {
                    let floats = row["values"].as_array().unwrap().iter().map(point).collect();
                    let (labels, histograms) = (labels(&row["metric"]), Vec::new());
                    SeriesValues { labels, floats, histograms }
                })
                .collect(),
        ),
    };
    let (warnings, infos) = (texts("warnings"), texts("infos"));
    Answer { value, warnings, infos, series_read: 0, samples_read: 0 }
}

fn labels(metric: &Json) -> Labels {
    let pairs = metric.as_object().unwrap().iter();
    let pairs = pairs.map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
    Labels::from_pairs(pairs).unwrap()
}

/// Seconds and a number in quotes.
#[expect(clippy::cast_possible_truncation, reason = "times of tests")]
fn point(pair: &Json) -> (i64, f64) {
    let at_ms = (pair[0].as_f64().unwrap() * 1_000.0).round() as i64;
    (at_ms, pair[1].as_str().unwrap().parse().unwrap())
}

#[test]
fn scripts_hold_through_the_api() {
    let Some(files) = folder::scripts(&folder::of_tests()) else {
        assert!(!folder::is_given(), "the folder that PROMQL_TESTS names is not there");
        return;
    };
    let runtime = Runtime::new().unwrap();
    // Servers also end in it.
    let _context = runtime.enter();
    let mut api = Api { runtime: &runtime, house: None };
    let mut report = Report::default();
    for (name, text) in &files {
        script::run(name, text, &mut report, &mut api);
    }
    assert!(report.holds(), "see the lines above");
    assert!(report.passed() > 0, "there are no scripts");
}
