//! What is older than the samples here, from a far side.
//!
//! Remote read is exact, and asked for first. Who has it not (VictoriaMetrics) answers a selector
//! with a range, which every Prometheus-compatible API does: raw samples as well.

mod answer;
mod histogram;

use std::{
    sync::{PoisonError, atomic::Ordering},
    time::Duration,
};

use axum::http::{Request, Response, header};
use forward::native_histogram;
use serde::de::DeserializeOwned;
use tsdb::{HistogramPoint, Labels, MatchOp, Point, Selector, Series, TimeRange};
use url::form_urlencoded::Serializer;
use wire::remote::{
    ask,
    read::{Comparison, MatcherMessage, Query},
    snappy,
};

use crate::{
    Remote,
    line::Line,
    model::{Asked, WholeSeries},
    remote::READ_BYTES_MAX,
    sending::attempt::shortened,
};
use answer::{LabelsBody, MatrixBody};

/// So long a far side that failed is not asked again.
const LEFT_ALONE: Duration = Duration::from_secs(10);

/// Why the far side could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HistoryFault {
    /// It has no such path.
    #[error("it has no remote read")]
    NoRemoteRead,
    /// It did not answer, or may not be asked.
    #[error("{0}")]
    Away(String),
    /// It answered with another status.
    #[error("HTTP {status}: {said}")]
    Status {
        /// The status.
        status: u16,
        /// The first of what it said.
        said: String,
    },
    /// Its answer cannot be read.
    #[error("its answer cannot be read: {0}")]
    Unreadable(String),
}

impl HistoryFault {
    /// Why, for whoever asks for samples: where the far side lies, and what it says, is for those
    /// who look after it.
    pub(crate) fn for_askers(&self) -> String {
        match self {
            Self::NoRemoteRead => "it has no remote read".to_owned(),
            Self::Away(_) => "it did not answer, or too much".to_owned(),
            Self::Status { status, .. } => format!("it answered HTTP {status}"),
            Self::Unreadable(_) => "its answer cannot be read".to_owned(),
        }
    }
}

/// Tells whether the far side may be asked now; counts the question.
pub(crate) fn is_askable(remote: &Remote, line: &Line) -> bool {
    line.progress.history_asked.fetch_add(1, Ordering::Relaxed);
    let away = line.progress.history_away_until.lock().unwrap_or_else(PoisonError::into_inner);
    let askable = away.is_none_or(|until| until <= remote.inner.clock.monotonic());
    if !askable {
        line.progress.history_failed.fetch_add(1, Ordering::Relaxed);
    }
    askable
}

/// Keeps in mind how the far side does; hands on what it answered.
pub(crate) fn noted<T>(
    remote: &Remote,
    line: &Line,
    answered: Result<T, HistoryFault>,
) -> Result<T, HistoryFault> {
    let mut away = line.progress.history_away_until.lock().unwrap_or_else(PoisonError::into_inner);
    let name = &line.destination.name;
    match answered {
        Ok(found) => {
            if away.take().is_some() {
                tracing::info!("history is read from destination {name} again");
            }
            Ok(found)
        }
        Err(fault) => {
            line.progress.history_failed.fetch_add(1, Ordering::Relaxed);
            if away.is_none() {
                tracing::warn!("failed to read history from destination {name}: {fault}");
            }
            *away = Some(remote.inner.clock.monotonic() + LEFT_ALONE);
            Err(fault)
        }
    }
}

/// The floats of `range` of the series that match, by the names they have here.
pub(crate) async fn points(
    remote: &Remote,
    line: &Line,
    selector: &Selector,
    range: TimeRange,
) -> Result<Vec<Series>, HistoryFault> {
    let found = whole(remote, line, selector, range).await?.into_iter();
    Ok(found.map(|WholeSeries { labels, points, .. }| Series { labels, points }).collect())
}

/// The floats and native histograms of `range` of the series that match, by the names they have
/// here.
pub(crate) async fn whole(
    remote: &Remote,
    line: &Line,
    selector: &Selector,
    range: TimeRange,
) -> Result<Vec<WholeSeries>, HistoryFault> {
    let asked = Asked::new(selector, &line.destination.settings.external_labels);
    if !line.progress.history_by_query.load(Ordering::Relaxed) {
        match by_remote_read(remote, line, &asked, range).await {
            Err(HistoryFault::NoRemoteRead) => {
                line.progress.history_by_query.store(true, Ordering::Relaxed);
            }
            answered => return answered,
        }
    }
    by_query(remote, line, &asked, range).await
}

async fn by_remote_read(
    remote: &Remote,
    line: &Line,
    asked: &Asked,
    range: TimeRange,
) -> Result<Vec<WholeSeries>, HistoryFault> {
    let matchers = asked.selector.matchers().iter().map(|matcher| MatcherMessage {
        comparison: match matcher.op() {
            MatchOp::Equal => Comparison::Equal,
            MatchOp::NotEqual => Comparison::NotEqual,
            MatchOp::Regex => Comparison::Regex,
            MatchOp::NotRegex => Comparison::NotRegex,
        },
        name: matcher.name(),
        value: matcher.value(),
    });
    let TimeRange { from_ms, to_ms } = range;
    let plain = ask::request(&Query { from_ms, to_ms, matchers: matchers.collect() });
    let packed = snappy::pack(&plain).map_err(unreadable)?;
    let request = Request::post(address(line, "read"))
        .header(header::CONTENT_TYPE, "application/x-protobuf")
        .header(header::CONTENT_ENCODING, "snappy")
        .header("x-prometheus-remote-read-version", "0.1.0")
        .body(packed);
    let answer = exchange(remote, line, request).await?;
    let status = answer.status().as_u16();
    let unknown = |body: &[u8]| String::from_utf8_lossy(body).contains("unsupported path");
    match status {
        200 => {}
        404 | 405 | 501 => return Err(HistoryFault::NoRemoteRead),
        400 if unknown(answer.body()) => return Err(HistoryFault::NoRemoteRead),
        _ => return Err(HistoryFault::Status { status, said: shortened(answer.body()) }),
    }
    let plain = snappy::unpack(answer.body(), READ_BYTES_MAX).map_err(unreadable)?;
    let mut found = Vec::new();
    for read in ask::response(&plain).map_err(unreadable)? {
        // Labels that are beyond our limits belong to no series of ours.
        let Ok(labels) = Labels::from_pairs(read.labels) else { continue };
        let points = read.samples.iter();
        let points = points.map(|sample| Point { at_ms: sample.at_ms, value: sample.value });
        // One that does not fit together says nothing.
        let histograms = read.histograms.into_iter().filter_map(|message| {
            let at_ms = message.at_ms;
            Some(HistogramPoint { at_ms, histogram: native_histogram(message).ok()? })
        });
        found.push(WholeSeries {
            labels: asked.own(&labels),
            points: points.collect(),
            histograms: histograms.collect(),
        });
    }
    Ok(found)
}

async fn by_query(
    remote: &Remote,
    line: &Line,
    asked: &Asked,
    range: TimeRange,
) -> Result<Vec<WholeSeries>, HistoryFault> {
    let TimeRange { from_ms, to_ms } = range;
    // Newer servers leave the first moment of a range out: it is one millisecond longer.
    let query = format!("{}[{}ms]", asked.selector, to_ms - from_ms + 1);
    let pairs = [("query", query), ("time", seconds(to_ms))];
    let MatrixBody { result } = answer(remote, line, "query", &pairs).await?;
    let series = result.into_iter().filter_map(answer::SeriesBody::read);
    Ok(series.map(|one| WholeSeries { labels: asked.own(&one.labels), ..one }).collect())
}

/// The series that match and may have samples in `range`, by the names they have here.
pub(crate) async fn series(
    remote: &Remote,
    line: &Line,
    selector: &Selector,
    range: TimeRange,
) -> Result<Vec<Labels>, HistoryFault> {
    let asked = Asked::new(selector, &line.destination.settings.external_labels);
    let found: Vec<LabelsBody> = answer(remote, line, "series", &of(&asked, range)).await?;
    let labels = found.into_iter().filter_map(|pairs| Labels::from_pairs(pairs).ok());
    Ok(labels.map(|labels| asked.own(&labels)).collect())
}

/// The label names of these series.
pub(crate) async fn label_names(
    remote: &Remote,
    line: &Line,
    selector: &Selector,
    range: TimeRange,
) -> Result<Vec<String>, HistoryFault> {
    let asked = Asked::new(selector, &line.destination.settings.external_labels);
    let mut found: Vec<String> = answer(remote, line, "labels", &of(&asked, range)).await?;
    found.retain(|name| !asked.adds(name));
    Ok(found)
}

/// The values of a label of these series.
pub(crate) async fn label_values(
    remote: &Remote,
    line: &Line,
    name: &str,
    selector: &Selector,
    range: TimeRange,
) -> Result<Vec<String>, HistoryFault> {
    let asked = Asked::new(selector, &line.destination.settings.external_labels);
    if asked.adds(name) {
        return Ok(Vec::new());
    }
    let pairs = of(&asked, range);
    let path = format!("label/{}/values?{}", in_path(name), form(&pairs));
    let request = Request::get(address(line, &path)).body(Vec::new());
    read(&exchange(remote, line, request).await?)
}

fn of(asked: &Asked, range: TimeRange) -> [(&'static str, String); 3] {
    let TimeRange { from_ms, to_ms } = range;
    [("match[]", asked.selector.to_string()), ("start", seconds(from_ms)), ("end", seconds(to_ms))]
}

/// Asks by a form, which has no limit of length.
async fn answer<T: DeserializeOwned>(
    remote: &Remote,
    line: &Line,
    path: &str,
    pairs: &[(&str, String)],
) -> Result<T, HistoryFault> {
    let request = Request::post(address(line, path))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form(pairs).into_bytes());
    read(&exchange(remote, line, request).await?)
}

fn read<T: DeserializeOwned>(answer: &Response<Vec<u8>>) -> Result<T, HistoryFault> {
    let status = answer.status().as_u16();
    if status != 200 {
        return Err(HistoryFault::Status { status, said: shortened(answer.body()) });
    }
    let body: answer::AnswerBody<T> = serde_json::from_slice(answer.body()).map_err(unreadable)?;
    body.data.ok_or(HistoryFault::Unreadable(body.error))
}

async fn exchange(
    remote: &Remote,
    line: &Line,
    request: Result<Request<Vec<u8>>, axum::http::Error>,
) -> Result<Response<Vec<u8>>, HistoryFault> {
    let mut request = request.map_err(|error| HistoryFault::Away(error.to_string()))?;
    let authorization = remote.authorization(line).await;
    if let Some(value) = authorization.map_err(|said| HistoryFault::Away(said.en))? {
        request.headers_mut().insert(header::AUTHORIZATION, value);
    }
    let asked = remote.inner.reads.ask(request, &line.destination.settings.ca_pem).await;
    asked.map_err(|error| HistoryFault::Away(error.to_string()))
}

fn address(line: &Line, path: &str) -> String {
    let base = line.destination.settings.history_url.as_deref().unwrap_or_default();
    format!("{}/api/v1/{path}", base.trim_end_matches('/'))
}

/// A label's name as a part of a path. A stroke would be one of the path, however it is written, so
/// such a name is escaped as Prometheus 3 does.
fn in_path(name: &str) -> String {
    let name = if name.contains('/') { series::escaped_name(name) } else { name.to_owned() };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.~".contains(&byte);
    let put = |byte: u8| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    name.bytes().map(put).collect()
}

fn form(pairs: &[(&str, String)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn seconds(at_ms: i64) -> String {
    format!("{}.{:03}", at_ms.div_euclid(1000), at_ms.rem_euclid(1000))
}

fn unreadable(error: impl std::fmt::Display) -> HistoryFault {
    HistoryFault::Unreadable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::in_path;

    #[test]
    fn any_name_may_stand_in_a_path() {
        for (name, path) in [
            ("job", "job"),
            ("my.name", "my.name"),
            ("a b?é", "a%20b%3F%C3%A9"),
            ("a/b", "U__a_2f_b"),
        ] {
            assert_eq!(in_path(name), path);
        }
    }
}
