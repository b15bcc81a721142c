use serde_json::json;

use crate::house::{fields, house};

const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

#[tokio::test]
async fn wrong_input_is_named_by_field_and_leaves_nothing_behind() {
    let house = house().await;
    let (long, name) = ("x".repeat(201), json!({"en": "a", "zh": "甲"}));
    for (path, body, expected) in [
        ("units", json!({"code": "", "name": name}), vec!["code"]),
        ("units", json!({"code": "a b", "name": name}), vec!["code"]),
        ("units", json!({"code": "a", "name": {"en": " ", "zh": ""}}), vec!["name"]),
        ("units", json!({"code": "a", "name": {"en": long, "zh": ""}}), vec!["name.en"]),
        ("units", json!({"code": "a", "name": {"en": "a\u{0}", "zh": ""}}), vec!["name.en"]),
        ("units", json!({"code": "a", "name": name, "parent_id": NOBODY}), vec!["parent_id"]),
        ("units", json!({"code": "a", "name": name, "region_id": NOBODY}), vec!["region_id"]),
        ("units", json!({"code": "a", "name": name, "from": "soon"}), vec!["from"]),
        ("units", json!({"code": "a", "name": name, "from": "0001-01-01"}), vec!["from"]),
        ("units", json!({"code": "a", "name": name, "colour": 1}), vec!["colour"]),
        ("units", json!({"code": "a", "name": name, "parent_id": "5"}), vec!["parent_id"]),
        ("posts", json!({"code": "p", "title": name, "unit_id": NOBODY}), vec!["unit_id"]),
        ("people", json!({"number": "1", "name": ""}), vec!["name"]),
        ("people", json!({"number": "1", "name": "a", "language": "fr"}), vec!["language"]),
        (
            "people",
            json!({"number": "1", "name": "a", "contacts": [{"way": "fax", "value": "1"}]}),
            vec!["contacts[0].way"],
        ),
        (
            "people",
            json!({"number": "", "name": "a", "contacts": [{"way": "mail", "value": "x"}]}),
            vec!["number", "contacts[0].value"],
        ),
        (
            "sites",
            json!({"code": "s", "name": name, "coordinates": {"latitude": 91, "longitude": 181}}),
            vec!["latitude", "longitude"],
        ),
        ("holdings", json!({"person_id": NOBODY, "post_id": NOBODY}), vec!["person_id", "post_id"]),
        (
            "holdings",
            json!({"person_id": NOBODY, "post_id": NOBODY, "share_percent": 0}),
            vec!["share_percent"],
        ),
        (
            "holdings",
            json!({"person_id": NOBODY, "post_id": NOBODY, "from": "2026-01-02",
                "to": "2026-01-01"}),
            vec!["to"],
        ),
    ] {
        let answer = house.client.post(&format!("/api/v1/{path}"), body.clone()).await;
        assert_eq!(answer.status, 400, "{body} {}", answer.json);
        assert_eq!(fields(&answer.json), expected, "{body}");
    }
    assert!(house.verbs().await.is_empty());
}

#[tokio::test]
async fn wrong_questions_are_named_by_field() {
    let house = house().await;
    let long = "x".repeat(201);
    for (path, field) in [
        ("units?as_of=yesterday".to_owned(), "as_of"),
        ("people?known_at=2026-02-30".to_owned(), "known_at"),
        (format!("people?q={long}"), "q"),
        ("people?limit=501".to_owned(), "limit"),
        ("posts?colour=1".to_owned(), "colour"),
        ("sites?after=%27".to_owned(), "after"),
        ("units/5".to_owned(), "id"),
    ] {
        let answer = house.client.get(&format!("/api/v1/{path}")).await;
        assert_eq!((answer.status.as_u16(), fields(&answer.json)), (400, vec![field]), "{path}");
    }
    for path in ["units", "regions", "sites", "posts", "people", "holdings"] {
        assert_eq!(house.client.get(&format!("/api/v1/{path}/{NOBODY}")).await.status, 404);
        let body = json!({"kind": "acting"});
        let answer = house.client.patch(&format!("/api/v1/{path}/{NOBODY}"), 1, body).await;
        assert!([400, 404].contains(&answer.status.as_u16()), "{path}");
    }
}

#[tokio::test]
async fn unit_cannot_outlive_what_it_is_part_of() {
    let house = house().await;
    let top = house.unit("top", None).await;
    let name = json!({"en": "a", "zh": "甲"});
    let early = json!({"code": "a", "name": name, "parent_id": top.id, "from": "2019-01-01"});
    let answer = house.client.post("/api/v1/units", early).await;
    assert_eq!(fields(&answer.json), ["parent_id"]);
    assert_eq!(house.act(&top, "close", json!({"at": "2026-12-31"})).await.status, 200);
    let late = json!({"code": "a", "name": name, "parent_id": top.id});
    let answer = house.client.post("/api/v1/units", late).await;
    assert_eq!(fields(&answer.json), ["parent_id"]);
}

#[tokio::test]
async fn site_keeps_its_coordinates_and_loses_them_by_null() {
    let house = house().await;
    let unit = house.unit("u", None).await;
    let body = json!({"code": "dc", "name": {"en": "", "zh": "机房"}, "address": "某路 1 号",
        "unit_id": unit.id, "coordinates": {"latitude": 30.25, "longitude": 120.1}});
    let site = house.make("sites", body).await;
    let seen = house.client.get(&site.path).await.json;
    assert_eq!((&seen["latitude"], &seen["name"]["en"]), (&json!(30.25), &json!("机房")));
    let changed = house.change(&site, json!({"coordinates": null})).await;
    assert_eq!(changed.json["longitude"], json!(null));
    let list = house.client.get(&format!("/api/v1/sites?under={}&q=jifang", unit.id)).await.json;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    house.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(house.act(&site, "close", json!({})).await.status, 200);
}

#[tokio::test]
async fn change_that_cannot_be_journalled_is_not_made() {
    let house = house().await;
    let unit = house.unit("u", None).await;
    let mut tx = house.records.db.begin().await.unwrap();
    sqlx::query("ALTER TABLE journal_row RENAME TO journal_gone")
        .execute(tx.connection())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let before = house.client.get(&unit.path).await.json;
    assert!(house.change(&unit, json!({"kind": "x"})).await.status.is_server_error());
    assert!(house.act(&unit, "close", json!({})).await.status.is_server_error());
    assert_eq!(house.client.get(&unit.path).await.json, before);
}

/// Only files took a name in one language; the API asked for both.
#[tokio::test]
async fn name_in_one_language_stands_for_both() {
    let house = house().await;
    let both = |name: &str| json!({"en": name, "zh": name});
    for (code, name, kept) in [
        ("a", json!({"zh": "财政局"}), "财政局"),
        ("b", json!({"en": "Finance"}), "Finance"),
        ("c", json!({"en": "Finance", "zh": " "}), "Finance"),
    ] {
        let unit = house.make("units", json!({"code": code, "name": name})).await;
        assert_eq!(house.client.get(&unit.path).await.json["name"], both(kept));
        for (path, body) in [
            ("regions", json!({"code": code, "name": name})),
            ("sites", json!({"code": code, "name": name})),
        ] {
            let made = house.make(path, body).await;
            assert_eq!(house.client.get(&made.path).await.json["name"], both(kept));
        }
        let post = json!({"code": code, "title": name, "unit_id": unit.id});
        let post = house.make("posts", post).await;
        assert_eq!(house.client.get(&post.path).await.json["title"], both(kept));
        let renamed = house.change(&unit, json!({"name": {"zh": "新名"}})).await;
        assert_eq!(renamed.json["name"], both("新名"), "{}", renamed.json);
    }
    let refused = house.client.post("/api/v1/units", json!({"code": "d", "name": {}})).await;
    assert_eq!(fields(&refused.json), ["name"]);
}
