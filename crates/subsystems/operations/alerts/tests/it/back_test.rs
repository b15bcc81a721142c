//! What a rule would have done.

use std::time::Duration;

use kernel::Clock as _;
use serde_json::{Value, json};

use crate::house::{HOST, House, ResourceCreated, house};

const PATH: &str = "/api/v1/alert-rules/back-test";

/// An hour in which the disk of the host is nearly full twice: for 10 minutes, and from minute 40.
async fn hour() -> House {
    let house = house().await;
    house.happens(&ResourceCreated(HOST, "web1"), Value::Null).await;
    for minute in 0..60 {
        let full = (10..20).contains(&minute) || minute >= 40;
        house.sample("disk_used_ratio", ("mountpoint", "/"), if full { 0.95 } else { 0.5 });
        house.clock.advance(Duration::from_secs(60));
    }
    house
}

fn body(house: &House, condition: &Value) -> Value {
    let from = house.clock.now().minus(Duration::from_secs(3_600));
    json!({
        "name": {"en": "Disk filling", "zh": "磁盘将满"}, "severity": "critical",
        "condition": condition, "from": from.to_string(), "step_s": 60,
    })
}

fn threshold(limit: f64, for_s: u32) -> Value {
    json!({
        "type": "threshold", "selector": "disk_used_ratio", "operator": ">", "threshold": limit,
        "for_s": for_s,
    })
}

#[tokio::test]
async fn rule_is_played_on_what_is_stored_and_changes_nothing() {
    let house = hour().await;
    for condition in
        [threshold(0.85, 0), json!({"type": "query", "expr": "disk_used_ratio > 0.85"})]
    {
        let answer = house.client.post(PATH, body(&house, &condition)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let found = &answer.json;
        assert_eq!((&found["alert_count"], &found["moments"]), (&json!(2), &json!(61)), "{found}");
        let first = &found["alerts"][0];
        assert_eq!(first["title"]["en"], "Disk filling: /");
        assert_eq!((&first["resource_id"], &first["severity"]), (&json!(HOST), &json!("critical")));
        assert!(first["to"].is_string() && found["alerts"][1]["to"].is_null(), "{found}");
        // Nobody is to be told: there is no policy.
        assert_eq!((&found["page_count"], &found["saved"]), (&json!(0), &Value::Null));
    }
    assert!(house.open_alerts().await.is_empty() && house.facts().await.is_empty());
}

#[tokio::test]
async fn pages_go_to_whom_policies_name_unless_they_are_silenced() {
    let house = hour().await;
    let policy = json!({
        "name": "critical", "severity_min": "critical",
        "recipients": [{"kind": "mail", "id": "ada@example.org", "name": "Ada"}],
    });
    assert_eq!(house.client.post("/api/v1/page-policies", policy).await.status, 201);
    let body = body(&house, &threshold(0.85, 0));
    let told = house.client.post(PATH, body.clone()).await.json;
    assert_eq!(told["page_count"], 2, "{told}");
    let page = &told["pages"][0];
    assert_eq!((&page["recipient"], &page["policy"]), (&json!("Ada"), &json!("critical")));
    assert_eq!((&page["title"]["en"], &page["alerts"]), (&json!("Disk filling: /"), &json!(1)));
    let now = house.clock.now();
    let silence = json!({
        "matchers": [{"label": "mountpoint", "operator": "=", "value": "/"}], "reason": "known",
        "starts_at": now.minus(Duration::from_secs(3_600)).to_string(),
        "ends_at": now.minus(Duration::from_secs(1_800)).to_string(),
    });
    let made = house.client.post("/api/v1/silences", silence).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let told = house.client.post(PATH, body).await.json;
    assert_eq!((&told["page_count"], &told["silenced_count"]), (&json!(1), &json!(1)), "{told}");
    assert_eq!(told["alerts"][0]["silenced_by"], made.json["id"]);
}

#[tokio::test]
async fn difference_from_the_saved_rule_is_told() {
    let house = hour().await;
    let saved = house.disk_rule(0).await;
    let mut patient = body(&house, &threshold(0.85, 900));
    patient["rule_id"] = saved["id"].clone();
    let answer = house.client.post(PATH, patient).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let (found, saved) = (&answer.json, &answer.json["saved"]);
    assert_eq!((&found["alert_count"], &saved["alert_count"]), (&json!(1), &json!(2)), "{found}");
    assert_eq!(
        (&saved["same"], &saved["added"], &saved["gone"]),
        (&json!(1), &json!(0), &json!(1))
    );
}

#[tokio::test]
async fn what_cannot_be_played_is_named() {
    let house = hour().await;
    let good = body(&house, &threshold(0.85, 0));
    let later = house.clock.now().plus(Duration::from_secs(60)).to_string();
    for (field, value, named) in [
        ("from", json!("yesterday"), "from"),
        ("from", json!(later), "to"),
        ("to", json!(later), "to"),
        ("from", json!("2020-01-01T00:00:00Z"), "to"),
        ("step_s", json!(1), "step_s"),
        ("severity", json!("terrible"), "severity"),
        ("rule_id", json!("x"), "rule_id"),
        ("condition", json!({"type": "check_state", "states": ["critical"]}), "condition.type"),
        ("condition", json!({"type": "query", "expr": "sum("}), "condition.expr"),
    ] {
        let mut wrong = good.clone();
        wrong[field] = value;
        let answer = house.client.post(PATH, wrong).await;
        assert_eq!(answer.status, 400, "{field}: {}", answer.text);
        let fields = answer.json["fields"].as_array().unwrap();
        assert!(fields.iter().any(|one| one["field"] == named), "{named}: {}", answer.json);
    }
    let mut unknown = good.clone();
    unknown["rule_id"] = HOST.into();
    assert_eq!(house.client.post(PATH, unknown).await.status, 404);
    assert_eq!(house.client.as_viewer().post(PATH, good).await.status, 403);
}
