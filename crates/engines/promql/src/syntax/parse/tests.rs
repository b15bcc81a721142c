use super::*;
use expect_test::{Expect, expect};
use proptest::prelude::*;

fn shown(query: &str) -> String {
    match parse(query, ParseOptions::default()) {
        Ok(expr) => expr.to_string(),
        Err(refused) => refused.to_string(),
    }
}

fn check(query: &str, expected: &Expect) {
    expected.assert_eq(&shown(query));
}

#[test]
fn expressions_print_as_prometheus_prints_them() {
    for query in [
        "1",
        "-1",
        "0.5",
        "+Inf",
        "NaN",
        "5m",
        "\"text\"",
        "metric",
        "metric{a=\"b\",c!~\"d\"}",
        "{__name__=~\"a.*\"}",
        "{\"label.name\"=\"x\",__name__=\"metric.name\"}",
        "metric[5m]",
        "metric[5m] anchored @ 10.000 offset 1h30m",
        "metric @ start() offset -5m",
        "metric @ end()",
        "(metric)",
        "-metric",
        "sum(metric)",
        "sum by (a, b) (metric)",
        "topk without (a) (5, metric)",
        "a + b * c ^ d",
        "a == bool b",
        "a / on (x) group_left (y) b",
        "a + ignoring (x) group_right () b",
        "a and on () b",
        "a or b unless c",
        "a + fill (0) b",
        "a + on (x) fill_left (1) fill_right (-2) b",
        "h </ 5 >/ 2",
        "rate(metric[5m])[1h:1m] offset 5m",
        "max_over_time(metric[1h:])",
        "label_replace(a, \"b\", \"$1\", \"c\", \"(.*)\")",
        "metric[step() + 5m]",
        "metric offset min_of(1m, step())",
        "time()",
        "sum{a=\"b\"} + offset{} + by",
    ] {
        let printed = shown(query);
        let wanted = query.replace("offset{}", "offset");
        assert_eq!(printed, wanted, "{query}");
    }
}

#[test]
fn names_are_printed_as_prometheus_does() {
    check("{\"my.name\"}", &expect![[r#"{__name__="my.name"}"#]]);
    check("{\"up\", z='1', a='2'}", &expect![[r#"{__name__="up",a="2",z="1"}"#]]);
    check("up{z='1', \"a b\"='2'}", &expect![[r#"up{"a b"="2",z="1"}"#]]);
    check(
        "sum by (\"my.label\", job) (a) / on (\"é\") group_left (\"x y\") b",
        &expect![[r#"sum by ("my.label", job) (a) / on ("é") group_left ("x y") b"#]],
    );
    let twice = "metric name must not be set twice: \"a\" or \"b\"";
    for query in ["a{\"b\"}", "{\"a\",\"b\"}"] {
        assert!(shown(query).ends_with(twice), "{query}: {}", shown(query));
    }
}

#[test]
fn order_of_operations() {
    check("-2^2", &expect!["-2 ^ 2"]);
    check("a offset 5m + 2", &expect!["a offset 5m + 2"]);
    let tree = |query: &str| parse(query, ParseOptions::default()).unwrap();
    let Kind::Unary(true, inner) = tree("-a^2").kind else { panic!("a sign binds looser than ^") };
    assert!(matches!(inner.kind, Kind::Binary(_)));
    let Kind::Binary(product) = tree("-a*b").kind else { panic!("a sign binds tighter than *") };
    assert!(matches!(product.lhs.kind, Kind::Unary(..)));
    let Kind::Binary(sum) = tree("a offset -2 + b").kind else { panic!("offset takes a term") };
    assert_eq!(sum.op, Operator::Add);
    let Kind::Binary(power) = tree("a^b^c").kind else { panic!("a power") };
    assert!(matches!(power.lhs.kind, Kind::Vector(_)));
}

#[test]
fn mistakes_are_worded_as_prometheus_does() {
    check("", &expect!["unknown position: parse error: no expression found in input"]);
    check("1 +", &expect!["1:4: parse error: unexpected end of input"]);
    check("sum(", &expect!["1:5: parse error: unclosed left parenthesis"]);
    check("sum(up[5m", &expect!["1:10: parse error: unclosed left parenthesis"]);
    check("up)", &expect!["1:4: parse error: unexpected right parenthesis ')'"]);
    check("(1))", &expect!["1:5: parse error: unexpected right parenthesis ')'"]);
    check("up[5m][1h]", &expect!["1:7: parse error: ranges only allowed for vector selectors"]);
    check("(a + b)[5m]", &expect!["1:8: parse error: ranges only allowed for vector selectors"]);
    check(
        "up offset 5m [5m]",
        &expect!["1:14: parse error: no offset modifiers allowed before range"],
    );
    check(
        "a /\n on (x) group_left (x) b",
        &expect![[r#"1:3: parse error: label "x" must not occur in ON and GROUP clause at once"#]],
    );
    check("up @ 5 [5m]", &expect!["1:8: parse error: no @ modifiers allowed before range"]);
    check("foo{", &expect!["1:5: parse error: unexpected end of input inside braces"]);
    check("foo[5m", &expect!["1:7: parse error: unclosed left bracket"]);
    assert_eq!(
        shown("foo[]"),
        "1:5: parse error: unexpected \"]\" in subquery or range selector, expected \
         number, duration, step(), or range()"
    );
    check("foo[0m]", &expect!["1:5: parse error: duration must be greater than 0"]);
    assert_eq!(
        shown("foo{a}"),
        "1:6: parse error: unexpected \"}\" in label matching, expected label \
         matching operator"
    );
    check(
        "foo{a=b}",
        &expect![[
            r#"1:7: parse error: unexpected identifier "b" in label matching, expected string"#
        ]],
    );
    check(
        "{}",
        &expect!["1:1: parse error: vector selector must contain at least one non-empty matcher"],
    );
    check(
        "{a=\"\"}",
        &expect!["1:1: parse error: vector selector must contain at least one non-empty matcher"],
    );
    check(
        "foo{__name__=\"bar\"}",
        &expect![[r#"1:1: parse error: metric name must not be set twice: "foo" or "bar""#]],
    );
}

#[test]
fn wrong_types_and_counts_are_worded_as_prometheus_does() {
    assert_eq!(
        shown("rate(foo)"),
        "1:6: parse error: expected type range vector in call to function \"rate\", \
         got instant vector"
    );
    check(
        "rate(foo[5m], 1)",
        &expect![[r#"1:1: parse error: expected 1 argument(s) in call to "rate", got 2"#]],
    );
    check("none(foo)", &expect![[r#"1:1: parse error: unknown function with name "none""#]]);
    check(
        "1 == 1",
        &expect!["1:3: parse error: comparisons between scalars must use BOOL modifier"],
    );
    check(
        "1 and 1",
        &expect![[
            r#"1:1: parse error: set operator "and" not allowed in binary scalar expression"#
        ]],
    );
    check(
        "a + bool b",
        &expect!["1:5: parse error: bool modifier can only be used on comparison operators"],
    );
    check("a and group_left b", &expect!["1:7: parse error: unexpected <group_left>"]);
    check(
        "a and on (x) group_left b",
        &expect![[r#"1:1: parse error: no grouping allowed for "and" operation"#]],
    );
}

#[test]
fn wrong_modifiers_and_signs_are_worded_as_prometheus_does() {
    assert_eq!(
        shown("1 offset 5m"),
        "1:1: parse error: offset modifier must be preceded by an instant vector \
         selector or range vector selector or a subquery"
    );
    assert_eq!(
        shown("foo offset"),
        "1:11: parse error: unexpected end of input in offset, expected number, \
         duration, step(), or range()"
    );
    check(
        "foo @ bar",
        &expect![[r#"1:7: parse error: unexpected identifier "bar" in @, expected timestamp"#]],
    );
    assert_eq!(
        shown("topk(foo)"),
        "1:1: parse error: wrong number of arguments for aggregate expression \
         provided, expected 2, got 1"
    );
    check(
        "sum(foo,)",
        &expect!["1:8: parse error: trailing commas not allowed in function call args"],
    );
    check("foo\n + $", &expect!["2:4: parse error: unexpected character: '$'"]);
    check("\"abc", &expect!["1:1: parse error: unterminated quoted string"]);
    check("foo bar", &expect![[r#"1:5: parse error: unexpected identifier "bar""#]]);
    for query in ["up[1000000y]", "up[293y]", "up[99999999999999999999s]"] {
        check(query, &expect!["1:4: parse error: duration out of range"]);
    }
    check("up offset 300y", &expect!["1:11: parse error: duration out of range"]);
    check("5x", &expect![[r#"1:1: parse error: bad number or duration syntax: "5x""#]]);
}

#[test]
fn depth_is_limited_and_never_a_crash() {
    let nested = |count: usize| format!("{}1{}", "(".repeat(count), ")".repeat(count));
    assert!(parse(&nested(150), ParseOptions::default()).is_ok());
    for query in [
        nested(10_000),
        "-".repeat(10_000) + "a",
        "(".repeat(1 << 19),
        "a".to_owned() + &"+a".repeat(10_000),
        "a".to_owned() + &"^a".repeat(10_000),
        "a".to_owned() + &"[5m:]".repeat(10_000),
        "abs(".repeat(10_000),
        "a[".to_owned() + &"(".repeat(10_000),
        "a offset ".to_owned() + &"(".repeat(10_000),
        "a[".to_owned() + &"-".repeat(10_000) + "5m]",
        "a".repeat((1 << 20) + 1),
    ] {
        assert!(parse(&query, ParseOptions::default()).is_err());
    }
}

#[test]
fn experimental_things_can_be_refused() {
    let stable = ParseOptions { experimental: false };
    for query in ["limitk(1, a)", "info(a)", "rate(a[5m] anchored)", "a[step()]", "a + fill(0) b"] {
        assert!(parse(query, stable).is_err(), "{query}");
        assert!(parse(query, ParseOptions::default()).is_ok(), "{query}");
    }
}

/// Expressions as text, built so that most of them are lawful.
fn expressions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-z]{1,3}(:[a-z]{1,2})?",
        "[a-z]{1,3}\\{[a-z]{1,2}(=|!=|=~|!~)\"[a-z.]{0,3}\"\\}",
        "[0-9]{1,3}(\\.[0-9]{1,2})?",
        Just("rate(x[5m])".to_owned()),
        Just("max_over_time(y[1h:5m] offset 1m)".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        prop_oneof![
            (inner.clone(), "(\\+|-|\\*|/|%|\\^| atan2 )", inner.clone())
                .prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            (inner.clone(), "( and | or | unless | > bool )", inner.clone())
                .prop_map(|(a, op, b)| format!("{a}{op}{b}")),
            inner.clone().prop_map(|a| format!("({a})")),
            inner.clone().prop_map(|a| format!("-{a}")),
            inner.clone().prop_map(|a| format!("sum by (a, b) ({a})")),
            inner.clone().prop_map(|a| format!("abs({a})")),
            inner.prop_map(|a| format!("({a})[5m:1m] @ 5 offset -1m")),
        ]
    })
}

proptest! {
    #[test]
    fn printing_and_reading_agree(query in expressions()) {
        if let Ok(expr) = parse(&query, ParseOptions::default()) {
            let printed = expr.to_string();
            let again = parse(&printed, ParseOptions::default()).map(|expr| expr.to_string());
            prop_assert_eq!(again.ok(), Some(printed));
            let pretty = expr.pretty();
            prop_assert!(parse(&pretty, ParseOptions::default()).is_ok(), "{}", pretty);
            let _ = expr.to_json();
        }
    }

    #[test]
    fn nothing_makes_the_parser_panic(query in "\\PC{0,60}") {
        let _ = parse(&query, ParseOptions::default());
    }

    #[test]
    fn pieces_of_queries_do_not_either(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "a", "sum", "by", "(", ")", "[", "]", "{", "}", "5m", "1", "+", "-", "^", "offset",
                "@", "start", "=~", "\"x\"", "'", ",", ":", "bool", "on", "group_left", "fill",
                "and", "atan2", "</", "step", "min_of", "anchored", "#", "\n", "0x", "_", "é",
            ]),
            0..30,
        )
    ) {
        let query = pieces.join(" ");
        if let Ok(expr) = parse(&query, ParseOptions::default()) {
            let _ = expr.pretty();
        }
    }
}
