use kernel::Time;
use serde_json::json;

use super::{
    change::{changed, changed_fields, made, retired},
    finding,
};
use crate::{
    AttributeDefinition, Attributes, FoundResource, Kind, LifeCycle, NewResource, Resource,
    ResourceChange, ResourceId, Source,
};

const NOW: Time = Time::from_seconds(100);
const LATER: Time = Time::from_seconds(200);

pub(crate) fn id(number: u128) -> ResourceId {
    ResourceId::from_uuid(uuid::Uuid::from_u128(number))
}

fn kind() -> Kind {
    let attributes = json!([
        {"name": "port", "title": {"en": "", "zh": ""}, "type": "integer"},
        {"name": "contact", "title": {"en": "", "zh": ""}, "type": "string"},
    ]);
    Kind {
        name: "host".to_owned(),
        attributes: serde_json::from_value::<Vec<AttributeDefinition>>(attributes).unwrap(),
        life_cycle: LifeCycle::shipped(),
        ..Kind::default()
    }
}

pub(crate) fn host(number: u128) -> Resource {
    let new = NewResource { name: format!("host{number}"), ..NewResource::default() };
    made(&new, &kind(), id(number), NOW).unwrap()
}

fn attributes(value: &serde_json::Value) -> Attributes {
    value.as_object().unwrap().clone()
}

fn as_found(name: &str, port: u16) -> FoundResource {
    FoundResource {
        kind: "host".to_owned(),
        identity: "m-1".to_owned(),
        name: name.to_owned(),
        description: String::new(),
        attributes: attributes(&json!({"port": port})),
    }
}

fn found(as_found: &FoundResource) -> Resource {
    finding::found(as_found, Source::Discovery, &kind(), id(1), NOW).unwrap().resource
}

fn found_again(resource: &Resource, as_found: &FoundResource) -> Resource {
    finding::found_again(resource, as_found, Source::Discovery, &kind(), LATER).unwrap().resource
}

#[test]
fn names_and_descriptions_within_limits_are_taken() {
    for (name, description, fields) in [
        ("a", "", vec![]),
        ("  web 1 ", "two\r\nlines", vec![]),
        (&*"字".repeat(200), &*"字".repeat(4000), vec![]),
        ("", "", vec!["name"]),
        ("   ", "", vec!["name"]),
        ("a\u{0}b", "", vec!["name"]),
        ("a\nb", "x\u{7}", vec!["name", "description"]),
        (&*"字".repeat(201), &*"字".repeat(4001), vec!["name", "description"]),
    ] {
        let (name, description) = (name.to_owned(), description.to_owned());
        let new = NewResource { name, description, ..NewResource::default() };
        let found = made(&new, &kind(), id(1), NOW).err().unwrap_or_default();
        let found: Vec<&str> = found.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(found, fields, "{:?}", new.name);
    }
}

#[test]
fn change_that_changes_nothing_keeps_the_version() {
    let host = host(1);
    let change = ResourceChange { name: Some("host1 ".to_owned()), ..ResourceChange::default() };
    assert_eq!(changed(&host, &change, &kind(), LATER).unwrap(), host);
    let change = ResourceChange { name: Some("other".to_owned()), ..ResourceChange::default() };
    let next = changed(&host, &change, &kind(), LATER).unwrap();
    assert_eq!((next.version, next.updated_at, next.created_at), (2, LATER, NOW));
    assert_eq!(changed_fields(&host, &next), ["name"]);
}

#[test]
fn found_again_is_the_same_resource_until_something_differs() {
    let first = found(&as_found("web1", 80));
    assert_eq!((first.version, first.source), (1, Source::Discovery));
    assert_eq!(found_again(&first, &as_found("web1", 80)), first);
    let next = found_again(&first, &as_found("web2", 81));
    assert_eq!(next.version, 2);
    assert_eq!(changed_fields(&first, &next), ["name", "attributes.port"]);
}

#[test]
fn discovery_leaves_what_a_person_decided() {
    let first = found(&as_found("web1", 80));
    let change = ResourceChange {
        name: Some("Front door".to_owned()),
        description: Some("the shop".to_owned()),
        attributes: attributes(&json!({"contact": "Mara"})),
        ..ResourceChange::default()
    };
    let by_hand =
        retired(&changed(&first, &change, &kind(), LATER).unwrap(), &kind(), LATER).unwrap();
    assert_eq!(found_again(&by_hand, &as_found("web2", 80)), by_hand);
}

#[test]
fn finding_is_refused_with_every_wrong_field() {
    let mut wrong = as_found("", 80);
    wrong.identity = String::new();
    wrong.attributes = attributes(&json!({"port": "x"}));
    let faults = finding::found(&wrong, Source::Discovery, &kind(), id(1), NOW).unwrap_err();
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["identity", "name", "attributes.port"]);
}

#[test]
fn retired_resource_goes_back_into_use() {
    let out = retired(&host(1), &kind(), LATER).unwrap();
    assert_eq!((out.retired_at, out.version), (Some(LATER), 2));
    let change = ResourceChange { back_in_use: true, ..ResourceChange::default() };
    let back = changed(&out, &change, &kind(), LATER).unwrap();
    assert_eq!((back.retired_at, back.version), (None, 3));
    assert_eq!(changed_fields(&out, &back), ["life_cycle", "retired"]);
}
