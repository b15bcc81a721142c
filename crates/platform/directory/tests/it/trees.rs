use serde_json::json;

use crate::house::{house, refusal};

#[tokio::test]
async fn trees_follow_every_change_and_their_number_grows() {
    let house = house().await;
    let before = house.directory.generation().await.unwrap();
    let top = house.unit("top", None).await;
    let low = house.unit("low", Some(&top)).await;
    let trees = house.directory.trees().await.unwrap();
    assert_eq!(trees.unit_subtree(&top.id), [top.id.clone(), low.id.clone()].into());
    assert_eq!(trees.unit_ancestors(&low.id), [top.id.as_str()]);
    let after = house.directory.generation().await.unwrap();
    assert!(after > before);
    // What does not concern the directory does not make it work again.
    let tx = house.records.db.begin().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(house.directory.generation().await.unwrap(), after);
    house.person("1", "Ada", None).await;
    assert!(house.directory.generation().await.unwrap() > after);
}

#[tokio::test]
async fn closed_unit_stays_in_its_subtree_and_says_that_it_is_closed() {
    let house = house().await;
    let top = house.unit("top", None).await;
    let low = house.unit("low", Some(&top)).await;
    house.act(&low, "close", json!({})).await;
    let trees = house.directory.trees().await.unwrap();
    assert!(trees.unit_subtree(&top.id).contains(&low.id));
    assert!(trees.unit(&low.id).unwrap().closed && !trees.unit(&top.id).unwrap().closed);
}

#[tokio::test]
async fn holding_that_begins_or_ends_by_itself_makes_the_number_grow() {
    let house = house().await;
    let unit = house.unit("u", None).await;
    let post = house.post("p", &unit, false).await;
    let person = house.person("1", "Ada", None).await;
    house.hold(&person, &post, "2026-06-02", Some("2026-06-03")).await;
    let mut last = house.directory.generation().await.unwrap();
    let at = async || {
        let now = kernel::Clock::now(&house.clock);
        house.directory.posts_of(person.id.parse().unwrap(), now).await.unwrap().len()
    };
    assert_eq!(at().await, 0);
    for holds in [1, 0] {
        house.clock.advance(std::time::Duration::from_secs(86_400));
        let next = house.directory.generation().await.unwrap();
        assert!(next > last);
        assert_eq!(at().await, holds);
        last = next;
    }
    house.clock.advance(std::time::Duration::from_secs(86_400));
    assert_eq!(house.directory.generation().await.unwrap(), last);
}

#[tokio::test]
async fn regions_are_a_tree_of_their_own() {
    let house = house().await;
    let region = |code: &str, parent: Option<&str>| {
        json!({"code": code, "name": {"en": "", "zh": code}, "kind": "市",
            "parent_id": parent, "from": "2020-01-01"})
    };
    let province = house.make("regions", region("330000", None)).await;
    let city = house.make("regions", region("330100", Some(&province.id))).await;
    let trees = house.directory.trees().await.unwrap();
    assert_eq!(trees.region_subtree(&province.id).len(), 2);
    assert_eq!(trees.region_ancestors(&city.id), [province.id.as_str()]);
    let cycle = house.change(&province, json!({"parent_id": city.id})).await;
    assert_eq!(refusal(&cycle), (409, "cycle"));
    let body = json!({"code": "u", "name": {"en": "u", "zh": ""}, "region_id": city.id,
        "from": "2021-01-01"});
    house.make("units", body).await;
    let needed = house.act(&city, "close", json!({})).await;
    assert_eq!(refusal(&needed), (409, "still-needed"));
    assert!(needed.json["detail"].as_str().unwrap().contains("1 unit (u)"));
}
