use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::Path,
    time::Duration,
};

use serde_json::{Value, json};

use crate::server::{Server, prepared};

const QUIET: [&str; 2] = ["--set", "host.watch=false"];

/// What must be found nowhere below the data directory.
const CANARY: &str = "canary-2f9c-value";

/// Every file below `path` that holds `text`.
fn files_with(path: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if fs::read(&path).unwrap().windows(text.len()).any(|part| part == text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

/// Takes one request over HTTP and answers it; gives what was asked.
fn far_side() -> (u16, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let task = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let asked = request_on(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").unwrap();
        asked
    });
    (port, task)
}

fn made(server: &Server, token: &str, path: &str, body: &Value) -> Value {
    let answer = server.post(token, path, body);
    assert!(answer.status < 300, "{path}: {}", answer.text);
    answer.json
}

#[test]
fn secret_is_used_by_a_channel_and_found_nowhere() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &QUIET);
    let secret = json!({ "name": "hook", "kind": "token", "value": CANARY });
    let secret = made(&server, &ada, "/api/v1/secrets", &secret);
    let (port, task) = far_side();
    let channel = json!({
        "name": "hook", "kind": "webhook",
        "settings": { "url": format!("http://127.0.0.1:{port}/"), "token_secret": secret["id"] },
    });
    let channel = made(&server, &ada, "/api/v1/channels", &channel);
    let test = format!("/api/v1/channels/{}/test", channel["id"].as_str().unwrap());
    let message = made(&server, &ada, &test, &json!({}));
    let asked = task.join().unwrap();
    assert!(asked.contains(&format!("authorization: Bearer {CANARY}")), "{asked}");
    let path = format!("/api/v1/messages/{}", message["id"].as_str().unwrap());
    // The receipt is written once the far side has answered.
    let sent = (0..500)
        .map(|_| server.get(&ada, &path))
        .find(|answer| answer.json["message"]["state"] == "sent");
    let sent = sent.expect("the message is sent").text;
    let facts = server.get(&ada, "/api/v1/journal?verb=secret.used");
    assert_eq!(facts.json["items"][0]["detail"]["purpose"], "channel hook");
    let everything = server.get(&ada, "/api/v1/journal?limit=500").text;
    assert!(!sent.contains(CANARY) && !everything.contains(CANARY));
    drop(server);
    assert_eq!(files_with(dir.path(), CANARY), Vec::<String>::new());
}

#[test]
fn vault_without_its_keys_is_locked_and_the_rest_goes_on() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &QUIET);
    let secret = json!({ "name": "a", "kind": "token", "value": "v" });
    made(&server, &ada, "/api/v1/secrets", &secret);
    drop(server);
    let keys = dir.path().join("keys/vault.keys");
    let ring = fs::read(&keys).unwrap();
    fs::remove_file(&keys).unwrap();
    let server = Server::start(dir.path(), &QUIET);
    let vault = server.get(&ada, "/api/v1/vault").json;
    assert!(vault["locked"]["en"].as_str().unwrap().contains("vault.keys is missing"), "{vault}");
    let again = json!({ "name": "b", "kind": "token", "value": "v" });
    assert_eq!(server.post(&ada, "/api/v1/secrets", &again).status, 503);
    assert_eq!(server.get(&ada, "/api/v1/resources").status, 200);
    fs::write(&keys, ring).unwrap();
    assert_eq!(server.post(&ada, "/api/v1/secrets", &again).status, 201);
}

#[test]
fn setting_given_by_the_api_holds_unless_something_stronger_says_otherwise() {
    let (dir, ada) = prepared();
    let put = |server: &Server, key: &str, value: Value| {
        let body = json!({ "value": value }).to_string();
        server.send("PUT", &ada, &format!("/api/v1/settings/{key}"), Some(body), &[])
    };
    let pinned = [&QUIET[..], &["--set", "notify.retention_days=7"]].concat();
    let server = Server::start(dir.path(), &pinned);
    let at_once = put(&server, "attachments.size_mib_max", json!("1")).json;
    let by = at_once["origin"].as_str().unwrap();
    assert!(by.starts_with("ada"), "{by}");
    assert_eq!(
        (&at_once["value"], &at_once["source"], &at_once["origin"]),
        (&json!("1"), &json!("database"), &json!(by))
    );
    let kind = json!({ "kind": "business-system", "name": "payroll" });
    let resource = made(&server, &ada, "/api/v1/resources", &kind);
    let id = resource["id"].as_str().unwrap();
    let path = format!("/api/v1/attachments?kind=resource&id={id}&name=plan.txt");
    let send = |body: String| server.send("POST", &ada, &path, Some(body), &[]);
    assert_eq!(send("x".repeat(1_048_580)).status, 413, "it holds at once");
    let file = send("a plan".to_owned());
    assert_eq!(file.status, 201, "{}", file.text);
    let content = format!("/api/v1/attachments/{}/content", file.json["id"].as_str().unwrap());
    assert_eq!(server.get(&ada, &content).text, "a plan");
    let later = put(&server, "session.idle_minutes", json!("90")).json;
    assert_eq!((&later["value"], &later["next_value"]), (&json!("720"), &json!("90")));
    for (key, value, status, code) in [
        ("notify.retention_days", "30", 409, "setting-pinned"),
        ("attachments.scan_command", "[\"/bin/sh\"]", 409, "setting-fixed"),
        ("listen", "0.0.0.0:80", 409, "setting-fixed"),
        ("attachments.size_mib_max", "0", 400, "invalid"),
        ("no.such", "1", 404, "not-found"),
    ] {
        let refused = put(&server, key, json!(value));
        assert_eq!((refused.status, &refused.json["code"]), (status, &json!(code)), "{key}");
    }
    drop(server);
    let server = Server::start(dir.path(), &QUIET);
    let held = server.get(&ada, "/api/v1/settings/session.idle_minutes").json;
    assert_eq!((&held["value"], &held["source"]), (&json!("90"), &json!("database")));
    let back = put(&server, "session.idle_minutes", Value::Null).json;
    assert_eq!(back["next_value"], "720");
    let facts = server.get(&ada, "/api/v1/journal?verb=setting.changed").json;
    assert_eq!(facts["items"].as_array().unwrap().len(), 3);
    assert_eq!(facts["items"][0]["before"], "90");
}

/// One request: its body is JSON and ends with a brace.
fn request_on(stream: &mut std::net::TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let (mut asked, mut bytes) = (String::new(), [0; 4096]);
    while !asked.trim_end().ends_with('}') {
        let count = stream.read(&mut bytes).unwrap();
        assert!(count > 0, "the request ended early: {asked}");
        asked.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    asked
}

#[test]
fn message_under_way_when_the_server_is_killed_goes_out_again_under_the_same_id() {
    let (dir, ada) = prepared();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = Server::start(dir.path(), &QUIET);
    let channel = json!({
        "name": "hook", "kind": "webhook",
        "settings": { "url": format!("http://127.0.0.1:{port}/") },
    });
    let channel = made(&server, &ada, "/api/v1/channels", &channel);
    let message = json!({
        "template": "message.plain", "parameters": { "subject": "a", "text": "b" },
        "recipient": { "kind": "channel", "id": channel["id"] },
    });
    let message = made(&server, &ada, "/api/v1/messages", &message);
    let (mut first, _) = listener.accept().unwrap();
    let asked = request_on(&mut first);
    // `drop` kills it: the far side has the message, the server never hears so.
    drop(server);
    let server = Server::start(dir.path(), &QUIET);
    let (mut second, _) = listener.accept().unwrap();
    let again = request_on(&mut second);
    second.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").unwrap();
    let id = |asked: &str| {
        let line = asked.lines().find(|line| line.starts_with("idempotency-key:"));
        line.unwrap().to_owned()
    };
    assert_eq!(id(&asked), id(&again));
    let path = format!("/api/v1/messages/{}", message["id"].as_str().unwrap());
    let sent = (0..500)
        .map(|_| server.get(&ada, &path).json)
        .find(|answer| answer["message"]["state"] == "sent");
    let sent = sent.expect("the message is sent");
    let outcomes: Vec<&str> = sent["deliveries"][0]["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| attempt["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["unknown", "accepted"]);
}
