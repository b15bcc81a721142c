//! Whatever the way, the answer is the same.

use crate::memory::Memory;
use promql::{Engine, EngineOptions, Moment, Period, QueryValue, SampleValue};

const HOUR: Period = Period { from_ms: 0, to_ms: 3_600_000, step_ms: 60_000 };

const QUERIES: [&str; 17] = [
    "count_total",
    "rate(count_total[5m])",
    "increase(count_total[1h])",
    "count_over_time(count_total[40m])",
    "quantile_over_time(0.9, count_total[10m])",
    "sum by (even) (rate(count_total[5m]))",
    "avg without (n) (count_total)",
    "topk(3, count_total)",
    "quantile by (even) (0.9, count_total)",
    "count_total > 100",
    "count_total / on (n) group_left count_total{even=\"true\"}",
    "count_total unless count_total{even=\"true\"}",
    "max_over_time(rate(count_total[2m])[10m:30s])",
    "count_total @ 600 + count_total offset 5m",
    "stddev(count_total) / scalar(count(count_total))",
    "label_replace(count_total, \"x\", \"$1\", \"n\", \"(.).*\")",
    "absent(nothing{a=\"b\"})",
];

#[test]
fn number_of_threads_does_not_matter() {
    let source = Memory::counters(2_000, 240);
    let with = |threads| Engine::new(EngineOptions { threads, ..EngineOptions::default() });
    for query in QUERIES {
        let one = with(1).range(&source, query, HOUR, &()).unwrap();
        let four = with(4).range(&source, query, HOUR, &()).unwrap();
        // As text, where NaN equals itself.
        assert_eq!(format!("{one:?}"), format!("{four:?}"), "{query}");
    }
}

#[test]
fn values_that_are_not_wanted_do_not_matter() {
    let options = EngineOptions { experimental: true, ..EngineOptions::default() };
    let engine = Engine::new(options);
    let telling = Memory::counters(200, 240).with_gaps();
    let terse = Memory { is_terse: true, series: telling.series.clone() };
    let own = [
        "sum(count_over_time(count_total[7m]))",
        "present_over_time(count_total[30s])",
        "absent_over_time(count_total{n=\"7\"}[1m])",
        "count by (even) (count_total)",
        "group(count_total offset 1m)",
        "count(count_total @ 900)",
        "count(count_total > 100)",
        "timestamp(count_total)",
        "ts_of_first_over_time(count_total[5m])",
        "ts_of_last_over_time(count_total[5m])",
        "ts_of_max_over_time(count_total[5m])",
        "last_over_time(count_total[5m])",
        "count_values(\"v\", count_total)",
        "max_over_time(count_total[6h])",
        "min_over_time(count_total[7h] offset 5m)",
        "sum(count_over_time(count_total[6h]))",
        "absent_over_time(count_total{n=\"7\"}[6h] offset 1h)",
        "present_over_time(count_total[6h] offset 58m)",
        "last_over_time(count_total[6h])",
    ];
    for query in QUERIES.into_iter().chain(own) {
        let ask = |source| format!("{:?}", engine.range(source, query, HOUR, &()).unwrap().value);
        assert_eq!(ask(&terse), ask(&telling), "{query}");
        for at_ms in [1, 40 * 60_000, HOUR.to_ms] {
            let ask = |source| {
                let answer = engine.instant(source, query, Moment { at_ms }, &()).unwrap();
                format!("{:?}", answer.value)
            };
            assert_eq!(ask(&terse), ask(&telling), "{query} at {at_ms}");
        }
    }
}

#[test]
fn each_step_of_a_range_is_an_instant() {
    let (engine, source) = (Engine::default(), Memory::counters(20, 240));
    for query in QUERIES {
        let range = engine.range(&source, query, HOUR, &()).unwrap();
        let QueryValue::Matrix(matrix) = range.value else { panic!("{query}") };
        for step in [0, 1, 7, 59, 60] {
            let at_ms = step * HOUR.step_ms;
            let instant = engine.instant(&source, query, Moment { at_ms }, &()).unwrap();
            let QueryValue::Vector(vector) = instant.value else { panic!("{query}") };
            let mut wanted: Vec<_> = matrix
                .iter()
                .filter_map(|series| {
                    let found = series.floats.iter().find(|float| float.0 == at_ms)?;
                    Some((series.labels.clone(), found.1.to_bits()))
                })
                .collect();
            let mut found: Vec<_> = vector
                .iter()
                .map(|sample| match sample.value {
                    SampleValue::Float(float) => (sample.labels.clone(), float.to_bits()),
                    SampleValue::Histogram(_) => panic!("no histograms here"),
                })
                .collect();
            wanted.sort();
            found.sort();
            assert_eq!(found, wanted, "{query} at {at_ms}");
        }
    }
}
