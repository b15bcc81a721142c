use kernel::Within;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::house::{House, house, house_that_tells};

const PLANS: &str = "/api/v1/duty/inspections";
const ROUNDS: &str = "/api/v1/duty/rounds";

/// A plan: 08:00 to 10:00 each day, by whoever is on in `roster`.
fn plan(house: &House, roster: &str) -> Value {
    json!({
        "name": "机房巡检", "unit_id": house.unit, "by": {"roster_id": roster},
        "ticket_type": "incident", "grace_minutes": 30,
        "schedule": {"zone": "Asia/Shanghai", "calendar": "china", "from": "2026-09-01",
            "every": "day", "windows": [{"from": "08:00", "to": "10:00"}]},
        "items": [
            {"key": "door", "name": "门禁正常", "place": "一楼机房", "kind": "yes_no"},
            {"key": "temp", "name": "机房温度", "kind": "number", "unit": "℃", "min": 18, "max": 27},
            {"key": "ups", "name": "UPS 面板", "kind": "choice", "photo": true,
                "choices": [{"name": "绿灯"}, {"name": "红灯", "abnormal": true}]},
        ],
    })
}

/// The round of 2026-09-21, in which 张伟 is on: the administrator.
async fn open_round(house: &House) -> (String, String) {
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    let made = house.made(PLANS, plan(house, &roster)).await;
    house.at("2026-09-21T08:30:00+08:00");
    let own = house.got(&format!("{ROUNDS}?own=true")).await;
    let round = own["items"][0]["id"].as_str().unwrap().to_owned();
    (made, round)
}

async fn said(client: &Client, round: &str, body: Value) -> Answer {
    client.post(&format!("{ROUNDS}/{round}/answers"), body).await
}

async fn photo(house: &House, round: &str, bytes: &str) -> Answer {
    let client = house.client.with_header("content-type", "application/octet-stream");
    let path = format!("/api/v1/attachments?kind=round&id={round}&name=a.gif");
    client.send("POST", &path, Some(bytes.to_owned()), None).await
}

fn fields(answer: &Answer) -> Vec<&str> {
    let all = answer.json["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().map(|field| field["field"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn round_is_walked_from_the_plan_to_its_ticket_and_is_frozen_then() {
    let house = house().await;
    let (plan, round) = open_round(&house).await;
    let path = format!("{ROUNDS}/{round}");
    let started = house.client.post(&format!("{path}/start"), json!(null)).await;
    assert_eq!(started.json["state"], "started", "{}", started.json);
    let early = house.client.post(&format!("{path}/finish"), json!(null)).await;
    assert_eq!(early.json["code"], "not-answered", "{}", early.json);
    let picture = photo(&house, &round, "GIF89a\u{1}\0\u{1}\0\0\0\0;").await;
    assert_eq!(picture.status, 201, "{}", picture.json);
    let door = json!({"client_id": "a1", "item": "door", "value": true});
    let first = said(&house.client, &round, door.clone()).await;
    assert_eq!(first.json["abnormal"], false, "{}", first.json);
    // The phone did not hear that it was kept, and says it again.
    assert_eq!(said(&house.client, &round, door).await.json, first.json);
    let other = json!({"client_id": "a1", "item": "door", "value": false, "note": "坏"});
    assert_eq!(said(&house.client, &round, other).await.json["code"], "said-otherwise");
    let hot = json!({"client_id": "a2", "item": "temp", "value": 31.5, "note": "空调停机"});
    let hot = said(&house.client, &round, hot).await;
    assert_eq!(
        (&hot.json["abnormal"], &hot.json["ticket_number"]),
        (&json!(true), &json!("INC-1"))
    );
    let ups = json!({"client_id": "a3", "item": "ups", "value": "绿灯",
        "photos": [picture.json["id"]], "found_at": "2026-09-21T00:10:00Z"});
    let ups = said(&house.client, &round, ups).await;
    // What was found before the round was begun was found as it began.
    assert_eq!(ups.json["found_at"], started.json["started_at"], "{}", ups.json);
    let done = house.client.post(&format!("{path}/finish"), json!(null)).await;
    assert_eq!(done.json["state"], "finished", "{}", done.json);
    let again = house.client.post(&format!("{path}/finish"), json!(null)).await;
    assert_eq!(again.json, done.json);
    let late =
        said(&house.client, &round, json!({"client_id": "b", "item": "door", "value": true}));
    assert_eq!(late.await.json["code"], "wrong-state");
    assert_eq!(photo(&house, &round, "GIF89a\u{1}\0\u{1}\0\0\0\0;").await.status, 403);
    {
        let wishes = house.desk.wishes.lock().unwrap();
        assert_eq!(wishes[0].source, format!("inspection:{round}:temp"));
        assert_eq!(wishes[0].text, "机房巡检 · 2026-09-21\n机房温度: 31.5 ℃\n空调停机");
    }
    let history = house.got(&format!("{PLANS}/{plan}/items/temp")).await;
    assert_eq!(history["items"][0]["value"], 31.5);
    let figures = house
        .got("/api/v1/duty/inspection-figures?from=2026-09-21T00:00:00Z&to=2026-09-22T00:00:00Z");
    let expected = json!({"inspection_id": plan, "name": "机房巡检", "due": 0, "started": 0,
        "finished": 1, "missed": 0, "abnormal": 1});
    assert_eq!(figures.await["items"], json!([expected]));
    let verbs = house.verbs().await;
    let expected = "roster.created inspection.created round.started attachment.added \
        round.answered round.answered round.ticket_opened round.answered round.finished";
    assert_eq!(verbs, expected);
}

#[tokio::test]
async fn correction_counts_and_a_ticket_that_is_owed_is_opened_once() {
    let house = house().await;
    let (_, round) = open_round(&house).await;
    house.client.post(&format!("{ROUNDS}/{round}/start"), json!(null)).await;
    *house.desk.away.lock().unwrap() = true;
    let hot = |id: &str, value: f64| {
        let note = "空调停机";
        json!({"client_id": id, "item": "temp", "value": value, "note": note})
    };
    assert_eq!(said(&house.client, &round, hot("a", 31.0)).await.json["ticket"], "owed");
    assert_eq!(said(&house.client, &round, hot("b", 32.0)).await.json["ticket"], "owed");
    *house.desk.away.lock().unwrap() = false;
    house.run("duty.tickets").await;
    house.run("duty.tickets").await;
    assert_eq!(house.desk.wishes.lock().unwrap().len(), 1, "one for the item of the round");
    said(&house.client, &round, hot("c", 20.0)).await;
    // What was said first is said again later: the correction stays the last.
    said(&house.client, &round, hot("a", 31.0)).await;
    let found = house.got(&format!("{ROUNDS}/{round}")).await["found"].clone();
    let shown: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["value"].as_f64().unwrap(), one["ticket"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, [(31.0, "opened"), (32.0, "opened"), (20.0, "none")]);
}

#[tokio::test]
async fn what_is_no_answer_is_refused_by_its_field() {
    let house = house().await;
    let (_, round) = open_round(&house).await;
    let door = json!({"client_id": "a", "item": "door", "value": true});
    assert_eq!(said(&house.client, &round, door).await.json["code"], "wrong-state");
    house.client.post(&format!("{ROUNDS}/{round}/start"), json!(null)).await;
    let text = photo(&house, &round, "no picture at all").await;
    assert_eq!(text.status, 201, "{}", text.json);
    let cases = [
        (json!({"client_id": "", "item": "door", "value": true}), vec!["client_id"]),
        (json!({"client_id": "a", "item": "roof", "value": true}), vec!["item"]),
        (json!({"client_id": "a", "item": "temp", "value": "warm"}), vec!["value"]),
        (json!({"client_id": "a", "item": "temp", "value": 40}), vec!["note"]),
        (json!({"client_id": "a", "item": "ups", "value": "紫灯"}), vec!["value", "photos"]),
        (
            json!({"client_id": "a", "item": "ups", "value": "绿灯", "photos": ["x"]}),
            vec!["photos[0]"],
        ),
        (
            json!({"client_id": "a", "item": "ups", "value": "绿灯",
                "photos": [text.json["id"]]}),
            vec!["photos[0]"],
        ),
    ];
    for (body, expected) in cases {
        let answer = said(&house.client, &round, body.clone()).await;
        assert_eq!((answer.status.as_u16(), fields(&answer)), (400, expected), "{body}");
    }
    assert_eq!(house.got(&format!("{ROUNDS}/{round}")).await["found"], json!([]));
}

#[tokio::test]
async fn plan_that_cannot_be_walked_is_refused_by_its_field() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    let gone = house.roster(house.daily(&["wang"])).await;
    house.client.delete(&format!("/api/v1/duty/rosters/{gone}"), Some(1)).await;
    let absent = "01890a5d-ac96-774b-bcce-b302099a8057";
    let cases: [(&str, Value, &str); 12] = [
        ("/items", json!([]), "items"),
        ("/items/1/key", json!("door"), "items[1].key"),
        ("/items/1/min", json!(30), "items[1].min"),
        ("/items/0/unit", json!("℃"), "items[0].kind"),
        ("/items/2/choices", json!([{"name": "绿灯"}]), "items[2].choices"),
        ("/by/roster_id", json!(gone), "by.roster_id"),
        ("/by", json!({}), "by"),
        ("/by", json!({"post_id": absent}), "by.post_id"),
        ("/by", json!({"roster_id": roster, "position": "cook"}), "by.position"),
        ("/schedule/zone", json!("Asia/Nowhere"), "schedule.zone"),
        ("/schedule/every", json!("week"), "schedule.on"),
        ("/schedule/windows", json!([]), "schedule.windows"),
    ];
    for (pointer, value, field) in cases {
        let mut body = plan(&house, &roster);
        *body.pointer_mut(pointer).unwrap_or(&mut Value::Null) = value.clone();
        if let Some((parent, key)) = pointer.rsplit_once('/')
            && body.pointer(pointer).is_none()
        {
            body.pointer_mut(parent).unwrap()[key] = value;
        }
        let answer = house.client.post(PLANS, body).await;
        assert_eq!((answer.status.as_u16(), fields(&answer)), (400, vec![field]), "{pointer}");
    }
    let mut body = plan(&house, &roster);
    body["items"][0]["resource_id"] = json!(absent);
    assert_eq!(fields(&house.client.post(PLANS, body).await), ["items[0].resource_id"]);
}

#[tokio::test]
async fn whoever_heads_the_unit_is_told_of_a_missed_round_once() {
    let house = house_that_tells().await;
    let post = json!({"code": "head", "title": {"en": "Head", "zh": "科长"}, "head": true,
        "unit_id": house.unit, "from": "2020-01-01"});
    let post = house.made("/api/v1/posts", post).await;
    let held = json!({"person_id": house.id("li"), "post_id": post, "from": "2020-01-01"});
    house.made("/api/v1/holdings", held).await;
    open_round(&house).await;
    house.at("2026-09-21T10:30:00+08:00");
    house.run("duty.rounds").await;
    house.run("duty.rounds").await;
    house.notify.as_ref().unwrap().settle().await.unwrap();
    let told = house.client.as_viewer().get("/api/v1/notifications").await.json;
    let told = told["items"].as_array().unwrap();
    assert_eq!(told.len(), 1, "李娜 heads the unit: {told:?}");
    assert_eq!(told[0]["subject"], "巡检漏检");
    let text = told[0]["text"].as_str().unwrap();
    assert!(text.contains("2026-09-21 的巡检“机房巡检”未按时完成。"), "{text}");
    assert_eq!((&told[0]["link"], &told[0]["urgent"]), (&json!("/inspections"), &json!(true)));
    let others = house.client.get("/api/v1/notifications").await.json;
    assert_eq!(others["items"], json!([]), "张伟 was on duty and heads nothing");
}

#[tokio::test]
async fn round_that_nobody_does_is_missed_and_its_answers_stay() {
    let house = house().await;
    let (plan, round) = open_round(&house).await;
    house.client.post(&format!("{ROUNDS}/{round}/start"), json!(null)).await;
    said(&house.client, &round, json!({"client_id": "a", "item": "door", "value": true})).await;
    // The window is over, but a phone without a network is waited for.
    house.at("2026-09-21T10:29:00+08:00");
    house.run("duty.rounds").await;
    let late = json!({"client_id": "b", "item": "temp", "value": 20});
    assert_eq!(said(&house.client, &round, late).await.status, 200);
    house.at("2026-09-21T10:30:00+08:00");
    house.run("duty.rounds").await;
    let seen = house.got(&format!("{ROUNDS}/{round}")).await;
    assert_eq!(seen["state"], "missed");
    assert_eq!(seen["found"].as_array().unwrap().len(), 2);
    let finish = house.client.post(&format!("{ROUNDS}/{round}/finish"), json!(null)).await;
    assert_eq!(finish.json["code"], "wrong-state");
    // The server was off for two days: what fell into them was missed, too.
    house.at("2026-09-24T07:00:00+08:00");
    house.run("duty.rounds").await;
    house.run("duty.rounds").await;
    let missed = house.got(&format!("{ROUNDS}?inspection_id={plan}&state=missed")).await;
    let days: Vec<_> = missed["items"].as_array().unwrap().iter().map(|one| &one["day"]).collect();
    assert_eq!(days, ["2026-09-23", "2026-09-22", "2026-09-21"]);
    assert!(house.verbs().await.ends_with("round.missed round.missed round.missed"));
}

#[tokio::test]
async fn changed_plan_makes_what_is_ahead_anew_and_leaves_what_has_begun() {
    let house = house().await;
    let (id, round) = open_round(&house).await;
    let path = format!("{PLANS}/{id}");
    let mut body = house.got(&path).await["inspection"].clone();
    body["items"] = json!([{"key": "door", "name": "门禁", "kind": "yes_no"}]);
    body["schedule"]["windows"] = json!([{"from": "09:00", "to": "11:00"}]);
    let changed = house.put(&path, 1, body.clone()).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
    assert_eq!(house.put(&path, 1, body).await.status, 412);
    let items = |round: Value| (round["day"].clone(), round["items"].clone());
    let rounds = house.got(ROUNDS).await["items"].clone();
    let rounds: Vec<_> = rounds.as_array().unwrap().iter().cloned().map(items).collect();
    let expected = [("2026-09-23", 1), ("2026-09-22", 1), ("2026-09-21", 3)];
    assert_eq!(rounds, expected.map(|(day, items)| (json!(day), json!(items))));
    // Whose roster is given up shows that nobody does it.
    let roster = changed.json["inspection"]["by"]["roster_id"].as_str().unwrap();
    house.client.delete(&format!("/api/v1/duty/rosters/{roster}"), Some(1)).await;
    assert_eq!(house.got(&path).await["nobody"], true);
    let start = house.client.post(&format!("{ROUNDS}/{round}/start"), json!(null)).await;
    assert_eq!(start.json["code"], "not-on-duty");
    assert_eq!(house.client.delete(&path, Some(2)).await.status, 204);
    let left = house.got(ROUNDS).await["items"].clone();
    assert_eq!(left.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn only_who_is_on_duty_works_and_each_sees_their_units() {
    let house = house().await;
    let (plan, round) = open_round(&house).await;
    let path = format!("{ROUNDS}/{round}");
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    let li = house.client.holding(&["inspection.read", "inspection.work"], &within);
    let start = li.post(&format!("{path}/start"), json!(null)).await;
    assert_eq!(start.json["code"], "not-on-duty", "li is on from tomorrow: {}", start.json);
    assert_eq!(li.get(&format!("{ROUNDS}?own=true")).await.json["items"], json!([]));
    let reader = house.client.holding(&["inspection.read"], &within);
    assert_eq!(reader.post(&format!("{path}/start"), json!(null)).await.status, 403);
    let elsewhere = Within { units: [house.other_unit.clone()].into(), ..Within::default() };
    let names = ["inspection.read", "inspection.work", "inspection.change"];
    let other = house.client.holding(&names, &elsewhere);
    for path in [path.clone(), format!("{PLANS}/{plan}"), format!("{PLANS}/{plan}/items/door")] {
        assert_eq!(other.get(&path).await.status, 404, "{path}");
    }
    for path in [ROUNDS, PLANS, "/api/v1/duty/inspection-figures"] {
        assert_eq!(other.get(path).await.json["items"], json!([]), "{path}");
    }
    assert_eq!(other.post(&format!("{path}/start"), json!(null)).await.status, 404);
    assert_eq!(other.delete(&format!("{PLANS}/{plan}"), Some(1)).await.status, 404);
    assert_eq!(reader.delete(&format!("{PLANS}/{plan}"), Some(1)).await.status, 403);
    let stranger = house.client.as_stranger();
    assert_eq!(stranger.get(&path).await.status, 401);
}
