use kernel::{Clock as _, Within};
use serde_json::{Value, json};
use testkit::Answer;

use crate::house::{House, house, shown};

const IMPORT: &str = "/api/v1/duty/import";

/// 李娜 has an address; 张伟 is called by his name, 王芳 by her number.
async fn peopled() -> House {
    let house = house().await;
    let id = house.id("li").to_owned();
    let found = house.client.get(&format!("/api/v1/people/{id}")).await;
    let version = found.json["version"].as_i64().unwrap_or(1);
    let contacts = json!({"contacts": [{"way": "mail", "value": "li@example.test"}]});
    let changed = house.client.patch(&format!("/api/v1/people/{id}"), version, contacts).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
    house
}

async fn sent(house: &House, format: &str, text: &str, dry_run: bool) -> Answer {
    let body = json!({"format": format, "unit_id": house.unit, "text": text, "dry_run": dry_run});
    house.client.post(IMPORT, body).await
}

/// Shows, takes over, and takes over again: what is shown is what is rostered then, and the same
/// file changes nothing. Answers what was shown of the first schedule.
async fn taken(house: &House, format: &str, text: &str) -> Value {
    let preview = sent(house, format, text, true).await;
    assert_eq!(preview.status, 200, "{}", preview.json);
    let before = house.verbs().await;
    let applied = sent(house, format, text, false).await;
    assert_eq!(applied.status, 200, "{}", applied.json);
    assert_ne!(house.verbs().await, before, "what is taken over is a fact");
    let (first, second) = (&preview.json["items"], &applied.json["items"]);
    for (one, other) in first.as_array().unwrap().iter().zip(second.as_array().unwrap()) {
        assert_eq!(one["effect"], "created");
        assert_eq!(whole(one), whole(other));
        let roster = other["roster_id"].as_str().unwrap();
        let path = format!("/api/v1/duty/rosters/{roster}/spans?to=2026-10-04T23:00:00Z");
        assert_eq!(whole(other), whole(&house.got(&path).await), "{roster}");
    }
    let (before, now) = (house.verbs().await, house.clock.now());
    let again = sent(house, format, text, false).await;
    assert_eq!(again.json["items"][0]["effect"], "same", "{}", again.json);
    // Also a day later, when what has begun is past.
    house.at("2026-09-22T13:00:00+08:00");
    let again = sent(house, format, text, true).await;
    assert_eq!(again.json["items"][0]["effect"], "same", "{}", again.json);
    house.clock.set(now);
    assert_eq!(house.verbs().await, before);
    second[0].clone()
}

/// From when to when, in which position, who.
fn whole(stretch: &Value) -> Vec<String> {
    let spans = stretch["spans"].as_array().unwrap();
    let text = |span: &Value| {
        let (from, to) = (span["from"].as_str().unwrap(), span["to"].as_str().unwrap());
        format!("{} {} {}", &from[5..16], &to[5..16], shown(span))
    };
    spans.iter().map(text).collect()
}

fn on(stretch: &Value) -> Vec<String> {
    whole(stretch).into_iter().filter(|line| !line.contains(" - ")).collect()
}

fn list(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect()
}

#[tokio::test]
async fn calendar_becomes_shifts_by_its_wall_clock() {
    let house = peopled().await;
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:机房夜班\r\n\
        X-WR-TIMEZONE:Europe/Berlin\r\n\
        BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Night\r\nATTENDEE;CN=Li:mailto:LI@example.test\r\n\
        DTSTART;TZID=Europe/Berlin:20260905T220000\r\nDTEND;TZID=Europe/Berlin:20260906T060000\r\n\
        RRULE:FREQ=WEEKLY;BYDAY=SA,SU;UNTIL=20261101T000000Z\r\n\
        EXDATE;TZID=Europe/Berlin:20260927T220000\r\n\
        BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDURATION:PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Night - 王芳\r\n\
        RECURRENCE-ID;TZID=Europe/Berlin:20261003T220000\r\n\
        DTSTART:20261003T200000Z\r\nDURATION:PT2H\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nUID:b\r\nSUMMARY:Somebody\r\nDTSTART;VALUE=DATE:20260923\r\n\
        END:VEVENT\r\n\
        BEGIN:VEVENT\r\nUID:c\r\nSUMMARY:张伟\r\nDTSTART;TZID=Mars/Olympus:20260923T080000\r\n\
        DTEND;TZID=Mars/Olympus:20260923T090000\r\nEND:VEVENT\r\n\
        END:VCALENDAR\r\n";
    let one = taken(&house, "ical", text).await;
    let expected = [
        "09-20T23:00 09-21T04:00 09-21 day layer-1 李娜 override",
        "09-26T20:00 09-26T22:00 09-26 day layer-1 李娜 override",
        "09-26T22:00 09-27T04:00 09-27 day layer-1 李娜 override",
        "10-03T20:00 10-03T22:00 10-03 day layer-1 王芳 override",
        "10-04T20:00 10-04T22:00 10-04 day layer-1 李娜 override",
        "10-04T22:00 10-04T23:00 10-05 day layer-1 李娜 override",
    ];
    assert_eq!(on(&one), expected);
    assert_eq!(list(&one["unmatched"]), ["Somebody"]);
    assert_eq!(one["lacking"][0]["what"], "张伟", "{}", one["lacking"]);
    assert_eq!(one["lacking"][0]["why"]["en"], "no zone `Mars/Olympus` is known");
    // The night in which the clocks are put back is an hour longer.
    let roster = one["roster_id"].as_str().unwrap();
    let night = house.stretch(roster, "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z").await;
    let expected = [
        "10-24T20:00 10-24T22:00 10-24 day layer-1 李娜 override",
        "10-24T22:00 10-25T05:00 10-25 day layer-1 李娜 override",
    ];
    assert_eq!(on(&night), expected);
    // What the file no longer says is no longer rostered; what people did stays.
    let body = json!({"from": "2026-09-25T08:00:00Z", "to": "2026-09-25T09:00:00Z",
        "person_in": house.id("zhao")});
    house.made(&format!("/api/v1/duty/rosters/{roster}/overrides"), body).await;
    let shorter = text.replace("BYDAY=SA,SU", "BYDAY=SU");
    let changed = sent(&house, "ical", &shorter, false).await;
    assert_eq!(changed.json["items"][0]["effect"], "changed");
    let left = house.stretch(roster, "2026-09-24T12:00:00Z", "2026-09-27T12:00:00Z").await;
    assert_eq!(on(&left), ["09-25T08:00 09-25T09:00 09-25 day layer-1 赵敏 override"]);
}

fn goalert() -> Value {
    let all = json!(vec![true; 7]);
    let weekdays = json!([false, true, true, true, true, true, false]);
    let rule = |start: &str, end: &str, days: &Value| {
        let days = days.clone();
        json!({"start": start, "end": end, "weekdayFilter": days})
    };
    json!({"data": {
        "schedules": {"nodes": [{
            "id": "s1", "name": "Core", "timeZone": "America/Chicago",
            "targets": [
                {"target": {"id": "r1", "type": "rotation", "name": "Primary"},
                    "rules": [rule("00:00", "00:00", &all)]},
                {"target": {"id": "r2", "type": "rotation", "name": "Weekly"},
                    "rules": [rule("09:00", "09:00", &all)]},
                {"target": {"id": "u2", "type": "user", "name": "王芳"},
                    "rules": [rule("09:00", "17:00", &weekdays)]},
                {"target": {"id": "u1", "type": "user", "name": "?"}, "rules": [rule("12:00",
                    "13:00", &json!([false, false, true, false, true, false, false]))]},
                {"target": {"id": "r9", "type": "rotation", "name": "Lost"},
                    "rules": [rule("00:00", "00:00", &all)]},
            ],
        }]},
        "rotations": {"nodes": [
            {"id": "r1", "name": "Primary", "start": "2026-01-05T15:00:00Z",
                "timeZone": "America/Chicago", "type": "daily", "shiftLength": 1,
                "activeUserIndex": 1, "nextHandoffTimes": ["2026-09-21T14:00:00Z"],
                "users": [{"id": "u1", "name": "Li", "email": "li@example.test"},
                    {"id": "u2", "name": "wang"}, {"id": "u3", "name": "nobody"}]},
            {"id": "r2", "name": "Weekly", "start": "2026-01-05T15:00:00Z",
                "timeZone": "America/Chicago", "type": "weekly", "shiftLength": 1,
                "activeUserIndex": 0, "nextHandoffTimes": ["2026-09-21T14:00:00Z"],
                "users": [{"id": "u1", "name": "Li", "email": "li@example.test"},
                    {"id": "u2", "name": "wang"}]},
        ]},
        "userOverrides": {"nodes": [{"start": "2026-09-29T14:00:00Z",
            "end": "2026-09-29T15:00:00Z", "addUserID": "u1", "removeUserID": "u2",
            "target": {"id": "s1", "type": "schedule"}}]},
    }})
}

#[tokio::test]
async fn goalert_becomes_turns_where_a_roster_can_say_them_and_shifts_elsewhere() {
    let house = peopled().await;
    let one = taken(&house, "goalert", &goalert().to_string()).await;
    let positions = one["roster"]["positions"].as_array().unwrap();
    let turns: Vec<_> = positions
        .iter()
        .map(|one| {
            let turns = one["rotations"].as_array().unwrap().len();
            (one["name"].as_str().unwrap(), turns)
        })
        .collect();
    assert_eq!(turns, [("Primary", 0), ("Weekly", 1), ("王芳", 1), ("?", 0)]);
    assert_eq!(list(&one["unmatched"]), ["nobody"]);
    assert_eq!(one["lacking"][0]["what"], "Lost");
    let of = |position: &str| -> Vec<String> {
        let lines = on(&one).into_iter().filter(|line| line.contains(position));
        lines
            .map(|line| {
                line.split(' ').map(str::to_owned).collect::<Vec<_>>()[..2].join(" ")
                    + " "
                    + line.split(' ').nth(5).unwrap()
            })
            .collect()
    };
    // 王芳 (the second) until 09:00 in Chicago, then the one who is not known, then 李娜.
    let primary = of("layer-1");
    assert_eq!(primary[0], "09-20T23:00 09-21T05:00 王芳", "{primary:?}");
    assert_eq!(primary[1], "09-21T05:00 09-21T14:00 王芳");
    assert_eq!(primary[2], "09-22T14:00 09-23T05:00 李娜");
    let weekly = of("layer-2");
    assert_eq!(weekly[0], "09-20T23:00 09-21T14:00 李娜");
    assert_eq!(weekly[1], "09-21T14:00 09-22T14:00 王芳");
    let hours = of("layer-3");
    assert_eq!(hours[0], "09-21T14:00 09-21T22:00 王芳");
    assert!(hours.contains(&"09-29T14:00 09-29T15:00 李娜".to_owned()), "{hours:?}");
    assert_eq!(of("layer-4")[0], "09-22T17:00 09-22T18:00 李娜");
}

#[tokio::test]
async fn oncall_becomes_turns_and_higher_levels_cover_lower_ones() {
    let house = peopled().await;
    let users = json!({"results": [
        {"id": "U1", "username": "zhang", "email": null},
        {"id": "U2", "username": "x", "email": "li@example.test"},
        {"id": "U3", "username": "gone", "email": "gone@example.test"}]});
    let rolling = json!({"id": "O1", "name": "Weekly", "type": "rolling_users", "level": 0,
        "start": "2026-09-07T09:00:00", "duration": 604_800, "frequency": "weekly",
        "interval": 1, "rolling_users": [["U1"], ["U2"]], "start_rotation_from_user_index": 1});
    let single = json!({"id": "O2", "name": "Release", "type": "single_event", "level": 0,
        "start": "2026-09-22T10:00:00", "duration": 7_200, "users": ["U1", "U3"]});
    let monthly = json!({"id": "O3", "name": "Monthly", "type": "recurrent_event",
        "start": "2026-09-01T10:00:00", "duration": 3_600, "frequency": "monthly",
        "by_monthday": [1], "users": ["U1"]});
    let schedule = |shifts: Value| {
        json!({"id": "S1", "name": "DBA", "type": "calendar", "time_zone": "Asia/Shanghai",
            "shifts": shifts})
    };
    let export = json!({"schedules": [schedule(json!(["O1", "O2", "O3", "O9"]))],
        "on_call_shifts": [rolling, single, monthly], "users": users});
    let one = taken(&house, "oncall", &export.to_string()).await;
    assert_eq!(one["roster"]["positions"][0]["rotations"][0]["unit"], "weeks");
    let lines = on(&one);
    assert_eq!(lines[0], "09-20T23:00 09-21T01:00 09-20 shift-1 layer-1 张伟 rotation");
    assert_eq!(lines[1], "09-21T01:00 09-22T01:00 09-21 shift-1 layer-1 李娜 rotation");
    assert!(
        lines.contains(&"09-22T02:00 09-22T04:00 09-22 day layer-2 张伟 override".to_owned()),
        "{lines:?}"
    );
    assert_eq!(list(&one["unmatched"]), ["gone@example.test <gone>"]);
    let what: Vec<_> = one["lacking"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["what"].as_str().unwrap())
        .collect();
    assert_eq!(what, ["Monthly", "O9"]);
    // The same with the release above: whoever has the week is off then.
    let mut above = export.clone();
    above["on_call_shifts"][1]["level"] = json!(1);
    above["schedules"][0]["id"] = json!("S2");
    let one = taken(&house, "oncall", &above.to_string()).await;
    let lines = on(&one);
    let day: Vec<_> = lines.iter().filter(|line| line.contains(" 09-22 day")).collect();
    let expected = [
        "09-21T16:00 09-22T02:00 09-22 day layer-1 李娜 override",
        "09-22T02:00 09-22T04:00 09-22 day layer-2 张伟 override",
        "09-22T04:00 09-22T16:00 09-22 day layer-1 李娜 override",
    ];
    assert_eq!(day, expected.each_ref());
}

#[tokio::test]
async fn file_that_is_none_is_refused_and_changes_nothing() {
    let house = peopled().await;
    let empty = json!({"schedules": []}).to_string();
    let nowhere = goalert().to_string().replace("America/Chicago", "America/Nowhere");
    let cases = [
        ("goalert", "not json", "text"),
        ("goalert", empty.as_str(), "text"),
        ("oncall", empty.as_str(), "text"),
        ("oncall", "{\"schedules\": 7}", "text"),
        ("ical", "BEGIN:VEVENT", "text"),
        ("ical", "BEGIN:VCALENDAR\r\nEND:VCALENDAR", "name"),
        ("ical", "BEGIN:VCALENDAR\r\nX-WR-TIMEZONE:Nowhere\r\nEND:VCALENDAR", "text"),
        ("goalert", nowhere.as_str(), "zone"),
    ];
    for (format, text, field) in cases {
        let answer = sent(&house, format, text, false).await;
        assert_eq!(answer.status, 400, "{format} {text}: {}", answer.json);
        assert_eq!(answer.json["fields"][0]["field"], field, "{format} {text}");
    }
    assert_eq!(house.got("/api/v1/duty/rosters").await["items"], json!([]));
    let elsewhere = Within { units: [house.other_unit.clone()].into(), ..Within::default() };
    let other = house.client.holding(&["duty.read", "duty.change"], &elsewhere);
    let text = goalert().to_string();
    let body = json!({"format": "goalert", "unit_id": house.unit, "text": text});
    assert_eq!(other.post(IMPORT, body).await.status, 404);
    // Broken repetitions and times are told, each by its event.
    let text = "BEGIN:VCALENDAR\r\nX-WR-CALNAME:x\r\n\
        BEGIN:VEVENT\r\nSUMMARY:a\r\nDTSTART:20260923T080000Z\r\nDURATION:PT1H\r\n\
        RRULE:FREQ=NEVER\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nSUMMARY:b\r\nDTSTART:yesterday\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nSUMMARY:c\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let answer = sent(&house, "ical", text, true).await;
    let lacking = answer.json["items"][0]["lacking"].as_array().unwrap().len();
    assert_eq!(lacking, 3, "{}", answer.json);
}
