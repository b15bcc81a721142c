use promql::{Engine, EngineOptions, SampleValue};
use rules::{
    AlertState, Evaluator, LabelPairs, MemoryStore, Report, RuleFile, RunningGroup, Surroundings,
};
use series::Labels;
use std::time::Duration;

const MINUTE: i64 = 60_000;

fn group(text: &str) -> RunningGroup {
    let file = RuleFile::read(text).unwrap_or_else(|errors| panic!("{errors:?}"));
    RunningGroup::new(file.groups.into_iter().next().unwrap())
}

fn add(store: &MemoryStore, series: &str, at_ms: i64, value: f64) {
    store.add(&promql::parse_metric(series).unwrap(), at_ms, SampleValue::Float(value));
}

fn evaluate(group: &mut RunningGroup, store: &MemoryStore, at_ms: i64) -> Report {
    let engine = Engine::new(EngineOptions::default());
    let around = Surroundings {
        evaluator: Evaluator { engine: &engine, source: store, control: &() },
        external_labels: &LabelPairs::new(),
        external_url: "",
        query_offset_ms: 0,
        monotonic: &|| Duration::ZERO,
    };
    group.evaluate(at_ms, &around, &mut &*store)
}

fn shown(store: &MemoryStore, series: &str) -> String {
    let labels: Labels = promql::parse_metric(series).unwrap();
    let one = |(at_ms, value): (i64, SampleValue)| match value {
        SampleValue::Float(number) if series::is_stale(number) => {
            format!("stale@{}", at_ms / MINUTE)
        }
        SampleValue::Float(number) => format!("{number}@{}", at_ms / MINUTE),
        SampleValue::Histogram(_) => "histogram".to_owned(),
    };
    store.of(&labels).into_iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn rules_see_what_those_before_them_recorded() {
    let mut group = group(
        r#"groups: [{name: g, rules: [
            {record: a, expr: "sum(up)", labels: {from: first}},
            {record: b, expr: "a * 2"}]}]"#,
    );
    let store = MemoryStore::default();
    add(&store, "up{i=\"1\"}", 0, 1.0);
    add(&store, "up{i=\"2\"}", 0, 1.0);
    assert_eq!(evaluate(&mut group, &store, MINUTE), Report { samples: 2, failed: 0 });
    assert_eq!(shown(&store, "a{from=\"first\"}"), "2@1");
    assert_eq!(shown(&store, "b{from=\"first\"}"), "4@1");
}

#[test]
fn vanished_series_is_marked_stale_once() {
    let mut group = group(r#"groups: [{name: g, rules: [{record: a, expr: "up > 0"}]}]"#);
    let store = MemoryStore::default();
    for (minute, value) in [(0, 1.0), (1, 0.0), (2, 0.0), (3, 5.0)] {
        add(&store, "up{i=\"1\"}", minute * MINUTE, value);
        evaluate(&mut group, &store, minute * MINUTE);
    }
    assert_eq!(shown(&store, "a{i=\"1\"}"), "1@0 stale@1 5@3");
    group.end(4 * MINUTE, &mut &store);
    assert_eq!(shown(&store, "a{i=\"1\"}"), "1@0 stale@1 5@3 stale@4");
}

#[test]
fn failed_rule_writes_nothing_and_says_why() {
    let mut group = group(
        r#"groups: [{name: g, limit: 1, rules: [
            {record: many, expr: "up"},
            {record: same, expr: "label_replace(up, 'i', '', '', '')"},
            {record: text, expr: "'a'"},
            {record: good, expr: "count(up)"}]}]"#,
    );
    let store = MemoryStore::default();
    add(&store, "up{i=\"1\"}", 0, 1.0);
    add(&store, "up{i=\"2\"}", 0, 1.0);
    assert_eq!(evaluate(&mut group, &store, 0), Report { samples: 1, failed: 3 });
    let errors: Vec<Option<&str>> =
        group.rules().map(|(_, state)| state.last_error.as_deref()).collect();
    assert_eq!(errors[0], Some("exceeded limit of 1 with 2 series"));
    assert!(errors[1].is_some_and(|error| error.contains("same labelset")), "{errors:?}");
    assert_eq!(errors[2], Some("rule result is not a vector or scalar"));
    assert_eq!(errors[3], None);
    assert_eq!(shown(&store, "good"), "2@0");
}

#[test]
fn query_offset_looks_back_and_writes_there() {
    let mut group =
        group(r#"groups: [{name: g, query_offset: 2m, rules: [{record: a, expr: "up"}]}]"#);
    let store = MemoryStore::default();
    for minute in 0..5 {
        add(&store, "up", minute * MINUTE, minute as f64);
    }
    evaluate(&mut group, &store, 4 * MINUTE);
    assert_eq!(shown(&store, "a"), "2@2");
}

#[test]
fn replaced_group_goes_on_with_what_it_knows_and_ends_the_rest() {
    let text = |rules: &str| format!("groups: [{{name: g, rules: [{rules}]}}]");
    let mut before = group(&text(r#"{record: a, expr: up}, {record: b, expr: up}"#));
    let store = MemoryStore::default();
    add(&store, "up", 0, 1.0);
    evaluate(&mut before, &store, 0);
    let mut after = group(&text(r#"{record: a, expr: "up > 5"}"#));
    after.take_over(before);
    evaluate(&mut after, &store, MINUTE);
    assert_eq!(shown(&store, "a"), "1@0 stale@1");
    assert_eq!(shown(&store, "b"), "1@0 stale@1");
}

#[test]
fn held_rule_waits_and_goes_on_from_what_others_wrote() {
    let mut group = group(
        r#"groups: [{name: g, rules: [{record: a, expr: "up > 0", labels: {x: "1"}},
            {record: b, expr: up}]}]"#,
    );
    let store = MemoryStore::default();
    add(&store, "up", 0, 0.0);
    group.hold(&["a".to_owned()].into());
    add(&store, "a{x=\"1\"}", 0, 1.0);
    assert_eq!(evaluate(&mut group, &store, 0), Report { samples: 1, failed: 0 });
    assert_eq!(shown(&store, "a{x=\"1\"}"), "1@0");
    group.hold(&[].into());
    group.remember("a", &[promql::parse_metric("a{x=\"1\"}").unwrap()]);
    evaluate(&mut group, &store, MINUTE);
    assert_eq!(shown(&store, "a{x=\"1\"}"), "1@0 stale@1");
}

#[test]
fn alert_is_pending_fires_goes_on_and_is_over() {
    let mut group = group(
        r#"groups: [{name: g, rules: [{alert: Down, expr: "up == 0", for: 2m, keep_firing_for: 2m,
            labels: {severity: "{{ if eq $labels.i \"1\" }}high{{ end }}"},
            annotations: {text: "{{ $labels.i }} {{ $value | humanize }}"}}]}]"#,
    );
    let store = MemoryStore::default();
    let mut states = Vec::new();
    for (minute, value) in [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0].into_iter().enumerate() {
        let at_ms = i64::try_from(minute).unwrap() * MINUTE;
        add(&store, "up{i=\"1\"}", at_ms, value);
        evaluate(&mut group, &store, at_ms);
        let (_, state) = group.rules().next().unwrap();
        states.push(RunningGroup::alert_state(state));
        if let Some(alert) = state.active_alerts().next() {
            assert_eq!(alert.labels.to_string(), r#"{alertname="Down",i="1",severity="high"}"#);
            assert_eq!(alert.annotations["text"], "1 0");
        }
    }
    let (pending, firing, over) = (AlertState::Pending, AlertState::Firing, AlertState::Inactive);
    assert_eq!(states, [pending, pending, firing, firing, firing, firing, over, pending]);
    let series = r#"ALERTS{alertname="Down",alertstate="firing",i="1",severity="high"}"#;
    assert_eq!(shown(&store, series), "1@2 1@3 1@4 1@5 stale@6");
}

#[test]
fn alert_goes_on_waiting_after_a_restart() {
    let text = r#"groups: [{name: g, rules: [{alert: Down, expr: "up == 0", for: 30m}]}]"#;
    let mut before = group(text);
    let store = MemoryStore::default();
    for minute in 0..=10 {
        add(&store, "up", minute * MINUTE, 0.0);
        evaluate(&mut before, &store, minute * MINUTE);
    }
    // Five minutes nobody looks; they count for nothing.
    let mut after = group(text).waiting();
    for minute in 16..=17 {
        add(&store, "up", minute * MINUTE, 0.0);
        evaluate(&mut after, &store, minute * MINUTE);
    }
    let series = r#"ALERTS_FOR_STATE{alertname="Down"}"#;
    assert_eq!(shown(&store, series).split(' ').count(), 11);
    after.restore(17 * MINUTE, &store).unwrap();
    assert!(!after.is_waiting());
    let (_, state) = after.rules().next().unwrap();
    let since = state.active_alerts().next().unwrap().active_at_ms;
    assert_eq!(since, 7 * MINUTE);
    evaluate(&mut after, &store, 18 * MINUTE);
    assert!(shown(&store, series).ends_with("420@18"), "{}", shown(&store, series));
}

#[test]
fn times_that_cannot_be_are_no_reason_to_stop() {
    let text = r#"groups: [{name: g, rules: [{alert: Down, expr: "up == 0", for: 30m}]}]"#;
    for since in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let store = MemoryStore::default();
        add(&store, "up", 16 * MINUTE, 0.0);
        add(&store, r#"ALERTS_FOR_STATE{alertname="Down"}"#, 10 * MINUTE, since);
        let mut group = group(text).waiting();
        evaluate(&mut group, &store, 16 * MINUTE);
        group.restore(16 * MINUTE, &store).unwrap();
        assert_eq!(evaluate(&mut group, &store, 17 * MINUTE).failed, 0);
    }
}
