use std::collections::BTreeSet;

use http_kit::SearchSource;
use kernel::{Caller, Grant, Held, Scope, Within};
use serde_json::json;
use testkit::Client;

use crate::house::{House, Made, all, house, refusal};

/// Two cities, each with an office, a post, a person and a holding.
struct Two {
    house: House,
    north: Made,
    south: Made,
    things: Vec<(Made, Made)>,
}

async fn two() -> Two {
    let house = house().await;
    let top = house.unit("top", None).await;
    let (north, south) =
        (house.unit("north", Some(&top)).await, house.unit("south", Some(&top)).await);
    let mut things = Vec::new();
    let mut of = Vec::new();
    for (code, unit) in [("n", &north), ("s", &south)] {
        let office = house.unit(&format!("{code}-office"), Some(unit)).await;
        let post = house.post(&format!("{code}-post"), &office, true).await;
        let person = house.person(&format!("{code}-1"), "王小明", Some(&office)).await;
        let holding = house.hold(&person, &post, "2024-01-01", None).await;
        let site = json!({"code": code, "name": {"en": code, "zh": code}, "unit_id": office.id});
        let site = house.make("sites", site).await;
        of.push([unit.clone(), office, post, person, holding, site]);
    }
    for (theirs, others) in of[0].iter().zip(&of[1]) {
        things.push((theirs.clone(), others.clone()));
    }
    Two { house, north, south, things }
}

fn only(units: BTreeSet<String>) -> Within {
    Within { units, ..Within::default() }
}

impl Two {
    /// Someone who answers for the north.
    async fn northerner(&self) -> (Client, Within) {
        let trees = self.house.directory.trees().await.unwrap();
        let within = only(trees.unit_subtree(&self.north.id));
        let may = ["directory.read", "directory.change"];
        (self.house.client.holding(&may, &within), within)
    }
}

#[tokio::test]
async fn outside_of_the_scope_there_is_nothing() {
    let two = two().await;
    let (client, within) = two.northerner().await;
    for (theirs, others) in &two.things {
        assert_eq!(client.get(&theirs.path).await.status, 200, "{}", theirs.path);
        assert_eq!(client.get(&others.path).await.status, 404, "{}", others.path);
        let list = others.path.rsplit_once('/').unwrap().0;
        let seen = client.get(list).await.json;
        assert!(all(&seen, "id").contains(&theirs.id.as_str()), "{list}");
        assert!(!all(&seen, "id").contains(&others.id.as_str()), "{list}");
        let none = client.holding(&["directory.read"], &Within::default());
        assert_eq!(none.get(list).await.status, 403, "{list}");
    }
    for path in [
        format!("/api/v1/people?under={}", two.south.id),
        format!("/api/v1/holdings?under={}", two.south.id),
        format!("/api/v1/units?parent_id={}", two.south.id),
        "/api/v1/people?q=s-1".to_owned(),
    ] {
        assert_eq!(client.get(&path).await.json["items"], json!([]), "{path}");
    }
    let mut held = Held::default();
    held.add("directory.read", Scope::Within(std::sync::Arc::new(within)));
    let caller = Caller { grant: Grant::Held(std::sync::Arc::new(held)), ..Caller::stranger() };
    let hits = two.house.directory.search(&caller, "wxm", 9).await.unwrap();
    assert_eq!(hits.len(), 1);
}

#[tokio::test]
async fn scope_by_region_shows_the_units_that_answer_for_it() {
    let house = house().await;
    let region = json!({"code": "330100", "name": {"en": "Hangzhou", "zh": "杭州"}});
    let region = house.make("regions", region).await;
    let unit = json!({"code": "u", "name": {"en": "u", "zh": "u"}, "region_id": region.id});
    let unit = house.make("units", unit).await;
    house.unit("other", None).await;
    let person = json!({"number": "1", "name": "Ada", "unit_id": unit.id});
    house.make("people", person).await;
    house.person("2", "Ben", None).await;
    let site = json!({"code": "s", "name": {"en": "s", "zh": "s"}, "unit_id": unit.id});
    let site = house.make("sites", site).await;
    let within = Within {
        regions: [region.id.clone()].into(),
        answering: [unit.id.clone()].into(),
        ..Within::default()
    };
    let client = house.client.holding(&["directory.read"], &within);
    assert_eq!(all(&client.get("/api/v1/units").await.json, "code"), ["u"]);
    assert_eq!(all(&client.get("/api/v1/people").await.json, "number"), ["1"]);
    assert_eq!(client.get(&unit.path).await.status, 200);
    // What names the unit alone is where the unit is.
    assert_eq!(all(&client.get("/api/v1/sites").await.json, "id"), [site.id.as_str()]);
    assert_eq!(client.get(&site.path).await.status, 200);
    assert_eq!(client.get("/api/v1/regions").await.status, 200);
}

#[tokio::test]
async fn unit_is_not_given_to_a_region_that_is_not_held() {
    let house = house().await;
    let region = async |code: &str| {
        let body = json!({"code": code, "name": {"en": code, "zh": code}});
        house.make("regions", body).await
    };
    let (north, south) = (region("3701").await, region("3702").await);
    let unit = json!({"code": "u", "name": {"en": "u", "zh": "u"}, "region_id": north.id});
    let unit = house.make("units", unit).await;
    let may = ["directory.read", "directory.change"];
    let client = house.client.holding(&may, &only([unit.id.clone()].into()));
    let away = client.patch(&unit.path, 1, json!({"region_id": south.id})).await;
    assert_eq!(refusal(&away), (403, "out-of-scope"));
    let below = |region: &Made| {
        json!({"code": region.id, "name": {"en": "b", "zh": "b"}, "parent_id": unit.id,
            "region_id": region.id})
    };
    assert_eq!(client.post("/api/v1/units", below(&south)).await.status, 403);
    let made = client.post("/api/v1/units", below(&north)).await;
    assert_eq!(made.status, 201, "{}", made.json);
}

/// Regions were the map for everybody; now a county does not see the inside of its neighbour.
#[tokio::test]
async fn regions_are_seen_down_to_what_is_held_and_up_to_the_top() {
    let house = house().await;
    let region = async |code: &str, parent: Option<&Made>| {
        let body = json!({"code": code, "name": {"en": code, "zh": code},
            "parent_id": parent.map(|parent| &parent.id)});
        house.make("regions", body).await
    };
    let province = region("37", None).await;
    let north = region("3701", Some(&province)).await;
    region("370101", Some(&north)).await;
    let south = region("3702", Some(&province)).await;
    let inner = region("370201", Some(&south)).await;
    let trees = house.directory.trees().await.unwrap();
    let within = Within { regions: trees.region_subtree(&north.id), ..Within::default() };
    let client = house.client.holding(&["directory.read"], &within);
    let seen = client.get("/api/v1/regions").await.json;
    assert_eq!(all(&seen, "code"), ["37", "3701", "370101"]);
    for hidden in [&south, &inner] {
        assert_eq!(client.get(&hidden.path).await.status, 404, "{}", hidden.path);
    }
    assert_eq!(client.get(&province.path).await.status, 200);
    let below = client.get(&format!("/api/v1/regions?parent_id={}", south.id)).await.json;
    assert_eq!(below["items"], json!([]));
}

#[tokio::test]
async fn change_needs_the_scope_over_both_old_and_new_place() {
    let two = two().await;
    let (client, _) = two.northerner().await;
    let (theirs, others) = (&two.things[3].0, &two.things[3].1);
    let office = &two.things[1];
    let body = json!({"unit_id": office.1.id});
    let out = client.patch(&theirs.path, 1, body.clone()).await;
    assert_eq!(refusal(&out), (403, "out-of-scope"));
    let unseen = client.patch(&others.path, 1, body).await;
    assert_eq!(refusal(&unseen), (404, "not-found"));
    let within = json!({"unit_id": two.north.id});
    assert_eq!(client.patch(&theirs.path, 1, within).await.status, 200);
    for (path, body) in [
        ("units", json!({"code": "x", "name": {"en": "x", "zh": ""}, "parent_id": two.south.id})),
        ("units", json!({"code": "x", "name": {"en": "x", "zh": ""}})),
        ("posts", json!({"code": "x", "title": {"en": "x", "zh": ""}, "unit_id": two.south.id})),
        ("people", json!({"number": "x", "name": "x"})),
        ("regions", json!({"code": "x", "name": {"en": "x", "zh": ""}})),
    ] {
        let answer = client.post(&format!("/api/v1/{path}"), body).await;
        assert_eq!(refusal(&answer), (403, "out-of-scope"), "{path}");
    }
    let ours = json!({"code": "x", "name": {"en": "x", "zh": ""}, "parent_id": two.north.id});
    assert_eq!(client.post("/api/v1/units", ours).await.status, 201);
    let moved = json!({"parent_id": two.south.id}).to_string();
    let path = format!("{}/move", office.0.path);
    let answer = client.send("POST", &path, Some(moved), Some(1)).await;
    assert_eq!(refusal(&answer), (403, "out-of-scope"));
    let merge = json!({"units": [two.south.id]}).to_string();
    let path = format!("{}/merge", two.north.path);
    let answer = client.send("POST", &path, Some(merge), Some(1)).await;
    assert_eq!(refusal(&answer), (404, "not-found"));
}

#[tokio::test]
async fn whoever_may_only_look_changes_nothing() {
    let two = two().await;
    let (client, within) = two.northerner().await;
    let client = client.holding(&["directory.read"], &within);
    let facts = two.house.verbs().await.len();
    for (theirs, _) in &two.things {
        assert_eq!(client.patch(&theirs.path, 1, json!({})).await.status, 403);
        let list = theirs.path.rsplit_once('/').unwrap().0;
        assert_eq!(client.post(list, json!({})).await.status, 403);
        assert_eq!(two.house.client.as_stranger().get(list).await.status, 401);
    }
    assert_eq!(two.house.verbs().await.len(), facts);
}

#[tokio::test]
async fn change_that_counts_from_long_ago_needs_the_scope_over_what_it_reaches() {
    let two = two().await;
    let (client, _) = two.northerner().await;
    let (office, person) = (&two.things[1].1, &two.things[3].0);
    // In May the person has gone to the south: what was before is not the north's to change now.
    let gone = json!({"unit_id": office.id, "from": "2026-05-01"});
    assert_eq!(two.house.change(person, gone).await.status, 200);
    let version = two.house.version(person).await;
    let body = json!({"name": "Mallory", "from": "2021-01-01"});
    let refused = client.patch(&person.path, version, body).await;
    assert_eq!(refused.status, 404, "{}", refused.json);
    let seen = client.get(&format!("{}?as_of=2021-01-01", person.path)).await;
    assert_eq!(seen.json["name"], "王小明");
}
