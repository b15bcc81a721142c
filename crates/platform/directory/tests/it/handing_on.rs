//! What is planned for a thing elsewhere, by somebody who sees more, while it is still in the hands
//! of those who see nothing of that.

use kernel::{Granted, Within};
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    house::{Made, refusal},
    import::send,
    past::{Cities, MAY, cities, rows, within_of},
};

const MOVES: &str = "2027-02-02";
const THEN: &str = "as_of=2027-03-01";
const SECRET: &str = "zqxplanned";

/// The person, the post and the site are to go north, and to be called otherwise there.
async fn planned(all: &Cities) -> Client {
    let named = json!({"en": SECRET, "zh": SECRET});
    for (thing, body) in [
        (&all.person, json!({"name": SECRET})),
        (&all.post, json!({"title": named})),
        (&all.site, json!({"name": named})),
    ] {
        let mut body = body;
        body["unit_id"] = json!(all.north_top.id);
        body["from"] = json!(MOVES);
        assert_eq!(all.house.change(thing, body).await.status, 200, "{}", thing.path);
    }
    all.house.client.holding(&MAY, &all.holder(&all.south).await)
}

async fn by(all: &Cities, client: &Client, thing: &Made, verb: &str, body: Value) -> Answer {
    let version = all.house.version(thing).await;
    match verb {
        "" => client.patch(&thing.path, version, body).await,
        verb => {
            let path = format!("{}/{verb}", thing.path);
            client.send("POST", &path, Some(body.to_string()), Some(version)).await
        }
    }
}

async fn then(all: &Cities, thing: &Made) -> Value {
    let then = all.house.client.get(&format!("{}?{THEN}", thing.path)).await;
    assert_eq!(then.status, 200, "{}", then.json);
    then.json
}

#[tokio::test]
async fn what_is_to_leave_is_changed_until_it_does() {
    let all = cities().await;
    let south = planned(&all).await;
    for (thing, field, value) in [
        (&all.person, "language", json!("en")),
        (&all.post, "description", json!("x")),
        (&all.site, "address", json!("x")),
    ] {
        let changed = by(&all, &south, thing, "", json!({field: value})).await;
        assert_eq!(changed.status, 200, "{}", changed.json);
        // What is done to it today goes along; where it goes is not told.
        assert_eq!(changed.json["valid_to"], Value::Null, "{}", changed.json);
        let next = then(&all, thing).await;
        assert_eq!((&next[field], &next["unit_id"]), (&value, &json!(all.north_top.id)));
        assert!(next.to_string().contains(SECRET), "{next}");
        // Another place within the region takes the place of no plan beyond it.
        let to = json!({"unit_id": all.middle.id});
        let moved = by(&all, &south, thing, "", to).await;
        assert_eq!(moved.status, 200, "{}", moved.json);
        let next = then(&all, thing).await;
        assert_eq!(next["unit_id"], json!(all.north_top.id), "{next}");
        // From when it has left it is not theirs.
        let late = json!({field: value, "from": "2027-02-03"});
        assert_eq!(refusal(&by(&all, &south, thing, "", late).await), (404, "not-found"));
    }
    let facts = all.house.facts().await;
    let plans = facts.iter().filter(|fact| fact.detail.to_string().contains("2027-02-0"));
    assert_eq!(plans.count(), 3, "only what was planned is told of then");
}

#[tokio::test]
async fn what_is_to_leave_may_be_let_go_before() {
    let all = cities().await;
    let far = all.house.post("far", &all.north_top, false).await;
    let coming = all.house.hold(&all.person, &far, "2027-03-01", None).await;
    let late = all.house.person("late", "Late", Some(&all.north_top)).await;
    let south = planned(&all).await;
    let filled = all.house.hold(&late, &all.post, "2027-03-01", None).await;
    let at = json!({"at": "2026-12-01"});
    let left = by(&all, &south, &all.person, "leave", at.clone()).await;
    assert_eq!(left.status, 200, "{}", left.json);
    assert_eq!(left.json["name"], json!("Ada"));
    let closed = by(&all, &south, &all.post, "close", at.clone()).await;
    assert_eq!(closed.status, 200, "{}", closed.json);
    assert_eq!(by(&all, &south, &all.site, "close", at).await.status, 200);
    for thing in [&all.person, &all.post, &all.site] {
        let path = format!("{}?as_of=2026-12-02", thing.path);
        assert_eq!(all.house.client.get(&path).await.status, 404, "{path}");
        // Who planned it sees that it is there again, and may cancel that.
        assert_eq!(then(&all, thing).await["unit_id"], json!(all.north_top.id));
        let coming = format!("/api/v1/directory/coming-changes?id={}", thing.id);
        let coming = rows(&all.house.client, &coming).await;
        let begins = |one: &&Value| one["turn"] == json!("begins") && one["told_by"].is_string();
        assert_eq!(coming.iter().filter(begins).count(), 1, "{coming:?}");
    }
    for holding in [&coming, &filled] {
        assert_eq!(then(&all, holding).await["valid_to"], Value::Null);
    }
    let path = format!("{}?as_of=2026-12-02", all.holding.path);
    assert_eq!(all.house.client.get(&path).await.status, 404);
}

#[tokio::test]
async fn day_on_which_something_leaves_is_not_told() {
    let all = cities().await;
    let south = planned(&all).await;
    let share = json!({"share_percent": 7, "from": "2027-02-03"});
    assert_eq!(all.house.change(&all.holding, share).await.status, 200);
    // An end that they see is told.
    let stays = all.house.person("stays", "Stays", Some(&all.middle)).await;
    let leaves = all.house.act(&stays, "leave", json!({"at": "2027-02-05"})).await;
    assert_eq!(leaves.status, 200, "{}", leaves.json);
    assert!(south.get(&stays.path).await.json["valid_to"].is_string());
    for (thing, noun) in [
        (&all.person, "people"),
        (&all.post, "posts"),
        (&all.site, "sites"),
        (&all.holding, "holdings"),
    ] {
        let whole = all.house.client.get(&thing.path).await.json;
        assert!(whole["valid_to"].is_string(), "{whole}");
        assert_eq!(south.get(&thing.path).await.json["valid_to"], Value::Null, "{noun}");
        let list = rows(&south, &format!("/api/v1/{noun}")).await;
        let one = list.iter().find(|row| row["id"] == json!(thing.id)).unwrap();
        assert_eq!(one["valid_to"], Value::Null, "{noun}");
        if noun != "sites" {
            let history = rows(&south, &format!("{}/history", thing.path)).await;
            assert!(!format!("{history:?}").contains("2027-02"), "{noun}: {history:?}");
        }
    }
}

/// A file takes the place of a plan no more than a change by hand.
#[tokio::test]
async fn file_leaves_what_is_planned_elsewhere() {
    let all = cities().await;
    planned(&all).await;
    let within = within_of(&all.holder(&all.south).await);
    let held = json!({"directory.read": within, "directory.change": within}).to_string();
    for (sheet, csv, thing) in [
        ("people", "number,name,unit_code\n1,Ada,middle\n", &all.person),
        ("posts", "code,unit_code\ndesk,middle\n", &all.post),
        ("sites", "code,unit_code\nhall,middle\n", &all.site),
    ] {
        let path = format!("import?sheet={sheet}");
        let answer = send(&all.house, "POST", &path, &held, csv.as_bytes().to_vec()).await;
        assert_eq!(answer.json["faults_total"], json!(0), "{sheet}: {}", answer.json);
        let today = all.house.client.get(&thing.path).await.json;
        assert_eq!(today["unit_id"], json!(all.middle.id), "{sheet}");
        assert_eq!(then(&all, thing).await["unit_id"], json!(all.north_top.id), "{sheet}");
    }
}

/// A region of its own given to what is to leave kept it when it had left, and undid the plan.
#[tokio::test]
async fn region_of_its_own_keeps_nothing_that_is_to_leave() {
    let all = cities().await;
    let goes = json!({"unit_id": all.north_top.id, "from": MOVES});
    assert_eq!(all.house.change(&all.site, goes).await.status, 200);
    all.moved(json!({"parent_id": all.north_top.id, "from": MOVES})).await;
    let south = all.house.client.holding(&MAY, &all.holder(&all.south).await);
    let region = json!({"region_id": all.south.id});
    for thing in [&all.site, &all.office] {
        let given = by(&all, &south, thing, "", region.clone()).await;
        // The site as long as it is in its unit, which leaves itself; the unit until it leaves.
        let status = if thing.id == all.site.id { 403 } else { 200 };
        assert_eq!(given.status, status, "{}", given.json);
        assert_eq!(then(&all, thing).await["region_id"], Value::Null);
        let kept = south.get(&format!("{}?{THEN}", thing.path)).await;
        assert_eq!(kept.status, 404, "{}", kept.json);
    }
    // What is below, or in, something that leaves: it is not made to stay by a region, either.
    let below = json!({"code": "b", "name": {"en": "b", "zh": "b"}, "parent_id": all.office.id,
        "region_id": all.south.id});
    assert_eq!(refusal(&south.post("/api/v1/units", below).await), (403, "out-of-scope"));
    let inside = json!({"code": "i", "name": {"en": "i", "zh": "i"}, "unit_id": all.office.id,
        "region_id": all.south.id});
    assert_eq!(refusal(&south.post("/api/v1/sites", inside).await), (403, "out-of-scope"));
}

/// A plan for a region was changed, undone and closed by whoever had it until then.
#[tokio::test]
async fn region_that_is_to_leave_is_theirs_until_then() {
    let all = cities().await;
    let county = json!({"code": "370201", "name": {"en": "county", "zh": "county"},
        "parent_id": all.south.id, "from": "2019-01-01"});
    let county = all.house.make("regions", county).await;
    let goes = json!({"parent_id": all.north.id, "from": MOVES});
    assert_eq!(all.house.change(&county, goes).await.status, 200);
    let within = all.holder(&all.south).await;
    let granted = Granted { regions: [all.south.id.clone()].into(), ..Granted::default() };
    let within = Within { granted: vec![granted], ..within };
    let south = all.house.client.holding(&MAY, &within);
    let named = json!({"name": {"en": "own", "zh": "own"}});
    let changed = by(&all, &south, &county, "", named).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
    assert_eq!(changed.json["valid_to"], Value::Null, "{}", changed.json);
    assert_eq!(south.get(&county.path).await.json["valid_to"], Value::Null);
    for (verb, body) in [
        ("", json!({"name": {"en": "x", "zh": "x"}, "from": "2027-02-03"})),
        ("", json!({"parent_id": all.south.id, "from": "2027-02-03"})),
        ("close", json!({"at": "2027-02-03"})),
    ] {
        let refused = by(&all, &south, &county, verb, body.clone()).await;
        assert_eq!(refusal(&refused), (404, "not-found"), "{body}");
    }
    let closed = by(&all, &south, &county, "close", json!({"at": "2026-12-01"})).await;
    assert_eq!(refusal(&closed), (403, "out-of-scope"));
    let next = then(&all, &county).await;
    assert_eq!((&next["parent_id"], &next["name"]["en"]), (&json!(all.north.id), &json!("own")));
    let within = within_of(&within);
    let held = json!({"directory.read": within, "directory.change": within}).to_string();
    let csv = "code,name_zh,name_en,from\n370201,y,y,2027-02-03\n".as_bytes().to_vec();
    let file = send(&all.house, "POST", "import?sheet=regions", &held, csv).await;
    assert_ne!(file.json["faults_total"], json!(0), "{}", file.json);
    // One that they do not see is none.
    for verb in ["", "close", "begin"] {
        let body = json!({"at": "2018-01-01"});
        let body = if verb.is_empty() { json!({"kind": "x"}) } else { body };
        let refused = by(&all, &south, &all.north, verb, body).await;
        assert_eq!(refusal(&refused), (404, "not-found"), "{verb}: {}", refused.json);
    }
}

/// A site was put into a unit or a region of others, if only the other one was theirs.
#[tokio::test]
async fn site_is_put_only_into_what_is_theirs() {
    let all = cities().await;
    let south = all.house.client.holding(&MAY, &all.holder(&all.south).await);
    let units = all.house.directory.trees().await.unwrap().unit_subtree(&all.south_top.id);
    let unit = Within { units, ..Within::default() };
    let unit = all.house.client.holding(&MAY, &unit);
    for (client, place) in [
        (&south, json!({"unit_id": all.north_top.id, "region_id": all.south.id})),
        (&unit, json!({"unit_id": all.office.id, "region_id": all.north.id})),
    ] {
        let refused = by(&all, client, &all.site, "", place.clone()).await;
        assert_eq!(refusal(&refused), (403, "out-of-scope"), "{place}");
        let mut new = place.clone();
        new["code"] = json!("new");
        new["name"] = json!({"en": "new", "zh": "new"});
        let refused = client.post("/api/v1/sites", new).await;
        assert_eq!(refusal(&refused), (403, "out-of-scope"), "{place}");
    }
    let both = json!({"unit_id": all.middle.id, "region_id": all.south.id});
    assert_eq!(by(&all, &south, &all.site, "", both).await.status, 200);
    // A unit of theirs answers for that region.
    let back = json!({"unit_id": all.office.id, "region_id": all.south.id});
    assert_eq!(by(&all, &unit, &all.site, "", back).await.status, 200);
    // Nor is it taken from a region of others.
    let north = json!({"region_id": all.north.id});
    assert_eq!(all.house.change(&all.site, north).await.status, 200);
    let taken = by(&all, &unit, &all.site, "", json!({"region_id": null})).await;
    assert_eq!(refusal(&taken), (403, "out-of-scope"), "{}", taken.json);
    let within = json!({"units": all.house.directory.trees().await.unwrap()
        .unit_subtree(&all.south_top.id), "regions": [], "answering": [], "resources": [],
        "granted": []});
    let held = json!({"directory.read": within, "directory.change": within}).to_string();
    let csv = "code,unit_code,region_code\nhall,middle,3702\n".as_bytes().to_vec();
    let file = send(&all.house, "POST", "import?sheet=sites", &held, csv).await;
    assert_ne!(file.json["faults_total"], json!(0), "{}", file.json);
}

/// A post that is to leave is filled for the time before; one below a unit that is to leave is not
/// filled beyond that.
#[tokio::test]
async fn post_is_filled_as_long_as_it_is_theirs() {
    let all = cities().await;
    let stays = all.house.person("stays", "Stays", Some(&all.middle)).await;
    let below = all.unit("below", Some(&all.office), None).await;
    let under = all.house.post("under", &below, false).await;
    let leaves = all.house.post("leaves", &all.middle, false).await;
    let goes = json!({"unit_id": all.north_top.id, "from": MOVES});
    assert_eq!(all.house.change(&leaves, goes).await.status, 200);
    all.moved(json!({"parent_id": all.north_top.id, "from": MOVES})).await;
    let south = all.house.client.holding(&MAY, &all.holder(&all.south).await);
    for post in [&leaves, &under] {
        for (to, status) in [(Value::Null, 403), (json!("2027-02-03"), 403), (json!(MOVES), 201)] {
            let holding = json!({"person_id": stays.id, "post_id": post.id, "to": to});
            let held = south.post("/api/v1/holdings", holding).await;
            assert_eq!(held.status, status, "{to}: {}", held.json);
        }
        // Nor is the end called off that it must have, nor does a file give it none.
        let list = format!("/api/v1/holdings?post_id={}", post.id);
        let holding = rows(&south, &list).await[0]["id"].as_str().unwrap().to_owned();
        let holding = Made { path: format!("/api/v1/holdings/{holding}"), id: holding };
        let cancel = json!({"noun": "holding", "id": holding.id, "at": MOVES}).to_string();
        let version = all.house.version(&holding).await;
        let path = "/api/v1/directory/coming-changes/cancel";
        let cancelled = south.send("POST", path, Some(cancel), Some(version)).await;
        assert_eq!(refusal(&cancelled), (403, "out-of-scope"), "{}", cancelled.json);
    }
    let within = within_of(&all.holder(&all.south).await);
    let held = json!({"directory.read": within, "directory.change": within}).to_string();
    for (post, to, faults) in [("under", "", 1), ("leaves", "", 1), ("leaves", "2027-01-01", 0)] {
        let head = "person_number,post_code,kind,share_percent,from,to";
        let csv = format!("{head}\n1,{post},acting,10,2026-12-01,{to}\n").into_bytes();
        let file = send(&all.house, "POST", "import?dry_run=true&sheet=holdings", &held, csv).await;
        assert_eq!(file.json["faults_total"], json!(faults), "{post}: {}", file.json);
    }
}

/// What they had told themselves for the time before was not theirs to call off.
#[tokio::test]
async fn own_plans_before_it_leaves_are_called_off() {
    let all = cities().await;
    let south = planned(&all).await;
    let at = "2026-12-01";
    let path = "/api/v1/directory/coming-changes/cancel";
    for (verb, body) in [
        ("", json!({"name": "Other", "from": at})),
        ("", json!({"unit_id": all.middle.id, "from": at})),
        ("leave", json!({"at": at})),
    ] {
        let told = by(&all, &south, &all.person, verb, body.clone()).await;
        assert_eq!(told.status, 200, "{body}: {}", told.json);
        let cancel = json!({"noun": "person", "id": all.person.id, "at": at}).to_string();
        let version = all.house.version(&all.person).await;
        let cancelled = south.send("POST", path, Some(cancel), Some(version)).await;
        assert_eq!(cancelled.status, 204, "{body}: {}", cancelled.json);
        let between = all.house.client.get(&format!("{}?as_of=2026-12-02", all.person.path)).await;
        assert_eq!(between.json["name"], json!("Ada"), "{body}: {}", between.json);
        assert_eq!(then(&all, &all.person).await["unit_id"], json!(all.north_top.id), "{body}");
    }
}

/// Whoever has the unit and no region decided which region it was to answer for no more.
#[tokio::test]
async fn region_that_a_unit_is_to_answer_for_is_decided_by_who_has_it() {
    let all = cities().await;
    let answers = json!({"region_id": all.north.id, "from": MOVES});
    assert_eq!(all.house.change(&all.office, answers).await.status, 200);
    let units = all.house.directory.trees().await.unwrap().unit_subtree(&all.south_top.id);
    let unit = Within { units, ..Within::default() };
    let unit = all.house.client.holding(&MAY, &unit);
    let path = "/api/v1/directory/coming-changes/cancel";
    let cancel = json!({"noun": "unit", "id": all.office.id, "at": MOVES}).to_string();
    let version = all.house.version(&all.office).await;
    let cancelled = unit.send("POST", path, Some(cancel), Some(version)).await;
    assert_eq!(refusal(&cancelled), (403, "out-of-scope"));
    let other = json!({"region_id": null, "from": MOVES});
    let other = by(&all, &unit, &all.office, "", other).await;
    assert_eq!(refusal(&other), (403, "out-of-scope"), "{}", other.json);
    let none = by(&all, &unit, &all.office, "", json!({"region_id": null})).await;
    assert_eq!(none.status, 200, "{}", none.json);
    assert_eq!(then(&all, &all.office).await["region_id"], json!(all.north.id));
}

/// Whoever has the unit of a site took it back from a region, or into it, by calling off a plan.
#[tokio::test]
async fn place_of_a_site_is_called_off_by_who_has_what_it_leaves_and_enters() {
    let all = cities().await;
    let hall = json!({"code": "hall2", "name": {"en": "h", "zh": "h"}, "unit_id": all.office.id,
        "region_id": all.north.id});
    let hall = all.house.make("sites", hall).await;
    let units = all.house.directory.trees().await.unwrap().unit_subtree(&all.south_top.id);
    let unit = Within { units, ..Within::default() };
    let unit = all.house.client.holding(&MAY, &unit);
    let path = "/api/v1/directory/coming-changes/cancel";
    for (site, region) in [(&all.site, json!(all.north.id)), (&hall, Value::Null)] {
        let goes = json!({"region_id": region, "from": MOVES});
        assert_eq!(all.house.change(site, goes).await.status, 200);
        let cancel = json!({"noun": "site", "id": site.id, "at": MOVES}).to_string();
        let version = all.house.version(site).await;
        let cancelled = unit.send("POST", path, Some(cancel.clone()), Some(version)).await;
        assert_eq!(refusal(&cancelled), (403, "out-of-scope"), "{}", cancelled.json);
        assert_eq!(then(&all, site).await["region_id"], region);
        let all_may = all.house.client.send("POST", path, Some(cancel), Some(version)).await;
        assert_eq!(all_may.status, 204, "{}", all_may.json);
    }
}
