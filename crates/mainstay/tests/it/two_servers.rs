//! Two servers on one PostgreSQL.

use std::{collections::BTreeSet, thread};

use serde_json::json;

use crate::{postgres::Postgres, server::Server};

const EACH: usize = 60;

#[test]
fn both_answer_and_no_change_is_lost_or_doubled() {
    let Some(postgres) = Postgres::start() else { return };
    let token = postgres.prepare();
    let setting = postgres.setting();
    let more = ["--set", &setting, "--set", "host.watch=false"];
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let servers = [Server::start(dirs[0].path(), &more), Server::start(dirs[1].path(), &more)];
    thread::scope(|scope| {
        for (number, server) in servers.iter().enumerate() {
            for worker in 0..2 {
                let token = &token;
                scope.spawn(move || {
                    for turn in 0..EACH {
                        let name = format!("{number}/{worker}/{turn}");
                        let body = json!({ "kind": "business-system", "name": name });
                        let made = server.post(token, "/api/v1/resources", &body);
                        assert_eq!(made.status, 201, "{}", made.text);
                    }
                });
            }
        }
    });
    for server in &servers {
        let mut numbers = BTreeSet::new();
        let (mut after, mut created) = (String::new(), 0);
        loop {
            let path = format!("/api/v1/journal?limit=200{after}");
            let page = server.get(&token, &path).json;
            for fact in page["items"].as_array().unwrap() {
                numbers.insert(fact["seq"].as_i64().unwrap());
                created += usize::from(fact["verb"] == "resource.created");
            }
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(created, 4 * EACH);
        assert_eq!(numbers.last().copied(), i64::try_from(numbers.len()).ok(), "no gap");
    }
    // What one has changed, the other shows in its next answer.
    let body = json!({ "kind": "business-system", "name": "seen by both" });
    let made = servers[0].post(&token, "/api/v1/resources", &body);
    let path = format!("/api/v1/resources/{}", made.json["id"].as_str().unwrap());
    assert_eq!(servers[1].get(&token, &path).json["name"], json!("seen by both"));
    let [first, second] = servers;
    first.kill();
    assert_eq!(second.get("", "/readyz").status, 200);
    let body = json!({ "kind": "business-system", "name": "after the kill" });
    assert_eq!(second.post(&token, "/api/v1/resources", &body).status, 201);
    assert_eq!(second.stop(), Some(0));
}
