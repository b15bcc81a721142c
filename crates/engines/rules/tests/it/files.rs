use expect_test::{Expect, expect};
use rules::{RuleFile, RuleKind};

fn refused(text: &str, expected: &Expect) {
    let errors = RuleFile::read(text).expect_err("the file is wrong");
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    expected.assert_eq(&errors.join("\n"));
}

#[test]
fn file_is_read_with_all_its_fields() {
    let text = r#"
groups:
  - name: node
    interval: 30s
    query_offset: 1m
    limit: 10
    labels: {team: ops, severity: low}
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
        labels:
          team: dba
          tier: 1
      - alert: Down
        expr: up == 0
        for: 5m
        keep_firing_for: 10m
        annotations:
          summary: "{{ $labels.instance }} is down"
  - name: empty
"#;
    let file = RuleFile::read(text).unwrap();
    assert_eq!(file.groups.len(), 2);
    let group = &file.groups[0];
    assert_eq!(
        (group.interval_ms, group.query_offset_ms, group.limit),
        (Some(30_000), Some(60_000), 10)
    );
    let labels: Vec<String> =
        group.rules[0].labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(labels, ["severity=low", "team=dba", "tier=1"]);
    assert!(group.rules[0].is_recording());
    let RuleKind::Alert(alert) = &group.rules[1].kind else { panic!("an alerting rule is wanted") };
    assert_eq!((alert.hold_ms, alert.keep_firing_ms), (300_000, 600_000));
    assert_eq!(file.groups[1].rules, []);
}

#[test]
fn nothing_is_a_file_without_groups() {
    for text in ["", "\n# only a comment\n", "---\n", "groups:\n", "groups: []\n"] {
        assert_eq!(RuleFile::read(text).unwrap().groups, [], "{text:?}");
    }
    assert_eq!(RuleFile::read("--- {groups: [{name: a}]}").unwrap().groups.len(), 1);
}

#[test]
fn file_that_grows_when_it_is_read_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let many = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{many}]\n"));
    }
    assert!(RuleFile::read(&text).is_err());
    assert!(RuleFile::read(&"[".repeat(100_000)).is_err());
    let deep =
        format!("groups: [{{name: g, rules: [{{record: a, expr: '{}'}}]}}]", "(".repeat(50_000));
    assert!(RuleFile::read(&deep).is_err());
}

#[test]
fn everything_that_is_wrong_is_named_with_its_place() {
    refused(
        r#"groups:
  - name: a
    rules:
      - record: x
        expr: sum(
      - record: "{"
        expr: up
        for: 5m
      - alert: A
        record: b
        expr: up
      - expr: up
      - alert: B
        expr: up
        annotations: {text: "{{ nothing }}"}
  - name: a
"#,
        &expect![[r#"
5:15: group "a", rule 1, "x": could not parse expression: 1:5: parse error: unclosed left parenthesis
6:17: group "a", rule 2, "{": invalid field 'for' in recording rule
6:17: group "a", rule 2, "{": braces present in the recording rule name; should it be in expr?: {
9:16: group "a", rule 3, "A": only one of 'record' and 'alert' must be set
12:9: group "a", rule 4, "": one of 'record' or 'alert' must be set
13:9: group "a", rule 5, "B": annotation "text": function "nothing" not defined
16:5: groupname: "a" is repeated in the same file"#]],
    );
}

#[test]
fn yaml_that_is_none_is_refused_with_its_place() {
    refused(
        "groups:\n  - name: a\n    foo: b\n",
        &expect![
            "3:5: unknown field `foo`, expected one of name, interval, query_offset, limit, \
                 rules, labels"
        ],
    );
    refused("groups: [\n", &expect!["1:9: unclosed bracket '['"]);
    refused(
        "groups:\n  - name: a\n    interval: soon\n",
        &expect![[r#"3:15: not a valid duration string: "soon""#]],
    );
    refused(
        "groups:\n  - name: a\n    rules:\n      - record: a\n        record: b\n",
        &expect!["5:9: duplicate mapping key: record"],
    );
}
