use expect_test::{Expect, expect};

use super::*;

fn relabeller(rules: serde_json::Value) -> Result<Relabeller, Vec<RelabelFault>> {
    let rules: Vec<RelabelRule> = serde_json::from_value(rules).unwrap();
    Relabeller::new(&BTreeMap::new(), &rules)
}

/// What becomes of `{a="foo",b="bar",c="baz"}`, as in Prometheus' own tests.
fn check(rules: &str, expected: &Expect) {
    let rules = serde_json::from_str(&format!("[{rules}]")).unwrap();
    let labels = Labels::from_pairs([("a", "foo"), ("b", "bar"), ("c", "baz")]).unwrap();
    let became = relabeller(rules).unwrap().labels(&labels);
    expected.assert_eq(&became.map_or_else(|| "dropped".to_owned(), |labels| labels.to_string()));
}

#[test]
fn values_become_what_prometheus_makes_of_them() {
    let table = [
        (
            r#"{"source_labels":["a"],"regex":"f(.*)","target_label":"d","separator":";",
                "replacement":"ch${1}-ch${1}","action":"replace"}"#,
            expect![[r#"{a="foo",b="bar",c="baz",d="choo-choo"}"#]],
        ),
        (
            r#"{"source_labels":["a","b"],"regex":"f(.*);(.*)r","target_label":"a",
                "replacement":"b${1}${2}m"},
               {"source_labels":["c","a"],"regex":"(b).*b(.*)ba(.*)","target_label":"d",
                "replacement":"$1$2$2$3"}"#,
            expect![[r#"{a="boobam",b="bar",c="baz",d="boooom"}"#]],
        ),
        (
            r#"{"source_labels":["a"],"regex":".*o.*","action":"drop"},
               {"source_labels":["a"],"regex":"f(.*)","target_label":"d","replacement":"$1"}"#,
            expect!["dropped"],
        ),
        (
            r#"{"source_labels":["a"],"regex":"no-match","action":"drop"}"#,
            expect![[r#"{a="foo",b="bar",c="baz"}"#]],
        ),
        (
            r#"{"source_labels":["a"],"regex":"f|o","action":"drop"}"#,
            expect![[r#"{a="foo",b="bar",c="baz"}"#]],
        ),
        (r#"{"source_labels":["a"],"regex":"no-match","action":"keep"}"#, expect!["dropped"]),
        (
            r#"{"source_labels":["a"],"regex":"f.*","action":"keep"}"#,
            expect![[r#"{a="foo",b="bar",c="baz"}"#]],
        ),
        (
            r#"{"source_labels":["a"],"regex":"f","target_label":"b","replacement":"x"}"#,
            expect![[r#"{a="foo",b="bar",c="baz"}"#]],
        ),
        // The syntax is RE2's: sets are of ASCII, groups may begin with a digit.
        (
            r#"{"source_labels":["a"],"regex":"(?P<1st>\\w)(\\Qoo\\E)","target_label":"b",
                "replacement":"${1st}-$2"}"#,
            expect![[r#"{a="foo",b="f-oo",c="baz"}"#]],
        ),
        (
            r#"{"source_labels":["a"],"regex":"\\D+","target_label":"b","replacement":"é"},
               {"source_labels":["b"],"regex":"\\w+","action":"keep"}"#,
            expect!["dropped"],
        ),
        // A match that yields nothing removes the label.
        (
            r#"{"source_labels":["a"],"regex":"f.*","target_label":"b","replacement":"$2"}"#,
            expect![[r#"{a="foo",c="baz"}"#]],
        ),
    ];
    for (rules, expected) in table {
        check(rules, &expected);
    }
}

#[test]
fn labels_become_what_prometheus_makes_of_them() {
    let table = [
        (
            r#"{"source_labels":["c"],"target_label":"d","action":"hashmod","modulus":1000}"#,
            expect![[r#"{a="foo",b="bar",c="baz",d="976"}"#]],
        ),
        (
            r#"{"regex":"(b.*)","replacement":"bar_${1}","action":"labelmap"}"#,
            expect![[r#"{a="foo",b="bar",bar_b="bar",c="baz"}"#]],
        ),
        (r#"{"regex":"a|b","action":"labeldrop"}"#, expect![[r#"{c="baz"}"#]]),
        (r#"{"regex":"a|b","action":"labelkeep"}"#, expect![[r#"{a="foo",b="bar"}"#]]),
        (r#"{"regex":".*","action":"labeldrop"}"#, expect!["dropped"]),
        (
            r#"{"source_labels":["a"],"target_label":"a","action":"uppercase"}"#,
            expect![[r#"{a="FOO",b="bar",c="baz"}"#]],
        ),
        (r#"{"source_labels":["a"],"target_label":"b","action":"keepequal"}"#, expect!["dropped"]),
        (
            r#"{"source_labels":["a"],"target_label":"b","action":"dropequal"}"#,
            expect![[r#"{a="foo",b="bar",c="baz"}"#]],
        ),
        // A target that is no name changes nothing.
        (
            r#"{"source_labels":["a"],"regex":"(.*)","target_label":"${1}","replacement":"x"}"#,
            expect![[r#"{a="foo",b="bar",c="baz",foo="x"}"#]],
        ),
    ];
    for (rules, expected) in table {
        check(rules, &expected);
    }
}

#[test]
fn rules_that_make_no_sense_are_refused_with_the_field() {
    let table = [
        (r#"{"regex":"("}"#, "regex"),
        (r#"{"regex":"x)|(?:y","target_label":"a"}"#, "regex"),
        (r#"{"source_labels":["a"]}"#, "target_label"),
        (r#"{"target_label":"a-b"}"#, "target_label"),
        (r#"{"target_label":"${1"}"#, "target_label"),
        (r#"{"target_label":"$1","action":"lowercase"}"#, "target_label"),
        (r#"{"action":"hashmod","target_label":"a"}"#, "modulus"),
        (r#"{"action":"labelmap","replacement":"a-$1"}"#, "replacement"),
        (r#"{"action":"labeldrop","source_labels":["a"]}"#, "source_labels"),
        (r#"{"action":"keepequal","target_label":"a","regex":"x"}"#, "regex"),
    ];
    for (rule, field) in table {
        let rules: Vec<RelabelRule> = vec![
            RelabelRule { target_label: "fine".to_owned(), ..RelabelRule::default() },
            serde_json::from_str(rule).unwrap(),
        ];
        let faults = Relabeller::new(&BTreeMap::new(), &rules).unwrap_err();
        let named: Vec<_> = faults.iter().map(|fault| (fault.rule, fault.wrong.field())).collect();
        assert_eq!(named, [(1, field)], "{rule}");
    }
    assert!(serde_json::from_str::<RelabelRule>(r#"{"action":"explode"}"#).is_err());
    assert!(serde_json::from_str::<RelabelRule>(r#"{"regexp":"x"}"#).is_err());
}

#[test]
fn external_labels_are_added_where_the_series_lacks_them_and_seen_by_the_rules() {
    let external = BTreeMap::from([
        ("site".to_owned(), "hq".to_owned()),
        ("job".to_owned(), "mainstay".to_owned()),
    ]);
    let keep = RelabelRule {
        source_labels: vec!["site".to_owned()],
        regex: "hq".to_owned(),
        action: RelabelAction::Keep,
        ..RelabelRule::default()
    };
    let relabeller = Relabeller::new(&external, &[keep]).unwrap();
    let own = Labels::new("up", [("job", "node")]).unwrap();
    let became = relabeller.labels(&own).unwrap();
    assert_eq!(became.to_string(), r#"up{job="node",site="hq"}"#);
    let elsewhere = Labels::new("up", [("site", "branch")]).unwrap();
    assert_eq!(relabeller.labels(&elsewhere), None);
}
