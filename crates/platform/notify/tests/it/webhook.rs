use http_kit::guard::{OutboundGuard, Reach};
use serde_json::json;

use crate::{
    scene::{Scene, fate},
    stand_in::{StandIn, answer, ok},
};

#[tokio::test]
async fn webhook_is_signed_and_can_be_told_from_its_repetition() {
    let scene = Scene::new().await;
    let far_side = StandIn::saying("thanks").await;
    let key = scene.secret("hook", "signing-key").await;
    let settings = json!({
        "url": far_side.url("/hook?a=1"), "signing_secret": key, "headers": { "x-team": "db" },
    });
    let channel = scene.channel("webhook", settings).await;
    let mut message = scene.by_channel(&channel, "Disk full", "db1 is full");
    message.link = Some("/alerts/7".to_owned());
    let sent = scene.sent(&message).await;
    assert_eq!(sent["message"]["state"], "sent", "{sent}");
    let attempt = &sent["deliveries"][0]["attempts"][0];
    assert_eq!((&attempt["code"], &attempt["said"]), (&json!("200"), &json!("thanks")));
    let asked = &far_side.asked()[0];
    assert_eq!(asked.line, "POST /hook?a=1 HTTP/1.1");
    assert_eq!(asked.header("x-team"), "db");
    assert_eq!(asked.header("content-type"), "application/json");
    let body = asked.json();
    assert_eq!(body["subject"], "Disk full");
    assert_eq!(body["link"], "https://ops.example.org/alerts/7");
    assert_eq!(body["id"], asked.header("idempotency-key"));
    let timestamp = asked.header("x-mainstay-timestamp");
    assert_eq!(timestamp, "1772416800");
    let signed = format!("{timestamp}.{}", asked.body);
    assert_eq!(
        asked.header("x-mainstay-signature"),
        format!("v1={}", hmac(b"signing-key", &signed))
    );
    assert_eq!(scene.facts("secret.used").await.len(), 1);
    scene.sent(&message).await;
    assert_eq!(scene.facts("secret.used").await.len(), 1, "it stays open");
}

fn hmac(key: &[u8], text: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn far_side_that_is_busy_is_left_alone_as_long_as_it_asks() {
    let scene = Scene::new().await;
    let far_side = StandIn::answering(|_, before| match before {
        0 => answer("429 Too Many Requests", "Retry-After: 120\r\n", "slow down"),
        _ => ok("fine"),
    })
    .await;
    let channel = scene.channel("webhook", json!({ "url": far_side.url("/") })).await;
    let id = scene.send(&scene.by_channel(&channel, "a", "b")).await;
    scene.notify.settle().await.unwrap();
    scene.later(119).await;
    assert_eq!(far_side.asked().len(), 1);
    let waiting = scene.message(id).await;
    assert_eq!(waiting["deliveries"][0]["attempts"][0]["code"], "429");
    assert_eq!(waiting["message"]["state"], "queued");
    scene.later(1).await;
    assert_eq!(fate(&scene.message(id).await), ("sent".into(), "deferred accepted".into()));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let scene = Scene::new().await;
    let far_side = StandIn::answering(|_, _| answer("302 Found", "Location: /again\r\n", "")).await;
    let channel = scene.channel("webhook", json!({ "url": far_side.url("/") })).await;
    let sent = scene.sent(&scene.by_channel(&channel, "a", "b")).await;
    assert_eq!(far_side.asked().len(), 1);
    assert_eq!(sent["message"]["state"], "failed");
    let said = sent["deliveries"][0]["attempts"][0]["said"].as_str().unwrap();
    assert_eq!(said, "redirected to /again: give the final address");
}

#[tokio::test]
async fn endless_silent_and_garbled_answers_are_bounded() {
    let scene = Scene::new().await;
    let huge = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n{}",
        "line one\r\nX-Injected: yes \u{1b}[31m ".repeat(400_000)
    );
    let far_side = StandIn::answering(move |_, before| match before {
        0 => huge.clone(),
        1 => "HANG".to_owned(),
        2 => "SSH-2.0-OpenSSH\r\n".to_owned(),
        _ => String::new(),
    })
    .await;
    let channel = scene.channel("webhook", json!({ "url": far_side.url("/") })).await;
    let huge = scene.sent(&scene.by_channel(&channel, "a", "b")).await;
    let said = huge["deliveries"][0]["attempts"][0]["said"].as_str().unwrap();
    assert_eq!(huge["message"]["state"], "sent");
    assert!(said.chars().count() <= 500 && !said.contains(['\r', '\n', '\u{1b}']), "{said}");
    for expected in ["no answer within 0.7 s", "the answer is not HTTP", "was closed before"] {
        let sent = scene.sent(&scene.by_channel(&channel, "a", "b")).await;
        let said = sent["deliveries"][0]["attempts"][0]["said"].as_str().unwrap();
        assert!(said.contains(expected), "{said}");
        assert_eq!(sent["message"]["state"], "queued", "it is tried again");
    }
}

#[tokio::test]
async fn addresses_that_must_not_be_reached_are_refused_for_good() {
    let guard = OutboundGuard { loopback: Reach::Refused, ..OutboundGuard::default() };
    let scene = Scene::guarded(guard).await;
    let far_side = StandIn::saying("reached").await;
    let port = far_side.port;
    for url in [
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[::ffff:169.254.169.254]/".to_owned(),
        "http://2852039166/".to_owned(),
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://127.1:{port}/"),
        format!("http://[::1]:{port}/"),
    ] {
        let body = json!({ "name": url, "kind": "webhook", "settings": { "url": url } });
        let made = scene.client.post("/api/v1/channels", body).await;
        assert_eq!(made.status, 201, "{:?}", made.json);
        let id = made.json["id"].as_str().unwrap();
        let sent = scene.sent(&scene.by_channel(id, "a", "b")).await;
        let said = &sent["deliveries"][0]["attempts"][0];
        assert_eq!(fate(&sent).0, "failed", "{url}: {said}");
        assert_eq!(said["code"], "refused", "{url}");
    }
    assert!(far_side.asked().is_empty());
}

#[tokio::test]
async fn channel_that_fails_is_left_alone_and_recovers_by_itself() {
    let scene = Scene::new().await;
    let far_side = StandIn::answering(|_, before| match before {
        0..5 => answer("500 Internal Server Error", "", "out of order"),
        _ => ok("fine"),
    })
    .await;
    let channel = scene.channel("webhook", json!({ "url": far_side.url("/") })).await;
    let mut ids = Vec::new();
    for number in 0..8 {
        ids.push(scene.send(&scene.by_channel(&channel, &number.to_string(), "x")).await);
        scene.notify.settle().await.unwrap();
    }
    assert_eq!(far_side.asked().len(), 5, "the last three wait");
    let failed = scene.facts("channel.failed").await;
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].detail["said"], "out of order");
    let shown = scene.client.get(&format!("/api/v1/channels/{channel}")).await.json;
    assert_eq!((&shown["left_alone"], &shown["waiting"]), (&json!(true), &json!(8)));
    scene.later(31).await;
    scene.later(60).await;
    assert_eq!(scene.facts("channel.recovered").await.len(), 1);
    for id in ids {
        assert_eq!(scene.message(id).await["message"]["state"], "sent");
    }
}

#[tokio::test]
async fn proxy_is_asked_for_the_whole_address() {
    let scene = Scene::new().await;
    let proxy = StandIn::saying("by proxy").await;
    let settings = json!({ "url": "http://hooks.example.org/in", "proxy": proxy.url("") });
    let channel = scene.channel("webhook", settings).await;
    let sent = scene.sent(&scene.by_channel(&channel, "a", "b")).await;
    assert_eq!(sent["message"]["state"], "sent", "{sent}");
    let asked = &proxy.asked()[0];
    assert_eq!(asked.line, "POST http://hooks.example.org/in HTTP/1.1");
    assert_eq!(asked.header("host"), "hooks.example.org");
    let inward = json!({ "url": "http://169.254.169.254/", "proxy": proxy.url("") });
    let body = json!({ "name": "inward", "kind": "webhook", "settings": inward });
    let made = scene.client.post("/api/v1/channels", body).await.json;
    let sent = scene.sent(&scene.by_channel(made["id"].as_str().unwrap(), "a", "b")).await;
    assert_eq!(sent["message"]["state"], "failed");
    assert_eq!(proxy.asked().len(), 1);
}
