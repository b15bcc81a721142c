//! The shape of every answer: `status`, then `data` or `errorType` and `error`.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http_kit::Problem;
use kernel::{Fault, FaultKind};
use serde::Serialize;
use utoipa::ToSchema;

/// What is said of an answer that leaves something out.
pub(super) const TRUNCATED: &str = "results truncated due to limit";

/// What was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusAnswer)]
pub(super) struct AnswerView<T> {
    /// `success`.
    status: &'static str,
    /// What was asked for.
    data: T,
    /// What may be wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    /// What is worth knowing of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    infos: Vec<String>,
}

impl<T> AnswerView<T> {
    pub(super) fn new(data: T) -> Self {
        Self { status: "success", data, warnings: Vec::new(), infos: Vec::new() }
    }

    /// The same, with more warnings.
    pub(super) fn warned(mut self, warnings: Vec<String>) -> Self {
        self.warnings.extend(warnings);
        self
    }

    /// The same, with the warning that there is more where there is.
    pub(super) fn cut_if(mut self, more: bool) -> Self {
        self.warnings.extend(more.then(|| TRUNCATED.to_owned()));
        self
    }
}

impl<I> AnswerView<Vec<I>> {
    /// At most `limit` items, and a warning where that leaves some out. 0: all.
    pub(super) fn limited(mut items: Vec<I>, limit: usize) -> Self {
        let more = limit > 0 && items.len() > limit;
        if more {
            items.truncate(limit);
        }
        Self::new(items).cut_if(more)
    }
}

impl<T: Serialize> IntoResponse for AnswerView<T> {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// What was asked makes no sense, in Prometheus' words (400).
    BadData(String),
    /// The query reads well, and has no answer.
    Query {
        /// `execution`, `timeout`, `canceled` …
        kind: &'static str,
        /// Why, in Prometheus' words.
        error: String,
    },
    /// It cannot be answered for another reason.
    Fault(Fault),
}

#[derive(Serialize)]
struct ErrorView {
    status: &'static str,
    #[serde(rename = "errorType")]
    error_type: &'static str,
    error: String,
}

impl From<Fault> for NoAnswer {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl NoAnswer {
    /// A parameter that cannot be read.
    pub(super) fn parameter(name: &str, why: impl std::fmt::Display) -> Self {
        Self::BadData(format!("invalid parameter \"{name}\": {why}"))
    }
}

/// The status that Prometheus answers with an error of this type.
fn status_of(kind: &str) -> StatusCode {
    match kind {
        "bad_data" => StatusCode::BAD_REQUEST,
        "execution" => StatusCode::UNPROCESSABLE_ENTITY,
        "timeout" => StatusCode::SERVICE_UNAVAILABLE,
        // The client has gone: nobody reads it (nginx' code, which Prometheus took over).
        "canceled" => StatusCode::from_u16(499).unwrap_or(StatusCode::SERVICE_UNAVAILABLE),
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for NoAnswer {
    fn into_response(self) -> Response {
        match self {
            Self::BadData(error) => {
                let view = ErrorView { status: "error", error_type: "bad_data", error };
                (StatusCode::BAD_REQUEST, Json(view)).into_response()
            }
            Self::Query { kind, error } => {
                let view = ErrorView { status: "error", error_type: kind, error };
                (status_of(kind), Json(view)).into_response()
            }
            // Selectors that match too much read well: they cannot be carried out.
            Self::Fault(fault) if fault.kind == FaultKind::Invalid => {
                let error = fault.text.en;
                let view = ErrorView { status: "error", error_type: "execution", error };
                (StatusCode::UNPROCESSABLE_ENTITY, Json(view)).into_response()
            }
            // The kit words it.
            Self::Fault(fault) => Problem(fault).into_response(),
        }
    }
}
