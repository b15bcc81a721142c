//! Alerts that other systems send.

use serde_json::{Value, json};

use crate::house::{HOST, House, ResourceCreated, house};

const POST: &str = "/alertmanager/api/v2/alerts";

/// An alert of another system, by labels; `times` are seconds from now: when it begins and ends.
fn alert(house: &House, labels: &Value, times: (Option<i64>, Option<i64>)) -> Value {
    use kernel::{Clock as _, Time};
    let at = |seconds: i64| Time::from_micros(house.clock.now().micros() + seconds * 1_000_000);
    let mut alert = json!({
        "labels": labels, "annotations": {"summary": "it is slow"},
        "generatorURL": "http://prometheus/graph",
    });
    for (name, time) in [("startsAt", times.0), ("endsAt", times.1)] {
        if let Some(seconds) = time {
            alert[name] = at(seconds).to_string().into();
        }
    }
    alert
}

async fn send(house: &House, alerts: Vec<Value>) {
    let answer = house.client.post(POST, Value::from(alerts)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

async fn end_run_out(house: &House) -> u64 {
    let jobs = alerts::subsystem::jobs(&house.alerts);
    let job = jobs.iter().find(|job| job.name() == "alerts.end_run_out").unwrap();
    job.run().await.unwrap().done
}

async fn event_of(house: &House, alert: &Value) -> Value {
    let path = format!("/api/v1/alerts/{}/event", alert["id"].as_str().unwrap());
    house.client.get(&path).await.json
}

#[tokio::test]
async fn alert_of_another_system_is_one_alert_until_it_is_over() {
    let house = house().await;
    house.happens(&ResourceCreated(HOST, "web1"), Value::Null).await;
    let labels = json!({"alertname": "Slow", "severity": "page", "instance": "web1:9100"});
    send(&house, vec![alert(&house, &labels, (Some(-30), Some(240)))]).await;
    house.clock.advance(std::time::Duration::from_secs(60));
    send(&house, vec![alert(&house, &labels, (Some(-90), Some(240)))]).await;
    let open = house.open_alerts().await;
    assert_eq!(open.len(), 1);
    let found = &open[0];
    assert_eq!(found["title"]["zh"], "Slow：web1:9100");
    assert_eq!((&found["origin"], &found["severity"]), (&json!("event"), &json!("critical")));
    assert_eq!((&found["resource_id"], &found["resource_name"]), (&json!(HOST), &json!("web1")));
    assert_eq!(found["summary"]["en"], "it is slow");
    let event = event_of(&house, found).await;
    assert_eq!((&event["tally"], &event["opened"]), (&json!(2), &json!(1)), "{event}");
    assert_eq!(event["sender"], "administrator");
    assert_ne!(event["first_seen_at"], event["last_seen_at"]);
    send(&house, vec![alert(&house, &labels, (Some(-90), Some(-1)))]).await;
    assert!(house.open_alerts().await.is_empty());
    assert_eq!(house.verbs().await, "alert.raised alert.closed");
    let closed = house.list("/api/v1/alerts?state=closed").await;
    assert_eq!(closed[0]["close_reason"], "recovered");
    // The next one is a new alert; the tally goes on.
    send(&house, vec![alert(&house, &labels, (None, None))]).await;
    let event = event_of(&house, &house.open_alerts().await[0]).await;
    assert_eq!((&event["tally"], &event["opened"]), (&json!(4), &json!(2)), "{event}");
}

#[tokio::test]
async fn alert_that_is_not_sent_again_is_over_after_its_time() {
    let mut house = house().await;
    let (given, none) = (json!({"alertname": "Given"}), json!({"alertname": "None"}));
    send(&house, vec![alert(&house, &given, (None, Some(100)))]).await;
    send(&house, vec![alert(&house, &none, (None, None))]).await;
    house.clock.advance(std::time::Duration::from_secs(99));
    assert_eq!(end_run_out(&house).await, 0);
    house.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(end_run_out(&house).await, 1);
    house.clock.advance(std::time::Duration::from_secs(150));
    send(&house, vec![alert(&house, &none, (None, None))]).await;
    // Sent again after 250 s: it lasts to 550, whatever restarts.
    house.restart();
    house.clock.advance(std::time::Duration::from_secs(299));
    assert_eq!(end_run_out(&house).await, 0);
    house.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(end_run_out(&house).await, 1);
    let closed = house.list("/api/v1/alerts?state=closed").await;
    assert!(closed.iter().all(|alert| alert["close_reason"] == "not_sent_again"), "{closed:?}");
    assert_eq!(end_run_out(&house).await, 0);
}

#[tokio::test]
async fn alert_that_a_person_ended_stays_so_until_its_sender_says_that_it_is_over() {
    let house = house().await;
    let labels = json!({"alertname": "Slow"});
    send(&house, vec![alert(&house, &labels, (Some(0), Some(240)))]).await;
    let id = house.open_alerts().await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/alerts/{id}/close");
    assert_eq!(house.client.post(&path, json!({"comment": "known"})).await.status, 200);
    send(&house, vec![alert(&house, &labels, (Some(0), Some(240)))]).await;
    assert!(house.open_alerts().await.is_empty());
    send(&house, vec![alert(&house, &labels, (Some(0), Some(0)))]).await;
    send(&house, vec![alert(&house, &labels, (Some(0), Some(240)))]).await;
    assert_eq!(house.open_alerts().await.len(), 1);
}

#[tokio::test]
async fn what_is_valid_of_a_batch_is_taken_and_the_rest_is_named() {
    let house = house().await;
    let long = "x".repeat(1 << 20);
    let good = alert(&house, &json!({"alertname": "Good"}), (None, None));
    for (bad, expected) in [
        (alert(&house, &json!({"alertname": "Long", "text": long}), (None, None)), "1048576 bytes"),
        (alert(&house, &json!({"alertname": "A", "": "b"}), (None, None)), "invalid name"),
        (alert(&house, &json!({}), (None, None)), "at least one label pair required"),
        (alert(&house, &json!({"a": "b"}), (Some(157_680_000), None)), "1825 days ahead"),
        (alert(&house, &json!({"a": "b"}), (None, Some(-157_680_000))), "1825 days behind"),
        (alert(&house, &json!({"a": "b"}), (Some(10), Some(5))), "must be before end time"),
    ] {
        let answer = house.client.post(POST, json!([bad, good])).await;
        assert_eq!(answer.status, 400);
        let said = answer.json.as_str().unwrap();
        assert!(said.starts_with("1 refused, 1 taken: alert 0: "), "{said}");
        assert!(said.contains(expected) && said.len() < 500, "{said}");
    }
    assert_eq!(house.open_alerts().await.len(), 1);
    // What is no batch at all is refused as a whole, with its place.
    for (body, expected) in [
        (json!([good, {"labels": {"a": 1}}]), "[1].labels.a"),
        (json!([good, {"annotations": {}}]), "labels"),
        (json!([{"labels": {"a": "b"}, "startsAt": "yesterday"}]), "[0].startsAt"),
        (json!({"labels": {}}), "body"),
    ] {
        let answer = house.client.post(POST, body).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert!(answer.json.as_str().unwrap().contains(expected), "{}", answer.text);
    }
    let answer = house.client.send("POST", POST, Some("[{".to_owned()), None).await;
    assert_eq!(answer.status, 400);
    assert_eq!(house.open_alerts().await.len(), 1);
}

#[tokio::test]
async fn only_those_who_may_send_do() {
    let house = house().await;
    let body = json!([alert(&house, &json!({"alertname": "A"}), (None, None))]);
    assert_eq!(house.client.as_viewer().post(POST, body.clone()).await.status, 403);
    assert_eq!(house.client.as_stranger().post(POST, body.clone()).await.status, 401);
    let nowhere = house.client.holding(&["event.write"], &kernel::Within::default());
    assert_eq!(nowhere.post(POST, body).await.status, 403);
    assert!(house.open_alerts().await.is_empty());
    for path in ["/alertmanager/-/healthy", "/alertmanager/-/ready"] {
        let answer = house.client.as_stranger().get(path).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "OK"));
    }
}

#[tokio::test]
async fn alerts_are_shown_as_alertmanager_shows_them() {
    let house = house().await;
    let labels = json!({"alertname": "Slow", "severity": "page", "job": "web"});
    send(&house, vec![alert(&house, &labels, (Some(-30), Some(240)))]).await;
    house.sample("disk_used_ratio", ("mountpoint", "/"), 0.9);
    house.disk_rule(0).await;
    house.evaluate_after(0).await;
    let shown = house.client.get(POST).await.json;
    let shown = shown.as_array().unwrap();
    assert_eq!(shown.len(), 2, "{shown:?}");
    let theirs = shown.iter().find(|one| one["labels"]["alertname"] == "Slow").unwrap();
    assert_eq!(theirs["labels"], labels);
    assert_eq!(theirs["status"]["state"], "unprocessed");
    assert_eq!(theirs["receivers"], json!([{"name": "mainstay"}]));
    let ours = shown.iter().find(|one| one["labels"]["alertname"] == "Disk filling").unwrap();
    assert_eq!(ours["labels"]["mountpoint"], "/");
    for (query, count) in [
        ("filter=severity%3D%22critical%22", 1),
        ("filter=alertname%3D~%22Slow%7CX%22", 1),
        ("filter=job!%3D%22web%22", 1),
        ("unprocessed=false", 0),
    ] {
        let answer = house.client.get(&format!("{POST}?{query}")).await;
        assert_eq!(answer.json.as_array().map(Vec::len), Some(count), "{query}: {}", answer.text);
    }
    assert_eq!(house.client.get(&format!("{POST}?active=maybe")).await.status, 400);
    let groups = house.client.get(&format!("{POST}/groups")).await.json;
    assert_eq!(groups[0]["alerts"].as_array().map(Vec::len), Some(2), "{groups}");
    let status = house.client.get("/alertmanager/api/v2/status").await.json;
    assert_eq!(status["cluster"]["status"], "disabled");
    let receivers = house.client.get("/alertmanager/api/v2/receivers").await.json;
    assert_eq!(receivers, json!([{"name": "mainstay"}]));
}

#[tokio::test]
async fn silences_are_made_changed_and_ended_by_the_protocol() {
    let house = house().await;
    let body = |id: &str, comment: &str| {
        json!({
            "id": id, "comment": comment, "createdBy": "karma",
            "matchers": [{"name": "job", "value": "web|db", "isRegex": true, "isEqual": true}],
            "startsAt": "2027-01-15T08:00:00Z", "endsAt": "2027-01-16T08:00:00Z",
        })
    };
    let base = "/alertmanager/api/v2";
    let made = house.client.post(&format!("{base}/silences"), body("", "upgrade")).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let id = made.json["silenceID"].as_str().unwrap().to_owned();
    let again = house.client.post(&format!("{base}/silences"), body(&id, "still")).await.json;
    assert_eq!(again["silenceID"], id.as_str());
    let one = house.client.get(&format!("{base}/silence/{id}")).await.json;
    assert_eq!((&one["comment"], &one["status"]["state"]), (&json!("still"), &json!("active")));
    assert_eq!(one["matchers"][0]["isRegex"], true);
    let ours = house.list("/api/v1/silences").await;
    assert_eq!(ours[0]["matchers"][0]["operator"], "=~");
    let ended = house.client.delete(&format!("{base}/silence/{id}"), None).await;
    assert_eq!(ended.status, 200, "{}", ended.text);
    let all = house.client.get(&format!("{base}/silences")).await.json;
    assert_eq!(all[0]["status"]["state"], "expired", "{all}");
    let unknown = house.client.get(&format!("{base}/silence/{HOST}")).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn how_labels_are_read_is_data() {
    let house = house().await;
    let path = "/api/v1/event-mapping";
    let mut mapping = house.client.get(path).await.json;
    assert_eq!(mapping["severities"]["page"], "critical");
    mapping["severity_label"] = "level".into();
    mapping["severities"] = json!({"Purple": "info"});
    let text = mapping.to_string();
    let changed = house.client.send("PUT", path, Some(text.clone()), Some(0)).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(house.client.send("PUT", path, Some(text), Some(0)).await.status, 412);
    send(&house, vec![alert(&house, &json!({"alertname": "A", "level": "purple"}), (None, None))])
        .await;
    assert_eq!(house.open_alerts().await[0]["severity"], "info");
    mapping["severities"] = json!({"x": "terrible"});
    mapping["resolve_timeout_s"] = 1.into();
    let wrong = house.client.send("PUT", path, Some(mapping.to_string()), Some(1)).await;
    assert_eq!(wrong.status, 400);
    assert_eq!(wrong.json["fields"][0]["field"], "severities.x", "{}", wrong.json);
}

/// A thousand alerts in one batch, and again: one alert each, one transaction each.
#[tokio::test]
async fn storm_becomes_one_alert_for_each_set_of_labels() {
    let house = house().await;
    let labels = |number: usize| json!({"alertname": "Storm", "instance": format!("h{number}")});
    let batch: Vec<Value> =
        (0..1_000).map(|number| alert(&house, &labels(number), (Some(0), Some(240)))).collect();
    send(&house, batch.clone()).await;
    send(&house, batch).await;
    let page = house.list("/api/v1/alerts?state=open&limit=500").await;
    assert_eq!(page.len(), 500);
    let event = event_of(&house, &page[0]).await;
    assert_eq!(event["tally"], 2);
    let shown = house.client.get(POST).await.json;
    assert_eq!(shown.as_array().map(Vec::len), Some(1_000));
}
