use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use crate::server::{PASSWORD, Server, prepare, prepared, refusal, run};

fn output_of(args: &[&str]) -> (Option<i32>, String) {
    let output = run(args, "");
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn unattended_set_up_works_before_the_first_start() {
    let (dir, token) = prepared();
    assert!(token.starts_with("mst_"), "{token}");
    let mut server = Server::start(dir.path(), &[]);
    assert_eq!(server.get(&token, "/api/v1/session").json["user"]["name"], "ada");
    server.signal("TERM");
    assert_eq!(server.line(), "", "no first-run link once there is a user");
}

#[test]
fn first_run_link_works_once_and_not_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Server::start(dir.path(), &[]);
    server.line();
    let old = server.line().split("#token=").nth(1).unwrap().to_owned();
    drop(server);
    let mut server = Server::start(dir.path(), &[]);
    server.line();
    let token = server.line().split("#token=").nth(1).unwrap().to_owned();
    assert_ne!(token, old);
    let create = |token: &str, name: &str| {
        let body = serde_json::json!({ "token": token, "name": name, "password": PASSWORD });
        server.post("", "/api/v1/first-run", &body)
    };
    assert_eq!(server.get("", "/api/v1/first-run").json["needed"], true);
    assert!(create(&old, "mallory").status >= 400, "the link died with its start");
    assert_eq!(create(&token, "ada").status, 201);
    assert!(create(&token, "mallory").status >= 400, "the link works once");
    assert_eq!(server.get("", "/api/v1/first-run").json["needed"], false);
}

#[test]
fn admin_refuses_what_makes_no_sense() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let create = ["admin", "create", "--data", data, "--name", "ada", "--password-stdin"];
    let empty = run(&create, "");
    assert_eq!(empty.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&empty.stderr).contains("standard input is empty"));
    let short = run(&create, "short\n");
    assert!(String::from_utf8_lossy(&short.stderr).contains("password"), "{short:?}");
    prepare(data);
    let again = run(&create, PASSWORD);
    assert_eq!(again.status.code(), Some(1), "the name is taken");
    let unknown = refusal(&["admin", "token", "--data", data, "--user", "nobody"], 1);
    assert!(unknown.contains("nobody"), "{unknown}");
}

#[test]
fn disabled_user_is_granted_nothing_at_the_command_line() {
    let (dir, token) = prepared();
    let data = dir.path().to_str().unwrap();
    let server = Server::start(dir.path(), &[]);
    let made = server.post(&token, "/api/v1/users", &serde_json::json!({ "name": "wei" }));
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("/api/v1/users/{}", made.json["id"].as_str().unwrap());
    let off = Some(serde_json::json!({ "disabled": true }).to_string());
    let bearer = [("if-match", "\"1\"")];
    assert_eq!(server.send("PATCH", &token, &path, off, &bearer).status, 200);
    drop(server);
    let grant = ["admin", "grant", "--data", data, "--user", "wei", "--role", "operator"];
    let said = refusal(&grant, 1);
    assert!(said.contains("wei is disabled"), "{said}");
}

#[test]
fn query_journal_and_resources_can_be_read_from_scripts() {
    let (dir, token) = prepared();
    let server = Server::start(dir.path(), &["--set", "host.interval_s=1"]);
    let ask = |args: &[&str]| {
        let more = ["--url", &server.url, "--token", &token, "-o", "json"];
        let (code, said) = output_of(&[args, &more].concat());
        assert_eq!(code, Some(0), "{said}");
        serde_json::from_str::<serde_json::Value>(&said).unwrap()
    };
    let mut series = ask(&["query", "node_load1"]);
    while series.as_array().unwrap().is_empty() {
        series = ask(&["query", "node_load1"]);
    }
    assert!(series[0]["value"].is_number(), "{series}");
    assert_eq!(series[0]["labels"]["__name__"], "node_load1");
    let over = ask(&["query", "avg(node_load1)", "--range", "1m", "--step", "1s"]);
    assert!(over[0]["points"][0][1].is_number(), "{over}");
    let print = |args: &[&str]| {
        let more = ["--url", &server.url, "--token", &token];
        let (code, said) = output_of(&[&["query"], args, &more].concat());
        assert_eq!(code, Some(0), "{said}");
        said
    };
    let csv = print(&["node_load1", "-o", "csv"]);
    assert!(csv.starts_with("__name__,") && csv.lines().count() == 2, "{csv}");
    let spark = print(&["node_load1", "--range", "1m", "-o", "spark"]);
    assert!(spark.contains(" last ") && spark.contains("node_load1{"), "{spark}");
    let table = print(&["node_load1", "--range", "1m"]);
    assert!(table.contains("points") && table.contains("node_load1{"), "{table}");
    let hosts = ask(&["resource", "list", "--kind", "host"]);
    let id = hosts[0]["id"].as_str().unwrap();
    assert!(ask(&["resource", "show", id])["relations"].is_array());
    assert!(!ask(&["journal", "--verb", "user."]).as_array().unwrap().is_empty());
}

#[test]
fn refusals_of_the_server_reach_the_terminal() {
    let (dir, ada) = prepared();
    let server = Server::start(dir.path(), &[]);
    let at = ["--url", &server.url, "--token", &ada];
    for (args, code, said) in [
        (&["query", "up{"][..], 1, "1:4: parse error"),
        (&["query", "up", "--range", "x"], 2, "--range x: expected a duration"),
        (&["query", "up", "--range", "1h", "--time", "noon"], 2, "--time noon: expected"),
        (&["query", "up", "--range", "1h", "--step", "x"], 1, "\"step\""),
        (&["query", "up", "-o", "spark"], 2, "expected with --range"),
    ] {
        let refused = refusal(&[args, &at].concat(), code);
        assert!(refused.contains(said), "{args:?}: {refused}");
    }
    let args = ["query", "up", "--url", &server.url, "--token", "mst_forged"];
    assert!(refusal(&args, 1).contains("401"));
    let away = ["query", "up", "--url", "http://127.0.0.1:9", "--token", "mst_x"];
    assert!(refusal(&away, 1).contains("127.0.0.1:9"));
}

#[test]
fn check_answers_as_a_nagios_plugin() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 1024];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
        }
    });
    let url = format!("http://127.0.0.1:{port}/");
    let (code, said) = output_of(&["check", "http", &url, "--set", "contains=hello"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("OK") && said.contains('|') && said.lines().count() >= 1, "{said}");
    let (code, said) = output_of(&["check", "http", &url, "--set", "contains=goodbye"]);
    assert_eq!(code, Some(2), "{said}");
    let (code, said) = output_of(&["check", "tcp", "127.0.0.1:9", "-t", "2"]);
    assert_eq!(code, Some(2), "{said}");
    for args in [
        &["check", "smoke-signal", "x"][..],
        &["check", "http", "not a url"],
        &["check", "tcp", "127.0.0.1"],
        &["check", "tcp", "127.0.0.1:80", "--set", "colour=red"],
        &["check", "tcp", "169.254.169.254:80"],
    ] {
        let (code, said) = output_of(args);
        assert_eq!(code, Some(3), "{args:?}: {said}");
        assert!(said.contains("UNKNOWN"), "{args:?}: {said}");
    }
}

#[test]
fn doctor_names_what_would_go_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let (code, said) = output_of(&["doctor", "--data", data, "--listen", "127.0.0.1:0"]);
    assert_eq!(code, Some(0), "{said}");
    let more = ["--set", "series.memory_mib_max=1073741824"];
    let args = [&["doctor", "--data", data, "--listen", "127.0.0.1:0"][..], &more].concat();
    let (code, said) = output_of(&args);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("notice  series: `series.memory_mib_max` is 1073741824"), "{said}");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, said) = output_of(&["doctor", "--data", data, "--listen", &address]);
    assert_eq!(code, Some(1));
    assert!(said.contains(&address), "{said}");
}

#[test]
fn rule_files_are_checked_and_tested_without_a_server() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let rules = file("a.yml", "groups: [{name: g, rules: [{record: double, expr: up * 2}]}]");
    let (code, said) = output_of(&["check-rules", &rules]);
    assert_eq!((code, said), (Some(0), format!("Checking {rules}\n  SUCCESS: 1 rules found\n\n")));
    let wrong = file("b.yaml", "groups: [{name: g, rules: [{record: double}]}]");
    let said = refusal(&["check-rules", &wrong], 1);
    assert!(said.contains("field 'expr' must be set in rule"), "{said}");

    let test = |value: u32| {
        format!(
            "rule_files: ['*.yml']\ntests: [{{input_series: [{{series: up, values: '1'}}], \
             promql_expr_test: \
             [{{expr: double, exp_samples: [{{labels: double, value: {value}}}]}}]}}]"
        )
    };
    let holds = file("holds.test", &test(2));
    let (code, said) = output_of(&["test-rules", &holds]);
    assert_eq!((code, said), (Some(0), format!("Unit Testing:  {holds}\n  SUCCESS\n\n")));
    let fails = file("fails.test", &test(3));
    let said = refusal(&["test-rules", &holds, &fails], 1);
    assert!(said.contains("exp: {__name__=\"double\"} 3E+00"), "{said}");
    let said = refusal(&["test-rules", dir.path().join("gone").to_str().unwrap()], 1);
    assert!(said.contains("gone"), "{said}");
}
