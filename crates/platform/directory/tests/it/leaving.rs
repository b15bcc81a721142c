//! What a caller is shown of the time to come when a unit, or one above it, is planned to leave
//! their scope, and of the past of one that is told afterwards to have come.

use kernel::{Granted, Within};
use serde_json::{Value, json};
use testkit::Client;

use crate::{
    house::{Made, refusal},
    import::send,
    past::{Cities, MAY, cities, rows, within_of},
};

const SECRET: &str = "zqxplanned";
const THEN: &str = "as_of=2027-10-01";

/// What is in the office, by the noun of its routes.
fn inside(all: &Cities) -> [(&Made, &'static str); 4] {
    [
        (&all.post, "posts"),
        (&all.person, "people"),
        (&all.site, "sites"),
        (&all.holding, "holdings"),
    ]
}

/// The south by its region, and by its unit with all below it.
async fn southerners(all: &Cities) -> [Within; 2] {
    let trees = all.house.directory.trees().await.unwrap();
    let granted = Granted { units: [all.south_top.id.clone()].into(), ..Granted::default() };
    let units = trees.unit_subtree(&all.south_top.id);
    let by_unit = Within { units, granted: vec![granted], ..Within::default() };
    [all.holder(&all.south).await, by_unit]
}

/// Somebody of elsewhere is to come, and all that is in the office is to be otherwise.
async fn plan(all: &Cities) -> Made {
    let house = &all.house;
    let named = json!({"en": SECRET, "zh": SECRET});
    for (thing, body) in [
        (&all.post, json!({"title": named, "from": "2027-09-01"})),
        (&all.person, json!({"name": SECRET, "from": "2027-09-01"})),
        (&all.site, json!({"name": named, "from": "2027-09-01"})),
        (&all.holding, json!({"share_percent": 7, "from": "2027-09-01"})),
    ] {
        assert_eq!(house.change(thing, body).await.status, 200, "{}", thing.path);
    }
    let far = house.person("far", "Far", Some(&all.north_top)).await;
    house.hold(&far, &all.post, "2027-09-15", None).await
}

async fn assert_hidden(all: &Cities, client: &Client, within: &Within, coming: &Made, by: &str) {
    for (thing, noun) in inside(all).into_iter().chain([(coming, "holdings")]) {
        let one = client.get(&format!("{}?{THEN}", thing.path)).await;
        assert_eq!(one.status, 404, "{by} {noun}: {}", one.json);
        let list = rows(client, &format!("/api/v1/{noun}?{THEN}")).await;
        assert_eq!(list, Vec::<Value>::new(), "{by} {noun}");
    }
    for (thing, noun) in inside(all) {
        for day in ["2026-06-03", "2027-07-01"] {
            let before = client.get(&format!("{}?as_of={day}", thing.path)).await;
            assert_eq!(before.status, 200, "{by} {noun} {day}: {}", before.json);
        }
        let list = rows(client, &format!("/api/v1/{noun}?as_of=2027-07-01")).await;
        assert!(list.iter().any(|row| row["id"] == json!(thing.id)), "{by} {noun}");
        // Sites have no history of their own.
        if noun == "sites" {
            continue;
        }
        let history = rows(client, &format!("{}/history", thing.path)).await;
        let said = format!("{history:?}");
        let hidden = [SECRET, "\"share_percent\": Number(7)", &all.north_top.id];
        assert!(!history.is_empty(), "{by} {noun}");
        assert!(!hidden.iter().any(|text| said.contains(text)), "{by} {noun}: {said}");
    }
    let told = rows(client, "/api/v1/directory/coming-changes").await;
    assert!(told.iter().all(|one| one["noun"] == json!("unit")), "{by}: {told:?}");
    let held = json!({"directory.read": within_of(within)}).to_string();
    for sheet in ["posts", "people", "holdings", "sites"] {
        let path = format!("export?sheet={sheet}&{THEN}");
        let text = send(&all.house, "GET", &path, &held, Vec::new()).await.bytes;
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.trim().lines().count(), 1, "{by} {sheet}: {text}");
    }
}

async fn assert_not_changed(all: &Cities, client: &Client, by: &str) {
    for (thing, body) in [
        (&all.post, json!({"description": "x", "from": "2027-10-01"})),
        (&all.person, json!({"language": "en", "from": "2027-10-01"})),
        (&all.site, json!({"address": "x", "from": "2027-10-01"})),
        (&all.holding, json!({"share_percent": 9, "from": "2027-10-01"})),
    ] {
        let version = all.house.version(thing).await;
        let changed = client.patch(&thing.path, version, body).await;
        assert_eq!(refusal(&changed), (404, "not-found"), "{by} {}", thing.path);
    }
    // Today it is theirs, whatever is planned for it when it has left.
    for (thing, body) in [
        (&all.post, json!({"description": "x"})),
        (&all.person, json!({"language": "en"})),
        (&all.site, json!({"address": "x"})),
    ] {
        let version = all.house.version(thing).await;
        let changed = client.patch(&thing.path, version, body).await;
        assert_eq!(changed.status, 200, "{by} {}: {}", thing.path, changed.json);
        assert_eq!(changed.json["valid_to"], Value::Null, "{by} {}", thing.path);
    }
    let path = "/api/v1/directory/coming-changes/cancel";
    for (noun, thing) in [("person", &all.person), ("holding", &all.holding)] {
        let cancel = json!({"noun": noun, "id": thing.id, "at": "2027-09-01"}).to_string();
        let version = all.house.version(thing).await;
        let cancelled = client.send("POST", path, Some(cancel), Some(version)).await;
        assert_eq!(refusal(&cancelled), (409, "nothing-coming"), "{by} {noun}");
    }
    let new = json!({"number": "n", "name": "N", "unit_id": all.office.id, "from": "2027-10-01"});
    let made = client.post("/api/v1/people", new).await;
    assert_eq!(refusal(&made), (403, "out-of-scope"), "{by}: {}", made.json);
}

/// Who begins in the office once it has left, and who has left with it, is nobody here then.
async fn assert_not_appointed(all: &Cities, client: &Client, [late, chief]: [&Made; 2], by: &str) {
    let unborn = client.get(&late.path).await;
    assert_eq!(refusal(&unborn), (404, "not-found"), "{by}: {}", unborn.json);
    let version = Some(all.house.version(&all.office).await);
    let path = format!("{}/close", all.office.path);
    let close = client.send("POST", &path, Some("{}".to_owned()), version).await;
    assert!(!close.json.to_string().contains("late"), "{by}: {}", close.json);
    for person in [late, &all.person] {
        let holding = json!({"person_id": person.id, "post_id": chief.id, "from": "2027-12-10"});
        let held = client.post("/api/v1/holdings", holding).await;
        assert_eq!(held.json["fields"][0]["field"], "person_id", "{by}: {}", held.json);
    }
    let end = json!({"at": "2027-09-10"}).to_string();
    let version = all.house.version(&all.holding).await;
    let path = format!("{}/end", all.holding.path);
    let ended = client.send("POST", &path, Some(end), Some(version)).await;
    assert_eq!(refusal(&ended), (404, "not-found"), "{by}: {}", ended.json);
}

/// Only what was planned to move itself was hidden; what its unit was to take along was shown,
/// and could be changed, as if it stayed.
#[tokio::test]
async fn contents_of_a_unit_that_is_to_leave_are_not_shown_from_then_on() {
    for way in ["move", "region", "move of the unit above", "region of the unit above"] {
        let all = cities().await;
        let house = &all.house;
        let from = "2027-08-01";
        let to = json!({"parent_id": all.north_top.id, "from": from});
        let answers = json!({"region_id": all.north.id, "from": from});
        let done = match way {
            "move" => house.act(&all.office, "move", to).await,
            "region" => house.change(&all.office, answers).await,
            "move of the unit above" => house.act(&all.middle, "move", to).await,
            _ => house.change(&all.middle, answers).await,
        };
        assert_eq!(done.status, 200, "{way}: {}", done.json);
        let coming = plan(&all).await;
        let late = json!({"number": "late", "name": "Late", "unit_id": all.office.id,
            "from": "2027-09-15"});
        let late = house.make("people", late).await;
        let [by_region, by_unit] = southerners(&all).await;
        let held = house.client.holding(&MAY, &by_region);
        assert_hidden(&all, &held, &by_region, &coming, way).await;
        assert_not_changed(&all, &held, way).await;
        let below = rows(&held, &format!("/api/v1/units?{THEN}")).await;
        assert!(below.iter().all(|one| one["id"] != json!(all.office.id)), "{way}: {below:?}");
        let units = house.client.holding(&MAY, &by_unit);
        if way.starts_with("move") {
            assert_hidden(&all, &units, &by_unit, &coming, way).await;
            assert_not_changed(&all, &units, way).await;
        } else {
            // Whoever has the units above has it still.
            let then = units.get(&format!("{}?{THEN}", all.person.path)).await;
            assert_eq!(then.json["name"], json!(SECRET), "{way}: {}", then.json);
        }
        let chief = house.post("chief", &all.south_top, true).await;
        assert_not_appointed(&all, &held, [&late, &chief], way).await;
    }
}

/// What is said today to have been so for long was shown by the history and not as of those days.
#[tokio::test]
async fn unit_that_came_long_ago_is_seen_since_then() {
    let all = cities().await;
    all.moved(json!({"parent_id": all.north_top.id, "from": "2025-01-01"})).await;
    all.house.clock.advance(std::time::Duration::from_secs(86_400));
    let within = all.holder(&all.north).await;
    let client = all.house.client.holding(&MAY, &within);
    for (thing, noun) in inside(&all).into_iter().chain([(&all.office, "units")]) {
        for (query, status) in [
            ("as_of=2025-01-01", 200),
            ("as_of=2026-05-01", 200),
            ("as_of=2024-12-31", 404),
            ("as_of=2026-05-01&known_at=2026-06-01T12:00:00Z", 404),
            ("known_at=2026-06-01T12:00:00Z", 404),
        ] {
            let one = client.get(&format!("{}?{query}", thing.path)).await;
            assert_eq!(one.status, status, "{noun} {query}: {}", one.json);
            let list = rows(&client, &format!("/api/v1/{noun}?{query}")).await;
            let is_in = list.iter().any(|row| row["id"] == json!(thing.id));
            assert_eq!(is_in, status == 200, "{noun} {query}");
        }
        if noun == "sites" {
            continue;
        }
        let history = rows(&client, &format!("{}/history", thing.path)).await;
        let said = format!("{history:?}");
        assert_eq!(history.len(), 1, "{noun}: {said}");
        assert!(!said.contains(&all.south_top.id), "{noun}: {said}");
    }
}

/// A file is judged like a change by hand.
#[tokio::test]
async fn file_plans_nothing_in_a_unit_that_has_left_then() {
    let all = cities().await;
    all.moved(json!({"parent_id": all.north_top.id, "from": "2027-08-01"})).await;
    let [by_region, _] = southerners(&all).await;
    let held = json!({"directory.read": within_of(&by_region),
        "directory.change": within_of(&by_region)});
    for (from, faults) in [("2027-07-31", 0), ("2027-08-01", 1)] {
        let csv = format!("number,name,unit_code,from\nnew-{from},New,office,{from}\n");
        let path = "import?dry_run=true&sheet=people";
        let answer = send(&all.house, "POST", path, &held.to_string(), csv.into_bytes()).await;
        assert_eq!(answer.json["faults_total"], json!(faults), "{from}: {}", answer.json);
    }
}
