use serde_json::json;

use crate::house::{all, house, refusal};

#[tokio::test]
async fn who_was_head_is_answered_for_any_day() {
    let house = house().await;
    let bureau = house.unit("bureau", None).await;
    let head = house.post("head", &bureau, true).await;
    let clerk = house.post("clerk", &bureau, false).await;
    let (ada, ben) = (house.person("1", "Ada", None).await, house.person("2", "Ben", None).await);
    house.hold(&ada, &head, "2021-01-01", Some("2026-03-01")).await;
    house.hold(&ben, &head, "2026-03-01", None).await;
    house.hold(&ada, &clerk, "2026-03-01", None).await;
    for (day, holder) in [
        ("2026-02-28", vec![ada.id.as_str()]),
        ("2026-03-01", vec![ben.id.as_str()]),
        ("2020-12-31", vec![]),
        ("2030-01-01", vec![ben.id.as_str()]),
    ] {
        let path = format!("/api/v1/holdings?unit_id={}&head=true&as_of={day}", bureau.id);
        let list = house.client.get(&path).await.json;
        assert_eq!(all(&list, "person_id"), holder, "{day}");
    }
}

#[tokio::test]
async fn what_was_known_on_a_day_is_still_known_to_have_been_known() {
    let house = house().await;
    let unit = house.unit("u1", None).await;
    let day = std::time::Duration::from_secs(86_400);
    house.clock.advance(4 * day);
    // On 5 June it becomes known that the name has been another since 1 March.
    let body = json!({"name": {"en": "New", "zh": "新"}, "from": "2026-03-01"});
    assert_eq!(house.change(&unit, body).await.status, 200);
    for (query, name) in [
        ("as_of=2026-02-28", "u1"),
        ("as_of=2026-03-01", "New"),
        ("as_of=2026-03-02&known_at=2026-06-03", "u1"),
        ("as_of=2026-03-02&known_at=2026-06-06", "New"),
    ] {
        let answer = house.client.get(&format!("{}?{query}", unit.path)).await;
        assert_eq!(answer.json["name"]["en"], name, "{query}");
        let list = house.client.get(&format!("/api/v1/units?{query}")).await.json;
        assert_eq!(list["items"][0]["name"]["en"], name, "{query}");
    }
    let before = house.client.get(&format!("{}?known_at=2026-05-01", unit.path)).await;
    assert_eq!(refusal(&before), (404, "not-found"));
    let history = house.client.get(&format!("{}/history", unit.path)).await.json;
    assert_eq!(history["items"].as_array().unwrap().len(), 3, "{history}");
    assert_ne!(history["items"][0]["superseded_at"], json!(null));
}

#[tokio::test]
async fn planned_change_takes_effect_by_itself() {
    let house = house().await;
    let unit = house.unit("u1", None).await;
    let body = json!({"name": {"en": "Later", "zh": "以后"}, "from": "2026-06-03"});
    assert_eq!(house.change(&unit, body).await.status, 200);
    let name = async || house.client.get(&unit.path).await.json["name"]["en"].clone();
    assert_eq!(name().await, "u1");
    assert_eq!(house.directory.trees().await.unwrap().unit(&unit.id).unwrap().name.en, "u1");
    house.clock.advance(std::time::Duration::from_secs(2 * 86_400));
    assert_eq!(name().await, "Later");
    assert_eq!(house.directory.trees().await.unwrap().unit(&unit.id).unwrap().name.en, "Later");
}

#[tokio::test]
async fn change_for_an_old_version_or_without_one_is_refused() {
    let house = house().await;
    let unit = house.unit("u1", None).await;
    let body = json!({"short_name": "u"});
    assert_eq!(house.client.patch(&unit.path, 1, body.clone()).await.status, 200);
    let stale = house.client.patch(&unit.path, 1, body.clone()).await;
    assert_eq!(refusal(&stale), (412, "stale-version"));
    let missing = house.client.send("PATCH", &unit.path, Some(body.to_string()), None).await;
    assert_eq!(refusal(&missing), (428, "version-missing"));
    // The same again changes nothing, and writes nothing.
    assert_eq!(house.change(&unit, body).await.json["version"], 2);
    assert_eq!(house.verbs().await, ["unit.created", "unit.changed"]);
}

#[tokio::test]
async fn change_before_the_beginning_or_after_the_end_is_refused() {
    let house = house().await;
    let unit = house.unit("u1", None).await;
    let early = house.change(&unit, json!({"short_name": "u", "from": "2019-12-31"})).await;
    assert_eq!(refusal(&early), (409, "not-then"));
    assert_eq!(house.act(&unit, "close", json!({"at": "2026-05-01"})).await.status, 200);
    let late = house.change(&unit, json!({"short_name": "u"})).await;
    assert_eq!(refusal(&late), (409, "not-then"));
    let closed = house.client.get(&unit.path).await;
    assert_eq!(closed.json["valid_to"], "2026-04-30T16:00:00Z");
    assert_eq!(house.client.get("/api/v1/units").await.json["items"], json!([]));
    let then = house.client.get("/api/v1/units?as_of=2026-04-30").await.json;
    assert_eq!(all(&then, "code"), ["u1"]);
    assert_eq!(refusal(&house.act(&unit, "close", json!({"at": "2019-01-01"})).await).0, 400);
}

#[tokio::test]
async fn subtree_of_a_day_is_what_was_below_on_that_day() {
    let house = house().await;
    let (a, b) = (house.unit("a", None).await, house.unit("b", None).await);
    let office = house.unit("office", Some(&a)).await;
    house.person("1", "Ada", Some(&office)).await;
    let moved = json!({"parent_id": b.id, "from": "2026-05-01"});
    assert_eq!(house.act(&office, "move", moved).await.status, 200);
    for (under, day, codes) in [
        (&a, "2026-04-30", vec!["a", "office"]),
        (&b, "2026-04-30", vec!["b"]),
        (&a, "2026-05-01", vec!["a"]),
        (&b, "2026-05-01", vec!["b", "office"]),
    ] {
        let path = format!("/api/v1/units?under={}&as_of={day}", under.id);
        assert_eq!(all(&house.client.get(&path).await.json, "code"), codes, "{day}");
        let path = format!("/api/v1/people?under={}&as_of={day}", under.id);
        let people = house.client.get(&path).await.json["items"].as_array().unwrap().len();
        assert_eq!(people, codes.len() - 1, "{day}");
    }
}

/// A region made without a day began in that moment, and nothing could be told of the time before.
#[tokio::test]
async fn beginning_is_corrected_to_an_earlier_day_when_nothing_contradicts() {
    let house = house().await;
    let named = |code: &str| json!({"code": code, "name": {"en": code, "zh": code}});
    let region = house.make("regions", named("3301")).await;
    let begin = async |path: &str, version: i64, at: &str| {
        let body = json!({ "at": at }).to_string();
        house.client.send("POST", &format!("{path}/begin"), Some(body), Some(version)).await
    };
    let asked = format!("{}?as_of=2001-01-01", region.path);
    assert_eq!(house.client.get(&asked).await.status, 404);
    let begun = begin(&region.path, 1, "2000-01-01").await;
    assert_eq!(begun.status, 200, "{}", begun.json);
    assert_eq!(begun.json["version"], 2);
    assert_eq!(house.client.get(&asked).await.json["code"], "3301");
    let later = begin(&region.path, 2, "2010-01-01").await;
    assert_eq!((later.status.as_u16(), &later.json["fields"][0]["field"]), (400, &json!("at")));
    assert_eq!(begin(&region.path, 1, "1999-01-01").await.status, 412);
    // A unit can be no older than the region that it answers for, nor than the unit above it.
    let mut body = named("u");
    body["region_id"] = json!(region.id);
    let unit = house.make("units", body).await;
    let refused = begin(&unit.path, 1, "1990-01-01").await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json["fields"][0]["field"]),
        (400, &json!("region_id"))
    );
    assert_eq!(begin(&unit.path, 1, "2005-01-01").await.status, 200);
    let facts = house.verbs().await;
    assert_eq!(facts.iter().filter(|verb| verb.ends_with(".changed")).count(), 2, "{facts:?}");
}

#[tokio::test]
async fn beginning_of_a_holding_is_corrected_when_both_were_there_and_nobody_held_it_twice() {
    let house = house().await;
    let unit = house.unit("a", None).await;
    let post = house.post("p", &unit, true).await;
    let person = house.person("1", "Ada", Some(&unit)).await;
    house.hold(&person, &post, "2021-01-01", Some("2022-01-01")).await;
    let held = house.hold(&person, &post, "2024-01-01", None).await;
    let begin = async |version: i64, at: &str| {
        let body = json!({ "at": at }).to_string();
        let path = format!("{}/begin", held.path);
        house.client.send("POST", &path, Some(body), Some(version)).await
    };
    assert_eq!(begin(1, "2025-01-01").await.status, 400, "not earlier");
    assert_eq!(begin(1, "2021-06-01").await.json["code"], "held-already");
    assert_eq!(begin(1, "2019-01-01").await.status, 400, "neither of them was there");
    let begun = begin(1, "2023-03-01").await;
    assert_eq!(begun.status, 200, "{}", begun.json);
    assert!(begun.json["valid_from"].as_str().unwrap().starts_with("2023-02-28T16"));
    let then = house.client.get("/api/v1/holdings?as_of=2023-06-01").await.json;
    assert_eq!(then["items"][0]["id"], json!(held.id));
    assert_eq!(begin(1, "2022-03-01").await.status, 412);
}
