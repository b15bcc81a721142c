use super::{Context, Template, Value};
use expect_test::{Expect, expect};
use std::collections::BTreeMap;

fn filled(text: &str, value: f64) -> String {
    let template = match Template::read(text) {
        Ok(template) => template,
        Err(error) => return format!("unreadable: {error}"),
    };
    let labels = [("job", "node"), ("instance", "db1.example.com:9100"), ("path", "/a b")];
    let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let external = BTreeMap::from([("region".to_owned(), "north".to_owned())]);
    let context = Context {
        labels: BTreeMap::from(labels),
        external_labels: &external,
        external_url: "http://here:9090/prometheus",
        value: Value::Float(value),
        at_ms: 1_435_781_430_781,
        evaluator: None,
    };
    template.fill(&context).unwrap_or_else(|error| format!("failed: {error}"))
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&filled(text, 1234.5));
}

#[test]
fn labels_and_values_are_filled_in() {
    check(
        "{{ $labels.job }} {{$labels.gone}}|{{.Labels.instance}}",
        &expect!["node |db1.example.com:9100"],
    );
    check("{{ $value }} {{ .Value | humanize }}", &expect!["1234.5 1.234k"]);
    check(
        "{{ $externalLabels.region }} {{ externalURL }}{{ pathPrefix }}",
        &expect!["north http://here:9090/prometheus/prometheus"],
    );
    check(
        "{{ index $labels \"job\" }} {{ $labels }}",
        &expect!["node map[instance:db1.example.com:9100 job:node path:/a b]"],
    );
    check("a {{- /* said to nobody */ -}} b", &expect!["ab"]);
    check("x  {{- $value -}}  y", &expect!["x1234.5y"]);
}

#[test]
fn blocks_branch_and_loop() {
    check(
        "{{ if gt $value 1e3 }}high{{ else if eq $labels.job \"node\" }}mid{{ else }}low{{ end }}",
        &expect!["high"],
    );
    check(
        "{{ if and (eq $labels.job \"node\") (lt $value 1.0) }}a{{ else }}b{{ end }}",
        &expect!["b"],
    );
    check("{{ with $labels.gone }}there{{ else }}gone{{ end }}", &expect!["gone"]);
    check("{{ with $labels.job }}<{{ . }}>{{ end }}", &expect!["<node>"]);
    check(
        "{{ range $name, $v := $labels }}{{ $name }}={{ $v }};{{ end }}",
        &expect!["instance=db1.example.com:9100;job=node;path=/a b;"],
    );
    check("{{ range query \"up\" }}x{{ else }}none{{ end }}", &expect!["none"]);
    check("{{ $x := \"a\" }}{{ if true }}{{ $x = \"b\" }}{{ end }}{{ $x }}", &expect!["b"]);
    check(
        "{{ range args 1 2 3 }}{{ if eq . 2 }}{{ continue }}{{ end }}{{ . }}{{ end }}",
        &expect!["13"],
    );
}

#[test]
fn texts_are_changed_by_functions() {
    check("{{ $labels.job | toUpper }} {{ title \"a word\" }}", &expect!["NODE A Word"]);
    check(
        "{{ reReplaceAll `\\w+` \"x\" \"é-1\" }} {{ match `^{a}\\d$` \"{a}7\" }}",
        &expect!["é-x true"],
    );
    check(
        "{{ match `a**` \"a\" }}",
        &expect!["failed: error parsing regexp: invalid nested repetition operator: `**`"],
    );
    check("{{ reReplaceAll \"(.*):.*\" \"$1\" $labels.instance }}", &expect!["db1.example.com"]);
    check(
        "{{ stripPort $labels.instance }} {{ stripDomain $labels.instance }}",
        &expect!["db1.example.com db1:9100"],
    );
    check(
        "{{ match \"^no\" $labels.job }} {{ urlQueryEscape $labels.path }}",
        &expect!["true %2Fa+b"],
    );
    check(
        "{{ printf \"%.2f|%5.1f|%-4s|%q|%d\" .Value .Value \"a\" \"b\" 7 }}",
        &expect![[r#"1234.50|1234.5|a   |"b"|7"#]],
    );
    check("{{ printf \"%v|%g|%e\" .Value 1e21 .Value }}", &expect!["1234.5|1e+21|1.234500e+03"]);
    check(
        "{{ printf \"%d\" $value }} {{ printf \"%s\" }} {{ printf \"a\" 1 }}",
        &expect!["%!d(float64=1234.5) %!s(MISSING) a%!(EXTRA int=1)"],
    );
}

#[test]
fn numbers_are_worded_for_people() {
    for (function, value, expected) in [
        ("humanize", 0.0, "0"),
        ("humanize", 1_234_567.0, "1.235M"),
        ("humanize", 0.00012, "120u"),
        ("humanize", f64::INFINITY, "+Inf"),
        ("humanize1024", 1_048_576.0, "1Mi"),
        ("humanizePercentage", 0.1234567, "12.35%"),
        ("humanizeDuration", 0.0, "0s"),
        ("humanizeDuration", 59.5, "59.5s"),
        ("humanizeDuration", 3_725.0, "1h 2m 5s"),
        ("humanizeDuration", -90_061.0, "-1d 1h 1m 1s"),
        ("humanizeDuration", 0.0051, "5.1ms"),
        ("humanizeTimestamp", 1_435_065_584.128, "2015-06-23 13:19:44.128 +0000 UTC"),
    ] {
        assert_eq!(filled(&format!("{{{{ $value | {function} }}}}"), value), expected);
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    check("{{ $labels.job", &expect!["unreadable: unclosed action"]);
    check("{{ nothing $value }}", &expect![[r#"unreadable: function "nothing" not defined"#]]);
    check("{{ $x }}", &expect![[r#"unreadable: undefined variable "$x""#]]);
    check("{{ if $value }}a", &expect!["unreadable: unexpected EOF in {{if}}"]);
    check("{{ end }}", &expect!["unreadable: unexpected {{end}}"]);
    check("{{ .Gone }}", &expect!["failed: can't evaluate field Gone"]);
    check("{{ \"a\" 1 }}", &expect!["unreadable: can't give argument to non-function"]);
    check(
        "{{ query \"up\" | first | value }}",
        &expect!["failed: error calling first: first() called on vector with no elements"],
    );
    check(
        &"{{ if true }}".repeat(60),
        &expect!["unreadable: blocks are nested deeper than 50 levels"],
    );
    check("{{ len 3 }} {{ lt 1 2.0 }}", &expect!["failed: len of type int"]);
}

#[test]
fn templates_that_would_not_end_are_ended() {
    let doubling =
        "{{ $x := \"aaaaaaaa\" }}{{ range 90 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}";
    check(doubling, &expect!["failed: what printf yields is too long"]);
    check(
        "{{ $x := 1 }}{{ range 60000 }}{{ $x = args $x }}{{ end }}",
        &expect!["failed: what args yields is too long"],
    );
    check(
        "{{ range 60000 }}{{ range 60000 }}{{ end }}x{{ end }}",
        &expect!["failed: the text or the work for it is too long"],
    );
    check(
        "{{ range 60000 }}{{ $x := printf \"%1000s\" \"a\" }}{{ end }}",
        &expect!["failed: the text or the work for it is too long"],
    );
    check(
        &format!("{{{{ $labels{} }}}}", ".a".repeat(30_000)),
        &expect!["unreadable: more than 50 fields behind one another"],
    );
    check(
        &format!("{{{{ {}1 }}}}", "(".repeat(30_000)),
        &expect!["unreadable: nested deeper than 50 levels"],
    );
}
