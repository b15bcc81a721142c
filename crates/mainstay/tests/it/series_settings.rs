//! How long series are kept and what they may take, set while the server runs.

use std::fs;

use serde_json::{Value, json};
use testkit::free_address;

use crate::{
    series_listen::{message, write},
    server::{Answer, Server, ask, mainstay, prepared, refusal},
};

const DAY_MS: i64 = 86_400_000;

fn put(server: &Server, token: &str, (key, value): (&str, &str), language: &str) -> Answer {
    let body = json!({ "value": value }).to_string();
    let path = format!("/api/v1/settings/{key}");
    server.send("PUT", token, &path, Some(body), &[("accept-language", language)])
}

/// What the server tells of its store: how long samples are kept, and the rest.
fn storage(server: &Server, token: &str) -> (Value, Value) {
    let path = "/prometheus/api/v1/status/runtimeinfo";
    let data = server.get(token, path).json["data"].take();
    (data["storageRetention"].clone(), data["storage"].clone())
}

const QUIET: [&str; 4] = ["--set", "host.watch=false", "--set", "series.block_days=7"];

#[test]
fn retention_and_memory_of_series_change_while_the_server_runs() {
    let (dir, ada) = prepared();
    let free = free_address();
    let (listen, url) = (free.to_string(), format!("http://{free}"));
    let args = [&QUIET[..], &["--series-listen", listen.as_str()]].concat();
    let server = Server::start(dir.path(), &args);
    let (kept, before) = storage(&server, &ada);
    assert_eq!((&kept, &before["blockDays"]), (&json!("31d"), &json!(7)), "{before}");
    assert_eq!((&before["retentionRules"], &before["retentionBytes"]), (&json!([]), &Value::Null));
    let now = ask(&url, "GET", "", "/api/v1/query?query=time()", None, &[]).json;
    let now_ms = (now["data"]["result"][0].as_f64().unwrap() * 1_000.0) as i64;
    let (write_url, old) = (format!("{url}/api/v1/write"), message(now_ms - 40 * DAY_MS));
    assert_eq!(write(&write_url, &old), 400, "older than all that is kept");
    for (key, value) in [
        ("series.retention_rules", "up{job=\"a\"} 60d, {env=~\"x,y\"} 36h"),
        ("series.retention_days", "20"),
        ("series.size_mib_max", "512"),
        ("series.memory_mib_max", "64"),
        ("series.live_max", "5000"),
        ("series.sync_ms", "0"),
        ("series.ack", "written"),
        ("series.late_minutes_max", "60"),
    ] {
        let given = put(&server, &ada, (key, value), "en");
        assert_eq!((given.status, &given.json["value"]), (200, &json!(value)), "{}", given.text);
        assert_eq!(given.json["next_value"], Value::Null, "it holds at once: {}", given.text);
    }
    let (kept, after) = storage(&server, &ada);
    assert_eq!(kept, "20d");
    let rules = json!([
        { "selector": "{__name__=\"up\",job=\"a\"}", "keep": "60d", "bytesMax": null,
            "bytes": null },
        { "selector": "{env=~\"x,y\"}", "keep": "36h", "bytesMax": null, "bytes": null },
    ]);
    for (name, value) in [
        ("retentionRules", rules),
        ("retentionBytes", json!(512 << 20)),
        ("memoryBytesMax", json!(64 << 20)),
        ("seriesMax", json!(5_000)),
    ] {
        assert_eq!(after[name], value, "{name}");
    }
    assert_eq!(write(&write_url, &old), 204, "its series is kept for longer now");
    assert_eq!(write(&write_url, &message(now_ms)), 204);
    let late = message(now_ms - 90 * 60_000);
    assert_eq!(write(&write_url, &late), 400, "later than may be now");
    let given = put(&server, &ada, ("series.late_minutes_max", "120"), "en");
    assert_eq!((given.status, &given.json["next_value"]), (200, &Value::Null), "{}", given.text);
    assert_eq!(write(&write_url, &late), 204);
    let wrong = put(&server, &ada, ("series.ack", "perhaps"), "en");
    assert_eq!(wrong.status, 400, "{}", wrong.text);
    assert_eq!(server.stop(), Some(0));
    let server = Server::start(dir.path(), &QUIET);
    let (_, again) = storage(&server, &ada);
    assert_eq!(again["retentionRules"], after["retentionRules"], "{again}");
    assert_eq!(again["memoryBytesMax"], 64 << 20, "{again}");
}

#[test]
fn room_for_some_series_is_limited_at_once_and_told_beside_what_they_take() {
    let (dir, ada) = prepared();
    let free = free_address();
    let (listen, url) = (free.to_string(), format!("http://{free}"));
    let args = [&QUIET[..], &["--series-listen", listen.as_str(), "--set", "series.rollups="]];
    let args = args.concat();
    let server = Server::start(dir.path(), &args);
    let flush = || ask(&url, "POST", "", "/-/flush", None, &[]).status;
    let now = ask(&url, "GET", "", "/api/v1/query?query=time()", None, &[]).json;
    let now_ms = (now["data"]["result"][0].as_f64().unwrap() * 1_000.0) as i64;
    assert_eq!(write(&format!("{url}/api/v1/write"), &message(now_ms - 3 * DAY_MS)), 204);
    let set = |rules: &str| {
        let given = put(&server, &ada, ("series.retention_rules", rules), "en");
        assert_eq!(
            (given.status, &given.json["next_value"]),
            (200, &Value::Null),
            "{}",
            given.text
        );
        assert_eq!(flush(), 204);
        let told = storage(&server, &ada).1;
        (told["retentionRules"].clone(), told["blockBytes"].as_u64().unwrap())
    };
    let (rules, all) = set("{job=\"b\"} 2GiB 60d, {job=\"a\"} 1MB");
    assert!(all > 0);
    let expected = json!([
        { "selector": "{job=\"b\"}", "keep": "60d", "bytesMax": 2_u64 << 30, "bytes": 0 },
        { "selector": "{job=\"a\"}", "keep": null, "bytesMax": 1_000_000, "bytes": all },
    ]);
    assert_eq!(rules, expected);
    let page = server.get(&ada, "/metrics").text;
    let of_a = "{rule=\"2\",selector=\"{job=\\\"a\\\"}\"}";
    for line in [
        format!("mainstay_series_retention_bytes_max{of_a} 1000000\n"),
        format!("mainstay_series_retention_bytes{of_a} {all}\n"),
    ] {
        assert!(page.contains(&line), "{line}: {page}");
    }
    let wrong = put(&server, &ada, ("series.retention_rules", "up 7d 20gb"), "zh-CN");
    let expected = wrong.json["fields"][0]["expected"].as_str().unwrap();
    assert!(expected.contains("第 1 条（`up 7d 20gb`）中的“20gb”既不是"), "{expected}");
    assert_eq!(storage(&server, &ada).1["retentionRules"], rules, "nothing has changed");
    assert_eq!(server.stop(), Some(0));
    let server = Server::start(dir.path(), &args);
    assert_eq!(flush(), 204);
    assert_eq!(storage(&server, &ada).1["retentionRules"], rules, "and after a start");
}

#[test]
fn what_series_may_not_be_set_to_is_named_in_the_callers_language() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &QUIET);
    let before = storage(&server, &ada);
    let put = |key: &str, value: &str, language: &str| put(&server, &ada, (key, value), language);
    let wrong = put("series.retention_rules", "up 60d, {env=\"x\"} soon", "en");
    let field = &wrong.json["fields"][0];
    assert_eq!((wrong.status, &field["field"]), (400, &json!("value")), "{}", wrong.text);
    let expected = field["expected"].as_str().unwrap();
    assert!(expected.contains("in rule 2 (`{env=\"x\"} soon`) `soon` is no time"), "{expected}");
    let wrong = put("series.retention_rules", "up{ 60d", "zh-CN");
    let expected = wrong.json["fields"][0]["expected"].as_str().unwrap();
    assert!(expected.contains("第 1 条（`up{ 60d`）的选择器有误"), "{expected}");
    let wrong = put("series.memory_mib_max", "1", "zh-CN");
    assert_eq!(wrong.json["fields"][0]["expected"], "16 至 1073741824 之间的整数");
    assert_eq!(put("series.block_days", "2", "en").json["code"], "setting-pinned");
    let after = storage(&server, &ada);
    assert_eq!(after.1["retentionRules"], before.1["retentionRules"], "nothing has changed");
}

#[test]
fn days_that_are_over_are_rolled_up_by_what_is_set_while_the_server_runs() {
    let (dir, ada) = prepared();
    let free = free_address();
    let (listen, url) = (free.to_string(), format!("http://{free}"));
    let args = [&QUIET[..], &["--series-listen", listen.as_str()]].concat();
    let server = Server::start(dir.path(), &args);
    let flush = || ask(&url, "POST", "", "/-/flush", None, &[]).status;
    let told = || storage(&server, &ada).1["rollups"].clone();
    let before = told();
    let of = |step: &str, keep: &str| {
        json!({ "step": step, "made": true, "keep": keep, "blocks": 0, "bytes": 0,
            "fromTime": null, "toTime": null })
    };
    assert_eq!(before, json!([of("5m", "90d"), of("1h", "730d")]));
    let now = ask(&url, "GET", "", "/api/v1/query?query=time()", None, &[]).json;
    let now_ms = (now["data"]["result"][0].as_f64().unwrap() * 1_000.0) as i64;
    let at_ms = now_ms - 3 * DAY_MS;
    assert_eq!(write(&format!("{url}/api/v1/write"), &message(at_ms)), 204);
    assert_eq!(flush(), 204);
    let day = (at_ms - 1).div_euclid(DAY_MS) * DAY_MS;
    let rolled = told();
    for at in 0..2 {
        let rollup = &rolled[at];
        assert_eq!((&rollup["fromTime"], &rollup["toTime"]), (&json!(day), &json!(day + DAY_MS)));
        assert_eq!(rollup["blocks"], 6, "{rolled}");
    }
    let given = put(&server, &ada, ("series.rollups", "5m 1d"), "en");
    assert_eq!((given.status, &given.json["next_value"]), (200, &Value::Null), "{}", given.text);
    assert_eq!(flush(), 204);
    let after = told();
    assert_eq!(after[0], of("5m", "1d"), "its time is over");
    assert_eq!((&after[1]["made"], &after[1]["blocks"]), (&json!(false), &json!(6)), "{after}");
    let wrong = put(&server, &ada, ("series.rollups", "5m 400d, 7m 1y"), "en");
    let field = &wrong.json["fields"][0];
    assert_eq!((wrong.status, &field["field"]), (400, &json!("value")), "{}", wrong.text);
    let expected = field["expected"].as_str().unwrap();
    assert!(expected.contains("in number 2 (`7m 1y`) `7m` is no step"), "{expected}");
    let wrong = put(&server, &ada, ("series.rollups", "1h 1y, 60m 2y"), "zh-CN");
    let expected = wrong.json["fields"][0]["expected"].as_str().unwrap();
    assert!(expected.contains("第 2 项（`60m 2y`）的步长重复"), "{expected}");
    assert_eq!(told(), after, "nothing has changed");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn rules_of_retention_are_a_list_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("mainstay.toml");
    let text = "[series]\nretention_rules = ['up{job=\"a\",x=\"b\"} 60d', '{env=\"test\"} 36h']\n";
    fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let output = mainstay(&["config", "-o", "json", "--config", file]).output().unwrap();
    let items: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut items = items.as_array().unwrap().iter();
    let rules = items.find(|item| item["key"] == "series.retention_rules").unwrap();
    assert_eq!(rules["value"], "up{job=\"a\",x=\"b\"} 60d,{env=\"test\"} 36h");
    assert_eq!(rules["source"], "file");
    let text = "[series]\nretention_rules = ['up 60d', 'up']\nrollups = ['5m 400d', '1h']\n\
                sync_ms = 60000\n";
    fs::write(file, text).unwrap();
    let said = refusal(&["doctor", "--config", file], 2);
    assert!(said.contains("`series.retention_rules` is `up 60d,up`"), "{said}");
    assert!(said.contains("in rule 2 (`up`) there is no space with a time"), "{said}");
    assert!(said.contains("`series.rollups` is `5m 400d,1h`"), "{said}");
    assert!(said.contains("in number 2 (`1h`) there is no space with a time"), "{said}");
    assert!(said.contains("`series.sync_ms` is `60000`; expected a whole number"), "{said}");
}

#[test]
fn limits_for_a_part_of_the_series_hold_at_once_and_after_a_start() {
    let (dir, ada) = prepared();
    let free = free_address().to_string();
    let (args, url) =
        ([&QUIET[..], &["--series-listen", &free]].concat(), format!("http://{free}/api/v1/write"));
    let server = Server::start(dir.path(), &args);
    let now = server.get(&ada, "/prometheus/api/v1/query?query=time()").json;
    let now_s: f64 = now["data"]["result"][1].as_str().unwrap().parse().unwrap();
    let packed = message((now_s * 1_000.0) as i64);
    let told = |server: &Server| {
        server.get(&ada, "/prometheus/api/v1/status/tsdb").json["data"]["limits"].clone()
    };
    assert_eq!(told(&server), json!([]));
    let wrong = put(&server, &ada, ("series.limits", "{job=\"a\"} most=5"), "en");
    let expected = wrong.json["fields"][0]["expected"].as_str().unwrap();
    assert!(expected.contains("there is none of `series_max=…`"), "{}", wrong.text);
    let limits = ("series.limits", "{job=\"a\"} series_max=5 labels_max=1");
    assert_eq!(put(&server, &ada, limits, "en").status, 200);
    assert_eq!(write(&url, &packed), 400, "it has two labels");
    let limit = |refused: u32| {
        json!([{ "selector": "{job=\"a\"}", "series": 0, "seriesMax": 5, "labelsMax": 1,
            "labelValueLengthMax": null, "refused": refused }])
    };
    assert_eq!(told(&server), limit(1));
    let page = server.get(&ada, "/metrics").text;
    let line = "mainstay_series_limit_refused_total{rule=\"1\",selector=\"{job=\\\"a\\\"}\"} 1";
    assert!(page.contains(line), "{page}");
    assert_eq!(server.stop(), Some(0));
    let server = Server::start(dir.path(), &args);
    assert_eq!(told(&server), limit(0));
    assert_eq!(write(&url, &packed), 400);
    assert_eq!(put(&server, &ada, ("series.limits", ""), "en").status, 200);
    assert_eq!(write(&url, &packed), 204);
}
