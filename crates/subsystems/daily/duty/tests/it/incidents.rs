use std::time::Duration;

use journal::{Dispatcher, Entry};
use kernel::{Actor, ActorKind, Caller, Clock as _, Escalation, Fact, Subject, Text};
use serde::Serialize;
use serde_json::{Value, json};

use crate::house::{House, house};

const CORE: &str = "01890a5d-ac96-774b-bcce-b30209900001";
const EDGE: &str = "01890a5d-ac96-774b-bcce-b30209900002";

/// A fact as another crate writes it.
#[derive(Serialize)]
struct Escalated {
    incident_id: &'static str,
    title: Text,
    severity: &'static str,
    chain_id: String,
    chain_name: &'static str,
    policy: &'static str,
    page_id: &'static str,
    /// Facts grow: what is not known must not disturb.
    grown_later: u32,
}

impl Fact for Escalated {
    const VERB: &'static str = "incident.escalated";

    fn subject(&self) -> Subject {
        Subject::new("incident", self.incident_id, "core")
    }
}

#[derive(Serialize)]
struct Acknowledged {
    incident_id: &'static str,
}

impl Fact for Acknowledged {
    const VERB: &'static str = "incident.acknowledged";

    fn subject(&self) -> Subject {
        Subject::new("incident", self.incident_id, "core")
    }
}

#[derive(Serialize, Default)]
struct Closed {
    incident_id: &'static str,
    merged_into: Option<&'static str>,
    merged_into_closed: bool,
    merged_into_acknowledged_by: Option<&'static str>,
}

impl Fact for Closed {
    const VERB: &'static str = "incident.closed";

    fn subject(&self) -> Subject {
        Subject::new("incident", self.incident_id, "core")
    }
}

fn escalated(incident: &'static str, chain: &str) -> Escalated {
    Escalated {
        incident_id: incident,
        title: Text::new("core: ping is critical", "核心交换机：ping 严重"),
        severity: "critical",
        chain_id: chain.to_owned(),
        chain_name: "机房升级",
        policy: "网络故障",
        page_id: "01890a5d-ac96-774b-bcce-b30209900009",
        grown_later: 0,
    }
}

/// Somebody writes a fact, and it is delivered.
async fn happens(house: &House, by: &str, fact: &impl Fact) {
    house.clock.advance(Duration::from_millis(1));
    let mut tx = house.records.db.begin().await.unwrap();
    let actor = Actor { kind: ActorKind::Person, id: by.to_owned(), name: by.to_owned() };
    let caller = Caller { actor, ..Caller::system("test") };
    journal::append(&mut tx, Entry::new(&caller, house.clock.now(), fact)).await.unwrap();
    tx.commit().await.unwrap();
    settle(house).await;
}

fn dispatcher(house: &House) -> Dispatcher {
    Dispatcher::new(house.records.db.clone(), duty::subsystem::reactions(&house.duty))
}

async fn settle(house: &House) {
    dispatcher(house).settle().await.unwrap();
}

/// A chain that calls 张 and ten minutes later 李; enabled.
async fn chain(house: &House, name: &str) -> String {
    let step = |person: &str| {
        json!({"targets": [{"kind": "person", "person_id": house.id(person)}],
            "wait_minutes": 10})
    };
    let body = json!({"name": name, "unit_id": house.unit, "steps": [step("zhang"), step("li")]});
    let id = house.made("/api/v1/duty/chains", body).await;
    let path = format!("/api/v1/duty/chains/{id}");
    house.client.post(&format!("{path}/simulate"), json!({})).await;
    let enabled = json!({"enabled": true});
    let answer = house.post_as(&house.client, &format!("{path}/switch"), 1, enabled).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    id
}

/// The calls, the oldest first: `state incident people…`.
async fn calls(house: &House) -> Vec<String> {
    let found = house.got("/api/v1/duty/calls").await;
    let mut calls: Vec<String> = found["items"].as_array().unwrap().iter().map(shown).collect();
    calls.reverse();
    calls
}

fn shown(call: &Value) -> String {
    let which = match call["incident"]["id"].as_str() {
        Some(CORE) => "core",
        Some(EDGE) => "edge",
        Some(_) => "other",
        None => "-",
    };
    let steps = call["log"].as_array().unwrap().iter();
    let people = steps.flat_map(|step| step["people"].as_array().unwrap());
    let names: Vec<&str> = people.map(|one| one["name"].as_str().unwrap()).collect();
    let by = call["ended_by"].as_str().map(|name| format!(" by {name}")).unwrap_or_default();
    format!("{} {which} {}{by}", call["state"].as_str().unwrap(), names.join(" "))
}

async fn later(house: &House, minutes: u64) {
    house.clock.advance(Duration::from_secs(60 * minutes));
    house.run("duty.call").await;
}

/// The facts that tell of calls from the `from`th on.
async fn told(house: &House, from: usize) -> Vec<String> {
    let facts = house.facts().await;
    let told = facts.iter().filter(|row| row.verb.starts_with("call."));
    told.skip(from).map(|row| row.verb.clone()).collect()
}

#[tokio::test]
async fn escalated_incident_calls_step_by_step_until_it_is_acknowledged() {
    let house = house().await;
    let chain = chain(&house, "机房升级").await;
    happens(&house, "alerts", &escalated(CORE, &chain)).await;
    assert_eq!(calls(&house).await, ["running core 张伟"]);
    let call = house.got("/api/v1/duty/calls").await["items"][0].clone();
    assert_eq!(call["incident"]["title"]["zh"], "核心交换机：ping 严重");
    assert_eq!(call["incident"]["severity"], "critical");
    assert_eq!((&call["started_by"], &call["steps"]), (&json!("网络故障"), &json!(2)));
    later(&house, 10).await;
    assert_eq!(calls(&house).await, ["running core 张伟 李娜"]);
    happens(&house, "王芳", &Acknowledged { incident_id: CORE }).await;
    assert_eq!(calls(&house).await, ["answered core 张伟 李娜 by 王芳"]);
    later(&house, 30).await;
    assert_eq!(
        told(&house, 0).await,
        ["call.started", "call.stepped", "call.stepped", "call.answered"]
    );
    let facts = house.facts().await;
    let answered = facts.iter().find(|row| row.verb == "call.answered").unwrap();
    assert_eq!(answered.detail["incident_id"], CORE);
    assert_eq!(answered.detail["by_acknowledgement"], true);
    let started = facts.iter().find(|row| row.verb == "call.started").unwrap();
    assert_eq!(started.detail["page_id"], "01890a5d-ac96-774b-bcce-b30209900009");
    assert!(started.cause.is_some(), "it says what led to it");
}

#[tokio::test]
async fn incident_that_is_over_while_the_first_waits_ends_its_call() {
    let house = house().await;
    let chain = chain(&house, "机房升级").await;
    happens(&house, "alerts", &escalated(CORE, &chain)).await;
    happens(&house, "alerts", &Closed { incident_id: CORE, ..Closed::default() }).await;
    assert_eq!(calls(&house).await, ["over core 张伟"]);
    later(&house, 30).await;
    assert_eq!(told(&house, 0).await, ["call.started", "call.stepped", "call.ended"]);
    let call = house.got("/api/v1/duty/calls").await["items"][0].clone();
    let answer = format!("/api/v1/duty/calls/{}/answer", call["id"].as_str().unwrap());
    let late =
        house.post_as(&house.client, &answer, call["version"].as_i64().unwrap(), json!(null));
    assert_eq!(late.await.json["code"], "wrong-state");
}

#[tokio::test]
async fn chain_that_is_gone_or_disabled_is_told_with_the_reason() {
    let house = house().await;
    let chain = chain(&house, "机房升级").await;
    let path = format!("/api/v1/duty/chains/{chain}");
    let off = json!({"enabled": false});
    house.post_as(&house.client, &format!("{path}/switch"), 2, off).await;
    happens(&house, "alerts", &escalated(CORE, &chain)).await;
    assert_eq!(house.client.delete(&path, Some(3)).await.status, 204);
    happens(&house, "alerts", &escalated(CORE, &chain)).await;
    happens(&house, "alerts", &escalated(EDGE, "no id at all")).await;
    assert_eq!(told(&house, 0).await, ["call.not_started"; 3]);
    assert!(calls(&house).await.is_empty());
    let facts = house.facts().await;
    let reasons: Vec<_> = facts
        .iter()
        .filter(|row| row.verb == "call.not_started")
        .map(|row| (row.detail["code"].as_str().unwrap(), &row.detail["reason"]["zh"]))
        .collect();
    let gone = json!("升级链已不存在");
    assert_eq!(reasons, [("disabled", &json!("升级链未启用")), ("gone", &gone), ("gone", &gone)]);
}

#[tokio::test]
async fn chain_calls_once_at_a_time_for_an_incident_and_again_when_it_was_answered() {
    let house = house().await;
    let chain = chain(&house, "机房升级").await;
    happens(&house, "alerts", &escalated(CORE, &chain)).await;
    happens(&house, "alerts", &escalated(CORE, &chain)).await;
    happens(&house, "alerts", &escalated(EDGE, &chain)).await;
    assert_eq!(calls(&house).await, ["running core 张伟", "running edge 张伟"]);
    let facts = house.facts().await;
    let refused = facts.iter().find(|row| row.verb == "call.not_started").unwrap();
    assert_eq!(refused.detail["code"], "running");
    happens(&house, "王芳", &Acknowledged { incident_id: CORE }).await;
    happens(&house, "alerts", &escalated(CORE, &chain)).await;
    assert_eq!(
        calls(&house).await,
        ["answered core 张伟 by 王芳", "running edge 张伟", "running core 张伟"]
    );
}

#[tokio::test]
async fn calls_of_a_merged_incident_go_on_for_the_whole() {
    let house = house().await;
    let (first, second) = (chain(&house, "机房升级").await, chain(&house, "网络升级").await);
    happens(&house, "alerts", &escalated(CORE, &first)).await;
    happens(&house, "alerts", &escalated(EDGE, &first)).await;
    happens(&house, "alerts", &escalated(EDGE, &second)).await;
    let merged = Closed { incident_id: EDGE, merged_into: Some(CORE), ..Closed::default() };
    happens(&house, "alerts", &merged).await;
    assert_eq!(
        calls(&house).await,
        ["running core 张伟", "over core 张伟", "running core 张伟"],
        "the same chain is not called twice"
    );
    later(&house, 10).await;
    happens(&house, "alerts", &Closed { incident_id: CORE, ..Closed::default() }).await;
    assert_eq!(
        calls(&house).await,
        ["over core 张伟 李娜", "over core 张伟", "over core 张伟 李娜"]
    );
}

#[tokio::test]
async fn calls_of_an_incident_merged_into_one_that_is_cared_for_or_over_end() {
    let house = house().await;
    let chain = chain(&house, "机房升级").await;
    happens(&house, "alerts", &escalated(EDGE, &chain)).await;
    let cared = Closed {
        incident_id: EDGE,
        merged_into: Some(CORE),
        merged_into_acknowledged_by: Some("王芳"),
        ..Closed::default()
    };
    happens(&house, "alerts", &cared).await;
    assert_eq!(calls(&house).await, ["answered core 张伟 by 王芳"]);
    happens(&house, "alerts", &escalated(EDGE, &chain)).await;
    let over = Closed {
        incident_id: EDGE,
        merged_into: Some(CORE),
        merged_into_closed: true,
        ..Closed::default()
    };
    happens(&house, "alerts", &over).await;
    assert_eq!(calls(&house).await, ["answered core 张伟 by 王芳", "over edge 张伟"]);
}

#[tokio::test]
async fn facts_that_are_delivered_again_change_nothing() {
    let house = house().await;
    let chain = chain(&house, "机房升级").await;
    happens(&house, "alerts", &escalated(CORE, &chain)).await;
    happens(&house, "王芳", &Acknowledged { incident_id: CORE }).await;
    happens(&house, "alerts", &escalated(CORE, "gone")).await;
    happens(&house, "alerts", &escalated(CORE, &chain)).await;
    happens(&house, "alerts", &escalated(EDGE, &chain)).await;
    let merged = Closed { incident_id: EDGE, merged_into: Some(CORE), ..Closed::default() };
    happens(&house, "alerts", &merged).await;
    let (before, facts) = (calls(&house).await, house.verbs().await);
    assert_eq!(before[1], "running core 张伟", "{before:?}");
    house.forget_cursors().await;
    settle(&house).await;
    assert_eq!(calls(&house).await, before, "what was begun after an answer goes on");
    assert_eq!(house.verbs().await, facts);
    happens(&house, "alerts", &Closed { incident_id: CORE, ..Closed::default() }).await;
    let (before, facts) = (calls(&house).await, house.verbs().await);
    house.forget_cursors().await;
    settle(&house).await;
    assert_eq!((calls(&house).await, house.verbs().await), (before, facts));
}

#[tokio::test]
async fn two_servers_call_once() {
    let house = house().await;
    let chain = chain(&house, "机房升级").await;
    let mut tx = house.records.db.begin().await.unwrap();
    let caller = Caller::system("test");
    for incident in [CORE, EDGE] {
        let fact = escalated(incident, &chain);
        journal::append(&mut tx, Entry::new(&caller, house.clock.now(), &fact)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let (one, other) = (dispatcher(&house), dispatcher(&house));
    let (one, other) = tokio::join!(one.settle(), other.settle());
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    assert_eq!(calls(&house).await, ["running core 张伟", "running edge 张伟"]);
}

#[tokio::test]
async fn others_ask_whether_a_chain_is_there_and_enabled() {
    let house = house().await;
    let id = chain(&house, "机房升级").await;
    let found = Escalation::chain(&house.duty, &id).await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.enabled), ("机房升级", true));
    let off = json!({"enabled": false});
    house.post_as(&house.client, &format!("/api/v1/duty/chains/{id}/switch"), 2, off).await;
    assert!(!Escalation::chain(&house.duty, &id).await.unwrap().unwrap().enabled);
    for unknown in [CORE, "x", ""] {
        assert_eq!(Escalation::chain(&house.duty, unknown).await.unwrap(), None);
    }
}
