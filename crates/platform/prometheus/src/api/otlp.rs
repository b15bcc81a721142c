//! OpenTelemetry metrics. Source: OTLP 1.x, "OTLP/HTTP": what is told comes in the encoding of the
//! request; of a request that was taken in part the answer says what was not.

mod encoding;

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use http_kit::Problem;

use self::encoding::Encoding;
use super::write::{not_read, refused, text_of};
use crate::{
    Prometheus,
    intake::{How, Late, Outcome, Packing, Rejected, WriteRefusal},
};

/// Stores metrics that an OpenTelemetry collector or program sends by OTLP over HTTP.
#[utoipa::path(
    post, path = "/prometheus/api/v1/otlp/v1/metrics", tag = "prometheus",
    request_body(
        content(
            (Vec<u8> = "application/x-protobuf"),
            (serde_json::Value = "application/json")),
        description = "ExportMetricsServiceRequest, plain or gzip"),
    params(("Content-Encoding" = Option<String>, Header, description = "gzip, or none")),
    responses((status = 200,
            description = "stored: an ExportMetricsServiceResponse in the encoding of the request; \
                           its partial success says what of it was not"),
        (status = 415, description = "another message or packing")))]
pub(super) async fn metrics(
    State(prometheus): State<Prometheus>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    take(&prometheus, &headers, body).await
}

/// Stores metrics that an OpenTelemetry collector or program sends by OTLP over HTTP; the same
/// under the path that OTLP itself has.
#[utoipa::path(
    post, path = "/otlp/v1/metrics", tag = "prometheus",
    request_body(
        content(
            (Vec<u8> = "application/x-protobuf"),
            (serde_json::Value = "application/json")),
        description = "ExportMetricsServiceRequest, plain or gzip"),
    params(("Content-Encoding" = Option<String>, Header, description = "gzip, or none")),
    responses((status = 200,
            description = "stored: an ExportMetricsServiceResponse in the encoding of the request; \
                           its partial success says what of it was not"),
        (status = 415, description = "another message or packing")))]
pub(super) async fn plain_metrics(
    State(prometheus): State<Prometheus>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    take(&prometheus, &headers, body).await
}

async fn take(
    prometheus: &Prometheus,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let media = text_of(headers, &header::CONTENT_TYPE);
    let Some(encoding) = Encoding::of(media) else {
        let known = Encoding::MEDIA.join(", ");
        let why = format!("unsupported content type: {media:?}, supported: [{known}]");
        return refused(&WriteRefusal::Unsupported(why));
    };
    let max = prometheus.inner.settings.write_bytes_max;
    let read = packing_of(headers)
        .and_then(|packing| Ok((packing, body.map_err(|rejection| not_read(max, rejection))?)));
    let (packing, body) = match read {
        Ok(read) => read,
        Err(refusal) => return encoding.status(&refusal),
    };
    let how = How { kind: encoding.kind(), late: Late::Window };
    match prometheus.take_in(how, packing, body).await {
        Ok(Outcome { refused: None, .. }) => encoding.success(),
        Ok(Outcome {
            refused: Some(WriteRefusal::Bad(why)),
            rejected: Rejected::Some(count),
            ..
        }) => encoding.partial_success(count, &why),
        Ok(Outcome { refused: Some(refusal), .. }) => encoding.status(&refusal),
        Err(fault) => Problem(fault).into_response(),
    }
}

/// How it is packed. Errors: in another way.
fn packing_of(headers: &HeaderMap) -> Result<Packing, WriteRefusal> {
    match text_of(headers, &header::CONTENT_ENCODING) {
        "" | "identity" => Ok(Packing::Plain),
        encoding if encoding.eq_ignore_ascii_case("gzip") => Ok(Packing::Gzip),
        encoding => Err(WriteRefusal::Unsupported(format!(
            "unsupported compression: {encoding}. Only \"gzip\" or no compression supported"
        ))),
    }
}
