//! What somebody told for later stays theirs to keep or to take back.

use serde_json::{Value, json};
use testkit::Client;

use crate::{
    house::{House, Made},
    scope::two,
};

const AFTER: &str = "as_of=2027-01-01";

async fn name_of(house: &House, person: &Made, query: &str) -> Value {
    house.client.get(&format!("{}?{query}", person.path)).await.json["name"].clone()
}

async fn call(client: &Client, house: &House, person: &Made, body: Value) {
    let version = house.version(person).await;
    let changed = client.patch(&person.path, version, body).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
}

async fn cancel(house: &House, person: &Made, at: &str) {
    let version = house.version(person).await;
    let body = json!({ "noun": "person", "id": person.id, "at": at }).to_string();
    let path = "/api/v1/directory/coming-changes/cancel";
    let answer = house.client.send("POST", path, Some(body), Some(version)).await;
    assert_eq!(answer.status, 204, "{}", answer.json);
}

/// Who does not see the plan set what it says and took that back: the plan was gone with it.
#[tokio::test]
async fn plan_outlives_that_somebody_sets_the_same_before_and_takes_it_back() {
    let two = two().await;
    let (house, (client, _)) = (&two.house, two.northerner().await);
    let [(_, south), (person, _)] = [1, 3].map(|at: usize| two.things[at].clone());
    let plan = json!({ "name": "王大明", "unit_id": south.id, "from": "2026-12-10" });
    assert_eq!(house.change(&person, plan).await.status, 200);
    for name in ["王大明", "王小明"] {
        call(&client, house, &person, json!({ "name": name })).await;
        assert_eq!(name_of(house, &person, "").await, name);
        assert_eq!(name_of(house, &person, AFTER).await, "王大明");
    }
}

/// The same of a plan that is nobody's secret, also told twice to the same effect.
#[tokio::test]
async fn each_plan_is_told_by_itself() {
    let two = two().await;
    let (house, person) = (&two.house, &two.things[3].0);
    for (name, from) in [("王大明", "2026-12-10"), ("王小明", "2026-12-20")] {
        call(&house.client, house, person, json!({ "name": name, "from": from })).await;
    }
    // What goes back on a later day does so, whatever is said today.
    call(&house.client, house, person, json!({ "name": "王明" })).await;
    assert_eq!(name_of(house, person, "as_of=2026-12-15").await, "王大明");
    assert_eq!(name_of(house, person, AFTER).await, "王小明");
    // What is told no more leaves what was told for after it.
    cancel(house, person, "2026-12-09T16:00:00Z").await;
    assert_eq!(name_of(house, person, "as_of=2026-12-15").await, "王明");
    assert_eq!(name_of(house, person, AFTER).await, "王小明");
    cancel(house, person, "2026-12-19T16:00:00Z").await;
    assert_eq!(name_of(house, person, AFTER).await, "王明");
}

/// What ends takes what was planned after that with it, and says so.
#[tokio::test]
async fn end_names_the_plans_that_it_takes_along() {
    let two = two().await;
    let (house, person) = (&two.house, &two.things[3].0);
    for (name, from) in [("王大明", "2026-12-10"), ("王明", "2026-12-20")] {
        call(&house.client, house, person, json!({ "name": name, "from": from })).await;
    }
    assert_eq!(house.act(person, "leave", json!({ "at": "2026-12-15" })).await.status, 200);
    let facts = house.facts().await;
    let told = facts.iter().rev().find(|fact| fact.subject.id == person.id).unwrap();
    assert_eq!(told.detail["replaced_plans"], json!(["2026-12-19T16:00:00Z"]), "{}", told.verb);
}
