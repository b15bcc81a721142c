use serde_json::{Value, json};

use crate::house::{House, house};

const DAY: (&str, &str) = ("2026-09-22T08:00:00+08:00", "2026-09-24T08:00:00+08:00");

async fn swap_of(house: &House, approval: bool) -> (String, Value) {
    let mut body = house.daily(&["zhang", "li"]);
    body["swap_approval"] = json!(approval);
    let roster = house.roster(body).await;
    // 张 gives the 23rd for 李's 22nd.
    let slot = |day: &str| json!({"position": "main", "shift": "day", "day": day});
    let body = json!({"roster_id": roster, "taker": house.id("li"), "slot": slot("2026-09-23"),
        "slot_back": slot("2026-09-22"), "reason": "家长会"});
    let answer = house.client.post("/api/v1/duty/swaps", body).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    (roster, answer.json)
}

fn path_of(swap: &Value) -> String {
    format!("/api/v1/duty/swaps/{}/answer", swap["id"].as_str().unwrap())
}

#[tokio::test]
async fn swap_holds_when_the_partner_agrees() {
    let house = house().await;
    let (roster, swap) = swap_of(&house, false).await;
    let plan = house.plan(&roster, DAY.0, DAY.1).await;
    assert_eq!(plan, ["09-22 day main 李娜 rotation", "09-23 day main 张伟 rotation"]);
    // Whoever asks cannot agree for the other.
    let own = house.post_as(&house.client, &path_of(&swap), 1, json!({"answer": "agree"})).await;
    assert_eq!((own.status.as_u16(), &own.json["code"]), (409, &json!("not-yours")));
    let li = house.client.as_viewer();
    let agreed = house.post_as(&li, &path_of(&swap), 1, json!({"answer": "agree"})).await;
    assert_eq!((agreed.status.as_u16(), &agreed.json["state"]), (200, &json!("in_force")));
    let plan = house.plan(&roster, DAY.0, DAY.1).await;
    assert_eq!(plan, ["09-22 day main 张伟 swap", "09-23 day main 李娜 swap"]);
}

#[tokio::test]
async fn swap_waits_for_approval_where_the_roster_says_so() {
    let house = house().await;
    let (roster, swap) = swap_of(&house, true).await;
    let li = house.client.as_viewer();
    let agreed = house.post_as(&li, &path_of(&swap), 1, json!({"answer": "agree"})).await;
    assert_eq!(agreed.json["state"], "agreed");
    let approve = json!({"answer": "approve"});
    // The administrator is 张 here: nobody decides on what is their own.
    let own = house.post_as(&house.client, &path_of(&swap), 2, approve.clone()).await;
    assert_eq!((own.status.as_u16(), &own.json["code"]), (409, &json!("own-swap")));
    let refused = house.post_as(&li, &path_of(&swap), 2, approve.clone()).await;
    assert_eq!(refused.status, 403, "{}", refused.json);
    house.tie("administrator", "zhao");
    let approved = house.post_as(&house.client, &path_of(&swap), 2, approve).await;
    assert_eq!(approved.json["state"], "in_force", "{}", approved.json);
    let plan = house.plan(&roster, DAY.0, DAY.1).await;
    assert_eq!(plan, ["09-22 day main 张伟 swap", "09-23 day main 李娜 swap"]);
}

#[tokio::test]
async fn swap_that_the_roster_has_overtaken_is_refused() {
    let house = house().await;
    let (roster, swap) = swap_of(&house, false).await;
    let path = format!("/api/v1/duty/rosters/{roster}");
    assert_eq!(house.put(&path, 1, house.daily(&["li", "zhang"])).await.status, 200);
    let li = house.client.as_viewer();
    let late = house.post_as(&li, &path_of(&swap), 1, json!({"answer": "agree"})).await;
    assert_eq!((late.status.as_u16(), &late.json["code"]), (409, &json!("drifted")));
}

#[tokio::test]
async fn leave_leaves_a_gap_that_is_seen_or_a_reserve_steps_in() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    let li = house.client.as_viewer();
    let body = json!({"from": "2026-09-22T00:00:00+08:00", "to": "2026-09-23T00:00:00+08:00",
        "reason": "年假"});
    let asked = li.post("/api/v1/duty/leaves", body).await;
    assert_eq!((asked.status.as_u16(), &asked.json["state"]), (201, &json!("asked")));
    let (from, to) = ("2026-09-22T08:00:00+08:00", "2026-09-23T08:00:00+08:00");
    assert_eq!(house.plan(&roster, from, to).await, ["09-22 day main 李娜 rotation"]);
    let path = format!("/api/v1/duty/leaves/{}/decide", asked.json["id"].as_str().unwrap());
    let own = house.post_as(&li, &path, 1, json!({"state": "approved"})).await;
    assert_eq!(own.status, 409, "{}", own.json);
    let approve = json!({"state": "approved"});
    let approved = house.post_as(&house.client, &path, 1, approve).await;
    assert_eq!(approved.status, 200, "{}", approved.json);
    let expected = ["09-22 day main - reserve", "09-22 day main 李娜 rotation"];
    assert_eq!(house.plan(&roster, from, to).await, expected);
    assert_eq!(house.problems(&roster, from, to).await, ["gap 2026-09-22 -"]);
    let mut body = house.daily(&["zhang", "li"]);
    body["positions"][0]["reserves"] = json!([house.id("zhao")]);
    assert_eq!(house.put(&format!("/api/v1/duty/rosters/{roster}"), 1, body).await.status, 200);
    let expected = ["09-22 day main 赵敏 reserve", "09-22 day main 李娜 rotation"];
    assert_eq!(house.plan(&roster, from, to).await, expected);
}

#[tokio::test]
async fn clashes_are_found_ahead_within_and_across_rosters() {
    let house = house().await;
    let mut body = house.daily(&["li", "zhang"]);
    body["rest_hours_min"] = json!(11);
    body["shifts"] = json!([
        {"key": "day", "name": "白班", "from": "08:00", "to": "20:00"},
        {"key": "night", "name": "夜班", "from": "20:00", "to": "08:00"},
    ]);
    // Shift by shift of two people: a night follows a day of the same person never; twelve
    // hours lie between. With a third shift in the other roster they clash.
    body["positions"][0]["rotations"][0]["unit"] = json!("shifts");
    body["positions"][0]["qualifications"] = json!(["高压电工"]);
    let roster = house.roster(body).await;
    let mut other = house.daily(&["li"]);
    other["name"] = json!("网络值班");
    other["shifts"] = json!([{"key": "noon", "name": "午班", "from": "12:00", "to": "13:00"}]);
    other["positions"][0]["rotations"][0]["start"] = json!("2026-09-22T00:00:00");
    house.roster(other).await;
    for (person, until) in [("li", Value::Null), ("zhang", json!("2026-09-22T00:00:00+08:00"))] {
        let body = json!({"person_id": house.id(person), "name": "高压电工", "until": until});
        let answer = house.client.post("/api/v1/duty/qualifications", body).await;
        assert_eq!(answer.status, 204, "{}", answer.json);
    }
    let (from, to) = ("2026-09-22T08:00:00+08:00", "2026-09-23T08:00:00+08:00");
    let expected = [
        "twice 2026-09-22 李娜 网络值班: main/noon/2026-09-22/0",
        "unqualified 2026-09-22 张伟 高压电工",
    ];
    assert_eq!(house.problems(&roster, from, to).await, expected);
    house.run("duty.watch").await;
    let found = house.facts().await;
    let found = found.iter().filter(|fact| fact.verb == "duty.problem_found").count();
    assert!(found > 2, "{found}");
    house.run("duty.watch").await;
    let again = house.facts().await;
    assert_eq!(again.iter().filter(|fact| fact.verb == "duty.problem_found").count(), found);
}

#[tokio::test]
async fn rest_between_shifts_is_watched() {
    let house = house().await;
    let mut body = house.daily(&["li", "zhang"]);
    body["rest_hours_min"] = json!(11);
    body["shifts"] = json!([
        {"key": "day", "name": "白班", "from": "08:00", "to": "16:00"},
        {"key": "night", "name": "夜班", "from": "20:00", "to": "08:00"},
    ]);
    let roster = house.roster(body).await;
    let (from, to) = ("2026-09-22T08:00:00+08:00", "2026-09-23T08:00:00+08:00");
    let wrong = house.problems(&roster, from, to).await;
    assert_eq!(wrong, ["short_rest 2026-09-22 张伟 main/day/2026-09-22/0"]);
}

#[tokio::test]
async fn who_leaves_the_organisation_is_a_problem_from_then_on() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    let path = format!("/api/v1/people/{}", house.id("li"));
    let version = house.client.get(&path).await.json["version"].as_i64().unwrap();
    let left = house
        .post_as(&house.client, &format!("{path}/leave"), version, json!({"at": "2026-09-23"}))
        .await;
    assert_eq!(left.status, 200, "{}", left.json);
    let (from, to) = ("2026-09-21T08:00:00+08:00", "2026-09-25T08:00:00+08:00");
    let wrong = house.problems(&roster, from, to).await;
    assert_eq!(wrong, ["left 2026-09-22 李娜", "left 2026-09-24 李娜"]);
    // Whoever was named stays nameable; somebody new who has left does not.
    house.at("2026-09-23T12:00:00+08:00");
    let path = format!("/api/v1/duty/rosters/{roster}");
    let mut body = house.daily(&["li", "zhang"]);
    assert_eq!(house.put(&path, 1, body.clone()).await.status, 200);
    body["name"] = json!("新排班");
    let answer = house.client.post("/api/v1/duty/rosters", body).await;
    assert_eq!(answer.status, 400, "{}", answer.json);
}
