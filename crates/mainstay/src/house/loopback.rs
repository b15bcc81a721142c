//! Prometheus' HTTP API for programs of this machine, without sign-in: off unless
//! `series.listen` names an address of loopback.

use std::{
    future::ready,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, Method, StatusCode, Uri, header, uri::PathAndQuery},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http_kit::{Denial, Gate, GateFuture, Problem, Stack, StackSettings};
use kernel::{Caller, Fault, Grant, Text};
use prometheus::PROMETHEUS_BASE;
use tsdb::{DiskStore, Maintained, SeriesStore as _, TsdbError};

use super::{entrance, wiring::House};
use crate::web;

/// What everybody may do here, over all series and the rules that Prometheus would have, and
/// nothing else.
const ALLOWED: [&str; 3] = ["series.read", "series.write", "recording.read"];
/// So much later than its newest sample a store writes all of memory to blocks.
const SETTLED_MS: i64 = 3 * 3_600_000;
/// A flush merges so many times at most.
const MERGES_MAX: usize = 64;

impl House {
    /// What answers on the address of loopback: the API at its usual paths, and without
    /// `/prometheus` in front of them, as a Prometheus server has them.
    pub(crate) fn series_router(&self) -> Router {
        let routes = prometheus::routes(self.prometheus.clone())
            .merge(recording::prometheus_routes(self.recording.clone()));
        let (routes, _, _) = routes.into_parts();
        let (store, clock) = (Arc::clone(&self.ground.series), Arc::clone(&self.ground.clock));
        let flushed = move || {
            let (store, now_ms) = (Arc::clone(&store), clock.now().millis());
            flush(store, now_ms)
        };
        let well = || async { "Mainstay serves series.\n" };
        let router = routes
            .route("/health", get(well))
            .route("/-/healthy", get(well))
            .route("/-/ready", get(well))
            .route("/-/flush", post(flushed))
            .fallback(absent);
        let stack = Stack {
            gate: Arc::new(OpenGate),
            clock: Arc::clone(&self.ground.clock),
            ids: Arc::clone(&self.ground.ids),
            metrics: Arc::clone(&self.requests),
            settings: Arc::new(StackSettings {
                content_security_policy: web::policy(None),
                https: false,
            }),
        };
        let router = stack.wrap(router);
        Router::new().fallback(move |request: Request| {
            let router = router.clone();
            async move { answer(router, request).await }
        })
    }
}

async fn answer(router: Router, mut request: Request) -> Response {
    if !is_of_a_program(request.headers()) {
        let said = "this address is for programs of this machine: ask for it as 127.0.0.1, and not \
                    from a page\n";
        return (StatusCode::FORBIDDEN, said).into_response();
    }
    if let Some(uri) = under_base(request.uri()) {
        *request.uri_mut() = uri;
    }
    entrance::answer(router, request).await
}

/// Whether no page of a browser can have sent this: neither one of another site, nor one whose
/// name was made to mean this machine.
fn is_of_a_program(headers: &HeaderMap) -> bool {
    if headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site") {
        return false;
    }
    // Browsers always name the host.
    let Some(host) = headers.get(header::HOST) else { return true };
    let host = host.to_str().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name.eq_ignore_ascii_case("localhost")
        || host.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback())
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The same under `/prometheus`, for what a Prometheus server has without it.
fn under_base(uri: &Uri) -> Option<Uri> {
    let path = uri.path_and_query()?.as_str();
    if !path.starts_with("/api/v1/") {
        return None;
    }
    let path = PathAndQuery::try_from(format!("{PROMETHEUS_BASE}{path}")).ok()?;
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path);
    Uri::from_parts(parts).ok()
}

async fn absent(method: Method, uri: Uri) -> Response {
    let noun = Text::new("route", "接口");
    Problem(Fault::not_found(&noun, format!("{method} {}", uri.path()))).into_response()
}

/// Writes what memory holds to blocks, as hours without a sample would: then the files show what
/// the samples take. Samples reach the end of their retention by these hours earlier.
async fn flush(store: Arc<DiskStore>, now_ms: i64) -> Response {
    let work = move || {
        let newest_ms = store.stats().newest_ms.unwrap_or(now_ms);
        let later_ms = newest_ms.max(now_ms).saturating_add(SETTLED_MS);
        for _ in 0..MERGES_MAX {
            if store.maintain(later_ms)? == Maintained::default() {
                break;
            }
        }
        store.sync()
    };
    let flushed: Result<Result<(), TsdbError>, _> = tokio::task::spawn_blocking(work).await;
    match flushed {
        Ok(Ok(())) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err(error)) => Problem(Fault::internal(error)).into_response(),
        Err(error) => Problem(Fault::internal(error)).into_response(),
    }
}

/// Lets everybody in who reaches the address: programs of this machine.
struct OpenGate;

impl Gate for OpenGate {
    fn authenticate<'a>(
        &'a self,
        _: &'a Method,
        _: &'a HeaderMap,
        source: Option<IpAddr>,
        request_id: &'a str,
    ) -> GateFuture<'a, Result<Caller, Fault>> {
        let caller = Grant::everywhere(&ALLOWED).map_err(Fault::internal).map(|grant| Caller {
            grant,
            request_id: request_id.to_owned(),
            source: source.map(|source| source.to_string()).unwrap_or_default(),
            ..Caller::system("series.listen")
        });
        Box::pin(ready(caller))
    }

    fn look_again<'a>(&'a self, headers: &'a HeaderMap) -> GateFuture<'a, Result<Caller, Fault>> {
        self.authenticate(&Method::GET, headers, None, "")
    }

    /// A route that needs more than series is not here.
    fn denied(&self, _: Denial) -> GateFuture<'_, ()> {
        Box::pin(ready(()))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn pages_and_names_that_are_made_to_mean_this_machine_are_no_programs() {
        for (host, expected) in [
            ("127.0.0.1:9090", true),
            ("127.0.0.1", true),
            ("[::1]:9090", true),
            ("localhost", true),
            ("LOCALHOST:9090", true),
            ("rebound.example:9090", false),
            ("192.0.2.1:9090", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            assert_eq!(is_of_a_program(&headers), expected, "{host}");
            headers.insert(header::ORIGIN, HeaderValue::from_static("https://evil.example"));
            assert!(!is_of_a_program(&headers), "{host}");
        }
        assert!(is_of_a_program(&HeaderMap::new()));
    }

    #[test]
    fn paths_of_a_prometheus_server_are_found_under_ours() {
        for (path, expected) in [
            ("/api/v1/query?query=up", Some("/prometheus/api/v1/query?query=up")),
            ("/prometheus/api/v1/query", None),
            ("/-/ready", None),
        ] {
            let under = under_base(&path.parse().unwrap());
            assert_eq!(under.map(|uri| uri.to_string()).as_deref(), expected, "{path}");
        }
    }
}
