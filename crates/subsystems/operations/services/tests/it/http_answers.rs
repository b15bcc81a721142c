use std::time::Duration;

use probe::outcome::State;
use serde_json::json;
use testkit::free_port;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::stand_in::{fault, figure, run, serve};

/// Reads the request's head and returns it.
async fn head(stream: &mut TcpStream) -> String {
    let mut seen = Vec::new();
    let mut buffer = [0_u8; 4096];
    while !seen.windows(4).any(|w| w == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => seen.extend_from_slice(&buffer[..count]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&seen).into_owned()
}

async fn page(status: &'static str, headers: &'static str, body: &'static [u8]) -> String {
    let address = serve(move |mut stream| async move {
        head(&mut stream).await;
        let length = body.len();
        let start = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n");
        let _ = stream.write_all(start.as_bytes()).await;
        let _ = stream.write_all(body).await;
    })
    .await;
    format!("http://{address}/")
}

#[tokio::test]
async fn a_page_is_fine_and_every_phase_is_measured() {
    let url = page("200 OK", "", b"hello").await;
    let outcome = run("http", json!({ "url": url }), 1000).await;
    assert_eq!(outcome.state, State::Ok, "{outcome:?}");
    assert!(outcome.summary.en.starts_with("HTTP/1.1 200 OK, 5 bytes in"), "{outcome:?}");
    for label in ["time", "resolve", "connect", "first_byte", "transfer"] {
        assert!(figure(&outcome, label).value >= 0.0);
    }
    assert_eq!(figure(&outcome, "size").value.to_string(), "5");
}

#[tokio::test]
async fn an_unexpected_status_is_critical() {
    let url = page("503 Service Unavailable", "", b"").await;
    let outcome = run("http", json!({ "url": url.clone() }), 1000).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("status 503, expected 200-399"), "{outcome:?}");
    let outcome = run("http", json!({ "url": url, "status": [200, "500-599"] }), 1000).await;
    assert_eq!(outcome.state, State::Ok);
}

#[tokio::test]
async fn content_is_looked_for() {
    let url = page("200 OK", "", b"all systems go\nerrors: 0").await;
    for (spec, state) in [
        (json!({ "contains": "systems go" }), State::Ok),
        (json!({ "contains": "systems down" }), State::Critical),
        (json!({ "not_contains": "errors: 0" }), State::Critical),
        (json!({ "not_contains": "fatal" }), State::Ok),
        (json!({ "regex": "^errors: [0-9]+$" }), State::Ok),
        (json!({ "regex": "^errors: [1-9]" }), State::Critical),
    ] {
        let mut spec = spec;
        spec["url"] = json!(url);
        let outcome = run("http", spec.clone(), 1000).await;
        assert_eq!(outcome.state, state, "{spec} {outcome:?}");
    }
}

#[tokio::test]
async fn a_gbk_page_is_read_by_its_charset() {
    let gbk: &[u8] = &[0xd4, 0xcb, 0xd0, 0xd0, 0xd5, 0xfd, 0xb3, 0xa3];
    let url = page("200 OK", "Content-Type: text/html; charset=GBK\r\n", gbk).await;
    let outcome = run("http", json!({ "url": url, "contains": "运行正常" }), 1000).await;
    assert_eq!(outcome.state, State::Ok, "{outcome:?}");
}

#[tokio::test]
async fn latency_is_judged_by_its_range() {
    let url = page("200 OK", "", b"x").await;
    let limits = json!({ "warning": "0:0", "critical": "10" });
    let outcome = run("http", json!({ "url": url, "latency": limits }), 1000).await;
    assert_eq!(outcome.state, State::Warning);
    assert!(outcome.summary.zh.contains("总耗时"), "{outcome:?}");
}

#[tokio::test]
async fn a_redirect_is_followed_to_the_final_page() {
    let target = page("200 OK", "", b"arrived").await;
    let address = serve(move |mut stream| {
        let target = target.clone();
        async move {
            head(&mut stream).await;
            let answer = format!(
                "HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 4\r\n\r\nmove"
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
    .await;
    let url = format!("http://{address}/start");
    let outcome = run("http", json!({ "url": url.clone(), "contains": "arrived" }), 1000).await;
    assert_eq!(outcome.state, State::Ok, "{outcome:?}");
    assert!(outcome.details.iter().any(|line| line.en.starts_with("redirects: http://")));
    let outcome = run("http", json!({ "url": url, "redirects_max": 0 }), 1000).await;
    assert!(outcome.summary.en.contains("302"), "{outcome:?}");
}

#[tokio::test]
async fn the_request_is_what_the_specification_says() {
    let address = serve(|mut stream| async move {
        let request = head(&mut stream).await;
        let wanted = ["POST /in?a=1 HTTP/1.1\r\n", "host: shop.example\r\n", "x-key: 7\r\n"];
        let fits = wanted.iter().all(|line| request.to_lowercase().contains(&line.to_lowercase()));
        let status = if fits { "204 No Content" } else { "400 Bad Request" };
        let _ = stream.write_all(format!("HTTP/1.1 {status}\r\n\r\n").as_bytes()).await;
    })
    .await;
    let spec = json!({
        "url": format!("http://{address}/in?a=1#part"),
        "method": "POST",
        "body": "order=1",
        "headers": { "Host": "shop.example", "X-Key": "7" },
        "status": [204],
    });
    let outcome = run("http", spec, 1000).await;
    assert_eq!(outcome.state, State::Ok, "{outcome:?}");
}

#[tokio::test]
async fn a_closed_port_is_critical_and_says_refused() {
    let url = format!("http://127.0.0.1:{}/", free_port());
    let outcome = run("http", json!({ "url": url }), 1000).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("connection refused"), "{outcome:?}");
    assert!(outcome.summary.zh.contains("连接被拒绝"), "{outcome:?}");
}

#[test]
fn specifications_that_make_no_sense_are_refused_by_field() {
    for (spec, field) in [
        (json!({}), "url"),
        (json!({ "url": "ftp://a/" }), "url"),
        (json!({ "url": "http://" }), "url"),
        (json!({ "url": "http://user:word@a/" }), "url"),
        (json!({ "url": "http://a:0/" }), "url"),
        (json!({ "url": format!("http://a/{}", "x".repeat(3000)) }), "url"),
        (json!({ "url": 5 }), "url"),
        (json!({ "url": "http://a/", "status": [] }), "status"),
        (json!({ "url": "http://a/", "status": ["300-200"] }), "status"),
        (json!({ "url": "http://a/", "status": [99] }), "status"),
        (json!({ "url": "http://a/", "regex": "(" }), "regex"),
        (json!({ "url": "http://a/", "regex": "(a{1000}){1000}" }), "regex"),
        (json!({ "url": "http://a/", "method": "DELETE" }), "method"),
        (json!({ "url": "http://a/", "body": "x" }), "body"),
        (json!({ "url": "http://a/", "redirects_max": 21 }), "redirects_max"),
        (json!({ "url": "http://a/", "body_bytes_max": 1e9 as u64 }), "body_bytes_max"),
        (json!({ "url": "http://a/", "contains": "" }), "contains"),
        (json!({ "url": "http://a/", "method": "HEAD", "regex": "x" }), "regex"),
        (
            json!({ "url": "http://a/", "headers": { "Content-Length": "1" } }),
            "headers.Content-Length",
        ),
        (json!({ "url": "http://a/", "headers": { "a b": "1" } }), "headers.a b"),
        (json!({ "url": "http://a/", "headers": { "a": "1\r\nb: 2" } }), "headers.a"),
        (json!({ "url": "http://a/", "certificate": { "ca_pem": "x" } }), "certificate.ca_pem"),
        (json!({ "url": "http://a/", "certificate": { "days": 1 } }), "certificate.days"),
        (json!({ "url": "http://a/", "latency": { "warning": "x" } }), "latency.warning"),
    ] {
        let found = fault("http", spec.clone());
        assert_eq!(found.field, field, "{spec} {found:?}");
        assert!(!found.expected.en.is_empty() && !found.expected.zh.is_empty());
    }
}

#[tokio::test]
async fn a_slow_target_delays_no_other() {
    let slow = serve(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let fast = page("200 OK", "", b"x").await;
    let slow = format!("http://{slow}/");
    let both = tokio::join!(run("http", json!({ "url": slow }), 700), async {
        let outcome = run("http", json!({ "url": fast }), 700).await;
        (figure(&outcome, "time").value, outcome.state)
    });
    assert_eq!(both.0.state, State::Critical);
    assert_eq!(both.1.1, State::Ok);
    assert!(both.1.0 < Duration::from_millis(500).as_secs_f64());
}
