//! What merges tell of the relations that went along.

use serde_json::{Value, json};

use crate::{dated_back::unit, journal_sight::Scene};

/// They counted relations with what the caller does not see.
#[tokio::test]
async fn merge_counts_the_relations_that_are_seen() {
    let scene = Scene::new().await;
    let desk = unit(&scene, "DESK", Some(&scene.regions[0])).await;
    let root = &scene.house.client;
    let host = async |name: &str, unit: &str| {
        scene.later(1);
        let new = json!({ "kind": "host", "name": name, "unit_id": unit });
        let made = root.post("/api/v1/resources", new).await.json;
        made["id"].as_str().unwrap().to_owned()
    };
    let (kept, gone) = (host("kept", &desk).await, host("gone", &desk).await);
    let (near, far) = (host("near", &desk).await, host("far", &scene.units[1]).await);
    for from in [&near, &far] {
        let body = json!({ "kind": "connects-to", "from": from, "to": gone });
        assert_eq!(root.post("/api/v1/relations", body).await.status, 201);
    }
    let north = scene.client(0).await;
    let path = format!("/api/v1/resources/{kept}");
    let merged = north.post(&format!("{path}/merge"), json!({ "gone": gone })).await;
    assert_eq!(merged.status, 200, "{}", merged.json);
    assert_eq!(merged.json["relations"], json!(1));
    let count = |list: &Value| list["items"][0]["relations"].clone();
    for id in [&kept, &gone] {
        let path = format!("/api/v1/resources/{id}/merges");
        assert_eq!(count(&north.get(&path).await.json), json!(1));
        assert_eq!(count(&root.get(&path).await.json), json!(2));
    }
    scene.later(1);
    let undo = format!("/api/v1/merges/{}/undo", merged.json["id"].as_str().unwrap());
    let undone = north.post(&undo, json!({})).await;
    assert_eq!((undone.status.as_u16(), &undone.json["relations"]), (200, &json!(1)));
}
