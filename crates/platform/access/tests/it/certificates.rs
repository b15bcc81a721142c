use serde_json::json;
use testkit::{Certificate, Shown, TlsPort};

use crate::{
    providers::ready,
    scene::{Scene, id_of, refusal},
};

/// A provider that vouches for its own certificate; its issuer.
async fn self_signed() -> String {
    let port = TlsPort::showing(&Certificate::new(Shown::SelfSigned)).await;
    let issuer = format!("https://localhost:{}", port.number());
    tokio::spawn(async move {
        loop {
            // Nobody who looks comes further than this.
            assert!(port.accept().await.is_err());
        }
    });
    issuer
}

/// Once the words of the library were all that the administrator was told, in English only.
#[tokio::test]
async fn provider_whose_certificate_is_refused_is_told_with_host_reason_and_remedy() {
    let scene = Scene::staffed().await;
    ready(&scene.access);
    let mara = scene.signed_in("mara").await;
    let body = json!({ "label": "SSO",
        "settings": { "issuer": self_signed().await, "client_id": "mainstay" } });
    let id = id_of(&mara.post("/api/v1/providers", body).await);
    let test = format!("/api/v1/providers/{id}/test");
    for (language, expected) in [
        ("en", "`SSO` cannot be used: the certificate of localhost is self-signed; if it is the"),
        ("zh", "“SSO”无法使用：localhost 的证书是自签名证书；确认无误后，请将其以 PEM 格式加入"),
    ] {
        let mara = mara.clone().with_header("accept-language", language);
        let answer = mara.post(&test, json!({})).await;
        assert_eq!(refusal(&answer), (409, "provider-unusable"));
        let said = answer.json["detail"].as_str().unwrap();
        assert!(said.starts_with(expected), "{said}");
        assert!(said.contains("ca_pem"), "{said}");
    }
    let departure = format!("/api/v1/session/ways/{id}");
    let stranger = scene.stranger().post(&departure, json!({})).await;
    assert_eq!(refusal(&stranger), (503, "provider-away"), "strangers are told nothing of it");
    assert!(!stranger.json.to_string().contains("localhost"), "{:?}", stranger.json);
}
