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

/// The server is not started again: this machine's samples and services go on under the resource
/// that stays, and samples under its own when the merge is undone.
#[test]
fn running_server_measures_on_under_the_resource_that_stays() {
    let (dir, ada) = prepared();
    let set = ["--set", "host.interval_s=1", "--set", "discovery.interval_s=1"];
    let server = Server::start(dir.path(), &set);
    let limit = Duration::from_secs(30);
    let host = || server.get(&ada, "/api/v1/hosts").json["items"][0]["resource_id"].clone();
    let found_on = |id: &Value| {
        let found = server.get(&ada, "/api/v1/discovered-services?limit=500").json;
        let items = found["items"].as_array().unwrap().clone();
        !items.is_empty() && items.iter().all(|item| item["host_resource_id"] == *id)
    };
    let gone = host();
    // The server's own port is listened on at least.
    until(limit, "a discovered service", || found_on(&gone));
    let new = json!({ "kind": "host", "name": "front" });
    let kept = server.post(&ada, "/api/v1/resources", &new).json["id"].clone();
    let newest = |id: &Value| {
        let id = id.as_str().unwrap();
        let selector = format!("node_load1%7Bresource%3D%22{id}%22%7D");
        let path = format!("/api/v1/series/latest?selector={selector}");
        server.get(&ada, &path).json["items"][0]["at"].as_str().unwrap_or_default().to_owned()
    };
    let path = format!("/api/v1/resources/{}/merge", kept.as_str().unwrap());
    let merge = server.post(&ada, &path, &json!({ "gone": gone })).json;
    assert_eq!(host(), kept);
    let mut seen = std::collections::BTreeSet::new();
    until(limit, "samples under the one that stays", || {
        seen.insert(newest(&kept));
        seen.len() > 4
    });
    until(limit, "the services to move", || found_on(&kept));
    let file = || std::fs::read_to_string(dir.path().join("host.json")).unwrap_or_default();
    until(limit, "the new id to be remembered", || file().contains(kept.as_str().unwrap()));
    let undo = format!("/api/v1/merges/{}/undo", merge["id"].as_str().unwrap());
    assert_eq!(server.post(&ada, &undo, &json!({})).status, 200);
    assert_eq!(host(), gone);
    assert!(!newest(&kept).is_empty(), "what was measured in between was written under its id");
    let undone_at = newest(&gone);
    until(limit, "a new sample under the first one", || newest(&gone) > undone_at);
}
