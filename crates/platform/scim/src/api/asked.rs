//! What requests bring: bodies, versions, parameters, and the address they came to.

use axum::{
    RequestExt as _,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    http::{HeaderMap, HeaderName, StatusCode, header, request::Parts},
    response::IntoResponse as _,
};
use http_kit::Problem;
use kernel::{Fault, FaultKind, Text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;

use super::{SCIM_BASE, answer::MEDIA};
use crate::{
    Scim, ScimError,
    actions::Versions,
    model::{Projection, ResourceType},
};

/// A JSON body in SCIM's or the plain media type.
#[derive(Debug)]
pub(super) struct Message(pub(super) Value);

/// The address of the protocol as the caller reaches it.
#[derive(Debug, Clone)]
pub(super) struct Base(pub(super) String);

/// The versions in `If-Match`.
#[derive(Debug, Clone)]
pub(super) struct IfMatches(pub(super) Versions);

/// The versions in `If-None-Match`; none when the header is not there.
#[derive(Debug, Clone)]
pub(super) struct IfNoneMatches(pub(super) Option<Versions>);

/// Which resources are asked for, and what of them (RFC 7644 3.4.2).
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct ListQuery {
    /// `userName eq "bjensen"`; RFC 7644 3.4.2.2.
    filter: Option<String>,
    /// The first one that is shown, counted from 1.
    #[serde(rename = "startIndex")]
    start_index: Option<String>,
    /// How many are shown, at most 200.
    count: Option<String>,
    /// Only these attributes, separated by commas.
    attributes: Option<String>,
    /// All but these attributes, separated by commas.
    #[serde(rename = "excludedAttributes")]
    excluded_attributes: Option<String>,
}

/// What of a resource is shown.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct ShownQuery {
    /// Only these attributes, separated by commas.
    attributes: Option<String>,
    /// All but these attributes, separated by commas.
    #[serde(rename = "excludedAttributes")]
    excluded_attributes: Option<String>,
}

impl ListQuery {
    /// As the message of a search has it.
    pub(super) fn message(self) -> Map<String, Value> {
        let named = [
            ("filter", self.filter),
            ("startIndex", self.start_index),
            ("count", self.count),
            ("attributes", self.attributes),
            ("excludedAttributes", self.excluded_attributes),
        ];
        let told = named.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?)));
        told.map(|(name, text)| (name, Value::String(text))).collect()
    }
}

impl ShownQuery {
    /// Whether attributes are asked for by name.
    pub(super) fn asks(&self) -> bool {
        self.attributes.is_some()
    }

    /// Errors: as [`Projection::read`].
    pub(super) fn projection(&self, of: ResourceType) -> Result<Projection, ScimError> {
        let value = |text: &Option<String>| text.clone().map(Value::String);
        let (only, without) = (value(&self.attributes), value(&self.excluded_attributes));
        Projection::read(only.as_ref(), without.as_ref(), of)
    }
}

impl<S: Send + Sync> FromRequest<S> for Message {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let media = text_of(request.headers(), &header::CONTENT_TYPE).to_owned();
        let plain = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if plain != MEDIA && plain != "application/json" {
            return Err(ScimError::InvalidValue {
                field: "Content-Type".to_owned(),
                found: media,
                expected: "application/scim+json or application/json".to_owned(),
            }
            .into());
        }
        let bytes: Result<Bytes, BytesRejection> = request.extract().await;
        let bytes = bytes.map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                let text = Text::new(
                    "the body is over the size that /ServiceProviderConfig names",
                    "请求体超过 /ServiceProviderConfig 中的上限",
                );
                return Problem(Fault::new(FaultKind::TooLarge, "too-large", text));
            }
            let text = Text::new("the body was cut off", "请求体不完整");
            Problem(Fault::new(FaultKind::Invalid, "invalid-syntax", text))
        })?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            let fault = Fault::invalid("body", place, Text::same("JSON"));
            Problem(Fault { code: "invalid-syntax", ..fault })
        })
    }
}

impl FromRequestParts<Scim> for Base {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, scim: &Scim) -> Result<Self, Problem> {
        // It is shown to the caller only, who knows where they sent it.
        let host = text_of(&parts.headers, &header::HOST);
        let host = parts.uri.authority().map_or(host, |authority| authority.as_str());
        let forwarded = HeaderName::from_static("x-forwarded-proto");
        let secure = scim.parts.settings.https
            || text_of(&parts.headers, &forwarded).eq_ignore_ascii_case("https");
        let scheme = if secure { "https" } else { "http" };
        let base = format!("{scheme}://{host}{SCIM_BASE}");
        Ok(Self(if host.is_empty() { SCIM_BASE.to_owned() } else { base }))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatches {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(versions(&parts.headers, &header::IF_MATCH)?.unwrap_or(Versions::Any)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatches {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(versions(&parts.headers, &header::IF_NONE_MATCH)?))
    }
}

fn text_of<'h>(headers: &'h HeaderMap, name: &HeaderName) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The versions that a header names: `*`, `W/"3"`, `"3", "4"`.
fn versions(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Versions>, Problem> {
    if !headers.contains_key(name) {
        return Ok(None);
    }
    let text = text_of(headers, name);
    if text.trim() == "*" {
        return Ok(Some(Versions::Any));
    }
    let one = |tag: &str| {
        let tag = tag.trim();
        let quoted = tag.strip_prefix("W/").unwrap_or(tag);
        quoted.strip_prefix('"')?.strip_suffix('"')?.parse::<i64>().ok()
    };
    let versions: Option<Vec<i64>> = text.split(',').map(one).collect();
    match versions {
        Some(versions) => Ok(Some(Versions::OneOf(versions))),
        None => {
            let expected = Text::new("the ETag of what you loaded", "读取时得到的 ETag");
            Err(Fault::invalid(name.as_str(), text, expected).into())
        }
    }
}
