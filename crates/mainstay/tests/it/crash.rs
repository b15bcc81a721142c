use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
};

use serde_json::{Value, json};

use crate::server::{Server, prepared, run, try_ask};

/// How often the server is killed.
const KILLS: u32 = 50;

/// `kill -9` at random points under load: what was acknowledged is there, once, with its journal
/// row; nothing else is there twice; the numbers of the journal have no gap.
#[test]
fn nothing_acknowledged_is_lost_and_nothing_doubled() {
    let (dir, token) = prepared();
    let mut acknowledged = BTreeSet::new();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0..KILLS {
        let server = Server::start(dir.path(), &["--set", "log.level=error"]);
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        // Killed after so many answers: the next requests are then at any point of their way.
        let answers_until_kill = (random % 40) as usize;
        acknowledged.extend(load_until_killed(server, &token, round, answers_until_kill));
    }
    check_all(dir.path(), &token, &acknowledged);
    // The journal was sealed between the kills: no seal is torn, none is missing.
    let verified = run(&["verify", "--data", dir.path().to_str().unwrap()], "");
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

fn load_until_killed(server: Server, token: &str, round: u32, kill_after: usize) -> Vec<String> {
    let (sender, receiver) = mpsc::channel();
    let workers: Vec<_> = (0..3)
        .map(|worker| {
            let (url, token, sender) = (server.url.clone(), token.to_owned(), sender.clone());
            thread::spawn(move || {
                for number in 0.. {
                    let name = format!("{round}/{worker}/{number}");
                    let body = json!({ "kind": "business-system", "name": name }).to_string();
                    let answer =
                        try_ask(&url, "POST", &token, "/api/v1/resources", Some(body), &[]);
                    match answer {
                        Ok(answer) if answer.status == 201 => sender.send(name).unwrap(),
                        _ => return,
                    }
                }
            })
        })
        .collect();
    drop(sender);
    let mut names: Vec<String> = receiver.iter().take(kill_after).collect();
    server.kill();
    for worker in workers {
        worker.join().unwrap();
    }
    names.extend(receiver.iter());
    names
}

fn check_all(data: &Path, token: &str, acknowledged: &BTreeSet<String>) {
    let server = Server::start(data, &[]);
    let resources = all(&server, token, "/api/v1/resources?kind=business-system");
    let mut by_name: BTreeMap<String, u32> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    for resource in &resources {
        *by_name.entry(resource["name"].as_str().unwrap().to_owned()).or_default() += 1;
        ids.insert(resource["id"].as_str().unwrap().to_owned());
    }
    for name in acknowledged {
        assert!(by_name.contains_key(name), "{name} was acknowledged and is lost");
    }
    assert!(by_name.values().all(|count| *count == 1), "something is there twice");
    let facts = all(&server, token, "/api/v1/journal?verb=resource.created");
    let created: BTreeSet<String> = facts
        .iter()
        .filter(|fact| fact["after"]["kind"] == "business-system")
        .map(|fact| fact["subject"]["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(created, ids, "every resource has its fact and every fact its resource");
    let mut seqs: Vec<i64> = all(&server, token, "/api/v1/journal?")
        .iter()
        .map(|fact| fact["seq"].as_i64().unwrap())
        .collect();
    seqs.reverse();
    assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "the journal has a gap");
    eprintln!("{KILLS} kills, {} acknowledged, {} kept", acknowledged.len(), resources.len());
}

fn all(server: &Server, token: &str, path: &str) -> Vec<Value> {
    let (mut items, mut after) = (Vec::new(), String::new());
    loop {
        let answer = server.get(token, &format!("{path}&limit=500{after}"));
        assert_eq!(answer.status, 200, "{}", answer.text);
        items.extend(answer.json["items"].as_array().unwrap().iter().cloned());
        match answer.json["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return items,
        }
    }
}

/// Samples that could be read before the kill can be read after it.
#[test]
fn samples_survive_a_kill() {
    let (dir, token) = prepared();
    let server = Server::start(dir.path(), &["--set", "host.interval_s=1"]);
    let query = "/api/v1/series?selector=node_load1&derive=last&step_s=2";
    let points = |server: &Server| -> BTreeSet<i64> {
        let answer = server.get(&token, query);
        let Some(series) = answer.json["series"].as_array() else { return BTreeSet::new() };
        let points = series.iter().flat_map(|series| series["points"].as_array().unwrap());
        points.filter(|point| !point[1].is_null()).map(|point| point[0].as_i64().unwrap()).collect()
    };
    wait_for_facts(&server, &token);
    let mut before = points(&server);
    while before.len() < 2 {
        before = points(&server);
    }
    server.kill();
    let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
    let after = points(&server);
    assert!(before.is_subset(&after), "{before:?} is not within {after:?}");
}

/// Waits on the live stream, so that no test polls the clock.
fn wait_for_facts(server: &Server, token: &str) {
    let mut child = Command::new("curl")
        .args(["-sN", "--max-time", "20", "-H", &format!("Authorization: Bearer {token}")])
        .arg(format!("{}/api/v1/live?after=0", server.url))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let fact = lines.find(|line| line.as_ref().is_ok_and(|line| line.starts_with("data:")));
    assert!(fact.is_some(), "the live stream tells what happened");
    let _ = child.kill();
    let _ = child.wait();
}
