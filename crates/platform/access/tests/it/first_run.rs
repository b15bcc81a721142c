use access::{Access, AccessSettings};
use serde_json::json;
use std::sync::Arc;
use testkit::SeededIds;

use crate::scene::{PASSWORD, Scene, refusal};

const FIRST_RUN: &str = "/api/v1/first-run";

#[tokio::test]
async fn link_makes_the_first_administrator_and_signs_them_in() {
    let scene = Scene::empty().await;
    let stranger = scene.stranger();
    assert_eq!(stranger.get(FIRST_RUN).await.json, json!({ "needed": true }));
    let token = scene.access.first_run_token().await.unwrap().unwrap();
    let body = json!({ "token": token, "name": "Mara", "password": PASSWORD });
    let answer = stranger.post(FIRST_RUN, body).await;
    assert_eq!(answer.status, 201, "{:?}", answer.json);
    assert_eq!(answer.json["user"]["roles"], json!(["administrator"]));
    let browser = scene.browser(&answer);
    assert_eq!(browser.get("/api/v1/users").await.status, 200);
    assert_eq!(stranger.get(FIRST_RUN).await.json, json!({ "needed": false }));
    assert_eq!(scene.verbs().await, ["user.created", "grant.given", "user.signed_in"]);
}

#[tokio::test]
async fn link_dies_with_its_use() {
    let scene = Scene::empty().await;
    let token = scene.access.first_run_token().await.unwrap().unwrap();
    let body = |name| json!({ "token": token, "name": name, "password": PASSWORD });
    assert_eq!(scene.stranger().post(FIRST_RUN, body("mara")).await.status, 201);
    let again = scene.stranger().post(FIRST_RUN, body("eve")).await;
    assert_eq!(refusal(&again), (409, "first-run-done"));
    assert_eq!(scene.access.first_run_token().await.unwrap(), None);
}

#[tokio::test]
async fn of_two_who_use_the_link_at_once_one_gets_in() {
    let scene = Scene::empty().await;
    let token = scene.access.first_run_token().await.unwrap().unwrap();
    let body = |name| json!({ "token": token, "name": name, "password": PASSWORD });
    let (one, other) = (scene.stranger(), scene.stranger());
    let (one, other) =
        tokio::join!(one.post(FIRST_RUN, body("mara")), other.post(FIRST_RUN, body("eve")));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

#[tokio::test]
async fn link_dies_with_the_process_and_is_not_in_the_records() {
    let scene = Scene::empty().await;
    let token = scene.access.first_run_token().await.unwrap().unwrap();
    let restarted = Access::new(
        scene.records.db.clone(),
        Arc::new(scene.clock.clone()),
        Arc::new(SeededIds::new(99)),
        AccessSettings::default(),
    );
    let other = restarted.first_run_token().await.unwrap().unwrap();
    assert_ne!(token, other);
    let after = Scene { access: restarted, ..scene };
    let body = json!({ "token": token, "name": "Mara", "password": PASSWORD });
    let answer = after.stranger().post(FIRST_RUN, body).await;
    assert_eq!(refusal(&answer), (403, "first-run-token-wrong"));
    let text = after.into_bytes_on_disk().await;
    assert!(!text.contains(&token) && !text.contains(&other));
}

#[tokio::test]
async fn wrong_link_and_bad_input_leave_the_link_usable() {
    let scene = Scene::empty().await;
    let wrong = json!({ "token": "x", "name": "Mara", "password": PASSWORD });
    let answer = scene.stranger().post(FIRST_RUN, wrong).await;
    assert_eq!(refusal(&answer), (403, "first-run-token-wrong"), "no link was printed yet");
    let token = scene.access.first_run_token().await.unwrap().unwrap();
    let short = json!({ "token": token, "name": "M", "password": "short" });
    let answer = scene.stranger().post(FIRST_RUN, short).await;
    assert_eq!(refusal(&answer), (400, "invalid"));
    let fields = answer.json["fields"].as_array().unwrap();
    assert_eq!(fields.iter().map(|f| &f["field"]).collect::<Vec<_>>(), ["name", "password"]);
    let good = json!({ "token": token, "name": "Mara", "password": PASSWORD });
    assert_eq!(scene.stranger().post(FIRST_RUN, good).await.status, 201);
}

#[tokio::test]
async fn administrator_from_the_command_line_ends_the_first_run() {
    let scene = Scene::empty().await;
    let token = scene.access.first_run_token().await.unwrap().unwrap();
    scene.add("root-admin", "administrator").await;
    assert_eq!(scene.access.first_run_token().await.unwrap(), None);
    let body = json!({ "token": token, "name": "Mara", "password": PASSWORD });
    let answer = scene.stranger().post(FIRST_RUN, body).await;
    assert_eq!(refusal(&answer), (409, "first-run-done"));
}
