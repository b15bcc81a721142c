use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use probe::guard::{OutboundGuard, Reach};
use probe::outcome::State;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::stand_in::{context, figure, linger, run, run_in, serve};

#[tokio::test]
async fn a_name_that_resolves_to_nothing_is_critical() {
    let outcome = run("http", json!({ "url": "http://nothing.invalid/" }), 1500).await;
    assert_eq!(outcome.state, State::Critical);
    // Where no resolver answers at all, the time runs out at the same stage.
    let said = &outcome.summary.en;
    assert!(said.contains("does not resolve") || said.contains("resolving the name"), "{said}");
}

#[tokio::test]
async fn a_server_that_accepts_and_never_answers_is_given_up() {
    let address = serve(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let outcome = run("http", json!({ "url": format!("http://{address}/") }), 300).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("no complete answer within 300 ms"), "{outcome:?}");
    assert!(outcome.summary.en.contains("waiting for the answer of 127.0.0.1"), "{outcome:?}");
    assert!(figure(&outcome, "connect").value >= 0.0);
}

#[tokio::test]
async fn a_server_that_drips_its_page_is_given_up() {
    let address = serve(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n").await;
        while stream.write_all(b"x").await.is_ok() {
            linger(100).await;
        }
    })
    .await;
    let outcome = run("http", json!({ "url": format!("http://{address}/") }), 500).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("reading the page"), "{outcome:?}");
}

#[tokio::test]
async fn a_server_that_drips_its_head_is_given_up() {
    let address = serve(|mut stream| async move {
        while stream.write_all(b"H").await.is_ok() {
            linger(100).await;
        }
    })
    .await;
    let outcome = run("http", json!({ "url": format!("http://{address}/") }), 400).await;
    assert_eq!(outcome.state, State::Critical, "{outcome:?}");
}

#[tokio::test]
async fn of_a_gigabyte_only_the_limit_is_read() {
    let written = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&written);
    let address = serve(move |mut stream| {
        let counter = Arc::clone(&counter);
        async move {
            let start = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 1_u64 << 30);
            let _ = stream.write_all(start.as_bytes()).await;
            let block = vec![b'a'; 64 * 1024];
            for _ in 0..(1 << 14) {
                if stream.write_all(&block).await.is_err() {
                    break;
                }
                counter.fetch_add(block.len() as u64, Ordering::SeqCst);
            }
        }
    })
    .await;
    let outcome = run("http", json!({ "url": format!("http://{address}/") }), 1900).await;
    assert_eq!(outcome.state, State::Ok, "{outcome:?}");
    assert!(outcome.summary.en.contains("1048576 bytes"), "{outcome:?}");
    assert!(outcome.details.iter().any(|l| l.en.contains("only the first 1048576 bytes")));
    // What the sockets' buffers hold was sent on top.
    assert!(written.load(Ordering::SeqCst) < 64 << 20);
}

#[tokio::test]
async fn endless_headers_are_cut() {
    let address = serve(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        let line = format!("X-Long: {}\r\n", "y".repeat(1000));
        while stream.write_all(line.as_bytes()).await.is_ok() {}
    })
    .await;
    let outcome = run("http", json!({ "url": format!("http://{address}/") }), 1500).await;
    assert_eq!(outcome.state, State::Critical);
    let said = &outcome.summary.en;
    assert!(said.contains("longer than 64 KiB") || said.contains("not HTTP"), "{said}");
}

#[tokio::test]
async fn redirects_for_ever_end_at_the_limit() {
    let hits = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&hits);
    let address = serve(move |mut stream| {
        let nth = counter.fetch_add(1, Ordering::SeqCst);
        async move {
            let mut buffer = [0_u8; 2048];
            let _ = stream.read(&mut buffer).await;
            let answer =
                format!("HTTP/1.1 302 Found\r\nLocation: /{nth}\r\nContent-Length: 0\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
    .await;
    let url = format!("http://{address}/start");
    let outcome = run("http", json!({ "url": url, "redirects_max": 7 }), 1500).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("more than 7 redirects"), "{outcome:?}");
    assert_eq!(hits.load(Ordering::SeqCst), 8);
}

async fn redirecting_to(location: &'static str) -> String {
    let address = serve(move |mut stream| async move {
        let mut buffer = [0_u8; 2048];
        let _ = stream.read(&mut buffer).await;
        let answer =
            format!("HTTP/1.1 301 Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await;
    format!("http://{address}/start")
}

#[tokio::test]
async fn a_circle_of_redirects_is_found() {
    let url = redirecting_to("/start").await;
    let outcome = run("http", json!({ "url": url }), 1000).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("in a circle"), "{outcome:?}");
}

#[tokio::test]
async fn a_redirect_to_a_metadata_address_is_refused() {
    for location in [
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://0xA9FEA9FE/",
        "http://[::ffff:169.254.169.254]/",
        "//169.254.169.254/",
    ] {
        let url = redirecting_to(location).await;
        let outcome = run("http", json!({ "url": url }), 1000).await;
        assert_eq!(outcome.state, State::Critical, "{location} {outcome:?}");
        assert!(outcome.summary.en.contains("after a redirect"), "{outcome:?}");
        assert!(outcome.summary.en.contains("cloud metadata address"), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_redirect_to_another_scheme_is_not_followed() {
    for location in ["file:///etc/passwd", "gopher://127.0.0.1/", "javascript:1", "http://"] {
        let url = redirecting_to(location).await;
        let outcome = run("http", json!({ "url": url }), 1000).await;
        assert_eq!(outcome.state, State::Critical, "{location}");
        assert!(outcome.summary.en.contains("no web address"), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_metadata_target_is_refused_in_every_spelling() {
    for url in [
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://0251.0376.0251.0376/",
        "http://[::ffff:a9fe:a9fe]/",
        "https://100.100.100.200/",
        "http://[fd00:ec2::254]/",
        "http://0.0.0.0:80/",
        "http://[fe80::1]/",
    ] {
        let outcome = run("http", json!({ "url": url }), 1000).await;
        assert_eq!(outcome.state, State::Unknown, "{url} {outcome:?}");
        assert!(outcome.summary.en.contains("refused by the outbound policy"), "{outcome:?}");
        assert!(outcome.summary.zh.contains("出站策略禁止"), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_refused_address_sees_no_connection() {
    let hits = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&hits);
    let address = serve(move |_stream| {
        counter.fetch_add(1, Ordering::SeqCst);
        async {}
    })
    .await;
    let mut cx = context(500);
    let port = address.port();
    let asked = [
        ("http", json!({ "url": format!("http://{address}/") })),
        ("http", json!({ "url": format!("http://localhost:{port}/") })),
        ("tcp", json!({ "host": "127.0.0.1", "port": port })),
        ("tcp", json!({ "host": "::ffff:127.0.0.1", "port": port })),
        ("ping", json!({ "host": "127.0.0.1" })),
        ("dns", json!({ "name": "a", "server": format!("127.0.0.1:{port}") })),
    ];
    let strict = OutboundGuard { loopback: Reach::Refused, ..OutboundGuard::default() };
    let outward = OutboundGuard::default().without_own_machine();
    for (guard, said) in [(strict, "this machine (loopback)"), (outward, "own machine")] {
        cx.guard = Arc::new(guard);
        for (protocol, spec) in asked.clone() {
            let outcome = run_in(protocol, spec, &cx).await;
            assert_eq!(outcome.state, State::Unknown, "{protocol} {outcome:?}");
            assert!(outcome.summary.en.contains(said), "{outcome:?}");
        }
    }
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_connection_cut_anywhere_is_critical() {
    let cuts: [&'static [u8]; 5] = [
        b"",
        b"HTTP/1.1 20",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ];
    for cut in cuts {
        let address = serve(move |mut stream| async move {
            let mut buffer = [0_u8; 2048];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(cut).await;
        })
        .await;
        let outcome = run("http", json!({ "url": format!("http://{address}/") }), 1000).await;
        assert_eq!(outcome.state, State::Critical, "{cut:?} {outcome:?}");
        let said = &outcome.summary.en;
        assert!(said.contains("closed the connection") || said.contains("exchange"), "{said}");
    }
}

#[tokio::test]
async fn garbage_is_not_http() {
    for garbage in
        [&b"\x00\xff\xfe\x80garbage\r\n\r\n"[..], b"SSH-2.0-OpenSSH\r\n", b"HTTP/9.9 x\r\n\r\n"]
    {
        let address = serve(move |mut stream| async move {
            let mut buffer = [0_u8; 2048];
            let _ = stream.read(&mut buffer).await;
            let _ = stream.write_all(garbage).await;
            linger(200).await;
        })
        .await;
        let outcome = run("http", json!({ "url": format!("http://{address}/") }), 1000).await;
        assert_eq!(outcome.state, State::Critical);
        assert!(outcome.summary.en.contains("not HTTP"), "{outcome:?}");
    }
}
