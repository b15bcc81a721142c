use std::time::Duration;

use serde_json::json;

use crate::scene::{Scene, USERS, bring, user};

#[tokio::test]
async fn each_provider_sees_its_own_and_the_ui_sees_when_each_called() {
    let scene = Scene::new().await;
    let (entra, okta) = (scene.provider("entra").await, scene.provider("okta").await);
    let ada = bring(&entra, user("ada")).await;
    bring(&okta, user("bob")).await;
    assert_eq!(entra.get(USERS).await.json["totalResults"], 1);
    assert_eq!(okta.get(&format!("{USERS}/{ada}")).await.status, 404);
    let mara = scene.mara().await;
    let seen = mara.get("/api/v1/scim/clients").await.json;
    let items = seen["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let of = |name: &str| items.iter().find(|item| item["name"] == name).unwrap();
    assert_eq!(of("entra")["path"], "/scim/v2");
    assert_eq!((&of("entra")["users"], &of("okta")["users_active"]), (&json!(1), &json!(1)));
    let first = of("entra")["last_call_at"].clone();
    scene.clock.advance(Duration::from_secs(90));
    entra.get(&format!("{USERS}/{ada}")).await;
    let seen = mara.get("/api/v1/scim/clients").await.json;
    let again = seen["items"].as_array().unwrap().iter().find(|item| item["name"] == "entra");
    assert_ne!(again.unwrap()["last_call_at"], first);
    assert_eq!(again.unwrap()["last_call"], "GET /Users");
    assert_eq!(entra.get("/api/v1/scim/clients").await.status, 403);
    // No source of LDAP: it is not read.
    assert_eq!(scene.facts("directory_source.changed").await.len(), 2);
}
