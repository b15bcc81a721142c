use serde_json::json;

use super::*;
use crate::AttributeDefinition;

fn kind() -> Kind {
    let definitions = json!([
        {"name": "string", "title": {"en": "", "zh": ""}, "type": "string"},
        {"name": "integer", "title": {"en": "", "zh": ""}, "type": "integer"},
        {"name": "boolean", "title": {"en": "", "zh": ""}, "type": "bool"},
        {"name": "ip", "title": {"en": "", "zh": ""}, "type": "ip"},
    ]);
    let attributes: Vec<AttributeDefinition> = serde_json::from_value(definitions).unwrap();
    Kind { attributes, ..Kind::default() }
}

fn attributes(value: &Value) -> Attributes {
    value.as_object().unwrap().clone()
}

fn put(
    kind: &Kind,
    old: &Value,
    given: &Value,
    source: Source,
) -> Result<Assigned, Vec<FieldFault>> {
    let (old, origins) = (attributes(old), Origins::new());
    let held = Held { attributes: &old, origins: &origins, source: Source::Manual };
    assigned(kind, held, &attributes(given), source)
}

#[test]
fn all_wrong_attributes_are_named_at_once() {
    let given = json!({"integer": "x", "colour": "red", "ip": "::1"});
    let faults = put(&kind(), &json!({}), &given, Source::Manual).unwrap_err();
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["attributes.colour", "attributes.integer"]);
    assert!(faults[0].expected.en.contains("ip"));
}

#[test]
fn null_removes_and_absent_keeps() {
    let old = json!({"string": "a", "integer": 1, "found": [1]});
    let given = json!({"string": null, "found": null, "boolean": true});
    let after = put(&kind(), &old, &given, Source::Manual).unwrap().attributes;
    assert_eq!(Value::Object(after), json!({"integer": 1, "boolean": true}));
}

#[test]
fn discovery_may_bring_what_is_not_defined_but_not_without_end() {
    let given = json!({"disks": [{"device": "sda"}]});
    let after = put(&kind(), &json!({}), &given, Source::Discovery).unwrap();
    assert_eq!(Value::Object(after.attributes), given);
    assert_eq!(after.origins["disks"], Source::Discovery);
    let given = json!({"big": "x".repeat(SIZE_BYTES_MAX)});
    assert!(put(&kind(), &json!({}), &given, Source::Discovery).is_err());
    let given: Attributes = (0..=COUNT_MAX).map(|n| (format!("a{n}"), json!(n))).collect();
    assert!(put(&kind(), &json!({}), &given.into(), Source::Discovery).is_err());
}

#[test]
fn less_believed_source_never_overwrites_a_more_believed_one() {
    let old = json!({"string": "by hand"});
    let given = json!({"string": "seen", "integer": 1});
    let after = put(&kind(), &old, &given, Source::Discovery).unwrap();
    assert_eq!(Value::Object(after.attributes), json!({"string": "by hand", "integer": 1}));
    assert_eq!(Value::Object(after.overruled), json!({"string": "seen"}));
    assert_eq!(after.origins.get("integer"), Some(&Source::Discovery));
}

#[test]
fn person_is_told_when_the_kind_believes_another_source_more() {
    let mut kind = kind();
    kind.authority.attributes.insert("string".to_owned(), vec![Source::Agent, Source::Manual]);
    let old = attributes(&json!({"string": "S1"}));
    let origins = Origins::from([("string".to_owned(), Source::Agent)]);
    let held = Held { attributes: &old, origins: &origins, source: Source::Manual };
    let given = attributes(&json!({"string": "S2"}));
    let faults = assigned(&kind, held, &given, Source::Manual).unwrap_err();
    assert!(faults[0].expected.en.contains("`agent`"), "{faults:?}");
    let same = attributes(&json!({"string": "S1"}));
    assert!(assigned(&kind, held, &same, Source::Manual).is_ok());
}

#[test]
fn new_resource_is_completed_by_defaults_and_lacks_nothing() {
    let mut kind = kind();
    kind.attributes[0].required = true;
    kind.attributes[1].default = Some(json!(7));
    let given = attributes(&json!({"string": "a"}));
    let whole = completed(&kind, &given).unwrap();
    assert_eq!(Value::Object(whole), json!({"string": "a", "integer": 7}));
    let faults = completed(&kind, &Attributes::new()).unwrap_err();
    assert_eq!(faults[0].field, "attributes.string");
    let refused = put(&kind, &json!({"string": "a"}), &json!({"string": null}), Source::Manual);
    assert_eq!(refused.unwrap_err()[0].field, "attributes.string");
}
