use serde_json::json;

use super::*;
use crate::model::{canonical, schema::ResourceType};

fn read(told: &Value) -> Result<ToldUser, ScimError> {
    ToldUser::read(&canonical(told, ResourceType::User).unwrap())
}

#[test]
fn user_becomes_a_person_with_one_contact_of_each_way() {
    let told = read(&json!({
        "userName": "wang.xm@example.cn",
        "externalId": "00u1",
        "name": { "familyName": "王", "givenName": "小明" },
        "preferredLanguage": "zh-CN",
        "title": "科长",
        "emails": [{ "value": "private@example.net", "type": "home" },
            { "value": "wang.xm@example.cn", "type": "work", "primary": true }],
        "phoneNumbers": [{ "value": "+86 138 0000 0000", "type": "mobile" },
            { "value": "0571-88886666", "type": "work" }],
        "ims": [{ "value": "wxm", "type": "wecom" }],
        ENTERPRISE: { "employeeNumber": 17, "department": "XXK" },
    }))
    .unwrap();
    assert_eq!((told.name.as_str(), told.number.as_str()), ("王小明", "17"));
    assert_eq!((told.active, told.language), (true, Some(Language::Chinese)));
    assert_eq!((told.unit.as_deref(), told.title.as_deref()), (Some("XXK"), Some("科长")));
    let contacts: Vec<(Way, &str)> =
        told.contacts.iter().map(|one| (one.way, one.value.as_str())).collect();
    assert_eq!(
        contacts,
        [
            (Way::Mail, "wang.xm@example.cn"),
            (Way::Mobile, "+86 138 0000 0000"),
            (Way::Phone, "0571-88886666"),
            (Way::Wecom, "wxm"),
        ]
    );
}

#[test]
fn user_name_stands_in_for_what_is_not_told() {
    let told = read(&json!({ "USERNAME": "bjensen", "Active": "False" })).unwrap();
    assert_eq!((told.number.as_str(), told.name.as_str()), ("bjensen", "bjensen"));
    assert!(!told.active);
    let given = json!({ "userName": "bj.1", "name": { "givenName": "Barbara",
        "familyName": "Jensen" } });
    assert_eq!(read(&given).unwrap().name, "Barbara Jensen");
}

#[test]
fn what_cannot_be_right_names_its_attribute() {
    for (told, field) in [
        (json!({}), "userName"),
        (json!({ "userName": "a b" }), "userName"),
        (json!({ "userName": "guest_x#EXT#@y" }), "userName"),
        (json!({ "userName": "abc", "displayName": "x".repeat(201) }), "displayName"),
        (json!({ "userName": "abc", "externalId": "x".repeat(201) }), "externalId"),
        (json!({ "userName": "abc", ENTERPRISE: { "employeeNumber": "1 2" } }), "employeeNumber"),
    ] {
        let Err(ScimError::InvalidValue { field: named, .. }) = read(&told) else {
            panic!("{told} is taken");
        };
        assert_eq!(named, field, "{told}");
    }
    for (told, field) in [
        (json!({ "active": "perhaps" }), "active"),
        (json!({ "emails": [{ "value": 5 }, { "value": ["x"] }] }), "emails[1].value"),
        (json!({ "name": "Ada" }), "name"),
        (json!({ "nickName": "a\u{0}b" }), "nickName"),
        (json!({ "schemas": ["urn:x"] }), "schemas"),
    ] {
        let Err(ScimError::InvalidValue { field: named, .. }) =
            canonical(&told, ResourceType::User)
        else {
            panic!("{told} is taken");
        };
        assert_eq!(named, field, "{told}");
    }
}
