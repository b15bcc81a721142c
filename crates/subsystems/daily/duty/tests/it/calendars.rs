use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::house::{House, house};

async fn feed(house: &House, client: &testkit::Client, body: Value) -> (String, String) {
    let made = client.post("/api/v1/duty/feeds", body).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let id = made.json["feed"]["id"].as_str().unwrap().to_owned();
    house.clock.advance(std::time::Duration::from_millis(1));
    (made.json["path"].as_str().unwrap().to_owned(), id)
}

/// Debian's own: what is installed for another does not have its packages.
const PYTHON: &str = "/usr/bin/python3";

/// What a reader that is not ours makes of a calendar: `uid start sequence status summary`.
/// `None` where Debian's python3-icalendar is not there.
fn read_by_icalendar(text: &str) -> Option<Vec<String>> {
    let script = "
import sys, icalendar
calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
for event in calendar.walk('VEVENT'):
    start = event.decoded('DTSTART').astimezone(__import__('datetime').timezone.utc)
    print(event['UID'].split('.', 1)[1], start.strftime('%dT%H'), event['SEQUENCE'],
          event['STATUS'], event['SUMMARY'])
";
    let has = Command::new(PYTHON).args(["-c", "import icalendar"]).stderr(Stdio::null()).status();
    if !has.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("CI").is_none(), "python3-icalendar is not there");
        eprintln!("skipped: python3-icalendar is not there");
        return None;
    }
    let mut child = Command::new(PYTHON)
        .args(["-c", script])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

fn events(text: &str) -> Vec<&str> {
    text.split("BEGIN:VEVENT").skip(1).collect()
}

#[tokio::test]
async fn feed_is_read_by_a_foreign_reader_and_keeps_its_uids() {
    let house = house().await;
    let mut body = house.daily(&["zhang", "li"]);
    body["name"] = json!("机房值班；带逗号,分号;与很长很长很长很长很长很长很长很长很长的名称");
    let roster = house.roster(body).await;
    let li = house.client.as_viewer();
    let (path, _) = feed(&house, &li, json!({})).await;
    let stranger = house.client.as_stranger();
    let calendar = stranger.get(&path).await;
    assert_eq!(calendar.status, 200);
    assert_eq!(calendar.headers["content-type"], "text/calendar; charset=utf-8");
    assert!(calendar.text.split("\r\n").all(|line| line.len() <= 75), "{}", calendar.text);
    let first = events(&calendar.text).len();
    let body = json!({"from": "2026-09-22T08:00:00+08:00", "to": "2026-09-23T08:00:00+08:00",
        "person_out": house.id("li"), "person_in": house.id("wang")});
    let made = house.client.post(&format!("/api/v1/duty/rosters/{roster}/overrides"), body).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let changed = stranger.get(&path).await;
    assert_eq!(events(&changed.text).len(), first, "the lost shift is told to be off");
    if let Some(before) = read_by_icalendar(&calendar.text) {
        let after = read_by_icalendar(&changed.text).unwrap();
        assert_eq!(
            before[0],
            "main.day.2026-09-22.0@mainstay 22T00 1 CONFIRMED 主班 · 全天 · 李娜"
        );
        assert_eq!(after[0], "main.day.2026-09-22.0@mainstay 22T00 2 CANCELLED 主班 · 全天");
        assert_eq!(after[1], "main.day.2026-09-24.0@mainstay 24T00 2 CONFIRMED 主班 · 全天 · 李娜");
        let uid = |line: &String| line.split(' ').next().unwrap().to_owned();
        let uids: Vec<_> = before.iter().map(uid).collect();
        assert_eq!(after.iter().map(uid).collect::<Vec<_>>(), uids);
    }
    // Whoever has it back is told so.
    let one = format!("/api/v1/duty/overrides/{}", made.json["id"].as_str().unwrap());
    assert_eq!(house.client.delete(&one, None).await.status, 204);
    let back = stranger.get(&path).await;
    assert!(!back.text.contains("CANCELLED") && back.text.contains("SEQUENCE:3"));
}

#[tokio::test]
async fn feed_answers_only_to_its_secret_and_only_until_it_is_revoked() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    let body = json!({"roster_id": roster, "position": "main"});
    let (path, id) = feed(&house, &house.client, body).await;
    let stranger = house.client.as_stranger();
    let calendar = stranger.get(&path).await;
    assert!(calendar.text.contains("张伟") && calendar.text.contains("李娜"));
    let etag = calendar.headers["etag"].to_str().unwrap();
    let same = stranger.with_header("if-none-match", etag).get(&path).await;
    assert_eq!((same.status.as_u16(), same.text.as_str()), (304, ""));
    assert_eq!(stranger.get("/api/v1/duty/calendar/msc_0000").await.status, 404);
    // Another user neither sees nor revokes it.
    let li = house.client.as_viewer();
    assert_eq!(li.get("/api/v1/duty/feeds").await.json["items"], json!([]));
    let one = format!("/api/v1/duty/feeds/{id}");
    assert_eq!(li.delete(&one, None).await.status, 404);
    assert_eq!(house.client.delete(&one, None).await.status, 204);
    assert_eq!(stranger.get(&path).await.status, 404);
    let facts = house.facts().await;
    assert!(facts.iter().all(|fact| !fact.detail.to_string().contains("msc_")));
}

#[tokio::test]
async fn link_to_a_roster_answers_as_long_as_who_made_it_sees_that() {
    let house = house().await;
    let roster = house.roster(house.daily(&["li"])).await;
    let (path, _) = feed(&house, &house.client, json!({"roster_id": roster})).await;
    let (own, _) = feed(&house, &house.client, json!({})).await;
    let stranger = house.client.as_stranger();
    assert_eq!(stranger.get(&path).await.status, 200);
    house.strip("administrator");
    assert_eq!(stranger.get(&path).await.status, 404);
    assert_eq!(stranger.get(&own).await.status, 200);
    // Who is on the roster sees it by that alone.
    let made = house.made("/api/v1/duty/rosters", house.daily(&["zhang"])).await;
    let (theirs, _) = feed(&house, &house.client, json!({"roster_id": made})).await;
    assert_eq!(stranger.get(&theirs).await.status, 200);
}

/// Midnight that is skipped (Beirut, 2026-03-29) and one that comes twice (2026-10-25).
#[tokio::test]
async fn shifts_from_midnight_to_midnight_survive_a_change_of_clocks_at_midnight() {
    let house = house().await;
    house.at("2026-03-20T00:00:00Z");
    let mut body = house.daily(&["zhang", "li"]);
    (body["zone"], body["calendar"]) = (json!("Asia/Beirut"), json!("every_day"));
    body["shifts"] = json!([{"key": "day", "name": "全天", "from": "00:00", "to": "00:00"}]);
    body["positions"][0]["rotations"][0]["start"] = json!("2026-03-27T00:00:00");
    let roster = house.roster(body).await;
    for (from, to, lengths) in [
        ("2026-03-27T22:00:00Z", "2026-03-30T21:00:00Z", [24, 23, 24]),
        ("2026-10-23T21:00:00Z", "2026-10-26T22:00:00Z", [25, 24, 24]),
    ] {
        let stretch = house.stretch(&roster, from, to).await;
        let spans = stretch["spans"].as_array().unwrap();
        let time =
            |span: &Value, end: &str| span[end].as_str().unwrap().parse::<kernel::Time>().unwrap();
        let hours: Vec<u64> = spans
            .iter()
            .map(|span| time(span, "to").since(time(span, "from")).as_secs() / 3600)
            .collect();
        assert_eq!(hours, lengths, "{stretch}");
        assert!(spans.windows(2).all(|pair| pair[0]["to"] == pair[1]["from"]), "{stretch}");
        assert_eq!(stretch["problems"], json!([]));
    }
}
