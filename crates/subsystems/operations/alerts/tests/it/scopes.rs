use std::sync::Arc;

use http_kit::SearchSource;
use kernel::{Caller, Grant, Held, Scope, Within};
use serde_json::{Value, json};

use crate::house::{HOST, House, house};

const ELSEWHERE: &str = "01890a5d-ac96-774b-bcce-b302099a8009";
const ALL: [&str; 5] =
    ["alert.read", "alert.acknowledge", "alert.close", "alert-rule.read", "alert-rule.change"];

fn only(id: &str) -> Within {
    Within { resources: [id.to_owned()].into(), ..Within::default() }
}

async fn with_alert() -> (House, String) {
    let house = house().await;
    house.alerts.seed().await.unwrap();
    house.check_becomes("critical").await;
    let id = house.open_alerts().await[0]["id"].as_str().unwrap().to_owned();
    (house, format!("/api/v1/alerts/{id}"))
}

#[tokio::test]
async fn alert_outside_of_the_scope_is_not_there() {
    let (house, path) = with_alert().await;
    let stranger_here = house.client.holding(&ALL, &only(ELSEWHERE));
    let list = stranger_here.get("/api/v1/alerts").await;
    assert_eq!((list.status.as_u16(), list.json["items"].as_array().unwrap().len()), (200, 0));
    assert_eq!(stranger_here.get(&path).await.status, 404);
    for (verb, body) in [
        ("acknowledge", json!({})),
        ("unacknowledge", Value::Null),
        ("close", json!({ "comment": "x" })),
    ] {
        assert_eq!(stranger_here.post(&format!("{path}/{verb}"), body).await.status, 404);
    }
    assert_eq!(house.verbs().await, "alert.raised");
}

#[tokio::test]
async fn alert_inside_of_the_scope_can_be_cared_for() {
    let (house, path) = with_alert().await;
    let operator = house.client.holding(&ALL, &only(HOST));
    assert_eq!(operator.get("/api/v1/alerts").await.json["items"].as_array().unwrap().len(), 1);
    let answer = operator.post(&format!("{path}/acknowledge"), json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    // Reading is one thing, caring another.
    let reader = house.client.holding(&["alert.read"], &only(HOST));
    assert_eq!(reader.get(&path).await.status, 200);
    assert_eq!(reader.post(&format!("{path}/acknowledge"), json!({})).await.status, 403);
}

#[tokio::test]
async fn rules_look_at_everything_so_a_scope_is_not_enough_to_change_them() {
    let (house, _) = with_alert().await;
    let operator = house.client.holding(&ALL, &only(HOST));
    let rules = operator.get("/api/v1/alert-rules").await.json;
    let path = format!("/api/v1/alert-rules/{}", rules["items"][0]["id"].as_str().unwrap());
    assert_eq!(operator.get(&path).await.status, 200);
    let answer = operator.patch(&path, 1, json!({ "enabled": false })).await;
    assert_eq!(answer.status, 403, "{}", answer.json);
}

#[tokio::test]
async fn rule_that_names_another_resource_is_not_there() {
    let house = house().await;
    let rule = async |id: &str| {
        let body = json!({
            "name": {"en": "R", "zh": "规"}, "severity": "warning",
            "condition": {"type": "threshold", "selector": format!("load{{resource=\"{id}\"}}"),
                "operator": ">", "threshold": 1.0},
        });
        let made = house.client.post("/api/v1/alert-rules", body).await;
        assert_eq!(made.status, 201, "{}", made.json);
        made.json["id"].as_str().unwrap().to_owned()
    };
    let (ours, theirs) = (rule(HOST).await, rule(ELSEWHERE).await);
    let operator = house.client.holding(&ALL, &only(HOST));
    let rules = operator.get("/api/v1/alert-rules").await.json;
    let ids: Vec<&Value> =
        rules["items"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, [&json!(ours)]);
    assert_eq!(operator.get(&format!("/api/v1/alert-rules/{theirs}")).await.status, 404);
    assert_eq!(house.client.get(&format!("/api/v1/alert-rules/{theirs}")).await.status, 200);
    // What is not listed is not found, either.
    let mut held = Held::default();
    for permission in ["alert.read", "alert-rule.read"] {
        held.add(permission, Scope::Within(Arc::new(only(HOST))));
    }
    let caller = Caller { grant: Grant::Held(Arc::new(held)), ..Caller::stranger() };
    let hits = house.alerts.search(&caller, "规", 10).await.unwrap();
    assert_eq!(hits.iter().map(|hit| &hit.id).collect::<Vec<_>>(), [&ours]);
}
