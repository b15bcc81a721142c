use std::collections::BTreeSet;

use kernel::Within;
use serde_json::{Value, json};

use crate::scene::Scene;

fn nowhere() -> Within {
    Within { units: BTreeSet::from(["none".to_owned()]), ..Within::default() }
}

#[tokio::test]
async fn channel_is_made_changed_and_removed() {
    let scene = Scene::new().await;
    let kinds = scene.client.get("/api/v1/channel-kinds").await.json;
    assert_eq!(kinds["items"].as_array().unwrap().len(), 7);
    let id = scene.channel("webhook", json!({ "url": "https://hooks.example.org/" })).await;
    let path = format!("/api/v1/channels/{id}");
    let shown = scene.client.get(&path).await;
    assert_eq!(shown.json["rate_per_minute"], 6_000);
    let body = json!({ "name": "Hooks", "enabled": false, "rate_per_minute": 10 });
    let changed = scene.client.patch(&path, 1, body).await;
    assert_eq!((&changed.json["version"], &changed.json["enabled"]), (&json!(2), &json!(false)));
    let stale = scene.client.patch(&path, 1, json!({ "enabled": true })).await;
    assert_eq!(stale.status, 412);
    let taken = json!({ "name": "HOOKS", "kind": "webhook", "settings": { "url": "http://x/" } });
    assert_eq!(scene.client.post("/api/v1/channels", taken).await.json["code"], "name-taken");
    // What waits for a channel that goes is given up.
    let enabled = scene.client.patch(&path, 2, json!({ "enabled": true })).await;
    assert_eq!(enabled.status, 200);
    assert_eq!(scene.client.delete(&path, Some(3)).await.status, 204);
    assert_eq!(scene.client.get(&path).await.status, 404);
    let in_app = scene.client.get("/api/v1/channels").await.json["items"][0].clone();
    let path = format!("/api/v1/channels/{}", in_app["id"].as_str().unwrap());
    assert_eq!(scene.client.delete(&path, Some(1)).await.json["code"], "in-app-stays");
    assert_eq!(scene.facts("channel.").await.len(), 4);
}

#[tokio::test]
async fn who_may_make_channels_cannot_send_out_secrets_they_may_not_use() {
    let scene = Scene::new().await;
    let secret = scene.secret("theirs", "value").await;
    let body = json!({
        "name": "leak", "kind": "webhook",
        "settings": { "url": "http://evil.example/", "token_secret": secret },
    });
    let scoped = scene.client.holding(&["channel.change"], &nowhere());
    assert_eq!(scoped.post("/api/v1/channels", body.clone()).await.status, 403);
    let unknown = json!({
        "name": "x", "kind": "webhook",
        "settings": { "url": "http://x/", "token_secret": "01890a5d-ac96-774b-bcce-b302099a8057" },
    });
    let refused = scene.client.post("/api/v1/channels", unknown).await;
    assert_eq!(refused.json["fields"][0]["field"], "settings.token_secret");
}

#[tokio::test]
async fn wrong_channels_and_messages_are_refused_by_field() {
    let scene = Scene::new().await;
    for (path, body, field) in [
        ("channels", json!({ "name": "a", "kind": "pigeon", "settings": {} }), "kind"),
        ("channels", json!({ "name": "a", "kind": "in_app", "settings": {} }), "kind"),
        (
            "channels",
            json!({ "name": "a\r\nb", "kind": "webhook",
                "settings": { "url": "http://x/" } }),
            "name",
        ),
        (
            "channels",
            json!({ "name": "a", "kind": "webhook", "settings": { "url": "http://x/" },
                "rate_per_minute": 0 }),
            "rate_per_minute",
        ),
        ("channels", json!({ "name": "a", "kind": "mail", "settings": [] }), "settings"),
        (
            "messages",
            json!({ "template": "none", "parameters": {},
                "recipient": { "kind": "user", "id": "u" } }),
            "template",
        ),
        (
            "messages",
            json!({ "template": "message.plain", "parameters": {},
                "recipient": { "kind": "mail", "id": "a\r\nb@c" } }),
            "recipient.id",
        ),
        (
            "messages",
            json!({ "template": "message.plain", "parameters": {},
                "recipient": { "kind": "user", "id": "u" },
                "link": "https://evil.example" }),
            "link",
        ),
        (
            "messages",
            json!({ "template": "message.plain", "parameters": { "text": "x".repeat(70_000) },
                "recipient": { "kind": "user", "id": "u" } }),
            "parameters",
        ),
        (
            "messages",
            json!({ "template": "message.plain", "parameters": {},
                "recipient": { "kind": "user", "id": "u" },
                "dedupe": { "key": "", "window_s": 0 } }),
            "dedupe",
        ),
    ] {
        let answer = scene.client.post(&format!("/api/v1/{path}"), body).await;
        assert_eq!(answer.status, 400, "{:?}", answer.json);
        assert_eq!(answer.json["fields"][0]["field"], field, "{:?}", answer.json);
    }
    let large = json!({ "template": "message.plain",
        "parameters": { "text": "x".repeat(10_000_000) },
        "recipient": { "kind": "user", "id": "u" } });
    assert_eq!(scene.client.post("/api/v1/messages", large).await.status, 413);
    let state = scene.client.get("/api/v1/messages?state=lost").await;
    assert_eq!(state.json["fields"][0]["field"], "state");
}

#[tokio::test]
async fn template_is_previewed_in_both_languages_kept_and_set_back() {
    let scene = Scene::new().await;
    let list = scene.client.get("/api/v1/templates").await.json;
    let names: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["message.plain", "notify.test"]);
    let path = "/api/v1/templates/notify.test";
    let preview = scene.client.post(&format!("{path}/preview"), json!({})).await.json;
    assert_eq!(preview["en"]["subject"], "Test message from Mainstay");
    assert_eq!(preview["zh"]["subject"], "砥柱测试消息");
    let wording = |text: &str| json!({ "subject": "s", "text": text, "html": "" });
    let draft = |en: &str| {
        json!({ "title": { "en": "t", "zh": "t" }, "sample": { "a": 1 },
            "wordings": { "en": wording(en), "zh": wording("{{ a }}") } })
    };
    let wrong =
        scene.client.post(&format!("{path}/preview"), json!({ "draft": draft("\n{{ b }}") })).await;
    assert_eq!(wrong.json["fields"][0]["field"], "wordings.en.text");
    assert_eq!(wrong.json["fields"][0]["found"], "line 2");
    let put = |body: Value, version| {
        let client = scene.client.clone();
        async move { client.send("PUT", path, Some(body.to_string()), version).await }
    };
    assert_eq!(put(draft("{{ a }}"), None).await.status, 412, "it exists");
    assert_eq!(put(draft("{{ b }}"), Some(1)).await.status, 400, "it does not fill");
    let changed = put(draft("{{ a }}"), Some(1)).await;
    assert_eq!((&changed.json["edited"], &changed.json["version"]), (&json!(true), &json!(2)));
    scene.notify.seed().await.unwrap();
    assert_eq!(scene.client.get(path).await.json["version"], 2, "a release leaves it as it is");
    assert_eq!(scene.client.delete(path, Some(2)).await.status, 204);
    let back = scene.client.get(path).await.json;
    assert_eq!((&back["edited"], &back["version"]), (&json!(false), &json!(3)));
    let own = "/api/v1/templates/desk.assigned";
    let made = scene.client.send("PUT", own, Some(draft("{{ a }}").to_string()), None).await;
    assert_eq!(made.json["shipped"], false);
    assert_eq!(scene.client.delete(own, Some(1)).await.status, 204);
    assert_eq!(scene.client.get(own).await.status, 404);
    let bad = scene
        .client
        .send("PUT", "/api/v1/templates/Bad%20Name", Some(draft("x").to_string()), None)
        .await;
    assert_eq!(bad.json["fields"][0]["field"], "name");
}

#[tokio::test]
async fn preference_is_ones_own_and_checked() {
    let scene = Scene::new().await;
    let path = "/api/v1/notification-preference";
    let before = scene.client.get(path).await.json;
    assert_eq!(before["ways"], json!(["in_app", "mail"]));
    let body = json!({ "ways": ["in_app"], "urgent_ways": ["sms"], "language": "zh",
        "quiet": { "from": "22:00", "to": "07:00", "zone": "Asia/Shanghai" } });
    let kept = scene.client.send("PUT", path, Some(body.to_string()), None).await;
    assert_eq!(kept.json["quiet"]["zone"], "Asia/Shanghai", "{:?}", kept.json);
    assert_eq!(scene.client.get(path).await.json["language"], "zh");
    let wrong = json!({ "ways": ["pigeon"], "urgent_ways": [], "quiet": null });
    let refused = scene.client.send("PUT", path, Some(wrong.to_string()), None).await;
    assert_eq!(refused.json["fields"][0]["field"], "ways");
    assert_eq!(scene.client.as_viewer().get(path).await.json["language"], Value::Null);
}
