//! Other systems send what they find to us, as `packaging/senders` says.

mod nagios;
mod vmalert;
mod zabbix;

use std::{
    path::PathBuf,
    process::{Child, Command},
    time::Duration,
};

use serde_json::Value;

use crate::{postgres::until, server::Server};

/// How long a sender may take.
const LIMIT: Duration = Duration::from_secs(60);

/// A program of the test's own; it ends with the test.
struct Peer(Child);

impl Drop for Peer {
    fn drop(&mut self) {
        // One that has ended already is what was wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether a program is there (always so where `CI` is set).
fn is_there(program: &str, package: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        assert!(std::env::var_os("CI").is_none(), "there is no {program}");
        eprintln!("skipped: there is no {program} (apt-get install {package})");
    }
    there
}

/// A file that comes with the product.
fn shipped(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packaging/senders").join(name)
}

/// Waits until these alerts are open, and no others. `log`: what the sender said so far.
fn opened(server: &Server, token: &str, expected: &[&str], log: &str) {
    until(LIMIT, &format!("{expected:?} are open\n{log}"), || {
        alerts(server, token, "open") == expected
    });
}

/// `title severity resource` of the alerts in a state.
fn alerts(server: &Server, token: &str, state: &str) -> Vec<String> {
    let found = server.get(token, &format!("/api/v1/alerts?state={state}")).json;
    let shown = |alert: &Value| {
        let said =
            |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let text = |value: &Value| said(value).unwrap_or_else(|| "-".to_owned());
        let (title, severity) = (text(&alert["title"]["en"]), text(&alert["severity"]));
        format!("{title} {severity} {}", text(&alert["resource_name"]))
    };
    let mut all: Vec<String> = found["items"].as_array().unwrap().iter().map(shown).collect();
    all.sort();
    all
}
