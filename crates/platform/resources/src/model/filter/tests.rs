use expect_test::{Expect, expect};
use kernel::{Text, Time};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{AttributeDefinition, Kind, RelationKind};

fn kind(name: &str, parent: Option<&str>, attributes: serde_json::Value) -> Kind {
    let attributes: Vec<AttributeDefinition> = serde_json::from_value(attributes).unwrap();
    let (name, parent) = (name.to_owned(), parent.map(str::to_owned));
    Kind { title: Text::new(&name, "中文"), name, parent, attributes, ..Kind::default() }
}

fn schema() -> Schema {
    let kinds = [
        kind(
            "host",
            None,
            json!([
                {"name": "memory_bytes", "type": "integer", "unit": "B"},
                {"name": "address", "type": "ip"},
                {"name": "serial", "type": "string"},
                {"name": "rotational", "type": "bool"},
                {"name": "bought", "type": "date"},
                {"name": "unit", "type": "string"},
                {"name": "groups", "type": "string", "list": true},
                {"name": "level", "type": "enumeration", "values": [
                    {"value": "core", "title": {"en": "Core", "zh": "核心"}},
                    {"value": "edge", "title": {"en": "Edge", "zh": "边缘"}}]}
            ]),
        ),
        kind("service", None, json!([{"name": "serial", "type": "integer"}])),
        kind("website", Some("service"), json!([])),
    ];
    let relation = |name: &str| RelationKind { name: name.to_owned(), ..RelationKind::default() };
    let mut places = Places::default();
    let (exactly, below) = (vec!["n".into()], vec!["n".into(), "n1".into()]);
    let north = PlaceSet { exactly, below, ..PlaceSet::default() };
    places.units.insert("North".to_owned(), north);
    Schema::new(&kinds, &[relation("runs-on"), relation("part-of")], places)
}

fn now() -> Time {
    Time::from_seconds(1_700_000_000)
}

fn check(text: &str, expected: &Expect) {
    let shown = match parsed(text, &schema(), now()) {
        Ok(filter) => format!("{filter:?}").replace(", ", ",\n"),
        Err(faults) => {
            let line = |fault: &FieldFault| {
                format!("{}\n    {}", fault.found, fault.expected.en.replace(": ", ":\n    "))
            };
            faults.iter().map(line).collect::<Vec<_>>().join("\n")
        }
    };
    expected.assert_eq(&shown);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, not steps")]
fn filters_read_as_they_are_meant() {
    check("", &expect!["Everything"]);
    check(
        "kind = host",
        &expect![[r#"
        Test(Kind,
        OneOf(["host"]))"#]],
    );
    check(
        "kind under service",
        &expect![[r#"
        Test(Kind,
        OneOf(["service",
        "website"]))"#]],
    );
    check(
        "memory_bytes > 8GiB and not retired",
        &expect![[r#"
            All([Test(Attribute("memory_bytes"),
            Number(Greater,
            8589934592.0)),
            Not(Test(Retired,
            Flag(true)))])"#]],
    );
    check(
        "a = 1",
        &expect![[r#"
        a
            at character 1:
            a field that a kind has"#]],
    );
    check(
        "level in (core, 边缘) or level = core",
        &expect![[r#"
            Any([Test(Attribute("level"),
            OneOf(["core",
            "edge"])),
            Test(Attribute("level"),
            OneOf(["core"]))])"#]],
    );
    check(
        "runs_on.part_of.name = x",
        &expect![[r#"
            Related { relation: "runs-on",
            direction: Forward,
            filter: Related { relation: "part-of",
            direction: Forward,
            filter: Test(Name,
            OneOf(["x"])) } }"#]],
    );
    check(
        "by_runs_on(kind = service and has serial)",
        &expect![[r#"
            Related { relation: "runs-on",
            direction: Backward,
            filter: All([Test(Kind,
            OneOf(["service"])),
            Any([Test(Attribute("serial"),
            Present),
            Test(Attribute("serial"),
            Present)])]) }"#]],
    );
    check(
        "unit under North",
        &expect![[r#"
        Test(Unit,
        OneOf(["n",
        "n1"]))"#]],
    );
    check(
        "attributes.unit = North",
        &expect![[r#"
        Test(Attribute("unit"),
        OneOf(["North"]))"#]],
    );
    check(
        "serial = 12",
        &expect![[r#"
        Test(Attribute("serial"),
        OneOf(["12"]))"#]],
    );
    check(
        "serial > 12",
        &expect![[r#"
        Test(Attribute("serial"),
        Number(Greater,
        12.0))"#]],
    );
    check(
        "address in 10.0.0.0/8",
        &expect![[r#"
            Test(Attribute("address"),
            Between("40a000000",
            "40affffff"))"#]],
    );
    check(
        "updated_at > now - 7d",
        &expect![[r#"
            Test(UpdatedAt,
            Time(Greater,
            Time(1699395200000000)))"#]],
    );
    check(
        "groups != Admin",
        &expect![[r#"
        Not(Test(Listed("groups"),
        OneOf(["Admin"])))"#]],
    );
    check(
        "has runs_on",
        &expect![[r#"
            Related { relation: "runs-on",
            direction: Forward,
            filter: Everything }"#]],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, not steps")]
fn faults_say_where_what_and_what_instead() {
    for (text, expected) in [
        (
            "memory_byte > 1",
            expect![[r#"
                memory_byte
                    at character 1:
                    a field that a kind has; did you mean `memory_bytes`?"#]],
        ),
        (
            "kind = hots",
            expect![[r#"
                hots
                    at character 8:
                    one of host, service, website; did you mean `host`?"#]],
        ),
        (
            "memory_bytes > lots",
            expect![[r#"
            lots
                at character 16:
                a size such as 512MiB or 8GB"#]],
        ),
        (
            "memory_bytes ~ 8",
            expect![[r#"
                memory_bytes
                    at character 16:
                    one of the operators that this field takes:
                    = != < <= > >= in not in"#]],
        ),
        (
            "kind = ",
            expect![[r#"
            …
                at character 8:
                a value"#]],
        ),
        (
            "kind",
            expect![[r#"
                …
                    at character 5:
                    an operator after this field; only true-or-false fields stand alone"#]],
        ),
        (
            "kind = host and",
            expect![[r#"
            …
                at character 16:
                a field, `not` or `(`"#]],
        ),
        (
            "(kind = host",
            expect![[r#"
            …
                at character 13:
                `and`, `or` or `)`"#]],
        ),
        (
            "kind = host)",
            expect![[r#"
            )
                at character 12:
                `and`, `or` or the end"#]],
        ),
        (
            "kind host",
            expect![[r#"
                host
                    at character 6:
                    an operator:
                    `=`, `!=`, `<`, `<=`, `>`, `>=`, `~`, `!~`, `in`, `under`"#]],
        ),
        (
            "名称 = \"x",
            expect![[r#"
                "x
                    at character 6:
                    a closing quote for the text that begins here"#]],
        ),
        (
            "runs_on = x",
            expect![[r#"
                runs_on
                    at character 1:
                    a field of the other resource, such as `runs_on.name`"#]],
        ),
        (
            "run_on.name = x",
            expect![[r#"
                run_on
                    at character 1:
                    a relation such as `runs_on`; did you mean `runs_on`?"#]],
        ),
    ] {
        check(text, &expected);
    }
}

#[test]
fn faults_of_values_say_what_is_expected() {
    for (text, expected) in [
        (
            "part_of.part_of.part_of.part_of.name = x",
            expect![[r#"
                part_of.part_of.part_of.part_of.name
                    at character 1:
                    at most 3 relations in a row"#]],
        ),
        (
            "updated_at > soon",
            expect![[r#"
                soon
                    at character 14:
                    a time such as 2026-01-31T08:00:00Z, 2026-01-31 or now - 7d"#]],
        ),
        (
            "address = web",
            expect![[r#"
                web
                    at character 11:
                    an address such as 10.1.2.3 or a network such as 10.0.0.0/8"#]],
        ),
        (
            "unit under South",
            expect![[r#"
            South
                at character 12:
                the id, code or name of a unit"#]],
        ),
        (
            "level = heart and kind = x",
            expect![[r#"
                heart
                    at character 9:
                    one of core, edge
                x
                    at character 26:
                    one of host, service, website"#]],
        ),
    ] {
        check(text, &expected);
    }
}

#[test]
fn too_long_too_deep_and_too_many_are_refused_at_once() {
    let long = "x".repeat(1024 * 1024);
    check(
        &long,
        &expect![[r#"
        1048576 B
            at character 1:
            at most 16 KiB"#]],
    );
    let deep = format!("{}retired{}", "(".repeat(65), ")".repeat(65));
    check(
        &deep,
        &expect![[r#"
        (
            at character 65:
            brackets at most 64 deep"#]],
    );
    let deep = format!("{}retired", "not ".repeat(5000));
    assert!(parsed(&deep[..16_000], &schema(), now()).is_err());
    let many = vec!["retired"; 201].join(" or ");
    check(
        &many,
        &expect![[r#"
        retired
            at character 2201:
            at most 200 comparisons"#]],
    );
    assert!(parsed(&vec!["retired"; 200].join(" or "), &schema(), now()).is_ok());
    let list = format!("kind in ({})", vec!["host"; 501].join(","));
    check(
        &list,
        &expect![[r#"
        ,
            at character 2509:
            at most 500 values"#]],
    );
}

#[test]
fn what_could_follow_is_offered() {
    for (text, from, expected) in [
        ("mem", 0, "memory_bytes"),
        ("kind = ", 7, "host service website"),
        ("kind = web", 7, "website"),
        ("kind ", 5, "= != ~ !~ in not in under and or"),
        ("memory_bytes ", 13, "= != < <= > >= in not in and or"),
        ("retired and runs_on.ser", 12, "runs_on.serial"),
        ("kind = host a", 12, "and"),
        ("(kind = host) o", 14, "or"),
        ("level in (", 10, "core edge"),
        ("核", 0, ""),
        ("kind = \"x", 8, ""),
    ] {
        let (at, found) = complete(text, text.len(), &schema());
        let found: Vec<&str> = found.iter().map(|candidate| candidate.text.as_str()).collect();
        assert_eq!((at, found.join(" ")), (from, expected.to_owned()), "{text}");
    }
    let (_, all) = complete("", 0, &schema());
    assert!(all.iter().any(|candidate| candidate.text == "runs_on"));
    assert!(all.iter().any(|candidate| candidate.text == "not"));
}

proptest! {
    #[test]
    fn nothing_that_is_written_makes_it_panic(
        text in "(\\PC|[ ()=<>!~,\".]|and|or|not|kind){0,40}",
        at in 0_usize..60,
    ) {
        let _ = parsed(&text, &schema(), now());
        let _ = complete(&text, at, &schema());
    }
}
