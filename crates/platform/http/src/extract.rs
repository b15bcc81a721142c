use axum::{
    RequestExt,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request, rejection::BytesRejection},
    http::{StatusCode, header, request::Parts},
    response::IntoResponse,
};
use kernel::{Caller, Fault, FaultKind, Id, Text};
use serde::de::DeserializeOwned;

use crate::Problem;

/// Who asks, found by the gate.
#[derive(Debug, Clone)]
pub struct Who(pub Caller);

/// The JSON body as a `T`, with faults that name the field.
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

/// The query string as a `T`, with faults that name the parameter.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

/// The id in the path.
#[derive(Debug)]
pub struct Key<K>(pub Id<K>);

/// The version that a change is meant for (RFC 9110 13.1.1).
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Caller>();
        Ok(Self(caller.cloned().unwrap_or_else(Caller::stranger)))
    }
}

impl<S: Send + Sync, K> FromRequestParts<S> for Key<K> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = match Path::<String>::from_request_parts(parts, state).await {
            Ok(Path(text)) => text,
            Err(rejection) => return Err(Fault::internal(rejection).into()),
        };
        match text.parse() {
            Ok(id) => Ok(Self(id)),
            Err(_) => {
                Err(Fault::invalid("id", text, Text::new("a UUID", "UUID 格式的编号")).into())
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            let text = Text::new(
                "say which version you change with the header If-Match: \"<version>\"",
                "请用请求头 If-Match: \"<版本号>\" 指明修改的是哪个版本",
            );
            return Err(Fault::new(FaultKind::VersionMissing, "version-missing", text).into());
        };
        let text = value.to_str().unwrap_or_default();
        match text.trim_matches('"').parse() {
            Ok(version) => Ok(Self(version)),
            Err(_) => {
                let expected = Text::new("the ETag of what you loaded", "读取时得到的 ETag");
                Err(Fault::invalid("If-Match", text, expected).into())
            }
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let found = parts.uri.query().unwrap_or_default();
                let said = inner_message(&rejection);
                let zh = format!("符合接口文档的查询参数（{said}）");
                Err(Fault::invalid("query", found, Text::new(said, zh)).into())
            }
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let media = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        if media.split(';').next().map(str::trim) != Some("application/json") {
            let expected = Text::same("application/json");
            return Err(Fault::invalid("Content-Type", media, expected).into());
        }
        let bytes: Result<Bytes, BytesRejection> = request.extract().await;
        let bytes = bytes.map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                let text = Text::new("the body is over 1 MiB", "请求体超过 1 MiB");
                return Problem(Fault::new(FaultKind::TooLarge, "too-large", text));
            }
            let text = Text::new("the body was cut off", "请求体不完整");
            Problem(Fault::new(FaultKind::Invalid, "body-cut-off", text))
        })?;
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            // A syntax error is the whole body's; only a wrong value has a field.
            let whole = !error.inner().is_data() || path == ".";
            let field = if whole { "body".to_owned() } else { path };
            body_fault(field, error.inner())
        })?;
        reader.end().map_err(|error| body_fault("body".to_owned(), &error))?;
        Ok(Self(value))
    }
}

/// What serde says is English and exact; the Chinese wording frames it. The body itself is not
/// quoted: it may hold a password.
fn body_fault(field: String, error: &serde_json::Error) -> Problem {
    let found = format!("line {} column {}", error.line(), error.column());
    let said = error.to_string();
    let zh = format!("符合接口文档的 JSON（{said}）");
    Fault::invalid(field, found, Text::new(said, zh)).into()
}

fn inner_message(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}
