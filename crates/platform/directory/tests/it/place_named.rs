//! A refusal because of a place names the field that says where, and what it says.

use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    house::{Made, refusal},
    import::send,
    scope::{Two, two},
};

fn named(answer: &Answer, field: &str, found: &str) {
    assert_eq!(refusal(answer), (403, "out-of-scope"), "{field}: {}", answer.json);
    let at = &answer.json["fields"][0];
    assert_eq!((&at["field"], &at["found"]), (&json!(field), &json!(found)), "{}", answer.json);
    let detail = answer.json["detail"].as_str().unwrap();
    assert!(detail.contains("directory.change"), "{detail}");
}

async fn region(two: &Two, code: &str) -> Made {
    let body = json!({"code": code, "name": {"en": code, "zh": code}, "from": "2020-01-01"});
    two.house.make("regions", body).await
}

#[tokio::test]
async fn what_is_made_or_moved_beyond_the_part_is_named_by_its_field() {
    let two = two().await;
    let far = region(&two, "3702").await;
    let (client, _) = two.northerner().await;
    let (north, south) = (&two.north.id, &two.south.id);
    let [(_, _), (office, _), (post, far_post), (person, _), (_, _), (site, _)] = &two.things[..]
    else {
        panic!("six")
    };
    let name = json!({"en": "x", "zh": "x"});
    let unit = |parent: Option<&str>, region: Option<&str>| {
        let mut unit = json!({"code": "x", "name": name});
        (unit["parent_id"], unit["region_id"]) = (json!(parent), json!(region));
        unit
    };
    for (list, body, field, found) in [
        ("units", unit(Some(south), None), "parent_id", south.as_str()),
        ("units", unit(None, None), "parent_id", ""),
        ("units", unit(Some(north), Some(&far.id)), "region_id", &far.id),
        ("posts", json!({"code": "x", "title": name, "unit_id": south}), "unit_id", south),
        ("people", json!({"number": "x", "name": "x", "unit_id": south}), "unit_id", south),
        ("people", json!({"number": "x", "name": "x"}), "unit_id", ""),
        ("sites", json!({"code": "x", "name": name, "unit_id": south}), "unit_id", south),
        (
            "sites",
            json!({"code": "x", "name": name, "unit_id": north, "region_id": far.id}),
            "region_id",
            &far.id,
        ),
        ("sites", json!({"code": "x", "name": name}), "unit_id", ""),
        ("regions", json!({"code": "x", "name": name, "parent_id": far.id}), "parent_id", &far.id),
        ("regions", json!({"code": "x", "name": name}), "parent_id", ""),
    ] {
        named(&client.post(&format!("/api/v1/{list}"), body).await, field, found);
    }
    for (thing, body, field, found) in [
        (office, json!({"region_id": far.id}), "region_id", &far.id),
        (post, json!({"unit_id": south}), "unit_id", south),
        (person, json!({"unit_id": south}), "unit_id", south),
        (site, json!({"unit_id": south}), "unit_id", south),
        (site, json!({"region_id": far.id}), "region_id", &far.id),
    ] {
        named(&client.patch(&thing.path, 1, body).await, field, found);
    }
    let act = async |verb: &str, thing: &Made, body: Value| {
        let path = format!("{}/{verb}", thing.path);
        client.send("POST", &path, Some(body.to_string()), Some(1)).await
    };
    named(&act("move", office, json!({"parent_id": south})).await, "parent_id", south);
    named(&act("move", office, json!({"parent_id": null})).await, "parent_id", "");
    // Who sees a post and may not change it is told which it is.
    let sees = two.house.client.with_header("x-test-held", &sees_all(&two, &[]).await);
    let body = json!({"post_id": far_post.id, "person_id": person.id, "from": "2026-01-01"});
    named(&sees.post("/api/v1/holdings", body).await, "post_id", &far_post.id);
}

/// Who changes the north and sees all units, and these regions.
async fn sees_all(two: &Two, regions: &[&str]) -> String {
    let trees = two.house.directory.trees().await.unwrap();
    let all: Vec<String> = trees.units().map(|unit| unit.id.clone()).collect();
    let north: Vec<String> = trees.unit_subtree(&two.north.id).into_iter().collect();
    let seen = json!({"units": all, "regions": regions});
    json!({"directory.read": seen, "directory.change": {"units": north}}).to_string()
}

#[tokio::test]
async fn row_about_a_place_beyond_the_part_is_wrong_in_the_cell_that_names_it() {
    let two = two().await;
    let far = region(&two, "3702").await;
    let held = sees_all(&two, &[&far.id]).await;
    for (sheet, rows, cell) in [
        ("units", "code,name_zh,parent_code\nx,x,south\n", "units!C2"),
        ("units", "code,name_zh,parent_code,region_code\nx,x,north,3702\n", "units!D2"),
        ("units", "code,parent_code\nn-office,south\n", "units!B2"),
        ("units", "code,region_code\nn-office,3702\n", "units!B2"),
        ("posts", "code,title_zh,unit_code\nx,x,south\n", "posts!C2"),
        ("posts", "code,unit_code\nn-post,south\n", "posts!B2"),
        ("people", "number,name,unit_code\nx,x,south\n", "people!C2"),
        ("people", "number,name,unit_code\nn-1,x,south\n", "people!C2"),
        ("sites", "code,name_zh,unit_code\nx,x,south\n", "sites!C2"),
        ("sites", "code,unit_code\nn,south\n", "sites!B2"),
        ("sites", "code,region_code\nn,3702\n", "sites!B2"),
        ("regions", "code,name_zh,parent_code\nx,x,3702\n", "regions!C2"),
        ("holdings", "person_number,post_code,from\nn-1,s-post,2026-01-01\n", "holdings!B2"),
    ] {
        let path = format!("import?sheet={sheet}");
        let refused = send(&two.house, "POST", &path, &held, rows.into()).await;
        assert_eq!(refused.status, 400, "{rows}: {}", refused.json);
        let at = &refused.json["fields"][0];
        assert_eq!(at["field"], cell, "{rows}: {}", refused.json);
        let expected = at["expected"].as_str().unwrap();
        assert!(expected.starts_with("您权限范围内的"), "{rows}: {expected}");
    }
}

/// Of an unknown place nothing else is said than of one that is not seen.
#[tokio::test]
async fn place_that_there_is_not_is_refused_like_one_that_is_not_seen() {
    let two = two().await;
    let (client, _): (Client, _) = two.northerner().await;
    let absent = "01890a5d-ac96-774b-bcce-b302099a8057";
    let mut said = Vec::new();
    for unit in [absent, &two.south.id] {
        let body = json!({"number": "x", "name": "x", "unit_id": unit});
        let refused = client.post("/api/v1/people", body).await;
        named(&refused, "unit_id", unit);
        said.push(refused.json["fields"].to_string().replace(unit, ""));
    }
    assert_eq!(said[0], said[1]);
}
