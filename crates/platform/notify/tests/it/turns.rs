//! Ways that go one after another: 企业微信 first, then a short message.

use kernel::Caller;
use notify::{NewMessage, Preference, QuietHours, Recipient, Turns, TurnsEnd, WayOrder};
use serde_json::{Value, json};

use crate::{
    scene::{Scene, WEI},
    stand_in::{StandIn, answer, ok},
};

const TAKEN: &str = r#"{"errcode":0,"errmsg":"ok"}"#;

/// A house with a robot and a gateway for short messages.
struct Ways {
    scene: Scene,
    robot: StandIn,
    gateway: StandIn,
}

impl Ways {
    async fn with(robot: impl Fn() -> String + Send + Sync + 'static) -> Self {
        let scene = Scene::new().await;
        let robot = StandIn::answering(move |_, _| robot()).await;
        let gateway = StandIn::saying("sent").await;
        let token = scene.secret("wecom", "key").await;
        let settings = json!({ "url": robot.url("/send"), "token_secret": token });
        scene.channel("wecom", settings).await;
        let settings = json!({ "url": gateway.url("/send"), "body": "{{ text }}" });
        scene.channel("sms", settings).await;
        Self { scene, robot, gateway }
    }

    /// To Wei, by the robot and after five minutes by a short message.
    fn message(&self, until: TurnsEnd) -> NewMessage {
        let plain = self.scene.plain(Recipient::Person(self.scene.wei), "Down", "db1 is down");
        let ways = ["in_app", "wecom", "sms"].map(str::to_owned).to_vec();
        NewMessage {
            urgent: true,
            order: Some(WayOrder { ways, wait_minutes: 5, until }),
            about: Some("incident:7".to_owned()),
            ..plain
        }
    }

    fn went_out(&self) -> (usize, usize) {
        (self.robot.asked().len(), self.gateway.asked().len())
    }

    async fn why_next(&self) -> Vec<Value> {
        let facts = self.scene.facts("message.fell_back").await;
        facts.iter().map(|fact| fact.detail["because"].clone()).collect()
    }
}

fn states(message: &Value) -> Vec<&str> {
    let all = message["deliveries"].as_array().unwrap();
    all.iter().map(|one| one["state"].as_str().unwrap()).collect()
}

fn as_wei() -> Caller {
    Caller { user_id: Some(WEI.to_owned()), ..Caller::console() }
}

#[tokio::test]
async fn second_way_is_not_gone_when_the_first_is_taken() {
    let ways = Ways::with(|| ok(TAKEN)).await;
    let sent = ways.scene.sent(&ways.message(TurnsEnd::Taken)).await;
    assert_eq!(states(&sent), ["sent", "sent", "spared"], "{sent}");
    assert_eq!(sent["message"]["state"], "sent");
    ways.scene.later(3_600).await;
    assert_eq!(ways.went_out(), (1, 0));
    assert!(ways.why_next().await.is_empty());
}

#[tokio::test]
async fn second_way_goes_at_once_when_the_first_fails_for_good() {
    let ways = Ways::with(|| ok(r#"{"errcode":40008,"errmsg":"invalid message type"}"#)).await;
    let sent = ways.scene.sent(&ways.message(TurnsEnd::Taken)).await;
    assert_eq!(states(&sent), ["sent", "failed", "sent"], "{sent}");
    assert_eq!(ways.went_out(), (1, 1));
    assert_eq!(ways.why_next().await, ["failed"]);
    let fact = &ways.scene.facts("message.fell_back").await[0].detail;
    assert_eq!((&fact["from_way"], &fact["to_way"]), (&json!("wecom"), &json!("sms")));
}

#[tokio::test]
async fn second_way_goes_when_the_first_is_not_taken_in_time_and_the_first_is_not_tried_again() {
    let ways = Ways::with(|| answer("500 Internal Server Error", "", "")).await;
    let id = ways.scene.send(&ways.message(TurnsEnd::Taken)).await;
    ways.scene.notify.settle().await.unwrap();
    ways.scene.later(240).await;
    let waits = ways.scene.message(id).await;
    assert_eq!(states(&waits), ["sent", "queued", "waiting"], "{waits}");
    assert_eq!(waits["deliveries"][2]["due_at"], "2026-03-02T02:05:00Z");
    assert_eq!(ways.gateway.asked().len(), 0, "four minutes");
    ways.scene.later(60).await;
    let sent = ways.scene.message(id).await;
    assert_eq!(states(&sent), ["sent", "spared", "sent"], "{sent}");
    assert_eq!(sent["message"]["state"], "sent");
    assert_eq!(ways.why_next().await, ["not_taken"]);
    let tried = ways.robot.asked().len();
    ways.scene.later(7_200).await;
    assert_eq!(ways.went_out(), (tried, 1));
}

#[tokio::test]
async fn what_was_taken_goes_on_to_the_second_way_until_somebody_acknowledges() {
    let ways = Ways::with(|| ok(TAKEN)).await;
    let message = ways.message(TurnsEnd::Acknowledged);
    let id = ways.scene.send(&message).await;
    ways.scene.notify.settle().await.unwrap();
    assert_eq!(ways.scene.message(id).await["message"]["state"], "queued");
    ways.scene.later(300).await;
    assert_eq!(ways.went_out(), (1, 1));
    assert_eq!(ways.why_next().await, ["not_acknowledged"]);
    assert_eq!(ways.scene.message(id).await["message"]["state"], "sent");

    let second = ways.scene.send(&message).await;
    ways.scene.notify.settle().await.unwrap();
    let mut tx = ways.scene.records.db.begin().await.unwrap();
    let ended = ways.scene.notify.acknowledge(&mut tx, &as_wei(), "incident:7").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ended, 1);
    ways.scene.later(3_600).await;
    let spared = ways.scene.message(second).await;
    assert_eq!(states(&spared), ["sent", "sent", "spared"], "{spared}");
    assert!(spared["message"]["acknowledged_at"].is_string());
    assert_eq!(ways.went_out(), (2, 1));
    let facts = ways.scene.facts("message.acknowledged").await;
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].detail["message_id"], second.to_string());
}

#[tokio::test]
async fn message_that_is_read_in_the_app_goes_by_no_further_way() {
    let ways = Ways::with(|| ok(TAKEN)).await;
    let id = ways.scene.send(&ways.message(TurnsEnd::Acknowledged)).await;
    ways.scene.notify.settle().await.unwrap();
    let page = kernel::Page { after: None, limit: 10 };
    let own = ways.scene.notify.notifications(&as_wei(), &page).await.unwrap().items;
    ways.scene.notify.read_notification(&as_wei(), own[0].id).await.unwrap();
    ways.scene.later(3_600).await;
    assert_eq!(states(&ways.scene.message(id).await), ["sent", "sent", "spared"]);
    assert_eq!(ways.went_out(), (1, 0));
}

#[tokio::test]
async fn message_that_is_acknowledged_before_it_is_prepared_goes_by_no_way_in_turn() {
    let ways = Ways::with(|| ok(TAKEN)).await;
    let id = ways.scene.send(&ways.message(TurnsEnd::Taken)).await;
    let mut tx = ways.scene.records.db.begin().await.unwrap();
    ways.scene.notify.acknowledge(&mut tx, &as_wei(), "incident:7").await.unwrap();
    tx.commit().await.unwrap();
    ways.scene.notify.settle().await.unwrap();
    assert_eq!(states(&ways.scene.message(id).await), ["sent", "spared", "spared"]);
    assert_eq!(ways.went_out(), (0, 0));
}

#[tokio::test]
async fn another_process_goes_on_with_the_turns() {
    let ways = Ways::with(|| answer("500 Internal Server Error", "", "")).await;
    let id = ways.scene.send(&ways.message(TurnsEnd::Taken)).await;
    ways.scene.notify.settle().await.unwrap();
    ways.scene.clock.advance(std::time::Duration::from_secs(300));
    let next = ways.scene.another(71);
    next.settle().await.unwrap();
    assert_eq!(ways.gateway.asked().len(), 1);
    assert_eq!(states(&ways.scene.message(id).await), ["sent", "spared", "sent"]);
    assert_eq!(ways.why_next().await, ["not_taken"], "once");
}

#[tokio::test]
async fn person_says_that_their_own_ways_go_one_after_another_and_quiet_hours_hold() {
    let ways = Ways::with(|| ok(r#"{"errcode":40008,"errmsg":"no"}"#)).await;
    let names = ["wecom", "sms"].map(str::to_owned).to_vec();
    let quiet = QuietHours {
        from: "09:00".to_owned(),
        to: "11:00".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
    };
    let turns = Some(Turns { wait_minutes: 10, until: TurnsEnd::Taken });
    let preference = Preference {
        ways: names.clone(),
        urgent_ways: names,
        turns,
        urgent_turns: turns,
        quiet: Some(quiet),
        ..Preference::default()
    };
    ways.scene.notify.set_preference(&as_wei(), preference).await.unwrap();
    let mut message = ways.scene.plain(Recipient::Person(ways.scene.wei), "Down", "db1");
    let sent = ways.scene.sent(&message).await;
    assert_eq!(states(&sent), ["failed", "queued"], "a group is no one's bed: {sent}");
    assert_eq!(sent["deliveries"][1]["due_at"], "2026-03-02T03:00:00Z");
    message.urgent = true;
    let sent = ways.scene.sent(&message).await;
    assert_eq!(states(&sent), ["failed", "sent"], "what is urgent passes: {sent}");
    assert_eq!(sent["message"]["turns"]["wait_minutes"], 10);
}

async fn put(scene: &Scene, body: Value) -> testkit::Answer {
    let path = "/api/v1/notification-preference";
    scene.client.send("PUT", path, Some(body.to_string()), None).await
}

#[tokio::test]
async fn preference_keeps_its_turns_when_a_change_leaves_them_out() {
    let scene = Scene::new().await;
    let body = json!({ "language": null, "ways": ["mail"], "urgent_ways": ["mail", "sms"],
        "urgent_turns": { "wait_minutes": 5 }, "zone": "Asia/Urumqi", "quiet": null });
    let answer = put(&scene, body).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
    let wanted = json!({ "wait_minutes": 5, "until": "taken" });
    assert_eq!(answer.json["urgent_turns"], wanted);
    let plain = json!({ "language": null, "ways": ["mail"], "urgent_ways": ["mail", "sms"],
        "quiet": null });
    let kept = put(&scene, plain).await.json;
    assert_eq!((&kept["urgent_turns"], &kept["zone"]), (&wanted, &json!("Asia/Urumqi")));
    let none = json!({ "language": null, "ways": ["mail"], "urgent_ways": ["mail"],
        "urgent_turns": null, "zone": null, "quiet": null });
    assert!(put(&scene, none).await.json["urgent_turns"].is_null());
    let wrong = json!({ "language": null, "ways": ["mail"], "urgent_ways": ["mail"],
        "turns": { "wait_minutes": 0 }, "zone": "Mars/Base", "quiet": null });
    let refused = put(&scene, wrong).await;
    let fields: Vec<&str> = refused.json["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["turns.wait_minutes", "zone"]);
}

#[tokio::test]
async fn moments_in_a_message_are_told_where_the_recipient_lives() {
    let ways = Ways::with(|| ok(TAKEN)).await;
    let text = |at: &str| {
        let plain = ways.scene.plain(Recipient::Person(ways.scene.wei), "Down", at);
        let order =
            WayOrder { ways: vec!["sms".to_owned()], wait_minutes: 5, until: TurnsEnd::Taken };
        NewMessage { order: Some(order), ..plain }
    };
    ways.scene.sent(&text("2026-01-31T08:00:05Z")).await;
    let preference = Preference { zone: Some("Asia/Urumqi".to_owned()), ..Preference::default() };
    ways.scene.notify.set_preference(&as_wei(), preference).await.unwrap();
    ways.scene.sent(&text("2026-01-31T08:00:05Z")).await;
    let said: Vec<String> = ways.gateway.asked().into_iter().map(|asked| asked.body).collect();
    assert!(said[0].contains("2026年1月31日 16:00:05（UTC+08:00）"), "the house's: {said:?}");
    assert!(said[1].contains("2026年1月31日 14:00:05（UTC+06:00）"), "their own: {said:?}");
}
