use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::reads::tag;

/// The media type of everything that is said (RFC 7644 3.1).
pub(super) const MEDIA: &str = "application/scim+json";

/// A resource or message of SCIM; RFC 7643 says what is in it, `/Schemas` what we keep of that.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScimMessage, value_type = Object)]
pub(super) struct MessageView(Value);

/// An answer in SCIM's way.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    body: Option<MessageView>,
    version: Option<i64>,
    location: Option<String>,
}

impl Answer {
    /// A message.
    pub(super) fn of(body: Value) -> Self {
        let (status, body) = (StatusCode::OK, Some(MessageView(body)));
        Self { status, body, version: None, location: None }
    }

    /// A resource at a version, with its address.
    pub(super) fn resource(body: Value, version: i64) -> Self {
        let location = body.pointer("/meta/location").and_then(Value::as_str).map(str::to_owned);
        Self { version: Some(version), location, ..Self::of(body) }
    }

    /// The same, of something new.
    pub(super) fn created(self) -> Self {
        Self { status: StatusCode::CREATED, ..self }
    }

    /// Nothing but that it is done, at that version.
    pub(super) fn done(version: Option<i64>) -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None, version, location: None }
    }

    /// Nothing, because the caller has it at that version.
    pub(super) fn unchanged(version: i64) -> Self {
        Self { status: StatusCode::NOT_MODIFIED, ..Self::done(Some(version)) }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => serde_json::to_vec(&body).unwrap_or_default().into_response(),
            None => ().into_response(),
        };
        *response.status_mut() = self.status;
        let is_created = self.status == StatusCode::CREATED;
        let headers = response.headers_mut();
        if !matches!(self.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA));
        }
        let etag = self.version.and_then(|version| HeaderValue::from_str(&tag(version)).ok());
        headers.extend(etag.map(|etag| (header::ETAG, etag)));
        let location = self.location.filter(|_| is_created);
        let location = location.and_then(|location| HeaderValue::from_str(&location).ok());
        headers.extend(location.map(|location| (header::LOCATION, location)));
        response
    }
}
