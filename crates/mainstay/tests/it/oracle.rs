//! The same samples in Debian's Prometheus and here, the same questions to both: the answers are
//! equal to 1e-9, and mistakes are told in the same words. Where that version answers otherwise,
//! `oracle/known.txt` says why.

mod answers;
mod data;
mod questions;

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use testkit::free_address;

use crate::{
    postgres::until,
    server::{Server, prepared},
};

/// `expression<TAB>why the answers differ`; why begins with [`AT_TIMES`] where they may agree, too.
const KNOWN: &str = include_str!("oracle/known.txt");
const AT_TIMES: &str = "at times: ";
/// So many questions are asked at least.
const QUESTIONS_MIN: usize = 300;

/// A Prometheus of the test's own that takes remote writes; it ends with the test.
struct Oracle {
    child: Child,
    url: String,
    _dir: TempDir,
}

impl Oracle {
    /// None where it is not installed (never so where `CI` is set).
    fn start() -> Option<Self> {
        let there = Command::new("prometheus").arg("--version").output().is_ok();
        if !there {
            assert!(std::env::var_os("CI").is_none(), "there is no prometheus");
            eprintln!("skipped: there is no prometheus (apt-get install prometheus)");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        let free = free_address();
        let config = dir.path().join("prometheus.yml");
        std::fs::write(&config, "global: { scrape_interval: 15s }\n").unwrap();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", dir.path().join("data").display()))
            .arg(format!("--web.listen-address={free}"))
            .arg("--web.enable-remote-write-receiver")
            .current_dir(dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let oracle = Self { child, url: format!("http://{free}"), _dir: dir };
        let ready = format!("{}/-/ready", oracle.url);
        until(Duration::from_secs(30), "Prometheus is ready", || {
            ureq::get(&ready).call().is_ok_and(|answer| answer.status() == 200)
        });
        Some(oracle)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // One that has ended already is what was wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody who answers.
struct Peer {
    agent: ureq::Agent,
    url: String,
}

impl Peer {
    fn new(url: &str) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        Self { agent: ureq::Agent::new_with_config(config), url: url.to_owned() }
    }

    fn write(&self, packed: &[u8]) {
        let request = self.agent.post(format!("{}/api/v1/write", self.url));
        let request = request
            .header("content-type", "application/x-protobuf")
            .header("content-encoding", "snappy")
            .header("x-prometheus-remote-write-version", "0.1.0");
        let mut response = request.send(packed).unwrap();
        let (status, said) = (response.status(), response.body_mut().read_to_string().unwrap());
        assert!(status.is_success(), "{}: {status}: {said}", self.url);
    }

    fn ask(&self, path: &str, query: &[(&str, &str)]) -> Value {
        let mut request = self.agent.get(format!("{}/api/v1/{path}", self.url));
        for (name, value) in query {
            request = request.query(name, value);
        }
        let mut response = request.call().unwrap();
        serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap()
    }
}

#[test]
fn answers_equal_those_of_prometheus() {
    let (dir, _) = prepared();
    let free = free_address();
    let (listen, url) = (free.to_string(), format!("http://{free}"));
    let Some(oracle) = Oracle::start() else { return };
    let set = ["--set", "host.watch=false", "--series-listen", listen.as_str()];
    let _server = Server::start(dir.path(), &set);
    let (ours, theirs) = (Peer::new(&url), Peer::new(&oracle.url));
    let now = ours.ask("query", &[("query", "time()")])["data"]["result"][0].as_f64().unwrap();
    let base_s = (now / 3_600.0).floor() as i64 * 3_600 - 4 * 3_600;
    for request in data::requests(base_s * 1_000) {
        ours.write(&request);
        theirs.write(&request);
    }
    let known: Vec<(&str, &str)> = KNOWN.lines().filter_map(|line| line.split_once('\t')).collect();
    let questions = questions::all(base_s);
    assert!(questions.len() >= QUESTIONS_MIN, "{}", questions.len());
    // No sample and no step of a subquery lies at the edge of a window: Prometheus 2 counts those
    // at its left end too.
    let moment = format!("{}.5", base_s + 8_417);
    let (from, to) = (format!("{}.5", base_s + 4_837), moment.clone());
    let (mut failed, mut unexpected) = (Vec::new(), Vec::new());
    for question in &questions {
        let query = ("query", question.as_str());
        let instant = [query, ("time", moment.as_str())];
        let range = [query, ("start", from.as_str()), ("end", to.as_str()), ("step", "60")];
        let compared =
            [("query", &instant[..]), ("query_range", &range[..])].map(|(path, parameters)| {
                let (ours, theirs) = (ours.ask(path, parameters), theirs.ask(path, parameters));
                answers::compare(question, &ours, &theirs).map_err(|why| format!("{path}: {why}"))
            });
        let why: Vec<String> = compared.into_iter().filter_map(Result::err).collect();
        let listed = known.iter().find(|(known, _)| known == question).map(|(_, why)| why);
        match (why.is_empty(), listed) {
            (false, None) => failed.push(format!("{question}\n    {}", why.join("\n    "))),
            (true, Some(known)) if !known.starts_with(AT_TIMES) => {
                unexpected.push(question.as_str());
            }
            _ => {}
        }
    }
    for mistake in questions::mistakes() {
        let (ours, theirs) = (&ours, &theirs);
        let [ours, theirs] = [ours, theirs].map(|peer| peer.ask("query", &[("query", mistake)]));
        if let Err(why) = answers::compare_errors(&ours, &theirs) {
            failed.push(format!("{mistake}\n    {why}"));
        }
    }
    println!("{} questions, {} known to differ", questions.len(), known.len());
    assert!(failed.is_empty(), "{} differ:\n{}", failed.len(), failed.join("\n"));
    assert!(unexpected.is_empty(), "these agree now, take them off the list: {unexpected:?}");
}
