use std::time::Duration;

use kernel::Clock;
use serde_json::json;
use testkit::{Answer, Client};

use crate::{
    own_doing::program_of_console,
    posts::post_and_person,
    scene::{Scene, id_of, own_id},
};

pub(crate) async fn leave(scene: &Scene, person: &str) -> Answer {
    scene.clock.advance(Duration::from_secs(60));
    let directory = scene.directory_client();
    let path = format!("/api/v1/people/{person}");
    let version = directory.get(&path).await.json["version"].as_i64();
    directory.send("POST", &format!("{path}/leave"), Some("{}".to_owned()), version).await
}

/// The job's last word, if it has one.
pub(crate) async fn look(scene: &Scene) -> Option<String> {
    let jobs = access::jobs(&scene.access);
    let job = jobs.iter().find(|job| job.name() == "access.leavers").unwrap();
    job.run().await.unwrap().message.map(|text| text.en)
}

async fn is_in(client: &Client) -> bool {
    client.get("/api/v1/session").await.status == 200
}

#[tokio::test]
async fn who_has_left_is_kept_out_with_all_that_was_open() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let (_, person) = post_and_person(&scene, &mara, &wei).await;
    let program = program_of_console(&scene, &own_id(&wei).await).await;
    assert_eq!(look(&scene).await, None);
    assert!(is_in(&wei).await && is_in(&program).await);
    assert!(leave(&scene, &person).await.status.is_success());
    assert_eq!(look(&scene).await, None);
    assert!(!is_in(&wei).await && !is_in(&program).await);
    assert!(is_in(&mara).await);
    let users = mara.get("/api/v1/users").await.json;
    let mut users = users["items"].as_array().unwrap().iter();
    assert_eq!(users.find(|user| user["name"] == "wei").unwrap()["disabled"], true);
}

#[tokio::test]
async fn who_leaves_later_is_kept_out_when_the_day_has_come() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let (_, person) = post_and_person(&scene, &mara, &wei).await;
    let at = scene.clock.now().plus(Duration::from_secs(7200)).to_string();
    let path = format!("/api/v1/people/{person}");
    let directory = scene.directory_client();
    let version = directory.get(&path).await.json["version"].as_i64();
    let body = json!({ "at": at }).to_string();
    let planned = directory.send("POST", &format!("{path}/leave"), Some(body), version).await;
    assert!(planned.status.is_success(), "{:?}", planned.json);
    // The first look finds out when, the second one need not look.
    for _ in 0..2 {
        assert_eq!(look(&scene).await, None);
        assert!(is_in(&wei).await);
    }
    scene.clock.advance(Duration::from_secs(7200));
    assert_eq!(look(&scene).await, None);
    assert!(!is_in(&wei).await);
    // Let in again by hand, they are out again at the next look.
    let id = own_id_of(&mara, "wei").await;
    let path = format!("/api/v1/users/{id}");
    let version = mara.get(&path).await.json["version"].as_i64().unwrap();
    assert_eq!(mara.patch(&path, version, json!({ "disabled": false })).await.status, 200);
    assert_eq!(look(&scene).await, None);
    assert_eq!(mara.get(&path).await.json["disabled"], true);
}

async fn own_id_of(mara: &Client, name: &str) -> String {
    let users = mara.get("/api/v1/users").await.json;
    let mut users = users["items"].as_array().unwrap().iter();
    let user = users.find(|user| user["name"] == name).unwrap();
    user["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn last_administrator_who_has_left_is_named_and_not_kept_out() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let directory = scene.directory_client();
    let person =
        id_of(&directory.post("/api/v1/people", json!({ "number": "E9", "name": "马拉" })).await);
    let path = format!("/api/v1/users/{}", own_id(&mara).await);
    assert_eq!(mara.patch(&path, 1, json!({ "person_id": person })).await.status, 200);
    assert!(leave(&scene, &person).await.status.is_success());
    let said = look(&scene).await.unwrap();
    assert!(said.ends_with("Mara"), "{said}");
    assert!(is_in(&mara).await);
}
