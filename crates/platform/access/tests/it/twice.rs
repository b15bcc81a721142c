use std::time::Duration;

use kernel::Clock;
use serde_json::json;

use crate::scene::{Scene, everything, id_of, own_id, refusal};

#[tokio::test]
async fn same_grant_is_not_made_twice_and_the_one_that_is_there_is_named() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let wei_id = own_id(&wei).await;
    let hours = |hours: u64| scene.clock.now().plus(Duration::from_secs(3600 * hours)).to_string();
    let give = async |role: &str, to: Option<String>| {
        let body = json!({ "holder": { "kind": "user", "id": wei_id }, "role": role,
            "scope": everything(), "valid_to": to, "reason": "again" });
        mara.post("/api/v1/grants", body).await
    };
    let first = give("operator", Some(hours(2))).await;
    let id = id_of(&first);
    for to in [1, 2] {
        let twice = give("operator", Some(hours(to))).await;
        assert_eq!(refusal(&twice), (409, "already-granted"));
        let said = twice.json["detail"].as_str().unwrap();
        assert!(said.contains(&id) && said.contains("wei"), "{said}");
    }
    // For longer is another one, and so is one after the first was ended.
    let longer = give("operator", None).await;
    assert_eq!(longer.status, 201, "{:?}", longer.json);
    assert_eq!(refusal(&give("operator", None).await), (409, "already-granted"));
    for id in [id, id_of(&longer)] {
        let ended = mara.post(&format!("/api/v1/grants/{id}/end"), json!({ "reason": "x" })).await;
        assert_eq!(ended.status, 200);
    }
    assert_eq!(give("operator", None).await.status, 201);
    // What comes with the user counts, too.
    assert_eq!(refusal(&give("viewer", None).await), (409, "already-granted"));
}
