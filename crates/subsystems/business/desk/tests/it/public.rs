use std::time::Duration;

use kernel::Clock as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use testkit::{Answer, Client};

use crate::house::{House, house};

const PATH: &str = "/api/v1/public/enquiries";

impl House {
    /// Sets the form of enquiries up and returns a client of somebody outside.
    pub(crate) async fn with_form(&self) -> Client {
        let kind = self.got("/api/v1/ticket-types/enquiry").await;
        let mut draft = kind["type"].clone();
        draft["public"] = json!({
            "unit_id": self.unit, "title": {"en": "Director's mailbox", "zh": "领导信箱"},
            "fields": ["kind"], "work_bits": 6, "wait_s": 5,
            "categories": [
                {"key": "water", "name": {"en": "Water", "zh": "供水"},
                    "unit_id": self.other_unit},
                {"key": "other", "name": {"en": "Other", "zh": "其他"}},
            ],
        });
        let version = kind["version"].as_i64();
        let path = "/api/v1/ticket-types/enquiry";
        let answer = self.client.send("PUT", path, Some(draft.to_string()), version).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        self.client.as_stranger()
    }

    /// An enquiry on a form that has just been opened, ready to be sent.
    pub(crate) async fn enquiry(&self, outside: &Client) -> Value {
        let forms = outside.get("/api/v1/public/forms").await.json;
        let form = &forms["items"][0];
        self.clock.advance(Duration::from_secs(6));
        let stamp = form["stamp"].as_str().unwrap();
        let right = |n: &u32| Sha256::digest(format!("{stamp}:{n}"))[0] < 4;
        let solution = (0..).find(right).unwrap().to_string();
        json!({"form": "enquiry", "stamp": stamp, "solution": solution, "category": "water",
            "subject": "停水", "text": "小区停水两天", "fields": {"kind": "complaint"}})
    }

    /// Writes in from outside; the code.
    pub(crate) async fn enquired(&self, outside: &Client) -> String {
        let answer = outside.post(PATH, self.enquiry(outside).await).await;
        assert_eq!(answer.status, 201, "{}", answer.json);
        answer.json["code"].as_str().unwrap().to_owned()
    }

    /// The id of the newest ticket.
    pub(crate) async fn newest(&self) -> String {
        self.got("/api/v1/tickets").await["items"][0]["id"].as_str().unwrap().to_owned()
    }
}

async fn status(outside: &Client, code: &str) -> Answer {
    outside.post(&format!("{PATH}/status"), json!({"code": code})).await
}

#[tokio::test]
async fn public_enquiry_is_followed_by_its_code_alone() {
    let house = house().await;
    assert_eq!(
        house.client.as_stranger().get("/api/v1/public/forms").await.json["items"],
        json!([])
    );
    let outside = house.with_form().await;
    let code = house.enquired(&outside).await;
    let id = house.newest().await;
    let page = house.page(&id).await;
    assert_eq!(
        (&page["channel"], &page["unit"]["id"]),
        (&json!("mailbox"), &json!(house.other_unit))
    );
    let seen = status(&outside, &code).await.json;
    assert_eq!((&seen["progress"], &seen["may_add"]), (&json!("received"), &json!(true)));
    house.moved(&id, "accept", "").await;
    house.post(&format!("{id}/comments"), json!({"text": "内部意见"})).await;
    let reply = json!({"text": "已安排抢修", "public": true});
    house.post(&format!("{id}/comments"), reply).await;
    let added = json!({"code": code.to_lowercase().replace('-', ""), "text": "门牌 12 号"});
    let seen = outside.post(&format!("{PATH}/texts"), added).await;
    assert_eq!(seen.status, 200, "{}", seen.json);
    assert_eq!(seen.json["progress"], "being_handled");
    let lines = seen.json["lines"].as_array().unwrap();
    let lines: Vec<_> = lines.iter().map(|line| (&line["own"], &line["text"])).collect();
    assert_eq!(
        lines,
        [(&json!(false), &json!("已安排抢修")), (&json!(true), &json!("门牌 12 号"))]
    );
    assert!(!seen.text.contains("administrator"), "who wrote it stays inside: {}", seen.text);
    // Neither who wrote nor the code is kept anywhere.
    for row in house.facts().await.iter().filter(|row| row.actor.id.is_empty()) {
        assert_eq!((row.source.as_str(), row.request_id.as_str()), ("", ""));
    }
    let kept = house.records.everything_kept().await;
    assert!(!kept.contains(&code) && !kept.contains(&code.replace('-', "")));
}

#[tokio::test]
async fn code_that_is_none_is_answered_like_any_other() {
    let house = house().await;
    let outside = house.with_form().await;
    let code = house.enquired(&outside).await;
    let mut other = code.clone();
    other.replace_range(..1, if code.starts_with('A') { "B" } else { "A" });
    let mut answers = Vec::new();
    for wrong in [other.as_str(), "", "x", &"长".repeat(10_000), "' OR 1=1 --"] {
        let answer = status(&outside, wrong).await;
        let text = json!({"code": wrong, "text": ""});
        let added = outside.post(&format!("{PATH}/texts"), text).await;
        for answer in [answer, added] {
            assert_eq!(answer.status, 404);
            answers.push((answer.json["code"].clone(), answer.json["detail"].clone()));
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn programs_are_kept_off() {
    let house = house().await;
    let outside = house.with_form().await;
    let body = house.enquiry(&outside).await;
    let changed = |field: &str, value: Value| {
        let mut body = body.clone();
        body[field] = value;
        body
    };
    let stamp = body["stamp"].as_str().unwrap();
    for (body, field) in [
        (changed("stamp", json!("")), "stamp"),
        (changed("stamp", json!(stamp.replace("enquiry", "request"))), "stamp"),
        (changed("solution", json!("no")), "solution"),
        (changed("category", json!("fire")), "category"),
        (changed("category", Value::Null), "category"),
        (changed("subject", json!("")), "subject"),
        (changed("text", json!(" ")), "text"),
        (changed("text", json!("长".repeat(10_001))), "text"),
        (changed("contact", json!("a\nb")), "requester.contact"),
        (changed("fields", json!({"colour": 1})), "fields.colour"),
        (changed("strange", json!(1)), "strange"),
    ] {
        let answer = outside.post(PATH, body).await;
        assert_eq!(answer.status, 400, "{field}: {}", answer.json);
        assert_eq!(answer.json["fields"][0]["field"], field, "{}", answer.json);
    }
    assert_eq!(outside.post(PATH, changed("form", json!("request"))).await.status, 404, "off");
    // What fell into the trap is answered like anything else, and is not there.
    let trapped = outside.post(PATH, changed("website", json!("http://x"))).await;
    assert_eq!(trapped.status, 201);
    assert_eq!(status(&outside, trapped.json["code"].as_str().unwrap()).await.status, 404);
    assert_eq!(house.verbs().await, "");
    // A form is sent once, neither at once nor hours later.
    assert_eq!(outside.post(PATH, body.clone()).await.status, 201);
    assert_eq!(outside.post(PATH, body.clone()).await.json["fields"][0]["field"], "stamp");
    let hurried = house.enquiry(&outside).await;
    let opened = house.clock.now().minus(Duration::from_secs(2));
    house.clock.set(opened);
    assert_eq!(outside.post(PATH, hurried).await.json["fields"][0]["field"], "stamp");
    let late = house.enquiry(&outside).await;
    house.clock.advance(Duration::from_secs(7_200));
    assert_eq!(outside.post(PATH, late).await.json["fields"][0]["field"], "stamp");
}

#[tokio::test]
async fn wrong_public_form_is_refused_by_field() {
    let house = house().await;
    house.with_form().await;
    let kind = house.got("/api/v1/ticket-types/enquiry").await;
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (path, value, field) in [
        ("/public/unit_id", json!(nobody), "public.unit_id"),
        ("/public/categories/0/unit_id", json!(nobody), "public.categories[0].unit_id"),
        ("/public/categories/1/key", json!("water"), "public.categories[1].key"),
        ("/public/fields/0", json!("colour"), "public.fields[0]"),
        ("/public/work_bits", json!(25), "public.work_bits"),
        ("/public/wait_s", json!(601), "public.wait_s"),
        ("/public/title/zh", json!(""), "public.title.zh"),
    ] {
        let mut draft = kind["type"].clone();
        *draft.pointer_mut(path).unwrap() = value;
        let (path, version) = ("/api/v1/ticket-types/enquiry", kind["version"].as_i64());
        let answer = house.client.send("PUT", path, Some(draft.to_string()), version).await;
        assert_eq!(answer.json["fields"][0]["field"], field, "{}", answer.json);
    }
}
