//! Debian's vmalert has a rule on our series and sends what it finds back to us.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

use super::{LIMIT, Peer, alerts, is_there};
use crate::{
    postgres::until,
    server::{Server, ask, prepared},
};

fn write_rule(dir: &Path, expr: &str) {
    let rule = format!(
        "groups:
- name: shop
  interval: 1s
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
fn alert_of_a_real_vmalert_opens_and_closes_ours() {
    if !is_there("vmalert", "victoria-metrics") {
        return;
    }
    let (data, ada) = prepared();
    let server = Server::start(data.path(), &["--set", "host.watch=false"]);
    let dir = tempfile::tempdir().unwrap();
    write_rule(dir.path(), "vector(1)");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let token = dir.path().join("token");
    fs::write(&token, &ada).unwrap();
    let child = Command::new("vmalert")
        .arg(format!("-rule={}", dir.path().join("rules.yml").display()))
        .arg(format!("-datasource.url={}/prometheus", server.url))
        .arg(format!("-datasource.bearerTokenFile={}", token.display()))
        .arg(format!("-notifier.url={}/alertmanager", server.url))
        .arg(format!("-notifier.bearerTokenFile={}", token.display()))
        .arg(format!("-httpListenAddr={free}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _vmalert = Peer(child);
    let open = |expected: &[&str]| {
        until(LIMIT, &format!("{expected:?} are open"), || {
            alerts(&server, &ada, "open") == expected
        });
    };
    open(&["ShopDown: shop:443 critical -"]);
    write_rule(dir.path(), "vector(1) < 0");
    let answer = ask(&format!("http://{free}"), "GET", "", "/-/reload", None, &[]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    open(&[]);
    assert_eq!(alerts(&server, &ada, "closed"), ["ShopDown: shop:443 critical -"]);
}
