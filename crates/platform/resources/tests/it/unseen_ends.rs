//! Relations whose other end the caller does not see.

use kernel::Within;
use serde_json::json;
use testkit::Client;

use crate::house::{House, house};

const NORTH: &str = "01890a5d-0000-7000-8000-000000000001";
const SOUTH: &str = "01890a5d-0000-7000-8000-000000000002";

async fn make(house: &House, name: &str, unit: &str) -> String {
    let body = json!({"kind": "host", "name": name, "unit_id": unit});
    let answer = house.client.post("/api/v1/resources", body).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer.json["id"].as_str().unwrap().to_owned()
}

fn north(house: &House) -> Client {
    let within = Within { units: [NORTH.to_owned()].into(), ..Within::default() };
    house.client.holding(&["resource.read", "resource.change"], &within)
}

#[tokio::test]
async fn relation_to_what_is_not_seen_is_not_replaced() {
    let house = house().await;
    let ours = make(&house, "ours", NORTH).await;
    let (other, hidden) = (make(&house, "b", NORTH).await, make(&house, "secret", SOUTH).await);
    assert_eq!(house.relate("located-in", &ours, &hidden).await.status, 201);
    let body = |to: &str| json!({"kind": "located-in", "from": ours, "to": to, "replaces": true});
    let refused = north(&house).post("/api/v1/relations", body(&other)).await;
    assert_eq!((refused.status.as_u16(), &refused.json["code"]), (409, &json!("second-target")));
    assert!(!refused.json.to_string().contains("secret"), "{}", refused.json);
    let there = house.client.get(&format!("/api/v1/resources/{hidden}/relations")).await;
    assert_eq!(there.json["items"].as_array().map(Vec::len), Some(1), "{}", there.json);
    let replaced = house.client.post("/api/v1/relations", body(&other)).await;
    assert_eq!(replaced.status, 201, "who sees it replaces it: {}", replaced.json);
}

#[tokio::test]
async fn reserves_that_are_not_seen_count_and_are_not_named() {
    let house = house().await;
    let (top, ours) = (make(&house, "top", NORTH).await, make(&house, "ours", NORTH).await);
    let (one, two) = (make(&house, "one", SOUTH).await, make(&house, "two", SOUTH).await);
    for member in [&ours, &one, &two] {
        assert_eq!(house.relate("depends-on", &top, member).await.status, 201);
    }
    let group = json!({"name": "g", "relation": "depends-on", "count": 2,
        "members": [ours, one, two]});
    let path = format!("/api/v1/resources/{top}/redundancies");
    let groups = json!({"groups": [group]}).to_string();
    assert_eq!(house.client.send("PUT", &path, Some(groups), None).await.status, 200);
    for way in [format!("{ours}/impact"), format!("{top}/impact?direction=down")] {
        let path = format!("/api/v1/resources/{way}");
        let seen = north(&house).get(&path).await.json;
        let whole = house.client.get(&path).await.json;
        let affected = seen["affected"].as_array().unwrap();
        assert_eq!(affected.len(), 1, "{seen}");
        assert_eq!(affected[0]["severity"], "at-risk", "{seen}");
        assert!(whole["affected"].as_array().unwrap().contains(&affected[0]), "{whole}\n{seen}");
        for hidden in [&one, &two] {
            assert!(!seen.to_string().contains(hidden.as_str()), "{seen}");
        }
    }
}
