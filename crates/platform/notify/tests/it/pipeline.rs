use std::time::Duration;

use directory::{HoldingChange, HoldingKind, PostChange, UnitChange};
use kernel::{Caller, Text, Time};
use notify::{Dedupe, Preference, QuietHours, Recipient};
use serde_json::json;

use crate::{
    scene::{ADA, Scene, WEI, fate},
    stand_in::{StandIn, ok},
};

fn as_wei() -> Caller {
    Caller { user_id: Some(WEI.to_owned()), ..Caller::console() }
}

#[tokio::test]
async fn user_is_told_in_the_app_once_and_reads_it() {
    let scene = Scene::new().await;
    let message = scene.plain(Recipient::User(ADA.to_owned()), "Disk full", "db1 is full");
    let sent = scene.sent(&message).await;
    assert_eq!(sent["message"]["state"], "sent", "{sent}");
    assert_eq!(sent["message"]["recipient"]["name"], "Ada");
    assert_eq!(sent["message"]["reason"]["en"], "there is no enabled channel: Mail (SMTP)");
    let facts = scene.facts("notification.created").await;
    assert_eq!(facts[0].detail["user_id"], ADA);
    assert!(!facts[0].detail.to_string().contains("full"), "the text is for them alone");
    let own = scene.client.get("/api/v1/notifications?unread=true").await.json;
    assert_eq!(own["items"][0]["subject"], "Disk full");
    let id = own["items"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/notifications/{id}/read");
    let read = scene.client.post(&path, json!({})).await;
    assert!(read.json["read_at"].is_string());
    assert_eq!(scene.client.get("/api/v1/notifications/unread").await.json["unread"], 0);
    let others = scene.client.as_viewer();
    assert!(others.get("/api/v1/notifications").await.json["items"].as_array().unwrap().is_empty());
    assert_eq!(others.post(&path, json!({})).await.status, 404, "another's");
}

#[tokio::test]
async fn same_is_said_once_within_its_window() {
    let scene = Scene::new().await;
    let mut message = scene.plain(Recipient::User(ADA.to_owned()), "Disk full", "db1");
    let window = Duration::from_secs(600);
    message.dedupe = Some(Dedupe { key: "alert:7".to_owned(), window });
    let first = scene.send(&message).await;
    scene.notify.settle().await.unwrap();
    let again = scene.sent(&message).await;
    assert_eq!(again["message"]["state"], "suppressed");
    assert_eq!(scene.message(first).await["message"]["repeats"], 1);
    let other = scene.plain(Recipient::User(WEI.to_owned()), "Disk full", "db1");
    let other = notify::NewMessage { dedupe: message.dedupe.clone(), ..other };
    assert_eq!(scene.sent(&other).await["message"]["state"], "sent", "to somebody else");
    scene.later(601).await;
    assert_eq!(scene.sent(&message).await["message"]["state"], "sent");
}

#[tokio::test]
async fn quiet_hours_hold_back_what_can_wait() {
    let scene = Scene::new().await;
    let far_side = StandIn::saying("sent").await;
    scene.channel("sms", json!({ "url": far_side.url("/send"), "body": "{{ text }}" })).await;
    let quiet = QuietHours {
        from: "22:00".to_owned(),
        to: "07:00".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
    };
    let ways = vec!["sms".to_owned()];
    let preference =
        Preference { urgent_ways: ways.clone(), ways, quiet: Some(quiet), ..Preference::default() };
    scene.notify.set_preference(&as_wei(), preference).await.unwrap();
    scene.clock.set("2026-03-02T15:00:00Z".parse().unwrap());
    let mut message = scene.plain(Recipient::Person(scene.wei), "Later", "can wait");
    let id = scene.send(&message).await;
    scene.notify.settle().await.unwrap();
    let held = scene.message(id).await;
    assert_eq!(held["deliveries"][0]["due_at"], "2026-03-02T23:00:00Z");
    assert!(far_side.asked().is_empty());
    message.urgent = true;
    scene.sent(&message).await;
    assert_eq!(far_side.asked().len(), 1, "what is urgent passes");
    scene.clock.set("2026-03-02T23:00:00Z".parse().unwrap());
    scene.notify.settle().await.unwrap();
    assert_eq!(far_side.asked().len(), 2);
}

#[tokio::test]
async fn post_is_whoever_holds_it_and_each_in_their_language() {
    let scene = Scene::new().await;
    let (caller, from) = (Caller::console(), "2020-01-01T00:00:00Z".parse::<Time>().unwrap());
    let unit = UnitChange {
        code: Some("100".to_owned()),
        name: Some(Text::new("Network office", "网络处")),
        kind: Some("office".to_owned()),
        ..UnitChange::default()
    };
    let unit = scene.directory.create_unit(&caller, &unit, None, from).await.unwrap();
    let post = PostChange {
        code: Some("duty".to_owned()),
        title: Some(Text::new("Duty officer", "值班员")),
        ..PostChange::default()
    };
    let post = scene.directory.create_post(&caller, &post, unit.id, from).await.unwrap();
    let empty = scene.sent(&scene.plain(Recipient::Post(post.id), "x", "x")).await;
    assert_eq!(empty["message"]["reason"]["en"], "nobody holds the post now");
    assert_eq!(scene.facts("message.failed").await.len(), 1);
    let held = HoldingChange { kind: Some(HoldingKind::Substantive), share_percent: Some(100) };
    scene
        .directory
        .create_holding(&caller, &held, (scene.wei, post.id), (from, None))
        .await
        .unwrap();
    let sent = scene.sent(&scene.plain(Recipient::Post(post.id), "告警", "db1")).await;
    assert_eq!(sent["message"]["state"], "expanded");
    let child = scene.client.get("/api/v1/messages?state=sent").await.json["items"][0].clone();
    assert_eq!(child["parent_id"], sent["message"]["id"]);
    assert_eq!(child["recipient"]["name"], "韦一");
    let child = scene.message(child["id"].as_str().unwrap().parse().unwrap()).await;
    assert_eq!(child["deliveries"][0]["language"], "zh");
}

#[tokio::test]
async fn process_that_ends_in_the_middle_loses_nothing_and_repeats_under_one_id() {
    let scene = Scene::new().await;
    // The far side takes the message and the server ends before it hears so.
    let far_side =
        StandIn::answering(|_, before| if before == 0 { "HANG".into() } else { ok("fine") }).await;
    let channel = scene.channel("webhook", json!({ "url": far_side.url("/") })).await;
    let id = scene.send(&scene.by_channel(&channel, "a", "b")).await;
    let doomed = scene.another(70);
    let sending = tokio::spawn(async move { doomed.settle().await });
    while far_side.asked().is_empty() {
        tokio::task::yield_now().await;
    }
    sending.abort();
    drop(sending.await);
    scene.notify.settle().await.unwrap();
    assert_eq!(far_side.asked().len(), 1, "its claim holds for a while");
    scene.later(3_600).await;
    let message = scene.message(id).await;
    assert_eq!(fate(&message), ("sent".to_owned(), "unknown accepted".to_owned()));
    let asked = far_side.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].header("idempotency-key"), asked[1].header("idempotency-key"));
    assert_eq!(message["message"]["state"], "sent");
}

#[tokio::test]
async fn message_is_sent_exactly_if_the_change_that_leads_to_it_is_made() {
    let scene = Scene::new().await;
    let message = scene.plain(Recipient::User(ADA.to_owned()), "a", "b");
    let mut tx = scene.records.db.begin().await.unwrap();
    scene.notify.enqueue(&mut tx, &Caller::system("test"), &message).await.unwrap();
    drop(tx);
    scene.notify.settle().await.unwrap();
    assert!(
        scene.client.get("/api/v1/messages").await.json["items"].as_array().unwrap().is_empty()
    );
    let mut tx = scene.records.db.begin().await.unwrap();
    scene.notify.enqueue(&mut tx, &Caller::system("test"), &message).await.unwrap();
    tx.commit().await.unwrap();
    scene.notify.settle().await.unwrap();
    assert_eq!(scene.client.get("/api/v1/notifications/unread").await.json["unread"], 1);
}

#[tokio::test]
async fn template_that_does_not_fill_fails_the_message_with_its_line() {
    let scene = Scene::new().await;
    let mut message = scene.plain(Recipient::User(ADA.to_owned()), "a", "b");
    message.parameters.remove("text");
    let sent = scene.sent(&message).await;
    assert_eq!(sent["message"]["state"], "failed");
    let said = sent["message"]["reason"]["en"].as_str().unwrap();
    assert!(said.contains("text, line 1: a parameter is missing"), "{said}");
}

#[tokio::test]
async fn messages_past_their_retention_are_forgotten_with_everything_of_theirs() {
    let scene = Scene::new().await;
    scene.sent(&scene.plain(Recipient::User(ADA.to_owned()), "a", "b")).await;
    scene.clock.advance(Duration::from_secs(401 * 86_400));
    let jobs = notify::jobs(&scene.notify);
    assert_eq!(jobs[0].run().await.unwrap().done, 1);
    for table in ["notify_message", "notify_delivery", "notify_attempt", "notify_notification"] {
        let count: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}")))
                .fetch_one(scene.records.db.reader())
                .await
                .unwrap();
        assert_eq!(count, 0, "{table}");
    }
}
