use serde_json::json;

use crate::house::house;

const FROM: &str = "2026-09-21T08:00:00+08:00";

#[tokio::test]
async fn people_take_turns_day_by_day() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li", "wang"])).await;
    let plan = house.plan(&roster, FROM, "2026-09-25T08:00:00+08:00").await;
    let expected = [
        "09-21 day main 张伟 rotation",
        "09-22 day main 李娜 rotation",
        "09-23 day main 王芳 rotation",
        "09-24 day main 张伟 rotation",
    ];
    assert_eq!(plan, expected);
    assert_eq!(house.verbs().await, "roster.created");
}

/// Three posts per shift, nights apart, workdays and days off by lists of their own; 10-01 to
/// 10-07 is a holiday and Saturday 10-10 is worked.
#[tokio::test]
async fn several_positions_with_workdays_and_days_off_of_their_own() {
    let house = house().await;
    let [zhang, li, wang, zhao] =
        ["zhang", "li", "wang", "zhao"].map(|key| house.id(key).to_owned());
    let rotation = |days: &[&str], unit: &str, people: &[&String]| {
        let blocks: Vec<_> = people.iter().map(|one| json!({"people": [one]})).collect();
        json!({"days": days, "start": "2026-09-28T00:00:00", "unit": unit, "blocks": blocks})
    };
    let mut body = house.daily(&["zhang"]);
    body["shifts"] = json!([
        {"key": "day", "name": "白班", "from": "08:00", "to": "20:00"},
        {"key": "night", "name": "夜班", "from": "20:00", "to": "08:00", "days": ["workday"]},
    ]);
    body["positions"] = json!([
        {"key": "lead", "name": "带班领导", "shifts": ["day"],
            "rotations": [rotation(&[], "weeks", &[&zhang, &li])]},
        {"key": "main", "name": "主班", "rotations": [
            rotation(&["workday"], "duty_days", &[&li, &wang]),
            rotation(&["weekend", "holiday"], "duty_days", &[&zhao, &zhang]),
        ]},
    ]);
    let roster = house.roster(body).await;
    let plan = house.plan(&roster, "2026-09-30T00:00:00+08:00", "2026-10-03T00:00:00+08:00").await;
    let expected = [
        "09-29 night main 王芳 rotation",
        "09-30 day lead 张伟 rotation",
        "09-30 day main 李娜 rotation",
        "09-30 night main 李娜 rotation",
        "10-01 day lead 张伟 rotation",
        "10-01 day main 赵敏 rotation",
        "10-02 day lead 张伟 rotation",
        "10-02 day main 张伟 rotation",
    ];
    assert_eq!(plan, expected);
    let plan = house.plan(&roster, "2026-10-10T08:00:00+08:00", "2026-10-12T00:00:00+08:00").await;
    // Saturday the 10th is a workday made up for; nobody's turn was lost to the holiday.
    let expected = [
        "10-10 day lead 李娜 rotation",
        "10-10 day main 王芳 rotation",
        "10-10 night main 王芳 rotation",
        "10-11 day lead 李娜 rotation",
        "10-11 day main 张伟 rotation",
    ];
    assert_eq!(plan, expected);
}

#[tokio::test]
async fn blocks_may_differ_in_length_and_seats_may_be_several() {
    let house = house().await;
    let mut body = house.daily(&["zhang"]);
    body["positions"][0]["seats"] = json!(2);
    body["positions"][0]["rotations"][0]["blocks"] = json!([
        {"people": [house.id("zhang"), house.id("li")], "length": 2},
        {"people": [house.id("wang")]},
    ]);
    let roster = house.roster(body).await;
    let plan = house.plan(&roster, FROM, "2026-09-24T08:00:00+08:00").await;
    let expected = [
        "09-21 day main 张伟 rotation",
        "09-21 day main 李娜 rotation",
        "09-22 day main 张伟 rotation",
        "09-22 day main 李娜 rotation",
        "09-23 day main 王芳 rotation",
        "09-23 day main - rotation",
    ];
    assert_eq!(plan, expected);
    let wrong = house.problems(&roster, FROM, "2026-09-24T08:00:00+08:00").await;
    assert_eq!(wrong, ["gap 2026-09-23 -"]);
}

#[tokio::test]
async fn preview_shows_what_would_be_and_saves_nothing() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    let mut draft = house.daily(&["wang"]);
    draft["rest_hours_min"] = json!(24);
    let body = json!({"roster_id": roster, "roster": draft, "from": FROM,
        "to": "2026-09-23T08:00:00+08:00"});
    let answer = house.client.post("/api/v1/duty/preview", body).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let spans = answer.json["spans"].as_array().unwrap();
    assert!(spans.iter().all(|span| span["person"]["name"] == "王芳"), "{spans:?}");
    // One who is on day after day is on once: no rest is missing.
    assert_eq!(answer.json["problems"], json!([]));
    let plan = house.plan(&roster, FROM, "2026-09-23T08:00:00+08:00").await;
    assert_eq!(plan[0], "09-21 day main 张伟 rotation");
}

#[tokio::test]
async fn who_is_on_is_told_with_when_it_ends() {
    let house = house().await;
    house.roster(house.daily(&["zhang", "li"])).await;
    house.at("2026-09-22T10:00:00+08:00");
    let on = house.got("/api/v1/duty/on-duty").await;
    let spans = on["items"].as_array().unwrap();
    assert_eq!(spans.len(), 1, "{on}");
    assert_eq!(spans[0]["person"]["name"], "李娜");
    assert_eq!(spans[0]["to"], "2026-09-23T00:00:00Z");
    let before = house.got("/api/v1/duty/on-duty?at=2026-09-21T12:00:00Z").await;
    assert_eq!(before["items"][0]["person"]["name"], "张伟");
    let mine = house.got("/api/v1/duty/mine?to=2026-09-26T00:00:00Z").await;
    let days: Vec<_> = mine["items"].as_array().unwrap().iter().map(|one| &one["day"]).collect();
    assert_eq!(days, ["2026-09-23", "2026-09-25"]);
    assert_eq!(mine["person_id"], house.id("zhang"));
}

#[tokio::test]
async fn who_is_no_person_is_never_on() {
    let house = house().await;
    house.roster(house.daily(&["zhang", "li"])).await;
    house.tie_nobody();
    let mine = house.got("/api/v1/duty/mine?to=2026-09-26T00:00:00Z").await;
    assert_eq!(mine, json!({ "person_id": null, "items": [] }));
}

#[tokio::test]
async fn others_ask_by_post_and_by_unit() {
    use kernel::{Clock as _, OnDuty as _};
    let house = house().await;
    let post = json!({"code": "duty", "title": {"en": "Duty", "zh": "值班长"}, "head": false,
        "unit_id": house.unit, "from": "2020-01-01"});
    let post = house.made("/api/v1/posts", post).await;
    let mut body = house.daily(&["zhang", "li"]);
    body["positions"][0]["post_id"] = json!(post);
    let roster = house.roster(body).await;
    house.at("2026-09-21T09:00:00+08:00");
    let now = house.clock.now();
    let holders = house.duty.for_post(&post, now).await.unwrap();
    assert_eq!(holders.len(), 1);
    assert_eq!((holders[0].name.as_str(), holders[0].position.as_str()), ("张伟", "主班"));
    assert_eq!(holders[0].until.to_string(), "2026-09-22T00:00:00Z");
    assert_eq!(house.duty.for_unit(&house.unit, now).await.unwrap(), holders);
    assert!(house.duty.for_unit(&house.other_unit, now).await.unwrap().is_empty());
    assert!(house.duty.for_post("no-post", now).await.unwrap().is_empty());
    // They do not hold the post that the position is tied to: that is said ahead.
    let wrong = house.problems(&roster, FROM, "2026-09-23T08:00:00+08:00").await;
    assert_eq!(wrong, ["not_in_post 2026-09-21 张伟", "not_in_post 2026-09-22 李娜"]);
}

#[tokio::test]
async fn fairness_counts_nights_weekends_and_holidays() {
    let house = house().await;
    let mut body = house.daily(&["zhang", "li"]);
    body["shifts"] = json!([{"key": "night", "name": "夜班", "from": "20:00", "to": "08:00"}]);
    body["positions"][0]["rotations"][0]["start"] = json!("2026-09-21T00:00:00");
    let roster = house.roster(body).await;
    let path = format!(
        "/api/v1/duty/rosters/{roster}/fairness\
         ?from=2026-09-21T08:00:00%2B08:00&to=2026-09-28T08:00:00%2B08:00"
    );
    let loads = house.got(&path).await;
    let of = |name: &str| {
        let rows = loads["items"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap().clone()
    };
    // Nights of 21, 23, 25, 27; the 25th to 27th is a holiday (中秋节).
    let zhang = of("张伟");
    assert_eq!((&zhang["shifts"], &zhang["nights"]), (&json!(4), &json!(4)));
    assert_eq!((&zhang["hours"], &zhang["night_hours"]), (&json!(48.0), &json!(32.0)));
    assert_eq!((&zhang["holidays"], &zhang["weekends"]), (&json!(2), &json!(0)));
    assert_eq!(of("李娜")["off_hours"], json!(12.0));
}
