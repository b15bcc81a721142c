use std::{sync::Arc, time::Duration};

use axum::http::Request;
use http_kit::{
    certificate::CertificateWrong,
    guard::OutboundGuard,
    outgoing::{Outgoing, OutgoingError},
};
use testkit::{Certificate, Shown, TlsPort};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A server that shows this certificate and answers every request; its address.
async fn serve(certificate: &Certificate) -> String {
    let port = TlsPort::showing(certificate).await;
    let url = format!("https://localhost:{}/", port.number());
    tokio::spawn(async move {
        loop {
            let Ok(mut stream) = port.accept().await else { continue };
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

/// What comes of asking a server that shows this, with these certificates trusted.
async fn ask(certificate: &Certificate, ca_pem: &str) -> Result<Vec<u8>, OutgoingError> {
    let url = serve(certificate).await;
    let outgoing =
        Outgoing::new(Arc::new(OutboundGuard::default()), Duration::from_secs(5), 64 * 1024);
    let request = Request::builder().uri(url).body(Vec::new()).unwrap();
    outgoing.ask(request, ca_pem).await.map(axum::http::Response::into_body)
}

/// Once the words of the library were all that was said.
#[tokio::test]
async fn refused_certificate_is_told_with_host_reason_and_remedy() {
    for (shown, trusted, en, zh) in [
        (Shown::SelfSigned, false, "is self-signed; if it is the right one", "是自签名证书"),
        (Shown::Authority, true, "is that of an authority (CA:TRUE)", "是 CA 证书"),
        (Shown::Expired, true, "has expired, on 2021-03-01", "已于 2021-03-01 过期"),
        (Shown::Early, true, "is not valid before 2400-01-01", "要到 2400-01-01 才生效"),
        (Shown::Elsewhere, true, "is for ds.example, not", "属于 ds.example"),
        (Shown::Sound, false, "was issued by `CN=Test authority`", "由“CN=Test authority”签发"),
    ] {
        let certificate = Certificate::new(shown);
        let ca_pem = if trusted { certificate.authority_pem.as_str() } else { "" };
        let error = ask(&certificate, ca_pem).await.unwrap_err();
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
    let sound = Certificate::new(Shown::Sound);
    assert_eq!(ask(&sound, &sound.authority_pem).await.unwrap(), b"ok");
    let own = Certificate::new(Shown::SelfSigned);
    assert_eq!(ask(&own, &own.pem).await.unwrap(), b"ok", "given, it is trusted");
    // That of somebody else is of no use to it.
    let error = ask(&own, &sound.authority_pem).await.unwrap_err();
    let OutgoingError::Certificate(fault) = error else { panic!("{error:?}") };
    assert_eq!(fault.wrong, CertificateWrong::SelfSigned);
}
