use serde_json::{Value, json};

use crate::house::house;

/// Each wrong input with the field that is named.
#[tokio::test]
async fn wrong_tickets_are_refused_by_field() {
    let house = house().await;
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    let change = |path: &str, value: Value| {
        let mut body = house.body("enquiry");
        let (parent, key) = path.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[key] = value;
        body
    };
    for (body, field) in [
        (change("/type", json!("none")), "type"),
        (change("/unit_id", json!("ops")), "unit_id"),
        (change("/unit_id", json!(nobody)), "unit_id"),
        (change("/content/subject", json!("")), "subject"),
        (change("/content/subject", json!("a\nb")), "subject"),
        (change("/content/subject", json!("长".repeat(201))), "subject"),
        (change("/content/text", json!("x".repeat(50_001))), "text"),
        (change("/content/impact", json!("huge")), "content.impact"),
        (change("/content/region_id", json!(nobody)), "region_id"),
        (change("/content/requester", json!({"name": "a\u{0}b"})), "requester.name"),
        (change("/content/requester", json!({"person_id": nobody})), "requester.person_id"),
        (change("/content/resource_ids", json!([nobody])), "resource_ids[0]"),
        (change("/content/fields", json!({"kind": "prayer"})), "fields.kind"),
        (change("/content/fields", json!({"colour": "red"})), "fields.colour"),
        (change("/person_id", json!(nobody)), "person_id"),
        (change("/post_id", json!(nobody)), "post_id"),
        (change("/content/strange", json!(1)), "content.strange"),
    ] {
        let answer = house.client.post("/api/v1/tickets", body).await;
        assert_eq!(answer.status, 400, "{field}: {}", answer.json);
        assert_eq!(answer.json["fields"][0]["field"], field, "{}", answer.json);
    }
    assert_eq!(house.verbs().await, "");
}

#[tokio::test]
async fn wrong_questions_are_refused_by_parameter() {
    let house = house().await;
    for (query, field) in [
        ("whose=yours", "whose"),
        ("phase=asleep", "phase"),
        ("sort=colour", "sort"),
        ("unit_id=ops", "unit_id"),
        ("opened_from=yesterday", "opened_from"),
        ("limit=501", "limit"),
        ("colour=red", "colour"),
    ] {
        let answer = house.client.get(&format!("/api/v1/tickets?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.json);
        assert_eq!(answer.json["fields"][0]["field"], field, "{}", answer.json);
    }
    let answer = house.client.get("/api/v1/ticket-figures?by=colour").await;
    assert_eq!(answer.json["fields"][0]["field"], "by");
}
