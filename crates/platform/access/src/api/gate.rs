use std::net::IpAddr;

use axum::http::{HeaderMap, Method, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_kit::{Denial, Gate, GateFuture};
use kernel::{Caller, Fault};

use super::cookie;
use crate::{
    Access, AccessError,
    actions::{Heard, Recognised, is_csrf_token},
};

/// The header in which our own pages prove that they could read the session's answer.
const CSRF_HEADER: &str = "x-csrf-token";

impl Gate for Access {
    fn authenticate<'a>(
        &'a self,
        method: &'a Method,
        headers: &'a HeaderMap,
        source: Option<IpAddr>,
        request_id: &'a str,
    ) -> GateFuture<'a, Result<Caller, Fault>> {
        Box::pin(async move {
            let caller = recognise(self, method, headers, Heard::Now).await?;
            let source = source.map(|address| address.to_string()).unwrap_or_default();
            Ok(Caller { request_id: request_id.to_owned(), source, ..caller })
        })
    }

    fn look_again<'a>(&'a self, headers: &'a HeaderMap) -> GateFuture<'a, Result<Caller, Fault>> {
        Box::pin(async { Ok(recognise(self, &Method::GET, headers, Heard::Before).await?) })
    }

    fn denied(&self, denial: Denial) -> GateFuture<'_, ()> {
        Box::pin(async move {
            if let Err(error) = self.note_denial(denial).await {
                tracing::error!("failed to journal a refusal: {error}");
            }
        })
    }
}

/// A token goes before a cookie; it is sent by programs on purpose and needs no CSRF defence.
async fn recognise(
    access: &Access,
    method: &Method,
    headers: &HeaderMap,
    heard: Heard,
) -> Result<Caller, AccessError> {
    if let Some(token) = bearer(headers) {
        return access.recognise_token(token, heard).await;
    }
    if !method.is_safe() && comes_from_another_site(headers) {
        return Err(AccessError::Csrf);
    }
    // Below the look at the site: a browser sends a password it remembers by itself.
    if let Some(token) = basic(headers) {
        return access.recognise_token(&token, heard).await;
    }
    let Some(cookie) = cookie::presented(headers) else { return Ok(Caller::stranger()) };
    match access.recognise_session(cookie, heard).await? {
        Recognised::Live(caller) => {
            let given = headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok());
            if !method.is_safe() && !is_csrf_token(cookie, given.unwrap_or_default()) {
                return Err(AccessError::Csrf);
            }
            Ok(caller)
        }
        // A stranger with a session id: open routes let them in, for they may want to sign in
        // again; guarded ones can tell them that their session ended.
        Recognised::Ended => {
            Ok(Caller { session_id: Some("ended".to_owned()), ..Caller::stranger() })
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// The token as the password of HTTP Basic (RFC 7617), for programs that know no other way, under
/// any name. Nobody is ever asked for it, so that browsers do not offer it.
fn basic(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, given) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = STANDARD.decode(given.trim()).ok().and_then(|pair| String::from_utf8(pair).ok());
    let token = pair.as_deref().and_then(|pair| pair.split_once(':')).map(|(_, token)| token);
    // What cannot be read is no token: it is refused as one, and not taken for a stranger's.
    Some(token.unwrap_or_default().to_owned())
}

/// Whether the browser says that another site's page sends this (Fetch Metadata, W3C).
fn comes_from_another_site(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-site") {
        None => false,
        Some(value) => value != "same-origin" && value != "none",
    }
}
