//! Mail is taken by a server that is killed again and again.

use std::{collections::BTreeSet, process::Command};

use serde_json::{Value, json};
use testkit::Dovecot;

use crate::server::{Server, prepared};

const MAILS: usize = 30;
const KILLS: u32 = 8;

fn wait(seconds: &str) {
    assert!(Command::new("sleep").arg(seconds).status().unwrap().success());
}

fn made(server: &Server, token: &str, path: &str, body: &Value) -> String {
    let answer = server.post(token, path, body);
    assert_eq!(answer.status, 201, "{path}: {}", answer.text);
    answer.json["id"].as_str().unwrap().to_owned()
}

/// `kill -9` at whatever point of taking mails: each becomes one ticket, with its file once.
#[test]
fn mail_is_neither_lost_nor_doubled_when_the_server_is_killed() {
    let Some(mut dovecot) = Dovecot::start(&["desk"]) else { return };
    for at in 0..MAILS {
        let mail = format!(
            "From: wang@example.org\nTo: desk@example.org\nMessage-ID: <m{at}@example.org>\n\
             Date: Mon, 21 Sep 2026 09:00:00 +0800\nSubject: mail {at}\n\ntext {at}\n"
        );
        dovecot.deliver("desk", mail.as_bytes());
    }
    let (dir, token) = prepared();
    let server = Server::start(dir.path(), &[]);
    let unit = json!({"code": "ops", "name": {"en": "Ops", "zh": "运维"}, "from": "2020-01-01"});
    let unit = made(&server, &token, "/api/v1/units", &unit);
    let secret = json!({"name": "desk", "kind": "password", "value": dovecot.password()});
    let secret = made(&server, &token, "/api/v1/secrets", &secret);
    let mailbox = json!({
        "name": "desk", "enabled": true, "address": "desk@example.org", "host": "localhost",
        "port": dovecot.tls_port, "tls": "tls", "ca_pem": dovecot.ca_pem, "user": "desk",
        "password_secret": secret, "type": "request", "unit_id": unit,
    });
    made(&server, &token, "/api/v1/mailboxes", &mailbox);
    let mut running = server;
    for round in 1..=KILLS {
        running.post(&token, "/api/v1/jobs/desk.mail/run", &json!({}));
        wait(&format!("0.{:02}", 5 + round * 5));
        running.kill();
        running = Server::start(dir.path(), &[]);
    }
    let mut subjects = Vec::new();
    for _ in 0..100 {
        running.post(&token, "/api/v1/jobs/desk.mail/run", &json!({}));
        wait("0.3");
        let found = running.get(&token, "/api/v1/tickets?limit=500").json;
        let items = found["items"].as_array().unwrap();
        subjects = items.iter().map(|one| one["subject"].as_str().unwrap().to_owned()).collect();
        if subjects.len() >= MAILS {
            break;
        }
    }
    let different: BTreeSet<&String> = subjects.iter().collect();
    assert_eq!((subjects.len(), different.len()), (MAILS, MAILS), "{subjects:?}");
    let found = running.get(&token, "/api/v1/tickets?limit=500").json;
    for ticket in found["items"].as_array().unwrap() {
        let path = format!("/api/v1/tickets/{}/files", ticket["id"].as_str().unwrap());
        let files = running.get(&token, &path).json;
        assert_eq!(files["items"].as_array().unwrap().len(), 1, "{files}");
    }
    assert_eq!(running.stop(), Some(0));
}
