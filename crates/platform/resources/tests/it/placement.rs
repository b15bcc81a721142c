use std::time::Duration;

use http_kit::SearchSource;
use kernel::{Caller, Cause, Scope, Text, Within};
use resources::{Finder, FoundResource, ResourceFilter, push_visible};
use serde_json::{Value, json};
use testkit::Client;

use crate::house::{House, house};

const NORTH: &str = "01890a5d-0000-7000-8000-000000000001";
const SOUTH: &str = "01890a5d-0000-7000-8000-000000000002";
const CITY: &str = "01890a5d-0000-7000-8000-000000000003";
const OTHER_CITY: &str = "01890a5d-0000-7000-8000-000000000004";
const BOTH: [&str; 2] = ["resource.read", "resource.change"];

fn units(ids: &[&str]) -> Within {
    Within { units: ids.iter().map(|&id| id.to_owned()).collect(), ..Within::default() }
}

fn north(house: &House) -> Client {
    house.client.holding(&BOTH, &units(&[NORTH]))
}

async fn make_at(house: &House, name: &str, unit: &str) -> String {
    house.clock.advance(Duration::from_millis(1));
    let body = json!({"kind": "host", "name": name, "unit_id": unit});
    let answer = house.client.post("/api/v1/resources", body).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer.json["id"].as_str().unwrap().to_owned()
}

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn scoped_caller_sees_what_is_theirs_in_every_read() {
    let house = house().await;
    let ours = make_at(&house, "web-north", NORTH).await;
    let theirs = make_at(&house, "web-south", SOUTH).await;
    house.make("host", "web-nowhere").await;
    house.relate("depends-on", &ours, &theirs).await;
    let north = north(&house);
    assert_eq!(names(&north.get("/api/v1/resources").await.json), ["web-north"]);
    assert_eq!(north.get(&format!("/api/v1/resources/{ours}")).await.status, 200);
    for hidden in
        ["", "/relations", "/history", "/relation-history", "/diff?from=2020-01-01T00:00:00Z"]
    {
        let path = format!("/api/v1/resources/{theirs}{hidden}");
        assert_eq!(north.get(&path).await.status, 404, "{path}");
    }
    let path = format!("/api/v1/resources/{theirs}?as_of=2023-11-14T22:13:20Z");
    assert_eq!(north.get(&path).await.status, 404);
    let related = north.get(&format!("/api/v1/resources/{ours}/relations")).await.json;
    assert_eq!(related["items"], json!([]), "the other end is not theirs to see");
    let all = north.get("/api/v1/resources/diff?from=2020-01-01T00:00:00Z").await.json;
    assert_eq!(names(&all), ["web-north"]);
    let within = Scope::Within(std::sync::Arc::new(units(&[NORTH])));
    let count = house.resources.count(&within, &ResourceFilter::default()).await.unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn search_obeys_the_scope() {
    let house = house().await;
    make_at(&house, "web-north", NORTH).await;
    make_at(&house, "web-south", SOUTH).await;
    let mut held = kernel::Held::default();
    held.add("resource.read", Scope::Within(std::sync::Arc::new(units(&[SOUTH]))));
    let grant = kernel::Grant::Held(std::sync::Arc::new(held));
    let caller = Caller { grant, ..Caller::stranger() };
    let hits = house.resources.search(&caller, "web", 10).await.unwrap();
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].title, Text::same("web-south"));
}

#[tokio::test]
async fn changes_need_the_scope_over_the_old_and_the_new_place() {
    let house = house().await;
    let ours = make_at(&house, "a", NORTH).await;
    let theirs = make_at(&house, "b", SOUTH).await;
    let north = north(&house);
    let (our_path, their_path) =
        (format!("/api/v1/resources/{ours}"), format!("/api/v1/resources/{theirs}"));
    assert_eq!(north.patch(&our_path, 1, json!({"description": "x"})).await.status, 200);
    assert_eq!(north.patch(&our_path, 2, json!({"unit_id": SOUTH})).await.status, 403);
    assert_eq!(north.patch(&our_path, 2, json!({"unit_id": null})).await.status, 403);
    assert_eq!(north.patch(&their_path, 1, json!({"unit_id": NORTH})).await.status, 404);
    assert_eq!(north.delete(&their_path, Some(1)).await.status, 404);
    let reader = house.client.holding(&["resource.read"], &units(&[SOUTH]));
    assert_eq!(reader.get(&their_path).await.status, 200);
    // May change in the north, sees the south: a change there is refused, not hidden.
    let new = json!({"kind": "host", "name": "c", "unit_id": NORTH});
    assert_eq!(north.post("/api/v1/resources", new).await.status, 201);
    for place in [
        json!({"kind": "host", "name": "c"}),
        json!({"kind": "host", "name": "c", "unit_id": SOUTH}),
    ] {
        assert_eq!(north.post("/api/v1/resources", place).await.status, 403);
    }
    let relation = json!({"kind": "depends-on", "from": ours, "to": theirs});
    assert_eq!(north.post("/api/v1/relations", relation).await.status, 404);
    let wrong = json!({"kind": "host", "name": "c", "unit_id": "north"});
    assert_eq!(house.client.post("/api/v1/resources", wrong).await.status, 400);
}

/// Whoever held a region could give what is in it to any unit, and whoever held one resource could
/// move it anywhere.
#[tokio::test]
async fn nobody_gives_away_what_they_hold_to_where_they_hold_nothing() {
    let house = house().await;
    let place = |unit: Option<&str>| {
        let (kind, name) = ("host", "x");
        json!({"kind": kind, "name": name, "unit_id": unit, "region_id": CITY})
    };
    let made = house.client.post("/api/v1/resources", place(None)).await;
    let path = format!("/api/v1/resources/{}", made.json["id"].as_str().unwrap());
    let city = Within { regions: [CITY.to_owned()].into(), ..Within::default() };
    let city = house.client.holding(&BOTH, &city);
    for change in [json!({"unit_id": SOUTH}), json!({"region_id": null})] {
        let refused = city.patch(&path, 1, change.clone()).await;
        assert_eq!((refused.status.as_u16(), &refused.json["code"]), (403, &json!("out-of-scope")));
        let plan = json!({"title": "away", "changes": [
            {"do": "change", "resource": made.json["id"], "edit": change}]});
        let plan = city.post("/api/v1/plans", plan).await.json["id"].as_str().unwrap().to_owned();
        let submit = format!("/api/v1/plans/{plan}/submit");
        let submitted = city.send("POST", &submit, Some("{}".to_owned()), Some(1)).await;
        assert_eq!(submitted.json["code"], "changes-refused", "{}", submitted.json);
    }
    assert_eq!(city.post("/api/v1/resources", place(Some(SOUTH))).await.status, 403);
    let bulk = json!({"ids": [made.json["id"]], "edit": {"unit_id": SOUTH}});
    let preview = city.post("/api/v1/resources/bulk/preview", bulk.clone()).await;
    assert_eq!(preview.json["refused"], 1, "{}", preview.json);
    // The field was named everywhere but here.
    let why = &preview.json["steps"][0]["refused"];
    assert_eq!(why["code"], "out-of-scope", "{why}");
    for language in ["en", "zh"] {
        let text = why["text"][language].as_str().unwrap();
        assert!(text.contains("unit_id") && text.contains(SOUTH), "{text}");
    }
    let all = json!({"bulk": bulk, "signature": preview.json["signature"]});
    let refused = city.post("/api/v1/resources/bulk", all).await;
    assert!(refused.json["detail"].as_str().unwrap().contains("unit_id"), "{}", refused.json);
    // Both at once: the unit and the city are theirs.
    let both = Within { units: [SOUTH.to_owned()].into(), ..everywhere_in(CITY) };
    let both = house.client.holding(&BOTH, &both);
    assert_eq!(both.patch(&path, 1, json!({"unit_id": SOUTH})).await.status, 200);
    // Who holds the city alone may not take it from the unit, either.
    assert_eq!(city.patch(&path, 2, json!({"unit_id": null})).await.status, 403);
    // One resource alone: it may be changed, not moved.
    let single = house.make("host", "single").await;
    let path = format!("/api/v1/resources/{single}");
    let within = Within { resources: [single].into(), ..Within::default() };
    let holder = house.client.holding(&BOTH, &within);
    assert_eq!(holder.patch(&path, 1, json!({"unit_id": NORTH})).await.status, 403);
    assert_eq!(holder.patch(&path, 1, json!({"description": "x"})).await.status, 200);
}

fn everywhere_in(region: &str) -> Within {
    Within { regions: [region.to_owned()].into(), ..Within::default() }
}

#[tokio::test]
async fn tags_are_those_of_what_is_seen_and_counted_there() {
    let house = house().await;
    for (name, unit, tags) in [
        ("a", NORTH, json!(["shared", "north-only"])),
        ("b", SOUTH, json!(["shared", "south-secret"])),
        ("c", SOUTH, json!(["shared"])),
    ] {
        let body = json!({"kind": "host", "name": name, "unit_id": unit, "tags": tags});
        assert_eq!(house.client.post("/api/v1/resources", body).await.status, 201);
    }
    let tags = async |client: &Client| {
        let items = client.get("/api/v1/tags").await.json["items"].as_array().unwrap().clone();
        let said = |tag: &Value| format!("{} {}", tag["word"].as_str().unwrap(), tag["uses"]);
        items.iter().map(said).collect::<Vec<_>>()
    };
    assert_eq!(tags(&house.client).await, ["north-only 1", "shared 3", "south-secret 1"]);
    assert_eq!(tags(&north(&house)).await, ["north-only 1", "shared 1"]);
    let page = north(&house).get("/api/v1/tags?limit=1").await.json;
    assert_eq!(page["next"], "north-only");
    let page = north(&house).get("/api/v1/tags?limit=1&after=north-only").await.json;
    assert_eq!((&page["items"][0]["word"], &page["next"]), (&json!("shared"), &Value::Null));
}

#[tokio::test]
async fn region_and_single_resources_count_too() {
    let house = house().await;
    let single = house.make("host", "single").await;
    let body = json!({"kind": "host", "name": "in-city", "region_id": CITY});
    assert_eq!(house.client.post("/api/v1/resources", body).await.status, 201);
    house.make("host", "elsewhere").await;
    let within = Within {
        regions: [CITY.to_owned()].into(),
        resources: [single.clone()].into(),
        ..Within::default()
    };
    let caller = house.client.holding(&["resource.read"], &within);
    assert_eq!(names(&caller.get("/api/v1/resources").await.json), ["single", "in-city"]);
    // A scope of many units asks row by row and says the same.
    let mut many = within;
    for number in 0..100_u128 {
        many.units.insert(uuid::Uuid::from_u128(number).to_string());
    }
    let caller = house.client.holding(&["resource.read"], &many);
    assert_eq!(names(&caller.get("/api/v1/resources").await.json), ["single", "in-city"]);
    let scope = Scope::Within(std::sync::Arc::new(many));
    let mut query = db::QueryBuilder::<sqlx::Any>::new(
        "SELECT resource.id FROM resources_resource resource WHERE 1 = 1",
    );
    push_visible(&mut query, house.records.db.dialect(), "resource.id", &scope);
    let rows = query.build().fetch_all(house.records.db.reader()).await.unwrap();
    assert_eq!(rows.len(), 2);
}

/// The operator of a region did not see what only named a unit of it.
#[tokio::test]
async fn what_names_a_unit_alone_is_in_the_region_that_the_unit_answers_for() {
    let house = house().await;
    let new = |name: &str, unit: Option<&str>, region: Option<&str>| {
        let kind = "host";
        json!({"kind": kind, "name": name, "unit_id": unit, "region_id": region})
    };
    let mut ids = Vec::new();
    for (name, unit, region) in [
        ("unit-alone", Some(NORTH), None),
        ("both", Some(NORTH), Some(CITY)),
        ("elsewhere", Some(NORTH), Some(OTHER_CITY)),
        ("region-alone", None, Some(CITY)),
        ("other-unit", Some(SOUTH), None),
    ] {
        house.clock.advance(Duration::from_millis(1));
        let made = house.client.post("/api/v1/resources", new(name, unit, region)).await;
        ids.push(made.json["id"].as_str().unwrap().to_owned());
    }
    let mut within = Within { answering: [NORTH.to_owned()].into(), ..everywhere_in(CITY) };
    let expected = ["unit-alone", "both", "region-alone"];
    // Few places are looked for first, many are asked of every row: both say the same.
    for many in [0, 100_u128] {
        within.units.extend((0..many).map(|number| uuid::Uuid::from_u128(number).to_string()));
        let city = house.client.holding(&BOTH, &within);
        assert_eq!(names(&city.get("/api/v1/resources").await.json), expected);
        let scope = Scope::Within(std::sync::Arc::new(within.clone()));
        let filter = ResourceFilter::default();
        assert_eq!(house.resources.count(&scope, &filter).await.unwrap(), 3);
        let sight = house.resources.sight(&scope).await.unwrap();
        let seen: Vec<bool> = ids.iter().map(|id| sight.sees_text(Some(id))).collect();
        assert_eq!(seen, [true, true, false, true, false]);
        let status = async |id: &str| city.get(&format!("/api/v1/resources/{id}")).await.status;
        assert_eq!((status(&ids[0]).await.as_u16(), status(&ids[2]).await.as_u16()), (200, 404));
    }
    // A region gives no unit.
    let unit = house.client.holding(&BOTH, &units(&[NORTH]));
    let expected = ["unit-alone", "both", "elsewhere"];
    assert_eq!(names(&unit.get("/api/v1/resources").await.json), expected);
}

#[tokio::test]
async fn what_is_found_on_a_host_belongs_where_the_host_does_and_moves_with_it() {
    let house = house().await;
    let host = make_at(&house, "db1", NORTH).await;
    let system = Caller::system("discovery");
    let disk = FoundResource {
        kind: "disk".to_owned(),
        identity: "db1/sda".to_owned(),
        name: "sda".to_owned(),
        description: String::new(),
        attributes: resources::Attributes::new(),
    };
    let mut tx = house.records.db.begin().await.unwrap();
    let cause = Cause::default();
    let on = host.parse().unwrap();
    let register = &house.resources;
    let disk = register.upsert_by_identity_in(&mut tx, &system, cause, &disk).await.unwrap();
    let disk = disk.resource().id;
    register.ensure_related_in(&mut tx, &system, cause, "part-of", disk, on).await.unwrap();
    let service = FoundResource {
        kind: "service".to_owned(),
        identity: "db1/tcp/5432".to_owned(),
        name: "postgres".to_owned(),
        description: String::new(),
        attributes: resources::Attributes::new(),
    };
    let finder = Finder { on: Some(on), ..Finder::DISCOVERY };
    let service = register.upsert_found_in(&mut tx, &system, cause, finder, &service).await;
    let service = service.unwrap().resource();
    register.ensure_related_in(&mut tx, &system, cause, "runs-on", service.id, on).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(service.unit_id.as_deref(), Some(NORTH));
    for unit in [NORTH, SOUTH] {
        let places = register.places_of(&[disk, service.id, on]).await.unwrap();
        assert!(places.values().all(|place| place.unit_id.as_deref() == Some(unit)), "{places:?}");
        if unit == NORTH {
            let path = format!("/api/v1/resources/{host}");
            assert_eq!(house.client.patch(&path, 1, json!({"unit_id": SOUTH})).await.status, 200);
        }
    }
    assert_eq!(register.place_of(disk).await.unwrap().unit_id.as_deref(), Some(SOUTH));
}

#[tokio::test]
async fn places_are_those_of_the_directory() {
    let crates = [journal::MIGRATIONS, directory::MIGRATIONS, resources::MIGRATIONS];
    let records = testkit::temporary_db(&crates).await;
    let now = kernel::Time::from_seconds(1_700_000_000);
    let clock = std::sync::Arc::new(testkit::ManualClock::at(now));
    let ids = std::sync::Arc::new(testkit::SeededIds::new(7));
    let db = records.db.clone();
    let zone = jiff::tz::TimeZone::UTC;
    let directory = directory::Directory::new(db.clone(), clock.clone(), ids.clone(), zone);
    let register = resources::Resources::new(db, clock, ids).with_directory(directory.clone());
    let system = Caller::system("test");
    let unit = directory::UnitChange {
        code: Some("A".to_owned()),
        name: Some(kernel::Text::new("North", "北")),
        ..directory::UnitChange::default()
    };
    let unit = directory.create_unit(&system, &unit, None, now).await.unwrap().id.to_string();
    let at = |unit: &str| resources::NewResource {
        kind: "host".to_owned(),
        name: "a".to_owned(),
        unit_id: Some(unit.to_owned()),
        ..resources::NewResource::default()
    };
    assert!(register.create(&system, &at(&unit)).await.is_ok());
    let refused = register.create(&system, &at(SOUTH)).await.unwrap_err();
    let fault = kernel::Fault::from(refused);
    assert_eq!(fault.fields[0].field, "unit_id");
    assert!(fault.text.zh.contains("组织目录"));
}
