use http_kit::SearchSource;
use kernel::{Caller, Text};
use serde_json::json;

use crate::house::{all, fields, house, refusal};

#[tokio::test]
async fn people_are_found_by_name_pinyin_initials_number_and_contact() {
    let house = house().await;
    let unit = house.unit("u", None).await;
    let body = json!({"number": "0017", "name": "王小明", "unit_id": unit.id,
        "contacts": [{"way": "mobile", "value": "138 0000 1234"},
            {"way": "mail", "value": "Wang.XM@example.gov.cn"}]});
    house.make("people", body).await;
    house.person("0018", "李娜", Some(&unit)).await;
    for text in ["小明", "wangxiao", "WXM", "0017", "wang.xm@", "1234"] {
        let list = house.client.get(&format!("/api/v1/people?q={text}")).await.json;
        assert_eq!(all(&list, "number"), ["0017"], "{text}");
    }
    for text in ["%25", "_", "zzz"] {
        let list = house.client.get(&format!("/api/v1/people?q={text}")).await.json;
        assert_eq!(list["items"], json!([]), "{text}");
    }
    let hits = house.directory.search(&Caller::system("test"), "ln", 5).await.unwrap();
    let shown = (Text::same("李娜"), Text::same("0018 · u"));
    assert_eq!((&hits[0].title, &hits[0].subtitle), (&shown.0, &shown.1));
    let hits = house.directory.search(&Caller::stranger(), "ln", 5).await.unwrap();
    assert!(hits.is_empty());
}

#[tokio::test]
async fn one_search_finds_people_units_posts_and_sites() {
    let house = house().await;
    let unit = house.unit("core", None).await;
    house.person("core-1", "李娜", Some(&unit)).await;
    let post = json!({"code": "core-head", "unit_id": unit.id,
        "title": {"en": "Head of core", "zh": "主任"}});
    house.make("posts", post).await;
    let site = json!({"code": "core-dc", "name": {"en": "Data centre", "zh": "机房"},
        "unit_id": unit.id});
    house.make("sites", site).await;
    let found = async |limit: u32| {
        let hits = house.directory.search(&Caller::system("test"), "core", limit).await.unwrap();
        let shown = hits.into_iter().map(|hit| format!("{} {}", hit.r#type, hit.subtitle.en));
        shown.collect::<Vec<_>>()
    };
    assert_eq!(
        found(9).await,
        ["person core-1 · core", "unit core", "post core-head · core", "site core-dc · core"]
    );
    assert_eq!(found(3).await.len(), 3);
}

#[tokio::test]
async fn one_number_belongs_to_one_person_at_a_time() {
    let house = house().await;
    let first = house.person("17", "Ada", None).await;
    let body = json!({"number": "17", "name": "Ben"});
    let taken = house.client.post("/api/v1/people", body.clone()).await;
    assert_eq!((taken.status.as_u16(), fields(&taken.json)), (400, vec!["number"]));
    let other = house.person("18", "Ben", None).await;
    assert_eq!(fields(&house.change(&other, json!({"number": "17"})).await.json), ["number"]);
    assert_eq!(house.act(&first, "leave", json!({})).await.status, 200);
    assert_eq!(house.client.post("/api/v1/people", body).await.status, 201);
}

#[tokio::test]
async fn whoever_leaves_holds_nothing_more_and_stays_in_the_past() {
    let house = house().await;
    let unit = house.unit("u", None).await;
    let (one, two) = (house.post("p1", &unit, false).await, house.post("p2", &unit, false).await);
    let ada = house.person("17", "Ada", Some(&unit)).await;
    let now = house.hold(&ada, &one, "2024-01-01", None).await;
    let planned = house.hold(&ada, &two, "2026-12-01", None).await;
    assert_eq!(house.act(&ada, "leave", json!({"at": "2026-07-01"})).await.status, 200);
    let list = |day: &str| format!("/api/v1/holdings?person_id={}&as_of={day}", ada.id);
    for (day, ids) in
        [("2026-06-30", vec![now.id.as_str()]), ("2026-07-01", vec![]), ("2026-12-02", vec![])]
    {
        assert_eq!(all(&house.client.get(&list(day)).await.json, "id"), ids, "{day}");
    }
    assert_eq!(house.client.get(&planned.path).await.status, 200);
    house.clock.advance(std::time::Duration::from_secs(31 * 86_400));
    assert_eq!(house.client.get("/api/v1/people").await.json["items"], json!([]));
    assert_eq!(house.client.get(&ada.path).await.json["name"], "Ada");
    let id = ada.id.parse().unwrap();
    assert!(house.directory.contact_ways(id).await.unwrap().is_empty());
    assert_eq!(house.directory.person(id).await.unwrap().unwrap().state.name, "Ada");
    // Nobody is in the way of closing the posts now.
    assert_eq!(house.act(&two, "close", json!({})).await.status, 200);
}

#[tokio::test]
async fn person_holds_a_post_once_at_a_time_but_may_act_elsewhere() {
    let house = house().await;
    let unit = house.unit("u", None).await;
    let (one, two) = (house.post("p1", &unit, true).await, house.post("p2", &unit, false).await);
    let ada = house.person("17", "Ada", Some(&unit)).await;
    house.hold(&ada, &one, "2024-01-01", Some("2026-07-01")).await;
    let again = json!({"person_id": ada.id, "post_id": one.id, "from": "2026-06-30"});
    let refused = house.client.post("/api/v1/holdings", again).await;
    assert_eq!(refusal(&refused), (409, "held-already"));
    house.hold(&ada, &one, "2026-07-01", None).await;
    let acting = json!({"person_id": ada.id, "post_id": two.id, "kind": "acting",
        "share_percent": 20, "from": "2026-01-01"});
    let acting = house.make("holdings", acting).await;
    let changed = house.change(&acting, json!({"kind": "part-time", "share_percent": 30})).await;
    assert_eq!(
        (&changed.json["kind"], &changed.json["share_percent"]),
        (&json!("part-time"), &json!(30))
    );
    let held = house.directory.posts_of(ada.id.parse().unwrap(), kernel::Clock::now(&house.clock));
    let held = held.await.unwrap();
    let codes: Vec<&str> = held.iter().map(|held| held.post.state.code.as_str()).collect();
    assert_eq!(codes, ["p1", "p2"]);
    let holders =
        house.directory.holders(two.id.parse().unwrap(), kernel::Clock::now(&house.clock));
    assert_eq!(holders.await.unwrap()[0].id.to_string(), acting.id);
}

#[tokio::test]
async fn lists_go_on_where_the_page_before_ended() {
    let house = house().await;
    for number in 1..=5 {
        house.person(&number.to_string(), "Ada", None).await;
    }
    let (mut path, mut seen) = ("/api/v1/people?limit=2".to_owned(), Vec::new());
    loop {
        let page = house.client.get(&path).await.json;
        seen.extend(all(&page, "number").iter().map(ToString::to_string));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/people?limit=2&after={next}");
    }
    assert_eq!(seen, ["1", "2", "3", "4", "5"]);
    let wrong = house.client.get("/api/v1/people?after=x").await;
    assert_eq!((wrong.status.as_u16(), fields(&wrong.json)), (400, vec!["after"]));
}

#[tokio::test]
async fn person_has_a_past_of_all_they_held_and_a_future() {
    let house = house().await;
    let (ours, theirs) = (house.unit("ours", None).await, house.unit("theirs", None).await);
    let one = house.post("p1", &ours, false).await;
    let two = house.post("p2", &theirs, false).await;
    let ada = house.person("1", "Ada", Some(&ours)).await;
    let early = house.hold(&ada, &one, "2021-01-01", Some("2023-01-01")).await;
    let middle = house.hold(&ada, &two, "2023-01-01", Some("2024-01-01")).await;
    let now = house.hold(&ada, &one, "2024-01-01", None).await;
    house.change(&now, json!({"share_percent": 50, "from": "2025-01-01"})).await;
    let later = house.hold(&ada, &two, "2027-01-01", None).await;
    let held = house.client.get(&format!("{}/holdings", ada.path)).await.json;
    assert_eq!(all(&held, "id"), [&later.id, &now.id, &now.id, &middle.id, &early.id]);
    let shares: Vec<i64> = held["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|h| h["share_percent"].as_i64())
        .collect();
    assert_eq!(shares, [100, 50, 100, 100, 100]);
    let within = kernel::Within { units: [ours.id.clone()].into(), ..kernel::Within::default() };
    let client = house.client.holding(&["directory.read"], &within);
    let held = client.get(&format!("{}/holdings", ada.path)).await.json;
    assert_eq!(all(&held, "id"), [&now.id, &now.id, &early.id]);
    let within = kernel::Within { units: [theirs.id.clone()].into(), ..kernel::Within::default() };
    let client = house.client.holding(&["directory.read"], &within);
    assert_eq!(client.get(&format!("{}/holdings", ada.path)).await.status, 404);
}
