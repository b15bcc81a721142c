use kernel::Within;
use serde_json::{Value, json};

use crate::house::{House, house};

const ITEMS: &str = "/api/v1/duty/work-items";

fn item(house: &House) -> Value {
    json!({"unit_id": house.unit, "owner_id": house.id("li"), "period": "week",
        "day": "2026-09-23", "title": "更换 UPS 电池", "due": "2026-09-25"})
}

#[tokio::test]
async fn what_is_not_done_goes_on_in_the_next_period_and_knows_where_it_came_from() {
    let house = house().await;
    let id = house.made(ITEMS, item(&house)).await;
    let path = format!("{ITEMS}/{id}");
    let li = house.client.as_viewer();
    let doing = json!({"state": "doing", "progress": 40});
    let doing = house.post_as(&li, &format!("{path}/progress"), 1, doing).await;
    assert_eq!(doing.json["progress"], 40, "{}", doing.json);
    let own = li.get(&format!("{ITEMS}/mine?period=week&day=2026-09-27")).await;
    assert_eq!(own.json["items"][0]["item"]["day"], "2026-09-21", "{}", own.json);
    // The period runs until Sunday night.
    house.at("2026-09-27T23:59:00+08:00");
    house.run("duty.carry").await;
    assert_eq!(own_states(&house).await, ["2026-09-21 doing 40"]);
    house.at("2026-09-28T00:00:00+08:00");
    house.run("duty.carry").await;
    house.run("duty.carry").await;
    assert_eq!(own_states(&house).await, ["2026-09-21 carried 40", "2026-09-28 doing 40"]);
    let next = house.got(&format!("{ITEMS}?period=week&day=2026-09-28")).await["items"][0].clone();
    assert_eq!(next["came_from"], id);
    // By hand, into the week after.
    let carry = format!("{ITEMS}/{}/carry", next["id"].as_str().unwrap());
    let long = json!({"reason": "x".repeat(501)});
    let long = house.post_as(&house.client, &carry, 1, long).await;
    assert_eq!(long.json["fields"][0]["field"], "reason", "{}", long.json);
    let why = json!({"reason": "备件未到"});
    let carried = house.post_as(&house.client, &carry, 1, why.clone()).await;
    assert_eq!(carried.json["item"]["day"], "2026-10-05", "{}", carried.json);
    assert_eq!(carried.json["came_reason"], "备件未到");
    let left = li.get(carry.strip_suffix("/carry").unwrap()).await.json;
    let reasons = (&left["came_reason"], &left["went_reason"]);
    assert_eq!(reasons, (&Value::Null, &json!("备件未到")), "by the clock nobody says why");
    let again = house.post_as(&house.client, &carry, 2, why).await;
    assert_eq!(again.json["code"], "wrong-state");
    let done = format!("{ITEMS}/{}/progress", carried.json["id"].as_str().unwrap());
    let done = house.post_as(&li, &done, 1, json!({"state": "done"})).await;
    assert_eq!(done.json["progress"], 100);
    // After weeks without a server what is left is in the week that runs.
    house.made(ITEMS, item(&house)).await;
    house.at("2026-10-20T08:00:00+08:00");
    house.run("duty.carry").await;
    assert_eq!(own_states(&house).await.last().unwrap(), "2026-10-19 open 0");
    let verbs = house.verbs().await;
    let expected = "work_item.created work_item.changed work_item.carried work_item.carried \
        work_item.changed work_item.created work_item.carried";
    assert_eq!(verbs, expected);
}

async fn own_states(house: &House) -> Vec<String> {
    let all = house.client.as_viewer().get(&format!("{ITEMS}/mine")).await.json;
    let shown = |one: &Value| {
        let (day, state) = (one["item"]["day"].as_str(), one["state"].as_str());
        format!("{} {} {}", day.unwrap(), state.unwrap(), one["progress"])
    };
    all["items"].as_array().unwrap().iter().map(shown).collect()
}

#[tokio::test]
async fn wrong_fields_are_named_and_nothing_is_kept() {
    let house = house().await;
    let cases = [
        ("title", json!(""), "title"),
        ("due", json!("2026-09-20"), "due"),
        ("day", json!("1066-10-14"), "day"),
        ("owner_id", json!("01890a5d-ac96-774b-bcce-b302099a8057"), "owner_id"),
        ("unit_id", json!("01890a5d-ac96-774b-bcce-b302099a8057"), "unit_id"),
    ];
    for (field, value, expected) in cases {
        let mut body = item(&house);
        body[field] = value;
        let answer = house.client.post(ITEMS, body).await;
        assert_eq!(answer.status, 400, "{field}: {}", answer.json);
        assert_eq!(answer.json["fields"][0]["field"], expected, "{}", answer.json);
    }
    assert_eq!(house.got(ITEMS).await["items"], json!([]));
    let answer = house.client.get(&format!("{ITEMS}?day=2026-09-21")).await;
    assert_eq!(answer.json["fields"][0]["field"], "day");
    let id = house.made(ITEMS, item(&house)).await;
    let progress = format!("{ITEMS}/{id}/progress");
    for body in [json!({"state": "carried"}), json!({"state": "doing", "progress": 101})] {
        let answer = house.post_as(&house.client, &progress, 1, body).await;
        assert_eq!(answer.status, 400, "{}", answer.json);
    }
    let stale = house.post_as(&house.client, &progress, 7, json!({"state": "done"})).await;
    assert_eq!(stale.status, 412);
}

#[tokio::test]
async fn owner_says_how_far_it_is_and_nobody_elsewhere_sees_it() {
    let house = house().await;
    let id = house.made(ITEMS, item(&house)).await;
    let progress = format!("{ITEMS}/{id}/progress");
    let elsewhere = Within { units: [house.other_unit.clone()].into(), ..Within::default() };
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    house.tie("viewer", "wang");
    let names = ["work-plan.read", "work-plan.change", "profile.change", "profile.read"];
    let other = house.client.holding(&names, &elsewhere);
    assert_eq!(other.get(ITEMS).await.json["items"], json!([]));
    let done = json!({"state": "done"});
    assert_eq!(house.post_as(&other, &progress, 1, done.clone()).await.status, 404);
    let one = format!("{ITEMS}/{id}");
    assert_eq!(other.get(&one).await.status, 404);
    assert_eq!(house.client.as_stranger().get(ITEMS).await.status, 401);
    let reader = house.client.holding(&["work-plan.read", "profile.change"], &within);
    assert_eq!(house.post_as(&reader, &progress, 1, done.clone()).await.status, 403);
    let carry = format!("{ITEMS}/{id}/carry");
    assert_eq!(house.post_as(&reader, &carry, 1, json!({})).await.status, 403);
    let profile = house.client.holding(&["profile.read"], &elsewhere);
    assert_eq!(profile.get(&one).await.status, 404);
    house.tie("viewer", "li");
    assert_eq!(profile.get(&one).await.json["id"], json!(id), "it is theirs");
    assert_eq!(house.post_as(&reader, &progress, 1, done).await.json["state"], "done");
}
