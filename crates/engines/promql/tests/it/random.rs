//! Random expressions: whatever they are, there is an answer or an error.

use crate::memory::Memory;
use promql::{Engine, EngineOptions, Moment, Period};
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
const SIMPLE: [&str; 22] = [
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

fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("count_total".to_owned()),
        Just("count_total{even=\"true\"}".to_owned()),
        Just("{n=~\"[0-3]\"} offset 1m".to_owned()),
        Just("count_total @ 100".to_owned()),
        Just("count_total smoothed".to_owned()),
        Just("nothing".to_owned()),
        Just("1.5".to_owned()),
        Just("NaN".to_owned()),
        Just("Inf".to_owned()),
        Just("time()".to_owned()),
        Just("vector(0)".to_owned()),
        Just("rate(count_total[1m] anchored)".to_owned()),
        Just("increase(count_total[step() + 1m] smoothed)".to_owned()),
        Just("label_replace(count_total, \"n\", \"$1\", \"even\", \"(t).*\")".to_owned()),
        Just("histogram_quantile(0.9, count_total)".to_owned()),
    ];
    let pick = |list: &'static [&'static str]| prop::sample::select(list.to_vec());
    leaf.prop_recursive(4, 24, 2, move |inner| {
        prop_oneof![
            (inner.clone(), pick(&OPERATORS), inner.clone())
                .prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            (pick(&AGGREGATES), inner.clone()).prop_map(|(op, a)| format!("{op}{a})")),
            (pick(&SIMPLE), inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            (pick(&RANGES), inner.clone()).prop_map(|(f, a)| {
                let open = if f.ends_with(' ') { "" } else { "(" };
                let more = if f == "predict_linear" { ", 60" } else { "" };
                format!("{f}{open}({a})[2m:20s]{more})")
            }),
            inner.prop_map(|a| format!("-({a})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_expression_has_an_answer_or_an_error(query in expressions()) {
        let options = EngineOptions { experimental: true, ..EngineOptions::default() };
        let (engine, source) = (Engine::new(options), Memory::counters(6, 40));
        let _ = engine.instant(&source, &query, Moment { at_ms: 300_000 }, &());
        let period = Period { from_ms: -60_000, to_ms: 700_000, step_ms: 45_000 };
        let _ = engine.range(&source, &query, period, &());
    }
}
