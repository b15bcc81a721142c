use std::{
    fs,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::server::{Server, mainstay, prepared, try_ask};

/// A server that was asked to stop in the very moment it said it was ready died of the signal and
/// closed nothing.
#[test]
fn asked_to_stop_while_it_starts_it_stops_in_order() {
    let dir = tempfile::tempdir().unwrap();
    for _ in 0..5 {
        let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
        assert_eq!(server.stop(), Some(0));
    }
    // The lock is taken long before anybody is told that the server is ready.
    let mut child = mainstay(&["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(dir.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let lock = dir.path().join("lock");
    let pid = child.id().to_string();
    while !fs::read_to_string(&lock).unwrap_or_default().contains(&pid) {
        assert!(child.try_wait().unwrap().is_none());
    }
    assert!(Command::new("kill").args(["-s", "TERM", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn sigterm_under_load_finishes_what_was_begun() {
    let (dir, token) = prepared();
    let server = Server::start(dir.path(), &[]);
    let url = server.url.clone();
    let over = Arc::new(AtomicBool::new(false));
    let workers: Vec<_> = (0..4)
        .map(|worker| {
            let (url, token, over) = (url.clone(), token.clone(), Arc::clone(&over));
            thread::spawn(move || create_until(&over, &url, &token, worker))
        })
        .collect();
    while server.get(&token, "/api/v1/resources?kind=business-system").json["items"]
        .as_array()
        .is_none_or(|items| items.len() < 8)
    {}
    assert_eq!(server.stop(), Some(0));
    over.store(true, Ordering::SeqCst);
    let acknowledged: Vec<String> =
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    let server = Server::start(dir.path(), &[]);
    for id in &acknowledged {
        assert_eq!(server.get(&token, &format!("/api/v1/resources/{id}")).status, 200);
    }
    let journal = server.get(&token, "/api/v1/journal?verb=server.");
    let verbs: Vec<&str> = journal.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fact| fact["verb"].as_str().unwrap())
        .collect();
    assert_eq!(verbs, ["server.started", "server.stopped", "server.started"]);
    assert_eq!(journal.json["items"][0]["detail"]["after_crash"], false);
}

fn create_until(over: &AtomicBool, url: &str, token: &str, worker: usize) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        if over.load(Ordering::SeqCst) {
            break;
        }
        let body = serde_json::json!({
            "kind": "business-system", "name": format!("load {worker} {number}")
        });
        let answer = try_ask(url, "POST", token, "/api/v1/resources", Some(body.to_string()), &[]);
        match answer {
            Ok(answer) if answer.status == 201 => {
                acknowledged.push(answer.json["id"].as_str().unwrap().to_owned());
            }
            Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.text),
            Err(_) => break,
        }
    }
    acknowledged
}
