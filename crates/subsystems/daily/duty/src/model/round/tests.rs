use jiff::civil::date;
use serde_json::json;

use super::*;
use crate::model::days::BaseCalendars;

fn schedule(changes: &Value) -> Schedule {
    let mut body = json!({"zone": "Asia/Shanghai", "calendar": "china", "from": "2026-01-01",
        "every": "day", "windows": [{"from": "08:00", "to": "10:00"}]});
    for (key, value) in changes.as_object().unwrap() {
        body[key] = value.clone();
    }
    serde_json::from_value(body).unwrap()
}

fn days(changes: &Value, first: Date, last: Date) -> Vec<i8> {
    let schedule = schedule(changes);
    let calendars = BaseCalendars::standard().unwrap();
    let calendar = calendars.with_days(&schedule.zone, schedule.calendar, &schedule.days).unwrap();
    let all = first.series(1.day()).take_while(|date| *date <= last);
    all.filter(|date| is_due(&schedule, &calendar, *date)).map(Date::day).collect()
}

/// 2026: the National Day holiday is October 1 to 7, October 10 (Saturday) is worked.
#[test]
fn days_off_are_kept_skipped_or_moved_by_the_published_year() {
    let (first, last) = (date(2026, 9, 28), date(2026, 10, 12));
    let every = |days_off: &str| days(&json!({"days_off": days_off}), first, last);
    assert_eq!(every("kept").len(), 15);
    assert_eq!(every("skipped"), [28, 29, 30, 8, 9, 10, 12]);
    let thursdays = json!({"every": "week", "on": [4], "days_off": "moved"});
    assert_eq!(days(&thursdays, first, last), [8], "October 1 moves onto the 8th, which it is too");
    let first_of_month = json!({"every": "month", "on": [1], "days_off": "moved"});
    assert_eq!(days(&first_of_month, first, last), [8]);
    let skipped = json!({"every": "month", "on": [1], "days_off": "skipped"});
    assert_eq!(days(&skipped, first, last), [0_i8; 0]);
}

#[test]
fn day_that_a_month_lacks_is_its_last_one() {
    let monthly = json!({"every": "month", "on": [30, 31], "calendar": "every_day"});
    assert_eq!(days(&monthly, date(2026, 2, 1), date(2026, 2, 28)), [28]);
    assert_eq!(days(&monthly, date(2026, 4, 1), date(2026, 4, 30)), [30]);
    assert_eq!(days(&monthly, date(2026, 5, 1), date(2026, 5, 31)), [30, 31]);
}

/// In New York 02:00–03:00 is skipped on 2026-03-08 and comes twice (01:00) on 2026-11-01.
#[test]
fn windows_follow_the_wall_clock_where_clocks_are_changed() {
    let zone = json!({"zone": "America/New_York", "calendar": "every_day", "windows": [
        {"from": "02:00", "to": "03:00"}, {"from": "01:00", "to": "04:00"},
        {"from": "22:00", "to": "06:00"}]});
    let schedule = schedule(&zone);
    let calendars = BaseCalendars::standard().unwrap();
    let calendar = calendars.with_days(&schedule.zone, schedule.calendar, &schedule.days).unwrap();
    let hours = |day: Date| -> Vec<(u32, u64)> {
        let all = windows(&schedule, &calendar, day).unwrap();
        all.into_iter().map(|(at, from, to)| (at, to.since(from).as_secs() / 3_600)).collect()
    };
    assert_eq!(hours(date(2026, 3, 6)), [(0, 1), (1, 3), (2, 8)]);
    assert_eq!(hours(date(2026, 3, 7)), [(0, 1), (1, 3), (2, 7)]);
    assert_eq!(hours(date(2026, 3, 8)), [(1, 2), (2, 8)]);
    assert_eq!(hours(date(2026, 11, 1)), [(0, 1), (1, 4), (2, 8)]);
}

#[test]
fn values_are_judged_by_their_item() {
    let item = |body: Value| {
        let mut whole = json!({"key": "a", "name": "a"});
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        serde_json::from_value::<Item>(whole).unwrap()
    };
    let number = item(json!({"kind": "number", "min": 18.0, "max": 27.0}));
    let yes = item(json!({"kind": "yes_no"}));
    let choice = item(json!({"kind": "choice",
        "choices": [{"name": "绿"}, {"name": "红", "abnormal": true}]}));
    let words = item(json!({"kind": "text"}));
    let cases = [
        (&number, json!(18), Some(false)),
        (&number, json!(17.9), Some(true)),
        (&number, json!(27.1), Some(true)),
        (&number, json!("20"), None),
        (&yes, json!(true), Some(false)),
        (&yes, json!(false), Some(true)),
        (&yes, json!("yes"), None),
        (&choice, json!("绿"), Some(false)),
        (&choice, json!("红"), Some(true)),
        (&choice, json!("蓝"), None),
        (&words, json!("正常"), Some(false)),
        (&words, json!(1), None),
    ];
    for (item, value, expected) in cases {
        assert_eq!(item.judged(&value).ok(), expected, "{value}");
    }
}
