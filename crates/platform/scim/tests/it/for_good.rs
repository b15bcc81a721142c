//! A provider's right that is its own for good reaches what its accounts and groups have; one for a
//! time does not. What an administrator has decided no provider undoes.

use access::UserChange;
use kernel::Caller;
use scim::ScimSettings;
use serde_json::{Value, json};
use testkit::Client;

use crate::{
    groups::{bring_group, group, members},
    scene::{ENTERPRISE, GROUPS, Scene, USERS, bring, patch, user},
    separation::{grant, group_id, is_refused},
};

fn active(value: bool) -> Value {
    json!([{ "op": "replace", "path": "active", "value": value }])
}

fn renamed(name: &str) -> Value {
    json!([{ "op": "replace", "path": "userName", "value": name }])
}

fn add(id: &str) -> Value {
    json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }])
}

/// A person with that number, who has an account of that name.
async fn known(scene: &Scene, mara: &Client, name: &str, number: &str) {
    let told = json!({ "number": number, "name": name });
    let person = mara.post("/api/v1/people", told).await.json["id"].as_str().unwrap().to_owned();
    let change = UserChange { person_id: Some(Some(person)), ..UserChange::default() };
    let account = scene.add(name, "").await;
    scene.access.change_user(&Caller::console(), account.id, 1, &change).await.unwrap();
}

fn with_number(name: &str, number: &str) -> Value {
    json!({ "userName": name, "active": true, ENTERPRISE: { "employeeNumber": number } })
}

/// Each was refused as soon as a role had been granted.
#[tokio::test]
async fn provider_goes_on_with_accounts_and_groups_that_roles_are_granted_to() {
    let scene = Scene::new().await;
    let (mara, provider) = (scene.mara().await, scene.provider("entra").await);
    let (ada, bob) = (bring(&provider, user("ada")).await, bring(&provider, user("bob")).await);
    let desk = bring_group(&provider, group("Desk", &[&ada])).await;
    grant(&mara, "group", &group_id(&mara, "Desk").await, "operator").await;
    grant(&mara, "user", &scene.account("ada").await.id.to_string(), "viewer").await;
    let (path, desk) = (format!("{USERS}/{ada}"), format!("{GROUPS}/{desk}"));
    for value in [false, true] {
        let told = patch(&provider, &path, active(value)).await;
        assert_eq!((told.status.as_u16(), &told.json["active"]), (200, &json!(value)));
        assert_eq!(scene.account("ada").await.disabled, !value);
        scene.clock.advance(std::time::Duration::from_secs(60));
    }
    let joined = patch(&provider, &desk, add(&bob)).await;
    assert_eq!(joined.status, 204, "{:?}", joined.json);
    assert_eq!(members(&provider.get(&desk).await), ["ada", "bob"]);
    assert_eq!(patch(&provider, &path, renamed("ada2")).await.status, 200);
    assert_eq!(provider.delete(&path, None).await.status, 204);
    scene.clock.advance(std::time::Duration::from_secs(60));
    let again = provider.post(USERS, user("ada2")).await;
    assert_eq!(again.status, 201, "{:?}", again.json);
    assert!(!scene.account("ada2").await.disabled);
    known(&scene, &mara, "old", "O-1").await;
    let adopted = provider.post(USERS, with_number("old", "O-1")).await;
    assert_eq!(adopted.status, 201, "{:?}", adopted.json);
}

#[tokio::test]
async fn provider_whose_right_ends_touches_no_account_that_has_something() {
    let scene = Scene::new().await;
    let (mara, provider) = (scene.mara().await, scene.provider_for_a_time("entra").await);
    let (ada, bob) = (bring(&provider, user("ada")).await, bring(&provider, user("bob")).await);
    let desk = bring_group(&provider, group("Desk", &[])).await;
    let desk = format!("{GROUPS}/{desk}");
    grant(&mara, "group", &group_id(&mara, "Desk").await, "operator").await;
    grant(&mara, "user", &scene.account("ada").await.id.to_string(), "viewer").await;
    let [ada, bob_at] = [&ada, &bob].map(|id| format!("{USERS}/{id}"));
    known(&scene, &mara, "old", "O-1").await;
    let late = "outlasts-own-right";
    is_refused(&provider.post(USERS, with_number("eve", "O-1")).await, late);
    is_refused(&patch(&provider, &ada, renamed("eve")).await, late);
    let number = json!([{ "op": "add", "path": format!("{ENTERPRISE}:employeeNumber"),
        "value": "N-7" }]);
    is_refused(&patch(&provider, &ada, number.clone()).await, late);
    is_refused(&patch(&provider, &desk, add(&bob)).await, late);
    assert_eq!(patch(&provider, &ada, active(false)).await.status, 200, "it lets go");
    let refused = patch(&provider, &ada, active(true)).await;
    is_refused(&refused, late);
    assert!(refused.json["detail"].as_str().unwrap().contains("user.provision"));
    assert!(scene.account("ada").await.disabled);
    // What it made, and has nothing, is its own.
    for operations in [renamed("bob2"), number, active(false)] {
        let told = patch(&provider, &bob_at, operations).await;
        assert_eq!(told.status, 200, "{:?}", told.json);
    }
    scene.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(patch(&provider, &bob_at, active(true)).await.status, 200);
    assert!(!scene.account("bob2").await.disabled);
}

/// Where accounts are kept by hand, the number alone said who somebody was.
#[tokio::test]
async fn provider_whose_right_ends_takes_over_nobody_with_an_account_where_it_keeps_none() {
    let settings = ScimSettings { accounts: false, ..ScimSettings::default() };
    let scene = Scene::with(settings).await;
    let (mara, timed) = (scene.mara().await, scene.provider_for_a_time("entra").await);
    known(&scene, &mara, "old", "O-1").await;
    let refused = timed.post(USERS, with_number("eve", "O-1")).await;
    is_refused(&refused, "outlasts-own-right");
    assert_eq!(timed.post(USERS, with_number("new", "N-1")).await.status, 201);
    let lasting = scene.provider("keycloak").await;
    let taken = lasting.post(USERS, with_number("old", "O-1")).await;
    assert_eq!(taken.status, 201, "{:?}", taken.json);
}

/// The provider let in whom an administrator had kept out.
#[tokio::test]
async fn whom_an_administrator_keeps_out_no_provider_lets_in() {
    let scene = Scene::new().await;
    let (mara, provider) = (scene.mara().await, scene.provider("entra").await);
    let path = format!("{USERS}/{}", bring(&provider, user("ada")).await);
    let keep_out = async |disabled: bool| {
        let user = format!("/api/v1/users/{}", scene.account("ada").await.id);
        let at = mara.get(&user).await.json["version"].as_i64().unwrap();
        let told = mara.patch(&user, at, json!({ "disabled": disabled })).await;
        assert_eq!(told.status, 200, "{:?}", told.json);
    };
    keep_out(true).await;
    assert_eq!(provider.get(&path).await.json["active"], false);
    let found = provider.get(&format!("{USERS}?filter=active%20eq%20true")).await;
    assert_eq!(found.json["totalResults"], 0);
    for value in [false, true] {
        let told = patch(&provider, &path, active(value)).await;
        assert_eq!((told.status.as_u16(), &told.json["active"]), (200, &json!(false)));
        assert!(scene.account("ada").await.disabled);
        scene.clock.advance(std::time::Duration::from_secs(60));
    }
    keep_out(false).await;
    assert_eq!(provider.get(&path).await.json["active"], true);
    // Whom the provider keeps out it lets in.
    for value in [false, true] {
        let told = patch(&provider, &path, active(value)).await;
        assert_eq!((told.status.as_u16(), &told.json["active"]), (200, &json!(value)));
        scene.clock.advance(std::time::Duration::from_secs(60));
    }
    assert!(!scene.account("ada").await.disabled);
    // Whom the provider kept out first stays out as well, once an administrator has said so.
    patch(&provider, &path, active(false)).await;
    keep_out(true).await;
    scene.clock.advance(std::time::Duration::from_secs(60));
    patch(&provider, &path, active(true)).await;
    assert!(scene.account("ada").await.disabled);
}

/// A source that was set up by a lent right went on: reading people, and sending the secret where
/// it was told to.
#[tokio::test]
async fn source_is_made_by_a_right_held_for_good_with_a_secret_and_without() {
    let scene = Scene::new().await;
    let mara = scene.mara().await;
    let role = json!({ "name": "director", "title": { "en": "d", "zh": "d" },
        "permissions": ["directory.*"] });
    assert_eq!(mara.post("/api/v1/roles", role).await.status, 201);
    let good = scene.add("good", "director").await;
    let timed = scene.add("timed", "").await;
    let body = json!({ "holder": { "kind": "user", "id": timed.id.to_string() },
        "role": "director", "scope": { "kind": "everything" }, "reason": "test",
        "valid_to": "2099-01-01T00:00:00Z" });
    assert_eq!(mara.post("/api/v1/grants", body).await.status, 201);
    let source = |name: &str, secret: &str| {
        json!({ "name": name, "settings": { "url": "ldaps://ds.example", "base": "dc=example",
            "bind_dn": if secret.is_empty() { "" } else { "cn=reader" }, "secret": secret } })
    };
    let (timed, good) = (scene.program(&timed, None).await, scene.program(&good, None).await);
    let path = "/api/v1/directory/sources";
    for secret in ["file:ldap", "env:MAINSTAY_SECRET_LDAP", ""] {
        let refused = timed.post(path, source("one", secret)).await;
        assert_eq!(refused.status, 403, "{:?}", refused.json);
        assert_eq!(refused.json["code"], "outlasts-own-right");
        let made = good.post(path, source(&format!("by {secret}"), secret)).await;
        assert_eq!(made.status, 201, "{:?}", made.json);
    }
}
