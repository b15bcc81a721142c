use std::{sync::Arc, time::Duration};

use axum::http::Request;
use http_kit::{
    certificate::CertificateWrong,
    guard::OutboundGuard,
    outgoing::{Outgoing, OutgoingError},
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

/// A certificate, its key, and what vouches for it.
struct Shown {
    certificate: rcgen::Certificate,
    key: KeyPair,
    authority_pem: String,
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

fn authority() -> (CertificateParams, KeyPair, rcgen::Certificate) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, "Test authority");
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    (params, key, certificate)
}

fn issued(params: &CertificateParams) -> Shown {
    let (authority, authority_key, own) = authority();
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &Issuer::new(authority, authority_key)).unwrap();
    Shown { certificate, key, authority_pem: own.pem() }
}

fn self_signed() -> Shown {
    let key = KeyPair::generate().unwrap();
    let certificate = params("localhost").self_signed(&key).unwrap();
    let authority_pem = certificate.pem();
    Shown { certificate, key, authority_pem }
}

/// A server that shows this certificate and answers every request; its address.
async fn serve(shown: &Shown) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(shown.key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![shown.certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut asked = [0; 4096];
            if stream.read(&mut asked).await.is_err() {
                continue;
            }
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
            if stream.write_all(answer).await.is_ok() && stream.shutdown().await.is_err() {
                continue;
            }
        }
    });
    url
}

/// What comes of asking a server that shows `shown`, with these certificates trusted.
async fn ask(shown: &Shown, ca_pem: &str) -> Result<Vec<u8>, OutgoingError> {
    let url = serve(shown).await;
    let outgoing =
        Outgoing::new(Arc::new(OutboundGuard::default()), Duration::from_secs(5), 64 * 1024);
    let request = Request::builder().uri(url).body(Vec::new()).unwrap();
    outgoing.ask(request, ca_pem).await.map(axum::http::Response::into_body)
}

/// Once the words of the library were all that was said.
#[tokio::test]
async fn refused_certificate_is_told_with_host_reason_and_remedy() {
    let mut expired = params("localhost");
    expired.not_after = date_time_ymd(2021, 3, 1);
    let mut early = params("localhost");
    early.not_before = date_time_ymd(2400, 1, 1);
    let (_, key, certificate) = authority();
    let authority_pem = certificate.pem();
    let authority = Shown { certificate, key, authority_pem };
    let sound = || issued(&params("localhost"));
    for (shown, trusted, en, zh) in [
        (self_signed(), false, "is self-signed; if it is the right one", "是自签名证书"),
        (authority, true, "is that of an authority (CA:TRUE)", "是 CA 证书"),
        (issued(&expired), true, "has expired, on 2021-03-01", "已于 2021-03-01 过期"),
        (issued(&early), true, "is not valid before 2400-01-01", "要到 2400-01-01 才生效"),
        (issued(&params("ds.example")), true, "is for ds.example, not", "属于 ds.example"),
        (sound(), false, "was issued by `CN=Test authority`", "由“CN=Test authority”签发"),
    ] {
        let ca_pem = if trusted { shown.authority_pem.as_str() } else { "" };
        let error = ask(&shown, ca_pem).await.unwrap_err();
        let OutgoingError::Certificate(fault) = &error else { panic!("{en}: {error:?}") };
        assert_eq!(fault.host, "localhost");
        let said = error.text();
        assert!(said.en.starts_with("the certificate of localhost "), "{said:?}");
        assert!(said.en.contains(en) && said.zh.contains(zh), "{said:?}");
        assert!(said.zh.starts_with("localhost 的证书"), "{said:?}");
    }
}

#[tokio::test]
async fn certificate_is_accepted_by_whom_it_was_given_for() {
    let shown = issued(&params("localhost"));
    assert_eq!(ask(&shown, &shown.authority_pem).await.unwrap(), b"ok");
    let own = self_signed();
    assert_eq!(ask(&own, &own.authority_pem).await.unwrap(), b"ok", "given, it is trusted");
    // That of somebody else is of no use to it.
    let error = ask(&own, &shown.authority_pem).await.unwrap_err();
    let OutgoingError::Certificate(fault) = error else { panic!("{error:?}") };
    assert_eq!(fault.wrong, CertificateWrong::SelfSigned);
}
