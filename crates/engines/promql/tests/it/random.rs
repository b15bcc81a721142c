//! Random expressions: whatever they are, there is an answer or an error.

use crate::memory::Memory;
use crate::native::Natives;
use promql::{Engine, EngineOptions, Moment, Period, Source};
use proptest::prelude::*;

const RANGES: [&str; 26] = [
    "rate",
    "increase",
    "delta",
    "irate",
    "idelta",
    "changes",
    "resets",
    "deriv",
    "sum_over_time",
    "avg_over_time",
    "count_over_time",
    "min_over_time",
    "max_over_time",
    "first_over_time",
    "last_over_time",
    "present_over_time",
    "absent_over_time",
    "stddev_over_time",
    "stdvar_over_time",
    "mad_over_time",
    "ts_of_first_over_time",
    "ts_of_last_over_time",
    "ts_of_max_over_time",
    "ts_of_min_over_time",
    "quantile_over_time(0.5, ",
    "predict_linear",
];
const SIMPLE: [&str; 27] = [
    "abs",
    "ceil",
    "floor",
    "exp",
    "sqrt",
    "ln",
    "sgn",
    "sort",
    "sort_desc",
    "timestamp",
    "absent",
    "hour",
    "month",
    "round",
    "scalar",
    "info",
    "histogram_count",
    "histogram_avg",
    "histogram_sum",
    "histogram_stddev",
    "histogram_stdvar",
    "histogram_fraction(-1, 1.5, ",
    "histogram_quantile(0.9, ",
    "sort_by_label_desc",
    "days_in_month",
    "acosh",
    "deg",
];
const AGGREGATES: [&str; 14] = [
    "sum(",
    "avg by (even) (",
    "min without (n) (",
    "max(",
    "count by (n) (",
    "group(",
    "stddev(",
    "stdvar(",
    "topk(2, ",
    "bottomk by (even) (1, ",
    "quantile(0.3, ",
    "count_values(\"v\", ",
    "limitk(3, ",
    "limit_ratio(0.5, ",
];
const OPERATORS: [&str; 22] = [
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "atan2",
    "==",
    "!=",
    ">",
    "<=",
    "> bool",
    "and",
    "or",
    "unless",
    "+ on (n) group_left ()",
    "* ignoring (n) group_right ()",
    "and on ()",
    "- fill (0)",
    "</",
    ">/",
    "or ignoring (n)",
];

const CONSTANTS: [&str; 6] = ["nothing", "1.5", "NaN", "Inf", "time()", "vector(0)"];
const FLOATS: [&str; 9] = [
    "count_total",
    "count_total{even=\"true\"}",
    "{n=~\"[0-3]\"} offset 1m",
    "count_total @ 100",
    "count_total smoothed",
    "rate(count_total[1m] anchored)",
    "increase(count_total[step() + 1m] smoothed)",
    "label_replace(count_total, \"n\", \"$1\", \"even\", \"(t).*\")",
    "histogram_quantile(0.9, count_total)",
];
const NATIVES: [&str; 8] = [
    "took",
    "took{n=\"1\"}",
    "mixed",
    "{n=~\"[0-2]\"} offset 1m",
    "took @ 100",
    "took_bucket",
    "rate(took[2m])",
    "increase(mixed[3m])",
];

/// Expressions over some of these selectors, and constants.
fn expressions(selectors: &'static [&'static str]) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => prop::sample::select(selectors.to_vec()),
        1 => prop::sample::select(CONSTANTS.to_vec()),
    ];
    let leaf = leaf.prop_map(str::to_owned);
    let pick = |list: &'static [&'static str]| prop::sample::select(list.to_vec());
    leaf.prop_recursive(4, 24, 2, move |inner| {
        prop_oneof![
            (inner.clone(), pick(&OPERATORS), inner.clone())
                .prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            (pick(&AGGREGATES), inner.clone()).prop_map(|(op, a)| format!("{op}{a})")),
            (pick(&SIMPLE), inner.clone()).prop_map(|(f, a)| {
                let open = if f.ends_with(' ') { "" } else { "(" };
                format!("{f}{open}{a})")
            }),
            (pick(&RANGES), inner.clone()).prop_map(|(f, a)| {
                let open = if f.ends_with(' ') { "" } else { "(" };
                let more = if f == "predict_linear" { ", 60" } else { "" };
                format!("{f}{open}({a})[2m:20s]{more})")
            }),
            inner.prop_map(|a| format!("-({a})")),
        ]
    })
}

/// So many cases, unless `FUZZ_CASES` says otherwise.
fn cases(usual: u32) -> ProptestConfig {
    let told = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig::with_cases(told.unwrap_or(usual))
}

const PERIOD: Period = Period { from_ms: -60_000, to_ms: 700_000, step_ms: 45_000 };
/// What the values of a query may take in these tests, and what it really takes beside: samples as
/// they are read, and the answer with its text.
const VALUES_BYTES: usize = 4 << 20;
const QUERY_BYTES: u64 = 16 << 20;

fn engine(threads: usize) -> Engine {
    let (samples_max, bytes_max) = (2_000_000, VALUES_BYTES);
    let usual = EngineOptions { experimental: true, ..EngineOptions::default() };
    Engine::new(EngineOptions { samples_max, bytes_max, threads, ..usual })
}

/// Asks for a moment and for a period: each has an answer or an error, within its memory, and the
/// number of threads changes neither.
fn asked(source: &dyn Source, query: &str) -> Result<(), TestCaseError> {
    let (one, two) = (engine(1), engine(2));
    let at = Moment { at_ms: 300_000 };
    let mut told = Vec::new();
    let taken = allocation_counter::measure(|| {
        let moment = one.instant(source, query, at, &());
        let period = one.range(source, query, PERIOD, &());
        told = vec![format!("{moment:?}"), format!("{period:?}")];
    });
    let taken = taken.bytes_max;
    prop_assert!(taken < QUERY_BYTES, "{taken} bytes");
    let moment = two.instant(source, query, at, &());
    let period = two.range(source, query, PERIOD, &());
    prop_assert_eq!(told, vec![format!("{moment:?}"), format!("{period:?}")]);
    Ok(())
}

/// Queries that are not built by rule.
const QUERIES: [&str; 8] = [
    "sum by (n) (rate(count_total{even=\"true\",n=~\"[0-3]\"}[5m] offset 1m)) > bool 1.5",
    "max_over_time(count_total[10m:1m] @ end()) / on (n) group_left (even) count_total",
    "label_replace(count_total, \"a\", \"$1-${x}\", \"n\", \"(?P<x>.)(.*)\")",
    "histogram_quantile(0.9, sum by (le) (rate(took_bucket[5m])))",
    "count_values without (n) (\"v\", round(took_bucket, 0.5)) or absent(nothing{a=\"b\"})",
    "topk by (even) (2, -count_total ^ 2 % 7) unless ignoring (n) vector(time())",
    "quantile_over_time(scalar(count_total{n=\"1\"}) / 100, count_total[1h5m3s2ms])",
    "predict_linear(count_total[4m:30s], 3600) and {__name__=~\"c.*\", n!=\"\"}",
];
const WORDS: [&str; 30] = [
    "(", ")", "[", "]", "{", "}", "\"", "'", "`", "\\", ",", ":", "-", "+", "@ ", " offset ", "5m",
    "1e9", "1e-300", "NaN", "0x1p3", " by (n) ", " bool ", "#", "\n", "=~", "é", " or ",
    "[5m:1ms]", "(.*)+",
];

/// A query with words put into it and pieces taken out.
fn changed_queries() -> impl Strategy<Value = String> {
    let place = any::<prop::sample::Index>;
    let change = (place(), 0_usize..8, prop::sample::select(WORDS.to_vec()));
    let changes = prop::collection::vec(change, 1..4);
    (prop::sample::select(QUERIES.to_vec()), changes).prop_map(|(query, changes)| {
        let mut chars: Vec<char> = query.chars().collect();
        for (at, removed, word) in changes {
            let at = at.index(chars.len() + 1);
            let end = (at + removed).min(chars.len());
            let word = if removed % 2 == 0 { word } else { "" };
            chars.splice(at..end, word.chars());
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn every_expression_has_an_answer_or_an_error(query in expressions(&FLOATS)) {
        asked(&Memory::counters(6, 40), &query)?;
    }

    #[test]
    fn every_expression_over_histograms_does_too(query in expressions(&NATIVES)) {
        asked(&Natives::new(), &query)?;
    }

    #[test]
    fn every_changed_query_does_too(query in changed_queries()) {
        asked(&Memory::counters(6, 40), &query)?;
        asked(&Natives::new(), &query)?;
    }
}
