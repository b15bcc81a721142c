//! A live installation moves to PostgreSQL and back.

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    postgres::{Postgres, until},
    server::{Server, mainstay, prepared, refusal, run},
};

/// Resources made before the move; each is a row of the journal, too.
const RESOURCES: usize = 2400;
const QUIET: [&str; 4] = ["--set", "host.watch=false", "--set", "log.level=error"];

/// What people see of the records.
fn seen(server: &Server, token: &str) -> Vec<Value> {
    ["journal?limit=200", "resources?limit=200", "users", "alerts", "checks", "alert-rules"]
        .map(|path| {
            let answer = server.get(token, &format!("/api/v1/{path}"));
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            answer.json["items"].clone()
        })
        .to_vec()
}

/// Makes resources, a user, a check and the alert that it leads to; returns what is seen.
fn populate(data: &Path, token: &str) -> Vec<Value> {
    let server = Server::start(data, &QUIET);
    let user = json!({ "name": "wei", "password": "another 砥柱 in the stream", "role": "viewer" });
    let user = server.post(token, "/api/v1/users", &user);
    assert_eq!(user.status, 201, "{}", user.text);
    // In one file: it is their rows that are moved, not how they came to be.
    let mut file = "name\n".to_owned();
    for number in 0..RESOURCES {
        let _ = writeln!(file, "system {number}");
    }
    let path = "/api/v1/resources/import?sheet=business-system";
    let made = server.send("POST", token, path, Some(file), &[]);
    assert_eq!(made.json["created"], RESOURCES, "{}", made.text);
    let resource = server.get(token, "/api/v1/resources?limit=1").json["items"][0]["id"].clone();
    let check = json!({
        "resource_id": resource, "name": "port", "protocol": "tcp",
        "spec": { "host": "127.0.0.1", "port": 1 }, "interval_s": 1, "attempts_max": 1,
    });
    let check = server.post(token, "/api/v1/checks", &check);
    assert_eq!(check.status, 201, "{}", check.text);
    until(Duration::from_secs(30), "the check has led to an alert", || {
        let alerts = server.get(token, "/api/v1/alerts").json["items"].clone();
        alerts.as_array().is_some_and(|alerts| !alerts.is_empty())
    });
    // What is seen must stand still.
    let id = check.json["id"].as_str().unwrap().to_owned();
    let etag = check.header("etag").unwrap().to_owned();
    let off = json!({ "enabled": false }).to_string();
    let path = format!("/api/v1/checks/{id}");
    let off = server.send("PATCH", token, &path, Some(off), &[("if-match", &etag)]);
    assert_eq!(off.status, 200, "{}", off.text);
    assert_eq!(server.stop(), Some(0));
    let server = Server::start(data, &QUIET);
    let seen = seen(&server, token);
    assert_eq!(server.stop(), Some(0));
    seen
}

/// Whether a later list holds the earlier one: a start and a stop add rows to the journal.
fn holds(later: &[Value], earlier: &[Value]) {
    let newest = earlier[0].as_array().unwrap();
    let facts = later[0].as_array().unwrap();
    let known: Vec<_> = facts.iter().filter(|fact| newest.contains(fact)).collect();
    assert!(known.len() > 150, "{} facts are the same", known.len());
    assert_eq!(later[1..], earlier[1..]);
}

#[test]
fn live_installation_moves_there_and_back() {
    let Some(postgres) = Postgres::start() else { return };
    let (dir, token) = prepared();
    let data = dir.path().to_str().unwrap();
    let before = populate(dir.path(), &token);
    let url = postgres.url();

    // Killed in the middle.
    let mut copying = mainstay(&["migrate-store", "--from", data, "--to", &url])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(copying.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("journal_row: 1000 of")));
    copying.kill().unwrap();
    assert!(!copying.wait().unwrap().success(), "it was killed in the middle");
    let setting = postgres.setting();
    let said = refusal(&["serve", "--data", data, "--listen", "127.0.0.1:0", "--set", &setting], 1);
    assert!(said.contains("unfinished copy"), "{said}");

    let server = Server::start(dir.path(), &QUIET);
    let said = refusal(&["migrate-store", "--from", data, "--to", &url], 1);
    assert!(said.contains("in use by another Mainstay"), "{said}");
    server.kill();

    // The start and the kill have added to the source: begin anew.
    let Some(postgres) = Postgres::start() else { return };
    let url = postgres.url();
    let moved = run(&["migrate-store", "--from", data, "--to", &url], "");
    let said = String::from_utf8_lossy(&moved.stdout).into_owned();
    assert!(moved.status.success(), "{said}{}", String::from_utf8_lossy(&moved.stderr));
    assert!(said.contains("the same on both sides by count and checksum"), "{said}");
    let said = refusal(&["migrate-store", "--from", data, "--to", &url], 1);
    assert!(said.contains("is not empty"), "{said}");

    let setting = postgres.setting();
    let mut more = QUIET.to_vec();
    more.extend(["--set", &setting]);
    let server = Server::start(dir.path(), &more);
    holds(&seen(&server, &token), &before);
    let back = tempfile::tempdir().unwrap();
    let home = back.path().to_str().unwrap();
    let said = refusal(&["migrate-store", "--from", &url, "--to", home], 1);
    assert!(said.contains("in use"), "{said}");
    assert_eq!(server.stop(), Some(0));

    let moved = run(&["migrate-store", "--from", &url, "--to", home], "");
    assert!(moved.status.success(), "{}", String::from_utf8_lossy(&moved.stderr));
    // Keys are never in the records: they go by hand.
    let copied = Command::new("cp").arg("-r").arg(dir.path().join("keys")).arg(home).status();
    assert!(copied.unwrap().success());
    let server = Server::start(back.path(), &QUIET);
    holds(&seen(&server, &token), &before);
}

#[test]
fn copy_that_was_killed_is_finished_by_the_next() {
    let Some(postgres) = Postgres::start() else { return };
    let (dir, token) = prepared();
    let data = dir.path().to_str().unwrap();
    populate(dir.path(), &token);
    let url = postgres.url();
    for part in ["access_", "journal_row: 1000 of", "resources_resource: 1000 of", "verified"] {
        let mut copying = mainstay(&["migrate-store", "--from", data, "--to", &url])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(copying.stdout.take().unwrap()).lines();
        lines.any(|line| line.unwrap().contains(part));
        copying.kill().unwrap();
        copying.wait().unwrap();
    }
    let moved = run(&["migrate-store", "--from", data, "--to", &url], "");
    let said = String::from_utf8_lossy(&moved.stdout).into_owned();
    assert!(moved.status.success(), "{said}{}", String::from_utf8_lossy(&moved.stderr));
    assert!(!said.contains("journal_row: 1000 of"), "it did not begin again: {said}");
}

#[test]
fn wrong_sides_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let said = refusal(&["migrate-store", "--from", "/no/such/place", "--to", data], 2);
    assert!(said.contains("--from /no/such/place"), "{said}");
    let wrong = "mysql://ada:s3cret@db.example/x";
    let said = refusal(&["migrate-store", "--from", data, "--to", wrong], 2);
    assert!(said.contains("--to mysql://…") && !said.contains("s3cret"), "{said}");
    let said = refusal(&["migrate-store", "--from", data, "--to", "postgres://a:s3cret@db"], 2);
    assert!(said.contains("name is missing") && !said.contains("s3cret"), "{said}");
    let other = tempfile::tempdir().unwrap();
    let other = other.path().to_str().unwrap();
    let said = refusal(&["migrate-store", "--from", data, "--to", other], 1);
    assert!(said.contains("no records of Mainstay"), "{said}");
}
