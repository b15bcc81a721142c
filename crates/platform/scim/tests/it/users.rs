use access::UserChange;
use kernel::{Caller, Time};
use scim::ScimSettings;
use serde_json::{Value, json};

use crate::scene::{
    CORE_USER, ENTERPRISE, PASSWORD, Scene, USERS, bring, patch, put, refusal, user,
};

/// As Entra ID's documentation has it.
pub(crate) fn of_entra() -> Value {
    json!({
        "schemas": [CORE_USER, ENTERPRISE],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": "wang.xm@example.cn",
        "active": true,
        "displayName": "王小明",
        "emails": [{ "primary": true, "type": "work", "value": "wang.xm@example.cn" }],
        "phoneNumbers": [{ "type": "mobile", "value": "+86 138 0000 0000" }],
        "meta": { "resourceType": "User" },
        "name": { "formatted": "王小明", "familyName": "王", "givenName": "小明" },
        "roles": [],
        "title": "科长",
        "preferredLanguage": "zh-CN",
        ENTERPRISE: { "employeeNumber": "1017", "department": "信息科" },
    })
}

/// An office with the post of its head, whose id is returned.
pub(crate) async fn a_unit(scene: &Scene) -> String {
    let mara = scene.mara().await;
    let body = json!({ "code": "XXK", "name": { "en": "IT office", "zh": "信息科" } });
    let unit = mara.post("/api/v1/units", body).await;
    assert_eq!(unit.status, 201, "{:?}", unit.json);
    let unit = unit.json["id"].as_str().unwrap().to_owned();
    let body = json!({ "code": "XXK-1", "title": { "en": "Head", "zh": "科长" },
        "unit_id": unit });
    let post = mara.post("/api/v1/posts", body).await;
    assert_eq!(post.status, 201, "{:?}", post.json);
    post.json["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn user_becomes_a_person_and_an_account() {
    let scene = Scene::new().await;
    a_unit(&scene).await;
    let entra = scene.provider("entra").await;
    let made = entra.post(USERS, of_entra()).await;
    assert_eq!(made.status, 201, "{:?}", made.json);
    assert_eq!(made.headers["content-type"], "application/scim+json");
    assert_eq!(made.headers["etag"], "W/\"1\"");
    let id = made.json["id"].as_str().unwrap();
    let location = format!("http://mainstay.example{USERS}/{id}");
    assert_eq!(made.headers["location"], location);
    assert_eq!(made.json["meta"]["location"], location);
    assert_eq!(made.json["schemas"], json!([CORE_USER, ENTERPRISE]));
    assert_eq!(made.json["emails"][0]["value"], "wang.xm@example.cn");
    let person = scene.people().await.pop().unwrap();
    assert_eq!((person.number.as_str(), person.name.as_str()), ("1017", "王小明"));
    assert_eq!(person.contacts.len(), 2);
    assert!(person.unit.is_some());
    let account = scene.account("wang.xm@example.cn").await;
    assert_eq!((account.display_name.as_str(), account.disabled), ("王小明", false));
    assert!(account.person_id.is_some());
    let fact = scene.facts("scim_user.provisioned").await.pop().unwrap();
    assert_eq!(fact.actor.name, "entra/idp");
    assert_eq!(fact.detail["source_name"], "entra");
    assert_eq!(fact.detail["what"], "created");
    assert_eq!(scene.facts("person.created").await[0].actor.name, "entra/idp");
    assert_eq!(scene.facts("directory_source.changed").await.len(), 1);
}

#[tokio::test]
async fn account_without_a_password_lets_nobody_in() {
    let scene = Scene::new().await;
    let provider = scene.provider("okta").await;
    bring(&provider, user("bjensen")).await;
    for password in ["", PASSWORD] {
        let body = json!({ "name": "bjensen", "password": password });
        assert_eq!(scene.stranger().post("/api/v1/session", body).await.status, 401);
    }
}

#[tokio::test]
async fn who_is_not_active_any_more_leaves_and_is_kept_out() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let id = bring(&provider, user("bjensen")).await;
    let path = format!("{USERS}/{id}");
    let account = scene.account("bjensen").await;
    let program = scene.program(&account, None).await;
    assert_eq!(program.get("/api/v1/session").await.status, 200);
    scene.clock.advance(std::time::Duration::from_secs(60));
    let off = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
    let answer = patch(&provider, &path, off.clone()).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    assert_eq!(answer.json["active"], false);
    assert_eq!(program.get("/api/v1/session").await.status, 401);
    assert!(scene.people().await.is_empty());
    assert!(scene.account("bjensen").await.disabled);
    assert_eq!(scene.facts("person.left").await.len(), 1);
    assert_eq!(scene.facts("token.revoked").await.len(), 1);
    // Told again, nothing happens again.
    assert_eq!(patch(&provider, &path, off).await.headers["etag"], "W/\"2\"");
    scene.clock.advance(std::time::Duration::from_secs(60));
    let on = json!([{ "op": "replace", "value": { "active": true } }]);
    assert_eq!(patch(&provider, &path, on).await.json["active"], true);
    assert_eq!(scene.people().await[0].number, "bjensen");
    assert!(!scene.account("bjensen").await.disabled);
    let steps: Vec<Value> = scene
        .facts("scim_user.provisioned")
        .await
        .into_iter()
        .map(|row| row.detail["what"].clone())
        .collect();
    assert_eq!(steps, ["created", "deactivated", "activated"]);
}

#[tokio::test]
async fn removed_user_is_the_same_person_when_told_of_again() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let id = bring(&provider, of_entra()).await;
    let account = scene.account("wang.xm@example.cn").await;
    scene.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(provider.delete(&format!("{USERS}/{id}"), None).await.status, 204);
    assert_eq!(provider.get(&format!("{USERS}/{id}")).await.status, 404);
    assert_eq!(provider.delete(&format!("{USERS}/{id}"), None).await.status, 404);
    assert!(scene.people().await.is_empty());
    assert!(scene.account("wang.xm@example.cn").await.disabled);
    scene.clock.advance(std::time::Duration::from_secs(60));
    let again = bring(&provider, of_entra()).await;
    assert_ne!(again, id, "an identifier is never given twice");
    let back = scene.account("wang.xm@example.cn").await;
    assert_eq!((back.id, back.disabled), (account.id, false));
    assert_eq!(back.person_id, account.person_id);
    assert_eq!(scene.people().await.len(), 1);
}

#[tokio::test]
async fn person_who_is_known_by_number_is_the_same_and_keeps_their_account() {
    let scene = Scene::new().await;
    let mara = scene.mara().await;
    let known = mara.post("/api/v1/people", json!({ "number": "1017", "name": "Wang" })).await;
    assert_eq!(known.status, 201, "{:?}", known.json);
    let person = known.json["id"].as_str().unwrap().to_owned();
    let wei = scene.add("wei", "viewer").await;
    let change = UserChange { person_id: Some(Some(person)), ..UserChange::default() };
    scene.access.change_user(&Caller::console(), wei.id, 1, &change).await.unwrap();
    let provider = scene.provider("entra").await;
    let id = bring(&provider, of_entra()).await;
    assert_eq!(scene.people().await.len(), 1);
    assert_eq!(scene.people().await[0].name, "王小明");
    let gone = provider.delete(&format!("{USERS}/{id}"), None).await;
    assert_eq!(gone.status, 204, "{:?}", gone.json);
    assert!(scene.account("wei").await.disabled);
}

#[tokio::test]
async fn names_that_are_taken_are_told_as_such() {
    let scene = Scene::new().await;
    let (entra, okta) = (scene.provider("entra").await, scene.provider("okta").await);
    bring(&entra, user("bjensen")).await;
    let with = |name: &str, external: &str, number: &str| {
        json!({ "userName": name, "externalId": external,
            ENTERPRISE: { "employeeNumber": number } })
    };
    for (provider, told, attribute) in [
        (&entra, with("BJensen", "y", "2"), "userName"),
        (&entra, with("other", "x-bjensen", "2"), "externalId"),
        (&entra, with("other", "y", "bjensen"), "employeeNumber"),
        // Somebody else's account, of whichever source.
        (&okta, with("bjensen", "y", "2"), "userName"),
        (&okta, with("mara", "y", "2"), "userName"),
    ] {
        let answer = provider.post(USERS, told).await;
        assert_eq!(refusal(&answer), (409, "uniqueness"), "{:?}", answer.json);
        let detail = answer.json["detail"].as_str().unwrap();
        assert!(detail.starts_with(attribute), "{detail}");
    }
    assert_eq!(scene.people().await.len(), 1, "all or nothing");
    let id = bring(&entra, user("second")).await;
    let renamed = json!([{ "op": "replace", "path": "userName", "value": "bjensen" }]);
    let answer = patch(&entra, &format!("{USERS}/{id}"), renamed).await;
    assert_eq!(refusal(&answer), (409, "uniqueness"));
}

#[tokio::test]
async fn renamed_user_signs_in_by_the_new_name() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let id = bring(&provider, user("b.jensen")).await;
    let before = scene.account("b.jensen").await;
    let told = json!([{ "op": "replace", "value": { "userName": "b.smith",
        "displayName": "Barbara Smith", "emails": [{ "value": "b@example.com" }] } }]);
    let answer = patch(&provider, &format!("{USERS}/{id}"), told).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    let after = scene.account("b.smith").await;
    assert_eq!((after.id, after.display_name.as_str()), (before.id, "Barbara Smith"));
    let person = scene.people().await.pop().unwrap();
    assert_eq!((person.number.as_str(), person.contacts.len()), ("b.smith", 1));
    // What the provider tells no more is no longer known.
    let told = json!([{ "op": "remove", "path": "emails" }]);
    assert_eq!(patch(&provider, &format!("{USERS}/{id}"), told).await.status, 200);
    assert!(scene.people().await[0].contacts.is_empty());
}

#[tokio::test]
async fn whole_replacement_forgets_what_is_not_told() {
    let scene = Scene::new().await;
    let provider = scene.provider("okta").await;
    let id = bring(&provider, of_entra()).await;
    let path = format!("{USERS}/{id}");
    let told = json!({ "schemas": [CORE_USER], "id": id, "userName": "wang.xm@example.cn",
        "displayName": "Wang", "groups": [], "meta": {} });
    let answer = put(&provider, &path, told.clone()).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    assert_eq!(answer.json["displayName"], "Wang");
    assert_eq!(answer.json["active"], true);
    assert!(answer.json.get("externalId").is_none() && answer.json.get(ENTERPRISE).is_none());
    assert_eq!(answer.headers["etag"], "W/\"2\"");
    assert_eq!(put(&provider, &path, told.clone()).await.headers["etag"], "W/\"2\"");
    let off = json!([{ "op": "replace", "path": "active", "value": false }]);
    scene.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(patch(&provider, &path, off).await.status, 200);
    // Whoever left is not brought back by silence.
    let answer = put(&provider, &path, told).await;
    assert_eq!(answer.json["active"], false);
    assert_eq!(put(&provider, &path, json!({ "userName": "x" })).await.status, 400);
}

#[tokio::test]
async fn who_is_kept_out_by_an_administrator_stays_out() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let id = bring(&provider, user("bjensen")).await;
    let account = scene.account("bjensen").await;
    let change = UserChange { disabled: Some(true), ..UserChange::default() };
    let console = Caller::console();
    scene.access.change_user(&console, account.id, account.version, &change).await.unwrap();
    let told = json!([{ "op": "add", "path": "title", "value": "Guide" },
        { "op": "replace", "path": "active", "value": true }]);
    assert_eq!(patch(&provider, &format!("{USERS}/{id}"), told).await.status, 200);
    assert!(scene.account("bjensen").await.disabled);
}

#[tokio::test]
async fn title_gives_a_post_only_where_that_is_switched_on() {
    for posts in [false, true] {
        let scene = Scene::with(ScimSettings { posts, ..ScimSettings::default() }).await;
        let post = a_unit(&scene).await.parse().unwrap();
        let provider = scene.provider("entra").await;
        let id = bring(&provider, of_entra()).await;
        let now: Time = kernel::Clock::now(&scene.clock);
        let held = scene.directory.holders(post, now).await.unwrap();
        assert_eq!(held.len(), usize::from(posts));
        scene.clock.advance(std::time::Duration::from_secs(60));
        let told = json!([{ "op": "replace", "path": "title", "value": "Clerk" }]);
        assert_eq!(patch(&provider, &format!("{USERS}/{id}"), told).await.status, 200);
        let now: Time = kernel::Clock::now(&scene.clock);
        assert!(scene.directory.holders(post, now).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn without_accounts_only_people_come() {
    let scene = Scene::with(ScimSettings { accounts: false, ..ScimSettings::default() }).await;
    let provider = scene.provider("entra").await;
    bring(&provider, user("bjensen")).await;
    assert_eq!(scene.people().await.len(), 1);
    assert!(scene.access.user_called(&Caller::console(), "bjensen").await.is_err());
}

#[tokio::test]
async fn last_administrator_is_not_kept_out_by_a_provider() {
    let scene = Scene::new().await;
    let mara = scene.mara().await;
    let known = mara.post("/api/v1/people", json!({ "number": "1", "name": "Mara" })).await;
    let person = known.json["id"].as_str().unwrap().to_owned();
    let user = scene.account("mara").await;
    let change = UserChange { person_id: Some(Some(person)), ..UserChange::default() };
    let console = Caller::console();
    scene.access.change_user(&console, user.id, user.version, &change).await.unwrap();
    let provider = scene.provider("entra").await;
    let told = json!({ "userName": "mara.m", ENTERPRISE: { "employeeNumber": "1" } });
    let id = bring(&provider, told).await;
    let off = json!([{ "op": "replace", "path": "active", "value": false }]);
    let answer = patch(&provider, &format!("{USERS}/{id}"), off).await;
    assert_eq!(answer.status, 409, "{:?}", answer.json);
    assert_eq!(answer.json["code"], "last-administrator");
    assert_eq!(scene.people().await.len(), 1);
}
