//! What lies in a region: by its own region, or by that of its unit.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    house::{House, province},
    searching::escape,
};

async fn names(house: &House, query: &str) -> String {
    let answer = house.client.get(&format!("/api/v1/resources?sort=name&{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.json);
    let count = house.client.get(&format!("/api/v1/resources/count?{query}")).await.json;
    let items = answer.json["items"].as_array().unwrap().clone();
    assert_eq!(count["count"], json!(items.len()), "{query}");
    let name = |item: &Value| item["name"].as_str().unwrap().to_owned();
    items.iter().map(name).collect::<Vec<_>>().join(" ")
}

/// Only what named the region itself was found, and so hardly anything.
#[tokio::test]
async fn what_lies_in_a_region_is_found_also_by_its_unit() {
    let (house, units, regions) = province().await;
    for (name, unit, region) in [
        ("by-region", None, Some(&regions[0])),
        ("by-unit", Some(&units[0]), None),
        ("elsewhere", Some(&units[0]), Some(&regions[1])),
        ("nowhere", None, None),
        ("other", Some(&units[1]), None),
    ] {
        let kind = "business-system";
        let body = json!({"kind": kind, "name": name, "unit_id": unit, "region_id": region});
        assert_eq!(house.client.post("/api/v1/resources", body).await.status, 201);
    }
    let filter = |text: &str| format!("filter={}", escape(text));
    for (query, found) in [
        (format!("region_id={}", regions[0]), "by-region by-unit"),
        (format!("region_id={}&kind=business-system&q=by-u", regions[0]), "by-unit"),
        (filter("region = \"FIN-NB\""), "by-region by-unit"),
        (filter("region under \"FIN-NB\""), "by-region by-unit"),
        (filter("region in (\"FIN-NB\", \"FIN-HZ\")"), "by-region by-unit elsewhere other"),
        (filter("region != \"FIN-NB\""), "elsewhere nowhere other"),
        (filter("not region under \"FIN-HZ\""), "by-region by-unit nowhere"),
        (filter("has region"), "by-region elsewhere"),
    ] {
        assert_eq!(names(&house, &query).await, found, "{query}");
    }
    // Who holds the region does not hold all that its unit has: one thing of it is elsewhere.
    let all = |ids: &[String]| -> BTreeSet<String> { ids.iter().cloned().collect() };
    for (units, regions, elsewhere) in [
        (&units[..1], &regions[..1], true),
        (&units[..1], &regions[..], false),
        (&units[1..], &regions[..0], false),
        (&units[..], &regions[1..], false),
        (&units[..], &regions[..0], true),
        (&units[..0], &regions[..0], false),
    ] {
        let found = house.resources.any_elsewhere(&all(units), &all(regions)).await.unwrap();
        assert_eq!(found, elsewhere, "{units:?} {regions:?}");
    }
}
