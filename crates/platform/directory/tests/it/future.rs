use std::time::Duration;

use serde_json::{Value, json};
use testkit::Client;

use crate::{
    house::{House, Made, all, house, refusal},
    scope::{Two, two},
};

const LATER: &str = "as_of=2026-12-11";

/// Whether the thing is shown on a day to come: by itself, and in its list.
async fn shown(client: &Client, thing: &Made) -> [bool; 2] {
    let one = client.get(&format!("{}?{LATER}", thing.path)).await;
    let list = client.get(&format!("{}?{LATER}", thing.path.rsplit_once('/').unwrap().0)).await;
    [one.status == 200, all(&list.json, "id").contains(&thing.id.as_str())]
}

async fn pass(house: &House, days: u64) {
    house.clock.advance(Duration::from_secs(86_400 * days));
}

fn to(unit: &Made, from: &str) -> Value {
    json!({ "unit_id": unit.id, "from": from })
}

async fn change(two: &Two, thing: &Made, body: Value) {
    let changed = two.house.change(thing, body).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
}

/// Whoever had planned a return showed themselves what somebody is called elsewhere, and got them
/// back on that day.
#[tokio::test]
async fn move_to_another_unit_takes_the_place_of_what_was_planned_after_it() {
    let two = two().await;
    let (client, _) = two.northerner().await;
    let (south, [post, person, site]) =
        (&two.things[1].1, [2, 3, 5].map(|at: usize| &two.things[at].0));
    for thing in [post, person, site] {
        let planned = client.patch(&thing.path, 1, to(&two.north, "2026-12-10")).await;
        assert_eq!(planned.status, 200, "{}", planned.json);
        change(&two, thing, json!({ "unit_id": south.id })).await;
        let told = two.house.facts().await.pop().unwrap().detail["replaced_plans"].clone();
        assert_eq!(told, json!(["2026-12-09T16:00:00Z"]), "{}", thing.path);
    }
    change(&two, person, json!({ "name": "New" })).await;
    let told = two.house.facts().await.pop().unwrap().detail;
    assert!(told.get("replaced_plans").is_none(), "{told}");
    pass(&two.house, 200).await;
    for thing in [post, person, site] {
        assert_eq!(refusal(&client.get(&thing.path).await), (404, "not-found"));
        assert_eq!(shown(&client, thing).await, [false; 2], "{}", thing.path);
        assert_eq!(two.house.client.get(&thing.path).await.json["unit_id"], json!(south.id));
    }
}

#[tokio::test]
async fn future_of_what_is_not_seen_today_is_not_shown() {
    let two = two().await;
    let (client, _) = two.northerner().await;
    let office = &two.things[1];
    let [post, person, holding, site] = [2, 3, 4, 5].map(|at: usize| &two.things[at].0);
    for thing in [post, person, site] {
        change(&two, thing, json!({ "unit_id": office.1.id })).await;
        change(&two, thing, to(&office.0, "2026-12-10")).await;
    }
    for thing in [post, person, holding, site] {
        assert_eq!(client.get(&thing.path).await.status, 404, "{}", thing.path);
        assert_eq!(shown(&client, thing).await, [false; 2], "{}", thing.path);
        assert_eq!(shown(&two.house.client, thing).await, [true; 2], "{}", thing.path);
    }
    // Nor does a change that counts from then on show it.
    for (thing, body) in [
        (post, json!({ "title": { "en": "x", "zh": "x" }, "from": "2026-12-11" })),
        (person, json!({ "language": "en", "from": "2026-12-11" })),
        (holding, json!({ "share_percent": 50 })),
        (site, json!({ "address": "x", "from": "2026-12-11" })),
    ] {
        let version = two.house.version(thing).await;
        let answer = client.patch(&thing.path, version, body).await;
        assert_eq!(refusal(&answer), (404, "not-found"), "{}", thing.path);
    }
    // Who is to come to them, and is nowhere today, is theirs.
    let joining = json!({ "number": "x", "name": "Ada", "unit_id": office.0.id,
        "from": "2026-12-01" });
    let joining = two.house.make("people", joining).await;
    assert_eq!(shown(&client, &joining).await, [true; 2]);
    pass(&two.house, 195).await;
    for thing in [post, person, holding, site] {
        assert_eq!(client.get(&thing.path).await.status, 200, "{}", thing.path);
        assert_eq!(shown(&client, thing).await, [true; 2], "{}", thing.path);
    }
}

#[tokio::test]
async fn correction_of_what_is_over_leaves_the_plans() {
    let two = two().await;
    let (person, office) = (&two.things[3].0, &two.things[1].1);
    for (unit, from) in
        [(office, "2026-05-01"), (&two.south, "2026-12-10"), (&two.north, "2026-02-01")]
    {
        change(&two, person, to(unit, from)).await;
    }
    for (day, unit) in
        [("2026-03-01", &two.north), ("2026-06-02", office), ("2026-12-11", &two.south)]
    {
        let then = two.house.client.get(&format!("{}?as_of={day}", person.path)).await;
        assert_eq!(then.json["unit_id"], json!(unit.id), "{day}");
    }
}

#[tokio::test]
async fn move_of_a_unit_and_its_region_take_the_place_of_those_planned_after_them() {
    let house = house().await;
    let [a, b, c] =
        [house.unit("a", None).await, house.unit("b", None).await, house.unit("c", None).await];
    let office = house.unit("office", Some(&a)).await;
    for (parent, from) in [(&c, "2026-12-10"), (&b, "2026-06-01")] {
        let body = json!({ "parent_id": parent.id, "from": from });
        assert_eq!(house.act(&office, "move", body).await.status, 200);
    }
    let told = async || house.facts().await.pop().unwrap().detail["replaced_plans"].clone();
    assert_eq!(told().await, json!(["2026-12-09T16:00:00Z"]));
    let region = async |code: &str| {
        let body =
            json!({ "code": code, "name": { "en": code, "zh": code }, "from": "2020-01-01" });
        house.make("regions", body).await.id
    };
    let [planned, today] = [region("3302").await, region("3303").await];
    for (region, from) in [(&planned, "2026-12-10"), (&today, "2026-06-01")] {
        let body = json!({ "region_id": region, "from": from });
        assert_eq!(house.change(&office, body).await.status, 200);
    }
    assert_eq!(told().await, json!(["2026-12-09T16:00:00Z"]));
    let then = house.client.get(&format!("{}?{LATER}", office.path)).await.json;
    assert_eq!((&then["parent_id"], &then["region_id"]), (&json!(b.id), &json!(today)));
}
