//! What this machine measures goes to Debian's Prometheus, though both are ended in the middle.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use testkit::free_address;
use wire::remote::{
    ask,
    read::{Comparison, MatcherMessage, Query},
    snappy,
};

use crate::{
    postgres::until,
    server::{Server, prepared},
};

const LIMIT: Duration = Duration::from_secs(60);

/// A Prometheus that takes remote writes; it ends with the test.
struct Far(Child);

impl Far {
    fn start(dir: &Path, address: &str) -> Self {
        let config = dir.join("prometheus.yml");
        fs::write(&config, "global: {}\n").unwrap();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", dir.join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--web.enable-remote-write-receiver")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until(LIMIT, "it listens", || TcpStream::connect(address).is_ok());
        Self(child)
    }

    fn end(mut self) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &pid]).status().unwrap().success());
        self.0.wait().unwrap();
    }
}

impl Drop for Far {
    fn drop(&mut self) {
        // One that has ended already is what was wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Times and bits of all series of this machine, by remote read.
fn everything(url: &str, token: &str) -> BTreeMap<String, Vec<(i64, u64)>> {
    let name = MatcherMessage {
        comparison: Comparison::Regex,
        name: "__name__",
        value: "node_(load|memory|cpu|disk|network).*",
    };
    let query = Query { from_ms: 0, to_ms: 1 << 42, matchers: vec![name] };
    let request = ureq::http::Request::post(format!("{url}/api/v1/read"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/x-protobuf")
        .header("content-encoding", "snappy")
        .body(snappy::pack(&ask::request(&query)).unwrap())
        .unwrap();
    let mut answer = ureq::Agent::new_with_defaults().run(request).unwrap();
    let plain = snappy::unpack(&answer.body_mut().read_to_vec().unwrap(), 256 << 20).unwrap();
    let series = ask::response(&plain).unwrap().into_iter().map(|series| {
        let points = series.samples.iter().map(|sample| (sample.at_ms, sample.value.to_bits()));
        (format!("{:?}", series.labels), points.collect())
    });
    series.collect()
}

#[test]
fn samples_outlive_the_ends_of_both_servers_on_their_way() {
    if Command::new("prometheus").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "there is no prometheus");
        eprintln!("skipped: there is no prometheus (apt-get install prometheus)");
        return;
    }
    let far_dir = tempfile::tempdir().unwrap();
    let address = free_address().to_string();
    let far = Far::start(far_dir.path(), &address);
    let (dir, ada) = prepared();
    let watching = ["--set", "host.interval_s=1"];
    let server = Server::start(dir.path(), &watching);
    let settings = json!({ "write_url": format!("http://{address}/api/v1/write"), "shards": 3 });
    let destination = json!({ "name": "far", "settings": settings });
    let made = server.post(&ada, "/api/v1/destinations", &destination);
    assert_eq!(made.status, 201, "{}", made.text);
    let standing = |server: &Server, field: &str| {
        let list = server.get(&ada, "/api/v1/destinations").json;
        list["items"][0]["standing"][field].as_u64().unwrap_or_else(|| panic!("{list}"))
    };
    until(LIMIT, "samples arrive", || standing(&server, "samples_sent") > 0);
    far.end();
    until(LIMIT, "samples wait", || standing(&server, "samples_waiting") > 1_000);
    server.kill();
    let server = Server::start(dir.path(), &watching);
    assert!(standing(&server, "samples_waiting") > 1_000);
    let _far = Far::start(far_dir.path(), &address);
    until(LIMIT, "the backlog moves", || standing(&server, "samples_sent") > 0);
    server.kill();
    let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
    until(LIMIT, "nothing waits", || standing(&server, "samples_waiting") == 0);
    let there = everything(&format!("http://{address}"), "");
    let begun_ms = there.values().filter_map(|points| Some(points.first()?.0)).min().unwrap();
    let mut here = everything(&format!("{}/prometheus", server.url), &ada);
    for points in here.values_mut() {
        points.retain(|(at_ms, _)| *at_ms >= begun_ms);
    }
    here.retain(|_, points| !points.is_empty());
    assert!(here.len() > 50, "{} series", here.len());
    // What was being taken in at a kill may be in one log and not yet in the other: nobody was told
    // that it was taken. That is one moment of each of the two kills.
    let mut cut = BTreeSet::new();
    for (series, points) in &mut here {
        let sent = there.get(series).map_or(&[][..], Vec::as_slice);
        cut.extend(points.extract_if(.., |point| !sent.contains(point)).map(|(at_ms, _)| at_ms));
    }
    here.retain(|_, points| !points.is_empty());
    assert!(cut.len() <= 2, "missing there: {cut:?}");
    assert_eq!(here, there);
    let metrics = server.get(&ada, "/metrics").text;
    assert!(
        metrics.contains("mainstay_forward_samples_waiting{destination=\"far\"} 0"),
        "{metrics}"
    );
    let facts = server.get(&ada, "/api/v1/journal?verb=destination.refused").json;
    assert_eq!(facts["items"], Value::Array(Vec::new()));
}
