//! The server on PostgreSQL: away at the start, away later, and why it cannot be used.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::Cluster;
use tokio::runtime::Runtime;

use crate::server::{PASSWORD, Server, refusal, run};

/// A PostgreSQL that the test stops and starts.
pub(crate) struct Postgres {
    runtime: Runtime,
    cluster: Cluster,
}

impl Postgres {
    /// `None` where PostgreSQL is not installed.
    pub(crate) fn start() -> Option<Self> {
        let runtime = Runtime::new().unwrap();
        let cluster = runtime.block_on(Cluster::start())?;
        Some(Self { runtime, cluster })
    }

    /// The setting that names it.
    pub(crate) fn setting(&self) -> String {
        format!("database.url={}", self.cluster.url())
    }

    pub(crate) fn url(&self) -> String {
        self.cluster.url()
    }

    fn stop(&mut self) {
        self.cluster.stop();
    }

    fn resume(&mut self) {
        self.runtime.block_on(self.cluster.resume());
    }

    /// The administrator `ada` in the database, and her token.
    pub(crate) fn prepare(&self) -> String {
        let setting = self.setting();
        let create = ["admin", "create", "--set", &setting, "--name", "ada", "--password-stdin"];
        let output = run(&create, &format!("{PASSWORD}\n"));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let output = run(&["admin", "token", "--set", &setting, "--user", "ada"], "");
        String::from_utf8(output.stdout).unwrap().lines().last().unwrap().to_owned()
    }
}

/// Asks until `done` says so.
///
/// # Panics
/// After `limit`.
#[expect(clippy::disallowed_methods, reason = "waits for a process with clocks of its own")]
pub(crate) fn until(limit: Duration, what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < limit, "waited {limit:?} until {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

const LIMIT: Duration = Duration::from_secs(20);

#[test]
fn away_at_the_start_the_server_waits_and_says_so() {
    let Some(mut postgres) = Postgres::start() else { return };
    let token = postgres.prepare();
    postgres.stop();
    let dir = tempfile::tempdir().unwrap();
    let setting = postgres.setting();
    let mut server =
        Server::start_until(dir.path(), &["--set", &setting], " waits for its database at ");
    assert_eq!(server.get("", "/healthz").status, 200);
    for path in ["/readyz", "/api/v1/resources", "/api/v1/session"] {
        let answer = server.get(&token, path);
        assert_eq!((answer.status, &answer.json["code"]), (503, &json!("database-unavailable")));
    }
    postgres.resume();
    assert!(server.line().contains(" is ready at "));
    assert_eq!(server.get("", "/readyz").status, 200);
    assert_eq!(server.get(&token, "/api/v1/resources").status, 200);
    assert_eq!(server.stop(), Some(0));
    // Asked to stop while it waits, it stops.
    postgres.stop();
    let server =
        Server::start_until(dir.path(), &["--set", &setting], " waits for its database at ");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn away_at_the_start_this_machine_is_measured_under_the_name_it_had() {
    let Some(mut postgres) = Postgres::start() else { return };
    let token = postgres.prepare();
    postgres.stop();
    let dir = tempfile::tempdir().unwrap();
    let setting = postgres.setting();
    let more = ["--set", &setting, "--set", "host.interval_s=1"];
    let waits = " waits for its database at ";
    // What it is called in the register nobody knows yet.
    let server = Server::start_until(dir.path(), &more, waits);
    let said = server.get("", "/healthz").text;
    assert!(said.contains("not measured meanwhile: what this machine is called"), "{said}");
    assert_eq!(server.stop(), Some(0));
    postgres.resume();
    assert_eq!(Server::start(dir.path(), &more).stop(), Some(0));
    postgres.stop();
    let mut server = Server::start_until(dir.path(), &more, waits);
    let begun = now();
    let answer = server.get("", "/readyz");
    assert_eq!(answer.status, 503);
    assert!(answer.text.contains("this machine is measured since"), "{}", answer.text);
    assert!(server.get("", "/healthz").text.starts_with("ok\n"));
    pause(Duration::from_secs(4));
    let back = now();
    postgres.resume();
    assert!(server.line().contains(" is ready at "));
    until(LIMIT, "what was measured before is there", || {
        samples(&server, &token, &begun, &back) >= 3
    });
    let all = server.get(&token, "/api/v1/series/latest?selector=node_load1").json;
    assert_eq!(all["items"].as_array().unwrap().len(), 1, "one series, not two: {all}");
    assert_eq!(server.stop(), Some(0));
}

/// Samples of this machine between two moments.
fn samples(server: &Server, token: &str, from: &str, to: &str) -> usize {
    let path = format!("/api/v1/series?selector=node_load1&from={from}&to={to}&step_s=1");
    let answer = server.get(token, &path);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let points = &answer.json["series"][0]["points"];
    points.as_array().into_iter().flatten().filter(|point| !point[1].is_null()).count()
}

fn now() -> String {
    let output = std::process::Command::new("date").args(["-u", "+%FT%TZ"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn check_on(server: &Server, token: &str) -> Value {
    let machine = json!({ "kind": "business-system", "name": "shop" });
    let shop = server.post(token, "/api/v1/resources", &machine);
    let check = json!({
        "resource_id": shop.json["id"], "name": "port", "protocol": "tcp",
        "spec": { "host": "127.0.0.1", "port": 1 }, "interval_s": 1, "attempts_max": 1,
    });
    let check = server.post(token, "/api/v1/checks", &check);
    assert_eq!(check.status, 201, "{}", check.text);
    check.json["id"].clone()
}

#[test]
fn away_later_the_server_says_so_goes_on_collecting_and_recovers() {
    let Some(mut postgres) = Postgres::start() else { return };
    let token = postgres.prepare();
    let dir = tempfile::tempdir().unwrap();
    let setting = postgres.setting();
    let more = ["--set", &setting, "--set", "host.interval_s=1"];
    let server = Server::start(dir.path(), &more);
    let check = check_on(&server, &token);
    let runs = |from: &str, to: &str| {
        let check = check.as_str().unwrap();
        let selector = format!("mainstay_check_state%7Bcheck=%22{check}%22%7D");
        let path = format!("/api/v1/series?selector={selector}&from={from}&to={to}&step_s=1");
        let answer = server.get(&token, &path);
        let points = answer.json["series"][0]["points"].clone();
        points.as_array().into_iter().flatten().filter(|point| !point[1].is_null()).count()
    };
    let begun = now();
    until(LIMIT, "the check has run", || runs(&begun, &now()) > 0);
    postgres.stop();
    until(LIMIT, "it is noticed", || server.get("", "/readyz").status == 503);
    let gone = now();
    let (answer, took) = timed(|| server.get(&token, "/api/v1/resources"));
    assert_eq!((answer.status, &answer.json["code"]), (503, &json!("database-unavailable")));
    assert!(took < Duration::from_secs(2), "it is said at once: {took:?}");
    assert_eq!(server.get("", "/healthz").status, 200);
    pause(Duration::from_secs(4));
    let back = now();
    postgres.resume();
    until(LIMIT, "it recovers by itself", || server.get("", "/readyz").status == 200);
    until(LIMIT, "what was collected meanwhile is there", || {
        samples(&server, &token, &gone, &back) >= 3 && runs(&gone, &back) >= 3
    });
    assert_eq!(server.stop(), Some(0));
}

#[expect(clippy::disallowed_methods, reason = "measures a process with clocks of its own")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    (work(), begun.elapsed())
}

#[expect(clippy::disallowed_methods, reason = "lets a process with clocks of its own collect")]
fn pause(span: Duration) {
    std::thread::sleep(span);
}

#[test]
fn what_is_wrong_with_the_database_is_said_without_its_password() {
    let Some(postgres) = Postgres::start() else { return };
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let serve = |url: &str, code| {
        let setting = format!("database.url={url}");
        let args = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--set", &setting];
        refusal(&args, code)
    };
    let absent = postgres.url().replace("mainstay@", "nobody:s3cret@");
    let said = serve(&absent, 1);
    assert!(said.contains("refuses the sign-in") && !said.contains("s3cret"), "{said}");
    let said = serve("postgres://ada:s3cret@db.example", 2);
    assert!(said.contains("database's name is missing") && !said.contains("s3cret"), "{said}");
    let setting = postgres.setting().replace("mainstay@", "mainstay:s3cret@");
    let doctor = run(&["doctor", "--data", data, "--listen", "127.0.0.1:0", "--set", &setting], "");
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(said.contains("records: postgres://mainstay@localhost"), "{said}");
    let config = run(&["config", "--set", &setting], "");
    let shown = String::from_utf8_lossy(&config.stdout).into_owned();
    for text in [said, shown] {
        assert!(text.contains("postgres://mainstay@") && !text.contains("s3cret"), "{text}");
    }
}
