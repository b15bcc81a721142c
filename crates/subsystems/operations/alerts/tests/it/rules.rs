use serde_json::{Value, json};

use crate::house::{House, house};

async fn shipped(house: &House, name: &str) -> (String, Value) {
    let rules = house.list("/api/v1/alert-rules?limit=500").await;
    let rule = rules.into_iter().find(|rule| rule["name"]["en"] == name).unwrap();
    (format!("/api/v1/alert-rules/{}", rule["id"].as_str().unwrap()), rule)
}

#[tokio::test]
async fn shipped_rules_are_there_once_and_edits_survive_the_next_start() {
    let mut house = house().await;
    let written = house.alerts.seed().await.unwrap();
    assert!(written > 20);
    let (path, rule) = shipped(&house, "File system is filling up").await;
    assert_eq!((&rule["shipped"], &rule["condition"]["threshold"]), (&json!(true), &json!(0.85)));
    let mut condition = rule["condition"].clone();
    condition["threshold"] = json!(0.7);
    condition["clear_threshold"] = json!(0.65);
    let answer = house.client.patch(&path, 1, json!({"condition": condition})).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let (other, _) = shipped(&house, "Load is high").await;
    assert_eq!(house.client.patch(&other, 1, json!({"enabled": false})).await.status, 200);

    house.restart();
    assert_eq!(house.alerts.seed().await.unwrap(), 0);
    let rule = house.client.get(&path).await;
    assert_eq!(rule.json["condition"]["threshold"], 0.7);
    assert_eq!(rule.headers["etag"], "\"2\"");
    assert_eq!(house.client.get(&other).await.json["enabled"], false);
    let rules = house.list("/api/v1/alert-rules?limit=500").await;
    assert_eq!(rules.len() as u64, written);
}

#[tokio::test]
async fn shipped_rule_cannot_be_removed_but_own_one_can() {
    let house = house().await;
    house.alerts.seed().await.unwrap();
    let (path, _) = shipped(&house, "Load is high").await;
    let answer = house.client.delete(&path, Some(1)).await;
    assert_eq!((answer.status.as_u16(), &answer.json["code"]), (409, &json!("shipped-rule")));

    let rule = house.disk_rule(0).await;
    let path = format!("/api/v1/alert-rules/{}", rule["id"].as_str().unwrap());
    house.sample("disk_used_ratio", ("mountpoint", "/"), 0.9);
    house.evaluate_after(10).await;
    assert_eq!(house.client.delete(&path, None).await.status, 428);
    assert_eq!(house.client.delete(&path, Some(7)).await.status, 412);
    assert_eq!(house.client.delete(&path, Some(1)).await.status, 204);
    assert_eq!(house.client.get(&path).await.status, 404);
    let alerts = house.list("/api/v1/alerts").await;
    assert_eq!(alerts[0]["close_reason"], "rule_removed");
}

#[tokio::test]
async fn change_needs_the_version_it_was_made_from() {
    let house = house().await;
    let rule = house.disk_rule(0).await;
    let path = format!("/api/v1/alert-rules/{}", rule["id"].as_str().unwrap());
    let body = json!({"severity": "critical"});
    let answer = house.client.send("PATCH", &path, Some(body.to_string()), None).await;
    assert_eq!(answer.status, 428);
    assert_eq!(house.client.patch(&path, 1, body.clone()).await.status, 200);
    assert_eq!(house.client.patch(&path, 1, body.clone()).await.status, 412);
    let answer = house.client.patch(&path, 2, body).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["etag"], "\"2\"", "nothing changed");
}

#[tokio::test]
async fn changed_rule_takes_its_alerts_along() {
    let house = house().await;
    let rule = house.disk_rule(0).await;
    let path = format!("/api/v1/alert-rules/{}", rule["id"].as_str().unwrap());
    for mountpoint in ["/", "/var"] {
        house.sample("disk_used_ratio", ("mountpoint", mountpoint), 0.9);
    }
    house.evaluate_after(10).await;
    house.client.patch(&path, 1, json!({"severity": "critical"})).await;
    house.evaluate_after(10).await;
    assert_eq!(house.list("/api/v1/alerts?severity=critical&state=open").await.len(), 2);

    let mut condition = rule["condition"].clone();
    condition["selector"] = json!("disk_used_ratio{mountpoint=\"/\"}");
    house.client.patch(&path, 2, json!({"condition": condition})).await;
    let open = house.open_alerts().await;
    assert_eq!((open.len(), &open[0]["labels"]["mountpoint"]), (1, &json!("/")));
    house.client.patch(&path, 3, json!({"enabled": false})).await;
    assert_eq!(house.open_alerts().await.len(), 0);
    house.evaluate_after(10).await;
    assert_eq!(house.open_alerts().await.len(), 0);
    let mut reasons: Vec<_> = house.list("/api/v1/alerts").await;
    reasons.sort_by_key(|alert| alert["close_reason"].to_string());
    assert_eq!(reasons[0]["close_reason"], "rule_changed");
    assert_eq!(reasons[1]["close_reason"], "rule_disabled");
}

#[tokio::test]
async fn bad_rules_are_refused_with_every_wrong_field() {
    let house = house().await;
    let name = json!({"en": "a", "zh": "甲"});
    let threshold = json!({"type": "threshold", "selector": "up", "operator": "<", "threshold": 1});
    let with = |field: &str, value: Value| {
        let mut condition = threshold.clone();
        condition[field] = value;
        json!({"name": name, "severity": "info", "condition": condition})
    };
    let table = [
        (with("selector", json!("up{")), "condition.selector"),
        (with("selector", Value::Null), "condition.selector"),
        (with("operator", json!("==")), "condition.operator"),
        (with("derive", json!("median")), "condition.derive"),
        (with("threshold", json!("1")), "condition.threshold"),
        (with("threshold", Value::Null), "condition.threshold"),
        (with("clear_threshold", json!(0.5)), "condition.clear_threshold"),
        (with("for_s", json!(-1)), "condition.for_s"),
        (with("for_s", json!(100_000)), "condition.for_s"),
        (with("window_s", json!(1)), "condition.window_s"),
        (with("states", json!(["critical"])), "condition.states"),
        (with("colour", json!("red")), "condition.colour"),
        (with("type", json!("moon")), "condition.type"),
        (json!({"name": name, "severity": "fatal", "condition": threshold}), "severity"),
        (
            json!({"name": {"en": "", "zh": ""}, "severity": "info", "condition": threshold}),
            "name.en",
        ),
        (json!({"name": "a", "severity": "info", "condition": threshold}), "name"),
        (
            json!({"name": name, "severity": "info",
            "condition": {"type": "check_state", "states": []}}),
            "condition.states",
        ),
        (
            json!({"name": name, "severity": "info",
            "condition": {"type": "check_state", "states": ["ok"]}}),
            "condition.states",
        ),
    ];
    for (body, field) in table {
        let answer = house.client.post("/api/v1/alert-rules", body.clone()).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.json["fields"][0]["field"], field, "{body}: {}", answer.json);
    }
    let answer = house.client.post("/api/v1/alert-rules", with("selector", json!("up{a=}"))).await;
    let expected = answer.json["fields"][0]["expected"].as_str().unwrap();
    assert_eq!(expected, "a quoted string at byte 5, where '}' stands");
    assert_eq!(house.list("/api/v1/alert-rules").await.len(), 0);
}

/// A route with what it needs.
fn said_of(route: &http_kit::RouteEntry) -> String {
    let path = route.path.trim_start_matches("/api/v1/");
    let needed = match route.need {
        http_kit::RouteNeed::Permission(needed) => needed.to_string(),
        http_kit::RouteNeed::Everywhere(needed) => format!("{needed} everywhere"),
        http_kit::RouteNeed::SignedIn(parts) => parts.to_owned(),
        http_kit::RouteNeed::Open(reason) => reason.to_owned(),
    };
    format!("{} {path}: {needed}", route.method)
}

#[tokio::test]
async fn every_route_needs_its_permission() {
    let house = house().await;
    let routes = alerts::subsystem::routes(&house.alerts);
    let shown: Vec<String> = routes.table().iter().map(said_of).collect();
    expect_test::expect![[r#"
        GET alerts: alert.read
        GET alerts/{id}: alert.read
        POST alerts/{id}/acknowledge: alert.acknowledge
        POST alerts/{id}/unacknowledge: alert.acknowledge
        POST alerts/{id}/close: alert.close
        GET alert-rules: alert-rule.read
        POST alert-rules: alert-rule.change everywhere
        GET alert-rules/{id}: alert-rule.read
        PATCH alert-rules/{id}: alert-rule.change everywhere
        DELETE alert-rules/{id}: alert-rule.change everywhere
        POST alert-rules/back-test: alert-rule.change everywhere
        GET incidents: alert.read
        GET incidents/{id}: alert.read
        GET incidents/{id}/alerts: alert.read
        GET incidents/{id}/pages: alert.read
        POST incidents/{id}/acknowledge: alert.acknowledge
        POST incidents/{id}/unacknowledge: alert.acknowledge
        POST incidents/{id}/assign: alert.acknowledge
        POST incidents/{id}/merge: alert.correct
        POST incidents/{id}/split: alert.correct
        POST incidents/{id}/cause: alert.correct
        GET incident-lessons: alert.read everywhere
        POST incident-lessons/{id}/decide: alert.correct everywhere
        GET page-policies: page-policy.read everywhere
        POST page-policies: page-policy.change everywhere
        PUT page-policies/{id}: page-policy.change everywhere
        DELETE page-policies/{id}: page-policy.change everywhere
        GET silences: alert.read
        GET silences/{id}: alert.read
        POST silences: alert.silence
        POST silences/preview: alert.silence
        PUT silences/{id}: alert.silence
        POST silences/{id}/end: alert.silence
        GET event-mapping: alert-rule.read
        PUT event-mapping: alert-rule.change everywhere
        GET alerts/{id}/event: alert.read
        GET watchdog: watchdog.read everywhere
        PUT watchdog/outside: watchdog.change everywhere
        PUT watchdog/heartbeat: watchdog.change everywhere
        POST /alertmanager/api/v2/alerts: event.write everywhere
        GET /alertmanager/api/v2/alerts: alert.read
        GET /alertmanager/api/v2/alerts/groups: alert.read
        GET /alertmanager/api/v2/status: alert.read
        GET /alertmanager/api/v2/receivers: alert.read
        GET /alertmanager/api/v2/silences: alert.read
        GET /alertmanager/api/v2/silence/{id}: alert.read
        POST /alertmanager/api/v2/silences: alert.silence
        DELETE /alertmanager/api/v2/silence/{id}: alert.silence
        GET /alertmanager/-/healthy: senders ask whether to send here
        GET /alertmanager/-/ready: senders ask whether to send here"#]]
    .assert_eq(&shown.join("\n"));
}

#[tokio::test]
async fn shipped_rule_that_nobody_edited_follows_the_release() {
    let house = house().await;
    house.alerts.seed().await.unwrap();
    let (path, _) = shipped(&house, "Load is high").await;
    // As an older release would have left it.
    let mut tx = house.records.db.begin().await.unwrap();
    sqlx::query("UPDATE alerts_rule SET severity = 'info' WHERE name_en = 'Load is high'")
        .execute(tx.connection())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(house.alerts.seed().await.unwrap(), 1);
    assert_eq!(house.client.get(&path).await.json["severity"], "warning");
}

#[tokio::test]
async fn viewer_and_stranger_change_no_rule() {
    let house = house().await;
    let rule = house.disk_rule(0).await;
    let path = format!("/api/v1/alert-rules/{}", rule["id"].as_str().unwrap());
    for (client, status) in [(house.client.as_viewer(), 403), (house.client.as_stranger(), 401)] {
        assert_eq!(client.patch(&path, 1, json!({"enabled": false})).await.status, status);
        assert_eq!(client.delete(&path, Some(1)).await.status, status);
    }
    assert_eq!(house.client.get(&path).await.json, rule);
}
