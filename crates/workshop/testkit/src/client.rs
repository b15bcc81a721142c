use std::{collections::BTreeSet, net::IpAddr, sync::Arc};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use http_body_util::BodyExt;
use http_kit::{Denial, Gate, GateFuture, RequestMetrics, Stack, StackSettings};
use kernel::{Actor, ActorKind, Caller, Clock, Fault, Grant, Granted, Held, Ids, Scope, Within};
use serde_json::{Map, Value, json};
use tower::ServiceExt;

/// The header by which [`StandInGate`] is told who calls.
const CALLER_HEADER: &str = "x-test-caller";
/// The header by which it is told what that caller holds instead of a role: a JSON object from
/// permissions to `{"units": [], "regions": [], "resources": []}`.
const HELD_HEADER: &str = "x-test-held";

/// The header that says they call by an API token of theirs, which has this id.
const TOKEN_HEADER: &str = "x-test-token";

const ADMINISTRATOR: &str = "administrator";
const VIEWER: &str = "viewer";

/// What an administrator holds.
///
/// # Panics
/// Never: the entries are well-formed.
#[must_use]
pub fn administrator_grant() -> Grant {
    Grant::everywhere(&["*"]).expect("the entries are well-formed")
}

/// What a viewer holds: reading everything but users, tokens and settings.
///
/// # Panics
/// Never: the entries are well-formed.
#[must_use]
pub fn viewer_grant() -> Grant {
    Grant::everywhere(&["*.read", "-user.read", "-token.read", "-setting.read", "profile.change"])
        .expect("the entries are well-formed")
}

/// A gate that believes what it is told: for testing routes apart from signing in.
#[derive(Debug, Clone, Copy)]
pub struct StandInGate;

impl Gate for StandInGate {
    fn authenticate<'a>(
        &'a self,
        _: &'a Method,
        headers: &'a HeaderMap,
        _: Option<IpAddr>,
        request_id: &'a str,
    ) -> GateFuture<'a, Result<Caller, Fault>> {
        let named = headers.get(CALLER_HEADER).and_then(|value| value.to_str().ok());
        let role = match named {
            Some(ADMINISTRATOR) => Some((ADMINISTRATOR, administrator_grant())),
            Some(VIEWER) => Some((VIEWER, viewer_grant())),
            _ => None,
        };
        let token = headers.get(TOKEN_HEADER).and_then(|value| value.to_str().ok());
        let actor = |user: &str| {
            let (kind, id) = token.map_or((ActorKind::Person, user), |id| (ActorKind::Token, id));
            Actor { kind, id: id.to_owned(), name: id.to_owned() }
        };
        let caller = match role {
            None => Caller::stranger(),
            Some((name, grant)) => Caller {
                actor: actor(name),
                grant: held(headers).unwrap_or(grant),
                user_id: Some(name.to_owned()),
                session_id: None,
                request_id: request_id.to_owned(),
                source: String::new(),
            },
        };
        Box::pin(std::future::ready(Ok(caller)))
    }

    fn look_again<'a>(&'a self, headers: &'a HeaderMap) -> GateFuture<'a, Result<Caller, Fault>> {
        self.authenticate(&Method::GET, headers, None, "")
    }

    fn denied(&self, _: Denial) -> GateFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

fn held(headers: &HeaderMap) -> Option<Grant> {
    let text = headers.get(HELD_HEADER)?.to_str().ok()?;
    let Ok(Value::Object(permissions)) = serde_json::from_str(text) else { return None };
    let ids = |scope: &Value, list: &str| -> BTreeSet<String> {
        let ids = scope[list].as_array().into_iter().flatten();
        ids.filter_map(|id| id.as_str().map(str::to_owned)).collect()
    };
    let granted_of = |granted: &Value| Granted {
        units: ids(granted, "units"),
        regions: ids(granted, "regions"),
        resources: ids(granted, "resources"),
    };
    let mut held = Held::default();
    for (permission, scope) in &permissions {
        let granted = scope["granted"].as_array().into_iter().flatten();
        let within = Within {
            units: ids(scope, "units"),
            regions: ids(scope, "regions"),
            answering: ids(scope, "answering"),
            resources: ids(scope, "resources"),
            granted: granted.map(granted_of).collect(),
        };
        held.add(permission, Scope::Within(Arc::new(within)));
    }
    Some(Grant::Held(Arc::new(held)))
}

/// The whole stack of the kit in front of `router`.
pub fn stack(
    gate: Arc<dyn Gate>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    router: Router,
) -> Router {
    let settings =
        StackSettings { content_security_policy: "default-src 'self'".to_owned(), https: false };
    let metrics = Arc::new(RequestMetrics::default());
    Stack { gate, clock, ids, metrics, settings: Arc::new(settings) }.wrap(router)
}

/// Calls routes in this process, as administrator unless told otherwise.
#[derive(Debug, Clone)]
pub struct Client {
    router: Router,
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; null when it is none.
    pub json: Value,
    /// The body as text; empty when it is none.
    pub text: String,
}

impl Client {
    /// A client of `router`, which already has its stack.
    #[must_use]
    pub fn new(router: Router) -> Self {
        Self { router, headers: Vec::new() }.as_caller(ADMINISTRATOR)
    }

    /// The same routes behind a stack with the [`StandInGate`].
    pub fn of_routes(routes: http_kit::Routes, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self::new(stack(Arc::new(StandInGate), clock, ids, routes.into_parts().0))
    }

    /// The same client as a viewer.
    #[must_use]
    pub fn as_viewer(&self) -> Self {
        self.as_caller(VIEWER)
    }

    /// The same caller by an API token of theirs, which has the id `token`.
    #[must_use]
    pub fn by_token(&self, token: &str) -> Self {
        self.with_header(TOKEN_HEADER, token)
    }

    /// The same client, holding only `permissions`, and these only within `within`.
    #[must_use]
    pub fn holding(&self, permissions: &[&str], within: &Within) -> Self {
        let Within { units, regions, answering, resources, granted } = within;
        let granted: Vec<Value> = granted.iter().map(|granted| json!(granted)).collect();
        let scope = json!({
            "units": units, "regions": regions, "answering": answering, "resources": resources,
            "granted": granted,
        });
        let held: Map<String, Value> =
            permissions.iter().map(|&name| (name.to_owned(), scope.clone())).collect();
        self.as_viewer().with_header(HELD_HEADER, &Value::Object(held).to_string())
    }

    /// The same client, not signed in.
    #[must_use]
    pub fn as_stranger(&self) -> Self {
        self.as_caller("")
    }

    /// The same client with one more header.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.retain(|(other, _)| other != name);
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    fn as_caller(&self, name: &str) -> Self {
        self.with_header(CALLER_HEADER, name)
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(body.to_string()), None).await
    }

    /// PATCH of the version `version`.
    pub async fn patch(&self, path: &str, version: i64, body: Value) -> Answer {
        self.send("PATCH", path, Some(body.to_string()), Some(version)).await
    }

    /// DELETE of the version `version`.
    pub async fn delete(&self, path: &str, version: Option<i64>) -> Answer {
        self.send("DELETE", path, None, version).await
    }

    /// Any request: the body is sent as it is, as `application/json` unless a header
    /// `content-type` was given.
    ///
    /// # Panics
    /// When the request cannot be built from what the test gave.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<String>,
        version: Option<i64>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let own_media = self.headers.iter().any(|(name, _)| name == "content-type");
        if body.is_some() && !own_media {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(version) = version {
            request = request.header(header::IF_MATCH, format!("\"{version}\""));
        }
        let request = request.body(Body::from(body.unwrap_or_default())).expect("a valid request");
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the body is whole").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            text: String::from_utf8(bytes.to_vec()).unwrap_or_default(),
        }
    }
}
