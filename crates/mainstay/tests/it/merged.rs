use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    postgres::until,
    server::{Server, prepared},
};

/// What is wired together: a merge in the register moves the check, and the check its alert.
#[test]
fn check_and_alert_follow_a_merge_and_come_back() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
    let made = |path: &str, body: Value| {
        let answer = server.post(&ada, path, &body);
        assert!(answer.status < 300, "{path}: {}", answer.text);
        answer.json
    };
    let host = |name: &str| {
        let host = made("/api/v1/resources", json!({ "kind": "host", "name": name }));
        host["id"].as_str().unwrap().to_owned()
    };
    let (gone, kept) = (host("db1"), host("db1.example"));
    // Nobody listens on the port of discarding.
    let check = json!({ "resource_id": gone, "name": "port", "protocol": "tcp",
        "spec": { "host": "127.0.0.1", "port": 9 }, "interval_s": 10, "attempts_max": 1 });
    let check = made("/api/v1/checks", check);
    let check = format!("/api/v1/checks/{}", check["id"].as_str().unwrap());
    let open_on = |id: &str| {
        let path = format!("/api/v1/alerts?state=open&resource_id={id}");
        server.get(&ada, &path).json["items"].as_array().unwrap().len()
    };
    let limit = Duration::from_secs(20);
    until(limit, "an alert on the first host", || open_on(&gone) == 1);
    let path = format!("/api/v1/resources/{kept}/merge");
    let merge = made(&path, json!({ "gone": gone }));
    let of_check = || server.get(&ada, &check).json["resource_id"].clone();
    until(limit, "the check to move", || of_check() == json!(kept));
    until(limit, "its alert to move", || open_on(&kept) == 1 && open_on(&gone) == 0);
    made(&format!("/api/v1/merges/{}/undo", merge["id"].as_str().unwrap()), json!({}));
    until(limit, "the check to come back", || of_check() == json!(gone));
    until(limit, "its alert to come back", || open_on(&gone) == 1 && open_on(&kept) == 0);
    let facts = server.get(&ada, "/api/v1/journal?verb=check.moved").json;
    assert_eq!(facts["items"].as_array().unwrap().len(), 2, "{facts}");
}
