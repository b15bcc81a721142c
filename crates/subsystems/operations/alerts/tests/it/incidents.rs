use alerts::Look;
use serde_json::{Value, json};

use crate::estate::Estate;

#[tokio::test]
async fn failed_switch_is_one_incident_and_one_page() {
    let estate = Estate::of(20).await;
    estate.becomes(estate.switch, "critical").await;
    estate.clock.advance(std::time::Duration::from_secs(40));
    for web in &estate.webs {
        estate.becomes(*web, "critical").await;
    }
    estate.after(5).await;
    let open = estate.incidents("state=open").await;
    assert_eq!(open.len(), 1);
    let incident = &open[0];
    assert_eq!(incident["title"]["en"], "core: ping is critical");
    assert_eq!(incident["cause"]["id"], estate.switch.to_string());
    assert_eq!((&incident["alerts"], &incident["follow"]), (&json!(21), &json!(20)));
    assert_eq!(
        incident["verdict"][0]["en"],
        "21 alerts would each have told somebody; 1 message went out."
    );
    assert_eq!(
        incident["verdict"][1]["en"],
        "20 of them depend on core, which failed 40 s before the first of them."
    );
    assert_eq!(incident["stories"][0]["steps"][0]["needs"]["name"], "core");
    assert_eq!(estate.pages(&incident["id"]).await, ["opened Ada sent"]);
    // The switch is well again, its children not yet: nobody is told of them.
    estate.becomes(estate.switch, "ok").await;
    estate.after(30).await;
    assert_eq!(estate.incidents("state=open").await.len(), 1);
    for web in &estate.webs {
        estate.becomes(*web, "ok").await;
    }
    estate.after(10).await;
    assert_eq!(estate.incidents("state=open").await.len(), 1, "what flaps comes back");
    estate.after(150).await;
    assert_eq!(estate.incidents("state=open").await.len(), 0);
    assert_eq!(estate.pages(&incident["id"]).await, ["opened Ada sent", "resolved Ada sent"]);
}

#[tokio::test]
async fn child_that_is_asked_first_waits_for_the_state_of_its_parent() {
    let estate = Estate::of(1).await;
    estate.told.0.lock().unwrap().insert(estate.switch, Look::Unsure);
    estate.becomes(estate.webs[0], "critical").await;
    estate.after(5).await;
    let child = &estate.incidents("state=open").await[0];
    assert_eq!(estate.pages(&child["id"]).await.len(), 0);
    estate.becomes(estate.switch, "critical").await;
    estate.after(5).await;
    let open = estate.incidents("state=open").await;
    assert_eq!(open.len(), 1, "the child's incident is the switch's now");
    assert_eq!(open[0]["id"], child["id"]);
    assert_eq!(open[0]["title"]["en"], "core: ping is critical");
    assert_eq!(estate.pages(&open[0]["id"]).await, ["opened Ada sent"]);
}

#[tokio::test]
async fn parent_that_does_not_answer_is_waited_for_a_minute_at_most() {
    let estate = Estate::of(1).await;
    estate.told.0.lock().unwrap().insert(estate.switch, Look::Unsure);
    estate.becomes(estate.webs[0], "critical").await;
    estate.after(5).await;
    estate.after(50).await;
    let id = estate.incidents("state=open").await[0]["id"].clone();
    assert_eq!(estate.pages(&id).await.len(), 0);
    estate.after(12).await;
    assert_eq!(estate.pages(&id).await, ["opened Ada sent"]);
}

#[tokio::test]
async fn well_parent_lets_its_child_be_told_at_once() {
    let estate = Estate::of(1).await;
    estate.told.0.lock().unwrap().insert(estate.switch, Look::Well);
    estate.becomes(estate.webs[0], "critical").await;
    estate.after(5).await;
    let id = estate.incidents("state=open").await[0]["id"].clone();
    assert_eq!(estate.pages(&id).await, ["opened Ada sent"]);
}

#[tokio::test]
async fn restart_neither_tells_again_nor_forgets() {
    let mut estate = Estate::of(2).await;
    estate.becomes(estate.switch, "critical").await;
    estate.after(5).await;
    estate.restart();
    estate.after(20).await;
    let open = estate.incidents("state=open").await;
    assert_eq!(open.len(), 1);
    assert_eq!(estate.pages(&open[0]["id"]).await, ["opened Ada sent"]);
    estate.becomes(estate.switch, "ok").await;
    estate.restart();
    estate.after(10).await;
    estate.after(150).await;
    assert_eq!(estate.pages(&open[0]["id"]).await, ["opened Ada sent", "resolved Ada sent"]);
}

#[tokio::test]
async fn nobody_caring_is_repeated_and_a_worse_state_is_told() {
    let estate = Estate::of(1).await;
    estate.becomes(estate.switch, "critical").await;
    estate.after(5).await;
    estate.after(1_800).await;
    let open = estate.incidents("state=open").await;
    let told = ["opened Ada sent", "repeated Ada sent"];
    assert_eq!(estate.pages(&open[0]["id"]).await, told);
    let answer = estate.act(&open[0], "acknowledge", json!({"comment": "on it"})).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(answer.json["acknowledged"]["by"], "administrator");
    estate.after(4_000).await;
    assert_eq!(estate.pages(&open[0]["id"]).await, told);
}

#[tokio::test]
async fn snooze_ends_and_people_are_told_again() {
    let estate = Estate::of(1).await;
    estate.becomes(estate.switch, "critical").await;
    estate.after(5).await;
    let open = estate.incidents("state=open").await;
    let until = estate.clock_at(3_600);
    let answer = estate.act(&open[0], "acknowledge", json!({"until": until})).await;
    assert_eq!(answer.json["acknowledged_until"], until);
    estate.after(3_000).await;
    assert_eq!(estate.pages(&open[0]["id"]).await.len(), 1);
    estate.after(700).await;
    assert_eq!(estate.pages(&open[0]["id"]).await.len(), 2);
    let past = estate.clock_at(0);
    let open = estate.incidents("state=open").await;
    let answer = estate.act(&open[0], "acknowledge", json!({"until": past})).await;
    assert_eq!(answer.json["fields"][0]["field"], "until");
}

#[tokio::test]
async fn alerts_left_when_their_cause_is_over_are_told_after_ten_minutes() {
    let estate = Estate::of(2).await;
    estate.becomes(estate.switch, "critical").await;
    estate.becomes(estate.webs[0], "critical").await;
    estate.after(5).await;
    estate.becomes(estate.switch, "ok").await;
    estate.after(300).await;
    let id = estate.incidents("state=open").await[0]["id"].clone();
    assert_eq!(estate.pages(&id).await.len(), 1);
    estate.after(400).await;
    assert_eq!(estate.pages(&id).await, ["opened Ada sent", "left Ada sent"]);
}

#[tokio::test]
async fn merge_split_and_cause_by_hand_stay_and_become_lessons() {
    let estate = Estate::of(2).await;
    estate.becomes(estate.switch, "critical").await;
    estate.becomes(estate.webs[0], "critical").await;
    estate.after(5).await;
    let whole = estate.incidents("state=open").await.remove(0);
    let path = format!("/api/v1/incidents/{}/alerts", whole["id"].as_str().unwrap());
    let alerts = estate.client.get(&path).await.json;
    let follows = alerts["items"].as_array().unwrap().iter().find(|one| one["root"] == false);
    let out = follows.unwrap()["alert"]["id"].clone();
    let answer = estate.act(&whole, "split", json!({"alerts": [out]})).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    estate.after(5).await;
    assert_eq!(estate.incidents("state=open").await.len(), 2, "what was put apart stays so");
    let lessons = estate.client.get("/api/v1/incident-lessons").await.json;
    let lesson = &lessons["items"][0];
    assert_eq!((&lesson["kind"], &lesson["state"]), (&json!("apart"), &json!("proposed")));
    assert_eq!(lesson["cause"]["id"], estate.switch.to_string());
    let stale = estate.act(&whole, "cause", json!({"resource_id": estate.webs[1]})).await;
    assert_eq!(stale.status, 412);
    // Confirmed, it holds for the next time.
    let decide = format!("/api/v1/incident-lessons/{}/decide", lesson["id"].as_str().unwrap());
    let body = json!({"state": "confirmed"}).to_string();
    assert_eq!(estate.client.send("POST", &decide, Some(body), Some(1)).await.status, 200);
    let open = estate.incidents("state=open").await;
    let (small, large) = (&open[0], &open[1]);
    let answer = estate.act(large, "merge", json!({"from": small["id"]})).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    estate.after(5).await;
    let open = estate.incidents("state=open").await;
    assert_eq!(open.len(), 1);
    let body = json!({"resource_id": estate.webs[1]});
    assert_eq!(estate.act(&open[0], "cause", body).await.status, 200);
    estate.after(20).await;
    let open = estate.incidents("state=open").await;
    assert_eq!(open[0]["certainty"], "corrected");
    assert_eq!(open[0]["cause"]["id"], estate.webs[1].to_string());
}

#[tokio::test]
async fn silenced_resource_tells_nobody_and_its_end_is_told_all_the_same() {
    let estate = Estate::of(2).await;
    let body = json!({
        "resource_id": estate.switch, "neighbourhood": true, "reason": "new firmware",
        "ends_at": estate.clock_at(3_600),
    });
    let preview = estate.client.post("/api/v1/silences/preview", body.clone()).await;
    assert_eq!((preview.status.as_u16(), &preview.json["count"]), (200, &json!(0)));
    let made = estate.client.post("/api/v1/silences", body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.json);
    estate.becomes(estate.webs[0], "critical").await;
    estate.after(5).await;
    let preview = estate.client.post("/api/v1/silences/preview", body).await;
    assert_eq!(preview.json["count"], 1);
    let id = estate.incidents("state=open").await[0]["id"].clone();
    assert_eq!(estate.pages(&id).await.len(), 0);
    // When it ends, people are told of what is still wrong.
    let path = format!("/api/v1/silences/{}/end", made.json["id"].as_str().unwrap());
    assert_eq!(estate.client.send("POST", &path, None, Some(1)).await.status, 200);
    estate.after(5).await;
    assert_eq!(estate.pages(&id).await, ["opened Ada sent"]);
    // Fired before it was silenced: that it is over is told.
    let again = json!({
        "matchers": [{"label": "check_name", "operator": "=~", "value": "p.*"}],
        "reason": "later", "ends_at": estate.clock_at(7_200),
    });
    assert_eq!(estate.client.post("/api/v1/silences", again).await.status, 201);
    estate.becomes(estate.webs[0], "ok").await;
    estate.after(5).await;
    estate.after(150).await;
    assert_eq!(estate.pages(&id).await, ["opened Ada sent", "resolved Ada sent"]);
}

#[tokio::test]
async fn bad_silences_and_policies_name_their_fields() {
    let estate = Estate::of(1).await;
    for (body, field) in [
        (json!({"reason": "x", "ends_at": estate.clock_at(60)}), "matchers"),
        (json!({"resource_id": "x", "reason": "x", "ends_at": estate.clock_at(60)}), "resource_id"),
        (json!({"resource_id": estate.switch, "reason": "x", "ends_at": "soon"}), "ends_at"),
        (
            json!({"matchers": [{"label": "a", "operator": "=~", "value": "("}], "reason": "x",
                "ends_at": estate.clock_at(60)}),
            "matchers.0.value",
        ),
    ] {
        let answer = estate.client.post("/api/v1/silences", body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json["fields"][0]["field"]),
            (400, &json!(field))
        );
    }
    for (body, field) in [
        (json!({"name": "", "severity_min": "info", "recipients": []}), "name"),
        (json!({"name": "x", "severity_min": "bad", "recipients": []}), "severity_min"),
        (
            json!({"name": "x", "severity_min": "info",
                "recipients": [{"kind": "mail", "id": "nobody", "name": ""}]}),
            "recipients.0.id",
        ),
    ] {
        let answer = estate.client.post("/api/v1/page-policies", body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json["fields"][0]["field"]),
            (400, &json!(field))
        );
    }
}

#[tokio::test]
async fn incident_is_seen_by_those_who_see_an_alert_of_it_and_no_more_of_it() {
    let estate = Estate::of(2).await;
    estate.becomes(estate.switch, "critical").await;
    estate.becomes(estate.webs[0], "critical").await;
    estate.after(5).await;
    let id = estate.incidents("state=open").await[0]["id"].as_str().unwrap().to_owned();
    let within = |id: resources::ResourceId| kernel::Within {
        resources: [id.to_string()].into(),
        ..kernel::Within::default()
    };
    let all = ["alert.read", "alert.acknowledge", "alert.correct", "alert.silence"];
    let path = format!("/api/v1/incidents/{id}");
    let one = estate.client.holding(&all, &within(estate.webs[0]));
    let seen = one.get(&path).await;
    assert_eq!(seen.status, 200, "{}", seen.json);
    assert_eq!(seen.json["cause"], json!(null));
    assert!(!seen.json.to_string().contains("core"), "{}", seen.json);
    let alerts = one.get(&format!("{path}/alerts")).await.json;
    assert_eq!(alerts["items"].as_array().unwrap().len(), 1);
    let other = estate.client.holding(&all, &within(estate.webs[1]));
    assert_eq!(other.get(&path).await.status, 404);
    assert_eq!(other.get("/api/v1/incidents").await.json["items"], json!([]));
    for (verb, body) in [
        ("acknowledge", json!({})),
        ("unacknowledge", json!({})),
        ("assign", json!({"assignee": "x"})),
        ("cause", json!({"resource_id": estate.webs[1]})),
        ("split", json!({"alerts": [id]})),
        ("merge", json!({"from": id})),
    ] {
        let path = format!("{path}/{verb}");
        let answer = other.send("POST", &path, Some(body.to_string()), Some(1)).await;
        assert_eq!(answer.status, 404, "{verb}: {}", answer.json);
    }
    let silence = json!({"resource_id": estate.webs[0], "reason": "x",
        "ends_at": estate.clock_at(60)});
    assert_eq!(other.post("/api/v1/silences", silence.clone()).await.status, 403);
    assert_eq!(one.post("/api/v1/silences", silence).await.status, 201);
    assert_eq!(other.get("/api/v1/silences").await.json["items"], json!([]));
}

#[tokio::test]
async fn policy_says_by_which_ways_people_are_told_in_turn_until_they_care() {
    let estate = Estate::of(0).await;
    let policies = estate.client.get("/api/v1/page-policies").await.json;
    let policy = policies["items"][0].clone();
    let path = format!("/api/v1/page-policies/{}", policy["id"].as_str().unwrap());
    let order = json!({"ways": ["in_app", "webhook"], "wait_minutes": 5,
        "until": "acknowledged"});
    let body = |order: Option<Value>| {
        let mut body = json!({"name": "critical", "severity_min": "critical",
            "recipients": policy["recipients"]});
        if let Some(order) = order {
            body["order"] = order;
        }
        body.to_string()
    };
    let put =
        |version: i64, order| estate.client.send("PUT", &path, Some(body(order)), Some(version));
    let changed = put(1, Some(order.clone())).await;
    assert_eq!(changed.json["order"], order, "{}", changed.json);
    assert_eq!(put(2, None).await.json["order"], order, "left out, it stays");
    let wrong = put(3, Some(json!({"ways": ["pigeon"], "wait_minutes": 5}))).await;
    assert_eq!(wrong.json["fields"][0]["field"], "order.ways[0]", "{}", wrong.json);
    // Nobody answers there.
    let channel =
        json!({"name": "w", "kind": "webhook", "settings": {"url": "http://127.0.0.1:9/"}});
    let made = estate.client.post("/api/v1/channels", channel).await;
    assert_eq!(made.status, 201, "{}", made.json);
    estate.becomes(estate.switch, "critical").await;
    estate.after(5).await;
    estate.notify.settle().await.unwrap();
    let ways = || async {
        let messages = estate.client.get("/api/v1/messages").await.json;
        let id = messages["items"][0]["id"].as_str().unwrap().to_owned();
        let found = estate.client.get(&format!("/api/v1/messages/{id}")).await.json;
        let all = found["deliveries"].as_array().unwrap().iter();
        let mut states: Vec<String> =
            all.map(|one| one["state"].as_str().unwrap().to_owned()).collect();
        // Both are made in one millisecond.
        states.sort();
        states
    };
    assert_eq!(ways().await, ["queued", "sent"]);
    let incident = estate.incidents("state=open").await.remove(0);
    let path = format!("/api/v1/incidents/{}/acknowledge", incident["id"].as_str().unwrap());
    let version = incident["version"].as_i64();
    let answer = estate.client.send("POST", &path, Some("{}".to_owned()), version).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(ways().await, ["sent", "spared"]);
}
