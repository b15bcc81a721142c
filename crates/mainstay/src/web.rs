//! The web UI's files, inside the binary.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use http_kit::Problem;
use kernel::{Fault, Ids, Text};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

/// The page of the UI: every path of its own shows it.
const INDEX: &str = "index.html";

/// Below these programs ask, to whom a page of the UI would be no answer.
const PROGRAMS: [&str; 5] = ["/api/", "/scim/", "/prometheus/", "/otlp/", "/alertmanager/"];

/// What `index.html` says where the nonce belongs.
const NONCE_PLACE: &str = "__CSP_NONCE__";

/// The content security policy: nothing from elsewhere, no inline script, and inline style only
/// with the page's own nonce (the component library writes its style sheets at run time).
pub(crate) fn policy(nonce: Option<&str>) -> String {
    let style = nonce.map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self'{style}; img-src 'self' data:; \
         connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

/// Answers what no route answers: a file of the UI, the UI's page for a path of its own, or 404.
pub(crate) fn serve(ids: &dyn Ids, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    let path = uri.path();
    if path == "/api" || PROGRAMS.iter().any(|prefix| path.starts_with(prefix)) {
        let noun = Text::new("route", "接口");
        return Problem(Fault::not_found(&noun, format!("{method} {path}"))).into_response();
    }
    if *method != Method::GET && *method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let name = path.trim_start_matches('/');
    if name != INDEX
        && let Some(response) = file(name, headers)
    {
        return response;
    }
    // A path whose last part has a dot is a file that is not there; any other is a page of the UI.
    if name != INDEX && name.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        return StatusCode::NOT_FOUND.into_response();
    }
    page(ids)
}

/// The UI's page, with a nonce of its own.
fn page(ids: &dyn Ids) -> Response {
    let Some(index) = Files::get(INDEX) else {
        let said = "The web UI is not part of this build; `make run` builds it.\n";
        return (StatusCode::NOT_FOUND, said).into_response();
    };
    let nonce: String = ids.secret()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let html = String::from_utf8_lossy(&index.data).replace(NONCE_PLACE, &nonce);
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&policy(Some(&nonce))) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn file(name: &str, headers: &HeaderMap) -> Option<Response> {
    let accepts_gzip = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"));
    let zipped = if accepts_gzip { Files::get(&format!("{name}.gz")) } else { None };
    let (file, encoding) = match zipped {
        Some(file) => (file, Some("gzip")),
        None => (Files::get(name)?, None),
    };
    Some(answer(name, file, encoding, headers))
}

fn answer(
    name: &str,
    file: EmbeddedFile,
    encoding: Option<&'static str>,
    request: &HeaderMap,
) -> Response {
    let hash: String =
        file.metadata.sha256_hash().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{hash}\"");
    // Names under assets/ carry a hash of their content: they never change.
    let cache = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let known = request.get(header::IF_NONE_MATCH).is_some_and(|seen| seen == etag.as_str());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.data).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    if let (Some(encoding), false) = (encoding, known) {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The media type by the name's end: only what our own build makes.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
