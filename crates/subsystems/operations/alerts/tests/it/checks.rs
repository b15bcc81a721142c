use serde_json::{Value, json};

use crate::house::{CHECK, CheckChanged, CheckRemoved, HOST, House, ResourceRetired, house};

async fn watching() -> House {
    let house = house().await;
    house.alerts.seed().await.unwrap();
    house
}

async fn only_alert(house: &House) -> Value {
    let mut alerts = house.list("/api/v1/alerts").await;
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    alerts.remove(0)
}

#[tokio::test]
async fn critical_check_raises_an_alert_that_recovery_closes() {
    let house = watching().await;
    let cause = house.check_becomes("critical").await;
    let alert = only_alert(&house).await;
    assert_eq!(alert["severity"], "critical");
    assert_eq!(alert["state"], "open");
    assert_eq!(alert["title"], json!({"en": "http is critical", "zh": "http：严重"}));
    assert_eq!(alert["summary"]["en"], "it is critical");
    assert_eq!(alert["resource_name"], "web1");
    assert_eq!((&alert["resource_id"], &alert["check_id"]), (&json!(HOST), &json!(CHECK)));

    let path = format!("/api/v1/alerts/{}", alert["id"].as_str().unwrap());
    let body = json!({"comment": "on it"});
    let answer = house.client.post(&format!("{path}/acknowledge"), body).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["etag"], "\"2\"");
    assert_eq!(answer.json["acknowledged"]["comment"], "on it");
    assert_eq!(answer.json["acknowledged"]["by"], "administrator");

    let end = house.check_becomes("ok").await;
    let alert = house.client.get(&path).await.json;
    assert_eq!((&alert["state"], &alert["close_reason"]), (&json!("closed"), &json!("recovered")));
    assert_eq!(alert["acknowledged"]["comment"], "on it");
    let facts = house.facts().await;
    assert_eq!(house.verbs().await, "alert.raised alert.acknowledged alert.closed");
    assert_eq!((facts[0].cause, facts[2].cause), (Some(cause), Some(end)));
    assert!(facts.iter().all(|fact| fact.resource_id.as_deref() == Some(HOST)));
}

#[tokio::test]
async fn worse_and_better_states_update_the_one_alert() {
    let house = watching().await;
    house.check_becomes("warning").await;
    house.check_becomes("critical").await;
    house.check_becomes("unknown").await;
    assert_eq!(house.verbs().await, "alert.raised alert.updated alert.updated");
    let alert = only_alert(&house).await;
    assert_eq!(
        (&alert["severity"], &alert["title"]["en"]),
        (&json!("warning"), &json!("http is unknown"))
    );
    house.check_becomes("ok").await;
    house.check_becomes("critical").await;
    assert_eq!(house.list("/api/v1/alerts").await.len(), 2, "the next one is a new alert");
}

#[tokio::test]
async fn restart_keeps_the_alert_and_repeats_nothing() {
    let mut house = watching().await;
    house.check_becomes("critical").await;
    house.restart();
    assert_eq!(house.alerts.seed().await.unwrap(), 0);
    house.settle().await;
    assert_eq!(only_alert(&house).await["state"], "open");
    house.check_becomes("critical").await;
    assert_eq!(house.verbs().await, "alert.raised");
    house.check_becomes("ok").await;
    assert_eq!(only_alert(&house).await["state"], "closed");
}

#[tokio::test]
async fn removed_check_and_retired_resource_close_with_their_reason() {
    let house = watching().await;
    house.check_becomes("critical").await;
    house.happens(&CheckRemoved(CHECK, "http"), Value::Null).await;
    assert_eq!(only_alert(&house).await["close_reason"], "check_removed");

    let house = watching().await;
    house.check_becomes("critical").await;
    house.happens(&ResourceRetired(HOST, "web1"), Value::Null).await;
    assert_eq!(only_alert(&house).await["close_reason"], "resource_retired");
}

#[tokio::test]
async fn disabled_check_is_let_alone_and_comes_back_as_it_was() {
    let house = watching().await;
    house.check_becomes("critical").await;
    house.happens(&CheckChanged(CHECK, "http"), json!({"enabled": true})).await;
    assert_eq!(house.open_alerts().await.len(), 1);
    house.happens(&CheckChanged(CHECK, "http"), json!({"enabled": false})).await;
    assert_eq!(only_alert(&house).await["close_reason"], "check_disabled");
    house.happens(&CheckChanged(CHECK, "http"), json!({"enabled": true})).await;
    assert_eq!(house.open_alerts().await.len(), 1);
}

#[tokio::test]
async fn silent_check_closes_nothing() {
    let house = house().await;
    let body = json!({
        "name": {"en": "Down", "zh": "中断"}, "severity": "critical",
        "condition": {"type": "check_state", "states": ["critical"], "protocols": ["http"]},
    });
    assert_eq!(house.client.post("/api/v1/alert-rules", body).await.status, 201);
    house.check_becomes("critical").await;
    house.check_becomes("pending").await;
    let alert = only_alert(&house).await;
    assert_eq!((&alert["state"], &alert["no_data"]), (&json!("open"), &json!(true)));
    assert_eq!(alert["summary"]["en"], "it is critical; no data at present");
    house.check_becomes("ok").await;
    assert_eq!(only_alert(&house).await["state"], "closed");
}

#[tokio::test]
async fn fact_that_cannot_be_read_does_not_hold_up_the_next() {
    let house = watching().await;
    house.check_becomes("exploded").await;
    house.check_becomes("critical").await;
    assert_eq!(house.open_alerts().await.len(), 1);
}

#[tokio::test]
async fn rule_made_later_sees_what_checks_have_told() {
    let house = house().await;
    house.check_becomes("critical").await;
    assert_eq!(house.open_alerts().await.len(), 0);
    house.alerts.seed().await.unwrap();
    assert_eq!(house.open_alerts().await.len(), 1);
}
