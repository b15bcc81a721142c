use serde_json::{Value, json};

use crate::house::house;

#[tokio::test]
async fn types_are_changed_but_no_state_is_taken_from_tickets() {
    let house = house().await;
    let id = house.ticket("request").await;
    house.moved(&id, "accept", "").await;
    let path = "/api/v1/ticket-types/request";
    let found = house.got(path).await;
    let mut draft = found["type"].clone();
    draft["fields"] = json!([{"key": "room", "name": {"en": "Room", "zh": "房间"},
        "kind": "text", "required": true}]);
    let put =
        |body: &Value, version| house.client.send("PUT", path, Some(body.to_string()), version);
    assert_eq!(put(&draft, Some(9)).await.status, 412);
    assert_eq!(put(&draft, Some(1)).await.status, 200);
    let answer = house.client.post("/api/v1/tickets", house.body("request")).await;
    assert_eq!(answer.json["fields"][0]["field"], "fields.room");
    // In progress has a ticket: it cannot go.
    let mut without = draft.clone();
    without["states"] = json!([
        {"key": "new", "name": {"en": "New", "zh": "新建"}, "phase": "new"},
        {"key": "closed", "name": {"en": "Closed", "zh": "已关闭"}, "phase": "closed"},
    ]);
    without["transitions"] = json!([{"key": "close", "name": {"en": "Close", "zh": "关闭"},
        "from": ["new"], "to": "closed"}]);
    let refused = put(&without, Some(2)).await;
    assert_eq!(refused.json["fields"][0]["field"], "states", "{}", refused.json);
    let mut stolen = draft.clone();
    stolen["prefix"] = json!("INC");
    assert_eq!(put(&stolen, Some(2)).await.json["fields"][0]["field"], "prefix");
    let viewer = house.client.as_viewer();
    let denied = viewer.send("PUT", path, Some(draft.to_string()), Some(2)).await;
    assert_eq!(denied.status, 403);
}

#[tokio::test]
async fn changed_service_level_shows_what_it_means_and_keeps_what_was_promised() {
    let house = house().await;
    let id = house.ticket("request").await;
    let policy = house.got("/api/v1/sla-policies").await["items"][0].clone();
    let path = format!("/api/v1/sla-policies/{}", policy["id"].as_str().unwrap());
    let mut draft = policy["policy"].clone();
    draft["targets"][2]["resolution"] = json!({"amount": 3, "unit": "workdays"});
    let effects = house.client.post(&format!("{path}/preview"), draft.clone()).await;
    let effect = &effects.json["items"][0];
    assert_eq!(effect["number"], "REQ-1", "{}", effects.json);
    // Three workdays after Monday: Thursday, the end of work.
    assert_eq!(effect["due_then"], "2026-09-24T09:30:00Z");
    let put = |open: bool, version| {
        let body = json!({"policy": draft, "open_too": open}).to_string();
        house.client.send("PUT", &path, Some(body), Some(version))
    };
    assert_eq!(put(false, 1).await.status, 200);
    assert_eq!(house.page(&id).await["due_at"], effect["due_at"], "a promise is kept");
    assert_eq!(put(true, 2).await.status, 200);
    assert_eq!(house.page(&id).await["due_at"], effect["due_then"]);
    assert_eq!(house.got(&format!("{path}/versions")).await["items"].as_array().unwrap().len(), 3);
    // A type gives it to new tickets: it cannot be given up.
    assert_eq!(house.client.delete(&path, Some(3)).await.json["code"], "in-use");
    let mut wrong = draft.clone();
    wrong["hours"] = json!("never");
    let refused = house.client.post("/api/v1/sla-policies", wrong).await;
    assert_eq!(refused.json["fields"][0]["field"], "hours");
    let made = house.made("/api/v1/sla-policies", draft.clone()).await;
    let gone = house.client.delete(&format!("/api/v1/sla-policies/{made}"), Some(1)).await;
    assert_eq!(gone.status, 204, "{}", gone.json);
}
