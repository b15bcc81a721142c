//! Debian's Prometheus has an alerting rule and sends what it finds to us.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::free_address;

use crate::{
    postgres::until,
    server::{Server, ask, prepared},
};

const LIMIT: Duration = Duration::from_secs(60);

pub(crate) const HOLDS: &str = "vector(1)";
pub(crate) const HOLDS_NO_MORE: &str = "vector(1) < 0";

/// A Prometheus of the test's own; it ends with the test.
struct Peer {
    child: Child,
    url: String,
    dir: TempDir,
}

impl Peer {
    /// One that sends its alerts to `server`; none where it is not installed (never so where `CI`
    /// is set).
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
        write_rule(dir.path(), HOLDS);
        fs::write(&config, configuration(&server.url, token)).unwrap();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", dir.path().join("data").display()))
            .arg(format!("--web.listen-address={free}"))
            .args(["--web.enable-lifecycle", "--rules.alert.resend-delay=1s"])
            .current_dir(dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self { child, url: format!("http://{free}"), dir })
    }

    /// The rule says something else from now on.
    fn reload(&self, expr: &str) {
        write_rule(self.dir.path(), expr);
        let answer = ask(&self.url, "POST", "", "/-/reload", None, &[]);
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // One that has ended already is what was wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An alert lasts for four intervals unless it is sent again: on a slow machine that must not be
/// over before the next evaluation.
fn configuration(url: &str, token: &str) -> String {
    let target = url.trim_start_matches("http://");
    format!(
        "global: {{ evaluation_interval: 5s, external_labels: {{ site: north }} }}
rule_files: [rules.yml]
alerting:
  alertmanagers:
  - path_prefix: /alertmanager
    api_version: v2
    authorization: {{ credentials: {token} }}
    static_configs: [{{ targets: ['{target}'] }}]
"
    )
}

/// A rule that finds the shop down where `expr` finds anything.
pub(crate) fn write_rule(dir: &Path, expr: &str) {
    let rule = format!(
        "groups:
- name: shop
  rules:
  - alert: ShopDown
    expr: {expr}
    labels: {{ severity: page, instance: 'shop:443' }}
    annotations: {{ summary: 'the shop is down: {{{{ $value }}}}' }}
"
    );
    fs::write(dir.join("rules.yml"), rule).unwrap();
}

#[test]
fn alert_of_a_real_prometheus_opens_and_closes_ours() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
    let resource = json!({ "kind": "business-system", "name": "shop" });
    let resource = server.post(&ada, "/api/v1/resources", &resource).json["id"].clone();
    until(LIMIT, "the resource is known", || {
        let path = "/api/v1/journal?verb=resource.created";
        !server.get(&ada, path).json["items"].as_array().unwrap().is_empty()
    });
    let Some(peer) = Peer::start(&server, &ada) else { return };
    let alerts = |state: &str| -> Vec<Value> {
        let found = server.get(&ada, &format!("/api/v1/alerts?state={state}")).json;
        found["items"].as_array().unwrap().clone()
    };
    until(LIMIT, "the alert has opened", || alerts("open").len() == 1);
    let open = alerts("open").remove(0);
    assert_eq!(open["title"]["en"], "ShopDown: shop:443");
    assert_eq!(open["summary"]["en"], "the shop is down: 1");
    assert_eq!((&open["severity"], &open["origin"]), (&json!("critical"), &json!("event")));
    assert_eq!((&open["resource_id"], &open["resource_name"]), (&resource, &json!("shop")));
    assert_eq!(open["labels"]["site"], "north");
    let event = format!("/api/v1/alerts/{}/event", open["id"].as_str().unwrap());
    until(LIMIT, "it was sent again", || {
        server.get(&ada, &event).json["tally"].as_i64().is_some_and(|tally| tally >= 2)
    });
    until(LIMIT, "it is in an incident", || {
        let incidents = server.get(&ada, "/api/v1/incidents?state=open").json;
        incidents["items"].as_array().is_some_and(|items| items.len() == 1)
    });
    peer.reload(HOLDS_NO_MORE);
    until(LIMIT, "the alert has closed", || alerts("open").is_empty());
    let closed = alerts("closed").remove(0);
    assert_eq!((&closed["id"], &closed["close_reason"]), (&open["id"], &json!("recovered")));
    let metrics = ask(&peer.url, "GET", "", "/metrics", None, &[]).text;
    let errors: Vec<&str> = metrics
        .lines()
        .filter(|line| line.starts_with("prometheus_notifications_errors_total{"))
        .collect();
    assert!(!errors.is_empty() && errors.iter().all(|line| line.ends_with(" 0")), "{errors:?}");
}

fn rule_file(expr: &str) -> String {
    format!(
        "groups:
- name: shop
  interval: 1s
  rules:
  - alert: ShopSlow
    expr: {expr}
    labels: {{ severity: warning }}
    annotations: {{ summary: 'the value is {{{{ $value }}}}' }}
"
    )
}

#[test]
fn alerting_rule_of_a_rule_file_opens_and_closes_ours() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &["--set", "host.watch=false"]);
    let yaml = [("content-type", "application/yaml")];
    let path = "/api/v1/rule-groups?name=shop.yml";
    let made = server.send("POST", &ada, path, Some(rule_file(HOLDS)), &yaml);
    assert_eq!(made.status, 201, "{}", made.text);
    let alerts = |state: &str| -> Vec<Value> {
        let found = server.get(&ada, &format!("/api/v1/alerts?state={state}")).json;
        found["items"].as_array().unwrap().clone()
    };
    until(LIMIT, "the alert has opened", || alerts("open").len() == 1);
    let open = alerts("open").remove(0);
    assert_eq!((&open["title"]["en"], &open["severity"]), (&json!("ShopSlow"), &json!("warning")));
    assert_eq!(open["summary"]["en"], "the value is 1");
    let event = format!("/api/v1/alerts/{}/event", open["id"].as_str().unwrap());
    assert_eq!(server.get(&ada, &event).json["sender"], "rule files");
    let etag = made.header("etag").unwrap().to_owned();
    let path = format!("/api/v1/rule-groups/{}", made.json["id"].as_str().unwrap());
    let headers = [yaml[0], ("if-match", etag.as_str())];
    let put = server.send("PUT", &ada, &path, Some(rule_file(HOLDS_NO_MORE)), &headers);
    assert_eq!(put.status, 200, "{}", put.text);
    until(LIMIT, "the alert has closed", || alerts("open").is_empty());
    assert_eq!(alerts("closed")[0]["close_reason"], "recovered");
}
