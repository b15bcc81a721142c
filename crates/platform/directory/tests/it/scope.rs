use std::collections::BTreeSet;

use http_kit::SearchSource;
use kernel::{Caller, Grant, Held, Scope, Within};
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::house::{House, Made, all, house, refusal};

/// Two cities, each with an office, a post, a person and a holding.
pub(crate) struct Two {
    pub(crate) house: House,
    pub(crate) north: Made,
    pub(crate) south: Made,
    pub(crate) things: Vec<(Made, Made)>,
}

pub(crate) async fn two() -> Two {
    let house = house().await;
    let top = house.unit("top", None).await;
    let (north, south) =
        (house.unit("north", Some(&top)).await, house.unit("south", Some(&top)).await);
    let mut things = Vec::new();
    let mut of = Vec::new();
    for (code, unit) in [("n", &north), ("s", &south)] {
        let office = house.unit(&format!("{code}-office"), Some(unit)).await;
        let post = house.post(&format!("{code}-post"), &office, code == "n").await;
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
    pub(crate) async fn northerner(&self) -> (Client, Within) {
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

/// Refusals once named holders, units and posts of elsewhere.
#[tokio::test]
async fn refusal_names_nothing_that_lies_outside_the_scope() {
    let two = two().await;
    let (client, _) = two.northerner().await;
    let [(_, _), _, (post, far_post), (person, _), ..] = &two.things[..] else { panic!("six") };
    let office = two.house.unit("far-office", Some(&two.south)).await;
    let far = two.house.person("far-1", "Faraday", Some(&office)).await;
    two.house.hold(&far, post, "2024-01-01", None).await;
    two.house.hold(person, far_post, "2024-01-01", None).await;
    let close = format!("{}/close", post.path);
    let version = client.get(&post.path).await.json["version"].as_i64().unwrap();
    let body = json!({"at": "2030-01-01"}).to_string();
    let refused = client.send("POST", &close, Some(body.clone()), Some(version)).await;
    assert_eq!(refusal(&refused), (409, "still-needed"));
    let said = refused.json["detail"].as_str().unwrap();
    assert!(said.contains("2 holders (王小明 …)") && !said.contains("Faraday"), "{said}");
    let whole = two.house.client.send("POST", &close, Some(body), Some(version)).await;
    assert!(whole.json["detail"].as_str().unwrap().contains("Faraday"), "{}", whole.json);
    let body = json!({"person_id": person.id, "post_id": far_post.id, "from": "2025-01-01"});
    let refused = client.post("/api/v1/holdings", body).await;
    assert!(!refused.json.to_string().contains("s-post"), "{}", refused.json);
    // A post that is not seen was refused with another answer than one that there is not.
    let absent = "01890a5d-ac96-774b-bcce-b302099a8057";
    let body = json!({"person_id": person.id, "post_id": absent, "from": "2025-01-01"});
    let unknown = client.post("/api/v1/holdings", body).await;
    assert_eq!([refusal(&refused), refusal(&unknown)], [(400, "invalid"); 2]);
    let said = |answer: &Answer| answer.json["fields"].to_string();
    assert_eq!(said(&refused), said(&unknown).replace(absent, &far_post.id));
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

/// Two regions with a unit each; who holds the north; a unit below that of the north which answers
/// for the south.
struct Regions {
    house: House,
    north: Made,
    top: Made,
    office: Made,
    south_office: Made,
    desk: Made,
}

async fn regions() -> Regions {
    let house = house().await;
    let region = async |code: &str| {
        let body = json!({"code": code, "name": {"en": code, "zh": code}, "from": "2020-01-01"});
        house.make("regions", body).await
    };
    let (north, south) = (region("3701").await, region("3702").await);
    let unit = async |code: &str, region: &Made, parent: Option<&Made>| {
        let body = json!({"code": code, "name": {"en": code, "zh": code}, "from": "2020-01-01",
            "region_id": region.id, "parent_id": parent.map(|unit| &unit.id)});
        house.make("units", body).await
    };
    let top = unit("n-top", &north, None).await;
    let office = unit("n-office", &north, Some(&top)).await;
    let south_office = unit("s-office", &south, None).await;
    let desk = unit("s-desk", &south, Some(&office)).await;
    Regions { north, top, office, south_office, desk, house }
}

impl Regions {
    /// Who looks after the north.
    async fn northerner(&self) -> Client {
        let trees = self.house.directory.trees().await.unwrap();
        let regions = trees.region_subtree(&self.north.id);
        let answering = trees.units_answering(&regions);
        let within = Within { regions, answering, ..Within::default() };
        self.house.client.holding(&["directory.read", "directory.change"], &within)
    }

    async fn unit(&self, code: &str) -> Made {
        let body = json!({"code": code, "name": {"en": code, "zh": code}, "from": "2020-01-01",
            "region_id": self.north.id, "parent_id": self.top.id});
        self.house.make("units", body).await
    }

    async fn act(&self, client: &Client, made: &Made, verb: &str, body: Value) -> Answer {
        let version = self.house.version(made).await;
        let path = format!("{}/{verb}", made.path);
        client.send("POST", &path, Some(body.to_string()), Some(version)).await
    }
}

/// A merge, and a split, moved units of another region, and changed who was to come from there.
#[tokio::test]
async fn merge_and_split_change_nothing_of_another_region() {
    let all = regions().await;
    let (into, arrival) = (all.unit("n-into").await, all.unit("n-arrival").await);
    let far = all.house.person("far-1", "Faraday", Some(&all.south_office)).await;
    let comes = json!({"unit_id": arrival.id, "from": "2027-01-01"});
    assert_eq!(all.house.change(&far, comes).await.status, 200);
    let client = all.northerner().await;
    for (unit, unseen) in [(&all.office, &all.desk), (&arrival, &far)] {
        let before = all.house.client.get(&format!("{}?as_of=2028-01-01", unseen.path)).await.json;
        let split = json!({"parts": [{"code": "n-new", "name": {"en": "x", "zh": "x"},
            "rest": true}]});
        let merge = json!({"units": [unit.id]});
        for (on, verb, body) in [(&into, "merge", merge), (unit, "split", split)] {
            let refused = all.act(&client, on, verb, body).await;
            assert_eq!(refusal(&refused), (403, "out-of-scope"), "{verb}: {}", refused.json);
            let said = refused.json.to_string();
            let names = [&unseen.id, "s-desk", "far-1", "Faraday"];
            assert!(names.iter().all(|name| !said.contains(*name)), "{said}");
        }
        let after = all.house.client.get(&format!("{}?as_of=2028-01-01", unseen.path)).await.json;
        assert_eq!(before, after);
        // Named by its id it answers like one that there is not.
        let list = if unseen.id == far.id { "people" } else { "units" };
        let absent = "01890a5d-ac96-774b-bcce-b302099a8057";
        let mut said = Vec::new();
        for id in [absent, &unseen.id] {
            let mut part = json!({"code": "n-new", "name": {"en": "x", "zh": "x"}, "rest": true});
            part[list] = json!([id]);
            let refused = all.act(&client, unit, "split", json!({"parts": [part]})).await;
            assert_eq!(refusal(&refused), (400, "invalid"), "{}", refused.json);
            said.push(refused.json["fields"].to_string().replace(id, ""));
        }
        assert_eq!(said[0], said[1]);
    }
    let whole = all.act(&all.house.client, &into, "merge", json!({"units": [all.office.id]})).await;
    assert_eq!(whole.status, 200, "{}", whole.json);
}

/// Who did not see the whole directory was told numbers alone, also of what they see.
#[tokio::test]
async fn what_keeps_a_thing_open_is_named_as_far_as_it_is_seen() {
    let all = regions().await;
    let near = json!({"code": "n-desk", "name": {"en": "x", "zh": "x"}, "from": "2020-01-01",
        "parent_id": all.office.id});
    all.house.make("units", near).await;
    let client = all.northerner().await;
    let at = json!({"at": "2030-01-01"});
    let unit = all.act(&client, &all.office, "close", at.clone()).await;
    let region = all.act(&client, &all.north, "close", at).await;
    let said = |answer: &Answer| answer.json["detail"].as_str().unwrap().to_owned();
    assert!(said(&unit).contains("2 units below it (n-desk …)"), "{}", unit.json);
    assert!(said(&region).contains("2 units (n-top, n-office)"), "{}", region.json);
    assert_eq!([refusal(&unit), refusal(&region)], [(409, "still-needed"); 2]);
}

/// The page of somebody asked for each of their posts, and got 404 for those that had moved away.
#[tokio::test]
async fn holdings_come_with_the_names_of_what_is_seen_and_of_nothing_else() {
    let two = two().await;
    let house = &two.house;
    let (client, _) = two.northerner().await;
    let [post, person, holding] = [2, 3, 4].map(|at: usize| &two.things[at].0);
    let career = format!("{}/holdings", person.path);
    let held = client.get(&career).await.json["items"][0].clone();
    assert_eq!((&held["id"], &held["person_name"]), (&json!(holding.id), &json!("王小明")));
    assert_eq!(held["post_title"], json!({"en": "n-post", "zh": "n-post"}));
    assert_eq!(held["post_unit_id"], json!(two.things[1].0.id));
    assert_eq!(client.get("/api/v1/holdings").await.json["items"][0], held);
    // The person goes south; who looks after the post sees it held, by somebody.
    let away = json!({ "unit_id": two.things[1].1.id });
    assert_eq!(house.change(person, away).await.status, 200);
    let held = client.get("/api/v1/holdings").await.json["items"][0].clone();
    assert_eq!(
        (&held["person_name"], &held["post_unit_id"]),
        (&json!(null), &json!(two.things[1].0.id))
    );
    // The other way round: the past of a post that has left.
    assert_eq!(house.change(person, json!({ "unit_id": two.things[1].0.id })).await.status, 200);
    let ended = house.act(holding, "end", json!({ "at": "2026-05-01" })).await;
    assert_eq!(ended.status, 200, "{}", ended.json);
    let away = json!({ "unit_id": two.things[1].1.id, "head": true });
    assert_eq!(house.change(post, away).await.status, 200);
    let past = client.get(&career).await.json["items"][0].clone();
    assert_eq!((&past["id"], &past["person_name"]), (&json!(holding.id), &json!("王小明")));
    assert_eq!((&past["post_title"], &past["post_unit_id"]), (&json!(null), &json!(null)));
    assert_eq!(client.get(&post.path).await.status, 404);
}
