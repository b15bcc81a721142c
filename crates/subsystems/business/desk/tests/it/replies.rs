use serde_json::{Value, json};

use crate::house::house;

#[tokio::test]
async fn canned_replies_fit_a_ticket_and_are_filled_in() {
    let house = house().await;
    let path = "/api/v1/canned-replies";
    let reply = |text: &str, more: Value| {
        let mut body = json!({"name": {"en": "Seen", "zh": "已阅"},
            "text": {"en": text, "zh": text}});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let all = house.made(path, reply("{{name}}：{{number}}", json!({}))).await;
    house.made(path, reply("x", json!({"type_key": "incident"}))).await;
    house.made(path, reply("x", json!({"unit_id": house.other_unit}))).await;
    let id = house.ticket("request").await;
    let fits = house.got(&format!("/api/v1/tickets/{id}/canned-replies")).await["items"].clone();
    assert_eq!(fits.as_array().unwrap().len(), 1);
    assert_eq!(fits[0]["text"]["zh"], "王芳：REQ-1");
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (body, field) in [
        (reply("{{nmae}}", json!({})), "text.en"),
        (reply("", json!({})), "text.en"),
        (reply("x", json!({"type_key": "none"})), "type_key"),
        (reply("x", json!({"unit_id": nobody})), "unit_id"),
        (reply("x", json!({"colour": 1})), "colour"),
    ] {
        let answer = house.client.post(path, body).await;
        assert_eq!(answer.json["fields"][0]["field"], field, "{}", answer.json);
    }
    let one = format!("{path}/{all}");
    let body = || Some(reply("{{subject}}", json!({})).to_string());
    assert_eq!(house.client.send("PUT", &one, body(), Some(7)).await.status, 412);
    assert_eq!(house.client.send("PUT", &one, body(), Some(1)).await.status, 200);
    assert_eq!(house.client.delete(&one, None).await.status, 204);
    assert_eq!(house.client.delete(&one, None).await.status, 404);
    assert_eq!(house.client.as_viewer().post(path, reply("x", json!({}))).await.status, 403);
}

#[tokio::test]
async fn answer_is_published_redacted_by_one_and_approved_by_another() {
    let house = house().await;
    let outside = house.client.as_stranger();
    let id = house.ticket("request").await;
    house.post(&format!("{id}/comments"), json!({"text": "王芳家的", "public": true})).await;
    house.moved(&id, "resolve", "王芳家的水管已修复").await;
    let propose = format!("/api/v1/tickets/{id}/publications");
    let body =
        |entry: u32, title: &str| json!({"entry": entry, "title": title, "text": "水管已修复"});
    for (body, field) in
        [(body(2, "供水"), "entry"), (body(9, "供水"), "entry"), (body(3, ""), "title")]
    {
        let answer = house.client.post(&propose, body).await;
        assert_eq!(answer.json["fields"][0]["field"], field, "{}", answer.json);
    }
    let one = house.made(&propose, body(3, "供水")).await;
    let public = "/api/v1/public/publications";
    assert_eq!(outside.get(public).await.json["items"], json!([]), "not before it is approved");
    let path = |verb: &str| format!("/api/v1/publications/{one}/{verb}");
    let own = house.client.send("POST", &path("approve"), None, Some(1)).await;
    assert_eq!(own.json["code"], "by-another", "{}", own.json);
    let by_token = house.client.by_token("t1");
    let own = by_token.send("POST", &path("approve"), None, Some(1)).await;
    assert_eq!(own.json["code"], "by-another", "a token of theirs is them: {}", own.json);
    let chief = house.chief();
    let approved = chief.send("POST", &path("approve"), None, Some(1)).await;
    assert_eq!((approved.status.as_u16(), &approved.json["state"]), (200, &json!("published")));
    let read = outside.get(public).await;
    assert_eq!(read.json["items"][0]["title"], "供水");
    assert!(!read.text.contains("王芳") && !read.text.contains("administrator"), "{}", read.text);
    let entries = house.got(&format!("/api/v1/tickets/{id}/entries")).await;
    assert_eq!(entries["items"][2]["text"], "王芳家的水管已修复", "the original stays");
    assert_eq!(
        chief.send("POST", &path("approve"), None, Some(2)).await.json["code"],
        "wrong-state"
    );
    assert_eq!(chief.send("POST", &path("withdraw"), None, Some(1)).await.status, 412);
    assert_eq!(chief.send("POST", &path("withdraw"), None, Some(2)).await.status, 200);
    assert_eq!(outside.get(public).await.json["items"], json!([]));
    let listed = house.got("/api/v1/publications?state=withdrawn").await["items"][0].clone();
    assert_eq!((&listed["id"], &listed["ticket_number"]), (&json!(one), &json!("REQ-1")));
    // Who sees nothing of the ticket sees nothing of this.
    let elsewhere =
        kernel::Within { units: [house.other_unit.clone()].into(), ..Default::default() };
    let other = house.client.holding(&["ticket.read", "ticket.assign"], &elsewhere);
    assert_eq!(other.get("/api/v1/publications").await.json["items"], json!([]));
    assert_eq!(other.send("POST", &path("withdraw"), None, Some(3)).await.status, 404);
}
