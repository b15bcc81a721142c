use std::time::Duration;

use kernel::Time;
use serde_json::{Value, json};

use crate::{
    house::{House, fields, house},
    told::Holding,
};

/// The moment `seconds` after the house's clock was set.
fn at(seconds: i64) -> String {
    Time::from_seconds(1_700_000_000 + seconds).to_string()
}

async fn as_of(house: &House, id: &str, valid: i64, known: Option<i64>) -> Value {
    let known = known.map(|known| format!("&known_at={}", at(known))).unwrap_or_default();
    let path = format!("/api/v1/resources/{id}?as_of={}{known}", at(valid));
    let answer = house.client.get(&path).await;
    if answer.status == 200 { answer.json } else { answer.json["code"].clone() }
}

async fn patch(house: &House, id: &str, body: Value) -> testkit::Answer {
    let path = format!("/api/v1/resources/{id}");
    let version = house.client.get(&path).await.json["version"].as_i64().unwrap();
    house.client.patch(&path, version, body).await
}

#[tokio::test]
async fn resource_answers_as_of_a_moment_and_as_it_was_known() {
    let house = house().await;
    let id = house.make("host", "web1").await;
    house.clock.advance(Duration::from_secs(100));
    patch(&house, &id, json!({"name": "web2", "attributes": {"memory_bytes": 1}})).await;
    house.clock.advance(Duration::from_secs(100));
    patch(&house, &id, json!({"attributes": {"memory_bytes": 2}})).await;
    assert_eq!(as_of(&house, &id, 50, None).await["name"], "web1");
    assert_eq!(as_of(&house, &id, 150, None).await["attributes"], json!({"memory_bytes": 1}));
    assert_eq!(as_of(&house, &id, 1000, None).await["attributes"], json!({"memory_bytes": 2}));
    assert_eq!(as_of(&house, &id, -1, None).await, "not-there-yet");
    // On the evening of the first day nobody knew of the second memory.
    let known = as_of(&house, &id, 1000, Some(150)).await;
    assert_eq!(known["attributes"], json!({"memory_bytes": 1}));
    let history = house.client.get(&format!("/api/v1/resources/{id}/history")).await.json;
    let entries: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|v| &v["entry"]).collect();
    assert_eq!(entries, [3, 2, 1]);
    assert_eq!(history["items"][0]["recorded_by"], "administrator");
    assert_eq!(history["items"][0]["valid_to"], Value::Null);
}

#[tokio::test]
async fn back_dated_change_is_known_from_when_it_was_told_and_undoes_nothing_later() {
    let house = house().await;
    let id = house.make("host", "web1").await;
    house.clock.advance(Duration::from_secs(100));
    patch(&house, &id, json!({"name": "web2"})).await;
    house.clock.advance(Duration::from_secs(100));
    let told = json!({"attributes": {"contact": "Mara"}, "effective_at": at(50)});
    let answer = patch(&house, &id, told).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(answer.json["attributes"], json!({"contact": "Mara"}));
    assert_eq!(answer.json["name"], "web2");
    for (valid, known, name, contact) in [
        (40, None, "web1", Value::Null),
        (60, None, "web1", json!("Mara")),
        (150, None, "web2", json!("Mara")),
        (60, Some(199), "web1", Value::Null),
        (150, Some(199), "web2", Value::Null),
    ] {
        let found = as_of(&house, &id, valid, known).await;
        assert_eq!((&found["name"], &found["attributes"]["contact"]), (&json!(name), &contact));
    }
    let fact = &house.facts().await[0];
    assert_eq!(fact.detail["effective_at"], at(50));
}

#[tokio::test]
async fn change_ahead_of_time_comes_true_by_itself() {
    let house = house().await;
    let id = house.make("host", "web1").await;
    let told = json!({"name": "web9", "effective_at": at(1000)});
    let answer = patch(&house, &id, told).await;
    assert_eq!((answer.status.as_u16(), &answer.json["name"]), (200, &json!("web1")));
    // What is said in the meantime stays, and so does what was said ahead.
    house.clock.advance(Duration::from_secs(100));
    patch(&house, &id, json!({"description": "front"})).await;
    assert_eq!(as_of(&house, &id, 999, None).await["name"], "web1");
    let then = as_of(&house, &id, 1000, None).await;
    assert_eq!((&then["name"], &then["description"]), (&json!("web9"), &json!("front")));
    assert_eq!(house.resources.come_due(&Holding::everything()).await.unwrap(), (0, 0));
    house.clock.advance(Duration::from_secs(900));
    assert_eq!(house.resources.come_due(&Holding::everything()).await.unwrap(), (1, 0));
    assert_eq!(house.resources.come_due(&Holding::everything()).await.unwrap(), (0, 0));
    let today = house.client.get(&format!("/api/v1/resources/{id}")).await.json;
    assert_eq!((&today["name"], &today["description"]), (&json!("web9"), &json!("front")));
    let fact = &house.facts().await[0];
    assert_eq!(
        (fact.verb.as_str(), &fact.detail["fields"]),
        ("resource.changed", &json!(["name"]))
    );
}

#[tokio::test]
async fn relation_has_its_history_and_may_be_back_dated() {
    let house = house().await;
    let [a, b] = [house.make("host", "a").await, house.make("host", "b").await];
    house.clock.advance(Duration::from_secs(100));
    let body = json!({"kind": "depends-on", "from": a, "to": b, "valid_from": at(50)});
    let made = house.client.post("/api/v1/relations", body).await;
    assert_eq!(made.status, 201, "{}", made.json);
    house.clock.advance(Duration::from_secs(100));
    let path =
        format!("/api/v1/relations/{}?ended_at={}", made.json["id"].as_str().unwrap(), at(150));
    assert_eq!(house.client.delete(&path, None).await.status, 204);
    let diff = async |from: i64, to: i64| {
        let path = format!("/api/v1/resources/{a}/diff?from={}&to={}", at(from), at(to));
        let diff = house.client.get(&path).await.json;
        let count = |list: &str| diff[list].as_array().unwrap().len();
        (count("relations_added"), count("relations_removed"))
    };
    assert_eq!(diff(40, 60).await, (1, 0));
    assert_eq!(diff(60, 140).await, (0, 0));
    assert_eq!(diff(60, 160).await, (0, 1));
    let history = house.client.get(&format!("/api/v1/resources/{b}/relation-history")).await.json;
    let present: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|v| v["present"].clone()).collect();
    assert_eq!(present, [json!(false), json!(true)]);
}

#[tokio::test]
async fn two_moments_differ_field_by_field_over_the_whole_register() {
    let house = house().await;
    let first = house.make("host", "a").await;
    house.make("host", "untouched").await;
    house.clock.advance(Duration::from_secs(100));
    patch(&house, &first, json!({"name": "b", "attributes": {"contact": "Mara"}})).await;
    let second = house.make("disk", "new").await;
    let path = format!("/api/v1/resources/diff?from={}&to={}", at(50), at(200));
    let found = house.client.get(&path).await.json;
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    let changed = &found["items"][0];
    assert_eq!(changed["resource"], json!(first));
    assert_eq!(
        changed["fields"],
        json!([
            {"field": "name", "before": "a", "after": "b"},
            {"field": "attributes.contact", "before": null, "after": "Mara"},
        ])
    );
    let new = &found["items"][1];
    assert_eq!((&new["resource"], &new["there_before"]), (&json!(second), &json!(false)));
    let hosts = house.client.get(&format!("{path}&kind=host&limit=1")).await.json;
    assert_eq!((hosts["items"].as_array().unwrap().len(), &hosts["next"]), (1, &Value::Null));
}

#[tokio::test]
async fn moments_that_make_no_sense_are_refused() {
    let house = house().await;
    let id = house.make("host", "a").await;
    house.clock.advance(Duration::from_secs(100));
    for effective_at in [at(-5), "2099-01-01T00:00:00Z".to_owned()] {
        let answer = patch(&house, &id, json!({"name": "b", "effective_at": effective_at})).await;
        assert_eq!((answer.status.as_u16(), fields(&answer.json)), (400, vec!["effective_at"]));
    }
    let new = json!({"kind": "host", "name": "c", "valid_from": at(101)});
    let answer = house.client.post("/api/v1/resources", new).await;
    assert_eq!((answer.status.as_u16(), fields(&answer.json)), (400, vec!["valid_from"]));
    let path = format!("/api/v1/resources/{id}/diff?from={}&to={}", at(9), at(8));
    let answer = house.client.get(&path).await;
    assert_eq!((answer.status.as_u16(), fields(&answer.json)), (400, vec!["to"]));
    let path = format!("/api/v1/resources/{id}?as_of=yesterday");
    assert_eq!(house.client.get(&path).await.status, 400);
    let old = json!({"kind": "host", "name": "old", "valid_from": "2001-01-01T00:00:00Z"});
    let old = house.client.post("/api/v1/resources", old).await.json;
    let path =
        format!("/api/v1/resources/{}?as_of=2005-01-01T00:00:00Z", old["id"].as_str().unwrap());
    assert_eq!(house.client.get(&path).await.json["name"], "old");
}

/// Whoever a resource is moved to saw what it had been where they hold nothing.
#[tokio::test]
async fn past_of_what_was_moved_in_is_seen_from_when_it_came() {
    const NORTH: &str = "01890a5d-0000-7000-8000-000000000001";
    const SOUTH: &str = "01890a5d-0000-7000-8000-000000000002";
    let house = house().await;
    let new = json!({"kind": "host", "name": "web", "unit_id": SOUTH, "description": "secret"});
    let made = house.client.post("/api/v1/resources", new).await;
    let id = made.json["id"].as_str().unwrap().to_owned();
    let other = json!({"kind": "host", "name": "old", "unit_id": NORTH});
    let other = house.client.post("/api/v1/resources", other).await;
    let other = other.json["id"].as_str().unwrap().to_owned();
    let relation = house.relate("depends-on", &id, &other).await;
    house.clock.advance(Duration::from_secs(100));
    let relation = format!("/api/v1/relations/{}", relation.json["id"].as_str().unwrap());
    assert_eq!(house.client.delete(&relation, None).await.status, 204);
    house.clock.advance(Duration::from_secs(100));
    patch(&house, &id, json!({"unit_id": NORTH, "description": "open"})).await;
    house.clock.advance(Duration::from_secs(100));
    patch(&house, &id, json!({"description": "later"})).await;
    let units = [NORTH.to_owned()].into();
    let within = kernel::Within { units, ..kernel::Within::default() };
    let north = house.client.holding(&["resource.read"], &within);
    let path = format!("/api/v1/resources/{id}");
    let count = async |client: &testkit::Client, part: &str| {
        let list = client.get(&format!("{path}/{part}")).await.json;
        list["items"].as_array().unwrap_or_else(|| panic!("{list}")).len()
    };
    assert_eq!((count(&house.client, "history").await, count(&north, "history").await), (3, 2));
    let part = "relation-history";
    assert_eq!((count(&house.client, part).await, count(&north, part).await), (2, 0));
    let then = |seconds: i64| format!("{path}?as_of={}", at(seconds));
    assert_eq!(north.get(&then(250)).await.json["description"], "open");
    assert_eq!(north.get(&then(50)).await.json["code"], "not-there-yet");
    assert_eq!(house.client.get(&then(50)).await.json["description"], "secret");
    for list in [format!("{path}/diff"), "/api/v1/resources/diff".to_owned()] {
        let diff = north.get(&format!("{list}?from={}", at(50))).await;
        assert_eq!(diff.status, 200, "{}", diff.json);
        let said = diff.json.to_string();
        assert!(said.contains("later") && !said.contains("secret"), "{said}");
        assert!(!said.contains(SOUTH), "{said}");
    }
}

/// What was in a region all along told of what had come to it what that was related to before.
#[tokio::test]
async fn relation_to_what_came_is_seen_from_when_it_came() {
    const NORTH: &str = "01890a5d-0000-7000-8000-000000000001";
    const SOUTH: &str = "01890a5d-0000-7000-8000-000000000002";
    let house = house().await;
    let make = async |name: &str, unit: &str| {
        house.clock.advance(Duration::from_millis(1));
        let new = json!({"kind": "host", "name": name, "unit_id": unit});
        let made = house.client.post("/api/v1/resources", new).await;
        made.json["id"].as_str().unwrap().to_owned()
    };
    let (web, db) = (make("web", SOUTH).await, make("db", NORTH).await);
    let old = house.relate("depends-on", &web, &db).await.json;
    house.clock.advance(Duration::from_secs(100));
    let old = format!("/api/v1/relations/{}", old["id"].as_str().unwrap());
    assert_eq!(house.client.delete(&old, None).await.status, 204);
    assert_eq!(house.relate("runs-on", &web, &db).await.status, 201);
    house.clock.advance(Duration::from_secs(100));
    patch(&house, &web, json!({"unit_id": NORTH})).await;
    house.clock.advance(Duration::from_secs(100));
    let units = [NORTH.to_owned()].into();
    let within = kernel::Within { units, ..kernel::Within::default() };
    let north = house.client.holding(&["resource.read"], &within);
    let relations = async |client: &testkit::Client, id: &str| {
        let list = client.get(&format!("/api/v1/resources/{id}/relation-history")).await.json;
        let items = list["items"].as_array().unwrap().clone();
        let kind = |one: &Value| one["kind"].as_str().unwrap().to_owned();
        items.iter().map(kind).collect::<Vec<_>>()
    };
    assert_eq!(relations(&house.client, &db).await.len(), 3);
    assert_eq!(relations(&north, &db).await, ["runs-on"]);
    assert_eq!(relations(&north, &web).await, ["runs-on"]);
    let diff = async |client: &testkit::Client, from: i64| {
        let path = format!("/api/v1/resources/{db}/diff?from={}", at(from));
        let diff = client.get(&path).await.json;
        let count = |list: &str| diff[list].as_array().unwrap().len();
        (count("relations_added"), count("relations_removed"))
    };
    assert_eq!((diff(&house.client, 50).await, diff(&house.client, 150).await), ((1, 1), (0, 0)));
    // That it runs there was so before it came, and is seen since then.
    assert_eq!((diff(&north, 50).await, diff(&north, 150).await), ((1, 0), (1, 0)));
    let impact = async |client: &testkit::Client, id: &str, then: i64| {
        let path = format!("/api/v1/resources/{id}/impact?as_of={}", at(then));
        client.get(&path).await.json
    };
    let affected = |impact: &Value| impact["affected"].as_array().map(Vec::len);
    for then in [50, 150] {
        assert_eq!(affected(&impact(&house.client, &db, then).await), Some(1));
        assert_eq!(affected(&impact(&north, &db, then).await), Some(0));
        assert_eq!(impact(&north, &web, then).await["code"], "not-there-yet");
    }
    assert_eq!(affected(&impact(&north, &db, 250).await), Some(1));
}
