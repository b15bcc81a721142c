use http_kit::TextView;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    WatchedCheck,
    model::{CheckStatus, LastRun},
    outcome::Figure,
};

/// A check with its status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Check)]
pub(crate) struct CheckView {
    id: String,
    /// The resource that is asked.
    resource_id: String,
    resource_name: String,
    /// Unique on its resource.
    name: String,
    /// How it asks: a name from `/check-protocols`.
    protocol: String,
    /// What it asks, as that protocol's schema says.
    #[schema(value_type = Object)]
    spec: Value,
    /// Seconds between two runs.
    interval_s: u32,
    /// Seconds between two attempts while a problem is not yet certain.
    retry_interval_s: u32,
    /// How long one run may take.
    timeout_s: f64,
    /// How many bad answers in a row make a problem certain.
    attempts_max: u32,
    enabled: bool,
    version: i64,
    /// Who made it: `manual`, or the part that found it.
    source: String,
    /// RFC 3339, UTC.
    created_at: String,
    /// RFC 3339, UTC.
    updated_at: String,
    status: CheckStatusView,
}

/// How a check stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckStatus)]
pub(crate) struct CheckStatusView {
    /// The last answer: `ok`, `warning`, `critical`, `unknown`; `pending` before the first.
    state: &'static str,
    /// `soft` while further attempts have yet to confirm a problem, else `hard`.
    state_type: &'static str,
    /// The last certain state.
    hard_state: &'static str,
    /// Bad answers in a row.
    attempt: u32,
    /// When `hard_state` began.
    since: Option<String>,
    last_run_at: Option<String>,
    /// Null while it runs or is disabled.
    next_run_at: Option<String>,
    summary: Option<TextView>,
    figures: Vec<FigureView>,
    duration_s: Option<f64>,
}

/// Something that was measured.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Figure)]
pub(crate) struct FigureView {
    label: String,
    /// Null when it could not be determined.
    value: Option<f64>,
    /// `s`, `B`, `%` …
    unit: String,
}

impl From<WatchedCheck> for CheckView {
    fn from(check: WatchedCheck) -> Self {
        let (definition, settings) = (&check.definition, &check.definition.settings);
        Self {
            id: definition.id.to_string(),
            resource_id: definition.resource_id.to_string(),
            resource_name: check.resource_name.to_string(),
            name: settings.name.clone(),
            protocol: settings.protocol.clone(),
            spec: settings.spec.clone(),
            interval_s: settings.interval_s,
            retry_interval_s: settings.retry_interval_s,
            timeout_s: settings.timeout_s,
            attempts_max: settings.attempts_max,
            enabled: settings.enabled,
            version: definition.version,
            source: definition.source.clone(),
            created_at: definition.created_at.to_string(),
            updated_at: definition.updated_at.to_string(),
            status: CheckStatusView::of(check.status, check.next_run_at),
        }
    }
}

impl CheckStatusView {
    fn of(status: CheckStatus, next_run_at: Option<kernel::Time>) -> Self {
        let (standing, run) = (status.standing, status.last_run);
        let (at, duration, summary, figures) = match run {
            Some(LastRun { at, duration, summary, figures }) => {
                (Some(at), Some(duration), Some(summary), figures)
            }
            None => (None, None, None, Vec::new()),
        };
        Self {
            state: standing.state.name(),
            state_type: standing.state_type.name(),
            hard_state: standing.hard_state.name(),
            attempt: standing.attempt,
            since: standing.since.map(|since| since.to_string()),
            last_run_at: at.map(|at| at.to_string()),
            next_run_at: next_run_at.map(|at| at.to_string()),
            summary: summary.map(TextView::from),
            figures: figures.into_iter().map(FigureView::from).collect(),
            duration_s: duration.map(|duration| duration.as_secs_f64()),
        }
    }
}

impl From<Figure> for FigureView {
    fn from(figure: Figure) -> Self {
        let value = Some(figure.value).filter(|value| value.is_finite());
        Self { label: figure.label, value, unit: figure.unit }
    }
}
