use serde_json::{Value, json};

use crate::house::house;

#[tokio::test]
async fn major_incident_is_led_told_of_in_time_and_ended_with_a_summary() {
    let house = house().await;
    let id = house.ticket("incident").await;
    let declare = json!({"lead_id": house.people["li"], "every_minutes": 30});
    let major = house.post(&format!("{id}/major"), declare.clone()).await;
    let due = major["update_due_at"].as_str().unwrap();
    assert_eq!(house.page(&id).await["major"]["update_due_at"], json!(due));
    assert!(due.starts_with("2026-09-21T01:30:00"), "{major}");
    let again = house.post_as(&house.client, &format!("{id}/major"), declare).await;
    assert_eq!(again.json["code"], "major");
    house.at("21T09:31");
    house.run_job().await;
    house.run_job().await;
    let overdue = house.verbs().await.matches("ticket.update_overdue").count();
    assert_eq!(overdue, 1, "warned once");
    let listed = house.got("/api/v1/major-incidents").await["items"].clone();
    assert_eq!((&listed[0]["ticket_id"], &listed[0]["overdue"]), (&json!(id), &json!(true)));
    let told = json!({"text": "已切换备用线路", "public": true});
    let major = house.post(&format!("{id}/major/updates"), told).await;
    assert_eq!(major["overdue"], false);
    house.at("21T10:02");
    house.run_job().await;
    assert_eq!(house.verbs().await.matches("ticket.update_overdue").count(), 2, "and of the next");
    house.post(&format!("{id}/major/end"), json!({"summary": "光缆中断 62 分钟"})).await;
    assert_eq!(house.got("/api/v1/major-incidents").await["items"], json!([]));
    let major = house.got(&format!("/api/v1/tickets/{id}/major")).await;
    assert_eq!(
        (&major["summary"], &major["update_due_at"]),
        (&json!("光缆中断 62 分钟"), &Value::Null)
    );
    let page = house.page(&id).await["major"].clone();
    assert!(page["update_due_at"].is_null() && page["ended_at"].is_string(), "{page}");
    let after =
        house.post_as(&house.client, &format!("{id}/major/end"), json!({"summary": "x"})).await;
    assert_eq!(after.json["code"], "not-major");
    // The journal is its timeline.
    let facts = house.got(&format!("/api/v1/tickets/{id}/timeline?limit=2")).await;
    assert_eq!(facts["items"][0]["verb"], "ticket.major_ended");
    let next = facts["next"].as_str().unwrap();
    let rest = house.got(&format!("/api/v1/tickets/{id}/timeline?after={next}")).await;
    let last = rest["items"].as_array().unwrap().last().unwrap();
    assert_eq!(last["verb"], "ticket.opened");
}

#[tokio::test]
async fn wrong_declarations_are_refused_by_field() {
    let house = house().await;
    let id = house.ticket("incident").await;
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    let li = house.people["li"].clone();
    for (path, body, field) in [
        ("major", json!({"lead_id": nobody, "every_minutes": 30}), "lead_id"),
        ("major", json!({"lead_id": "x", "every_minutes": 30}), "lead_id"),
        ("major", json!({"lead_id": li, "every_minutes": 4}), "every_minutes"),
        ("major", json!({"lead_id": li, "every_minutes": 1441}), "every_minutes"),
        ("major/updates", json!({"text": " "}), "text"),
        ("major/end", json!({"summary": ""}), "summary"),
    ] {
        let answer = house.post_as(&house.client, &format!("{id}/{path}"), body).await;
        assert_eq!(answer.json["fields"][0]["field"], field, "{}", answer.json);
    }
    assert_eq!(house.client.get(&format!("/api/v1/tickets/{id}/major")).await.status, 404);
    house.moved(&id, "resolve", "好了").await;
    let declare = json!({"lead_id": li, "every_minutes": 30});
    let over = house.post_as(&house.client, &format!("{id}/major"), declare).await;
    assert_eq!(over.json["code"], "over");
}
