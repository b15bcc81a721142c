use notify::{ChannelKind, Recipient};
use serde_json::json;

use crate::{
    scene::{Scene, fate},
    stand_in::{StandIn, ok},
};

fn to(number: &str) -> Recipient {
    Recipient::Address { kind: ChannelKind::Sms, value: number.to_owned() }
}

#[tokio::test]
async fn gateway_is_asked_as_its_templates_say() {
    let scene = Scene::new().await;
    let far_side = StandIn::answering(|asked, _| {
        // A careless gateway repeats everything it was sent.
        ok(&format!(r#"{{"code":"OK","echo":{}}}"#, asked.body))
    })
    .await;
    let key = scene.secret("sms", "gateway-key").await;
    let settings = json!({
        "url": far_side.url("/send?to={{ address|urlencode }}"),
        "headers": { "authorization": "Key {{ secret.key }}" },
        "body": "{\"to\": {{ address }}, \"text\": {{ text }}, \"key\": {{ secret.key }}}",
        "secrets": { "key": key },
        "success": { "pointer": "/code", "equals": "OK" },
    });
    scene.channel("sms", settings).await;
    let hostile = "text\", \"to\": \"+99\r\nX: y";
    let sent = scene.sent(&scene.plain(to("+8613800000000"), "s", hostile)).await;
    assert_eq!(sent["message"]["state"], "sent", "{sent}");
    let asked = &far_side.asked()[0];
    assert_eq!(asked.line, "POST /send?to=%2B8613800000000 HTTP/1.1");
    assert_eq!(asked.header("authorization"), "Key gateway-key");
    assert_eq!(
        asked.json(),
        json!({ "to": "+8613800000000", "text": hostile, "key": "gateway-key" })
    );
    assert!(!sent.to_string().contains("gateway-key"), "the receipt does not repeat the key");
}

#[tokio::test]
async fn answer_without_the_success_expected_is_a_refusal() {
    let scene = Scene::new().await;
    let far_side = StandIn::saying(r#"{"code":"isv.BUSINESS_LIMIT_CONTROL"}"#).await;
    let settings = json!({
        "url": far_side.url("/send"), "body": "{{ text }}",
        "success": { "pointer": "/code", "equals": "OK" },
    });
    scene.channel("sms", settings).await;
    let sent = scene.sent(&scene.plain(to("13800000000"), "s", "text")).await;
    assert_eq!(fate(&sent), ("failed".to_owned(), "refused".to_owned()));
    let said = sent["deliveries"][0]["attempts"][0]["said"].as_str().unwrap();
    assert!(said.contains("BUSINESS_LIMIT"), "{said}");
}

#[tokio::test]
async fn text_cannot_lead_the_gateway_elsewhere_or_bring_a_header() {
    let scene = Scene::new().await;
    let far_side = StandIn::saying("OK").await;
    let body = |name: &str, url: String, header: &str| {
        json!({ "name": name, "kind": "sms", "settings": {
            "url": url, "headers": { "x-text": header }, "body": "x" } })
    };
    let led = format!("http://127.0.0.1:{}{{{{ text }}}}/", far_side.port);
    let refused = scene.client.post("/api/v1/channels", body("url", led, "x")).await;
    assert_eq!(refused.json["fields"][0]["field"], "settings.url");
    let made = body("header", far_side.url("/"), "{{ text }}");
    let made = scene.client.post("/api/v1/channels", made).await;
    assert_eq!(made.status, 201, "{:?}", made.json);
    let mut message = scene.plain(to("13800000000"), "s", "one\r\nX-Evil: 1");
    message.channel = Some(made.json["id"].as_str().unwrap().parse().unwrap());
    let sent = scene.sent(&message).await;
    assert_eq!(fate(&sent), ("queued".to_owned(), "deferred".to_owned()));
    assert!(far_side.asked().is_empty());
}
