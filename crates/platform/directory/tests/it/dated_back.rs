//! What is dated back to when a thing, or what is above it, was elsewhere; and what is dated to
//! when a region is elsewhere.

use kernel::{Granted, Within};
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    house::{Made, refusal},
    import::send,
    past::{Cities, MAY, cities, within_of},
};

/// The office was in the north before, and came then.
const CAME: &str = "2026-03-01";
const BEFORE: &str = "2026-01-01";
const SEEN_THEN: &str = "as_of=2026-02-01";

/// The office with all that is in it has been in the south since [`CAME`], and was in the north.
async fn came() -> (Cities, Client) {
    let all = cities().await;
    all.moved(json!({"parent_id": all.north_top.id, "from": "2025-01-01"})).await;
    all.moved(json!({"parent_id": all.middle.id, "from": CAME})).await;
    let south = south(&all).await;
    (all, south)
}

async fn south(all: &Cities) -> Client {
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

/// Who holds a place today changed the past of what had come there, and saw it by that.
#[tokio::test]
async fn what_came_is_changed_from_when_it_came() {
    let (all, south) = came().await;
    let named = json!({"en": "hacked", "zh": "hacked"});
    for (thing, verb, body) in [
        (&all.office, "", json!({"name": named, "from": BEFORE})),
        (&all.office, "move", json!({"parent_id": all.south_top.id, "from": BEFORE})),
        (&all.office, "", json!({"region_id": all.south.id, "from": BEFORE})),
        (&all.person, "", json!({"name": "hacked", "from": BEFORE})),
        (&all.person, "", json!({"unit_id": all.south_top.id, "from": BEFORE})),
        (&all.person, "leave", json!({"at": BEFORE})),
        (&all.post, "", json!({"title": named, "from": BEFORE})),
        (&all.post, "close", json!({"at": BEFORE})),
        (&all.site, "", json!({"address": "hacked", "from": BEFORE})),
        (&all.holding, "", json!({"share_percent": 7, "from": BEFORE})),
        (&all.holding, "end", json!({"at": BEFORE})),
    ] {
        let refused = by(&all, &south, thing, verb, body.clone()).await;
        assert_eq!(refusal(&refused), (403, "out-of-scope"), "{} {verb} {body}", thing.path);
        assert_eq!(south.get(&format!("{}?{SEEN_THEN}", thing.path)).await.status, 404);
    }
    for (noun, mut body) in [
        ("posts", json!({"code": "new", "title": named})),
        ("people", json!({"number": "9", "name": "new"})),
        ("sites", json!({"code": "new", "name": named})),
    ] {
        body["unit_id"] = json!(all.office.id);
        body["from"] = json!(BEFORE);
        let refused = south.post(&format!("/api/v1/{noun}"), body).await;
        assert_eq!(refusal(&refused), (403, "out-of-scope"), "{noun}: {}", refused.json);
    }
    let changed = json!({"name": "Eve", "from": CAME});
    assert_eq!(by(&all, &south, &all.person, "", changed).await.status, 200);
}

/// The north's time in between is not changed over, either.
#[tokio::test]
async fn what_was_away_meanwhile_is_changed_from_when_it_came_back() {
    let (all, south) = came().await;
    let long_ago = json!({"name": "hacked", "from": "2024-06-01"});
    let refused = by(&all, &south, &all.person, "", long_ago).await;
    assert_eq!(refusal(&refused), (403, "out-of-scope"), "{}", refused.json);
    let post = json!({"code": "new", "title": {"en": "n", "zh": "n"}, "unit_id": all.office.id,
        "from": "2024-06-01"});
    assert_eq!(refusal(&south.post("/api/v1/posts", post).await), (403, "out-of-scope"));
}

/// By a file it was changed even where it is another's today.
#[tokio::test]
async fn file_changes_what_is_theirs_from_then_on() {
    let (all, _) = came().await;
    let leaves = all.house.person("7", "Leaves", Some(&all.middle)).await;
    let goes = json!({"unit_id": all.north_top.id, "from": CAME});
    assert_eq!(all.house.change(&leaves, goes).await.status, 200);
    let within = within_of(&all.holder(&all.south).await);
    let held = json!({"directory.read": within, "directory.change": within}).to_string();
    for (sheet, csv) in [
        ("people", format!("number,name,from\n7,hacked,{BEFORE}\n")),
        ("people", format!("number,name,from\n1,hacked,{BEFORE}\n")),
        ("people", format!("number,name,unit_code,from\n8,new,office,{BEFORE}\n")),
        ("units", format!("code,name_zh,parent_code,from\noffice,o,s-top,{BEFORE}\n")),
        ("posts", format!("code,title_zh,unit_code,from\nnew,new,office,{BEFORE}\n")),
        ("sites", format!("code,address,from\nhall,hacked,{BEFORE}\n")),
    ] {
        let path = format!("import?sheet={sheet}");
        let answer = send(&all.house, "POST", &path, &held, csv.clone().into_bytes()).await;
        let untouched = answer.json["faults_total"] != json!(0) || answer.status != 200;
        assert!(untouched, "{csv}: {}", answer.json);
    }
    let today = all.house.client.get(&leaves.path).await;
    assert_eq!(today.json["name"], json!("Leaves"));
    // What was over before it came is not theirs, either.
    let ended = all.house.hold(&leaves, &all.post, "2025-03-01", Some("2025-06-01")).await;
    let csv = "person_number,post_code,kind,share_percent,from,to\n7,desk,acting,9,2025-03-01,\n";
    let answer =
        send(&all.house, "POST", "import?sheet=holdings", &held, csv.as_bytes().to_vec()).await;
    assert_ne!(answer.json["faults_total"], json!(0), "{}", answer.json);
    let then = format!("{}?as_of=2025-04-01", ended.path);
    assert_ne!(all.house.client.get(&then).await.json["share_percent"], json!(9));
}

/// A holding that was over in another's time was changed without being seen.
#[tokio::test]
async fn holding_of_anothers_time_is_not_changed() {
    let (all, south) = came().await;
    let who = all.house.person("7", "Who", Some(&all.middle)).await;
    let ended = all.house.hold(&who, &all.post, "2025-03-01", Some("2025-06-01")).await;
    assert_eq!(south.get(&format!("{}?as_of=2025-04-01", ended.path)).await.status, 404);
    for (verb, body) in [
        ("", json!({"share_percent": 7, "from": "2025-04-01"})),
        ("end", json!({"at": "2025-04-01"})),
        ("begin", json!({"at": "2025-02-01"})),
    ] {
        let refused = by(&all, &south, &ended, verb, body).await;
        assert!(refused.status == 404 || refused.status == 403, "{verb}: {}", refused.json);
        assert!(refused.json["share_percent"].is_null(), "{verb}: {}", refused.json);
    }
}

/// What is to be told of a holding when its post is elsewhere hinders nobody before.
#[tokio::test]
async fn holding_is_changed_until_its_post_leaves() {
    let all = cities().await;
    let goes = json!({"unit_id": all.north_top.id, "from": "2027-02-02"});
    assert_eq!(all.house.change(&all.post, goes).await.status, 200);
    let planned = json!({"share_percent": 11, "from": "2027-03-01"});
    assert_eq!(all.house.change(&all.holding, planned).await.status, 200);
    let south = south(&all).await;
    let changed = by(&all, &south, &all.holding, "", json!({"share_percent": 80})).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
    let then = all.house.client.get(&format!("{}?as_of=2027-03-02", all.holding.path)).await;
    assert_eq!(then.json["share_percent"], json!(11), "{}", then.json);
    let ended = by(&all, &south, &all.holding, "end", json!({"at": "2026-12-20"})).await;
    assert_eq!(ended.status, 200, "{}", ended.json);
}

/// It was begun when its post, or what it is part of, was another's.
#[tokio::test]
async fn beginning_is_put_back_only_into_time_that_is_theirs() {
    let (all, south) = came().await;
    let who = all.house.person("7", "Who", Some(&all.middle)).await;
    let held = all.house.hold(&who, &all.post, "2026-04-01", None).await;
    let unit = json!({"code": "late", "name": {"en": "late", "zh": "late"},
        "parent_id": all.office.id, "from": "2026-04-01"});
    let unit = all.house.make("units", unit).await;
    for thing in [&held, &unit] {
        let refused = by(&all, &south, thing, "begin", json!({"at": BEFORE})).await;
        assert_eq!(refusal(&refused), (403, "out-of-scope"), "{}", refused.json);
        let begun = by(&all, &south, thing, "begin", json!({"at": CAME})).await;
        assert_eq!(begun.status, 200, "{}", begun.json);
    }
    // Nor into time to come in which the post is away.
    for (unit, from) in [(&all.north_top, "2027-01-10"), (&all.office, "2027-01-20")] {
        let goes = json!({"unit_id": unit.id, "from": from});
        assert_eq!(all.house.change(&all.post, goes).await.status, 200);
    }
    let next = all.house.person("8", "Next", Some(&all.middle)).await;
    let coming = all.house.hold(&next, &all.post, "2027-01-30", None).await;
    let refused = by(&all, &south, &coming, "begin", json!({"at": "2027-01-15"})).await;
    assert_eq!(refusal(&refused), (403, "out-of-scope"), "{}", refused.json);
    let begun = by(&all, &south, &coming, "begin", json!({"at": "2027-01-25"})).await;
    assert_eq!(begun.status, 200, "{}", begun.json);
}

/// A region was entered, and left, by whoever has it today.
#[tokio::test]
async fn region_is_theirs_when_it_counts() {
    let all = cities().await;
    let county = json!({"code": "370201", "name": {"en": "county", "zh": "county"},
        "parent_id": all.south.id, "from": "2019-01-01"});
    let county = all.house.make("regions", county).await;
    let goes = json!({"parent_id": all.north.id, "from": "2027-01-10"});
    assert_eq!(all.house.change(&county, goes).await.status, 200);
    // Of a unit without a region, too.
    let lone = all.unit("lone", None, None).await;
    let (units, regions) = ([lone.id.clone()].into(), [all.south.id.clone()].into());
    let granted = Granted { units, regions, ..Granted::default() };
    let (units, granted) = ([lone.id.clone()].into(), vec![granted]);
    let within = Within { units, granted, ..all.holder(&all.south).await };
    let mix = all.house.client.holding(&MAY, &within);
    let late = "2027-01-15";
    let there = json!({"code": "there", "name": {"en": "there", "zh": "there"},
        "unit_id": lone.id, "region_id": county.id, "from": "2020-01-01"});
    let there = all.house.make("sites", there).await;
    let mut site = json!({"code": "s", "name": {"en": "s", "zh": "s"}, "unit_id": lone.id,
        "region_id": county.id, "from": late});
    let mut unit = json!({"code": "u", "name": {"en": "u", "zh": "u"}, "parent_id": lone.id,
        "region_id": county.id, "from": late});
    for (noun, body) in [("sites", &site), ("units", &unit)] {
        let refused = mix.post(&format!("/api/v1/{noun}"), body.clone()).await;
        assert_eq!(refusal(&refused), (403, "out-of-scope"), "{noun}: {}", refused.json);
    }
    let out = json!({"region_id": null, "from": late});
    let refused = by(&all, &mix, &there, "", out).await;
    assert!(refused.status == 403 || refused.status == 404, "{}", refused.json);
    // Until then it is theirs.
    site["from"] = json!("2026-12-20");
    unit["from"] = json!("2026-12-20");
    assert_eq!(mix.post("/api/v1/sites", site).await.status, 201);
    assert_eq!(mix.post("/api/v1/units", unit).await.status, 201);
}
