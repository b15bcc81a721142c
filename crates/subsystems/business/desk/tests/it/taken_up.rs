//! A ticket that waits for whoever asks is taken up again when they reply.

use serde_json::json;

use crate::{
    house::house,
    mailing::{mail, mailing},
};

#[tokio::test]
async fn mail_takes_a_waiting_ticket_up_again_and_its_clocks_run_on() {
    let Some(mut mailing) = mailing().await else { return };
    mailing.deliver(&mail("a", "Subject: keyboard\n", "broken"));
    mailing.read().await;
    let id = mailing.ticket("REQ-1").await;
    let house = &mailing.house;
    house.moved(&id, "accept", "").await;
    house.moved(&id, "wait", "哪一间办公室？").await;
    assert!(house.page(&id).await["due_at"].is_null(), "that clock stands still");
    house.at("21T11:00");
    // A program's answer is none.
    let answer = "Subject: Re: x\nIn-Reply-To: <a@example.org>\n";
    mailing.deliver(&mail("b", &format!("{answer}Auto-Submitted: auto-replied\n"), "on leave"));
    mailing.read().await;
    assert_eq!(mailing.house.page(&id).await["state"], "waiting");
    mailing.deliver(&mail("c", answer, "301 室"));
    mailing.read().await;
    let page = mailing.house.page(&id).await;
    assert_eq!((&page["state"], &page["phase"]), (&json!("in_progress"), &json!("active")));
    assert!(page["due_at"].is_string(), "it runs on");
    assert_eq!(page["reopened"], 0);
    let entries = mailing.entries(&id).await;
    assert_eq!(
        entries[entries.len() - 2..],
        ["moved desk: 来信回复 / answered by mail", "commented 王芳: 301 室"]
    );
    let facts = mailing.house.facts().await;
    let moved = facts.iter().rfind(|fact| fact.verb == "ticket.moved").unwrap();
    assert_eq!(moved.detail["because"], "requester_replied");
    assert_eq!(moved.detail["from_state"], "waiting");
}

#[tokio::test]
async fn mail_does_not_take_up_what_waits_for_a_supplier() {
    let Some(mut mailing) = mailing().await else { return };
    mailing.deliver(&mail("a", "Subject: keyboard\n", "broken"));
    mailing.read().await;
    let id = mailing.ticket("REQ-1").await;
    mailing.house.moved(&id, "accept", "").await;
    mailing.house.moved(&id, "wait_vendor", "订货").await;
    mailing.deliver(&mail("b", "Subject: Re: x\nIn-Reply-To: <a@example.org>\n", "and?"));
    mailing.read().await;
    assert_eq!(mailing.house.page(&id).await["state"], "waiting_vendor");
}

#[tokio::test]
async fn what_is_added_by_the_query_code_takes_an_enquiry_up_again() {
    let house = house().await;
    let outside = house.with_form().await;
    let code = house.enquired(&outside).await;
    let id = house.newest().await;
    house.moved(&id, "accept", "").await;
    house.moved(&id, "handle", "").await;
    house.moved(&id, "wait", "请补充地址").await;
    let path = "/api/v1/public/enquiries/texts";
    let added = outside.post(path, json!({"code": code, "text": "和平路 1 号"})).await;
    assert_eq!(added.status, 200, "{}", added.json);
    let page = house.page(&id).await;
    assert_eq!((&page["state"], &page["phase"]), (&json!("handling"), &json!("active")));
    let facts = house.facts().await;
    let moved = facts.iter().rfind(|fact| fact.verb == "ticket.moved").unwrap();
    assert_eq!(moved.detail["because"], "requester_replied");
}

#[tokio::test]
async fn public_reply_of_the_requester_takes_their_ticket_up_again_and_that_of_others_does_not() {
    let house = house().await;
    let mut body = house.body("request");
    body["content"]["requester"] = json!({"person_id": house.people["zhang"]});
    let own = house.made("/api/v1/tickets", body).await;
    let other = house.ticket("request").await;
    for (id, expected) in [(&own, "in_progress"), (&other, "waiting")] {
        house.moved(id, "accept", "").await;
        house.moved(id, "wait", "哪一间？").await;
        let note = json!({"text": "note", "public": false});
        house.post(&format!("{id}/comments"), note).await;
        assert_eq!(house.page(id).await["state"], "waiting");
        house.post(&format!("{id}/comments"), json!({"text": "301", "public": true})).await;
        assert_eq!(house.page(id).await["state"], expected);
    }
}

#[tokio::test]
async fn state_before_waiting_is_the_one_that_it_returns_to() {
    let house = house().await;
    // Two states lead to waiting, and a way leads back to each.
    let kind = house.got("/api/v1/ticket-types/request").await;
    let mut draft = kind["type"].clone();
    let states = draft["states"].as_array_mut().unwrap();
    states.push(json!({"key": "testing", "name": {"en": "Testing", "zh": "验证中"},
        "phase": "active"}));
    let ways = draft["transitions"].as_array_mut().unwrap();
    let way = |key: &str, from: &str, to: &str| {
        let name = json!({"en": key, "zh": key});
        json!({"key": key, "name": name, "from": [from], "to": to})
    };
    ways.push(way("test", "in_progress", "testing"));
    ways.push(way("ask", "testing", "waiting"));
    ways.push(way("test_again", "waiting", "testing"));
    let version = kind["version"].as_i64();
    let path = "/api/v1/ticket-types/request";
    let answer = house.client.send("PUT", path, Some(draft.to_string()), version).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let mut body = house.body("request");
    body["content"]["requester"] = json!({"person_id": house.people["zhang"]});
    let id = house.made("/api/v1/tickets", body).await;
    for transition in ["accept", "test", "ask"] {
        house.moved(&id, transition, "").await;
    }
    house.post(&format!("{id}/comments"), json!({"text": "好了", "public": true})).await;
    assert_eq!(house.page(&id).await["state"], "testing");
}
