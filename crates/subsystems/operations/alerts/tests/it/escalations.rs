use journal::{Dispatcher, Entry, Filter, Row};
use kernel::{Actor, ActorKind, Caller, Clock as _, Fact, Page, Subject, Text};
use serde::Serialize;
use serde_json::{Value, json};

use crate::estate::{CHAIN, CHAIN_OFF, CHAIN_TOO, Estate};

const CALL: &str = "01890a5d-ac96-774b-bcce-b302099c0001";
const VERBS: [&str; 6] = [
    "call.started",
    "call.not_started",
    "call.answered",
    "call.exhausted",
    "call.ended",
    "call.moved",
];

/// A fact about a call as another crate writes it, with the verb of that number.
#[derive(Serialize, Default)]
struct Call<const VERB: usize> {
    incident_id: Value,
    from_incident_id: Option<Value>,
    page_id: Option<Value>,
    reason: Option<Text>,
    by_acknowledgement: bool,
    /// Facts grow: what is not known must not disturb.
    grown_later: u32,
}

type Started = Call<0>;
type NotStarted = Call<1>;
type Answered = Call<2>;
type Exhausted = Call<3>;
type Ended = Call<4>;
type MovedOn = Call<5>;

impl<const VERB: usize> Fact for Call<VERB> {
    const VERB: &'static str = VERBS[VERB];

    fn subject(&self) -> Subject {
        Subject::new("call", CALL, "core")
    }
}

async fn settle(estate: &Estate) {
    let reactions = alerts::subsystem::reactions(&estate.alerts);
    Dispatcher::new(estate.records.db.clone(), reactions).settle().await.unwrap();
}

/// Somebody writes a fact, and it is delivered.
async fn happens(estate: &Estate, by: &str, fact: &impl Fact) {
    let mut tx = estate.records.db.begin().await.unwrap();
    let actor = Actor { kind: ActorKind::Person, id: by.to_owned(), name: by.to_owned() };
    let caller = Caller { actor, ..Caller::system("test") };
    journal::append(&mut tx, Entry::new(&caller, estate.clock.now(), fact)).await.unwrap();
    tx.commit().await.unwrap();
    settle(estate).await;
}

async fn facts(estate: &Estate, verb: &str) -> Vec<Row> {
    let filter = Filter { verb: Some(verb.to_owned()), ..Filter::default() };
    let page = Page { after: None, limit: 500 };
    let mut rows = journal::list(&estate.records.db, &filter, page).await.unwrap().items;
    rows.reverse();
    rows
}

/// An estate with a policy that calls a chain from warnings on, and nobody else told.
async fn calling() -> Estate {
    let estate = Estate::of(2).await;
    let policy = json!({"name": "call", "severity_min": "warning", "repeat_s": 600,
        "chains": [{"id": CHAIN}]});
    let answer = estate.client.post("/api/v1/page-policies", policy).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    estate
}

async fn rows(estate: &Estate, incident: &Value) -> Vec<Value> {
    let path = format!("/api/v1/incidents/{}/pages", incident.as_str().unwrap());
    let mut rows = estate.client.get(&path).await.json["items"].as_array().unwrap().clone();
    rows.reverse();
    rows
}

/// The chains of an incident: `occasion name state`.
async fn chains(estate: &Estate, incident: &Value) -> Vec<String> {
    let rows = rows(estate, incident).await;
    let called = rows.iter().filter(|row| row["recipient_kind"] == "chain");
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let shown = called.map(|row| {
        format!(
            "{} {} {}",
            word(&row["occasion"]),
            word(&row["recipient_name"]),
            word(&row["call"]["state"])
        )
    });
    shown.collect()
}

async fn acknowledged(estate: &Estate, incident: &Value) -> Value {
    let path = format!("/api/v1/incidents/{}", incident.as_str().unwrap());
    estate.client.get(&path).await.json["acknowledged"].clone()
}

#[tokio::test]
async fn told_incident_calls_a_chain_once_and_is_acknowledged_by_who_answers() {
    let estate = calling().await;
    estate.becomes(estate.switch, "warning").await;
    estate.after(5).await;
    let incident = estate.incidents("state=open").await[0]["id"].clone();
    let asked = facts(&estate, "incident.escalated").await;
    assert_eq!(asked.len(), 1);
    let detail = &asked[0].detail;
    assert_eq!(
        (&detail["incident_id"], &detail["chain_id"]),
        (&incident, &json!(CHAIN)),
        "{detail}"
    );
    assert_eq!((&detail["severity"], &detail["policy"]), (&json!("warning"), &json!("call")));
    assert_eq!(detail["chain_name"], "On call", "as it is called by whom it belongs to");
    assert_eq!(detail["cause_id"], estate.switch.to_string());
    assert_eq!(detail["title"]["en"], "core: ping is in warning");
    assert_eq!(chains(&estate, &incident).await, ["opened On call waiting"]);
    let page_id = Some(detail["page_id"].clone());
    let started = Started { incident_id: incident.clone(), page_id, ..Started::default() };
    happens(&estate, "duty", &started).await;
    let row = rows(&estate, &incident).await.remove(0);
    assert_eq!((&row["message_id"], &row["call"]["state"]), (&json!(CALL), &json!("running")));
    // It becomes worse, and repeats are due: it is being called.
    estate.becomes(estate.switch, "critical").await;
    estate.after(5).await;
    estate.after(1_900).await;
    assert_eq!(facts(&estate, "incident.escalated").await.len(), 1);
    let answered = Answered { incident_id: incident.clone(), ..Answered::default() };
    happens(&estate, "Wei", &answered).await;
    assert_eq!(acknowledged(&estate, &incident).await["by"], "Wei");
    let row = rows(&estate, &incident).await.remove(0);
    let call = json!({"state": "answered", "answered_by": "Wei", "reason": null});
    assert_eq!(row["call"], call);
    let given = facts(&estate, "incident.acknowledged").await;
    assert_eq!((given.len(), given[0].actor.name.as_str()), (1, "Wei"));
    assert!(given[0].cause.is_some());
    // Told again, it has answered already: what was taken back stays so.
    let open = estate.incidents("state=open").await.remove(0);
    assert_eq!(estate.act(&open, "unacknowledge", json!({})).await.status, 200);
    estate.forget_cursors().await;
    settle(&estate).await;
    assert_eq!(acknowledged(&estate, &incident).await, Value::Null);
    assert_eq!(facts(&estate, "incident.acknowledged").await.len(), 1);
}

#[tokio::test]
async fn chain_that_answered_or_was_exhausted_is_called_again_when_it_becomes_worse() {
    let estate = calling().await;
    estate.becomes(estate.switch, "warning").await;
    estate.after(5).await;
    let incident = estate.incidents("state=open").await[0]["id"].clone();
    let page_id = Some(facts(&estate, "incident.escalated").await[0].detail["page_id"].clone());
    let started = Started { incident_id: incident.clone(), page_id, ..Started::default() };
    happens(&estate, "duty", &started).await;
    let exhausted = Exhausted { incident_id: incident.clone(), ..Exhausted::default() };
    happens(&estate, "duty", &exhausted).await;
    assert_eq!(chains(&estate, &incident).await, ["opened On call exhausted"]);
    assert_eq!(acknowledged(&estate, &incident).await, Value::Null);
    estate.after(700).await;
    assert_eq!(facts(&estate, "incident.escalated").await.len(), 1, "not when it is told again");
    estate.becomes(estate.switch, "critical").await;
    estate.after(5).await;
    let both = ["opened On call exhausted", "worse On call waiting"];
    assert_eq!(chains(&estate, &incident).await, both);
}

#[tokio::test]
async fn call_that_cannot_be_made_says_why_at_the_incident() {
    let estate = calling().await;
    estate.becomes(estate.switch, "warning").await;
    estate.after(5).await;
    let incident = estate.incidents("state=open").await[0].clone();
    assert_eq!(incident["told"], 1);
    let page_id = Some(facts(&estate, "incident.escalated").await[0].detail["page_id"].clone());
    let reason = Some(Text::new("the chain is gone", "升级链已不存在"));
    let id = incident["id"].clone();
    let refused = NotStarted { incident_id: id.clone(), page_id, reason, ..NotStarted::default() };
    happens(&estate, "duty", &refused).await;
    let row = rows(&estate, &id).await.remove(0);
    assert_eq!(row["call"]["state"], "not_started");
    assert_eq!(row["call"]["reason"]["zh"], "升级链已不存在");
    assert_eq!(estate.incidents("state=open").await[0]["told"], 0, "nobody was told");
}

#[tokio::test]
async fn who_cares_already_is_not_replaced_and_an_end_of_the_call_is_shown() {
    let estate = calling().await;
    estate.becomes(estate.switch, "critical").await;
    estate.after(5).await;
    let open = estate.incidents("state=open").await.remove(0);
    let id = open["id"].clone();
    let page_id = Some(facts(&estate, "incident.escalated").await[0].detail["page_id"].clone());
    let started = Started { incident_id: id.clone(), page_id, ..Started::default() };
    happens(&estate, "duty", &started).await;
    assert_eq!(estate.act(&open, "acknowledge", json!({})).await.status, 200);
    let answered =
        Answered { incident_id: id.clone(), by_acknowledgement: true, ..Answered::default() };
    happens(&estate, "administrator", &answered).await;
    assert_eq!(acknowledged(&estate, &id).await["by"], "administrator");
    assert_eq!(facts(&estate, "incident.acknowledged").await.len(), 1);
    // A call that ended stays as it ended.
    let ended = Ended { incident_id: id.clone(), ..Ended::default() };
    happens(&estate, "duty", &ended).await;
    assert_eq!(chains(&estate, &id).await, ["opened On call answered"]);
    // Its end is told to Ada, who was told; whoever was called hears it from elsewhere.
    estate.becomes(estate.switch, "ok").await;
    estate.after(5).await;
    estate.after(150).await;
    let resolved = rows(&estate, &id).await;
    let resolved = resolved.iter().filter(|row| row["occasion"] == "resolved");
    let names: Vec<_> = resolved.map(|row| row["recipient_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ada"]);
}

#[tokio::test]
async fn answer_for_a_merged_incident_acknowledges_the_whole() {
    let estate = calling().await;
    estate.becomes(estate.switch, "critical").await;
    estate.becomes(estate.webs[0], "critical").await;
    estate.after(5).await;
    let whole = estate.incidents("state=open").await.remove(0);
    let path = format!("/api/v1/incidents/{}/alerts", whole["id"].as_str().unwrap());
    let alerts = estate.client.get(&path).await.json;
    let follows = alerts["items"].as_array().unwrap().iter().find(|one| one["root"] == false);
    let out = follows.unwrap()["alert"]["id"].clone();
    let split = estate.act(&whole, "split", json!({"alerts": [out]})).await;
    assert_eq!(split.status, 200, "{}", split.json);
    estate.after(5).await;
    let part = split.json["id"].clone();
    assert_eq!(chains(&estate, &part).await, ["opened On call waiting"]);
    let asked = facts(&estate, "incident.escalated").await;
    let asked = asked.iter().find(|row| row.detail["incident_id"] == part).unwrap();
    let page_id = Some(asked.detail["page_id"].clone());
    let started = Started { incident_id: part.clone(), page_id, ..Started::default() };
    happens(&estate, "duty", &started).await;
    let open = estate.incidents("state=open").await;
    let whole = open.iter().find(|one| one["id"] == whole["id"]).unwrap();
    let merged = estate.act(whole, "merge", json!({"from": part})).await;
    assert_eq!(merged.status, 200, "{}", merged.json);
    let closed = facts(&estate, "incident.closed").await;
    assert_eq!(closed[0].detail["merged_into"], whole["id"]);
    assert_eq!(closed[0].detail["merged_into_closed"], false);
    assert_eq!(closed[0].detail["merged_into_acknowledged_by"], Value::Null);
    let moved = MovedOn {
        incident_id: whole["id"].clone(),
        from_incident_id: Some(part.clone()),
        ..MovedOn::default()
    };
    happens(&estate, "duty", &moved).await;
    happens(&estate, "duty", &moved).await;
    let both = ["opened On call waiting", "opened On call running"];
    assert_eq!(chains(&estate, &whole["id"]).await, both);
    // It was answered before it was known to be part of another.
    let answered = Answered { incident_id: part.clone(), ..Answered::default() };
    happens(&estate, "Wei", &answered).await;
    assert_eq!(acknowledged(&estate, &whole["id"]).await["by"], "Wei");
    assert_eq!(chains(&estate, &part).await, ["opened On call answered"]);
}

#[tokio::test]
async fn several_policies_call_a_chain_once() {
    let estate = calling().await;
    let policy = json!({"name": "too", "severity_min": "warning",
        "chains": [{"id": CHAIN}, {"id": CHAIN_TOO, "name": "as I like"}]});
    let made = estate.client.post("/api/v1/page-policies", policy).await;
    assert_eq!(made.json["chains"][1], json!({"id": CHAIN_TOO, "name": "Leaders"}));
    estate.becomes(estate.switch, "warning").await;
    estate.after(5).await;
    let id = estate.incidents("state=open").await[0]["id"].clone();
    let mut called = chains(&estate, &id).await;
    called.sort();
    assert_eq!(called, ["opened Leaders waiting", "opened On call waiting"]);
}

#[tokio::test]
async fn chains_of_a_policy_that_are_wrong_name_their_field() {
    let estate = Estate::of(0).await;
    let unknown = "01890a5d-ac96-774b-bcce-b302099c00ff";
    let six: Vec<Value> = (0..6).map(|_| json!({"id": CHAIN})).collect();
    for (chains, recipients, field) in [
        (json!([{"id": unknown}]), json!([]), "chains.0.id"),
        (json!([{"id": CHAIN}, {"id": CHAIN_OFF}]), json!([]), "chains.1.id"),
        (json!([{"id": "x"}]), json!([]), "chains.0.id"),
        (json!([{"id": CHAIN}, {"id": CHAIN}]), json!([]), "chains.1.id"),
        (json!(six), json!([]), "chains"),
        (json!([]), json!([]), "recipients"),
    ] {
        let body = json!({"name": "x", "severity_min": "info", "recipients": recipients,
            "chains": chains});
        let answer = estate.client.post("/api/v1/page-policies", body).await;
        let found = (answer.status.as_u16(), &answer.json["fields"][0]["field"]);
        assert_eq!(found, (400, &json!(field)), "{}", answer.json);
        let expected = answer.json["fields"][0]["expected"].as_str().unwrap();
        assert!(!expected.is_empty(), "{}", answer.json);
    }
}
