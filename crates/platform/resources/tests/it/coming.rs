//! Changes told ahead of time, until they come true: listed and cancelled.

use std::time::Duration;

use kernel::{Time, Within};
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    house::{House, fields, house},
    told::Holding,
};

const NORTH: &str = "01890a5d-0000-7000-8000-000000000001";
const EAST: &str = "01890a5d-0000-7000-8000-000000000002";
const SOUTH: &str = "01890a5d-0000-7000-8000-000000000003";
const CHANGING: [&str; 2] = ["resource.read", "resource.change"];
const COMING: &str = "/api/v1/resources/coming-changes";

fn at(seconds: i64) -> String {
    Time::from_seconds(1_700_000_000 + seconds).to_string()
}

fn units(ids: &[&str]) -> Within {
    Within { units: ids.iter().map(|&id| id.to_owned()).collect(), ..Within::default() }
}

async fn host(house: &House, name: &str, unit: &str) -> String {
    house.clock.advance(Duration::from_millis(1));
    let body = json!({ "kind": "host", "name": name, "unit_id": unit });
    let made = house.client.post("/api/v1/resources", body).await;
    assert_eq!(made.status, 201, "{}", made.json);
    made.json["id"].as_str().unwrap().to_owned()
}

async fn read(house: &House, id: &str) -> Value {
    house.client.get(&format!("/api/v1/resources/{id}")).await.json
}

async fn tell(house: &House, by: &Client, id: &str, body: Value) {
    let version = read(house, id).await["version"].as_i64().unwrap();
    let changed = by.patch(&format!("/api/v1/resources/{id}"), version, body).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
}

async fn cancel(house: &House, by: &Client, id: &str, when: &str) -> Answer {
    let version = read(house, id).await["version"].as_i64();
    let path = format!("/api/v1/resources/{id}/coming-changes/cancel");
    by.send("POST", &path, Some(json!({ "at": when }).to_string()), version).await
}

async fn list(client: &Client, query: &str) -> Vec<Value> {
    let answer = client.get(&format!("{COMING}{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json["items"].as_array().unwrap().clone()
}

/// Each as `name: the fields that change`.
fn said(items: &[Value]) -> Vec<String> {
    let of = |item: &Value| {
        let fields = fields(item).join(" ");
        format!("{}: {fields}", item["name"].as_str().unwrap())
    };
    items.iter().map(of).collect()
}

#[tokio::test]
async fn what_was_told_ahead_is_listed_until_it_comes_true() {
    let house = house().await;
    let (a, b) = (host(&house, "a", NORTH).await, host(&house, "b", NORTH).await);
    let north = house.client.holding(&CHANGING, &units(&[NORTH]));
    tell(&house, &house.client, &b, json!({ "name": "b2", "effective_at": at(2000) })).await;
    tell(&house, &north, &a, json!({ "description": "x", "effective_at": at(1000) })).await;
    tell(&house, &north, &a, json!({ "life_cycle": "retired", "effective_at": at(3000) })).await;
    let all = list(&house.client, "").await;
    assert_eq!(said(&all), ["a: description", "b: name", "a: life_cycle retired"]);
    let first = &all[0];
    assert_eq!((&first["at"], &first["resource"]), (&json!(at(1000)), &json!(a)));
    assert_eq!(first["told_by"][0]["id"], "viewer", "{first}");
    assert_eq!(first["fields"][0], json!({"field": "description", "before": null, "after": "x"}));
    for (query, names) in [
        (format!("?resource_id={b}"), "b: name"),
        (format!("?until={}", at(2000)), "a: description, b: name"),
        ("?told_by=viewer".to_owned(), "a: description, a: life_cycle retired"),
        ("?told_by=nobody".to_owned(), ""),
    ] {
        assert_eq!(said(&list(&house.client, &query).await).join(", "), names, "{query}");
    }
    let page = house.client.get(&format!("{COMING}?limit=1")).await.json;
    let next = format!("?limit=1&after={}", page["next"].as_str().unwrap());
    assert_eq!(said(&list(&house.client, &next).await), ["b: name"]);
    house.clock.advance(Duration::from_secs(1500));
    house.resources.come_due(&Holding::everything()).await.unwrap();
    assert_eq!(said(&list(&house.client, "").await).len(), 2);
}

#[tokio::test]
async fn cancelled_change_does_not_come_true_and_the_journal_says_so() {
    let house = house().await;
    let a = host(&house, "a", NORTH).await;
    tell(&house, &house.client, &a, json!({ "name": "b", "effective_at": at(1000) })).await;
    let told = house.facts().await.remove(0);
    // What was told for later stands.
    tell(&house, &house.client, &a, json!({ "name": "c", "effective_at": at(2000) })).await;
    let north = house.client.holding(&CHANGING, &units(&[NORTH]));
    let stale = north
        .send(
            "POST",
            &format!("/api/v1/resources/{a}/coming-changes/cancel"),
            Some(json!({ "at": at(1000) }).to_string()),
            Some(1),
        )
        .await;
    assert_eq!(stale.status, 412);
    let done = cancel(&house, &north, &a, &at(1000)).await;
    assert_eq!((done.status.as_u16(), &done.json["name"]), (200, &json!("a")), "{}", done.json);
    let fact = house.facts().await.remove(0);
    assert_eq!((fact.verb.as_str(), fact.cause), ("resource.change_cancelled", Some(told.seq)));
    assert_eq!(fact.detail["fields"], json!(["name"]));
    assert_eq!(fact.detail["effective_at"], json!(at(1000)));
    assert_eq!(fact.resource_id, Some(a.clone()));
    let left = list(&house.client, "").await;
    assert_eq!(said(&left), ["a: name"]);
    assert_eq!(left[0]["fields"][0], json!({"field": "name", "before": "a", "after": "c"}));
    let again = cancel(&house, &north, &a, &at(1000)).await;
    assert_eq!((again.status.as_u16(), &again.json["code"]), (409, &json!("nothing-coming")));
    house.clock.advance(Duration::from_secs(1001));
    house.resources.come_due(&Holding::everything()).await.unwrap();
    assert_eq!(read(&house, &a).await["name"], "a");
    house.clock.advance(Duration::from_secs(1001));
    house.resources.come_due(&Holding::everything()).await.unwrap();
    assert_eq!(read(&house, &a).await["name"], "c");
}

/// Where something is to go is told to nobody who does not see it.
#[tokio::test]
async fn coming_change_is_shown_and_cancelled_within_the_scope() {
    let house = house().await;
    let (a, b) = (host(&house, "a", NORTH).await, host(&house, "b", SOUTH).await);
    let north = house.client.holding(&CHANGING, &units(&[NORTH, EAST]));
    let away = json!({ "unit_id": SOUTH, "name": "secret", "effective_at": at(1000) });
    tell(&house, &house.client, &a, away).await;
    tell(&house, &house.client, &a, json!({ "name": "more", "effective_at": at(2000) })).await;
    tell(&house, &house.client, &b, json!({ "unit_id": NORTH, "effective_at": at(1000) })).await;
    let seen = list(&north, "").await;
    assert_eq!(said(&seen), ["a: name unit_id"]);
    assert_eq!(
        (&seen[0]["before_hidden"], &seen[0]["after_hidden"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(seen[0]["fields"][0], json!({"field": "name", "before": "a", "after": null}));
    assert!(!seen[0].to_string().contains(SOUTH), "{}", seen[0]);
    let refused = cancel(&house, &north, &a, &at(1000)).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (403, vec!["at"]));
    assert!(!refused.json.to_string().contains(SOUTH), "{}", refused.json);
    let unseen = cancel(&house, &north, &a, &at(2000)).await;
    assert_eq!((unseen.status.as_u16(), &unseen.json["code"]), (409, &json!("nothing-coming")));
    assert_eq!(cancel(&house, &north, &b, &at(1000)).await.status, 404);
    let reader = house.client.holding(&["resource.read"], &units(&[NORTH, SOUTH]));
    assert_eq!(cancel(&house, &reader, &a, &at(1000)).await.status, 403);
    let both = house.client.holding(&CHANGING, &units(&[NORTH, SOUTH]));
    assert_eq!(cancel(&house, &both, &a, &at(1000)).await.status, 200);
    assert_eq!(said(&list(&north, "").await), ["a: name"]);
}

/// Who holds a region may not cancel what brings a resource to a unit that answers for another.
#[tokio::test]
async fn place_that_is_kept_must_be_held_to_cancel_its_change() {
    let house = house().await;
    let a = host(&house, "a", NORTH).await;
    tell(&house, &house.client, &a, json!({ "unit_id": EAST, "effective_at": at(1000) })).await;
    let mut held = kernel::Held::default();
    let scope = |ids: &[&str]| kernel::Scope::Within(std::sync::Arc::new(units(ids)));
    held.add("resource.read", scope(&[NORTH, EAST]));
    held.add("resource.change", scope(&[NORTH]));
    let caller = kernel::Caller {
        grant: kernel::Grant::Held(std::sync::Arc::new(held)),
        ..kernel::Caller::stranger()
    };
    let version = read(&house, &a).await["version"].as_i64().unwrap();
    let when = Time::from_seconds(1_700_001_000);
    let refused = house.resources.cancel_change(&caller, a.parse().unwrap(), version, when).await;
    assert!(matches!(refused, Err(resources::ResourcesError::OutOfScope(..))), "{refused:?}");
}
