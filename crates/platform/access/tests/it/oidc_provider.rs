//! An OpenID Connect provider of the test's own, which misbehaves as it is told.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use url::Url;

pub(crate) const CLIENT_ID: &str = "mainstay";
pub(crate) const CLIENT_SECRET: &str = "canary-client-secret";

/// How it signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Signs {
    /// By its key.
    #[default]
    Properly,
    /// Not at all: `alg` is `none`.
    Not,
    /// By the secret that the client knows too.
    BySecret,
    /// By a key that it does not show.
    ByAnotherKey,
}

/// How long its answers are, and when they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Answers {
    #[default]
    Properly,
    Hugely,
    Never,
    Nonsense,
}

/// What it does.
#[derive(Default)]
pub(crate) struct Manners {
    pub(crate) signs: Signs,
    /// Which of its keys it signs with.
    pub(crate) key: u8,
    /// Claims that are other than they should be.
    pub(crate) claims: Map<String, Value>,
    /// Claims that are in no token, and told only when asked.
    pub(crate) userinfo: Map<String, Value>,
    pub(crate) token_endpoint: Answers,
    pub(crate) discovery: Answers,
    /// What its configuration says its issuer is, if not what it is.
    pub(crate) issuer: Option<String>,
    /// What its configuration says where it is signed out of.
    pub(crate) end_session_endpoint: Option<String>,
    /// How often its keys were asked for.
    pub(crate) keys_read: u32,
    /// Seconds since 1970 by its clock.
    pub(crate) now_s: i64,
    grants: HashMap<String, Grant>,
    used: HashSet<String>,
}

/// What a code stands for.
struct Grant {
    nonce: String,
    challenge: String,
    redirect_uri: String,
}

/// The provider. It ends with the test.
#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) issuer: String,
    manners: Arc<Mutex<Manners>>,
}

impl Provider {
    pub(crate) async fn start(now_s: i64) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let issuer = format!("http://{}/realms/gov", listener.local_addr().unwrap());
        let manners = Arc::new(Mutex::new(Manners { now_s, ..Manners::default() }));
        let provider = Self { issuer, manners };
        let routes = Router::new()
            .route("/realms/gov/.well-known/openid-configuration", get(configuration))
            .route("/realms/gov/keys", get(keys))
            .route("/realms/gov/token", post(token))
            .route("/realms/gov/userinfo", get(userinfo))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        provider
    }

    pub(crate) fn manners(&self) -> MutexGuard<'_, Manners> {
        self.manners.lock().unwrap()
    }

    /// Somebody signs in on its pages: the code that their browser goes back with.
    pub(crate) fn authorize(&self, departure: &str) -> String {
        let url = Url::parse(departure).unwrap();
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(url.path(), "/realms/gov/auth");
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT_ID);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        let mut manners = self.manners();
        let code = format!("code-{}", manners.grants.len());
        let grant = Grant {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
        };
        manners.grants.insert(code.clone(), grant);
        code
    }
}

async fn answer(how: Answers, body: Value) -> Response {
    match how {
        Answers::Properly => Json(body).into_response(),
        Answers::Hugely => Json(json!({ "x": "x".repeat(1024 * 1024) })).into_response(),
        Answers::Never => std::future::pending().await,
        Answers::Nonsense => "<html>maintenance".into_response(),
    }
}

async fn configuration(State(provider): State<Provider>) -> Response {
    let issuer = &provider.issuer;
    let (how, said, end_session) = {
        let manners = provider.manners();
        let said = manners.issuer.clone().unwrap_or_else(|| issuer.clone());
        (manners.discovery, said, manners.end_session_endpoint.clone())
    };
    let mut body = json!({
        "issuer": said,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    });
    if let Some(end_session) = end_session {
        body["end_session_endpoint"] = json!(end_session);
    }
    answer(how, body).await
}

async fn keys(State(provider): State<Provider>) -> Response {
    let mut manners = provider.manners();
    manners.keys_read += 1;
    let x = URL_SAFE_NO_PAD.encode(key(manners.key).verifying_key().as_bytes());
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
        "kid": format!("key-{}", manners.key), "x": x });
    Json(json!({ "keys": [key] })).into_response()
}

async fn token(State(provider): State<Provider>, headers: HeaderMap, body: String) -> Response {
    let form: HashMap<String, String> =
        url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let (how, body) = {
        let mut manners = provider.manners();
        let basic = STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
        assert_eq!(headers[header::AUTHORIZATION], format!("Basic {basic}"));
        let code = form["code"].clone();
        let fresh = manners.used.insert(code.clone());
        let Some(grant) = manners.grants.get(&code).filter(|_| fresh) else {
            return refused();
        };
        let verifier = Sha256::digest(form["code_verifier"].as_bytes());
        if URL_SAFE_NO_PAD.encode(verifier) != grant.challenge
            || form["redirect_uri"] != grant.redirect_uri
        {
            return refused();
        }
        let token = id_token(&provider.issuer, &manners, &grant.nonce);
        (
            manners.token_endpoint,
            json!({ "access_token": "access", "token_type": "Bearer",
            "id_token": token }),
        )
    };
    answer(how, body).await
}

async fn userinfo(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    assert_eq!(headers[header::AUTHORIZATION], "Bearer access");
    Json(Value::Object(provider.manners().userinfo.clone())).into_response()
}

fn refused() -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response()
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number + 1; 32])
}

fn id_token(issuer: &str, manners: &Manners, nonce: &str) -> String {
    let mut claims = json!({
        "iss": issuer, "aud": CLIENT_ID, "sub": "s-1", "nonce": nonce,
        "iat": manners.now_s, "exp": manners.now_s + 300,
    });
    for (name, value) in &manners.claims {
        claims[name] = value.clone();
    }
    let algorithm = match manners.signs {
        Signs::Not => "none",
        Signs::BySecret => "HS256",
        Signs::Properly | Signs::ByAnotherKey => "EdDSA",
    };
    let header = json!({ "alg": algorithm, "kid": format!("key-{}", manners.key) });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature = match manners.signs {
        Signs::Not => Vec::new(),
        Signs::Properly => key(manners.key).sign(signed.as_bytes()).to_vec(),
        Signs::ByAnotherKey => key(200).sign(signed.as_bytes()).to_vec(),
        Signs::BySecret => {
            let mut mac = Hmac::<Sha256>::new_from_slice(CLIENT_SECRET.as_bytes()).unwrap();
            mac.update(signed.as_bytes());
            mac.finalize().into_bytes().to_vec()
        }
    };
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}
