use std::{
    any::Any,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use kernel::{Caller, Clock, Fault, FaultKind, Ids, Language, Text};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    Denial, Gate, Problem, Reason, RequestMetrics,
    alertmanager_error::{self, speaks_alertmanager},
    problem,
    prometheus_error::{self, speaks_prometheus},
    rate::{Rationed, Rations, network_of},
    scim_error::{self, speaks_scim},
};

/// The longest a handler may think before its caller is told to come back.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest a file may take to come in, on a slow line.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(900);
/// The largest body a route reads unless it says otherwise.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// The longest path with its query: room for the longest filter, percent-encoded. The reader of
/// requests below us gives up at 65,534 bytes (414) and at 400 KB of headers (431), and then
/// answers without a word.
const URL_BYTES_MAX: usize = 60_000;

/// What differs between installations.
#[derive(Debug, Clone)]
pub struct StackSettings {
    /// The content security policy of every response.
    pub content_security_policy: String,
    /// Whether browsers come by HTTPS: then they are told to stay with it (RFC 6797).
    pub https: bool,
}

/// Everything a request passes on its way to its handler and back.
#[derive(Clone)]
pub struct Stack {
    /// Who stands at the door.
    pub gate: Arc<dyn Gate>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where request ids come from.
    pub ids: Arc<dyn Ids>,
    /// Where latencies go.
    pub metrics: Arc<RequestMetrics>,
    /// What differs between installations.
    pub settings: Arc<StackSettings>,
}

/// The stack, and what is left to whom of what is rationed.
#[derive(Clone)]
struct Door {
    stack: Stack,
    rations: Arc<Rations>,
}

/// The request's id, for handlers and the log.
#[derive(Debug, Clone)]
struct RequestId(String);

impl Stack {
    /// Puts the stack in front of `router`.
    pub fn wrap(self, router: Router) -> Router {
        let door = Door { stack: self.clone(), rations: Arc::default() };
        router
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .layer(middleware::from_fn_with_state(door, authenticate))
            .layer(middleware::from_fn(limit_time))
            .layer(middleware::from_fn(limit_url))
            .layer(CatchPanicLayer::custom(caught))
            .layer(middleware::from_fn_with_state(self, finish))
            .layer(CompressionLayer::new())
    }
}

/// Names the request, waits for its answer, and puts on it what every answer carries.
async fn finish(State(stack): State<Stack>, mut request: Request, next: Next) -> Response {
    let started = stack.clock.monotonic();
    let id = request_id(&stack, request.headers());
    let language = language_of(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let path = request.uri().path();
    let (scim, prometheus) = (speaks_scim(path), speaks_prometheus(path));
    let alertmanager = speaks_alertmanager(path);
    let route = match request.extensions().get::<MatchedPath>() {
        Some(path) => path.as_str().to_owned(),
        None => "(other)".to_owned(),
    };
    let mut response = next.run(request).await;
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        log_fault(&fault, &id, method.as_str(), &route);
        let mut rendered = problem::render(&fault, language, &id);
        if scim {
            rendered = scim_error::reworded(rendered, &fault, language, &id);
        } else if prometheus {
            rendered = prometheus_error::reworded(rendered, &fault, language, &id);
        } else if alertmanager && alertmanager_error::words(&fault) {
            rendered = alertmanager_error::reworded(rendered, &fault, language);
        }
        std::mem::swap(rendered.extensions_mut(), response.extensions_mut());
        response = rendered;
    }
    let took = stack.clock.monotonic().saturating_sub(started);
    let status = response.status().as_u16();
    stack.metrics.note(method.as_str(), &route, status, took);
    tracing::debug!(request_id = %id, %method, route, status, took_s = took.as_secs_f64(),
        "{method} {route} answered {status}");
    put_headers(response.headers_mut(), &stack.settings, &id);
    response
}

async fn authenticate(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let Door { stack, rations } = door;
    let id = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    let source = source_of(&request);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    // Static files are the same for everybody; a stale cookie must not hide the sign-in page.
    let programs = speaks_scim(&path)
        || speaks_prometheus(&path)
        || speaks_alertmanager(&path)
        || path == "/metrics";
    let caller = if path.starts_with("/api/") || programs {
        stack.gate.authenticate(&method, request.headers(), source, &id).await
    } else {
        Ok(Caller::stranger())
    };
    let caller = match caller {
        Ok(caller) => caller,
        Err(fault) => return Problem(fault).into_response(),
    };
    if let Some(rationed) = Rationed::of(&method, &path) {
        let source = source.map(network_of).unwrap_or_default();
        let taken = rations.take(rationed, &caller, &source, stack.clock.monotonic());
        if let Err(fault) = taken {
            return Problem(fault).into_response();
        }
    }
    request.extensions_mut().insert(caller.clone());
    let response = next.run(request).await;
    // Whether a route refused or a verb: what was denied is journalled (ASVS 16.3.2).
    if let Some(reason) = response.extensions().get::<Fault>().and_then(Reason::of) {
        let denial = Denial { caller, reason, method: method.to_string(), path };
        stack.gate.denied(denial).await;
    }
    response
}

/// What is longer than anything the API asks for is refused before it is looked at.
async fn limit_url(request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |url| url.as_str().len());
    if length <= URL_BYTES_MAX {
        return next.run(request).await;
    }
    let text = Text::new(
        format!("the URL has {length} bytes; at most {URL_BYTES_MAX} are read"),
        format!("URL 共 {length} 字节，最多 {URL_BYTES_MAX} 字节"),
    );
    Problem(Fault::new(FaultKind::UrlTooLong, "url-too-long", text)).into_response()
}

/// A handler that takes too long is dropped: its transaction is undone.
async fn limit_time(request: Request, next: Next) -> Response {
    let media = request.headers().get(header::CONTENT_TYPE);
    let is_file = media.is_some_and(|media| media == "application/octet-stream");
    let limit = if is_file { UPLOAD_TIMEOUT } else { HANDLER_TIMEOUT };
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let text = Text::new("it took too long; try again", "处理超时，请稍后再试");
            Problem(Fault::new(FaultKind::Unavailable, "timed-out", text)).into_response()
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
fn caught(panic: Box<dyn Any + Send + 'static>) -> Response {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Problem(Fault::internal(format!("a handler panicked: {said}"))).into_response()
}

fn log_fault(fault: &Fault, request_id: &str, method: &str, route: &str) {
    match fault.kind {
        FaultKind::Internal | FaultKind::Unavailable => {
            tracing::error!(request_id, method, route, "{method} {route} failed: {fault}");
        }
        _ => tracing::debug!(request_id, method, route, "{method} {route} refused: {fault}"),
    }
}

/// The caller's own id where it is harmless, else a new one.
fn request_id(stack: &Stack, headers: &HeaderMap) -> String {
    let given = headers.get("x-request-id").and_then(|value| value.to_str().ok());
    let harmless = |id: &&str| {
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    match given.filter(harmless) {
        Some(id) => id.to_owned(),
        None => stack.ids.uuid(stack.clock.now()).to_string(),
    }
}

fn language_of(headers: &HeaderMap) -> Language {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    accept.map_or(Language::default(), Language::from_accept)
}

fn source_of(request: &Request) -> Option<IpAddr> {
    let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
    info.map(|ConnectInfo(address)| address.ip().to_canonical())
}

fn put_headers(headers: &mut HeaderMap, settings: &StackSettings, request_id: &str) {
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), payment=()",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // A page with a nonce brings its own policy.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&settings.content_security_policy)
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if settings.https {
        let value = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}
