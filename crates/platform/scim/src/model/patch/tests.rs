use serde_json::json;

use super::*;
use crate::model::resource::canonical;

const USER: ResourceType = ResourceType::User;
const EXTENSION: &str = "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP: ResourceType = ResourceType::Group;

fn patch(before: &Value, operations: &Value, of: ResourceType) -> Result<Value, ScimError> {
    let before = canonical(before, of)?;
    let changes = changes_of(&json!({ "Operations": operations }))?;
    patched(&before, &changes, of).map(Value::Object)
}

fn user() -> Value {
    json!({
        "userName": "bjensen",
        "active": true,
        "name": { "givenName": "Barbara", "familyName": "Jensen" },
        "emails": [{ "value": "b@example.com", "type": "work", "primary": true },
            { "value": "b@example.org", "type": "home" }],
        ENTERPRISE: { "department": "Tours" },
    })
}

/// What Entra ID sends, by its public documentation.
#[test]
fn changes_of_entra_id_are_understood() {
    let after = patch(
        &user(),
        &json!([
            { "op": "Replace", "path": "active", "value": "False" },
            { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "x@example.com" },
            { "op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+86 138" },
            { "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "M1" },
            { "op": "Replace", "path": format!("{ENTERPRISE}:department"), "value": "Sales" },
            { "op": "Add", "path": "addresses[type eq \"work\"].country", "value": "CN" },
        ]),
        USER,
    )
    .unwrap();
    assert_eq!(after["active"], false);
    assert_eq!(after["emails"][0]["value"], "x@example.com");
    assert_eq!(after["emails"][0]["primary"], true);
    assert_eq!(after["phoneNumbers"], json!([{ "type": "mobile", "value": "+86 138" }]));
    let extension = json!({ "department": "Sales", "manager": { "value": "M1" } });
    assert_eq!(after[ENTERPRISE], extension);
    let flat = patch(
        &user(),
        &json!([{ "op": "replace", "value": { "name.givenName": "Babs", "active": "true",
            format!("{ENTERPRISE}:costCenter"): "4130" } }]),
        USER,
    )
    .unwrap();
    assert_eq!(flat["name"], json!({ "givenName": "Babs", "familyName": "Jensen" }));
    assert_eq!(flat[ENTERPRISE], json!({ "department": "Tours", "costCenter": "4130" }));
}

/// What Okta sends, by its public documentation.
#[test]
fn changes_of_okta_are_understood() {
    let after =
        patch(&user(), &json!([{ "op": "replace", "value": { "active": false } }]), USER).unwrap();
    assert_eq!(after["active"], false);
    let group = json!({ "displayName": "Desk", "members": [{ "value": "a" }, { "value": "b" }] });
    let operations = json!([
        { "op": "remove", "path": "members[value eq \"a\"]" },
        { "op": "add", "path": "members", "value": [{ "value": "c", "display": "C" }] },
        { "op": "replace", "value": { "id": "7", "displayName": "Service desk" } },
    ]);
    let after = patch(&group, &operations, GROUP).unwrap();
    assert_eq!(after["displayName"], "Service desk");
    let members: Vec<&str> = after["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["value"].as_str().unwrap())
        .collect();
    assert_eq!(members, ["b", "c"]);
}

#[test]
fn members_come_and_go_in_every_way() {
    let group =
        || json!({ "displayName": "Desk", "members": [{ "value": "a" }, { "value": "b" }] });
    for (operation, left) in [
        (json!({ "op": "Remove", "path": "members", "value": [{ "value": "a" }] }), json!(["b"])),
        (json!({ "op": "remove", "path": "members" }), json!([])),
        (json!({ "op": "remove", "path": "members[value eq \"x\"]" }), json!(["a", "b"])),
        (json!({ "op": "add", "path": "members", "value": { "value": "a" } }), json!(["a", "b"])),
        (
            json!({ "op": "Add", "path": "members", "value": [{ "value": "c" }] }),
            json!(["a", "b", "c"]),
        ),
        (json!({ "op": "replace", "path": "members", "value": [{ "value": "z" }] }), json!(["z"])),
        (
            json!({ "op": "add", "value": { "members": [{ "value": "c" }] } }),
            json!(["a", "b", "c"]),
        ),
    ] {
        let after = patch(&group(), &json!([operation]), GROUP).unwrap();
        let members = after["members"].as_array().cloned().unwrap_or_default();
        let values: Value = members.iter().map(|one| one["value"].clone()).collect();
        assert_eq!(values, left, "{operation}");
    }
}

#[test]
fn values_are_added_replaced_and_removed() {
    for (operation, at, expected) in [
        (json!({ "op": "add", "path": "title", "value": "Guide" }), "/title", json!("Guide")),
        (
            json!({ "op": "remove", "path": "name.givenName" }),
            "/name",
            json!({ "familyName": "Jensen" }),
        ),
        (json!({ "op": "remove", "path": ENTERPRISE }), EXTENSION, Value::Null),
        (
            json!({ "op": "remove", "path": "emails[type eq \"work\"]" }),
            "/emails",
            json!([{ "value": "b@example.org", "type": "home" }]),
        ),
        (
            json!({ "op": "add", "path": "emails",
            "value": [{ "value": "c@example.com", "type": "other", "primary": true }] }),
            "/emails/0/primary",
            json!(false),
        ),
        (json!({ "op": "replace", "path": "emails", "value": null }), "/emails", Value::Null),
        (
            json!({ "op": "replace", "path": "name", "value": { "givenName": "Babs" } }),
            "/name",
            json!({ "givenName": "Babs", "familyName": "Jensen" }),
        ),
        (
            json!({ "op": "replace", "path": "emails.type", "value": "x" }),
            "/emails/1/type",
            json!("x"),
        ),
        (json!({ "op": "replace", "path": "title", "value": "" }), "/title", Value::Null),
    ] {
        let after = patch(&user(), &json!([operation]), USER).unwrap();
        assert_eq!(after.pointer(at).cloned().unwrap_or_default(), expected, "{operation}");
    }
}

#[test]
fn changes_that_cannot_be_made_are_refused() {
    for (operation, kind) in [
        (json!({ "op": "replace", "path": "id", "value": "x" }), "mutability"),
        (json!({ "op": "add", "path": "groups", "value": [{ "value": "x" }] }), "mutability"),
        (json!({ "op": "remove", "path": "userName" }), "invalid"),
        (json!({ "op": "remove" }), "no-target"),
        (
            json!({ "op": "replace", "path": "emails[type ne \"a\" and value sw \"q\"].value",
            "value": "x" }),
            "no-target",
        ),
        (json!({ "op": "replace", "path": "shoeSize", "value": 44 }), "invalid-path"),
        (json!({ "op": "replace", "path": "emails[", "value": 44 }), "invalid-path"),
        (json!({ "op": "replace", "path": "title[type eq \"a\"]", "value": "x" }), "invalid-path"),
        (json!({ "op": "replace", "path": "active", "value": "perhaps" }), "invalid"),
        (json!({ "op": "replace", "value": "x" }), "invalid"),
        (json!({ "op": "move", "path": "title" }), "invalid"),
        (json!({ "op": "add", "path": 5 }), "invalid"),
        (json!("add"), "invalid-syntax"),
    ] {
        let refused = patch(&user(), &json!([operation]), USER).expect_err(&operation.to_string());
        assert_eq!(kernel::Fault::from(refused).code, kind, "{operation}");
    }
    for body in [json!({}), json!([]), json!({ "Operations": [] }), json!({ "Operations": 5 })] {
        assert!(matches!(changes_of(&body), Err(ScimError::InvalidSyntax(_))), "{body}");
    }
}
