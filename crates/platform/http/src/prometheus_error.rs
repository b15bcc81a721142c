//! Faults as Prometheus' HTTP API words them, for what speaks it.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use kernel::{Fault, FaultKind, Language};
use serde_json::json;
use utoipa::openapi::{RefOr, content::ContentBuilder, path::Operation};

/// Where that API is spoken, and where OpenTelemetry's metrics come in beside it.
const PATHS: [&str; 2] = ["/prometheus/", "/otlp/"];

/// Whether faults under this path are worded as Prometheus has it.
pub(crate) fn speaks_prometheus(path: &str) -> bool {
    PATHS.iter().any(|prefix| path.starts_with(prefix))
}

/// The response that tells of `fault`, in the shape of that API. Beside what it has there are our
/// stable code and the request's id, to find it in the log.
pub(crate) fn reworded(
    problem: Response,
    fault: &Fault,
    language: Language,
    request_id: &str,
) -> Response {
    let (mut parts, _) = problem.into_parts();
    let error = json!({
        "status": "error",
        "errorType": type_of(fault),
        "error": fault.text.in_language(language),
        "code": fault.code,
        "request_id": request_id,
    });
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, Body::from(error.to_string()))
}

/// Says of an operation that it fails in the shape of that API.
pub(crate) fn redocument(operation: &mut Operation) {
    for (code, response) in &mut operation.responses.responses {
        if let (true, RefOr::T(response)) = (code.starts_with(['4', '5']), response) {
            response.content.clear();
            let content = RefOr::T(ContentBuilder::new().build());
            response.content.insert("application/json".to_owned(), content);
            "an error as Prometheus answers it: status, errorType, error"
                .clone_into(&mut response.description);
        }
    }
}

fn type_of(fault: &Fault) -> &'static str {
    match fault.kind {
        FaultKind::Unauthenticated => "unauthorized",
        FaultKind::Forbidden => "forbidden",
        FaultKind::NotFound => "not_found",
        FaultKind::TooMany { .. } => "too_many_requests",
        FaultKind::Unavailable if fault.code == "timed-out" => "timeout",
        FaultKind::Unavailable => "unavailable",
        FaultKind::Internal => "internal",
        _ => "bad_data",
    }
}
