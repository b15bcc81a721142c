//! Two servers on one PostgreSQL.

use std::{
    collections::BTreeSet,
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    postgres::{Postgres, until},
    server::Server,
};

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

/// The jobs that run on one server at a time, and are on this one.
fn held(server: &Server, token: &str) -> BTreeSet<String> {
    let jobs = server.get(token, "/api/v1/jobs").json;
    let here = |job: &&serde_json::Value| job["runs_on"] == "one" && job["here"] == true;
    let jobs = jobs["items"].as_array().cloned().unwrap_or_default();
    jobs.iter().filter(here).map(|job| job["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn jobs_are_shared_and_those_of_a_killed_server_move_within_fifteen_seconds() {
    let Some(postgres) = Postgres::start() else { return };
    let token = postgres.prepare();
    let setting = postgres.setting();
    let more = ["--set", &setting, "--set", "host.watch=false"];
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let first = Server::start(dirs[0].path(), &more);
    let jobs = |server: &Server| held(server, &token);
    until(Duration::from_secs(20), "the first has jobs", || jobs(&first).len() >= 2);
    let all = jobs(&first);
    let second = Server::start(dirs[1].path(), &more);
    until(Duration::from_secs(60), "the second has its share", || {
        jobs(&second).len() >= all.len() / 2
    });
    until(Duration::from_secs(20), "each job is on one of them", || {
        let (ours, theirs) = (jobs(&first), jobs(&second));
        ours.is_disjoint(&theirs) && ours.union(&theirs).eq(&all)
    });
    first.kill();
    until(Duration::from_secs(15), "the second has all of them", || jobs(&second) == all);
    assert_eq!(second.stop(), Some(0));
    // Stopped in order, a server leaves its jobs at once to the next.
    let third = Server::start(dirs[0].path(), &more);
    until(Duration::from_secs(5), "the third has all of them", || jobs(&third) == all);
}

/// A place that counts who comes: the moments of all connections.
struct Counter {
    port: u16,
    came: Arc<Mutex<Vec<Instant>>>,
}

impl Counter {
    #[expect(clippy::disallowed_methods, reason = "measures what processes with real clocks do")]
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let came = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&came);
        thread::spawn(move || {
            for connection in listener.incoming() {
                drop(connection);
                noted.lock().unwrap().push(Instant::now());
            }
        });
        Self { port, came }
    }

    fn count(&self) -> usize {
        self.came.lock().unwrap().len()
    }
}

#[test]
fn checks_move_from_a_killed_server_and_none_runs_twice() {
    let Some(postgres) = Postgres::start() else { return };
    let token = postgres.prepare();
    let setting = postgres.setting();
    let more = ["--set", &setting, "--set", "host.watch=false"];
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [first, second] = [0, 1].map(|number| Server::start(dirs[number].path(), &more));
    let counter = Counter::open();
    let shop = json!({ "kind": "business-system", "name": "shop" });
    let shop = first.post(&token, "/api/v1/resources", &shop);
    let check = json!({
        "resource_id": shop.json["id"], "name": "port", "protocol": "tcp",
        "spec": { "host": "127.0.0.1", "port": counter.port },
        "interval_s": 1, "attempts_max": 1,
    });
    let check = first.post(&token, "/api/v1/checks", &check);
    assert_eq!(check.status, 201, "{}", check.text);
    until(Duration::from_secs(20), "the check has run five times", || counter.count() >= 5);
    // Only the one that runs the check can run it out of turn.
    let run = format!("/api/v1/checks/{}/run", check.json["id"].as_str().unwrap());
    let answers = [&first, &second].map(|server| server.post(&token, &run, &json!({})));
    let of_first = answers[0].status == 200;
    let other = &answers[usize::from(of_first)];
    assert_eq!((other.status, &other.json["code"]), (409, &json!("check-elsewhere")));
    let (holder, survivor) = if of_first { (first, second) } else { (second, first) };

    let before = counter.count();
    holder.kill();
    until(Duration::from_secs(15), "the check runs on the other server", || {
        counter.count() > before + 1
    });
    until(Duration::from_secs(20), "it goes on", || counter.count() > before + 5);
    let came = counter.came.lock().unwrap().clone();
    let seconds = came[came.len() - 1].duration_since(came[0]).as_secs();
    // One each second, the first, and the one out of turn: two servers would make twice as many.
    let most = usize::try_from(seconds).unwrap() + 3;
    assert!(came.len() <= most, "{} runs in {seconds} s", came.len());
    assert_eq!(survivor.stop(), Some(0));
}
