//! Debian's vmalert has a rule on our series and sends what it finds back to us.

use std::{
    fs,
    process::{Command, Stdio},
};

use testkit::free_address;

use super::{Peer, alerts, is_there, opened};
use crate::{
    alerting::{HOLDS, HOLDS_NO_MORE, write_rule},
    server::{Server, ask, prepared},
};

#[test]
fn alert_of_a_real_vmalert_opens_and_closes_ours() {
    if !is_there("vmalert", "victoria-metrics") {
        return;
    }
    let (data, ada) = prepared();
    let server = Server::start(data.path(), &["--set", "host.watch=false"]);
    let dir = tempfile::tempdir().unwrap();
    write_rule(dir.path(), HOLDS);
    let free = free_address();
    let token = dir.path().join("token");
    fs::write(&token, &ada).unwrap();
    let child = Command::new("vmalert")
        .arg(format!("-rule={}", dir.path().join("rules.yml").display()))
        .arg("-evaluationInterval=1s")
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
    let open = |expected: &[&str]| opened(&server, &ada, expected, "");
    open(&["ShopDown: shop:443 critical -"]);
    write_rule(dir.path(), HOLDS_NO_MORE);
    let answer = ask(&format!("http://{free}"), "GET", "", "/-/reload", None, &[]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    open(&[]);
    assert_eq!(alerts(&server, &ada, "closed"), ["ShopDown: shop:443 critical -"]);
}
