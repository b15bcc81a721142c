//! Questions that must be answered, and mails that do not answer them.

use serde_json::{Value, json};

use crate::{
    house::House,
    mailing::{mail, mailing, mailing_that_writes},
};

/// Tickets of requests must say the serial number and the place.
async fn with_questions(house: &House) {
    let kind = house.got("/api/v1/ticket-types/request").await;
    let mut draft = kind["type"].clone();
    let text = |en: &str, zh: &str| json!({"en": en, "zh": zh});
    draft["fields"] = json!([
        {"key": "serial", "name": text("Serial number", "序列号"), "kind": "text",
            "required": true},
        {"key": "place", "name": text("Place", "区域"), "kind": "choice", "required": true,
            "choices": [{"key": "north", "name": text("North", "北区")},
                {"key": "south", "name": text("South", "南区")}]},
        {"key": "note", "name": text("Note", "备注"), "kind": "text"},
    ]);
    let version = kind["version"].as_i64();
    let path = "/api/v1/ticket-types/request";
    let answer = house.client.send("PUT", path, Some(draft.to_string()), version).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
}

fn numbers(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn mail_that_lacks_answers_opens_a_ticket_that_says_so_until_they_come() {
    let Some(mut mailing) = mailing().await else { return };
    with_questions(&mailing.house).await;
    mailing.deliver(&mail("a", "Subject: keyboard\n", "broken\n序列号：ZX-7\n"));
    mailing.read().await;
    let id = mailing.ticket("REQ-1").await;
    let page = mailing.house.page(&id).await;
    assert_eq!(page["fields"], json!({"serial": "ZX-7"}));
    assert_eq!((&page["lacking"], &page["lacking_fields"]), (&json!(1), &json!(["place"])));
    let opened = mailing.house.facts().await;
    assert_eq!(opened[0].detail["lacking"], json!(["place"]));
    let listed = |query: &'static str| mailing.house.got(query);
    assert_eq!(numbers(&listed("/api/v1/tickets?lacking=true").await), ["REQ-1"]);
    assert_eq!(numbers(&listed("/api/v1/tickets?lacking=false").await), Vec::<&str>::new());
    // What is answered stays as it is; what is no answer is none.
    let answer = "Subject: Re: x\nIn-Reply-To: <a@example.org>\n";
    mailing.deliver(&mail("b", answer, "serial: other\n区域：东区"));
    mailing.read().await;
    assert_eq!(mailing.house.page(&id).await["lacking"], 1);
    mailing.deliver(&mail("c", answer, "区域：北区"));
    mailing.read().await;
    let page = mailing.house.page(&id).await;
    assert_eq!(page["fields"], json!({"serial": "ZX-7", "place": "north"}));
    assert_eq!((&page["lacking"], &page["lacking_fields"]), (&json!(0), &json!([])));
    let facts = mailing.house.facts().await;
    let changed = facts.iter().find(|fact| fact.verb == "ticket.changed").unwrap();
    assert_eq!(changed.detail["fields"], json!(["fields"]));
    assert!(!changed.detail.to_string().contains("north"), "the journal gets no text of people");
}

#[tokio::test]
async fn ticket_that_lacks_answers_can_be_worked_on_and_what_was_answered_stays_answered() {
    let Some(mut mailing) = mailing().await else { return };
    with_questions(&mailing.house).await;
    mailing.deliver(&mail("a", "Subject: keyboard\n", "broken\n序列号：ZX-7\n"));
    mailing.read().await;
    let house = &mailing.house;
    let id = mailing.ticket("REQ-1").await;
    let page = house.page(&id).await;
    let content = |fields: Value| {
        json!({"subject": "keyboard", "text": "broken", "requester": page["requester"],
            "impact": "high", "urgency": "high", "fields": fields})
    };
    let put = |fields: Value| {
        let (path, body) = (format!("/api/v1/tickets/{id}"), content(fields).to_string());
        let version = page["version"].as_i64();
        async move { house.client.send("PUT", &path, Some(body), version).await }
    };
    let taken_away = put(json!({})).await;
    assert_eq!(taken_away.json["fields"][0]["field"], "fields.serial", "{}", taken_away.json);
    let changed = put(json!({"serial": "ZX-7"})).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
    assert_eq!(changed.json["priority"], 1);
    // Who opens one on the page answers everything.
    let mut body = house.body("request");
    body["content"]["fields"] = json!({"serial": "ZX-8"});
    let refused = house.client.post("/api/v1/tickets", body).await;
    assert_eq!(refused.json["fields"][0]["field"], "fields.place", "{}", refused.json);
}

#[tokio::test]
async fn acknowledgement_asks_for_the_answers_that_lack() {
    let Some(mut mailing) = mailing_that_writes(json!({"acknowledge": true})).await else {
        return;
    };
    let channel = json!({ "name": "mail", "kind": "mail", "settings": {
        "host": "localhost", "port": 9, "tls": "none", "from": "desk@example.org",
    }});
    mailing.house.made("/api/v1/channels", channel).await;
    with_questions(&mailing.house).await;
    mailing.deliver(&mail("a", "Subject: =?utf-8?B?6ZSu55uY5o2f5Z2P?=\n", "坏了"));
    mailing.deliver(&mail("b", "Subject: keyboard\n", "serial: 1\nplace: south"));
    mailing.read().await;
    mailing.house.notify.as_ref().unwrap().settle().await.unwrap();
    let messages = mailing.house.got("/api/v1/messages?template=desk.received").await;
    let mut texts = Vec::new();
    for message in messages["items"].as_array().unwrap() {
        let path = format!("/api/v1/messages/{}", message["id"].as_str().unwrap());
        let found = mailing.house.got(&path).await;
        texts.push(found["deliveries"][0]["text"].as_str().unwrap().to_owned());
    }
    texts.sort();
    let asked = "您的来信已收到，工单编号 REQ-1。\n如需补充，请直接回复本邮件。\n\n\
        为便于办理，请回复本邮件，逐行填写以下内容：\n序列号：\n区域：（北区 / 南区）\n";
    let plain = "Your mail has arrived. It is handled as REQ-2.\n\
        To add something, answer this mail.";
    assert_eq!(texts.len(), 2);
    assert_eq!(texts[0].trim_end(), plain);
    assert_eq!(texts[1].trim_end(), asked.trim_end());
}
