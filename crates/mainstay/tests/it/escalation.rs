//! From an alert to whoever answers: alerts, duty and messages together, on a clock that the test
//! moves.

mod house;

use serde_json::{Value, json};

use house::House;

/// Whom a subject was sent to, in turn.
fn whom(told: &[String], part: &str) -> Vec<String> {
    let with = told.iter().filter(|said| said.contains(part));
    with.map(|said| said.split(':').next().unwrap_or_default().to_owned()).collect()
}

fn starts(told: &[String]) -> Vec<String> {
    whom(told, "critical]").into_iter().chain(whom(told, "【严重】")).collect()
}

fn ends(told: &[String]) -> Vec<String> {
    whom(told, "[over]").into_iter().chain(whom(told, "【已结束】")).collect()
}

#[tokio::test]
async fn incident_calls_until_somebody_answers_and_all_who_were_called_hear_of_its_end() {
    let house = House::open().await;
    let chain = house.chain().await;
    house.policy(&chain).await;
    house.becomes(house.core, "critical").await;
    house.after(5).await;
    let incident = house.open_incidents().await.remove(0);
    let id = incident["id"].clone();
    assert_eq!(house.calls_of(&id).await, ["网络升级 running -"]);
    assert_eq!(starts(&house.told().await), ["张伟"]);
    let call = house.calls().await.remove(0);
    assert_eq!((&call["incident"]["id"], &call["started_by"]), (&id, &json!("网络故障")));
    let messages = house.got("/api/v1/messages").await;
    let message = &messages["items"][0];
    let link = format!("/incidents/{}", id.as_str().unwrap());
    assert_eq!((&message["link"], &message["urgent"]), (&json!(link), &json!(true)));
    // The first does not answer.
    house.after(590).await;
    assert_eq!(starts(&house.told().await), ["张伟"]);
    house.after(10).await;
    assert_eq!(starts(&house.told().await), ["张伟", "李娜"]);
    // The second answers: the incident is acknowledged by her name.
    let call = house.calls().await.remove(0);
    let answer = format!("/api/v1/duty/calls/{}/answer", call["id"].as_str().unwrap());
    let viewer = house.client.as_viewer();
    let answered = house.act(&viewer, &answer, &call, Value::Null).await;
    assert_eq!(answered.status, 200, "{}", answered.json);
    house.settle().await;
    assert_eq!(house.incident(&id).await["acknowledged"]["by"], "viewer");
    assert_eq!(house.calls_of(&id).await, ["网络升级 answered viewer"]);
    house.after(3_600).await;
    assert_eq!(starts(&house.told().await), ["张伟", "李娜"], "nobody else is called");
    // All is well again: both are told, once.
    house.becomes(house.core, "ok").await;
    house.after(5).await;
    house.after(150).await;
    assert_eq!(house.incident(&id).await["state"], "closed");
    let mut ended = ends(&house.told().await);
    ended.sort();
    assert_eq!(ended, ["张伟", "李娜"]);
    let verbs = house.verbs().await;
    let acknowledged = verbs.iter().filter(|verb| *verb == "incident.acknowledged").count();
    assert_eq!(acknowledged, 1, "{verbs:?}");
    // Delivered again, all that follows from it is there.
    let told = house.told().await;
    house.forget_cursors().await;
    house.settle().await;
    assert_eq!(house.told().await, told);
    assert_eq!(house.verbs().await, verbs);
}

#[tokio::test]
async fn whoever_acknowledges_the_incident_ends_its_call() {
    let house = House::open().await;
    let chain = house.chain().await;
    house.policy(&chain).await;
    house.becomes(house.core, "critical").await;
    house.after(5).await;
    let incident = house.open_incidents().await.remove(0);
    let path = format!("/api/v1/incidents/{}/acknowledge", incident["id"].as_str().unwrap());
    let answer = house.act(&house.client, &path, &incident, json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    house.settle().await;
    assert_eq!(house.calls().await[0]["state"], "answered");
    assert_eq!(house.calls().await[0]["ended_by"], "administrator");
    assert_eq!(house.calls_of(&incident["id"]).await, ["网络升级 answered administrator"]);
    house.after(1_200).await;
    assert_eq!(starts(&house.told().await), ["张伟"]);
}

#[tokio::test]
async fn step_calls_by_its_ways_in_turn_until_the_incident_is_acknowledged() {
    let house = House::open().await;
    for (kind, settings) in [
        ("webhook", json!({"url": "http://127.0.0.1:9/"})),
        ("sms", json!({"url": "http://127.0.0.1:9/", "body": "{{ text }}"})),
    ] {
        let channel = json!({"name": kind, "kind": kind, "settings": settings});
        house.made("/api/v1/channels", channel).await;
    }
    let order = json!({"ways": ["webhook", "sms"], "wait_minutes": 5, "until": "acknowledged"});
    let chain = house.chain_by(order.clone()).await;
    let kept = house.got(&format!("/api/v1/duty/chains/{chain}")).await;
    assert_eq!(kept["chain"]["steps"][0]["order"], order);
    house.policy(&chain).await;
    house.becomes(house.core, "critical").await;
    house.after(5).await;
    let message = house.got("/api/v1/messages").await["items"][0].clone();
    let path = format!("/api/v1/messages/{}", message["id"].as_str().unwrap());
    let ways = |found: &Value| -> Vec<String> {
        let shown = |one: &Value| {
            format!("{} {}", one["channel_kind"].as_str().unwrap(), one["state"].as_str().unwrap())
        };
        found["deliveries"].as_array().unwrap().iter().map(shown).collect()
    };
    assert_eq!(ways(&house.got(&path).await), ["webhook queued", "sms waiting"]);
    house.after(300).await;
    assert_eq!(ways(&house.got(&path).await), ["webhook queued", "sms queued"]);
    let incident = house.open_incidents().await.remove(0);
    let acknowledge = format!("/api/v1/incidents/{}/acknowledge", incident["id"].as_str().unwrap());
    house.act(&house.client, &acknowledge, &incident, json!({})).await;
    house.settle().await;
    let found = house.got(&path).await;
    assert_eq!(ways(&found), ["webhook spared", "sms spared"]);
    assert!(found["message"]["acknowledged_at"].is_string(), "{found}");
}

#[tokio::test]
async fn chain_keeps_the_ways_that_a_change_leaves_out() {
    let house = House::open().await;
    let order = json!({"ways": ["in_app", "sms"], "wait_minutes": 5, "until": "taken"});
    let chain = house.chain_by(order.clone()).await;
    let path = format!("/api/v1/duty/chains/{chain}");
    let change = |edit: fn(&mut Value)| {
        let path = &path;
        let house = &house;
        async move {
            let found = house.got(path).await;
            let mut body = found["chain"].clone();
            body["steps"].as_array_mut().unwrap().iter_mut().for_each(edit);
            let version = found["version"].as_i64();
            house.client.send("PUT", path, Some(body.to_string()), version).await
        }
    };
    let left_out = change(|step| drop(step.as_object_mut().unwrap().remove("order"))).await;
    assert_eq!(left_out.json["chain"]["steps"][0]["order"], order, "{}", left_out.json);
    let taken_away = change(|step| step["order"] = Value::Null).await;
    assert!(taken_away.json["chain"]["steps"][0]["order"].is_null(), "{}", taken_away.json);
    let wrong = change(|step| step["order"] = json!({"ways": ["pigeon"], "wait_minutes": 0})).await;
    assert_eq!(wrong.json["fields"][0]["field"], "steps[0].order.ways[0]", "{}", wrong.json);
    assert_eq!(wrong.json["fields"][1]["field"], "steps[0].order.wait_minutes");
}

#[tokio::test]
async fn chain_that_was_disabled_since_is_shown_with_the_reason() {
    let house = House::open().await;
    let chain = house.chain().await;
    house.policy(&chain).await;
    house.switch(&chain, 2, false).await;
    house.becomes(house.core, "critical").await;
    house.after(5).await;
    let id = house.open_incidents().await[0]["id"].clone();
    assert_eq!(house.calls_of(&id).await, ["网络升级 not_started -"]);
    let path = format!("/api/v1/incidents/{}/pages", id.as_str().unwrap());
    let row = house.got(&path).await["items"][0].clone();
    assert_eq!(row["call"]["reason"]["en"], "the chain is not enabled");
    assert!(house.verbs().await.contains(&"call.not_started".to_owned()));
    assert!(house.told().await.is_empty());
    // Nor is a policy saved that names it.
    let body = json!({"name": "x", "severity_min": "info", "chains": [{"id": chain}]});
    let refused = house.client.post("/api/v1/page-policies", body).await;
    let field = &refused.json["fields"][0]["field"];
    assert_eq!((refused.status.as_u16(), field), (400, &json!("chains.0.id")));
}

#[tokio::test]
async fn incident_that_ends_while_the_first_waits_calls_nobody_else() {
    let house = House::open().await;
    let chain = house.chain().await;
    house.policy(&chain).await;
    house.becomes(house.core, "critical").await;
    house.after(5).await;
    let id = house.open_incidents().await[0]["id"].clone();
    house.becomes(house.core, "ok").await;
    house.after(5).await;
    house.after(150).await;
    assert_eq!(house.incident(&id).await["state"], "closed");
    assert_eq!(house.calls_of(&id).await, ["网络升级 over -"]);
    house.after(1_200).await;
    assert_eq!(starts(&house.told().await), ["张伟"]);
    assert_eq!(ends(&house.told().await), ["张伟"]);
}

#[tokio::test]
async fn merged_incidents_call_once_and_end_once() {
    let house = House::open().await;
    let chain = house.chain().await;
    house.policy(&chain).await;
    // The edge fails long before the core: they are two incidents.
    house.becomes(house.edge, "critical").await;
    house.after(5).await;
    house.after(400).await;
    house.becomes(house.core, "critical").await;
    house.after(5).await;
    let mut open = house.open_incidents().await;
    assert_eq!(open.len(), 2);
    let (core, edge) = (open.remove(0), open.remove(0));
    assert_eq!(house.calls_of(&edge["id"]).await, ["网络升级 running -"]);
    assert_eq!(house.calls_of(&core["id"]).await, ["网络升级 running -"]);
    let path = format!("/api/v1/incidents/{}/merge", core["id"].as_str().unwrap());
    let merged = house.act(&house.client, &path, &core, json!({"from": edge["id"]})).await;
    assert_eq!(merged.status, 200, "{}", merged.json);
    house.settle().await;
    assert_eq!(house.calls_of(&edge["id"]).await, ["网络升级 over -"]);
    let both = ["网络升级 running -", "网络升级 over -"];
    assert_eq!(house.calls_of(&core["id"]).await, both);
    assert!(ends(&house.told().await).is_empty(), "it goes on");
    let states: Vec<Value> = house.calls().await.iter().map(|call| call["state"].clone()).collect();
    assert_eq!(states, ["running", "over"]);
    house.becomes(house.edge, "ok").await;
    house.becomes(house.core, "ok").await;
    house.after(5).await;
    house.after(150).await;
    assert_eq!(house.incident(&core["id"]).await["state"], "closed");
    assert_eq!(ends(&house.told().await), ["张伟"], "called twice, told of the end once");
    let (told, verbs) = (house.told().await, house.verbs().await);
    house.forget_cursors().await;
    house.settle().await;
    assert_eq!((house.told().await, house.verbs().await), (told, verbs));
}
