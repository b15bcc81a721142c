use kernel::Within;
use serde_json::json;

use crate::house::{all, house, refusal};

/// A unit that names no region was outside of the scope by region that covers the unit above it,
/// and so were its people.
#[tokio::test]
async fn unit_without_a_region_is_where_the_unit_above_it_is() {
    let house = house().await;
    let region = json!({"code": "3302", "name": {"en": "Ningbo", "zh": "宁波"}});
    let region = house.make("regions", region).await;
    let bureau = json!({"code": "nb", "name": {"en": "nb", "zh": "nb"}, "region_id": region.id});
    let bureau = house.make("units", bureau).await;
    let named = |code: &str| json!({"en": code, "zh": code});
    let below =
        |code: &str, parent: &str| json!({"code": code, "name": named(code), "parent_id": parent});
    let office = house.make("units", below("office", &bureau.id)).await;
    let desk = house.make("units", below("desk", &office.id)).await;
    let person = json!({"number": "1", "name": "Ada", "unit_id": desk.id});
    let person = house.make("people", person).await;
    let site = json!({"code": "s", "name": {"en": "s", "zh": "s"}, "unit_id": desk.id});
    let site = house.make("sites", site).await;
    let northerner = async || {
        let regions = [region.id.clone()].into();
        let answering = house.directory.trees().await.unwrap().units_answering(&regions);
        let within = Within { regions, answering, ..Within::default() };
        house.client.holding(&["directory.read", "directory.change"], &within)
    };
    let client = northerner().await;
    let codes = client.get("/api/v1/units").await.json;
    assert_eq!(all(&codes, "code"), ["nb", "office", "desk"]);
    for thing in [&office, &desk, &person, &site] {
        let list = client.get(thing.path.rsplit_once('/').unwrap().0).await.json;
        assert!(all(&list, "id").contains(&thing.id.as_str()), "{}", thing.path);
        assert_eq!(client.get(&thing.path).await.status, 200, "{}", thing.path);
    }
    // Whoever asks for the region finds what is in it, as long as it is.
    for (list, ids) in
        [("units", vec![&bureau.id, &office.id, &desk.id]), ("sites", vec![&site.id])]
    {
        let path = format!("/api/v1/{list}?region_id={}", region.id);
        assert_eq!(all(&house.client.get(&path).await.json, "id"), ids, "{list}");
        assert_eq!(all(&client.get(&path).await.json, "id"), ids, "{list}");
        let before = house.client.get(&format!("{path}&as_of=2020-06-01")).await.json;
        assert_eq!(before["items"], json!([]));
    }
    // And it is theirs to change.
    assert_eq!(client.patch(&desk.path, 1, json!({"short_name": "d"})).await.status, 200);
    assert_eq!(client.patch(&person.path, 1, json!({"name": "Eve"})).await.status, 200);
    assert_eq!(client.post("/api/v1/units", below("new", &desk.id)).await.status, 201);
    let top = house.unit("top", None).await;
    assert_eq!(client.get(&top.path).await.status, 404);
    let away = client
        .send(
            "POST",
            &format!("{}/move", office.path),
            Some(json!({"parent_id": top.id}).to_string()),
            Some(1),
        )
        .await;
    assert_eq!(refusal(&away), (403, "out-of-scope"));
    // With the unit above it goes what is below it.
    let moved = house.act(&office, "move", json!({"parent_id": top.id})).await;
    assert_eq!(moved.status, 200, "{}", moved.json);
    let client = northerner().await;
    for thing in [&office, &desk, &person, &site] {
        assert_eq!(client.get(&thing.path).await.status, 404, "{}", thing.path);
    }
}
