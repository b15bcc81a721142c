use std::sync::Arc;

use probe::guard::{OutboundGuard, Reach};
use probe::outcome::State;
use serde_json::json;
use services::known::{BANNER_BYTES_MAX, read_banner};
use testkit::free_port;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::stand_in::{fault, figure, linger, run, serve};

#[tokio::test]
async fn an_open_port_is_fine_and_a_closed_one_critical() {
    let address = serve(|_stream| async {}).await;
    let spec = json!({ "host": "localhost", "port": address.port() });
    let outcome = run("tcp", spec, 1000).await;
    assert_eq!(outcome.state, State::Ok, "{outcome:?}");
    assert!(figure(&outcome, "connect").value >= 0.0);
    let outcome = run("tcp", json!({ "host": "127.0.0.1", "port": free_port() }), 1000).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("connection refused"), "{outcome:?}");
}

#[tokio::test]
async fn the_expected_text_is_found_even_if_it_comes_in_pieces() {
    let address = serve(|mut stream| async move {
        let mut buffer = [0_u8; 64];
        let _ = stream.read(&mut buffer).await;
        for piece in ["+PO", "NG\r\n"] {
            let _ = stream.write_all(piece.as_bytes()).await;
            let _ = stream.flush().await;
            linger(20).await;
        }
    })
    .await;
    let spec = json!({
        "host": "127.0.0.1", "port": address.port(), "send": "PING\r\n", "expect": "+PONG",
    });
    let outcome = run("tcp", spec, 1000).await;
    assert_eq!(outcome.state, State::Ok, "{outcome:?}");
}

#[tokio::test]
async fn another_answer_is_shown_made_safe() {
    let address = serve(|mut stream| async move {
        let _ = stream.write_all(b"\x1b[31mgo away\x00\r\n").await;
    })
    .await;
    let spec = json!({ "host": "127.0.0.1", "port": address.port(), "expect": "SSH-" });
    let outcome = run("tcp", spec, 1000).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("\"SSH-\" is not in the"), "{outcome:?}");
    assert!(outcome.summary.en.contains(".[31mgo away"), "{outcome:?}");
}

#[tokio::test]
async fn silence_where_text_is_expected_is_given_up() {
    let address = serve(|mut stream| async move {
        while stream.write_all(b"x").await.is_ok() {
            linger(50).await;
        }
    })
    .await;
    let spec = json!({ "host": "127.0.0.1", "port": address.port(), "expect": "SSH-" });
    let outcome = run("tcp", spec, 300).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("did not answer within 300 ms"), "{outcome:?}");
}

#[tokio::test]
async fn an_endless_answer_is_read_up_to_the_limit() {
    let address = serve(|mut stream| async move {
        let block = vec![b'y'; 16 * 1024];
        while stream.write_all(&block).await.is_ok() {}
    })
    .await;
    let spec = json!({ "host": "127.0.0.1", "port": address.port(), "expect": "SSH-" });
    let outcome = run("tcp", spec, 1900).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("is not in the 6"), "{outcome:?}");
}

#[test]
fn specifications_that_make_no_sense_are_refused_by_field() {
    for (spec, field) in [
        (json!({ "host": "a" }), "port"),
        (json!({ "host": "a", "port": 0 }), "port"),
        (json!({ "host": "a/b", "port": 1 }), "host"),
        (json!({ "host": "a", "port": 1, "send": "" }), "send"),
        (json!({ "host": "a", "port": 1, "expect": "x".repeat(5000) }), "expect"),
        (json!({ "host": "a", "port": 1, "certificate": {} }), "certificate"),
        (json!({ "host": "a", "port": 1, "family": "v5" }), "family"),
    ] {
        assert_eq!(fault("tcp", spec.clone()).field, field, "{spec}");
    }
}

#[tokio::test]
async fn a_banner_is_read_bounded_and_silence_is_empty() {
    let guard = OutboundGuard::default();
    let talking = serve(|mut stream| async move {
        let _ = stream.write_all(&b"SSH-2.0-x\r\n".repeat(1000)).await;
        linger(200).await;
    })
    .await;
    let banner = read_banner(talking, &guard).await;
    assert!(banner.starts_with(b"SSH-2.0-x") && banner.len() <= BANNER_BYTES_MAX);
    let silent = serve(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    assert_eq!(read_banner(silent, &guard).await, b"");
    let strict = Arc::new(OutboundGuard { loopback: Reach::Refused, ..OutboundGuard::default() });
    assert_eq!(read_banner(talking, &strict).await, b"");
}
