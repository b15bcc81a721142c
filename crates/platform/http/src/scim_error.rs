//! Faults as SCIM words them (RFC 7644 3.12), for what speaks that protocol.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use kernel::{Fault, Language};
use serde_json::json;
use utoipa::openapi::{RefOr, content::ContentBuilder, path::Operation};

/// Where that protocol is spoken.
const PATHS: &str = "/scim/";
/// The media type of its messages.
pub(crate) const MEDIA: &str = "application/scim+json";

/// Whether faults under this path are worded as SCIM has it.
pub(crate) fn speaks_scim(path: &str) -> bool {
    path.starts_with(PATHS)
}

/// The response that tells of `fault`, in the protocol's words. Beside what it has there are our
/// stable code and the request's id, to find it in the log.
pub(crate) fn reworded(
    problem: Response,
    fault: &Fault,
    language: Language,
    request_id: &str,
) -> Response {
    let (mut parts, _) = problem.into_parts();
    let mut error = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": parts.status.as_str(),
        "detail": fault.text.in_language(language),
        "code": fault.code,
        "request_id": request_id,
    });
    if let Some(kind) = kind_of(fault.code) {
        error["scimType"] = kind.into();
    }
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA));
    Response::from_parts(parts, Body::from(error.to_string()))
}

/// Says of an operation that it fails in the protocol's words.
pub(crate) fn redocument(operation: &mut Operation) {
    for (code, response) in &mut operation.responses.responses {
        if let (true, RefOr::T(response)) = (code.starts_with(['4', '5']), response) {
            response.content.clear();
            let content = RefOr::T(ContentBuilder::new().build());
            response.content.insert(MEDIA.to_owned(), content);
            "SCIM error (RFC 7644 3.12)".clone_into(&mut response.description);
        }
    }
}

/// The protocol's own word for what is wrong (RFC 7644 table 9).
fn kind_of(code: &str) -> Option<&'static str> {
    let kinds = [
        ("invalid", "invalidValue"),
        ("invalid-filter", "invalidFilter"),
        ("invalid-path", "invalidPath"),
        ("invalid-syntax", "invalidSyntax"),
        ("mutability", "mutability"),
        ("no-target", "noTarget"),
        ("too-many", "tooMany"),
        ("uniqueness", "uniqueness"),
    ];
    kinds.into_iter().find_map(|(ours, theirs)| (ours == code).then_some(theirs))
}
