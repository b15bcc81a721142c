use serde_json::json;

use crate::house::house;

const FROM: &str = "2026-09-21T08:00:00+08:00";
const TO: &str = "2026-09-26T08:00:00+08:00";

#[tokio::test]
async fn what_has_passed_is_settled_whatever_the_roster_becomes() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    house.at("2026-09-23T14:00:00+08:00");
    house.run("duty.freeze").await;
    let path = format!("/api/v1/duty/rosters/{roster}");
    let answer = house.put(&path, 1, house.daily(&["wang"])).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(answer.json["frozen_until"], "2026-09-23T06:00:00Z");
    let expected = [
        "09-21 day main 张伟 rotation",
        "09-22 day main 李娜 rotation",
        // Until the change, and from it on.
        "09-23 day main 张伟 rotation",
        "09-23 day main 王芳 rotation",
        "09-24 day main 王芳 rotation",
        "09-25 day main 王芳 rotation",
    ];
    assert_eq!(house.plan(&roster, FROM, TO).await, expected);
    let facts = house.facts().await;
    let served: Vec<_> = facts.iter().filter(|fact| fact.verb == "duty.served").collect();
    assert_eq!(served.len(), 2, "{:?}", house.verbs().await);
    assert_eq!(served[0].detail["person_id"], house.id("zhang"));
    assert_eq!(served[0].detail["from"], "2026-09-21T00:00:00Z");
    assert_eq!(served[0].detail["to"], "2026-09-22T00:00:00Z");
    let versions = house.got(&format!("{path}/versions")).await;
    assert_eq!(versions["items"].as_array().unwrap().len(), 2);
}

/// Without the job it is the same: a change writes down what passed before it.
#[tokio::test]
async fn change_after_a_long_silence_alters_nothing_that_has_passed() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    let before = house.plan(&roster, FROM, "2026-12-20T08:00:00+08:00").await;
    house.at("2026-12-20T08:00:00+08:00");
    let path = format!("/api/v1/duty/rosters/{roster}");
    assert_eq!(house.put(&path, 1, house.daily(&["wang"])).await.status, 200);
    assert_eq!(house.plan(&roster, FROM, "2026-12-20T08:00:00+08:00").await, before);
}

#[tokio::test]
async fn shift_written_down_bit_by_bit_is_one_shift() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    for hour in ["10", "12", "14"] {
        house.at(&format!("2026-09-21T{hour}:00:00+08:00"));
        let body = json!({"from": "2026-09-24T08:00:00+08:00", "to": "2026-09-24T09:00:00+08:00",
            "person_out": house.id("li"), "person_in": house.id("wang")});
        let path = format!("/api/v1/duty/rosters/{roster}/overrides");
        let answer = house.client.post(&path, body).await;
        assert_eq!(answer.status, 201, "{}", answer.json);
    }
    house.at("2026-09-22T09:00:00+08:00");
    house.run("duty.freeze").await;
    let facts = house.facts().await;
    let served: Vec<_> = facts.iter().filter(|fact| fact.verb == "duty.served").collect();
    assert_eq!(served.len(), 1);
    assert_eq!(served[0].detail["from"], "2026-09-21T00:00:00Z");
    let plan = house.plan(&roster, FROM, "2026-09-23T08:00:00+08:00").await;
    assert_eq!(plan, ["09-21 day main 张伟 rotation", "09-22 day main 李娜 rotation"]);
}

#[tokio::test]
async fn roster_that_was_given_up_keeps_its_past_and_plans_nothing() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    house.at("2026-09-22T14:00:00+08:00");
    let path = format!("/api/v1/duty/rosters/{roster}");
    assert_eq!(house.client.delete(&path, Some(1)).await.status, 204);
    let plan = house.plan(&roster, FROM, TO).await;
    assert_eq!(plan, ["09-21 day main 张伟 rotation", "09-22 day main 李娜 rotation"]);
    assert_eq!(house.got("/api/v1/duty/rosters").await["items"], json!([]));
    house.run("duty.freeze").await;
    assert_eq!(house.put(&path, 2, house.daily(&["wang"])).await.status, 404);
}

#[tokio::test]
async fn somebody_else_is_on_for_a_while() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    let path = format!("/api/v1/duty/rosters/{roster}/overrides");
    let body = json!({"from": "2026-09-22T12:00:00+08:00", "to": "2026-09-22T18:00:00+08:00",
        "person_out": house.id("li"), "person_in": house.id("wang"), "reason": "看病"});
    let made = house.client.post(&path, body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let expected = [
        "09-22 day main 李娜 rotation",
        "09-22 day main 王芳 override",
        "09-22 day main 李娜 rotation",
    ];
    let (from, to) = ("2026-09-22T08:00:00+08:00", "2026-09-23T08:00:00+08:00");
    assert_eq!(house.plan(&roster, from, to).await, expected);
    // In the middle of it it is taken back: what was done stays.
    house.at("2026-09-22T15:00:00+08:00");
    let one = format!("/api/v1/duty/overrides/{}", made.json["id"].as_str().unwrap());
    assert_eq!(house.client.delete(&one, None).await.status, 204);
    assert_eq!(house.plan(&roster, from, to).await, expected);
    house.at("2026-09-22T19:00:00+08:00");
    let late = house.client.post(&path, body).await;
    assert_eq!((late.status.as_u16(), &late.json["code"]), (409, &json!("past")));
}
