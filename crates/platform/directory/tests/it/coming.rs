//! What is to come of the organisation: listed and cancelled.

use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    house::{House, Made, house, refusal},
    scope::two,
};

const COMING: &str = "/api/v1/directory/coming-changes";
/// The beginning of the day in Shanghai.
const DAY: &str = "2026-12-09T16:00:00Z";

async fn list(client: &Client, query: &str) -> Vec<Value> {
    let answer = client.get(&format!("{COMING}{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json["items"].as_array().unwrap().clone()
}

/// Each as `noun name turn: the fields that change`.
fn said(items: &[Value]) -> Vec<String> {
    let of = |item: &Value| {
        let text = |field: &str| item[field].as_str().unwrap().to_owned();
        let name = item["name"]["en"].as_str().unwrap();
        let fields = item["fields"].as_array().unwrap().iter();
        let fields: Vec<&str> = fields.map(|field| field["field"].as_str().unwrap()).collect();
        format!("{} {name} {}: {}", text("noun"), text("turn"), fields.join(" "))
    };
    items.iter().map(of).collect()
}

async fn cancel(house: &House, by: &Client, (noun, thing): (&str, &Made), at: &str) -> Answer {
    let version = house.version(thing).await;
    let body = json!({ "noun": noun, "id": thing.id, "at": at }).to_string();
    by.send("POST", &format!("{COMING}/cancel"), Some(body), Some(version)).await
}

async fn cancelled(house: &House, thing: (&str, &Made), at: &str) {
    let answer = cancel(house, &house.client, thing, at).await;
    assert_eq!(answer.status, 204, "{}", answer.json);
}

async fn then(house: &House, thing: &Made) -> Answer {
    house.client.get(&format!("{}?as_of=2027-01-01", thing.path)).await
}

#[tokio::test]
async fn what_is_to_begin_change_or_end_is_listed_with_who_told_it() {
    let two = two().await;
    let house = &two.house;
    let (client, _) = two.northerner().await;
    let [office, post, person, holding, site] = [1, 2, 3, 4, 5].map(|at: usize| &two.things[at].0);
    for (thing, body) in [
        (person, json!({ "name": "王大明", "from": "2026-12-10" })),
        (post, json!({ "unit_id": two.north.id, "from": "2026-12-10" })),
        (site, json!({ "address": "x", "from": "2026-12-10" })),
        (holding, json!({ "share_percent": 50, "from": "2026-12-10" })),
    ] {
        assert_eq!(house.change(thing, body).await.status, 200);
    }
    let by =
        client.patch(&office.path, 1, json!({ "short_name": "o", "from": "2026-12-10" })).await;
    assert_eq!(by.status, 200, "{}", by.json);
    let body = json!({ "code": "new", "name": { "en": "new", "zh": "新" }, "from": "2026-11-01",
        "parent_id": two.north.id });
    house.make("units", body).await;
    assert_eq!(house.act(holding, "end", json!({ "at": "2026-12-31" })).await.status, 200);
    let all = list(&house.client, "").await;
    assert_eq!(
        said(&all),
        [
            "unit new begins: ",
            "holding 王小明: n-post changes: share_percent",
            "person 王大明 changes: name",
            "post n-post changes: unit_id",
            "site n changes: address",
            "unit n-office changes: short_name",
            "holding 王小明: n-post ends: ",
        ]
    );
    assert_eq!((&all[5]["told_by"], &all[5]["at"]), (&json!("viewer"), &json!(DAY)));
    assert_eq!(all[5]["fields"][0], json!({"field": "short_name", "before": "", "after": "o"}));
    for (query, count) in [
        ("?noun=unit".to_owned(), 2),
        (format!("?id={}", holding.id), 2),
        ("?until=2026-12-10".to_owned(), 6),
        ("?until=2026-12-09".to_owned(), 1),
        ("?told_by=viewer".to_owned(), 1),
    ] {
        assert_eq!(list(&house.client, &query).await.len(), count, "{query}");
    }
    // All of it is the northerner's, also what is to come there.
    let (client, _) = two.northerner().await;
    assert_eq!(list(&client, "").await, all);
    let (mut after, mut paged) = (String::new(), Vec::new());
    loop {
        let page = client.get(&format!("{COMING}?limit=2{after}")).await.json;
        paged.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(paged, all);
    // A change that counts from now on leaves what others told for later theirs.
    assert_eq!(house.change(office, json!({ "kind": "k" })).await.status, 200);
    assert_eq!(list(&house.client, "?told_by=viewer").await.len(), 1);
    house.clock.advance(std::time::Duration::from_secs(86_400 * 200));
    assert_eq!(said(&list(&house.client, "").await), ["holding 王大明: n-post ends: "]);
}

#[tokio::test]
async fn cancelled_it_does_not_begin_change_or_end() {
    let two = two().await;
    let house = &two.house;
    let [office, person, holding] = [1, 3, 4].map(|at: usize| &two.things[at].0);
    let moved = json!({ "unit_id": two.north.id, "from": "2026-12-10" });
    assert_eq!(house.change(person, moved).await.status, 200);
    let later = json!({ "unit_id": two.south.id, "from": "2027-06-01" });
    assert_eq!(house.change(person, later).await.status, 200);
    let told = house.facts().await;
    cancelled(house, ("person", person), "2026-12-10").await;
    assert_eq!(then(house, person).await.json["unit_id"], json!(office.id));
    let far = house.client.get(&format!("{}?as_of=2027-07-01", person.path)).await.json;
    assert_eq!(far["unit_id"], json!(two.south.id), "what was told for later stands");
    let fact = house.facts().await.pop().unwrap();
    assert_eq!(fact.verb, "person.change_cancelled");
    assert_eq!(fact.detail["fields"], json!(["unit_id"]));
    assert_eq!(fact.cause, Some(told[told.len() - 2].seq));
    let again = cancel(house, &house.client, ("person", person), "2026-12-10").await;
    assert_eq!(refusal(&again), (409, "nothing-coming"));
    assert_eq!(house.act(holding, "end", json!({ "at": "2026-12-10" })).await.status, 200);
    cancelled(house, ("holding", holding), "2026-12-10").await;
    assert_eq!(then(house, holding).await.json["valid_to"], Value::Null);
    let body = json!({ "code": "new", "name": { "en": "new", "zh": "新" }, "from": "2026-12-10" });
    let new = house.make("units", body.clone()).await;
    let joining = house
        .make(
            "posts",
            json!({ "code": "p", "title": { "en": "p", "zh": "p" },
        "unit_id": new.id, "from": "2026-12-10" }),
        )
        .await;
    let held = json!({ "person_id": person.id, "post_id": joining.id, "from": "2026-12-20" });
    let held = house.make("holdings", held).await;
    for (noun, thing) in [("unit", &new), ("post", &joining)] {
        let refused = cancel(house, &house.client, (noun, thing), "2026-12-10").await;
        assert_eq!(refusal(&refused), (409, "still-needed"), "{noun}");
    }
    for (thing, at) in [
        (("holding", &held), "2026-12-20"),
        (("post", &joining), "2026-12-10"),
        (("unit", &new), "2026-12-10"),
    ] {
        cancelled(house, thing, at).await;
        assert_eq!(then(house, thing.1).await.status, 404);
    }
    // Its code is free again.
    house.make("units", body).await;
}

/// Who leaves holds nothing more; who stays after all is appointed anew.
#[tokio::test]
async fn leaving_is_cancelled_and_the_holdings_by_themselves() {
    let two = two().await;
    let house = &two.house;
    let [person, holding] = [3, 4].map(|at: usize| &two.things[at].0);
    assert_eq!(house.act(person, "leave", json!({ "at": "2026-12-10" })).await.status, 200);
    let refused = cancel(house, &house.client, ("holding", holding), "2026-12-10").await;
    assert_eq!(refusal(&refused), (400, "invalid"), "{}", refused.json);
    cancelled(house, ("person", person), "2026-12-10").await;
    cancelled(house, ("holding", holding), "2026-12-10").await;
    assert_eq!(then(house, holding).await.status, 200);
    assert_eq!(list(&house.client, "").await, Vec::<Value>::new());
}

#[tokio::test]
async fn unit_whose_merging_is_cancelled_takes_back_what_is_taken_back() {
    let house = house().await;
    let (a, b) = (house.unit("a", None).await, house.unit("b", None).await);
    let person = house.person("1", "Ada", Some(&a)).await;
    let merge = json!({ "units": [a.id], "from": "2026-12-10" });
    assert_eq!(house.act(&b, "merge", merge).await.status, 200);
    assert_eq!(
        said(&list(&house.client, "").await),
        ["person Ada changes: unit_id", "unit a ends: "]
    );
    // The unit must be there to take somebody back.
    let refused = cancel(&house, &house.client, ("person", &person), "2026-12-10").await;
    assert_eq!(refusal(&refused), (400, "invalid"));
    cancelled(&house, ("unit", &a), "2026-12-10").await;
    cancelled(&house, ("person", &person), "2026-12-10").await;
    assert_eq!(then(&house, &person).await.json["unit_id"], json!(a.id));
    let links = house.client.get(&format!("{}/succession", a.path)).await.json;
    assert_eq!(links["items"], json!([]));
}

/// Where somebody is to go is told to nobody who does not see it.
#[tokio::test]
async fn coming_change_is_shown_and_cancelled_within_the_scope() {
    let two = two().await;
    let house = &two.house;
    let (client, _) = two.northerner().await;
    let (person, far) = (&two.things[3].0, &two.things[3].1);
    let (office, far_office) = (&two.things[1].0, &two.things[1].1);
    let away = json!({ "unit_id": far_office.id, "name": "Secret", "from": "2026-12-10" });
    assert_eq!(house.change(person, away).await.status, 200);
    assert_eq!(
        house.change(person, json!({ "name": "More", "from": "2027-01-10" })).await.status,
        200
    );
    let back = json!({ "unit_id": office.id, "from": "2026-12-10" });
    assert_eq!(house.change(far, back).await.status, 200);
    let moved = json!({ "parent_id": two.south.id, "from": "2026-12-10" });
    assert_eq!(house.act(office, "move", moved).await.status, 200);
    let seen = list(&client, "").await;
    assert_eq!(
        said(&seen),
        ["person 王小明 changes: name unit_id", "unit n-office changes: parent_id"]
    );
    for one in &seen {
        assert_eq!((&one["before_hidden"], &one["after_hidden"]), (&json!(false), &json!(true)));
        let text = one.to_string();
        assert!(!text.contains("Secret") && !text.contains(&two.south.id), "{text}");
    }
    for (noun, thing) in [("person", person), ("unit", office)] {
        let refused = cancel(house, &client, (noun, thing), "2026-12-10").await;
        assert_eq!(refusal(&refused), (403, "out-of-scope"), "{noun}");
    }
    let unseen = cancel(house, &client, ("person", person), "2027-01-10").await;
    assert_eq!(refusal(&unseen), (409, "nothing-coming"));
    assert_eq!(refusal(&cancel(house, &client, ("person", far), "2026-12-10").await).0, 404);
    let reader = house.client.holding(&["directory.read"], &kernel::Within::default());
    assert_eq!(reader.get(COMING).await.status, 403);
    for (noun, thing) in [("person", person), ("unit", office)] {
        cancelled(house, (noun, thing), "2026-12-10").await;
    }
}
