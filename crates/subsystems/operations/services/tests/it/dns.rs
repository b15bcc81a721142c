use probe::outcome::State;
use serde_json::json;
use testkit::free_port;
use tokio::net::UdpSocket;

use crate::stand_in::{fault, run};

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let server = socket.local_addr().expect("a bound socket has an address").to_string();
    let outcome = run("dns", json!({ "name": "a.example", "server": server }), 400).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("no answer within 400 ms"), "{outcome:?}");
}

#[tokio::test]
async fn a_closed_port_is_critical_even_if_any_answer_would_do() {
    let server = format!("127.0.0.1:{}", free_port());
    let spec = json!({ "name": "a.example", "server": server, "match": "any_answer" });
    let outcome = run("dns", spec, 600).await;
    assert_eq!(outcome.state, State::Critical, "{outcome:?}");
}

#[tokio::test]
async fn garbage_instead_of_an_answer_is_critical() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let server = socket.local_addr().expect("a bound socket has an address").to_string();
    tokio::spawn(async move {
        let mut buffer = [0_u8; 512];
        while let Ok((count, from)) = socket.recv_from(&mut buffer).await {
            let mut answer = buffer[..count.min(2)].to_vec();
            answer.extend_from_slice(&[0xff; 100]);
            let _ = socket.send_to(&answer, from).await;
        }
    });
    let outcome = run("dns", json!({ "name": "a.example", "server": server }), 500).await;
    assert_eq!(outcome.state, State::Critical, "{outcome:?}");
}

#[tokio::test]
async fn a_metadata_server_is_refused() {
    let spec = json!({ "name": "a.example", "server": "169.254.169.254" });
    let outcome = run("dns", spec, 500).await;
    assert_eq!(outcome.state, State::Unknown);
    assert!(outcome.summary.en.contains("cloud metadata address"), "{outcome:?}");
}

#[test]
fn specifications_that_make_no_sense_are_refused_by_field() {
    for (spec, field) in [
        (json!({}), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "a..b" }), "name"),
        (json!({ "name": "x".repeat(2000) }), "name"),
        (json!({ "name": "a", "record": "ANY" }), "record"),
        (json!({ "name": "a", "server": "dns.example" }), "server"),
        (json!({ "name": "a", "server": "127.0.0.1:0" }), "server"),
        (json!({ "name": "a", "match": "exact" }), "expect"),
        (json!({ "name": "a", "match": "any_answer", "expect": ["1"] }), "expect"),
        (json!({ "name": "a", "expect": [""] }), "expect"),
    ] {
        assert_eq!(fault("dns", spec.clone()).field, field, "{spec}");
    }
}
