use std::time::Duration;

use serde_json::json;

use crate::scene::{PASSWORD, Scene, cookie_of, own_id};

#[tokio::test]
async fn every_change_says_who_what_before_after_and_from_where() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let path = format!("/api/v1/users/{}", own_id(&wei).await);
    let mara = mara.with_header("x-request-id", "request-77");
    let body = json!({ "display_name": "Wei Zhang", "password": "Heron-lake-41" });
    assert_eq!(mara.patch(&path, 1, body).await.status, 200);
    let changed = scene.facts("user.changed").await.remove(0);
    assert_eq!(changed.actor.name, "Mara");
    assert_eq!((changed.subject.kind.as_str(), changed.subject.name.as_str()), ("user", "wei"));
    assert_eq!(changed.before.unwrap()["display_name"], "wei");
    assert_eq!(changed.after.unwrap()["display_name"], "Wei Zhang");
    assert_eq!(changed.detail["changed"], json!(["display_name"]));
    assert_eq!((changed.request_id.as_str(), changed.source.as_str()), ("request-77", "192.0.2.1"));
    let ended = scene.facts("session.ended").await.remove(0);
    assert_eq!(ended.detail["reason"], "password_changed");
}

#[tokio::test]
async fn refusal_is_journalled_once_a_minute_for_each_permission() {
    let scene = Scene::staffed().await;
    let wei = scene.signed_in("wei").await;
    for _ in 0..10 {
        assert_eq!(wei.get("/api/v1/users").await.status, 403);
    }
    assert_eq!(wei.get("/api/v1/tokens").await.status, 403);
    let denied = scene.facts("access.denied").await;
    let permissions: Vec<_> = denied.iter().map(|row| row.detail["permission"].clone()).collect();
    assert_eq!(permissions, ["user.read", "token.read"]);
    assert_eq!(denied[0].actor.name, "wei");
    assert_eq!(
        (&denied[0].subject.kind[..], &denied[0].detail["path"]),
        ("access", &json!("/api/v1/users"))
    );
    scene.clock.advance(Duration::from_secs(60));
    assert_eq!(wei.get("/api/v1/users").await.status, 403);
    assert_eq!(scene.facts("access.denied").await[2].detail["repeated"], 9);
}

#[tokio::test]
async fn refused_change_leaves_no_fact_and_no_trace() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let before = scene.verbs().await;
    let path = format!("/api/v1/users/{}", own_id(&mara).await);
    assert_eq!(mara.patch(&path, 1, json!({ "disabled": true })).await.status, 409);
    assert_eq!(mara.patch(&path, 9, json!({ "display_name": "x" })).await.status, 412);
    assert_eq!(scene.verbs().await, before);
    assert_eq!(mara.get(&path).await.json["version"], 1);
}

#[tokio::test]
async fn no_secret_is_in_the_records_or_the_journal() {
    let scene = Scene::staffed().await;
    let answer = scene.try_sign_in("mara", PASSWORD).await;
    let mara = scene.browser(&answer);
    let (_, made) = scene.program(&mara, "viewer").await;
    let path = format!("/api/v1/users/{}", own_id(&mara).await);
    mara.patch(&path, 1, json!({ "password": "Heron-lake-41" })).await;
    let csrf_token = answer.json["csrf_token"].as_str().unwrap().to_owned();
    let cookie = cookie_of(&answer).split_once('=').unwrap().1.to_owned();
    let made = made["token"].as_str().unwrap().trim_start_matches("mst_").to_owned();
    let rows = format!("{:?}", scene.facts("").await);
    assert!(!rows.contains("argon2"));
    let text = rows + &scene.into_bytes_on_disk().await;
    for secret in [PASSWORD, "Heron-lake-41", &csrf_token, &cookie, &made] {
        assert!(!text.contains(secret));
    }
}
