//! Faults as Alertmanager's API words them, for what speaks it: a sentence, as a JSON string.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use kernel::{Fault, FaultKind, Language};
use serde_json::Value;
use utoipa::openapi::{RefOr, content::ContentBuilder, path::Operation};

/// Where that API is spoken.
const PATHS: &str = "/alertmanager/";

/// Whether a fault is worded as that API has it. It knows no sign-in: who may not ask is told in
/// our own way, as everywhere.
pub(crate) fn words(fault: &Fault) -> bool {
    !matches!(fault.kind, FaultKind::Unauthenticated | FaultKind::Forbidden)
}

/// Whether faults under this path are worded as Alertmanager has it.
pub(crate) fn speaks_alertmanager(path: &str) -> bool {
    path.starts_with(PATHS)
}

/// The response that tells of `fault`, in the shape of that API. The request's id, to find it in
/// the log, is in a header.
pub(crate) fn reworded(problem: Response, fault: &Fault, language: Language) -> Response {
    let (mut parts, _) = problem.into_parts();
    let said = Value::from(fault.text.in_language(language));
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, Body::from(said.to_string()))
}

/// Says of an operation that it fails in the shape of that API.
pub(crate) fn redocument(operation: &mut Operation) {
    for (code, response) in &mut operation.responses.responses {
        let ours = ["401", "403"].contains(&code.as_str());
        if let (true, RefOr::T(response)) = (code.starts_with(['4', '5']) && !ours, response) {
            response.content.clear();
            let content = RefOr::T(ContentBuilder::new().build());
            response.content.insert("application/json".to_owned(), content);
            if response.description.is_empty() || response.description.starts_with("problem") {
                "why not, as a string".clone_into(&mut response.description);
            }
        }
    }
}
