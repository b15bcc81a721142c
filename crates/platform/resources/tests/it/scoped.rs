//! What somebody learns who holds one unit or one region only.

use std::sync::Arc;

use kernel::{Caller, Text, Within};
use resources::Resources;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    house::{House, fields, house},
    searching::escape,
};

const NORTH: &str = "01890a5d-0000-7000-8000-000000000001";
const SOUTH: &str = "01890a5d-0000-7000-8000-000000000002";
const CITY: &str = "01890a5d-0000-7000-8000-000000000003";
const BOTH: [&str; 2] = ["resource.read", "resource.change"];

fn units(ids: &[&str]) -> Within {
    Within { units: ids.iter().map(|&id| id.to_owned()).collect(), ..Within::default() }
}

fn city(house: &House) -> Client {
    let within = Within { regions: [CITY.to_owned()].into(), ..Within::default() };
    house.client.holding(&BOTH, &within)
}

async fn make(house: &House, name: &str, unit: &str) -> String {
    let body = json!({"kind": "host", "name": name, "unit_id": unit, "region_id": CITY});
    let answer = house.client.post("/api/v1/resources", body).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer.json["id"].as_str().unwrap().to_owned()
}

/// What an answer says, but for the name that was asked for.
fn said(answer: &Answer, name: &str) -> (u16, String) {
    (answer.status.as_u16(), answer.json["fields"].to_string().replace(name, "…"))
}

#[tokio::test]
async fn filter_knows_units_and_regions_within_the_scope_only() {
    let house = house().await;
    let crates = [journal::MIGRATIONS, directory::MIGRATIONS, resources::MIGRATIONS];
    let records = testkit::temporary_db(&crates).await;
    let (clock, ids) = (Arc::new(house.clock.clone()), Arc::new(testkit::SeededIds::new(7)));
    let now = kernel::Time::from_seconds(1_700_000_000);
    let zone = jiff::tz::TimeZone::UTC;
    let directory = directory::Directory::new(records.db.clone(), clock.clone(), ids.clone(), zone);
    let register = Resources::new(records.db.clone(), clock.clone(), ids.clone());
    let register = register.with_directory(directory.clone());
    let client = Client::of_routes(resources::routes(register), clock, ids);
    let system = Caller::system("test");
    let (mut unit_ids, mut region_ids) = (Vec::new(), Vec::new());
    for called in ["FIN-NB", "FIN-HZ"] {
        let (code, name) = (Some(called.to_owned()), Some(Text::same(called)));
        let new = directory::RegionChange {
            code: code.clone(),
            name: name.clone(),
            ..directory::RegionChange::default()
        };
        let region = directory.create_region(&system, &new, now).await.unwrap().id;
        let region_id = region.to_string();
        let region = Some(Some(region));
        let new = directory::UnitChange { code, name, region, ..directory::UnitChange::default() };
        let unit = directory.create_unit(&system, &new, None, now).await.unwrap();
        unit_ids.push(unit.id.to_string());
        region_ids.push(region_id);
    }
    let scoped = client.holding(&BOTH, &units(&[&unit_ids[0]]));
    let ask = async |client: &Client, filter: String| {
        client.get(&format!("/api/v1/resources/count?filter={}", escape(&filter))).await
    };
    for (field, mine, theirs) in
        [("unit", &unit_ids[0], &unit_ids[1]), ("region", &region_ids[0], &region_ids[1])]
    {
        for operator in ["=", "!=", "under"] {
            let of = |name: &str| format!("{field} {operator} \"{name}\"");
            let absent = ask(&scoped, of("FIN-XX")).await;
            assert_eq!(absent.status, 400);
            for hidden in ["FIN-HZ", theirs] {
                let answer = ask(&scoped, of(hidden)).await;
                assert_eq!(said(&answer, hidden), said(&absent, "FIN-XX"), "{}", of(hidden));
                assert_eq!(ask(&client, of(hidden)).await.status, 200);
            }
            for seen in ["FIN-NB", mine] {
                assert_eq!(ask(&scoped, of(seen)).await.status, 200, "{}", of(seen));
            }
        }
    }
    let query = json!({"name": "theirs", "filter": "unit = \"FIN-HZ\""});
    assert_eq!(scoped.post("/api/v1/queries", query).await.status, 400);
}

#[tokio::test]
async fn merge_and_its_undoing_ask_for_what_a_move_asks_for() {
    let house = house().await;
    let (north, south) = (make(&house, "a", NORTH).await, make(&house, "b", SOUTH).await);
    let merge = format!("/api/v1/resources/{north}/merge");
    let body = json!({"gone": south});
    let refused = city(&house).post(&merge, body.clone()).await;
    assert_eq!(refused.json["code"], "out-of-scope", "{}", refused.json);
    assert_eq!(fields(&refused.json), ["unit_id", "unit_id"]);
    let one = house.client.holding(&BOTH, &units(&[SOUTH]));
    assert_eq!(one.post(&merge, body.clone()).await.status, 404);
    let both = house.client.holding(&BOTH, &units(&[NORTH, SOUTH]));
    let merged = both.post(&merge, body).await;
    assert_eq!(merged.status, 200, "{}", merged.json);
    let undo = format!("/api/v1/merges/{}/undo", merged.json["id"].as_str().unwrap());
    let refused = city(&house).post(&undo, json!({})).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)[0]), (403, "unit_id"));
    // Who sees one of the two is not told the other by the way.
    let one = one.post(&undo, json!({})).await;
    assert_eq!(one.status, 404, "{}", one.json);
    assert!(!one.json.to_string().contains(&north), "{}", one.json);
    assert_eq!(both.post(&undo, json!({})).await.status, 200);
    // Within one unit and region there is nothing to cross.
    let third = make(&house, "c", NORTH).await;
    assert_eq!(city(&house).post(&merge, json!({"gone": third})).await.status, 200);
}

#[tokio::test]
async fn merge_refuses_choices_that_there_are_not() {
    let house = house().await;
    let (kept, gone) = (make(&house, "a", NORTH).await, make(&house, "b", SOUTH).await);
    let path = format!("/api/v1/resources/{kept}/merge");
    let choices = json!({"unit_id": "gone", "region_id": "gone", "nosuch": "kept",
        "name": "gone", "hostname": "kept"});
    let refused = house.client.post(&path, json!({"gone": gone, "choices": choices})).await;
    assert_eq!(refused.status, 400);
    assert_eq!(fields(&refused.json), ["choices.nosuch", "choices.region_id", "choices.unit_id"]);
    assert!(refused.json["fields"][0]["expected"].as_str().unwrap().contains("hostname"));
    let choices = json!({"name": "gone", "hostname": "kept"});
    let merged = house.client.post(&path, json!({"gone": gone, "choices": choices})).await;
    assert_eq!(merged.status, 200, "{}", merged.json);
}

#[tokio::test]
async fn members_that_are_not_seen_are_counted_and_stay() {
    let house = house().await;
    let (top, seen) = (make(&house, "a", NORTH).await, make(&house, "b", NORTH).await);
    let hidden = make(&house, "c", SOUTH).await;
    let path = format!("/api/v1/resources/{top}/redundancies");
    let put = async |client: &Client, members: &[&str]| {
        let group = json!({"name": "g", "relation": "depends-on", "count": 1, "members": members});
        client.send("PUT", &path, Some(json!({"groups": [group]}).to_string()), None).await
    };
    assert_eq!(put(&house.client, &[&seen, &hidden]).await.status, 200);
    let north = house.client.holding(&BOTH, &units(&[NORTH]));
    let mine = north.get(&path).await.json["items"][0].clone();
    assert_eq!((&mine["members"], &mine["others"]), (&json!([seen]), &json!(1)));
    let absent = put(&north, &["01890a5d-0000-7000-8000-0000000000ff"]).await;
    assert_eq!(fields(&absent.json), ["groups.0.members"]);
    let refused = put(&north, &[&seen, &hidden]).await;
    assert_eq!(said(&refused, &hidden), said(&absent, "01890a5d-0000-7000-8000-0000000000ff"));
    // What they were answered can be sent back, and what they do not see stays.
    let back = json!({"groups": [mine]}).to_string();
    let back = north.send("PUT", &path, Some(back), None).await;
    assert_eq!((back.status.as_u16(), &back.json["items"][0]["others"]), (200, &json!(1)));
    let all = house.client.get(&path).await.json["items"][0].clone();
    assert_eq!((&all["members"], &all["others"]), (&json!([seen, hidden]), &Value::Null));
}

#[tokio::test]
async fn out_of_scope_names_the_unit_or_the_region() {
    let house = house().await;
    let north = house.client.holding(&BOTH, &units(&[NORTH]));
    let ours = make(&house, "a", NORTH).await;
    let path = format!("/api/v1/resources/{ours}");
    let wrong = async |change: Value| north.patch(&path, 1, change).await.json["fields"].clone();
    let unit = wrong(json!({"unit_id": SOUTH})).await;
    assert_eq!((&unit[0]["field"], &unit[0]["found"]), (&json!("unit_id"), &json!(SOUTH)));
    assert_eq!(unit[0]["expected"], "a unit within your scope");
    let chinese = north.with_header("accept-language", "zh");
    let unit = chinese.patch(&path, 1, json!({"unit_id": SOUTH})).await.json;
    assert_eq!(unit["fields"][0]["expected"], "您权限范围内的单位");
    let region = wrong(json!({"region_id": null})).await;
    assert_eq!((&region[0]["field"], &region[0]["found"]), (&json!("region_id"), &json!(CITY)));
    let new = north.post("/api/v1/resources", json!({"kind": "host", "name": "b"})).await;
    assert_eq!((new.status.as_u16(), fields(&new.json)), (403, vec!["unit_id"]));
    // Of a file: the cell.
    let file = format!("name,unit_id\nb,{SOUTH}\n");
    let import = north.send("POST", "/api/v1/resources/import?sheet=host", Some(file), None).await;
    let fault = &import.json["fields"][0];
    assert_eq!((&fault["field"], &fault["found"]), (&json!("host!B2"), &json!(SOUTH)));
    assert_eq!(fault["expected"], "a unit within your scope");
}

#[tokio::test]
async fn file_about_nothing_known_is_refused_by_the_sheet() {
    let house = house().await;
    let file = Some("name\nweb\n".to_owned());
    let refused = house.client.send("POST", "/api/v1/resources/import?sheet=hots", file, None);
    let refused = refused.await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (400, vec!["sheet"]));
    let expected = refused.json["fields"][0]["expected"].as_str().unwrap().to_owned();
    assert!(expected.contains("host") && expected.contains("relations"), "{expected}");
}

/// A fault says that a value is taken, and nothing of whoever has it.
#[tokio::test]
async fn taken_value_names_nothing_of_the_resource_that_has_it() {
    let house = house().await;
    let title = json!({"en": "Vehicle", "zh": "车辆"});
    let plate = json!({"name": "plate", "title": {"en": "Plate", "zh": "车牌"}, "type": "string",
        "unique": true});
    let kind = json!({"name": "vehicle", "icon": "car", "title": title, "attributes": [plate]});
    let made = house.client.post("/api/v1/kinds", kind).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let new = |name: &str, unit: &str| {
        json!({"kind": "vehicle", "name": name, "unit_id": unit,
            "attributes": {"plate": "浙B-12345"}})
    };
    let theirs = house.client.post("/api/v1/resources", new("secret-van", SOUTH)).await.json;
    let id = theirs["id"].as_str().unwrap();
    let north = house.client.holding(&BOTH, &units(&[NORTH]));
    let refused = north.post("/api/v1/resources", new("van", NORTH)).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (400, vec!["attributes.plate"]));
    assert_eq!(refused.json["fields"][0]["found"], "浙B-12345");
    assert_eq!(refused.json["fields"][0]["expected"], "another value: this one is taken");
    let file = "name,unit_id,plate\nvan,".to_owned() + NORTH + ",浙B-12345\n";
    let path = "/api/v1/resources/import?sheet=vehicle";
    let of_file = north.send("POST", path, Some(file), None).await;
    assert_eq!(fields(&of_file.json), ["vehicle!C2"], "{}", of_file.json);
    for answer in [&refused.json, &of_file.json] {
        let text = answer.to_string();
        assert!(!text.contains(id) && !text.contains("secret-van"), "{text}");
    }
}

/// Neither does what hangs on it and is not seen.
#[tokio::test]
async fn what_hangs_on_a_resource_unseen_is_not_named() {
    let house = house().await;
    let north = house.client.holding(&BOTH, &units(&[NORTH]));
    let cases =
        [("needs", "refuse", 409, "still-needed"), ("goes-with", "retire", 403, "out-of-scope")];
    for (relation, on_retirement, status, code) in cases {
        let kind = json!({"name": relation, "on_retirement": on_retirement,
            "forward": {"en": "hangs on", "zh": "依附于"},
            "backward": {"en": "holds", "zh": "承载"}});
        assert_eq!(house.client.post("/api/v1/relation-kinds", kind).await.status, 201);
        let ours = make(&house, "ours", NORTH).await;
        house.clock.advance(std::time::Duration::from_millis(1));
        let theirs = make(&house, "secret", SOUTH).await;
        assert_eq!(house.relate(relation, &theirs, &ours).await.status, 201);
        let path = format!("/api/v1/resources/{ours}");
        let refused = north.delete(&path, Some(1)).await;
        assert_eq!((refused.status.as_u16(), &refused.json["code"]), (status, &json!(code)));
        let text = refused.json.to_string();
        assert!(!text.contains(&theirs) && !text.contains("secret"), "{text}");
        house.clock.advance(std::time::Duration::from_millis(1));
    }
}

/// What is shared is shared as it is written; what it finds is each one's own.
#[tokio::test]
async fn shared_query_is_read_as_it_is_written_and_finds_what_the_reader_may_see() {
    let (house, unit_ids, _) = crate::house::province().await;
    for (name, unit) in [("a", &unit_ids[0]), ("b", &unit_ids[1])] {
        let new = json!({"kind": "host", "name": name, "unit_id": unit});
        assert_eq!(house.client.post("/api/v1/resources", new).await.status, 201);
    }
    let save = async |name: &str, filter: &str| {
        let query = json!({"name": name, "filter": filter, "shared_with": "everybody"});
        let saved = house.client.post("/api/v1/queries", query).await;
        assert_eq!(saved.status, 201, "{}", saved.json);
        saved.json["id"].as_str().unwrap().to_owned()
    };
    let all = save("hosts", "kind = host").await;
    let theirs = save("theirs", "unit = \"FIN-HZ\"").await;
    let scoped = house.client.holding(&BOTH, &units(&[&unit_ids[0]]));
    let read = scoped.get(&format!("/api/v1/queries/{theirs}")).await.json;
    assert_eq!(read["filter"], "unit = \"FIN-HZ\"");
    let found = scoped.get(&format!("/api/v1/resources?query={all}")).await.json;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let refused = scoped.get(&format!("/api/v1/resources?query={theirs}")).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (400, vec!["filter"]));
}

/// What they had exported came back refused where it named what they do not see.
#[tokio::test]
async fn reference_to_what_is_not_seen_stays_when_it_is_written_back() {
    let house = house().await;
    let title = json!({"en": "Vehicle", "zh": "车辆"});
    let parked = json!({"name": "parked_at", "title": {"en": "Parked at", "zh": "停放于"},
        "type": "reference", "list": true});
    let kind = json!({"name": "vehicle", "icon": "car", "title": title, "attributes": [parked]});
    assert_eq!(house.client.post("/api/v1/kinds", kind).await.status, 201);
    let hidden = make(&house, "hidden", SOUTH).await;
    let other = make(&house, "other", SOUTH).await;
    let van = json!({"kind": "vehicle", "name": "van", "unit_id": NORTH,
        "attributes": {"parked_at": [hidden]}});
    let van = house.client.post("/api/v1/resources", van).await;
    assert_eq!(van.status, 201, "{}", van.json);
    let path = format!("/api/v1/resources/{}", van.json["id"].as_str().unwrap());
    let north = house.client.holding(&BOTH, &units(&[NORTH]));
    let read = north.get(&path).await.json["attributes"].clone();
    let same = north.patch(&path, 1, json!({"attributes": read, "description": "red"})).await;
    assert_eq!(same.status, 200, "{}", same.json);
    let file = format!("name,parked_at\nvan,{hidden}\n");
    let import = "/api/v1/resources/import?sheet=vehicle";
    let again = north.send("POST", import, Some(file), None).await;
    assert_eq!((again.status.as_u16(), &again.json["unchanged"]), (200, &json!(1)));
    // Another one that they do not see is not theirs to name.
    let wrong = north.patch(&path, 2, json!({"attributes": {"parked_at": [hidden, other]}})).await;
    assert_eq!((wrong.status.as_u16(), fields(&wrong.json)), (400, vec!["attributes.parked_at"]));
}

/// It belongs nowhere yet: everybody could read it, write it anew and withdraw it.
#[tokio::test]
async fn plan_that_names_nothing_yet_is_its_authors() {
    let house = house().await;
    let draft = json!({ "title": "quiet", "changes": [] });
    let made = house.client.post("/api/v1/plans", draft.clone()).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let path = format!("/api/v1/plans/{}", made.json["id"].as_str().unwrap());
    let other = house.client.holding(&BOTH, &units(&[NORTH]));
    assert_eq!(other.get(&path).await.status, 404);
    assert_eq!(other.send("PUT", &path, Some(draft.to_string()), Some(1)).await.status, 404);
    let withdrawn = other.send("POST", &format!("{path}/withdraw"), None, Some(1)).await;
    assert_eq!(withdrawn.status, 404);
    assert_eq!(other.get("/api/v1/plans").await.json["items"], json!([]));
    let own = other.post("/api/v1/plans", draft).await.json;
    let own = format!("/api/v1/plans/{}", own["id"].as_str().unwrap());
    assert_eq!(other.get(&own).await.status, 200);
    // Who sees everything sees this, too.
    assert_eq!(house.client.get(&own).await.status, 200);
}
