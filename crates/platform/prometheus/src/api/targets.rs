//! What is collected, in the shape of Prometheus' targets.

use std::{collections::BTreeMap, time::Duration};

use axum::extract::State;
use http_kit::Who;
use promql::duration_text;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::{AnswerView, NoAnswer},
    labels::LabelSet,
    params::Params,
};
use crate::{Prometheus, targets::Target};

/// Go's time that is none.
const NEVER: &str = "0001-01-01T00:00:00Z";

/// What is collected from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusTargets)]
#[serde(rename_all = "camelCase")]
pub(super) struct TargetsView {
    active_targets: Vec<ActiveView>,
    /// Those that are disabled.
    dropped_targets: Vec<DroppedView>,
    /// How many of each pool are disabled.
    dropped_target_counts: BTreeMap<String, u64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusTarget)]
#[serde(rename_all = "camelCase")]
struct ActiveView {
    discovered_labels: LabelSet,
    /// Those that its series bear.
    labels: LabelSet,
    /// `host`, or `check/` and the protocol.
    scrape_pool: String,
    scrape_url: String,
    global_url: String,
    last_error: String,
    last_scrape: String,
    /// Seconds.
    last_scrape_duration: f64,
    /// `up`, `down` or `unknown`.
    health: &'static str,
    scrape_interval: String,
    scrape_timeout: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusDroppedTarget)]
#[serde(rename_all = "camelCase")]
struct DroppedView {
    discovered_labels: LabelSet,
    scrape_pool: String,
}

/// What this server collects: from its own machine and by its checks.
#[utoipa::path(
    method(get, post), path = "/prometheus/api/v1/targets", tag = "prometheus",
    params(
        ("state" = Option<String>, Query, description = "`active`, `dropped` (disabled) or `any`"),
        ("scrapePool" = Option<String>, Query, description = "only of this one")),
    responses((status = 200, body = AnswerView<TargetsView>)))]
pub(super) async fn targets(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
    params: Params,
) -> Result<AnswerView<TargetsView>, NoAnswer> {
    // As Prometheus has it: any other word says nothing.
    let state = params.first("state").to_lowercase();
    let pool = params.first("scrapePool");
    let (mut targets, more) = prometheus.targets(&caller).await?;
    targets.retain(|target| pool.is_empty() || target.pool == pool);
    let view = TargetsView::of(targets, &state);
    Ok(AnswerView::new(view).cut_if(more))
}

impl TargetsView {
    /// Those of a state: `active`, `dropped`; all for any other word.
    fn of(targets: Vec<Target>, state: &str) -> Self {
        let (enabled, disabled): (Vec<Target>, Vec<Target>) =
            targets.into_iter().partition(|target| target.enabled);
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for target in &disabled {
            *counts.entry(target.pool.clone()).or_default() += 1;
        }
        let active = enabled.iter().filter(|_| state != "dropped");
        let dropped = disabled.iter().filter(|_| state != "active");
        Self {
            active_targets: active.map(ActiveView::from).collect(),
            dropped_targets: dropped.map(DroppedView::from).collect(),
            dropped_target_counts: counts,
        }
    }
}

impl From<&Target> for ActiveView {
    fn from(target: &Target) -> Self {
        Self {
            discovered_labels: discovered(target),
            labels: target.labels.iter().map(|(name, value)| label(name, value)).collect(),
            scrape_pool: target.pool.clone(),
            scrape_url: target.address.clone(),
            global_url: target.address.clone(),
            last_error: target.last_error.clone(),
            last_scrape: target.last_at.map_or_else(|| NEVER.to_owned(), |at| at.to_string()),
            last_scrape_duration: target.last_took.as_secs_f64(),
            health: match target.healthy {
                None => "unknown",
                Some(true) => "up",
                Some(false) => "down",
            },
            scrape_interval: written(target.interval),
            scrape_timeout: written(target.timeout),
        }
    }
}

impl From<&Target> for DroppedView {
    fn from(target: &Target) -> Self {
        Self { discovered_labels: discovered(target), scrape_pool: target.pool.clone() }
    }
}

fn discovered(target: &Target) -> LabelSet {
    let own = [label("__address__", &target.address), label("job", &target.pool)];
    let labels = target.labels.iter().map(|(name, value)| label(name, value));
    own.into_iter().chain(labels).collect()
}

fn label(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn written(span: Duration) -> String {
    duration_text(i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
}
