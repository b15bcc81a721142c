use expect_test::{Expect, expect};
use rules::{TestFile, TestSources};

/// The rules that the tests here are about.
pub(crate) const RULES: &str = r#"
groups:
  - name: example
    rules:
      - record: job:up:avg
        expr: avg by (job) (up)
      - alert: InstanceDown
        expr: up == 0
        for: 5m
        labels:
          severity: page
        annotations:
          summary: "Instance {{ $labels.instance }} down"
          description: "{{ $labels.instance }} of {{ $labels.job }} is down."
      - alert: AlwaysFiring
        expr: "1"
"#;

fn failures(test: &str) -> String {
    let file = TestFile::read(test).unwrap_or_else(|error| panic!("{error}"));
    let files = file.rule_files().map(|name| (name.to_owned(), RULES.to_owned())).collect();
    file.run(&TestSources { files }).join("\n\n")
}

fn check(test: &str, expected: &Expect) {
    expected.assert_eq(&failures(test));
}

/// The example of Prometheus' documentation, in other numbers.
pub(crate) const HOLDS: &str = r#"
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - series: 'up{job="prometheus", instance="localhost:9090"}'
        values: '0 0 0 0 0 0 0 0 0 0 0 0 0 0 0'
      - series: 'up{job="node_exporter", instance="localhost:9100"}'
        values: '1+0x6 0 0 0 0 0 0 0 0'
      - series: 'go_goroutines{job="prometheus", instance="localhost:9090"}'
        values: '10+10x2 30+20x5'
    alert_rule_test:
      - eval_time: 10m
        alertname: InstanceDown
        exp_alerts:
          - exp_labels:
              severity: page
              instance: localhost:9090
              job: prometheus
            exp_annotations:
              summary: "Instance localhost:9090 down"
              description: "localhost:9090 of prometheus is down."
      - eval_time: 0
        alertname: AlwaysFiring
        exp_alerts:
          - {}
    promql_expr_test:
      - expr: go_goroutines > 5
        eval_time: 4m
        exp_samples:
          - labels: 'go_goroutines{job="prometheus",instance="localhost:9090"}'
            value: 50
      - expr: job:up:avg
        eval_time: 5m
        exp_samples:
          - labels: 'job:up:avg{job="node_exporter"}'
            value: 1
          - labels: 'job:up:avg{job="prometheus"}'
            value: 0
      - expr: count(ALERTS) by (alertname, alertstate)
        eval_time: 4m
        exp_samples:
          - labels: '{alertname="AlwaysFiring",alertstate="firing"}'
            value: 1
          - labels: '{alertname="InstanceDown",alertstate="pending"}'
            value: 1
"#;

#[test]
fn tests_that_hold_say_nothing() {
    check(HOLDS, &expect![""]);
}

/// Everything in it is wrong.
pub(crate) const FAILS: &str = r#"
rule_files: [rules.yml]
tests:
  - interval: 1m
    name: wrong
    input_series:
      - series: 'up{job="a", instance="b"}'
        values: 0x10
    alert_rule_test:
      - eval_time: 3m
        alertname: InstanceDown
        exp_alerts:
          - exp_labels: {severity: page}
      - eval_time: 6m
        alertname: InstanceDown
    promql_expr_test:
      - expr: up * 1.5
        eval_time: 5m
        exp_samples:
          - labels: 'up{job="a"}'
            value: 12.5
      - expr: nothing
        eval_time: 5m
        exp_samples:
          - labels: 'nothing'
            value: 1
"#;

#[test]
fn what_does_not_hold_is_said_as_promtool_says_it() {
    // The first line keeps the blanks in front of the others.
    let said = format!("FAILED:\n{}", failures(FAILS));
    expect![[r#"
            FAILED:
                name: wrong,
                alertname: InstanceDown, time: 3m, 
                    exp:[
                        0:
                          Labels:{alertname="InstanceDown", severity="page"}
                          Annotations:{}
                        ], 
                    got:[]

                name: wrong,
                alertname: InstanceDown, time: 6m, 
                    exp:[], 
                    got:[
                        0:
                          Labels:{alertname="InstanceDown", instance="b", job="a", severity="page"}
                          Annotations:{description="b of a is down.", summary="Instance b down"}
                        ]

                expr: "up * 1.5", time: 5m,
                    exp: {__name__="up", job="a"} 1.25E+01
                    got: {instance="b", job="a"} 0E+00

                expr: "nothing", time: 5m,
                    exp: {__name__="nothing"} 1E+00
                    got: nil"#]]
    .assert_eq(&said);
}

#[test]
fn histograms_times_and_near_values_are_compared() {
    check(
        r#"
fuzzy_compare: true
tests:
  - interval: 30s
    start_timestamp: "2024-01-01T00:00:00Z"
    input_series:
      - series: h
        values: '{{schema:1 sum:2 count:3 buckets:[1 2]}}x3'
      - series: x
        values: '0.1 0.2'
    promql_expr_test:
      - expr: h + h
        eval_time: 1m
        exp_samples:
          - labels: '{}'
            histogram: '{{schema:1 sum:4 count:6 counter_reset_hint:not_reset buckets:[2 4]}}'
      - expr: x offset 30s + x
        eval_time: 30s
        exp_samples:
          - labels: '{}'
            value: 0.3
      - expr: time()
        eval_time: 1m
        exp_samples:
          - value: 1704067260
"#,
        &expect![""],
    );
}

#[test]
fn tests_that_cannot_be_run_say_why() {
    for (test, said) in [
        ("{input_series: [{series: 'a{', values: '1'}]}", "input series \"a{\": 1:"),
        ("{input_series: [{series: a, values: '1 b'}]}", "unexpected \"b\" in series values"),
        (
            "{name: n, alert_rule_test: [{eval_time: 1m}]}",
            "misses required attribute alertname at eval_time 1m (in TestGroup n)",
        ),
        (
            "{promql_expr_test: [{expr: 'sum(', eval_time: 1m}]}",
            "    expr: \"sum(\", time: 1m, err: 1:",
        ),
        (
            "{promql_expr_test: [{expr: \"'a'\"}]}",
            "    expr: \"'a'\", time: 0s, err: rule result is not a vector or scalar",
        ),
        ("{promql_expr_test: [{expr: a, eval_time: 9y}]}", "at most 1000000 are allowed"),
    ] {
        let failures = failures(&format!("tests: [{test}]"));
        assert!(failures.contains(said), "{test}: {failures}");
    }
    let error = TestFile::read("group_eval_order: [a, b, a]").unwrap_err().to_string();
    assert_eq!(error, "group name repeated in evaluation order: a");
    assert!(TestFile::read("test: []").is_err());
}
