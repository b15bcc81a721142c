//! Series for programs of this machine, without sign-in.

use std::{fs::File, net::TcpListener, process::Stdio};

use testkit::free_address;
use wire::{protobuf::Message, remote::snappy};

use crate::server::{Answer, Server, ask, mainstay, prepared, refusal};

/// `up{job="a"}` with one sample, as remote write 1.0 has it.
pub(crate) fn message(at_ms: i64) -> Vec<u8> {
    let mut request = Message::new();
    request.message(1, |series| {
        for (name, value) in [("__name__", "up"), ("job", "a")] {
            series.message(1, |label| {
                label.text(1, name).text(2, value);
            });
        }
        series.message(2, |sample| {
            sample.double(1, 1.5).signed(2, at_ms);
        });
    });
    snappy::pack(&request.into_bytes()).unwrap()
}

pub(crate) fn write(url: &str, packed: &[u8]) -> u16 {
    let agent = ureq::Agent::new_with_config(
        ureq::Agent::config_builder().http_status_as_error(false).build(),
    );
    let request = agent.post(url).header("content-type", "application/x-protobuf");
    request.header("content-encoding", "snappy").send(packed).unwrap().status().as_u16()
}

#[test]
fn another_address_than_loopback_is_refused_with_the_reason() {
    let (dir, _) = prepared();
    let data = dir.path().to_str().unwrap();
    for address in ["0.0.0.0:9090", "192.0.2.1:9090", "[::]:9090", "9090", "localhost:9090"] {
        let said = refusal(&["serve", "--data", data, "--series-listen", address], 2);
        assert!(said.contains("series.listen") && said.contains(address), "{said}");
        assert!(said.contains("a loopback address and a port"), "{said}");
    }
}

#[test]
fn programs_of_this_machine_write_and_read_series_and_nothing_else() {
    let (dir, ada) = prepared();
    let free = free_address();
    let (listen, series) = (free.to_string(), format!("http://{free}"));
    let server = Server::start(
        dir.path(),
        &["--set", "host.watch=false", "--series-listen", listen.as_str()],
    );
    let get = |path: &str, headers: &[(&str, &str)]| -> Answer {
        ask(&series, "GET", "", path, None, headers)
    };
    let now = get("/api/v1/query?query=time()", &[]).json;
    let now = now["data"]["result"][0].as_f64().unwrap();
    let packed = message((now * 1_000.0) as i64);
    assert_eq!(write(&format!("{series}/api/v1/write"), &packed), 204);
    assert_eq!(write(&format!("{series}/prometheus/api/v1/write"), &packed), 204);
    for path in ["/api/v1/query?query=up", "/prometheus/api/v1/query?query=up"] {
        let answer = get(path, &[]);
        assert_eq!(answer.json["data"]["result"][0]["value"][1], "1.5", "{}", answer.text);
    }
    let answer = server.get("", "/prometheus/api/v1/query?query=up");
    assert_eq!(answer.status, 401, "signing in is still needed at the front: {}", answer.text);
    assert_eq!(server.get(&ada, "/prometheus/api/v1/query?query=up").status, 200);
    for (path, status) in [
        ("/-/ready", 200),
        ("/-/healthy", 200),
        ("/health", 200),
        ("/api/v1/labels", 200),
        ("/api/v1/status/tsdb", 200),
        ("/api/v1/rules", 200),
        ("/api/v1/alerts", 200),
        ("/prometheus/api/v1/rules?type=alert", 200),
        ("/api/v1/resources", 404),
        ("/metrics", 404),
        ("/", 404),
    ] {
        assert_eq!(get(path, &[]).status, status, "{path}");
    }
    let of_page = get("/api/v1/query?query=up", &[("origin", "https://evil.example")]);
    assert_eq!(of_page.status, 403, "{}", of_page.text);
    assert_eq!(ask(&series, "POST", "", "/-/flush", None, &[]).status, 204);
    let runtime = server.get(&ada, "/prometheus/api/v1/status/tsdb").json;
    assert_eq!(runtime["data"]["headStats"]["numSeries"], 1, "{runtime}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_port_that_is_taken_is_named_before_anything_else_happens() {
    let (dir, _) = prepared();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = dir.path().to_str().unwrap();
    let said = refusal(
        &["serve", "--data", data, "--listen", "127.0.0.1:0", "--series-listen", &address],
        1,
    );
    assert!(said.contains(&format!("failed to listen on {address} for series")), "{said}");
}

#[test]
fn the_log_says_that_nobody_signs_in_there() {
    let (dir, _) = prepared();
    let free = free_address().to_string();
    let log = dir.path().join("log");
    let data = dir.path().join("new");
    let data = data.to_str().unwrap();
    let mut child =
        mainstay(&["serve", "--data", data, "--listen", "127.0.0.1:0", "--series-listen", &free])
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
    let said = format!("series are served on {free} without sign-in");
    let found = || std::fs::read_to_string(&log).unwrap().contains(&said);
    crate::postgres::until(std::time::Duration::from_secs(30), "the log to say so", found);
    child.kill().unwrap();
    child.wait().unwrap();
}
