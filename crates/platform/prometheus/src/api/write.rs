//! Remote write, both versions.

use axum::{
    body::Bytes,
    extract::{Query, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_kit::Problem;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    Prometheus,
    intake::{How, Kind, Late, Outcome, Packing, WriteRefusal, Written},
};

const MEDIA: &str = "application/x-protobuf";
/// The messages, as the parameter `proto` of the media type names them.
const MESSAGES: [(&str, Kind); 2] =
    [("prometheus.WriteRequest", Kind::WriteV1), ("io.prometheus.write.v2.Request", Kind::WriteV2)];
/// When to come back to a store that is full: blocks are written within minutes.
const RETRY_AFTER_S: u32 = 30;

/// How a write is to be taken.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WriteQuery {
    /// `any`: samples of series that go on are taken however old they are, if they are kept at all.
    late: Option<String>,
}

/// Stores samples that a Prometheus server or an agent sends by remote write 1.0 or 2.0.
#[utoipa::path(
    post, path = "/prometheus/api/v1/write", tag = "prometheus",
    request_body(content_type = "application/x-protobuf", content = Vec<u8>,
        description = "prometheus.WriteRequest or io.prometheus.write.v2.Request, snappy"),
    params(
        WriteQuery,
        ("Content-Type" = Option<String>, Header,
            description = "application/x-protobuf;proto=io.prometheus.write.v2.Request for 2.0"),
        ("Content-Encoding" = Option<String>, Header, description = "snappy")),
    responses(
        (status = 204, description = "stored", headers(
            ("X-Prometheus-Remote-Write-Samples-Written" = u64, description = "2.0 only"),
            ("X-Prometheus-Remote-Write-Histograms-Written" = u64, description = "2.0 only"),
            ("X-Prometheus-Remote-Write-Exemplars-Written" = u64, description = "2.0 only"))),
        (status = 415, description = "another message or packing")))]
pub(super) async fn write(
    State(prometheus): State<Prometheus>,
    Query(asked): Query<WriteQuery>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let (kind, late) = match kind_of(&headers).and_then(|kind| Ok((kind, late_of(&asked)?))) {
        Ok(read) => read,
        Err(refusal) => return refused(&refusal),
    };
    let body = match body {
        Ok(body) => body,
        Err(rejection) => {
            let max = prometheus.inner.settings.write_bytes_max;
            return refused(&not_read(max, rejection));
        }
    };
    match prometheus.take_in(How { kind, late }, Packing::Snappy, body).await {
        Ok(outcome) => answer(kind, &outcome),
        Err(fault) => Problem(fault).into_response(),
    }
}

fn answer(kind: Kind, outcome: &Outcome) -> Response {
    let mut response = match &outcome.refused {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(refusal) => refused(refusal),
    };
    if kind == Kind::WriteV2 {
        let Written { samples, histograms, exemplars } = outcome.written;
        for (name, count) in [
            ("x-prometheus-remote-write-samples-written", samples),
            ("x-prometheus-remote-write-histograms-written", histograms),
            ("x-prometheus-remote-write-exemplars-written", exemplars),
        ] {
            response.headers_mut().insert(name, HeaderValue::from(count));
        }
    }
    response
}

/// Refusals are plain text here, as Prometheus has it: senders log them.
pub(super) fn refused(refusal: &WriteRefusal) -> Response {
    told(refusal, format!("{refusal}\n").into_response())
}

/// The response with the status of a refusal, and when to come back.
pub(super) fn told(refusal: &WriteRefusal, mut response: Response) -> Response {
    *response.status_mut() = match refusal {
        WriteRefusal::Unsupported(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        WriteRefusal::Bad(_) => StatusCode::BAD_REQUEST,
        WriteRefusal::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        WriteRefusal::Full { .. } => StatusCode::SERVICE_UNAVAILABLE,
        WriteRefusal::Broken => StatusCode::INTERNAL_SERVER_ERROR,
    };
    if matches!(refusal, WriteRefusal::Full { .. }) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_S));
    }
    response
}

/// Why a body could not be read. `max`: the bytes that are taken.
pub(super) fn not_read(max: usize, rejection: BytesRejection) -> WriteRefusal {
    match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            WriteRefusal::TooLarge(format!("the request has more than {max} bytes"))
        }
        _ => WriteRefusal::Bad("the request was cut off".to_owned()),
    }
}

/// Errors: another word.
fn late_of(asked: &WriteQuery) -> Result<Late, WriteRefusal> {
    match asked.late.as_deref() {
        None | Some("") => Ok(Late::Window),
        Some("any") => Ok(Late::Any),
        Some(other) => Err(WriteRefusal::Bad(format!("late={other}: expected late=any, or none"))),
    }
}

/// Which message it is. Errors: another one, or packed otherwise.
///
/// Without a media type or an encoding it is what version 1.0 always is.
fn kind_of(headers: &HeaderMap) -> Result<Kind, WriteRefusal> {
    let encoding = text_of(headers, &header::CONTENT_ENCODING);
    if !encoding.is_empty() && !encoding.eq_ignore_ascii_case("snappy") {
        return Err(WriteRefusal::Unsupported(format!(
            "{encoding} encoding (compression) is not accepted by this server; only snappy is \
             acceptable"
        )));
    }
    let media = text_of(headers, &header::CONTENT_TYPE).trim();
    let mut parts = media.split(';').map(str::trim);
    let first = parts.next().unwrap_or_default();
    if !media.is_empty() && !first.eq_ignore_ascii_case(MEDIA) {
        return Err(WriteRefusal::Unsupported(format!(
            "expected {MEDIA} as the first (media) part, got {media} content-type"
        )));
    }
    let Some(message) = parts.find_map(|part| part.strip_prefix("proto=")) else {
        return Ok(Kind::WriteV1);
    };
    let known = MESSAGES.iter().find(|(name, _)| *name == message.trim_matches('"'));
    known.map(|(_, kind)| *kind).ok_or_else(|| {
        WriteRefusal::Unsupported(format!(
            "got {media} content type; unknown remote write protobuf message {message}, \
             supported: prometheus.WriteRequest, io.prometheus.write.v2.Request"
        ))
    })
}

pub(super) fn text_of<'h>(headers: &'h HeaderMap, name: &header::HeaderName) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
