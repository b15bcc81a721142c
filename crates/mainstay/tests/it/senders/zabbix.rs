//! The script of Zabbix' media type, run by Node with a stand-in of Zabbix' `HttpRequest`: what it
//! would send is sent.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use super::{is_there, opened, shipped};
use crate::server::{Server, prepared};

/// Says on standard output what the script would send, and what it returns or throws.
const STAND_IN: &str = "
const [script, value] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const sent = { headers: [] };
class HttpRequest {
    addHeader(header) { sent.headers.push(header); }
    post(url, body) { Object.assign(sent, { url, body }); return ''; }
    getStatus() { return 200; }
}
try {
    sent.returned = new Function('value', 'HttpRequest', script)(value, HttpRequest);
} catch (thrown) {
    sent.thrown = String(thrown);
}
console.log(JSON.stringify(sent));
";

/// What Zabbix fills in for a trigger of severity high.
fn parameters(server: &Server, token: &str) -> Value {
    json!({"url": server.url, "token": token, "source": "0", "update": "0", "value": "1",
        "severity": "High", "name": "Free disk space is less than 10%", "host": "db1",
        "trigger_id": "13491", "event_id": "77", "details": "9.1 %",
        "zabbix": "https://zabbix.example/"})
}

fn played(parameters: &Value) -> Value {
    let script = fs::read_to_string(shipped("zabbix-mainstay.js")).unwrap();
    let mut node = Command::new("node")
        .args(["-e", STAND_IN])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let given = json!([script, parameters.to_string()]).to_string();
    node.stdin.take().unwrap().write_all(given.as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn problem_of_zabbix_opens_an_alert_and_its_recovery_closes_it() {
    if !is_there("node", "nodejs") {
        return;
    }
    let (data, ada) = prepared();
    let server = Server::start(data.path(), &["--set", "host.watch=false"]);
    let problem = parameters(&server, &ada);
    let told = |parameters: &Value| {
        let sent = played(parameters);
        assert_eq!(sent["returned"], "OK", "{sent}");
        assert_eq!(sent["url"], format!("{}/alertmanager/api/v2/alerts", server.url));
        assert_eq!(sent["headers"][1], format!("Authorization: Bearer {ada}"));
        let body: Value = serde_json::from_str(sent["body"].as_str().unwrap()).unwrap();
        let answer = server.post(&ada, "/alertmanager/api/v2/alerts", &body);
        assert_eq!(answer.status, 200, "{}", answer.text);
        body
    };
    let body = told(&problem);
    let page = "https://zabbix.example/tr_events.php?triggerid=13491&eventid=77";
    assert_eq!(body[0]["generatorURL"], page);
    let open = |expected: &[&str]| opened(&server, &ada, expected, "");
    open(&["Free disk space is less than 10%: db1 critical -"]);
    let mut recovery = problem.clone();
    recovery["value"] = json!("0");
    told(&recovery);
    open(&[]);
    // What changes nothing is not sent; what is not filled in is named.
    let mut update = problem.clone();
    update["update"] = json!("1");
    assert!(played(&update)["body"].is_null());
    let mut empty = problem;
    empty["host"] = json!("{HOST.HOST}");
    assert_eq!(played(&empty)["thrown"], "parameter \"host\": \"{HOST.HOST}\", expected a value");
}
