//! Queries: at a moment, over a period, and about queries themselves.

use std::time::Duration;

use axum::{extract::State, response::Response};
use http_kit::Who;
use kernel::Caller;
use promql::{Moment, ParseOptions, Period, PromqlError, duration_ms};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    answer::{AnswerView, NoAnswer},
    params::Params,
    values,
};
use crate::{
    Prometheus,
    query::{Asked, When},
};

/// Most steps of a query, as Prometheus has it.
const STEPS_MAX: i64 = 11_000;

/// The answer of a query.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusQueryData)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueryDataView {
    /// `vector`, `matrix`, `scalar` or `string`.
    result_type: String,
    /// As Prometheus writes it: times in seconds, values as strings.
    result: Value,
}

/// Evaluates a query at one moment.
#[utoipa::path(
    method(get, post), path = "/prometheus/api/v1/query", tag = "prometheus",
    params(
        ("query" = String, Query, description = "PromQL"),
        ("time" = Option<String>, Query, description = "Unix seconds or RFC 3339; now"),
        ("timeout" = Option<String>, Query, description = "such as 10s; at most what is set"),
        ("limit" = Option<u64>, Query, description = "at most so many series; 0: all"),
        ("lookback_delta" = Option<String>, Query, description = "such as 1m; 5m"),
        ("stats" = Option<String>, Query, description = "anything: tell what it cost")),
    responses((status = 200, body = AnswerView<QueryDataView>),
        (status = 422, description = "it cannot be carried out")))]
pub(super) async fn query(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
    params: Params,
) -> Result<Response, NoAnswer> {
    // What is wrong is named in the order in which Prometheus looks.
    params.limit()?;
    let now_ms = prometheus.inner.clock.now().millis();
    let at_ms = params.query_moment("time", now_ms)?;
    answered(&prometheus, &caller, &params, When::At(Moment { at_ms })).await
}

/// Evaluates a query at every step of a period.
#[utoipa::path(
    method(get, post), path = "/prometheus/api/v1/query_range", tag = "prometheus",
    params(
        ("query" = String, Query, description = "PromQL"),
        ("start" = String, Query, description = "Unix seconds or RFC 3339"),
        ("end" = String, Query, description = "Unix seconds or RFC 3339"),
        ("step" = String, Query, description = "seconds, or such as 1m"),
        ("timeout" = Option<String>, Query, description = "such as 10s; at most what is set"),
        ("limit" = Option<u64>, Query, description = "at most so many series; 0: all"),
        ("lookback_delta" = Option<String>, Query, description = "such as 1m; 5m"),
        ("nocache" = Option<String>, Query, description = "1: nothing of an earlier answer"),
        ("stats" = Option<String>, Query, description = "anything: tell what it cost, anew")),
    responses((status = 200, body = AnswerView<QueryDataView>),
        (status = 422, description = "it cannot be carried out")))]
pub(super) async fn query_range(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
    params: Params,
) -> Result<Response, NoAnswer> {
    params.limit()?;
    let period = period(&params)?;
    answered(&prometheus, &caller, &params, When::Over(period)).await
}

/// Writes a query as Prometheus would.
#[utoipa::path(
    method(get, post), path = "/prometheus/api/v1/format_query", tag = "prometheus",
    params(("query" = String, Query, description = "PromQL")),
    responses((status = 200, body = AnswerView<String>)))]
pub(super) async fn format_query(params: Params) -> Result<AnswerView<String>, NoAnswer> {
    Ok(AnswerView::new(parsed(&params)?.pretty()))
}

/// Shows a query as the tree that it is.
#[utoipa::path(
    method(get, post), path = "/prometheus/api/v1/parse_query", tag = "prometheus",
    params(("query" = String, Query, description = "PromQL")),
    responses((status = 200, body = AnswerView<Value>)))]
pub(super) async fn parse_query(params: Params) -> Result<AnswerView<Value>, NoAnswer> {
    Ok(AnswerView::new(parsed(&params)?.to_json()))
}

async fn answered(
    prometheus: &Prometheus,
    caller: &Caller,
    params: &Params,
    when: When,
) -> Result<Response, NoAnswer> {
    let costs = !params.first("stats").is_empty();
    let asked = Asked {
        query: params.first("query").to_owned(),
        when,
        timeout: timeout(params)?,
        lookback_ms: lookback_ms(params)?,
        anew: costs || params.first("nocache") == "1",
    };
    let limit = params.limit()?;
    match prometheus.ask(caller, asked).await? {
        Ok(answered) => Ok(values::response(answered, when, limit, costs)),
        Err(error) => Err(no_answer(error)),
    }
}

fn no_answer(error: PromqlError) -> NoAnswer {
    match error {
        // What is wrong with the text, or with its type for a range.
        PromqlError::Parse(_) | PromqlError::BadQuery { .. } => NoAnswer::parameter("query", error),
        other => NoAnswer::Query { kind: other.kind(), error: other.to_string() },
    }
}

/// The query as a tree. Errors: it is none.
pub(super) fn parsed(params: &Params) -> Result<promql::Expr, NoAnswer> {
    promql::parse(params.first("query"), ParseOptions { experimental: true })
        .map_err(|error| NoAnswer::parameter("query", error))
}

/// Errors: as Prometheus names them, before the query is looked at.
fn period(params: &Params) -> Result<Period, NoAnswer> {
    let from_ms = params.query_moment_given("start")?;
    let to_ms = params.query_moment_given("end")?;
    if to_ms < from_ms {
        return Err(NoAnswer::parameter("end", "end timestamp must not be before start time"));
    }
    let step = span_of(params.first("step"));
    let step_ms = step.map_err(|why| NoAnswer::parameter("step", why))?;
    if step_ms <= 0 {
        let why = "zero or negative query resolution step widths are not accepted. Try a positive \
                   integer";
        return Err(NoAnswer::parameter("step", why));
    }
    if (i128::from(to_ms) - i128::from(from_ms)) / i128::from(step_ms) > i128::from(STEPS_MAX) {
        let why = "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing \
                   the query resolution (?step=XX)";
        return Err(NoAnswer::BadData(why.to_owned()));
    }
    Ok(Period { from_ms, to_ms, step_ms })
}

/// How long it may take, where that is said. One below zero is over already.
fn timeout(params: &Params) -> Result<Option<Duration>, NoAnswer> {
    let ms = match params.first("timeout") {
        "" => return Ok(None),
        text => span_of(text).map_err(|why| NoAnswer::parameter("timeout", why))?,
    };
    Ok(Some(Duration::from_millis(u64::try_from(ms).unwrap_or(0))))
}

/// How long a sample counts, where that is said. One that is not above zero is the usual one.
fn lookback_ms(params: &Params) -> Result<Option<i64>, NoAnswer> {
    let wrong = |why| NoAnswer::BadData(format!("error parsing lookback delta duration: {why}"));
    let ms = match params.first("lookback_delta") {
        "" => return Ok(None),
        text => span_of(text).map_err(wrong)?,
    };
    Ok(Some(ms).filter(|ms| *ms > 0))
}

/// Seconds, or such as `1m30s`; in milliseconds.
fn span_of(text: &str) -> Result<i64, String> {
    if let Ok(seconds) = text.parse::<f64>()
        && !seconds.is_nan()
    {
        // What Prometheus can keep: nanoseconds in 63 bits.
        if seconds.abs() >= 9_223_372_036.0 {
            return Err(format!("cannot parse {text:?} to a valid duration. It overflows int64"));
        }
        return Ok((seconds * 1_000.0) as i64);
    }
    duration_ms(text).ok_or_else(|| format!("cannot parse {text:?} to a valid duration"))
}

#[cfg(test)]
mod tests {
    use super::span_of;

    #[test]
    fn spans_are_seconds_or_durations() {
        for (text, expected) in [
            ("15", Some(15_000)),
            ("0.5", Some(500)),
            ("-1", Some(-1_000)),
            ("1m30s", Some(90_000)),
            ("", None),
            ("1x", None),
            ("1e300", None),
            ("NaN", None),
        ] {
            assert_eq!(span_of(text).ok(), expected, "{text}");
        }
    }
}
