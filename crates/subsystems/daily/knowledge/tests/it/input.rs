use serde_json::{Value, json};

use crate::house::{ABSENT, ARTICLES, house};

#[tokio::test]
async fn article_that_is_none_is_refused_by_its_field() {
    let house = house().await;
    let cases: [(&str, Value, &str); 14] = [
        ("title", json!(" "), "title"),
        ("title", json!("a\nb"), "title"),
        ("title", json!("x".repeat(201)), "title"),
        ("symptom", json!("x".repeat(20_001)), "symptom"),
        ("answer", json!("a\u{0}b"), "answer"),
        ("keywords", json!(vec!["x"; 21]), "keywords"),
        ("keywords", json!(["ok", ""]), "keywords[1]"),
        ("category", json!("x".repeat(61)), "category"),
        ("audience", json!("everybody"), "audience"),
        ("unit_id", json!(ABSENT), "unit_id"),
        ("owner_id", json!(ABSENT), "owner_id"),
        ("resource_ids", json!([ABSENT]), "resource_ids[0]"),
        ("review_on", json!("1970-01-01"), "review_on"),
        ("review_on", json!("2026-02-30"), "review_on"),
    ];
    for (field, value, expected) in cases {
        let mut body = house.printer();
        body[field] = value.clone();
        let answer = house.client.post(ARTICLES, body).await;
        let fields = answer.json["fields"].as_array().cloned().unwrap_or_default();
        let named = fields.iter().any(|one| one["field"].as_str().unwrap().starts_with(expected));
        assert!(answer.status == 400 && named, "{field} {value}: {}", answer.json);
    }
    assert_eq!(house.got(ARTICLES).await["items"], json!([]));
}

#[tokio::test]
async fn article_without_an_answer_is_a_draft_that_is_not_handed_in() {
    let house = house().await;
    let mut body = house.printer();
    body["answer"] = json!("");
    let path = format!("{ARTICLES}/{}", house.made(ARTICLES, body).await);
    let refused = house.act(&house.client, (&path, "submit"), (1, Value::Null)).await;
    let field = refused.json["fields"][0]["field"].as_str();
    assert_eq!((refused.status.as_u16(), field), (400, Some("answer")), "{}", refused.json);
}

#[tokio::test]
async fn parameters_that_say_nothing_known_are_refused() {
    let house = house().await;
    let long = "x".repeat(401);
    for (path, expected) in [
        (format!("{ARTICLES}?state=done"), "state"),
        (format!("{ARTICLES}?audience=all"), "audience"),
        (format!("{ARTICLES}?unit_id=ops"), "unit_id"),
        (format!("{ARTICLES}?q={long}"), "q"),
        (format!("/api/v1/knowledge/search?q={long}"), "q"),
        (format!("/api/v1/public/knowledge/search?q={long}"), "q"),
    ] {
        let answer = house.client.get(&path).await;
        let field = answer.json["fields"][0]["field"].as_str();
        assert_eq!((answer.status.as_u16(), field), (400, Some(expected)), "{}", answer.json);
    }
}

#[tokio::test]
async fn text_is_found_whatever_it_is_made_of() {
    let house = house().await;
    let mut body = house.printer();
    body["title"] = json!("50% \"_\\' 故障");
    body["answer"] = json!("词 ".repeat(10) + &"永字八法".repeat(10_000));
    house.published(body).await;
    for text in ["50%", "故障", "'; DROP TABLE knowledge_article; --", "\u{200b}故障"] {
        house.found(&house.client, text).await;
    }
    assert_eq!(house.found(&house.client, "故障").await.len(), 1);
    assert!(house.found(&house.client, "%_").await.is_empty(), "no pattern");
}
