use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::scene::{ENTERPRISE, Scene, USERS, bring, refusal, user};

async fn several(scene: &Scene, provider: &Client) -> Vec<String> {
    let mut ids = Vec::new();
    for (name, department) in [("ada", "IT"), ("bob", "IT"), ("eve", "Sales"), ("zoe", "IT")] {
        // Identifiers follow the clock.
        scene.clock.advance(std::time::Duration::from_secs(1));
        let mut told = user(name);
        told[ENTERPRISE] = json!({ "department": department });
        told["emails"] = json!([{ "value": format!("{name}@example.com"), "type": "work" }]);
        ids.push(bring(provider, told).await);
    }
    ids
}

fn names(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    let found = answer.json["Resources"].as_array().unwrap();
    found.iter().map(|one| one["userName"].as_str().unwrap_or_default().to_owned()).collect()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

async fn filtered(provider: &Client, filter: &str) -> Answer {
    provider.get(&format!("{USERS}?filter={}", encoded(filter))).await
}

#[tokio::test]
async fn filters_find_by_every_way() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let ids = several(&scene, &provider).await;
    for (filter, expected) in [
        (r#"userName eq "ADA""#.to_owned(), vec!["ada"]),
        (r#"externalId eq "x-bob""#.to_owned(), vec!["bob"]),
        (format!("id eq \"{}\"", ids[2]), vec!["eve"]),
        (r#"emails[type eq "work" and value sw "zoe@"]"#.to_owned(), vec!["zoe"]),
        (format!("{ENTERPRISE}:department eq \"it\""), vec!["ada", "bob", "zoe"]),
        (
            format!("{ENTERPRISE}:department eq \"it\" and not (userName eq \"bob\")"),
            vec!["ada", "zoe"],
        ),
        (r#"userName eq "nobody""#.to_owned(), vec![]),
        (r#"userName eq "ada" and active eq false"#.to_owned(), vec![]),
        (r#"id eq "no-id""#.to_owned(), vec![]),
        ("userName eq \"a\u{0}b\"".replace('\u{0}', "\\u0000"), vec![]),
        (r#"meta.created gt "2020-01-01T00:00:00Z" and title pr"#.to_owned(), vec![]),
    ] {
        let answer = filtered(&provider, &filter).await;
        assert_eq!(names(&answer), expected, "{filter}");
        assert_eq!(answer.json["totalResults"], expected.len(), "{filter}");
    }
    for filter in ["userName", "userName eq", "shoeSize eq \"1\"", "active gt true"] {
        let answer = filtered(&provider, filter).await;
        assert_eq!(refusal(&answer), (400, "invalidFilter"), "{filter}");
    }
    let long = json!({ "filter": format!("userName eq \"{}\"", "x".repeat(900_000)) });
    let answer = provider.post(&format!("{USERS}/.search"), long).await;
    assert_eq!(refusal(&answer), (400, "invalidFilter"));
}

#[tokio::test]
async fn pages_are_counted_from_one() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    several(&scene, &provider).await;
    for (query, expected, start) in [
        ("", vec!["ada", "bob", "eve", "zoe"], 1),
        ("?startIndex=2&count=2", vec!["bob", "eve"], 2),
        ("?startIndex=0&count=1", vec!["ada"], 1),
        ("?startIndex=5", vec![], 5),
        ("?startIndex=99999999999", vec![], 99_999_999_999_u64),
        ("?count=0", vec![], 1),
        ("?count=-5", vec![], 1),
        ("?startIndex=3&count=9", vec!["eve", "zoe"], 3),
        ("?filter=active%20eq%20true&startIndex=3&count=1", vec!["eve"], 3),
    ] {
        let answer = provider.get(&format!("{USERS}{query}")).await;
        assert_eq!(names(&answer), expected, "{query}");
        assert_eq!(answer.json["totalResults"], 4, "{query}");
        assert_eq!(answer.json["startIndex"], start, "{query}");
        assert_eq!(answer.json["itemsPerPage"], expected.len(), "{query}");
    }
    let wrong = provider.get(&format!("{USERS}?count=many")).await;
    assert_eq!(refusal(&wrong), (400, "invalidValue"));
}

#[tokio::test]
async fn only_what_is_asked_for_is_shown() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let id = several(&scene, &provider).await.remove(0);
    let keys = |answer: &Answer| {
        let mut keys: Vec<String> = answer.json.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    let path = format!("{USERS}/{id}");
    let only = provider.get(&format!("{path}?attributes=USERNAME,emails.value,shoeSize")).await;
    assert_eq!(keys(&only), ["emails", "id", "schemas", "userName"]);
    assert_eq!(only.json["emails"], json!([{ "value": "ada@example.com" }]));
    let without = format!("{path}?excludedAttributes=id,meta,emails,{ENTERPRISE}:department");
    let without = provider.get(&without).await;
    assert_eq!(keys(&without).len(), keys(&provider.get(&path).await).len() - 2);
    assert_eq!(without.json[ENTERPRISE], json!({}));
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "attributes": ["userName"], "filter": "userName sw \"z\"", "startIndex": 1, "count": 5 });
    let found = provider.post(&format!("{USERS}/.search"), body).await;
    assert_eq!(names(&found), ["zoe"]);
    assert_eq!(found.json["Resources"][0].as_object().unwrap().len(), 3);
}

#[tokio::test]
async fn versions_guard_changes_and_spare_answers() {
    let scene = Scene::new().await;
    let provider = scene.provider("entra").await;
    let id = bring(&provider, user("ada")).await;
    let path = format!("{USERS}/{id}");
    let at = |name: &str, tag: &str| provider.with_header(name, tag);
    assert_eq!(at("if-none-match", "W/\"1\"").get(&path).await.status, 304);
    assert_eq!(at("if-none-match", "W/\"7\"").get(&path).await.status, 200);
    let body = json!({ "userName": "ada", "displayName": "Ada" }).to_string();
    let sent =
        async |tag: &str| at("if-match", tag).send("PUT", &path, Some(body.clone()), None).await;
    assert_eq!(sent("W/\"7\"").await.status, 412);
    assert_eq!(sent("nonsense").await.status, 400);
    assert_eq!(sent("\"7\", W/\"1\"").await.headers["etag"], "W/\"2\"");
    assert_eq!(sent("*").await.status, 200);
    assert_eq!(at("if-match", "W/\"1\"").delete(&path, None).await.status, 412);
    let gone: Value = provider.get(&path).await.json;
    assert_eq!(gone["displayName"], "Ada");
}
