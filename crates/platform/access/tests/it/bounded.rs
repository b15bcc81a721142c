//! How much of the past they see to whom something was granted within a part of the house.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::Client;

use crate::{
    grants::{province, unit},
    scene::{Scene, id_of, own_id, refusal},
};

/// Somebody of the north who may grant there; a unit that was called something else in the south,
/// and came a day ago.
async fn giver(scene: &Scene) -> (Client, Client, String) {
    let [_, north, _, south] = province(scene).await;
    let directory = scene.directory_client();
    let named = json!({ "en": "zqxsecret", "zh": "zqxsecret" });
    let body = json!({ "code": "M", "name": named, "parent_id": south });
    let moved = id_of(&directory.post("/api/v1/units", body).await);
    let path = format!("/api/v1/units/{moved}");
    scene.clock.advance(Duration::from_secs(2 * 86_400));
    let named = json!({ "name": { "en": "new", "zh": "new" } });
    assert_eq!(directory.patch(&path, 1, named).await.status, 200);
    scene.clock.advance(Duration::from_secs(86_400));
    let to = json!({ "parent_id": north }).to_string();
    let went = directory.send("POST", &format!("{path}/move"), Some(to), Some(2)).await;
    assert_eq!(went.status, 200, "{:?}", went.json);
    scene.clock.advance(Duration::from_secs(86_400));
    let mara = scene.signed_in("mara").await;
    let role = json!({ "name": "giver", "title": { "en": "giver", "zh": "giver" },
        "permissions": ["*.read", "grant.*"],
        "delegable": true });
    assert_eq!(mara.post("/api/v1/roles", role).await.status, 201);
    scene.add("deng", "").await;
    let deng = scene.signed_in("deng").await;
    let holder = own_id(&deng).await;
    let given = scene.grant(&mara, ("user", &holder), "giver", unit(&north)).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    (mara, deng, moved)
}

async fn said_of(by: &Client, unit: &str) -> [Value; 2] {
    let path = format!("/api/v1/units/{unit}");
    let then = by.get(&format!("{path}?as_of=2027-01-16")).await;
    [then.json, by.get(&format!("{path}/history")).await.json]
}

/// Whoever could grant what had just come opened all of its past by that, to themselves and others.
#[tokio::test]
async fn who_grants_within_a_part_opens_no_past_that_they_do_not_see() {
    let scene = Scene::staffed().await;
    let (mara, deng, moved) = giver(&scene).await;
    let holder = own_id(&deng).await;
    let assert_hidden = async || {
        let [then, history] = said_of(&deng, &moved).await;
        assert_eq!(then["code"], "not-found", "{then}");
        assert!(!history.to_string().contains("zqxsecret"), "{history}");
        assert_eq!(history["items"].as_array().unwrap().len(), 1, "{history}");
    };
    assert_hidden().await;
    for role in ["viewer", "giver"] {
        let given = scene.grant(&deng, ("user", &holder), role, unit(&moved)).await;
        assert_eq!(given.status, 201, "{:?}", given.json);
        assert_hidden().await;
        let again = scene.grant(&deng, ("user", &holder), role, unit(&moved)).await;
        assert_eq!(refusal(&again), (409, "already-granted"));
    }
    // What that gives opens no more, either.
    let given = scene.grant(&deng, ("user", &holder), "operator", unit(&moved)).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    assert_hidden().await;
    // By whom everything is seen, the same is granted with all of its past.
    let whole = scene.grant(&mara, ("user", &holder), "viewer", unit(&moved)).await;
    assert_eq!(whole.status, 201, "{:?}", whole.json);
    let [then, history] = said_of(&deng, &moved).await;
    assert_eq!(then["name"]["en"], "zqxsecret", "{then}");
    assert!(history.to_string().contains("zqxsecret"), "{history}");
}
