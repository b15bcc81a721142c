use kernel::Permission;
use serde_json::json;

use crate::scene::{Scene, everything};

const TOKEN_READ: Permission = Permission("token.read");

/// What somebody said should be done later is judged by what they hold then.
#[tokio::test]
async fn author_holds_what_the_user_holds_now_and_is_nobody_once_disabled() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let id = scene.add("deng", "").await.id.to_string();
    let author = async || scene.access.author(&id).await.unwrap();
    assert!(!author().await.unwrap().may(TOKEN_READ));
    let given = scene.grant(&mara, ("user", &id), "administrator", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    let found = author().await.unwrap();
    assert!(found.may_everywhere(TOKEN_READ));
    assert_eq!((found.actor.name.as_str(), found.user_id.as_ref()), ("deng", Some(&id)));
    let grant = given.json["id"].as_str().unwrap();
    let end = json!({ "reason": "over" });
    assert_eq!(mara.post(&format!("/api/v1/grants/{grant}/end"), end).await.status, 200);
    assert!(!author().await.unwrap().may(TOKEN_READ));
    let path = format!("/api/v1/users/{id}");
    let version = mara.get(&path).await.json["version"].as_i64().unwrap();
    assert_eq!(mara.patch(&path, version, json!({ "disabled": true })).await.status, 200);
    assert_eq!(author().await, None);
    assert_eq!(scene.access.author("nobody").await.unwrap(), None);
}
