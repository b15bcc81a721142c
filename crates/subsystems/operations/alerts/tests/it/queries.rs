use serde_json::{Value, json};

use crate::house::{House, house};

const DISK: &str = "disk_used_ratio";

async fn rule(house: &House, condition: Value) -> Value {
    let body = json!({
        "name": {"en": "Disk of the house", "zh": "全部磁盘"}, "severity": "critical",
        "condition": condition,
    });
    let answer = house.client.post("/api/v1/alert-rules", body).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer.json
}

fn query(expr: &str, for_s: u32, keep_firing_for_s: u32) -> Value {
    json!({"type": "query", "expr": expr, "for_s": for_s, "keep_firing_for_s": keep_firing_for_s})
}

async fn play(house: &House, values: &[f64]) {
    for value in values {
        house.sample(DISK, ("mountpoint", "/"), *value);
        house.evaluate_after(10).await;
    }
}

#[tokio::test]
async fn every_series_that_a_query_yields_has_its_own_alert() {
    let house = house().await;
    rule(&house, query("max by (mountpoint, resource) (disk_used_ratio) > 0.85", 0, 0)).await;
    for (mountpoint, value) in [("/", 0.9), ("/var", 0.95), ("/home", 0.1)] {
        house.sample(DISK, ("mountpoint", mountpoint), value);
    }
    assert_eq!(house.evaluate_after(10).await, 2);
    assert_eq!(house.evaluate_after(10).await, 0, "a second round finds nothing to do");
    let alert = house.open_alerts().await.remove(0);
    assert_eq!(
        alert["summary"]["en"],
        "value 0.95 of max by (mountpoint, resource) (disk_used_ratio) > 0.85"
    );
    assert_eq!((&alert["value"], &alert["labels"]["mountpoint"]), (&json!(0.95), &json!("/var")));
    for (mountpoint, value) in [("/", 0.2), ("/var", 0.95)] {
        house.sample(DISK, ("mountpoint", mountpoint), value);
    }
    assert_eq!(house.evaluate_after(10).await, 1);
    assert_eq!(house.verbs().await, "alert.raised alert.raised alert.closed");
}

#[tokio::test]
async fn waits_and_silences_are_counted_across_a_restart() {
    let mut house = house().await;
    rule(&house, query("disk_used_ratio > 0.85", 20, 30)).await;
    play(&house, &[0.9, 0.9]).await;
    house.restart();
    assert_eq!(house.verbs().await, "");
    play(&house, &[0.9, 0.9]).await;
    assert_eq!(house.verbs().await, "alert.raised");
    play(&house, &[0.1, 0.1]).await;
    house.restart();
    play(&house, &[0.9, 0.1, 0.1, 0.1]).await;
    assert_eq!(house.verbs().await, "alert.raised", "it was back in between");
    play(&house, &[0.1]).await;
    assert_eq!(house.verbs().await, "alert.raised alert.closed");
}

#[tokio::test]
async fn number_is_a_series_without_labels() {
    let house = house().await;
    rule(&house, query("absent(nothing_at_all)", 0, 0)).await;
    house.evaluate_after(10).await;
    let alert = house.open_alerts().await.remove(0);
    assert_eq!(alert["title"]["en"], "Disk of the house");
    assert_eq!((&alert["resource_id"], &alert["labels"]), (&Value::Null, &json!({})));
}

#[tokio::test]
async fn query_that_cannot_be_read_is_refused_with_its_place() {
    let house = house().await;
    for (condition, field, expected) in [
        (query("sum by (disk", 0, 0), "condition.expr", "PromQL"),
        (query("disk_used_ratio[5m]", 0, 0), "condition.expr", "an instant vector or a number"),
        (query("up", 86_401, 0), "condition.for_s", "0 to 86400 seconds"),
        (query("up", 0, 86_401), "condition.keep_firing_for_s", "0 to 86400 seconds"),
        (json!({"type": "query"}), "condition.expr", "a value"),
        (
            json!({"type": "query", "expr": "up", "operator": ">"}),
            "condition.operator",
            "nothing, as the type is query",
        ),
    ] {
        let body = json!({"name": {"en": "a", "zh": "a"}, "severity": "warning",
            "condition": condition});
        let answer = house.client.post("/api/v1/alert-rules", body).await;
        assert_eq!(answer.status, 400, "{}", answer.json);
        let fault = &answer.json["fields"][0];
        assert_eq!(fault["field"], field);
        assert!(fault["expected"].as_str().unwrap().contains(expected), "{fault}");
    }
}
