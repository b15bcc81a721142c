//! What a caller is shown of the time when things were elsewhere, and of where they are to go.

use std::time::Duration;

use kernel::{Clock, Within};
use serde_json::{Value, json};
use testkit::Client;

use crate::{
    house::{House, Made, all, house},
    import::send,
};

const DAY: Duration = Duration::from_secs(86_400);
pub(crate) const MAY: [&str; 2] = ["directory.read", "directory.change"];
/// What only the south knew, all of it over since 2023.
const SECRETS: [&str; 3] = ["zqxsecret", "old@example.org", "zqxtitle"];

/// Two regions with a unit each, and an office two levels down in the south with a post, a person,
/// a site and a holding.
pub(crate) struct Cities {
    pub(crate) house: House,
    pub(crate) north: Made,
    pub(crate) south: Made,
    pub(crate) north_top: Made,
    pub(crate) south_top: Made,
    pub(crate) middle: Made,
    pub(crate) office: Made,
    pub(crate) post: Made,
    pub(crate) person: Made,
    pub(crate) site: Made,
    pub(crate) holding: Made,
}

pub(crate) async fn cities() -> Cities {
    let house = house().await;
    let region = async |code: &str| {
        let body = json!({"code": code, "name": {"en": code, "zh": code}, "from": "2019-01-01"});
        house.make("regions", body).await
    };
    let (north, south) = (region("3701").await, region("3702").await);
    let unit = async |code: &str, name: &str, region: Option<&Made>, parent: Option<&Made>| {
        let body = json!({"code": code, "name": {"en": name, "zh": name}, "from": "2020-01-01",
            "region_id": region.map(|one| &one.id), "parent_id": parent.map(|one| &one.id)});
        house.make("units", body).await
    };
    let north_top = unit("n-top", "north", Some(&north), None).await;
    let south_top = unit("s-top", "south", Some(&south), None).await;
    let middle = unit("middle", "middle", None, Some(&south_top)).await;
    let office = unit("office", SECRETS[0], None, Some(&middle)).await;
    let body = json!({"code": "desk", "title": {"en": SECRETS[2], "zh": SECRETS[2]},
        "unit_id": office.id, "from": "2020-01-01"});
    let post = house.make("posts", body).await;
    let body = json!({"number": "1", "name": "Ada", "unit_id": office.id, "from": "2020-01-01",
        "contacts": [{"way": "mail", "value": SECRETS[1]}]});
    let person = house.make("people", body).await;
    let holding = house.hold(&person, &post, "2020-01-01", None).await;
    let body = json!({"code": "hall", "name": {"en": "hall", "zh": "hall"}, "unit_id": office.id,
        "from": "2020-01-01"});
    let site = house.make("sites", body).await;
    for (thing, body) in [
        (&office, json!({"name": {"en": "new", "zh": "新"}, "from": "2023-01-01"})),
        (&post, json!({"title": {"en": "new", "zh": "新"}, "from": "2023-01-01"})),
        (&person, json!({"contacts": [], "from": "2023-01-01"})),
        (&site, json!({"address": "new", "from": "2023-01-01"})),
        (&holding, json!({"share_percent": 50, "from": "2023-01-01"})),
    ] {
        let changed = house.change(thing, body).await;
        assert_eq!(changed.status, 200, "{}", changed.json);
    }
    house.clock.advance(DAY);
    Cities {
        house,
        north,
        south,
        north_top,
        south_top,
        middle,
        office,
        post,
        person,
        site,
        holding,
    }
}

impl Cities {
    /// What the holder of a region holds today.
    pub(crate) async fn holder(&self, region: &Made) -> Within {
        let trees = self.house.directory.trees().await.unwrap();
        let regions = trees.region_subtree(&region.id);
        let answering = trees.units_answering(&regions);
        Within { regions, answering, ..Within::default() }
    }

    pub(crate) async fn unit(
        &self,
        code: &str,
        parent: Option<&Made>,
        region: Option<&Made>,
    ) -> Made {
        let body = json!({"code": code, "name": {"en": code, "zh": code}, "from": "2020-01-01",
            "parent_id": parent.map(|one| &one.id), "region_id": region.map(|one| &one.id)});
        self.house.make("units", body).await
    }

    pub(crate) async fn moved(&self, body: Value) {
        let moved = self.house.act(&self.office, "move", body).await;
        assert_eq!(moved.status, 200, "{}", moved.json);
    }
}

pub(crate) async fn rows(client: &Client, path: &str) -> Vec<Value> {
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.json);
    answer.json["items"].as_array().unwrap().clone()
}

/// A unit that came brought along what it, its posts and its people were called elsewhere.
#[tokio::test]
async fn past_of_what_came_is_seen_from_when_it_came() {
    let all = cities().await;
    all.moved(json!({"parent_id": all.north_top.id})).await;
    all.house.clock.advance(DAY);
    let within = all.holder(&all.north).await;
    let client = all.house.client.holding(&MAY, &within);
    for (thing, noun) in [
        (&all.office, "units"),
        (&all.post, "posts"),
        (&all.person, "people"),
        (&all.holding, "holdings"),
    ] {
        assert_eq!(client.get(&thing.path).await.status, 200, "{noun}");
        let now = rows(&client, &format!("/api/v1/{noun}")).await;
        assert!(now.iter().any(|row| row["id"] == json!(thing.id)), "{noun}");
        let history = rows(&client, &format!("{}/history", thing.path)).await;
        assert_eq!(history.len(), 1, "{noun}: {history:?}");
        for query in ["as_of=2021-06-01", "as_of=2024-06-01", "known_at=2026-06-01T12:00:00Z"] {
            let one = client.get(&format!("{}?{query}", thing.path)).await;
            assert_eq!(one.status, 404, "{noun} {query}: {}", one.json);
            let list = rows(&client, &format!("/api/v1/{noun}?{query}")).await;
            assert!(list.iter().all(|row| row["id"] != json!(thing.id)), "{noun} {query}");
            let whole = all.house.client.get(&format!("{}?{query}", thing.path)).await;
            assert_eq!(whole.status, 200, "{noun} {query}: {}", whole.json);
        }
        let said = format!("{now:?} {history:?}");
        assert!(!SECRETS.iter().any(|secret| said.contains(secret)), "{said}");
    }
    let held = json!({"directory.read": within_of(&within)}).to_string();
    for sheet in ["units", "posts", "people", "holdings"] {
        let path = format!("export?sheet={sheet}&as_of=2021-06-01");
        let out = send(&all.house, "GET", &path, &held, Vec::new()).await;
        let text = String::from_utf8(out.bytes).unwrap();
        let hidden = ["office", "desk", "Ada"].iter().chain(&SECRETS);
        assert!(!hidden.clone().any(|name| text.contains(*name)), "{sheet}: {text}");
    }
}

/// To whom the unit itself was granted, all of its past is open.
#[tokio::test]
async fn past_of_what_is_held_itself_is_seen() {
    let all = cities().await;
    all.moved(json!({"parent_id": all.north_top.id})).await;
    let units = [all.office.id.clone()].into();
    let client = all.house.client.holding(&MAY, &Within { units, ..Within::default() });
    for (thing, secret) in
        [(&all.office, SECRETS[0]), (&all.person, SECRETS[1]), (&all.post, SECRETS[2])]
    {
        let then = client.get(&format!("{}?as_of=2021-06-01", thing.path)).await;
        assert!(then.json.to_string().contains(secret), "{}", then.json);
        let history = rows(&client, &format!("{}/history", thing.path)).await;
        assert!(format!("{history:?}").contains(secret), "{history:?}");
    }
    assert_eq!(rows(&client, &format!("{}/history", all.holding.path)).await.len(), 3);
}

pub(crate) fn within_of(within: &Within) -> Value {
    let granted = within.granted.iter();
    let granted = granted.map(|one| json!({"units": one.units, "regions": one.regions}));
    json!({"units": within.units, "regions": within.regions, "answering": within.answering,
        "resources": within.resources, "granted": granted.collect::<Vec<_>>()})
}

/// Where a unit is to go was hidden in coming changes, and told by its history and by `as_of`.
#[tokio::test]
async fn where_something_is_to_go_is_told_to_nobody_who_does_not_see_it() {
    let cities = cities().await;
    let house = &cities.house;
    let branch = cities.unit("branch", None, Some(&cities.south)).await;
    let within = cities.holder(&cities.south).await;
    let client = house.client.holding(&MAY, &within);
    let below = cities.unit("below", Some(&cities.office), None).await;
    let stays = cities.unit("stays", Some(&cities.office), Some(&cities.south)).await;
    let within = cities.holder(&cities.south).await;
    let seen = house.client.holding(&MAY, &within);
    cities.moved(json!({"parent_id": cities.north_top.id, "from": "2027-02-02"})).await;
    let answers = json!({"region_id": cities.north.id, "from": "2027-02-02"});
    assert_eq!(house.change(&branch, answers).await.status, 200);
    let goes = json!({"unit_id": cities.north_top.id, "from": "2027-02-02"});
    for thing in [&cities.person, &cities.post] {
        assert_eq!(house.change(thing, goes.clone()).await.status, 200);
    }
    house.clock.advance(DAY);
    let planned = "as_of=2027-02-03";
    let hidden = [cities.north.id.as_str(), cities.north_top.id.as_str()];
    for thing in [&cities.office, &branch, &cities.person, &cities.post] {
        assert_eq!(client.get(&thing.path).await.status, 200, "{}", thing.path);
        assert_eq!(client.get(&format!("{}?{planned}", thing.path)).await.status, 404);
        let history = rows(&client, &format!("{}/history", thing.path)).await;
        let said = format!("{history:?}");
        assert!(!history.is_empty() && !hidden.iter().any(|id| said.contains(id)), "{said}");
    }
    // What is below goes along; what stays in the region is still shown.
    let then = client_list(&seen, &format!("/api/v1/units?{planned}")).await;
    let shown = [&cities.south_top, &cities.middle, &stays].map(|unit| unit.id.as_str());
    assert_eq!(all(&then, "id"), shown, "{then}");
    assert_eq!(seen.get(&format!("{}?{planned}", below.path)).await.status, 404);
    for query in [
        format!("units?under={}&{planned}", cities.north_top.id),
        format!("units?region_id={}&{planned}", cities.north.id),
        format!("people?under={}&{planned}", cities.north_top.id),
    ] {
        assert_eq!(client_list(&seen, &format!("/api/v1/{query}")).await["items"], json!([]));
    }
    let held = json!({"directory.read": within_of(&within)}).to_string();
    let path = format!("export?sheet=units&{planned}");
    let out = send(house, "GET", &path, &held, Vec::new()).await;
    let text = String::from_utf8(out.bytes).unwrap();
    assert!(text.contains("stays") && !text.contains("n-top") && !text.contains("3701"), "{text}");
    // Nor when it has been cancelled, by what was known before.
    let known = house.clock.now();
    house.clock.advance(DAY);
    let cancel = json!({"noun": "unit", "id": cities.office.id, "at": "2027-02-02"}).to_string();
    let version = house.version(&cities.office).await;
    let path = "/api/v1/directory/coming-changes/cancel";
    let cancelled = house.client.send("POST", path, Some(cancel), Some(version)).await;
    assert_eq!(cancelled.status, 204, "{}", cancelled.json);
    let before = format!("{}?{planned}&known_at={known}", cities.office.path);
    assert_eq!(client.get(&before).await.status, 404);
    assert_eq!(house.client.get(&before).await.json["parent_id"], json!(cities.north_top.id));
    let history = rows(&client, &format!("{}/history", cities.office.path)).await;
    assert!(!format!("{history:?}").contains(&cities.north_top.id), "{history:?}");
    let after = client.get(&format!("{}?{planned}", cities.office.path)).await;
    assert_eq!(after.json["parent_id"], json!(cities.middle.id), "{}", after.json);
}

async fn client_list(client: &Client, path: &str) -> Value {
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.json);
    answer.json
}
