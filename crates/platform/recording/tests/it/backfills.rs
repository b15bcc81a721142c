use std::time::Duration;

use kernel::Clock;
use serde_json::json;

use crate::house::{House, MINUTE, house};

const FILE: &str = r#"
groups:
- name: g
  interval: 1m
  rules:
  - {record: total, expr: sum by (job) (load)}
  - {record: double, expr: total * 2}
  - {alert: Busy, expr: load > 100}
"#;

/// Samples of the last hours, one a minute; the job `b` was there for the first half only.
fn past(house: &House, hours: u64) {
    for minute in (0..hours * 60).rev() {
        let ago = minute * MINUTE;
        house.sample("load", &[("job", "a")], ago, minute as f64);
        if minute >= hours * 30 {
            house.sample("load", &[("job", "b")], ago, 1.0);
        }
    }
}

fn ago(house: &House, seconds: u64) -> String {
    house.clock.now().minus(Duration::from_secs(seconds)).to_string()
}

#[tokio::test]
async fn new_rules_are_filled_back_to_the_present_and_then_go_on() {
    let house = house().await;
    past(&house, 12);
    let from = ago(&house, 12 * 3600);
    let path = format!("/api/v1/rule-groups?name=a.yml&backfill_from={from}");
    let made = house.send_yaml("POST", &path, FILE, None).await;
    assert_eq!(made.status, 201, "{}", made.json);
    // While it runs its rules wait.
    house.evaluate_after(MINUTE).await;
    assert_eq!(house.points("total").len(), 0);
    let status = house.run("recording.backfill").await;
    assert_eq!(status.left, 0);
    let total = house.points("total");
    let of = |job: &str| total.iter().filter(|p| p.contains(job)).count();
    assert!((715..=725).contains(&of("job=\"a\"")), "{}", of("job=\"a\""));
    let ends: Vec<_> = total.iter().filter(|p| p.contains("stale")).collect();
    assert_eq!(ends.len(), 1, "{ends:?}");
    let double = house.points("double");
    assert_eq!(double.len(), total.len());
    let id = made.json["id"].as_str().unwrap();
    let list = house.client.get(&format!("/api/v1/rule-groups/{id}/backfills")).await;
    let backfill = &list.json["items"][0];
    assert_eq!((&backfill["state"], &backfill["refused"]), (&json!("finished"), &json!(0)));
    assert_eq!(backfill["progress"], 1.0);
    assert_eq!(backfill["rules"], json!(["double", "total"]));

    house.sample("load", &[("job", "a")], 0, 7.0);
    house.evaluate_after(MINUTE).await;
    assert_eq!(house.points("total").len(), total.len() + 1);
    let verbs = ["rule_groups.created", "rule_backfill.started", "rule_backfill.finished"];
    assert_eq!(house.verbs().await, verbs);
}

/// What a rule has recorded since it was uploaded stays, and what lies before comes beside it.
#[tokio::test]
async fn rule_that_has_been_there_for_a_while_is_filled_back_all_the_same() {
    let house = house().await;
    past(&house, 12);
    let made = house.upload("a.yml", FILE).await;
    for _ in 0..5 {
        house.evaluate_after(MINUTE).await;
        house.sample("load", &[("job", "a")], 0, 7.0);
    }
    let before = house.points("total");
    assert!((1..=5).contains(&before.len()), "{before:?}");
    let path = format!("/api/v1/rule-groups/{}/backfills", made.json["id"].as_str().unwrap());
    let wish = json!({"group": "g", "rules": ["total"], "from": ago(&house, 12 * 3600)});
    assert_eq!(house.client.post(&path, wish).await.status, 201);
    assert_eq!(house.run("recording.backfill").await.left, 0);
    let list = house.client.get(&path).await;
    let backfill = &list.json["items"][0];
    assert_eq!(backfill["state"], "finished", "{}", list.json);
    let total = house.points("total");
    let of_a = total.iter().filter(|point| point.contains("job=\"a\"")).count();
    assert!((715..=725).contains(&of_a), "{of_a}");
    assert!(before.iter().all(|point| total.contains(point)), "the first value stays");
    assert!(!house.series.is_dirty(), "its progress is told when it is on the disk");
}

#[tokio::test]
async fn back_fill_goes_on_after_a_restart_and_doubles_nothing() {
    let mut house = house().await;
    past(&house, 5);
    let made = house.upload("a.yml", FILE).await;
    let path = format!("/api/v1/rule-groups/{}/backfills", made.json["id"].as_str().unwrap());
    let wish = json!({"group": "g", "rules": ["total"], "from": ago(&house, 5 * 3600)});
    let started = house.client.post(&path, wish.clone()).await;
    assert_eq!(started.status, 201, "{}", started.json);
    let again = house.client.post(&path, wish).await;
    assert_eq!(again.json["code"], "backfill-under-way");
    house.restart();
    house.run("recording.backfill").await;
    let points = house.points("total");
    let distinct: std::collections::BTreeSet<_> = points.iter().collect();
    assert_eq!(distinct.len(), points.len());
    assert!(points.len() > 290, "{}", points.len());
    assert_eq!(house.points("double").len(), 0);
}

#[tokio::test]
async fn back_fill_can_be_ended_and_goes_with_its_file() {
    let house = house().await;
    let made = house.upload("a.yml", FILE).await;
    let groups = format!("/api/v1/rule-groups/{}", made.json["id"].as_str().unwrap());
    let path = format!("{groups}/backfills");
    let wish = json!({"group": "g", "from": ago(&house, 3600)});
    let first = house.client.post(&path, wish.clone()).await;
    let cancel = format!("/api/v1/rule-backfills/{}/cancel", first.json["id"].as_str().unwrap());
    assert_eq!(house.client.post(&cancel, json!({})).await.json["state"], "cancelled");
    assert_eq!(house.client.post(&cancel, json!({})).await.json["code"], "backfill-ended");
    assert_eq!(house.client.post(&path, wish).await.status, 201);
    assert_eq!(house.client.delete(&groups, Some(1)).await.status, 204);
    assert_eq!(house.run("recording.backfill").await.done, 0);
    let (began, ended) = ("rule_backfill.started", "rule_backfill.cancelled");
    let (made, gone) = ("rule_groups.created", "rule_groups.deleted");
    assert_eq!(house.verbs().await, [made, began, ended, began, ended, gone]);
}

#[tokio::test]
async fn back_fill_that_a_stop_ends_has_not_failed() {
    let mut house = house().await;
    past(&house, 1);
    let from = ago(&house, 3600);
    let path = format!("/api/v1/rule-groups?name=a.yml&backfill_from={from}");
    let made = house.send_yaml("POST", &path, FILE, None).await;
    house.stop();
    assert_eq!(house.run("recording.backfill").await.left, 1);
    house.restart();
    house.run("recording.backfill").await;
    let id = made.json["id"].as_str().unwrap();
    let list = house.client.get(&format!("/api/v1/rule-groups/{id}/backfills")).await;
    assert_eq!(list.json["items"][0]["state"], "finished", "{}", list.json);
    assert!(house.points("total").len() >= 59);
}

#[tokio::test]
async fn wishes_that_make_no_sense_are_refused_by_field() {
    let house = house().await;
    let made = house.upload("a.yml", FILE).await;
    let path = format!("/api/v1/rule-groups/{}/backfills", made.json["id"].as_str().unwrap());
    let from = ago(&house, 3600);
    for (wish, field) in [
        (json!({"group": "x", "from": from}), "group"),
        (json!({"group": "g", "rules": ["Busy"], "from": from}), "rules"),
        (json!({"group": "g", "from": ago(&house, 400 * 86_400)}), "from"),
        (json!({"group": "g", "from": "yesterday"}), "from"),
        (json!({"group": "g", "from": from, "to": ago(&house, 7200)}), "to"),
    ] {
        let answer = house.client.post(&path, wish).await;
        assert_eq!(answer.status, 400, "{field}: {}", answer.json);
        assert!(answer.json.to_string().contains(&format!("\"{field}\"")), "{}", answer.json);
    }
}
