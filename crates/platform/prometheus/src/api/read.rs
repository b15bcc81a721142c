//! Remote read, in both forms.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{State, rejection::BytesRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_kit::{Problem, Who};
use kernel::{Caller, Fault, FaultKind};
use tokio::sync::OwnedSemaphorePermit;
use tsdb::{HistogramPoint, Labels, MatchOp, Matcher, Selector, TimeRange};
use wire::{
    protobuf::ProtobufFault,
    remote::{
        HistogramMessage,
        read::{Comparison, Form, Query, ReadRequest, ReadResponse, put_frames},
        snappy::{self, SnappyFault},
    },
};

use super::{
    frames,
    write::{not_read, refused},
};
use crate::{Prometheus, intake::WriteRefusal, reading::Held};

/// Most bytes of a request, unpacked.
const REQUEST_BYTES_MAX: usize = 1 << 20;
const SAMPLES: &str = "application/x-protobuf";
const CHUNKS: &str = "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";

/// Answers series with their samples, or with chunks of them, to another Prometheus.
#[utoipa::path(
    post, path = "/prometheus/api/v1/read", tag = "prometheus",
    request_body(content_type = "application/x-protobuf", content = Vec<u8>,
        description = "prometheus.ReadRequest, snappy"),
    responses((status = 200, content_type = "application/x-protobuf", body = Vec<u8>,
        description = "ReadResponse, snappy, or ChunkedReadResponse in frames")))]
pub(super) async fn read(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return refused(&not_read(REQUEST_BYTES_MAX, rejection)),
    };
    match answered(&prometheus, &caller, &body).await {
        Ok(response) => response,
        Err(NotRead::Refused(refusal)) => refused(&refusal),
        Err(NotRead::Fault(fault)) if fault.kind == FaultKind::Invalid => {
            refused(&WriteRefusal::Bad(fault.text.en))
        }
        Err(NotRead::Fault(fault)) => Problem(fault).into_response(),
    }
}

/// Why there is no answer.
enum NotRead {
    Refused(WriteRefusal),
    Fault(Fault),
}

impl From<WriteRefusal> for NotRead {
    fn from(refusal: WriteRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<SnappyFault> for NotRead {
    fn from(fault: SnappyFault) -> Self {
        Self::Refused(fault.into())
    }
}

impl From<ProtobufFault> for NotRead {
    fn from(fault: ProtobufFault) -> Self {
        Self::Refused(fault.into())
    }
}

async fn answered(
    prometheus: &Prometheus,
    caller: &Caller,
    packed: &[u8],
) -> Result<Response, NotRead> {
    let request = snappy::unpack(packed, REQUEST_BYTES_MAX)?;
    let request = ReadRequest::read(&request)?;
    let mut queries = Vec::with_capacity(request.queries.len());
    for query in &request.queries {
        let range = TimeRange { from_ms: query.from_ms, to_ms: query.to_ms };
        queries.push((selector_of(query)?, range));
    }
    if request.form == Form::StreamedChunks
        && let Some(body) = streamed(prometheus, caller, &queries).await?
    {
        return Ok(answer(body, Form::StreamedChunks));
    }
    // Whole answers are held in memory: they wait for each other as streams do.
    let turn = Arc::new(turn(prometheus).await?);
    let mut results = Vec::with_capacity(queries.len());
    for (selector, range) in queries {
        let found = prometheus.held(caller, (selector, range), Arc::clone(&turn)).await;
        results.push(found.map_err(NotRead::Fault)?);
    }
    // There are no chunks of native histograms: whoever takes chunks takes samples too.
    let whole = results.iter().flat_map(BTreeMap::values).any(|held| !held.histograms.is_empty());
    let form = if whole { Form::Samples } else { request.form };
    let work = move || {
        let _turn = turn;
        written(form, &results)
    };
    let written = tokio::task::spawn_blocking(work).await;
    let bytes = written.map_err(|error| NotRead::Fault(Fault::internal(error)))??;
    Ok(answer(Body::from(bytes), form))
}

/// The chunks while they are read, where all samples can be read one series after the other.
async fn streamed(
    prometheus: &Prometheus,
    caller: &Caller,
    queries: &[(Selector, TimeRange)],
) -> Result<Option<Body>, NotRead> {
    let turn = turn(prometheus).await?;
    let mut results = Vec::with_capacity(queries.len());
    for (selector, range) in queries {
        let found = prometheus.found(caller, selector.clone(), *range).await;
        let Some(found) = found.map_err(NotRead::Fault)? else { return Ok(None) };
        results.push(found);
    }
    Ok(Some(frames::body(results, turn)))
}

async fn turn(prometheus: &Prometheus) -> Result<OwnedSemaphorePermit, NotRead> {
    let turn = Arc::clone(&prometheus.inner.reads).acquire_owned().await;
    turn.map_err(|error| NotRead::Fault(Fault::internal(error)))
}

fn answer(body: Body, form: Form) -> Response {
    let mut response = (StatusCode::OK, body).into_response();
    let headers = response.headers_mut();
    let media = if form == Form::Samples { SAMPLES } else { CHUNKS };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    if form == Form::Samples {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("snappy"));
    }
    response
}

fn written(form: Form, results: &[BTreeMap<Labels, Held>]) -> Result<Vec<u8>, WriteRefusal> {
    let points_of = |held: &Held| -> Vec<(i64, f64)> {
        held.points.iter().map(|point| (point.at_ms, point.value)).collect()
    };
    if form == Form::StreamedChunks {
        let mut frames = Vec::new();
        for (query, result) in results.iter().enumerate() {
            for (labels, held) in result {
                let labels: Vec<(&str, &str)> = labels.iter().collect();
                put_frames(&mut frames, query, (labels, &points_of(held)));
            }
        }
        return Ok(frames);
    }
    let mut response = ReadResponse::default();
    for result in results {
        let points: Vec<Vec<(i64, f64)>> = result.values().map(points_of).collect();
        let message =
            |point: &HistogramPoint| forward::histogram_message(point.at_ms, &point.histogram);
        let messages = |held: &Held| held.histograms.iter().map(message).collect();
        let histograms: Vec<Vec<HistogramMessage>> = result.values().map(messages).collect();
        let series = result.keys().zip(&points).zip(&histograms);
        response.whole_result(series.map(|((labels, points), histograms)| {
            ((labels.iter(), points.as_slice()), histograms.as_slice())
        }));
    }
    Ok(snappy::pack(&response.into_bytes())?)
}

/// Errors: a pattern that is none, or nothing that narrows.
fn selector_of(query: &Query<'_>) -> Result<Selector, WriteRefusal> {
    let matchers = query.matchers.iter().map(|matcher| {
        let op = match matcher.comparison {
            Comparison::Equal => MatchOp::Equal,
            Comparison::NotEqual => MatchOp::NotEqual,
            Comparison::Regex => MatchOp::Regex,
            Comparison::NotRegex => MatchOp::NotRegex,
        };
        Matcher::new(matcher.name, op, matcher.value)
    });
    let matchers: Result<Vec<Matcher>, _> = matchers.collect();
    let selector = matchers.and_then(Selector::new);
    selector.map_err(|error| WriteRefusal::Bad(error.to_string()))
}
