use kernel::{Clock, Time};
use serde_json::{Value, json};

use crate::house::{HOST, House, ResourceCreated, ResourceRetired, house};

const DISK: &str = "disk_used_ratio";
const ROOT: (&str, &str) = ("mountpoint", "/");

async fn play(house: &House, values: &[f64]) {
    for value in values {
        house.sample(DISK, ROOT, *value);
        house.evaluate_after(10).await;
    }
}

#[tokio::test]
async fn flapping_around_the_threshold_is_one_alert() {
    let house = house().await;
    house.happens(&ResourceCreated(HOST, "db1"), Value::Null).await;
    house.disk_rule(0).await;
    play(&house, &[0.86, 0.84, 0.87, 0.81, 0.86]).await;
    assert_eq!(house.verbs().await, "alert.raised");
    let alert = house.open_alerts().await.remove(0);
    assert_eq!(alert["title"], json!({"en": "Disk filling: /", "zh": "磁盘将满：/"}));
    assert_eq!(alert["summary"]["en"], "value 86 %, limit > 85 %");
    assert_eq!((&alert["resource_name"], &alert["resource_id"]), (&json!("db1"), &json!(HOST)));
    assert_eq!(alert["labels"]["mountpoint"], "/");
    play(&house, &[0.8]).await;
    assert_eq!(house.verbs().await, "alert.raised alert.closed");
    let facts = house.facts().await;
    assert_eq!(facts[0].resource_id.as_deref(), Some(HOST));
}

#[tokio::test]
async fn every_series_has_its_own_alert() {
    let house = house().await;
    house.disk_rule(0).await;
    for mountpoint in ["/", "/var", "/home"] {
        house.sample(DISK, ("mountpoint", mountpoint), if mountpoint == "/" { 0.1 } else { 0.9 });
    }
    assert_eq!(house.evaluate_after(10).await, 2);
    assert_eq!(house.evaluate_after(10).await, 0, "a second round finds nothing to do");
}

#[tokio::test]
async fn for_is_counted_across_a_restart() {
    let mut house = house().await;
    house.disk_rule(60).await;
    play(&house, &[0.9, 0.9, 0.9]).await;
    house.restart();
    play(&house, &[0.9, 0.9, 0.9]).await;
    assert_eq!(house.verbs().await, "");
    play(&house, &[0.9]).await;
    assert_eq!(house.verbs().await, "alert.raised");
}

#[tokio::test]
async fn break_starts_the_wait_again() {
    let house = house().await;
    house.disk_rule(30).await;
    play(&house, &[0.9, 0.9, 0.7, 0.9, 0.9, 0.9]).await;
    assert_eq!(house.verbs().await, "");
    play(&house, &[0.9]).await;
    assert_eq!(house.verbs().await, "alert.raised");
}

#[tokio::test]
async fn series_that_disappears_keeps_its_alert_open() {
    let house = house().await;
    house.disk_rule(0).await;
    play(&house, &[0.9]).await;
    house.evaluate_after(3600).await;
    house.evaluate_after(3600).await;
    let alert = house.open_alerts().await.remove(0);
    assert_eq!(alert["no_data"], true);
    assert_eq!(alert["summary"]["en"], "value 90 %, limit > 85 %; no data at present");
    assert_eq!(house.verbs().await, "alert.raised alert.updated");
    play(&house, &[0.9]).await;
    assert_eq!(house.open_alerts().await[0]["no_data"], false);
    play(&house, &[0.5]).await;
    assert_eq!(house.open_alerts().await.len(), 0);
}

#[tokio::test]
async fn series_that_never_was_and_values_that_are_none_raise_nothing() {
    let house = house().await;
    house.alerts.seed().await.unwrap();
    assert_eq!(house.evaluate_after(10).await, 0);
    house.disk_rule(0).await;
    play(&house, &[f64::NAN, f64::NAN]).await;
    assert_eq!(house.verbs().await, "");
}

#[tokio::test]
async fn closed_by_hand_is_left_alone_until_it_was_fine_once() {
    let house = house().await;
    house.disk_rule(0).await;
    play(&house, &[0.9]).await;
    let id = house.open_alerts().await[0]["id"].as_str().unwrap().to_owned();
    let body = json!({"comment": "known, new disk is ordered"});
    let answer = house.client.post(&format!("/api/v1/alerts/{id}/close"), body).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json["close_reason"]),
        (200, &json!("closed_by_person"))
    );
    play(&house, &[0.9, 0.83, 0.9]).await;
    assert_eq!(house.open_alerts().await.len(), 0);
    play(&house, &[0.5, 0.9]).await;
    assert_eq!(house.open_alerts().await.len(), 1);
}

#[tokio::test]
async fn retired_resource_raises_nothing_from_its_last_points() {
    let house = house().await;
    house.disk_rule(0).await;
    play(&house, &[0.9]).await;
    house.happens(&ResourceRetired(HOST, "db1"), Value::Null).await;
    play(&house, &[0.9]).await;
    let alerts = house.list("/api/v1/alerts").await;
    assert_eq!(alerts.len(), 1);
    assert_eq!(alerts[0]["close_reason"], "resource_retired");
}

#[tokio::test]
async fn clock_set_back_delays_but_does_not_break() {
    let house = house().await;
    house.disk_rule(30).await;
    play(&house, &[0.9]).await;
    house.clock.set(Time::from_micros(house.clock.now().micros() - 120_000_000));
    play(&house, &[0.9, 0.9, 0.9]).await;
    assert_eq!(house.verbs().await, "");
    play(&house, &[0.9]).await;
    assert_eq!(house.verbs().await, "alert.raised");
}

#[tokio::test]
async fn growing_counter_is_read_as_a_rate() {
    let house = house().await;
    house.alerts.seed().await.unwrap();
    for kills in [3.0, 3.0, 4.0] {
        house.sample("node_vmstat_oom_kill", ("a", "b"), kills);
        house.evaluate_after(10).await;
    }
    let alert = house.open_alerts().await.remove(0);
    assert_eq!(alert["rule_name"]["en"], "Kernel ended a process for want of memory");
    assert_eq!(alert["severity"], "critical");
    for _ in 0..32 {
        house.sample("node_vmstat_oom_kill", ("a", "b"), 4.0);
        house.evaluate_after(10).await;
    }
    assert_eq!(house.open_alerts().await.len(), 0);
}

#[tokio::test]
async fn certificate_alerts_grow_worse_and_end_with_the_renewal() {
    let house = house().await;
    house.alerts.seed().await.unwrap();
    let figure = "mainstay_check_figure";
    for (days, open) in [(30.0, 0), (13.0, 1), (2.0, 2), (90.0, 0)] {
        house.sample(figure, ("label", "certificate_days"), days);
        house.evaluate_after(60).await;
        assert_eq!(house.open_alerts().await.len(), open, "{days} days");
    }
}
