use serde_json::json;

use super::*;

fn attribute(value: &serde_json::Value) -> AttributeDefinition {
    let mut whole = json!({"title": {"en": "x", "zh": "甲"}});
    whole.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
    serde_json::from_value(whole).unwrap()
}

fn kind(name: &str, parent: Option<&str>, attributes: Vec<AttributeDefinition>) -> Kind {
    Kind {
        name: name.to_owned(),
        title: Text::new("X", "甲"),
        icon: "server".to_owned(),
        parent: parent.map(str::to_owned),
        attributes,
        ..Kind::default()
    }
}

fn fields(kind: &Kind, kinds: &Kinds, shipped: &[AttributeDefinition]) -> Vec<String> {
    kind_faults(kind, kinds, shipped).into_iter().map(|fault| fault.field).collect()
}

#[test]
fn wrong_definitions_are_named_by_attribute_and_part() {
    let kinds = Kinds::new(vec![kind("host", None, Vec::new())]);
    for (definition, part) in [
        (json!({"name": "ok", "type": "string", "max": 5}), None),
        (json!({"name": "Big", "type": "string"}), Some("Big.name")),
        (json!({"name": "a", "type": "string", "title": {"en": "", "zh": "甲"}}), Some("a.title")),
        (json!({"name": "a", "type": "enumeration"}), Some("a.values")),
        (
            json!({"name": "a", "type": "string",
                "values": [{"value": "x", "title": {"en": "x", "zh": "x"}}]}),
            Some("a.values"),
        ),
        (json!({"name": "a", "type": "reference", "refers_to": "hots"}), Some("a.refers_to")),
        (json!({"name": "a", "type": "string", "refers_to": "host"}), Some("a.refers_to")),
        (json!({"name": "a", "type": "string", "pattern": "("}), Some("a.pattern")),
        (json!({"name": "a", "type": "string", "pattern": "(a{9}){9999}"}), Some("a.pattern")),
        (json!({"name": "a", "type": "number", "min": 2, "max": 1}), Some("a.min")),
        (json!({"name": "a", "type": "bool", "min": 2}), Some("a.min")),
        (json!({"name": "a", "type": "text", "unique": true}), Some("a.unique")),
        (json!({"name": "a", "type": "integer", "default": "x"}), Some("a.default")),
    ] {
        let found = fields(&kind("new", None, vec![attribute(&definition)]), &kinds, &[]);
        let expected: Vec<String> = part.iter().map(|part| format!("attributes.{part}")).collect();
        assert_eq!(found, expected, "{definition}");
    }
}

#[test]
fn case_of_a_kind_narrows_and_never_widens() {
    let above = kind(
        "base",
        None,
        vec![attribute(&json!({"name": "load", "type": "number", "min": 0, "max": 100}))],
    );
    let kinds = Kinds::new(vec![above]);
    for (definition, parts) in [
        (json!({"name": "load", "type": "integer", "min": 0, "max": 50}), vec![]),
        (json!({"name": "load", "type": "string", "min": 0, "max": 100}), vec!["type"]),
        (json!({"name": "load", "type": "number", "min": -1, "max": 100}), vec!["min"]),
        (json!({"name": "load", "type": "number"}), vec!["min", "max"]),
    ] {
        let case = kind("case", Some("base"), vec![attribute(&definition)]);
        let expected: Vec<String> =
            parts.iter().map(|part| format!("attributes.load.{part}")).collect();
        assert_eq!(fields(&case, &kinds, &[]), expected, "{definition}");
    }
}

#[test]
fn shipped_attributes_stay_and_kinds_are_not_their_own_parents() {
    let shipped = attribute(&json!({"name": "port", "type": "integer"}));
    let kinds =
        Kinds::new(vec![kind("a", None, vec![shipped.clone()]), kind("b", Some("a"), Vec::new())]);
    let shipped = std::slice::from_ref(&shipped);
    let without = kind("a", None, Vec::new());
    assert_eq!(fields(&without, &kinds, shipped), ["attributes.port.name"]);
    let other = kind("a", None, vec![attribute(&json!({"name": "port", "type": "string"}))]);
    assert_eq!(fields(&other, &kinds, shipped), ["attributes.port.type"]);
    let circle = kind("a", Some("b"), vec![attribute(&json!({"name": "port", "type": "integer"}))]);
    assert_eq!(fields(&circle, &kinds, shipped), ["parent"]);
}
