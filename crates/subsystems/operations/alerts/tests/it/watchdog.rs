//! Who notices that we are dead.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
};

use crate::estate::{ADA, Estate};

const PATH: &str = "/api/v1/watchdog";
const SECRET: &str = "8f14e45f-ceea";

/// A watcher outside that remembers what it was asked, and answers with the status that it is told.
struct Outside {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    status: Arc<Mutex<u16>>,
    _task: JoinSet<()>,
}

impl Outside {
    async fn listening() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let status = Arc::new(Mutex::new(200));
        let (seen, says) = (Arc::clone(&asked), Arc::clone(&status));
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                let head = String::from_utf8(head).unwrap();
                seen.lock().unwrap().push(head.lines().next().unwrap().to_owned());
                let status = *says.lock().unwrap();
                let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\nOK");
                // A far side that has gone is none of ours.
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { port, asked, status, _task: task }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn body(&self) -> Value {
        let url = format!("http://127.0.0.1:{}/ping/{SECRET}", self.port);
        json!({"enabled": true, "url": url, "interval_s": 60})
    }
}

async fn put(estate: &Estate, what: &str, version: i64, body: &Value) -> testkit::Answer {
    let path = format!("{PATH}/{what}");
    estate.client.send("PUT", &path, Some(body.to_string()), Some(version)).await
}

/// Time passes and everything that is done by the clock is done.
async fn minute(estate: &Estate) {
    estate.run("alerts.evaluate").await;
    estate.after(60).await;
    estate.run("alerts.evaluate").await;
    estate.run("alerts.ask_outside").await;
    estate.run("alerts.heartbeat").await;
}

async fn verbs(estate: &Estate, begins: &str) -> Vec<String> {
    let filter = journal::Filter { verb: Some(begins.to_owned()), ..journal::Filter::default() };
    let page = kernel::Page { after: None, limit: 100 };
    let rows = journal::list(&estate.records.db, &filter, page).await.unwrap().items;
    rows.iter().rev().map(|row| row.verb.clone()).collect()
}

async fn open_titles(estate: &Estate) -> Vec<String> {
    let open = estate.client.get("/api/v1/alerts?state=open").await.json;
    let items = open["items"].as_array().unwrap();
    items.iter().map(|alert| alert["title"]["en"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn watcher_outside_is_asked_only_while_everything_works() {
    let (estate, outside) = (Estate::of(0).await, Outside::listening().await);
    let set = put(&estate, "outside", 0, &outside.body()).await;
    assert_eq!(set.status, 200, "{}", set.text);
    minute(&estate).await;
    minute(&estate).await;
    let line = format!("GET /ping/{SECRET} HTTP/1.1");
    assert_eq!(outside.asked(), [line.clone(), line]);
    let state = estate.client.get(PATH).await.json;
    assert_eq!(state["outside"]["said"], "HTTP 200", "{state}");
    assert_eq!(
        (&state["outside"]["host"], &state["chain"]["breaks"]),
        (&json!("127.0.0.1"), &json!([]))
    );
    // Nobody evaluates rules any more: it is to notice.
    for _ in 0..3 {
        estate.after(60).await;
        estate.run("alerts.ask_outside").await;
    }
    let state = estate.client.get(PATH).await.json;
    assert_eq!(state["outside"]["breaks"][0]["en"], "rules are not evaluated", "{state}");
    assert!(state["outside"]["stopped_at"].is_string());
    let before = outside.asked().len();
    estate.after(60).await;
    estate.run("alerts.ask_outside").await;
    assert_eq!(outside.asked().len(), before);
    minute(&estate).await;
    assert_eq!(outside.asked().len(), before + 1);
    let told = verbs(&estate, "outside_watcher.").await;
    let expected =
        ["outside_watcher.changed", "outside_watcher.stopped", "outside_watcher.resumed"];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn address_of_the_watcher_is_nowhere_in_clear() {
    let (estate, outside) = (Estate::of(0).await, Outside::listening().await);
    let body = outside.body();
    let set = put(&estate, "outside", 0, &body).await;
    *outside.status.lock().unwrap() = 500;
    minute(&estate).await;
    let again =
        put(&estate, "outside", 1, &json!({"enabled": true, "interval_s": 30, "method": "POST"}))
            .await;
    assert_eq!(again.status, 200, "{}", again.text);
    minute(&estate).await;
    assert!(outside.asked().last().unwrap().starts_with("POST "));
    let page = kernel::Page { after: None, limit: 500 };
    let all = journal::Filter::default();
    let facts = journal::list(&estate.records.db, &all, page).await.unwrap().items;
    let facts = format!("{facts:?}");
    let state = estate.client.get(PATH).await.text;
    for text in [&set.text, &again.text, &facts, &state] {
        assert!(!text.contains(SECRET), "{text}");
    }
    let kept: Vec<String> = sqlx_contents(&estate).await;
    assert!(kept.len() >= 2 && kept.iter().all(|text| !text.contains(SECRET)), "{kept:?}");
    let wrong = put(
        &estate,
        "outside",
        2,
        &json!({"enabled": true, "url": format!("ftp://{SECRET}"), "interval_s": 1}),
    )
    .await;
    assert_eq!(wrong.status, 400);
    assert!(!wrong.text.contains(SECRET), "{}", wrong.text);
    assert_eq!(wrong.json["fields"].as_array().map(Vec::len), Some(2));
    assert_eq!(put(&estate, "outside", 0, &body).await.status, 412);
}

async fn sqlx_contents(estate: &Estate) -> Vec<String> {
    let query = sqlx::query_scalar("SELECT content FROM alerts_setting ORDER BY name LIMIT 100");
    query.fetch_all(estate.records.db.reader()).await.unwrap()
}

#[tokio::test]
async fn watcher_that_does_not_answer_is_an_alert_until_it_does() {
    let (estate, outside) = (Estate::of(0).await, Outside::listening().await);
    put(&estate, "outside", 0, &outside.body()).await;
    *outside.status.lock().unwrap() = 503;
    for _ in 0..2 {
        minute(&estate).await;
        assert!(open_titles(&estate).await.is_empty());
    }
    minute(&estate).await;
    assert_eq!(open_titles(&estate).await, ["The watcher outside cannot be reached"]);
    *outside.status.lock().unwrap() = 200;
    minute(&estate).await;
    assert!(open_titles(&estate).await.is_empty());
}

#[tokio::test]
async fn heartbeat_that_arrives_is_quiet_and_one_that_does_not_is_an_alert() {
    let estate = Estate::of(0).await;
    let body = |kind: &str, id: &str| {
        json!({
            "enabled": true, "interval_s": 600, "within_s": 120,
            "recipient": {"kind": kind, "id": id, "name": "Ada"},
        })
    };
    let set = put(&estate, "heartbeat", 0, &body("user", ADA)).await;
    assert_eq!(set.status, 200, "{}", set.text);
    for _ in 0..12 {
        minute(&estate).await;
    }
    let state = estate.client.get(PATH).await.json["heartbeat"].clone();
    assert!(state["received_at"].is_string() && state["missing_since"].is_null(), "{state}");
    assert!(open_titles(&estate).await.is_empty());
    // There is no channel for mail: it arrives nowhere.
    let mail = body("mail", "ada@example.org");
    assert_eq!(put(&estate, "heartbeat", 1, &mail).await.status, 200);
    for _ in 0..4 {
        minute(&estate).await;
    }
    assert_eq!(open_titles(&estate).await, ["The heartbeat does not arrive"]);
    let open = estate.client.get("/api/v1/alerts?state=open").await.json;
    assert_eq!(open["items"][0]["origin"], "watchdog");
    // It goes the way of every alert: Ada is told of what is critical.
    let incidents = estate.incidents("state=open").await;
    assert_eq!(estate.pages(&incidents[0]["id"]).await, ["opened Ada sent"]);
    assert_eq!(put(&estate, "heartbeat", 2, &body("user", ADA)).await.status, 200);
    assert!(open_titles(&estate).await.is_empty());
}

#[tokio::test]
async fn heartbeat_is_not_sent_while_rules_are_not_evaluated() {
    let estate = Estate::of(0).await;
    let body = json!({
        "enabled": true, "interval_s": 60, "within_s": 60,
        "recipient": {"kind": "user", "id": ADA, "name": "Ada"},
    });
    put(&estate, "heartbeat", 0, &body).await;
    for _ in 0..3 {
        estate.clock.advance(Duration::from_secs(60));
        estate.run("alerts.heartbeat").await;
    }
    let state = estate.client.get(PATH).await.json["heartbeat"].clone();
    assert!(state["sent_at"].is_null() && state["missing_since"].is_string(), "{state}");
    assert_eq!(open_titles(&estate).await, ["The heartbeat does not arrive"]);
}

#[tokio::test]
async fn watchdog_is_set_only_by_those_who_may_and_only_to_what_makes_sense() {
    let estate = Estate::of(0).await;
    for (what, body, field) in [
        ("outside", json!({"enabled": true, "interval_s": 60}), "url"),
        ("outside", json!({"enabled": false, "interval_s": 60, "method": "PUT"}), "method"),
        ("heartbeat", json!({"enabled": true, "interval_s": 60, "within_s": 60}), "recipient"),
        ("heartbeat", json!({"enabled": false, "interval_s": 60, "within_s": 61}), "within_s"),
        (
            "heartbeat",
            json!({"enabled": true, "interval_s": 60, "within_s": 60,
                "recipient": {"kind": "post", "id": ADA, "name": "x"}}),
            "recipient.kind",
        ),
    ] {
        let answer = put(&estate, what, 0, &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json["fields"][0]["field"]),
            (400, &json!(field))
        );
    }
    let path = format!("{PATH}/outside");
    let body = json!({"enabled": false, "interval_s": 60}).to_string();
    let viewer = estate.client.as_viewer().send("PUT", &path, Some(body), Some(0)).await;
    assert_eq!(viewer.status, 403);
    assert_eq!(estate.client.as_viewer().get(PATH).await.status, 200);
    assert_eq!(estate.client.as_stranger().get(PATH).await.status, 401);
}
