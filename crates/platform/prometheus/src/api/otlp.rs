//! OpenTelemetry metrics.

use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use http_kit::Problem;

use super::write::{not_read, refused, text_of};
use crate::{
    Prometheus,
    intake::{Kind, Outcome, Packing, WriteRefusal},
};

const MEDIA: &str = "application/x-protobuf";

/// Stores metrics that an OpenTelemetry collector or program sends by OTLP over HTTP.
#[utoipa::path(
    post, path = "/prometheus/api/v1/otlp/v1/metrics", tag = "prometheus",
    request_body(content_type = "application/x-protobuf", content = Vec<u8>,
        description = "ExportMetricsServiceRequest, plain or gzip"),
    params(("Content-Encoding" = Option<String>, Header, description = "gzip, or none")),
    responses((status = 200, description = "stored: an ExportMetricsServiceResponse"),
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
    request_body(content_type = "application/x-protobuf", content = Vec<u8>,
        description = "ExportMetricsServiceRequest, plain or gzip"),
    params(("Content-Encoding" = Option<String>, Header, description = "gzip, or none")),
    responses((status = 200, description = "stored: an ExportMetricsServiceResponse"),
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
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return not_read(prometheus.inner.settings.write_bytes_max, rejection),
    };
    let packing = match packing_of(headers) {
        Ok(packing) => packing,
        Err(refusal) => return refused(&refusal),
    };
    match prometheus.take_in(Kind::Otlp, packing, body).await {
        Ok(Outcome { refused: None, .. }) => {
            // The empty message: everything was taken.
            let media = HeaderValue::from_static(MEDIA);
            ([(header::CONTENT_TYPE, media)], Bytes::new()).into_response()
        }
        Ok(Outcome { refused: Some(refusal), .. }) => refused(&refusal),
        Err(fault) => Problem(fault).into_response(),
    }
}

/// How it is packed. Errors: in another way, or it is another message.
fn packing_of(headers: &HeaderMap) -> Result<Packing, WriteRefusal> {
    let media = text_of(headers, &header::CONTENT_TYPE);
    let plain = media.split(';').next().unwrap_or_default().trim();
    if !plain.eq_ignore_ascii_case(MEDIA) {
        return Err(WriteRefusal::Unsupported(format!(
            "unsupported content type: {media}, supported: [{MEDIA}]"
        )));
    }
    match text_of(headers, &header::CONTENT_ENCODING) {
        "" | "identity" => Ok(Packing::Plain),
        encoding if encoding.eq_ignore_ascii_case("gzip") => Ok(Packing::Gzip),
        encoding => Err(WriteRefusal::Unsupported(format!(
            "unsupported compression: {encoding}. Only \"gzip\" or no compression supported"
        ))),
    }
}
