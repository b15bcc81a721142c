use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use probe::outcome::State;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

use crate::stand_in::{figure, linger, run, serve};

/// An end of validity: year, month, day. The day of all tests is 2026-06-01.
type Day = (i32, u8, u8);

struct Server {
    url: String,
    port: u16,
    ca_pem: String,
    requests: Arc<AtomicU64>,
}

fn params(names: &[&str], end: Day) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).expect("names that a certificate can carry");
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(end.0, end.1, end.2);
    params
}

/// Serves pages under a certificate for `names`, issued by an authority of the test's own or by
/// itself.
async fn https(names: &[&str], end: Day, self_signed: bool) -> Server {
    let key = KeyPair::generate().expect("a key");
    let mut authority = params(&[], (2040, 1, 1));
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(DnType::CommonName, "Test Authority");
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key"))
        .expect("an authority");
    let mut leaf = params(names, end);
    leaf.distinguished_name.push(DnType::CommonName, "leaf");
    let leaf = if self_signed { leaf.self_signed(&key) } else { leaf.signed_by(&key, &authority) };
    let leaf = leaf.expect("a certificate");
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], private)
        .expect("key and certificate belong together");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let requests = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&requests);
    let address = serve(move |stream| {
        let (acceptor, counter) = (acceptor.clone(), Arc::clone(&counter));
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let mut buffer = [0_u8; 2048];
            if stream.read(&mut buffer).await.is_ok_and(|count| count > 0) {
                counter.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi").await;
                let _ = stream.shutdown().await;
            }
        }
    })
    .await;
    let url = format!("https://localhost:{}/", address.port());
    Server { url, port: address.port(), ca_pem: authority.pem(), requests }
}

async fn ask(server: &Server, certificate: Value) -> probe::outcome::Outcome {
    let spec = json!({ "url": server.url, "family": "v4", "certificate": certificate });
    run("http", spec, 1900).await
}

#[tokio::test]
async fn a_trusted_certificate_is_fine_and_its_days_are_counted() {
    let server = https(&["localhost"], (2027, 6, 1), false).await;
    let outcome = ask(&server, json!({ "ca_pem": server.ca_pem })).await;
    assert_eq!(outcome.state, State::Ok, "{outcome:?}");
    assert_eq!(figure(&outcome, "certificate_days").value.to_string(), "365");
    assert!(figure(&outcome, "tls").value > 0.0);
    assert!(outcome.details.iter().any(|line| line.en.contains("issued by CN=Test Authority")));
    assert!(outcome.details.iter().any(|line| line.en == "TLS 1.3"));
}

#[tokio::test]
async fn an_ending_certificate_warns_and_then_alarms() {
    for (end, state) in [
        ((2026, 6, 25), State::Ok),
        ((2026, 6, 11), State::Warning),
        ((2026, 6, 4), State::Critical),
    ] {
        let server = https(&["localhost"], end, false).await;
        let outcome = ask(&server, json!({ "ca_pem": server.ca_pem })).await;
        assert_eq!(outcome.state, state, "{outcome:?}");
    }
    let server = https(&["localhost"], (2026, 6, 25), false).await;
    let settings = json!({ "ca_pem": server.ca_pem, "warning_days": 60, "critical_days": 30 });
    let outcome = ask(&server, settings).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.zh.contains("证书剩余天数"), "{outcome:?}");
}

async fn refused(server: &Server, certificate: Value, expected: &str) {
    let outcome = ask(server, certificate).await;
    assert_eq!(outcome.state, State::Critical, "{outcome:?}");
    assert!(outcome.summary.en.contains(expected), "{outcome:?}");
    assert_eq!(server.requests.load(Ordering::SeqCst), 0, "nothing is sent to whom we mistrust");
}

#[tokio::test]
async fn an_expired_certificate_is_named_so() {
    let server = https(&["localhost"], (2026, 5, 22), false).await;
    let expected = "the certificate expired on 2026-05-22T00:00:00Z, 10 days ago";
    refused(&server, json!({ "ca_pem": server.ca_pem }), expected).await;
}

#[tokio::test]
async fn a_self_signed_certificate_is_named_so() {
    let server = https(&["localhost"], (2027, 6, 1), true).await;
    refused(&server, json!({}), "the certificate is self-signed and not trusted").await;
}

#[tokio::test]
async fn an_expired_self_signed_certificate_of_another_host_is_named_all_three() {
    let server = https(&["other.example"], (2021, 6, 1), true).await;
    refused(&server, json!({}), "the certificate expired on").await;
    let outcome = ask(&server, json!({})).await;
    assert!(outcome.summary.en.contains("self-signed"), "{outcome:?}");
    assert!(outcome.summary.en.contains("is for other.example, not for localhost"), "{outcome:?}");
}

#[tokio::test]
async fn an_unknown_issuer_is_named() {
    let server = https(&["localhost"], (2027, 6, 1), false).await;
    refused(&server, json!({}), "issuer \"CN=Test Authority\" is not trusted").await;
}

#[tokio::test]
async fn a_certificate_for_another_host_is_named_with_its_hosts() {
    let server = https(&["a.example", "b.example"], (2027, 6, 1), false).await;
    let expected = "the certificate is for a.example, b.example, not for localhost";
    refused(&server, json!({ "ca_pem": server.ca_pem }), expected).await;
}

#[tokio::test]
async fn a_check_without_verification_says_so() {
    let server = https(&["other.example"], (2021, 6, 1), true).await;
    let outcome = ask(&server, json!({ "verify": false })).await;
    assert_eq!(outcome.state, State::Ok, "{outcome:?}");
    assert!(outcome.summary.en.contains("certificate not verified"), "{outcome:?}");
    assert!(outcome.summary.zh.contains("未校验证书"), "{outcome:?}");
    assert_eq!(server.requests.load(Ordering::SeqCst), 1);
    let outcome = ask(&server, json!({ "verify": false, "critical_days": 7 })).await;
    assert_eq!(outcome.state, State::Critical, "its end is watched if that is wanted");
}

#[tokio::test]
async fn tcp_with_tls_judges_the_certificate_too() {
    let server = https(&["localhost"], (2026, 6, 11), false).await;
    let spec = json!({
        "host": "localhost", "port": server.port, "family": "v4", "tls": true,
        "certificate": { "ca_pem": server.ca_pem },
        "send": "GET / HTTP/1.0\r\n\r\n", "expect": "200 OK",
    });
    let outcome = run("tcp", spec, 1900).await;
    assert_eq!(outcome.state, State::Warning, "{outcome:?}");
    let spec = json!({ "host": "localhost", "port": server.port, "family": "v4", "tls": true });
    let outcome = run("tcp", spec, 1900).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("is not trusted"), "{outcome:?}");
}

#[tokio::test]
async fn what_does_not_speak_tls_is_named_so() {
    let address = serve(|mut stream| async move {
        let _ = stream.write_all(b"220 mail.example ESMTP\r\n").await;
        linger(500).await;
    })
    .await;
    let url = format!("https://{address}/");
    let outcome = run("http", json!({ "url": url }), 1000).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("TLS handshake failed"), "{outcome:?}");
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_given_up() {
    let address = serve(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let outcome = run("http", json!({ "url": format!("https://{address}/") }), 300).await;
    assert_eq!(outcome.state, State::Critical);
    assert!(outcome.summary.en.contains("in the TLS handshake with 127.0.0.1"), "{outcome:?}");
}
