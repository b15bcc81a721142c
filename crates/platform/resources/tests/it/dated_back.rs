//! What is dated back, or told ahead, by who holds a part of the house: it was, or will be, theirs
//! then, and was all the time since.

use directory::{RegionChange, UnitChange};
use kernel::{Caller, Granted, Text, Time, Within};
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{house::fields, journal_sight::Scene};

const BOTH: [&str; 2] = ["resource.read", "resource.change"];
const DAY: u64 = 86_400;
const BEGUN: i64 = 1_700_000_000;

/// So many days after all began; the tests are at day 100.
fn moment(day: i64) -> Time {
    Time::from_seconds(BEGUN + day * 86_400)
}

fn day(day: i64) -> String {
    moment(day).to_string()
}

/// Another unit, by its id.
pub(crate) async fn unit(scene: &Scene, code: &str, region: Option<&str>) -> String {
    let region = region.map(|region| Some(region.parse().unwrap()));
    let (code, name) = (Some(code.to_owned()), Some(Text::same(code)));
    let new = UnitChange { code, name, region, ..UnitChange::default() };
    let system = Caller::system("test");
    let made = scene.directory.create_unit(&system, &new, None, moment(0)).await.unwrap();
    made.id.to_string()
}

/// Another region, by its id.
async fn region(scene: &Scene, code: &str, parent: &str) -> String {
    let (code, name) = (Some(code.to_owned()), Some(Text::same(code)));
    let parent = Some(Some(parent.parse().unwrap()));
    let new = RegionChange { code, name, parent, ..RegionChange::default() };
    let system = Caller::system("test");
    scene.directory.create_region(&system, &new, moment(0)).await.unwrap().id.to_string()
}

async fn move_region(scene: &Scene, id: &str, parent: &str, from: i64) {
    let (id, system) = (id.parse().unwrap(), Caller::system("test"));
    let known = scene.directory.region(&system, id, None).await.unwrap();
    let parent = Some(Some(parent.parse().unwrap()));
    let change = RegionChange { parent, ..RegionChange::default() };
    let from = moment(from);
    scene.directory.change_region(&system, id, known.version, &change, from).await.unwrap();
}

async fn answer_for(scene: &Scene, unit: &str, region: &str, from: i64) {
    let (id, system) = (unit.parse().unwrap(), Caller::system("test"));
    let known = scene.directory.unit(&system, id, None).await.unwrap();
    let change =
        UnitChange { region: Some(Some(region.parse().unwrap())), ..UnitChange::default() };
    let from = moment(from);
    scene.directory.change_unit(&system, id, known.version, &change, from).await.unwrap();
}

async fn host(scene: &Scene, name: &str, unit: &str) -> String {
    scene.later(1);
    let new = json!({ "kind": "host", "name": name, "unit_id": unit });
    let made = scene.house.client.post("/api/v1/resources", new).await;
    assert_eq!(made.status, 201, "{}", made.json);
    made.json["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn patch(scene: &Scene, by: &Client, id: &str, body: Value) -> Answer {
    let path = format!("/api/v1/resources/{id}");
    let version = scene.house.client.get(&path).await.json["version"].as_i64().unwrap();
    by.patch(&path, version, body).await
}

/// The status, and the fields that a refusal names.
fn said(answer: &Answer) -> (u16, Vec<&str>) {
    let named = if answer.status.is_success() { Vec::new() } else { fields(&answer.json) };
    (answer.status.as_u16(), named)
}

/// `units[0]` was in the other region from day 20 to day 50, when a secret was written into what is
/// in it; a desk was always in the first.
async fn interlude() -> (Scene, String, String) {
    let scene = Scene::new().await;
    let desk = unit(&scene, "DESK", Some(&scene.regions[0])).await;
    let id = host(&scene, "web", &scene.units[0]).await;
    scene.later(100 * DAY);
    scene.hand_over_from(0, 1, moment(20)).await;
    scene.hand_over_from(0, 0, moment(50)).await;
    let root = &scene.house.client;
    for (text, from) in [("secret", 35), ("clean", 48)] {
        let told = json!({ "description": text, "effective_at": day(from) });
        assert_eq!(patch(&scene, root, &id, told).await.status, 200);
    }
    (scene, desk, id)
}

#[tokio::test]
async fn change_is_not_dated_back_over_a_time_when_the_unit_was_elsewhere() {
    let (scene, desk, id) = interlude().await;
    let (north, south) = (scene.client(0).await, scene.client(1).await);
    let then = format!("/api/v1/resources/{id}?as_of={}", day(35));
    assert_eq!(north.get(&then).await.status, 404);
    for change in [
        json!({ "unit_id": desk, "effective_at": day(10) }),
        json!({ "unit_id": desk, "effective_at": day(35) }),
        json!({ "description": "hacked", "effective_at": day(10) }),
        json!({ "description": "hacked", "effective_at": day(35) }),
        // Nor is it told whether that is what was so.
        json!({ "description": "secret", "effective_at": day(35) }),
        json!({ "life_cycle": "no-such", "effective_at": day(35) }),
    ] {
        let refused = patch(&scene, &north, &id, change.clone()).await;
        assert_eq!(said(&refused), (403, vec!["effective_at"]), "{change}: {}", refused.json);
        assert!(!refused.json.to_string().contains("secret"), "{}", refused.json);
    }
    assert_eq!(north.get(&then).await.status, 404);
    assert!(south.get(&format!("/api/v1/resources/{id}")).await.status == 404);
    for change in [
        json!({ "description": "known", "effective_at": day(60) }),
        json!({ "unit_id": desk, "effective_at": day(60) }),
        json!({ "unit_id": desk, "effective_at": day(110) }),
    ] {
        let made = patch(&scene, &north, &id, change.clone()).await;
        assert_eq!(made.status, 200, "{change}: {}", made.json);
    }
    let whole = scene.house.client.get(&then).await.json;
    assert_eq!(
        (&whole["description"], &whole["unit_id"]),
        (&json!("secret"), &json!(scene.units[0]))
    );
}

#[tokio::test]
async fn change_is_not_dated_back_over_a_time_when_the_resource_was_elsewhere() {
    let (scene, desk, _) = interlude().await;
    // It begins before it is made, where somebody says so who holds everything.
    let new = json!({ "kind": "host", "name": "van", "unit_id": desk, "valid_from": day(0) });
    let made = scene.house.client.post("/api/v1/resources", new).await;
    let id = made.json["id"].as_str().unwrap().to_owned();
    for (unit, from) in [(&scene.units[1], 20), (&desk, 50)] {
        let told = json!({ "unit_id": unit, "effective_at": day(from) });
        assert_eq!(patch(&scene, &scene.house.client, &id, told).await.status, 200);
    }
    let north = scene.client(0).await;
    for (from, status) in [(10, 403), (19, 403), (20, 403), (49, 403), (50, 200), (99, 200)] {
        let told = json!({ "description": format!("{from}"), "effective_at": day(from) });
        let answer = patch(&scene, &north, &id, told).await;
        assert_eq!(answer.status, status, "{from}: {}", answer.json);
    }
    let told = json!({ "description": "x", "effective_at": day(10) });
    let root = patch(&scene, &scene.house.client, &id, told).await;
    assert_eq!(root.status, 200, "who holds everything may: {}", root.json);
}

#[tokio::test]
async fn resource_does_not_begin_where_the_unit_was_elsewhere() {
    let (scene, desk, _) = interlude().await;
    let north = scene.client(0).await;
    for (unit, from, status) in [
        (&scene.units[0], 10, 403),
        (&scene.units[0], 35, 403),
        (&scene.units[0], 50, 201),
        (&desk, 10, 201),
    ] {
        let new = json!({ "kind": "host", "name": "new", "unit_id": unit,
            "valid_from": day(from) });
        let answer = north.post("/api/v1/resources", new).await;
        assert_eq!(answer.status, status, "{from}: {}", answer.json);
        if status == 403 {
            assert_eq!(fields(&answer.json), ["valid_from"]);
        }
    }
}

#[tokio::test]
async fn relation_is_not_begun_or_ended_where_an_end_was_elsewhere() {
    let (scene, desk, web) = interlude().await;
    let (a, b) = (host(&scene, "a", &desk).await, host(&scene, "b", &desk).await);
    let north = scene.client(0).await;
    let relate = async |from: &str, to: &str, since: i64| {
        let body = json!({ "kind": "connects-to", "from": from, "to": to,
            "valid_from": day(since) });
        north.post("/api/v1/relations", body).await
    };
    for (from, to) in [(&web, &a), (&a, &web)] {
        for since in [10, 35] {
            let refused = relate(from, to, since).await;
            assert_eq!(said(&refused), (403, vec!["valid_from"]), "{}", refused.json);
        }
    }
    assert_eq!(relate(&a, &b, 10).await.status, 201);
    for (from, to) in [(&web, &a), (&b, &web)] {
        let made = relate(from, to, 60).await;
        assert_eq!(made.status, 201, "{}", made.json);
        let path = format!("/api/v1/relations/{}", made.json["id"].as_str().unwrap());
        let refused = north.delete(&format!("{path}?ended_at={}", day(10)), None).await;
        assert_eq!(said(&refused), (403, vec!["ended_at"]), "{}", refused.json);
        let ended = north.delete(&format!("{path}?ended_at={}", day(70)), None).await;
        assert_eq!(ended.status, 204, "{}", ended.json);
    }
}

/// Who holds a unit without a region, and the first region.
async fn mixed(scene: &Scene, unit: &str) -> Client {
    let mut within = scene.within(0).await;
    within.units.insert(unit.to_owned());
    within.granted = vec![Granted {
        units: [unit.to_owned()].into(),
        regions: [scene.regions[0].clone()].into(),
        ..Granted::default()
    }];
    scene.house.client.holding(&BOTH, &within)
}

/// It was asked of today, whenever the change counts.
#[tokio::test]
async fn region_is_the_callers_where_it_is_when_the_change_counts() {
    let scene = Scene::new().await;
    let office = unit(&scene, "OFFICE", None).await;
    let goes = region(&scene, "GOES", &scene.regions[0]).await;
    let came = region(&scene, "CAME", &scene.regions[1]).await;
    let id = host(&scene, "web", &office).await;
    scene.later(100 * DAY);
    move_region(&scene, &goes, &scene.regions[1], 110).await;
    move_region(&scene, &came, &scene.regions[0], 50).await;
    let mix = mixed(&scene, &office).await;
    for (region, at, status) in [
        (&goes, 115, 403),
        (&goes, 110, 403),
        (&came, 10, 403),
        (&came, 49, 403),
        (&goes, 105, 200),
        (&came, 50, 200),
    ] {
        let change = json!({ "region_id": region, "effective_at": day(at) });
        let answer = patch(&scene, &mix, &id, change).await;
        let named = if status == 403 { vec!["region_id"] } else { vec![] };
        assert_eq!(said(&answer), (status, named), "{at}: {}", answer.json);
    }
    for (from, status) in [(10, 403), (60, 201)] {
        let new = json!({ "kind": "host", "name": "new", "unit_id": office, "region_id": came,
            "valid_from": day(from) });
        assert_eq!(mix.post("/api/v1/resources", new).await.status, status, "{from}");
    }
    // To take it out of a region counts likewise.
    let other = host(&scene, "other", &office).await;
    let root = &scene.house.client;
    let told = json!({ "region_id": goes, "effective_at": day(102) });
    assert_eq!(patch(&scene, root, &other, told).await.status, 200);
    for (at, status) in [(111, 403), (105, 200)] {
        let change = json!({ "region_id": null, "effective_at": day(at) });
        let answer = patch(&scene, &mix, &other, change).await;
        assert_eq!(answer.status, status, "{at}: {}", answer.json);
    }
}

#[tokio::test]
async fn region_is_also_theirs_while_a_unit_of_theirs_answers_for_it() {
    let scene = Scene::new().await;
    let here = region(&scene, "HERE", &scene.regions[1]).await;
    let below = region(&scene, "BELOW", &here).await;
    let office = unit(&scene, "OFFICE", Some(&scene.regions[0])).await;
    let id = host(&scene, "web", &office).await;
    scene.later(100 * DAY);
    answer_for(&scene, &office, &here, 40).await;
    answer_for(&scene, &office, &scene.regions[0], 110).await;
    let granted = Granted { units: [office.clone()].into(), ..Granted::default() };
    let units = [office.clone()].into();
    let within = Within { units, granted: vec![granted], ..Within::default() };
    let by = scene.house.client.holding(&BOTH, &within);
    for (at, status) in [(39, 403), (110, 403), (120, 403), (109, 200), (40, 200)] {
        let change = json!({ "region_id": below, "effective_at": day(at) });
        let answer = patch(&scene, &by, &id, change).await;
        assert_eq!(answer.status, status, "{at}: {}", answer.json);
    }
}
