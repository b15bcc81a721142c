use serde_json::{Value, json};

use crate::house::{House, house};

const PATH: &str = "/api/v1/cti/calls";

impl House {
    async fn told(&self, event: &str, more: Value) -> Value {
        let mut body = json!({"event": event, "callId": "c-1", "direction": "in",
            "from": "+86 138-0000-1234", "to": "12345", "queue": "hotline"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = self.client.post(PATH, body).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        answer.json
    }
}

#[tokio::test]
async fn caller_is_known_by_their_number_and_a_ticket_is_opened_from_the_call() {
    let house = house().await;
    let person = json!({"number": "wang", "name": "王芳", "from": "2020-01-01",
        "unit_id": house.unit, "contacts": [{"way": "mobile", "value": "13800001234"}]});
    let wang = house.made("/api/v1/people", person).await;
    let mut asked = house.body("request");
    asked["content"]["requester"] = json!({"person_id": wang});
    house.made("/api/v1/tickets", asked).await;
    let call = house.told("newCall", json!({})).await;
    assert_eq!((&call["state"], &call["person_id"]), (&json!("ringing"), &json!(wang)));
    let id = call["id"].as_str().unwrap().to_owned();
    let page = house.got(&format!("{PATH}/{id}")).await;
    assert_eq!(
        (&page["person"], &page["open_tickets"][0]["number"]),
        (&json!("王芳"), &json!("REQ-1"))
    );
    let call = house.told("answer", json!({"user": "张伟"})).await;
    assert_eq!((&call["state"], &call["answered_by"]), (&json!("talking"), &json!("张伟")));
    let body = json!({"type": "enquiry", "unit_id": house.unit,
        "content": {"subject": "停电", "impact": "low", "urgency": "low"}});
    let ticket = house.made(&format!("{PATH}/{id}/ticket"), body.clone()).await;
    let page = house.page(&ticket).await;
    assert_eq!((&page["channel"], &page["requester"]["name"]), (&json!("phone"), &json!("王芳")));
    assert_eq!(page["requester"]["contact"], "+86 138-0000-1234");
    assert_eq!(page["origin"], json!({"kind": "call", "id": id}));
    let known = house.got(&format!("{PATH}/{id}")).await["ticket"].clone();
    assert_eq!(known, json!({"id": ticket, "number": page["number"], "subject": "停电"}));
    let again = house.client.post(&format!("{PATH}/{id}/ticket"), body).await;
    assert_eq!(again.json["code"], "opened-already", "{}", again.json);
    assert_eq!(house.told("hangup", json!({"cause": "normal"})).await["state"], "ended");
    // What comes late or twice changes nothing.
    let late = house.told("answer", json!({"user": "李娜"})).await;
    assert_eq!((&late["state"], &late["answered_by"]), (&json!("ended"), &json!("张伟")));
    assert_eq!(house.got(PATH).await["items"].as_array().unwrap().len(), 1);
    // Numbers of people stay out of the journal.
    let all = house.got(&format!("/api/v1/tickets/{ticket}/timeline")).await;
    assert!(!all.to_string().contains("1380000"), "{all}");
}

#[tokio::test]
async fn missed_call_of_nobody_known_is_kept_and_wrong_ones_are_refused() {
    let house = house().await;
    let call = house.told("hangup", json!({"from": "anonymous", "cause": "cancel"})).await;
    assert_eq!((&call["state"], &call["person_id"]), (&json!("missed"), &Value::Null));
    for (body, field) in [
        (json!({"event": "dance", "callId": "x", "direction": "in"}), "event"),
        (json!({"event": "newCall", "callId": "", "direction": "in"}), "callId"),
        (json!({"event": "newCall", "callId": "x", "direction": "up"}), "direction"),
        (json!({"event": "newCall", "callId": "x", "direction": "in", "from": "a\nb"}), "from"),
        (json!({"event": "newCall", "callId": "x".repeat(201), "direction": "in"}), "callId"),
    ] {
        let answer = house.client.post(PATH, body).await;
        assert_eq!(answer.json["fields"][0]["field"], field, "{}", answer.json);
    }
    assert_eq!(house.client.as_viewer().post(PATH, json!({})).await.status, 403);
    assert_eq!(house.client.as_stranger().post(PATH, json!({})).await.status, 401);
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(house.client.get(&format!("{PATH}/{nobody}")).await.status, 404);
}

#[tokio::test]
async fn of_two_who_open_a_ticket_from_one_call_at_once_the_second_is_told() {
    let house = house().await;
    let call = house.told("newCall", json!({})).await;
    let path = format!("{PATH}/{}/ticket", call["id"].as_str().unwrap());
    let body = || {
        json!({"type": "enquiry", "unit_id": house.unit,
            "content": {"subject": "停电", "impact": "low", "urgency": "low"}})
    };
    let (one, two) =
        tokio::join!(house.client.post(&path, body()), house.client.post(&path, body()));
    let mut answers = [one, two];
    answers.sort_by_key(|answer| answer.status);
    assert_eq!(answers[0].status, 201, "{}", answers[0].json);
    assert_eq!(answers[1].status, 409, "{}", answers[1].json);
    assert_eq!(answers[1].json["code"], "opened-already");
    assert_eq!(house.verbs().await, "ticket.opened");
}
