//! Debian's Prometheus scrapes itself and sends what it has to us by remote write.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use testkit::free_address;

use crate::{
    postgres::until,
    server::{Answer, Server, ask, prepared},
};

const LIMIT: Duration = Duration::from_secs(60);

/// A Prometheus of the test's own; it ends with the test.
struct Peer {
    child: Child,
    url: String,
    _dir: TempDir,
}

impl Peer {
    /// One that scrapes itself every second and sends to `server`, by a bearer token and by HTTP
    /// Basic; none where it is not installed (never so where `CI` is set).
    fn start(server: &Server, token: &str) -> Option<Self> {
        let there = Command::new("prometheus").arg("--version").output().is_ok();
        if !there {
            assert!(std::env::var_os("CI").is_none(), "there is no prometheus");
            eprintln!("skipped: there is no prometheus (apt-get install prometheus)");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        let free = free_address();
        let config = dir.path().join("prometheus.yml");
        fs::write(&config, configuration(&free.to_string(), &server.url, token)).unwrap();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", dir.path().join("data").display()))
            .arg(format!("--web.listen-address={free}"))
            .current_dir(Path::new(dir.path()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self { child, url: format!("http://{free}"), _dir: dir })
    }

    fn get(&self, path: &str) -> Answer {
        ask(&self.url, "GET", "", path, None, &[])
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // One that has ended already is what was wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn configuration(own: &str, url: &str, token: &str) -> String {
    let target = |via: &str, credentials: &str| {
        format!(
            "  - url: {url}/prometheus/api/v1/write
    {credentials}
    queue_config: {{ batch_send_deadline: 500ms, min_shards: 1 }}
    metadata_config: {{ send_interval: 1s }}
    write_relabel_configs: [{{ target_label: via, replacement: {via} }}]
"
        )
    };
    format!(
        "global: {{ scrape_interval: 1s }}
scrape_configs: [{{ job_name: prometheus, static_configs: [{{ targets: ['{own}'] }}] }}]
remote_write:
{}{}",
        target("bearer", &format!("authorization: {{ credentials: {token} }}")),
        target("basic", &format!("basic_auth: {{ username: any, password: {token} }}")),
    )
}

/// The labels of each series under `data`, without those of `left_out`.
fn label_sets(answer: &Answer, left_out: &str) -> BTreeSet<String> {
    let series = answer.json["data"].as_array().unwrap_or_else(|| panic!("{}", answer.text));
    let plain = series.iter().map(|labels| {
        let mut labels = labels.as_object().unwrap().clone();
        labels.remove(left_out);
        Value::Object(labels).to_string()
    });
    plain.collect()
}

#[test]
fn a_real_prometheus_sends_all_of_its_series_by_either_credential() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
    let Some(peer) = Peer::start(&server, &ada) else { return };
    let of = |via: &str| {
        let path = format!(
            "/prometheus/api/v1/series?match[]=%7Bjob%3D%22prometheus%22,via%3D%22{via}%22%7D"
        );
        label_sets(&server.get(&ada, &path), "via")
    };
    let theirs = || {
        let path = "/api/v1/series?match[]=%7Bjob%3D%22prometheus%22%7D";
        label_sets(&peer.get(path), "")
    };
    until(LIMIT, "all series have come by both ways", || {
        let (bearer, basic) = (of("bearer"), of("basic"));
        bearer.len() > 300 && bearer == basic && {
            let theirs = theirs();
            bearer.is_superset(&theirs) && theirs.is_superset(&bearer)
        }
    });
    until(LIMIT, "metadata has come", || {
        let path = "/prometheus/api/v1/metadata?metric=prometheus_build_info";
        let told = server.get(&ada, path).json;
        told["data"]["prometheus_build_info"][0]["type"] == "gauge"
    });
    let names = server.get(&ada, "/prometheus/api/v1/label/__name__/values").json;
    assert!(names["data"].as_array().unwrap().contains(&Value::from("up")), "{names}");
    let refused = peer.get("/metrics").text;
    let failed: Vec<&str> = refused
        .lines()
        .filter(|line| line.starts_with("prometheus_remote_storage_samples_failed_total"))
        .collect();
    assert!(failed.len() == 2 && failed.iter().all(|line| line.ends_with(" 0")), "{failed:?}");
}
