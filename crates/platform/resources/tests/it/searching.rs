use std::collections::{BTreeMap, BTreeSet};

use http_kit::SearchSource;
use kernel::{Caller, Page, Scope};
use proptest::{prelude::*, test_runner::TestRunner};
use resources::{Direction, Neighbours, Resource, ResourceFilter, ResourceSearch, SeenRelation};
use serde_json::{Value, json};

use crate::house::{House, fields, house};

/// The names that a filter finds, in order; or the faults it has.
async fn found(house: &House, filter: &str) -> String {
    let path = format!("/api/v1/resources?limit=500&filter={}", escape(filter));
    let answer = house.client.get(&path).await;
    match answer.json["items"].as_array() {
        Some(items) => {
            let names: Vec<&str> =
                items.iter().map(|item| item["name"].as_str().unwrap()).collect();
            names.join(" ")
        }
        None => answer.json["detail"].as_str().unwrap().to_owned(),
    }
}

pub(crate) fn escape(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn make(house: &House, body: Value) -> String {
    house.clock.advance(std::time::Duration::from_millis(1));
    let answer = house.client.post("/api/v1/resources", body).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer.json["id"].as_str().unwrap().to_owned()
}

/// A register of a few things.
async fn few(house: &House) {
    let db1 = make(
        house,
        json!({"kind": "host", "name": "db1", "tags": ["核心", "Prod"],
        "description": "Für die Kasse",
        "attributes": {"memory_bytes": 17_179_869_184_i64, "address": "10.2.3.4"}}),
    )
    .await;
    let web1 = make(
        house,
        json!({"kind": "host", "name": "web1",
        "attributes": {"memory_bytes": 4_294_967_296_i64, "address": "fd00::1"}}),
    )
    .await;
    let nginx = make(
        house,
        json!({"kind": "service", "name": "nginx",
        "attributes": {"port": 80, "address": "10.200.0.1"}}),
    )
    .await;
    make(
        house,
        json!({"kind": "certificate", "name": "cert",
        "attributes": {"not_after": "2023-11-20T08:00:00+08:00"}}),
    )
    .await;
    make(house, json!({"kind": "website", "name": "shop"})).await;
    make(house, json!({"kind": "disk", "name": "sda", "attributes": {"rotational": true}})).await;
    assert_eq!(house.relate("runs-on", &nginx, &web1).await.status, 201);
    let old = house.make("host", "old").await;
    house.client.delete(&format!("/api/v1/resources/{old}"), Some(1)).await;
    let unit = "01890a5d-ac96-774b-bcce-b302099a8057";
    let change = json!({"unit_id": unit});
    house.client.patch(&format!("/api/v1/resources/{db1}"), 1, change).await;
}

/// A host could not be found by its address, nor by anything but its name.
#[tokio::test]
async fn text_finds_by_what_is_said_of_a_resource() {
    let house = house().await;
    few(&house).await;
    for (text, names) in [
        ("10.2.3", vec!["db1"]),
        ("KASSE", vec!["db1"]),
        ("核心", vec!["db1"]),
        ("prod", vec!["db1"]),
        ("10.2", vec!["db1", "nginx"]),
        ("web1", vec!["web1"]),
        ("memory_bytes", Vec::new()),
        ("10.2%3", Vec::new()),
    ] {
        let path = format!("/api/v1/resources?q={}", escape(text));
        let items = house.client.get(&path).await.json["items"].clone();
        let found: Vec<&str> =
            items.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
        assert_eq!(found, names, "{text}");
        let count = house.client.get(&path.replace("?q", "/count?q")).await.json["count"].clone();
        assert_eq!(count, json!(names.len()), "{text}");
    }
    let caller = Caller::system("test");
    let make = json!({"kind": "host", "name": "10.2.3.4-old"});
    self::make(&house, make).await;
    let hits = house.resources.search(&caller, "10.2.3.4", 5).await.unwrap();
    let said: Vec<(&str, &str)> =
        hits.iter().map(|hit| (hit.title.en.as_str(), hit.subtitle.en.as_str())).collect();
    assert_eq!(said, [("10.2.3.4-old", "Host"), ("db1", "Host · 10.2.3.4")], "names first");
}

/// What was saved before there was such a search is found once it is folded anew.
#[tokio::test]
async fn resources_of_before_are_found_once_they_are_folded() {
    let house = house().await;
    few(&house).await;
    let mut tx = house.records.db.begin().await.unwrap();
    let earlier = "UPDATE resources_resource SET searched = '', folded_as = 1";
    sqlx::query(earlier).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    let names = async || {
        let found = house.client.get("/api/v1/resources?q=10.2.3.4").await;
        found.json["items"].as_array().unwrap().len()
    };
    assert_eq!(names().await, 0);
    let (done, left) = house.resources.refold().await.unwrap();
    assert_eq!((done > 0, left, names().await), (true, 0, 1));
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let house = house().await;
    few(&house).await;
    for (filter, expected) in [
        ("", "db1 web1 nginx cert shop sda"),
        ("kind = host", "db1 web1"),
        ("kind = 主机", "db1 web1"),
        ("kind under service", "nginx shop"),
        ("memory_bytes > 8GiB", "db1"),
        ("memory_bytes >= 4GiB and not tag = prod", "web1"),
        ("tag = 核心 or name ~ \"ngi*\"", "db1 nginx"),
        ("description ~ *FÜR*", "db1"),
        ("not has description", "web1 nginx cert shop sda"),
        ("runs_on.name = web1", "nginx"),
        ("by_runs_on(kind = service and port = 80)", "web1"),
        ("has runs_on", "nginx"),
        ("not has by_runs_on and kind = host", "db1"),
        ("address in 10.0.0.0/8", "db1 nginx"),
        ("address in fd00::/8", "web1"),
        ("address != 10.2.3.4 and has address", "web1 nginx"),
        ("not_after < now + 30d", "cert"),
        ("not_after = 2023-11-20T00:00:00Z", "cert"),
        ("not_after > 2024-01-01", ""),
        ("rotational", "sda"),
        ("rotational = false", ""),
        ("retired", "old"),
        ("retired or kind = disk", "sda old"),
        ("life_cycle = retired", "old"),
        ("unit = 01890a5d-ac96-774b-bcce-b302099a8057", "db1"),
        ("not has unit and kind = host", "web1"),
        ("updated_at > now - 1d and kind in (disk, certificate)", "cert sda"),
        ("port not in (80, 443) and kind = service", ""),
        ("name ~ \"%\"", ""),
        ("name = \"x' OR 1=1 --\"", ""),
        (
            "nam = x",
            "filter: found `nam`, expected at character 1: a field that a kind has; did you mean \
             `name`?",
        ),
    ] {
        assert_eq!(found(&house, filter).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn filter_follows_no_relation_out_of_the_callers_scope() {
    let house = house().await;
    let secret = house.make("host", "secret").await;
    let nginx = house.make("service", "nginx").await;
    house.relate("runs-on", &nginx, &secret).await;
    let within = kernel::Within { resources: [nginx].into(), ..kernel::Within::default() };
    let scoped = house.client.holding(&["resource.read"], &within);
    for filter in ["runs_on.name = secret", "has runs_on", "runs_on.name ~ s*"] {
        let path = format!("/api/v1/resources?filter={}", escape(filter));
        assert_eq!(house.client.get(&path).await.json["items"].as_array().unwrap().len(), 1);
        assert_eq!(scoped.get(&path).await.json["items"], json!([]), "{filter}");
        let path = format!("/api/v1/resources/count?filter={}", escape(filter));
        assert_eq!(scoped.get(&path).await.json["count"], 0, "{filter}");
    }
}

#[tokio::test]
async fn filter_of_a_megabyte_is_refused_at_once() {
    let house = house().await;
    let path = format!("/api/v1/resources?filter={}", "x".repeat(1024 * 1024 / 20));
    let answer = house.client.get(&path).await;
    assert_eq!((answer.status.as_u16(), fields(&answer.json)), (400, vec!["filter"]));
    let path = format!("/api/v1/resources/filter/complete?text={}", "x".repeat(20_000));
    assert_eq!(house.client.get(&path).await.status, 400);
}

#[tokio::test]
async fn completion_offers_fields_operators_and_values() {
    let house = house().await;
    let tagged = json!({"kind": "host", "name": "web", "tags": ["core", "two words"]});
    assert_eq!(house.client.post("/api/v1/resources", tagged).await.status, 201);
    for (text, from, expected) in [
        ("kind+=+web", 7, "website"),
        ("memo", 0, "memory_bytes"),
        ("retired+a", 8, "and"),
        ("tag+=+", 6, "core"),
        ("tag+=+two", 6, "\"two words\""),
    ] {
        let path = format!("/api/v1/resources/filter/complete?text={text}");
        let answer = house.client.get(&path).await.json;
        assert_eq!(answer["from"], from, "{text}");
        assert_eq!(answer["candidates"][0]["text"], expected, "{text}");
    }
}

#[tokio::test]
async fn lists_are_complete_in_every_order() {
    let house = house().await;
    for name in ["b", "a", "C", "a", "Ä", "中"] {
        house.make("host", name).await;
    }
    for sort in ["id", "name", "-name", "updated_at", "-updated_at"] {
        let (mut names, mut after) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/resources?limit=2&sort={sort}{after}");
            let page = house.client.get(&path).await.json;
            let items = page["items"].as_array().unwrap();
            names.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={}", escape(next));
        }
        assert_eq!(names.len(), 6, "{sort}: {names:?}");
        if sort == "name" {
            assert_eq!(names[..4], ["a", "a", "b", "C"]);
        }
    }
    let wrong = house.client.get("/api/v1/resources?sort=colour").await;
    assert_eq!((wrong.status.as_u16(), fields(&wrong.json)), (400, vec!["sort"]));
}

#[tokio::test]
async fn resources_saved_before_there_were_filters_are_prepared_for_them() {
    let house = house().await;
    make(
        &house,
        json!({"kind": "certificate", "name": "cert", "description": "GROSS",
        "attributes": {"not_after": "2023-11-20T08:00:00+08:00"}}),
    )
    .await;
    let mut tx = house.records.db.begin().await.unwrap();
    sqlx::query("UPDATE resources_resource SET folded = '{}', folded_as = 0")
        .execute(tx.connection())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found(&house, "not_after < now + 30d").await, "");
    assert_eq!(house.resources.refold().await.unwrap(), (1, 0));
    assert_eq!(house.resources.refold().await.unwrap(), (0, 0));
    assert_eq!(found(&house, "not_after < now + 30d and description ~ gross").await, "cert");
}

/// The relations of the register, as the evaluator in memory asks for them.
struct Whole {
    resources: BTreeMap<String, Resource>,
    relations: Vec<(String, String, String)>,
}

impl Neighbours for Whole {
    fn of<'s>(
        &'s self,
        resource: &Resource,
        relation: &str,
        direction: Direction,
    ) -> Vec<&'s Resource> {
        let id = resource.id.to_string();
        let ends = self.relations.iter().filter(|(kind, _, _)| kind == relation);
        let others = ends.filter_map(|(_, from, to)| match direction {
            Direction::Forward if *from == id => Some(to),
            Direction::Backward if *to == id => Some(from),
            _ => None,
        });
        others.map(|other| &self.resources[other]).collect()
    }
}

/// Texts of filters over a handful of fields and values, some of which the register holds.
fn filters() -> impl Strategy<Value = String> {
    let text =
        prop::sample::select(vec!["a", "B", "ab*", "?", "*B*", "Ä", "ä", "核心", "%", "\"\""]);
    let number = prop::sample::select(vec!["0", "1", "2", "1024", "-1", "2.5"]);
    let time = prop::sample::select(vec![
        "now",
        "now-1d",
        "2023-11-14T22:13:20Z",
        "2023-11-14",
        "2023-11-15T06:13:20+08:00",
    ]);
    let network =
        prop::sample::select(vec!["10.0.0.0/8", "10.0.0.1", "::1", "fd00::/8", "0.0.0.0/0"]);
    let order = prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]);
    let like = prop::sample::select(vec!["=", "!=", "~", "!~"]);
    let textual =
        prop::sample::select(vec!["name", "description", "tag", "hostname", "serial", "kind"]);
    let numeric = prop::sample::select(vec!["memory_bytes", "mtu", "availability_target", "port"]);
    let timed = prop::sample::select(vec!["not_after", "updated_at", "in_service_since"]);
    let leaf = prop_oneof![
        (textual.clone(), like, text).prop_filter_map("kinds are known", |(field, sign, text)| {
            (field != "kind" || sign.ends_with('~')).then(|| format!("{field} {sign} {text}"))
        }),
        (numeric, order.clone(), number).prop_map(|(f, o, v)| format!("{f} {o} {v}")),
        (timed, order, time).prop_map(|(f, o, v)| format!("{f} {o} {v}")),
        network.prop_map(|network| format!("address in {network}")),
        textual.prop_map(|field| format!("has {field}")),
        Just("rotational".to_owned()),
        Just("retired".to_owned()),
        Just("has runs_on".to_owned()),
        Just("kind in (host, disk)".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} and {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
            inner.clone().prop_map(|a| format!("not ({a})")),
            inner.clone().prop_map(|a| format!("runs_on({a})")),
            inner.prop_map(|a| format!("by_part_of({a})")),
        ]
    })
}

/// A register in which most of what [`filters`] asks for is there.
async fn varied(house: &House) -> Whole {
    let kinds = ["host", "service", "disk", "certificate", "business-system", "network-interface"];
    let names = ["a", "B", "ab", "aB%", "Ä", "核心"];
    let times = ["2023-11-14T22:13:20Z", "2023-11-15T06:13:20+08:00", "2023-11-13T00:00:00Z"];
    let addresses = ["10.0.0.1", "::1", "fd00::7", "192.168.1.1"];
    let mut ids = Vec::new();
    for number in 0..36_usize {
        let kind = kinds[number % kinds.len()];
        let mut attributes = json!({});
        let mut put = |name: &str, value: Value| attributes[name] = value;
        match kind {
            "host" => {
                put("memory_bytes", json!([0, 1024, 2][number % 3]));
                put("hostname", json!(names[number % 5]));
                put("address", json!(addresses[number % 4]));
            }
            "service" => put("port", json!(number % 3)),
            "disk" => {
                put("rotational", json!(number % 4 == 0));
                put("serial", json!(names[number % 6]));
            }
            "certificate" => put("not_after", json!(times[number % 3])),
            "business-system" => {
                put("availability_target", json!([1.0, 2.5, 2.0][number % 3]));
                put("in_service_since", json!(times[(number + 1) % 3]));
            }
            _ => put("mtu", json!(number % 3)),
        }
        let tags = if number % 4 == 0 { json!(["核心", "B"]) } else { json!([]) };
        let description = ["", "B", "Ä a"][number % 3];
        let body = json!({"kind": kind, "name": names[(number / 6) % 6], "tags": tags,
            "description": description, "attributes": attributes});
        ids.push(make(house, body).await);
    }
    for number in 0..30 {
        let kind = if number % 2 == 0 { "runs-on" } else { "part-of" };
        house.relate(kind, &ids[number], &ids[(number * 7 + 5) % 36]).await;
    }
    for id in ids.iter().step_by(9) {
        house.client.delete(&format!("/api/v1/resources/{id}"), Some(1)).await;
    }
    whole(house).await
}

async fn whole(house: &House) -> Whole {
    let page = Page { after: None, limit: 500 };
    let all = house.resources.list(&Scope::Everywhere, &ResourceFilter::default(), &page).await;
    let resources: BTreeMap<String, Resource> =
        all.unwrap().items.into_iter().map(|one| (one.id.to_string(), one)).collect();
    let caller = Caller::system("test");
    let mut relations = BTreeSet::new();
    for resource in resources.values() {
        let page = house.resources.relations_of(&caller, resource.id, &page).await.unwrap();
        for SeenRelation { kind, direction, other, .. } in page.items {
            let (id, other) = (resource.id.to_string(), other.id.to_string());
            relations.insert(match direction {
                Direction::Forward => (kind, id, other),
                Direction::Backward => (kind, other, id),
            });
        }
    }
    Whole { resources, relations: relations.into_iter().collect() }
}

/// The database and the evaluator in memory are of one mind about every filter.
#[test]
fn database_and_memory_find_the_same() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (house, whole) = runtime.block_on(async {
        let house = house().await;
        let whole = varied(&house).await;
        (house, whole)
    });
    assert!(whole.relations.len() > 10, "{}", whole.relations.len());
    let config = ProptestConfig { cases: 300, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&filters(), |text| {
        let answer = runtime.block_on(async {
            let filter = match house.resources.parse_filter(&Caller::system("test"), &text).await {
                Ok(filter) => filter,
                // Chance may lead over more relations than a filter may.
                Err(error) => {
                    let said = kernel::Fault::from(error).text.en;
                    assert!(said.contains("3 relations"), "{text}: {said}");
                    return None;
                }
            };
            let search = ResourceSearch {
                // Those in use and those that are not: as the filter says by itself.
                filter: Some(format!("({text}) and (retired or not retired)")),
                ..ResourceSearch::default()
            };
            let caller = Caller::system("test");
            let found = house.resources.find(&caller, &search, None, 500).await.unwrap();
            Some((found.items, filter))
        });
        let Some((found, filter)) = answer else {
            return Err(TestCaseError::reject("too many relations in a row"));
        };
        let found: Vec<String> = found.iter().map(|one| one.id.to_string()).collect();
        let expected: Vec<String> = whole
            .resources
            .iter()
            .filter(|(_, one)| filter.matches(one, &whole))
            .map(|(id, _)| id.clone())
            .collect();
        prop_assert_eq!(found, expected, "{}", text);
        Ok(())
    });
    outcome.unwrap();
}
