use std::{collections::BTreeMap, sync::mpsc, thread};

use wire::remote::{send, snappy};

use crate::server::{Server, prepared};

/// How often the server is killed at each setting, unless `CRASH_KILLS` says otherwise.
const KILLS: u32 = 4;
/// When who writes is answered, and how long others' samples may wait for the disk: not at all, as
/// usual, and as long as may be.
const PACES: [(&str, u32); 4] =
    [("synced", 0), ("synced", 200), ("written", 200), ("written", 10_000)];
const WORKERS: u32 = 3;
/// Samples of a request.
const BATCH: i64 = 20;

/// Points by worker and time.
type Known = BTreeMap<(String, i64), f64>;

/// `kill -9` at random points under load, whatever the setting: each acknowledged sample is there
/// once, and none that nobody wrote.
#[test]
fn acknowledged_samples_survive_kills_at_every_pace_of_syncing() {
    let told = std::env::var("CRASH_KILLS").ok().and_then(|kills| kills.parse().ok());
    let kills: u32 = told.unwrap_or(KILLS);
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for (ack, sync_ms) in PACES {
        let (dir, token) = prepared();
        let pace = format!("series.sync_ms={sync_ms}");
        let answered = format!("series.ack={ack}");
        let quiet = ["--set", "log.level=error", "--set", "host.watch=false"];
        let args = [&quiet[..], &["--set", &pace, "--set", &answered]].concat();
        let setting = format!("{answered}, {pace}");
        let mut acknowledged = Known::new();
        let first_ms = {
            let server = Server::start(dir.path(), &args);
            now_ms(&server, &token) - 1_800_000
        };
        for round in 0..i64::from(kills) {
            let server = Server::start(dir.path(), &args);
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            // Killed after so many answers: the next requests are then at any point of their way.
            let answers = (random % 40) as usize;
            let begin_ms = first_ms + round * 5_000;
            acknowledged.extend(load_until_killed(server, &token, begin_ms, answers));
        }
        let server = Server::start(dir.path(), &args);
        let there = stored(&server, &token);
        for (key, value) in &acknowledged {
            assert_eq!(there.get(key), Some(value), "{setting}: {key:?} was acknowledged");
        }
        for ((worker, at_ms), value) in &there {
            assert_eq!(*value, value_at(*at_ms), "{setting}: {worker} {at_ms} was never written");
        }
        let (written, kept) = (acknowledged.len(), there.len());
        eprintln!("{setting}: {kills} kills, {written} samples acknowledged, {kept} kept");
        assert!(written > 0);
    }
}

fn now_ms(server: &Server, token: &str) -> i64 {
    let now = server.get(token, "/prometheus/api/v1/query?query=time()").json;
    let now_s: f64 = now["data"]["result"][1].as_str().unwrap().parse().unwrap();
    now_s as i64 * 1_000
}

fn value_at(at_ms: i64) -> f64 {
    (at_ms % 1_000_003) as f64
}

/// What was acknowledged before the server died.
fn load_until_killed(server: Server, token: &str, begin_ms: i64, kill_after: usize) -> Known {
    let (sender, receiver) = mpsc::channel();
    let workers: Vec<_> = (0..WORKERS)
        .map(|worker| {
            let url = format!("{}/prometheus/api/v1/write", server.url);
            let (token, sender) = (token.to_owned(), sender.clone());
            thread::spawn(move || {
                let name = format!("w{worker}");
                for batch in 0.. {
                    let from_ms = begin_ms + batch * BATCH;
                    let points: Vec<(i64, f64)> =
                        (from_ms..from_ms + BATCH).map(|at_ms| (at_ms, value_at(at_ms))).collect();
                    if !is_taken(&url, &token, &name, &points) {
                        return;
                    }
                    let known = |(at_ms, value)| ((name.clone(), at_ms), value);
                    sender.send(points.into_iter().map(known).collect::<Known>()).unwrap();
                }
            })
        })
        .collect();
    drop(sender);
    let mut known: Known = receiver.iter().take(kill_after).flatten().collect();
    server.kill();
    for worker in workers {
        worker.join().unwrap();
    }
    known.extend(receiver.iter().flatten());
    known
}

/// Whether the server says that it has them.
fn is_taken(url: &str, token: &str, worker: &str, points: &[(i64, f64)]) -> bool {
    let labels = [("__name__", "crash"), ("worker", worker)];
    let body = snappy::pack(&send::request_v1([(labels, points)])).unwrap();
    let request = ureq::post(url)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/x-protobuf")
        .header("content-encoding", "snappy");
    request.send(&body[..]).is_ok_and(|answer| answer.status() == 204)
}

/// All there is. A point that is there twice is refused.
fn stored(server: &Server, token: &str) -> Known {
    let answer = server.get(token, "/prometheus/api/v1/query?query=crash[2h]");
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut there = Known::new();
    for series in answer.json["data"]["result"].as_array().unwrap() {
        let worker = series["metric"]["worker"].as_str().unwrap();
        for point in series["values"].as_array().unwrap() {
            let at_ms = (point[0].as_f64().unwrap() * 1_000.0).round() as i64;
            let value = point[1].as_str().unwrap().parse().unwrap();
            let before = there.insert((worker.to_owned(), at_ms), value);
            assert_eq!(before, None, "{worker} {at_ms} is there twice");
        }
    }
    there
}
