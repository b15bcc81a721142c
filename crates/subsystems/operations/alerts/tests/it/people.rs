use serde_json::{Value, json};

use crate::house::{House, house};

async fn with_alert() -> (House, String) {
    let house = house().await;
    house.alerts.seed().await.unwrap();
    house.check_becomes("critical").await;
    let id = house.open_alerts().await[0]["id"].as_str().unwrap().to_owned();
    (house, format!("/api/v1/alerts/{id}"))
}

#[tokio::test]
async fn viewer_sees_alerts_but_changes_none() {
    let (house, path) = with_alert().await;
    let viewer = house.client.as_viewer();
    assert_eq!(viewer.get(&path).await.status, 200);
    assert_eq!(viewer.get("/api/v1/alert-rules").await.status, 200);
    let refused = [
        (format!("{path}/acknowledge"), json!({})),
        (format!("{path}/unacknowledge"), Value::Null),
        (format!("{path}/close"), json!({"comment": "x"})),
        ("/api/v1/alert-rules".to_owned(), json!({})),
    ];
    for (path, body) in refused {
        assert_eq!(viewer.post(&path, body.clone()).await.status, 403, "{path}");
        assert_eq!(house.client.as_stranger().post(&path, body).await.status, 401, "{path}");
    }
    assert_eq!(house.verbs().await, "alert.raised");
}

#[tokio::test]
async fn acknowledgement_stays_while_open_and_can_be_taken_back() {
    let (house, path) = with_alert().await;
    house.client.post(&format!("{path}/acknowledge"), json!({})).await;
    house.check_becomes("warning").await;
    let alert = house.client.get(&path).await.json;
    assert_eq!(alert["acknowledged"]["by"], "administrator");
    assert_eq!(alert["acknowledged"]["comment"], Value::Null);
    for _ in 0..2 {
        let answer = house.client.post(&format!("{path}/unacknowledge"), Value::Null).await;
        assert_eq!((answer.status.as_u16(), &answer.json["acknowledged"]), (200, &Value::Null));
    }
    assert_eq!(
        house.verbs().await,
        "alert.raised alert.acknowledged alert.updated alert.unacknowledged"
    );
}

#[tokio::test]
async fn check_closed_by_hand_stays_closed_until_its_state_changes() {
    let (house, path) = with_alert().await;
    let answer = house.client.post(&format!("{path}/close"), json!({"comment": "known"})).await;
    assert_eq!(answer.json["close_comment"], "known");
    let rule = house.list("/api/v1/alert-rules").await.remove(0);
    let rule_path = format!("/api/v1/alert-rules/{}", rule["id"].as_str().unwrap());
    let answer = house.client.patch(&rule_path, 1, json!({"severity": "warning"})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(house.open_alerts().await.len(), 0);
    house.check_becomes("warning").await;
    assert_eq!(house.open_alerts().await.len(), 1);
}

#[tokio::test]
async fn closed_alert_takes_nothing_more() {
    let (house, path) = with_alert().await;
    house.check_becomes("ok").await;
    for (verb, body) in [
        ("acknowledge", json!({})),
        ("unacknowledge", Value::Null),
        ("close", json!({"comment": "x"})),
    ] {
        let answer = house.client.post(&format!("{path}/{verb}"), body).await;
        assert_eq!((answer.status.as_u16(), &answer.json["code"]), (409, &json!("alert-closed")));
    }
}

#[tokio::test]
async fn bad_input_is_named() {
    let (house, path) = with_alert().await;
    let close = format!("{path}/close");
    for (body, field) in [
        (json!({"comment": "  "}), "comment"),
        (json!({"comment": "x".repeat(1001)}), "comment"),
        (json!({"comment": 5}), "comment"),
        (json!({"comment": "x", "extra": 1}), "extra"),
    ] {
        let answer = house.client.post(&close, body).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json["fields"][0]["field"], field);
    }
    for query in ["state=ajar", "severity=fatal", "limit=0", "colour=red"] {
        let answer = house.client.get(&format!("/api/v1/alerts?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
    }
    assert_eq!(house.client.get("/api/v1/alerts/nonsense").await.status, 400);
    let nobody = "/api/v1/alerts/01890a5d-ac96-774b-bcce-b302099a8099";
    assert_eq!(house.client.get(nobody).await.status, 404);
    assert_eq!(house.client.post(&format!("{nobody}/acknowledge"), json!({})).await.status, 404);
}

#[tokio::test]
async fn pages_and_filters_narrow_the_list() {
    let house = house().await;
    house.disk_rule(0).await;
    for number in 0..5 {
        house.sample("disk_used_ratio", ("mountpoint", &format!("/{number}")), 0.9);
    }
    house.evaluate_after(10).await;
    let (mut seen, mut path) = (Vec::new(), "/api/v1/alerts?limit=2".to_owned());
    loop {
        let page = house.client.get(&path).await.json;
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/alerts?limit=2&after={next}");
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted_by(|a, b| a.as_str() > b.as_str()));
    assert_eq!(house.list("/api/v1/alerts?severity=critical").await.len(), 0);
    assert_eq!(house.list("/api/v1/alerts?severity=warning&state=open").await.len(), 5);
    assert_eq!(house.list("/api/v1/alerts?resource_id=nothing").await.len(), 0);
}

#[tokio::test]
async fn open_alerts_and_rules_are_found_by_what_they_are_called() {
    use http_kit::SearchSource;

    let (house, _) = with_alert().await;
    let console = kernel::Caller::console();
    let hits = house.alerts.search(&console, "WEB1", 5).await.unwrap();
    assert_eq!((hits.len(), hits[0].r#type.as_str()), (1, "alert"));
    let hits = house.alerts.search(&console, "证书", 5).await.unwrap();
    assert!(hits.len() == 2 && hits.iter().all(|hit| hit.r#type == "rule"));
    let stranger = kernel::Caller::stranger();
    assert_eq!(house.alerts.search(&stranger, "web1", 5).await.unwrap().len(), 0);
}

#[tokio::test]
async fn alerts_closed_long_ago_are_forgotten_and_open_ones_never() {
    let (house, _) = with_alert().await;
    house.check_becomes("ok").await;
    house.check_becomes("critical").await;
    for (days, kept) in [(399, 2), (2, 1), (1000, 1)] {
        house.clock.advance(std::time::Duration::from_secs(days * 86_400));
        let jobs = alerts::subsystem::jobs(&house.alerts);
        let forget = jobs.iter().find(|job| job.name() == "alerts.forget").unwrap();
        forget.run().await.unwrap();
        assert_eq!(house.list("/api/v1/alerts").await.len(), kept);
    }
    assert_eq!(house.open_alerts().await.len(), 1);
}
