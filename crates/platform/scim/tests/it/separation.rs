use access::UserChange;
use kernel::Caller;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    groups::{bring_group, group, members},
    scene::{ENTERPRISE, GROUPS, Scene, USERS, bring, patch, put, user},
};

/// Sys, Sec and Aud have a duty each; Sec is the person with number `S-1`.
async fn three(scene: &Scene) {
    scene.add("sys", "system-administrator").await;
    scene.add("aud", "audit-administrator").await;
    let sec = scene.add("sec", "security-administrator").await;
    let told = json!({ "number": "S-1", "name": "Sec" });
    let person = scene.mara().await.post("/api/v1/people", told).await;
    let person = person.json["id"].as_str().unwrap().to_owned();
    let change = UserChange { person_id: Some(Some(person)), ..UserChange::default() };
    scene.access.change_user(&Caller::console(), sec.id, 1, &change).await.unwrap();
}

pub(crate) async fn grant(mara: &Client, kind: &str, id: &str, role: &str) {
    let body = json!({ "holder": { "kind": kind, "id": id }, "role": role,
        "scope": { "kind": "everything" }, "reason": "test" });
    let given = mara.post("/api/v1/grants", body).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
}

/// The id in access of the group of that name.
pub(crate) async fn group_id(mara: &Client, name: &str) -> String {
    let groups = mara.get("/api/v1/groups").await.json;
    let found = groups["items"].as_array().unwrap().iter().find(|one| one["name"] == name);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

pub(crate) fn is_refused(answer: &Answer, code: &str) {
    assert_eq!(
        (answer.status.as_u16(), &answer.json["code"]),
        (403, &json!(code)),
        "{:?}",
        answer.json
    );
    assert_eq!(answer.headers["content-type"], "application/scim+json");
}

#[tokio::test]
async fn separated_administrator_is_touched_by_no_request() {
    let scene = Scene::new().await;
    three(&scene).await;
    let provider = scene.provider("entra").await;
    let ada = bring(&provider, user("ada")).await;
    let bob = bring(&provider, user("bob")).await;
    let before = scene.account("ada").await;
    let mara = scene.mara().await;
    grant(&mara, "user", &before.id.to_string(), "audit-administrator").await;
    scene.access.separate(&Caller::console(), "test").await.unwrap();
    // Its token ended, since the provider's own user did not make it: it gets another.
    let entra = scene.account("entra").await;
    let provider = scene.program(&entra, None).await;
    let people = scene.people().await;
    let path = format!("{USERS}/{ada}");
    // By the number of the person who is one of them.
    let number = json!({ "userName": "eve", ENTERPRISE: { "employeeNumber": "S-1" } });
    is_refused(&provider.post(USERS, number).await, "others-duty");
    let change = |name: &str, value: Value| {
        json!([{ "op": "replace", "path": name,
        "value": value }])
    };
    for operations in [
        change("userName", json!("eve")),
        change("displayName", json!("Eve")),
        change("externalId", json!("x-eve")),
        change("active", json!(false)),
    ] {
        is_refused(&patch(&provider, &path, operations).await, "others-duty");
    }
    is_refused(&put(&provider, &path, user("eve")).await, "others-duty");
    is_refused(&provider.delete(&path, None).await, "others-duty");
    assert_eq!(scene.account("ada").await, before);
    assert_eq!(scene.people().await, people);
    assert_eq!(provider.get(&path).await.headers["etag"], "W/\"1\"");
    assert_eq!(provider.get(USERS).await.json["totalResults"], 2);
    // What changes nothing, and others, pass.
    let same = patch(&provider, &path, change("active", json!(true))).await;
    assert_eq!(same.status, 200, "{:?}", same.json);
    let off = patch(&provider, &format!("{USERS}/{bob}"), change("active", json!(false))).await;
    assert_eq!(off.status, 200, "{:?}", off.json);
}

#[tokio::test]
async fn groups_of_separated_administrators_stay_as_they_are() {
    let scene = Scene::new().await;
    three(&scene).await;
    let provider = scene.provider("entra").await;
    let ada = bring(&provider, user("ada")).await;
    let bob = bring(&provider, user("bob")).await;
    let inner = bring_group(&provider, group("Inner", &[])).await;
    let audit = bring_group(&provider, group("Audit", &[&ada, &inner])).await;
    let night = bring_group(&provider, group("Night", &[&ada])).await;
    let day = bring_group(&provider, group("Day", &[])).await;
    let mara = scene.mara().await;
    grant(&mara, "group", &group_id(&mara, "Audit").await, "audit-administrator").await;
    scene.access.separate(&Caller::console(), "test").await.unwrap();
    // Its token ended, since the provider's own user did not make it: it gets another.
    let entra = scene.account("entra").await;
    let provider = scene.program(&entra, None).await;
    let at = |id: &str| format!("{GROUPS}/{id}");
    let add = |id: &str| json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
    for id in [&audit, &inner] {
        is_refused(&patch(&provider, &at(id), add(&bob)).await, "others-duty");
        is_refused(&provider.delete(&at(id), None).await, "others-duty");
    }
    let none = json!([{ "op": "remove", "path": "members" }]);
    is_refused(&patch(&provider, &at(&audit), none).await, "others-duty");
    is_refused(&put(&provider, &at(&audit), group("Audit", &[&bob])).await, "others-duty");
    // They come into no other group, and out of none.
    is_refused(&patch(&provider, &at(&day), add(&ada)).await, "others-duty");
    is_refused(&patch(&provider, &at(&day), add(&audit)).await, "others-duty");
    is_refused(&put(&provider, &at(&night), group("Night", &[])).await, "others-duty");
    is_refused(&provider.delete(&at(&night), None).await, "others-duty");
    is_refused(&provider.post(GROUPS, group("New", &[&ada])).await, "others-duty");
    assert_eq!(members(&provider.get(&at(&audit)).await), ["Inner", "ada"]);
    assert_eq!(members(&provider.get(&at(&night)).await), ["ada"]);
    assert_eq!(provider.get(GROUPS).await.json["totalResults"], 4);
    let others = patch(&provider, &at(&day), add(&bob)).await;
    assert_eq!(others.status, 204, "{:?}", others.json);
}

#[tokio::test]
async fn who_may_not_grant_brings_nobody_into_a_group_of_administrators() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let ada = bring(&provider, user("ada")).await;
    let bob = bring(&provider, user("bob")).await;
    let inner = bring_group(&provider, group("Inner", &[])).await;
    let outer = bring_group(&provider, group("Outer", &[&ada, &inner])).await;
    let mara = scene.mara().await;
    grant(&mara, "group", &group_id(&mara, "Outer").await, "administrator").await;
    for id in [&outer, &inner] {
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": bob }] }]);
        is_refused(&patch(&provider, &format!("{GROUPS}/{id}"), add).await, "forbidden");
    }
    assert_eq!(members(&provider.get(&format!("{GROUPS}/{outer}")).await), ["Inner", "ada"]);
    let none = json!([{ "op": "remove", "path": "members" }]);
    assert_eq!(patch(&provider, &format!("{GROUPS}/{outer}"), none).await.status, 204);
}

#[tokio::test]
async fn who_is_in_ldap_does_not_leave_by_another_providers_word() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let ada = bring(&provider, user("ada")).await;
    let person = scene.account("ada").await.person_id.unwrap();
    let mut tx = scene.records.db.begin().await.unwrap();
    for sql in [
        "INSERT INTO directory_source (id, name, settings, version, created_at, updated_at)
         VALUES ('00000000-0000-7000-8000-000000000001', $1, '{}', 1, 0, 0)",
        "INSERT INTO directory_link (source_id, external_id, person_id, dn)
         VALUES ('00000000-0000-7000-8000-000000000001', 'x', $1, 'uid=ada')",
    ] {
        sqlx::query(sql).bind(person.clone()).execute(tx.connection()).await.unwrap();
    }
    tx.commit().await.unwrap();
    scene.clock.advance(std::time::Duration::from_secs(60));
    let off = json!([{ "op": "replace", "path": "active", "value": false }]);
    let answer = patch(&provider, &format!("{USERS}/{ada}"), off).await;
    assert_eq!((answer.status.as_u16(), &answer.json["active"]), (200, &json!(false)));
    assert!(scene.account("ada").await.disabled);
    assert_eq!(scene.people().await.len(), 1);
    assert!(scene.facts("person.left").await.is_empty());
}

/// Once the security administrator changed and expelled people by a token of their own, who may
/// not change the directory; and came in as the director by an account for them.
#[tokio::test]
async fn nobody_with_a_duty_comes_as_a_provider_while_they_are_separated() {
    let scene = Scene::new().await;
    three(&scene).await;
    let shipped = scene.mara().await.get("/api/v1/roles/security-administrator").await.json;
    let entries = shipped["permissions"].as_array().unwrap();
    assert!(entries.contains(&json!("-user.provision")), "{entries:?}");
    let shipped = scene.mara().await.get("/api/v1/roles/identity-provider").await.json;
    assert_eq!((&shipped["shipped"], &shipped["duties"]), (&json!(true), &json!(["security"])));
    let sec = scene.account("sec").await;
    let mara = scene.mara().await;
    grant(&mara, "user", &sec.id.to_string(), "identity-provider").await;
    let own = scene.program(&sec, None).await;
    assert_eq!(own.get(USERS).await.status, 200);
    scene.access.separate(&Caller::console(), "test").await.unwrap();
    let limits = access::TokenLimits {
        permissions: Some(vec!["user.provision".to_owned()]),
        ..access::TokenLimits::default()
    };
    for own in [scene.program(&sec, None).await, scene.program(&sec, Some(limits)).await] {
        is_refused(&own.post(USERS, user("victim")).await, "others-duty");
        is_refused(&own.get(USERS).await, "others-duty");
    }
    let provider = scene.add("entra", "identity-provider").await;
    let provider = scene.program(&provider, None).await;
    bring(&provider, user("ada")).await;
}

#[tokio::test]
async fn while_separated_nobody_who_has_something_is_found_by_a_providers_number() {
    let scene = Scene::new().await;
    three(&scene).await;
    let mara = scene.mara().await;
    let person = async |number: &str| {
        let told = json!({ "number": number, "name": number });
        let made = mara.post("/api/v1/people", told).await;
        made.json["id"].as_str().unwrap().to_owned()
    };
    let (boss, wei, new) = (person("B-1").await, person("W-1").await, person("N-1").await);
    let unit = json!({ "code": "T", "name": { "en": "Top", "zh": "顶" } });
    let unit = mara.post("/api/v1/units", unit).await.json["id"].clone();
    let post = json!({ "code": "P", "title": { "en": "Boss", "zh": "局长" }, "unit_id": unit });
    let post = mara.post("/api/v1/posts", post).await.json["id"].as_str().unwrap().to_owned();
    let holding = json!({ "person_id": boss, "post_id": post });
    assert!(mara.post("/api/v1/holdings", holding).await.status.is_success());
    grant(&mara, "post", &post, "operator").await;
    let account = scene.add("wei", "operator").await;
    let change = UserChange { person_id: Some(Some(wei)), ..UserChange::default() };
    scene.access.change_user(&Caller::console(), account.id, 1, &change).await.unwrap();
    scene.access.separate(&Caller::console(), "test").await.unwrap();
    let provider = scene.provider("entra").await;
    for number in ["B-1", "W-1"] {
        let told = json!({ "userName": format!("x{number}"), "displayName": "Evil",
            ENTERPRISE: { "employeeNumber": number } });
        is_refused(&provider.post(USERS, told).await, "others-duty");
    }
    assert!(scene.people().await.iter().all(|person| person.name != "Evil"));
    let told = json!({ "userName": "new.one", ENTERPRISE: { "employeeNumber": "N-1" } });
    bring(&provider, told).await;
    let tied = scene.account("new.one").await.person_id;
    assert_eq!(tied, Some(new));
}
