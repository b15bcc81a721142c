use axum::{
    RequestExt,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request, rejection::BytesRejection},
    http::{StatusCode, Uri, header, request::Parts},
    response::IntoResponse,
};
use kernel::{Caller, Fault, FaultKind, FieldFault, Id, Text};
use serde::de::DeserializeOwned;

use crate::{
    Problem,
    misread::{misread, no_json},
};

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
            Err(rejection) => Err(query_fault(&parts.uri, &rejection).into()),
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
            body_fault(&path, error.inner())
        })?;
        reader.end().map_err(|error| body_fault(".", &error))?;
        Ok(Self(value))
    }
}

/// A wrong value has a field; a syntax error is the whole body's, or the place's it is at.
fn body_fault(path: &str, error: &serde_json::Error) -> Problem {
    let said = error.to_string();
    let fault = if error.is_data() {
        misread(path, &said)
    } else {
        no_json(&said, error.line(), error.column())
    };
    Fault::invalid_fields(vec![fault]).into()
}

/// The parameter that is wrong: the reader says its name before what is wrong with it.
fn query_fault(uri: &Uri, rejection: &dyn std::error::Error) -> Fault {
    let mut deepest = rejection;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    let said = deepest.to_string();
    let is_name = |text: &str| !text.is_empty() && !text.contains([' ', '`']);
    let (path, said) =
        said.split_once(": ").filter(|(path, _)| is_name(path)).unwrap_or(("", said.as_str()));
    let mut fault = misread(path, said);
    if fault.field == "body" {
        "query".clone_into(&mut fault.field);
        fault.found = uri.query().unwrap_or_default().chars().take(80).collect();
    } else if fault.found.is_empty() {
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
        let pairs = pairs.map(|axum::extract::Query(pairs)| pairs).unwrap_or_default();
        let given = pairs.into_iter().find(|(name, _)| *name == fault.field);
        let given = given.map(|(_, value)| value).unwrap_or_default();
        fault = FieldFault::new(fault.field, given, fault.expected);
    }
    Fault::invalid_fields(vec![fault])
}
