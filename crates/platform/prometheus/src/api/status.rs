//! How the server stands.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
    sync::Arc,
};

use axum::extract::State;
use http_kit::Who;
use promql::{EngineOptions, duration_text};
use serde::Serialize;
use tsdb::Labels;
use utoipa::ToSchema;

use super::{
    answer::{AnswerView, NoAnswer},
    params::Params,
    storage::{StorageView, span},
};
use crate::{
    LimitFigures, Prometheus,
    gaps::Gaps,
    limits::living,
    prometheus::READS_MAX,
    query::{QueryLimits, TIMEOUT_MAX},
};

/// The version of Prometheus whose HTTP API this is: clients choose by it what they ask for.
const API_VERSION: &str = "3.5.0";
/// So many of each list, unless another number is asked for.
const LISTED: usize = 10;

/// What this is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusBuild)]
#[serde(rename_all = "camelCase")]
pub(super) struct BuildView {
    /// The version of Prometheus whose HTTP API this is.
    version: &'static str,
    revision: &'static str,
    branch: &'static str,
    build_user: &'static str,
    build_date: &'static str,
    go_version: &'static str,
    /// Who answers.
    application: &'static str,
    /// Its own version.
    application_version: &'static str,
}

/// How it runs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusRuntime)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuntimeView {
    start_time: String,
    server_time: String,
    reload_config_success: bool,
    last_config_time: String,
    /// Parts of the samples' files that cannot be read.
    corruption_count: usize,
    storage_retention: String,
    /// What Prometheus does not tell: how the store lies on disk and in memory.
    storage: StorageView,
    /// What answers of range queries take in memory that are kept for those who ask again.
    answers_kept_bytes: u64,
}

/// What the store holds of series that live.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusHead)]
#[serde(rename_all = "camelCase")]
pub(super) struct HeadView {
    head_stats: HeadStatsView,
    series_count_by_metric_name: Vec<CountView>,
    label_value_count_by_label_name: Vec<CountView>,
    memory_in_bytes_by_label_name: Vec<CountView>,
    series_count_by_label_value_pair: Vec<CountView>,
    /// What Prometheus does not tell: limits for a part of the series, and how they stand.
    limits: Vec<LimitView>,
}

/// A limit for the series that match a selector.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusSeriesLimit)]
#[serde(rename_all = "camelCase")]
pub(super) struct LimitView {
    /// Which series.
    selector: String,
    /// How many of them have had a sample in the last two hours; null: they are not counted.
    series: Option<u64>,
    /// Most of them; null: no limit.
    series_max: Option<u64>,
    /// Most labels of each, its name included; null: no limit of their own.
    labels_max: Option<u64>,
    /// Most bytes of the value of a label; null: no limit of their own.
    label_value_length_max: Option<u64>,
    /// How often a series was refused since the start: each time that it was sent.
    refused: u64,
}

impl From<LimitFigures> for LimitView {
    fn from(LimitFigures { limit, series, refused }: LimitFigures) -> Self {
        Self {
            selector: limit.selector.to_string(),
            series,
            series_max: limit.series_max,
            labels_max: limit.labels_max,
            label_value_length_max: limit.label_value_length_max,
            refused,
        }
    }
}

/// Numbers of the store.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusHeadStats)]
#[serde(rename_all = "camelCase")]
pub(super) struct HeadStatsView {
    num_series: u64,
    num_label_pairs: u64,
    chunk_count: u64,
    min_time: i64,
    max_time: i64,
}

/// A number with its name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusCount)]
pub(super) struct CountView {
    name: String,
    value: u64,
}

/// How far the log has been read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusReplay)]
pub(super) struct ReplayView {
    /// The first segment, the last, and the one that is being read.
    min: u64,
    max: u64,
    current: u64,
    /// `done`.
    state: &'static str,
}

/// Its configuration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrometheusConfig)]
pub(super) struct ConfigView {
    /// As Prometheus would have it.
    yaml: String,
}

/// Which version of the API this is, and whose.
#[utoipa::path(method(get, post), path = "/prometheus/api/v1/status/buildinfo", tag = "prometheus",
    responses((status = 200, body = AnswerView<BuildView>)))]
pub(super) async fn build(State(prometheus): State<Prometheus>) -> AnswerView<BuildView> {
    AnswerView::new(BuildView {
        version: API_VERSION,
        revision: "",
        branch: "",
        build_user: "",
        build_date: "",
        go_version: "",
        application: "Mainstay",
        application_version: prometheus.inner.settings.version,
    })
}

/// Since when the server runs, and how its samples are.
#[utoipa::path(
    method(get, post), path = "/prometheus/api/v1/status/runtimeinfo", tag = "prometheus",
    responses((status = 200, body = AnswerView<RuntimeView>)))]
pub(super) async fn runtime(State(prometheus): State<Prometheus>) -> AnswerView<RuntimeView> {
    let inner = &prometheus.inner;
    let started_at = inner.started_at.to_string();
    let stats = inner.series.stats();
    AnswerView::new(RuntimeView {
        last_config_time: started_at.clone(),
        start_time: started_at,
        server_time: inner.clock.now().to_string(),
        reload_config_success: true,
        corruption_count: stats.damages.len(),
        storage_retention: span(inner.store.tuning().retention_ms),
        storage: StorageView::new(&inner.store, stats),
        answers_kept_bytes: inner.kept.bytes(),
    })
}

/// How many series live, and which labels make them many.
#[utoipa::path(method(get, post), path = "/prometheus/api/v1/status/tsdb", tag = "prometheus",
    params(("limit" = Option<u64>, Query, description = "how many of each list; 10")),
    responses((status = 200, body = AnswerView<HeadView>)))]
pub(super) async fn head(
    State(prometheus): State<Prometheus>,
    Who(caller): Who,
    params: Params,
) -> Result<AnswerView<HeadView>, NoAnswer> {
    let limit = params.number("limit", LISTED)?;
    if !(1..=10_000).contains(&limit) {
        return Err(NoAnswer::parameter("limit", "limit must be between 1 and 10000"));
    }
    let inner = &prometheus.inner;
    let range = living(inner.clock.now(), inner.settings.ahead);
    let series = prometheus.visible(&caller, Vec::new(), range, &Gaps::default()).await?;
    let counting = Arc::clone(inner);
    let counted = prometheus.in_turn(move |_| {
        let limits = counting.limits.counted(&counting.counting());
        Ok((count(&series, limit), limits))
    });
    let (mut view, limits) = counted.await?;
    view.limits = limits.into_iter().map(LimitView::from).collect();
    let stats = inner.series.stats();
    view.head_stats.min_time = stats.oldest_ms.unwrap_or_default();
    view.head_stats.max_time = stats.newest_ms.unwrap_or_default();
    Ok(AnswerView::new(view))
}

/// How far the log has been read at the start: it is, before anybody is answered.
#[utoipa::path(method(get, post), path = "/prometheus/api/v1/status/walreplay", tag = "prometheus",
    responses((status = 200, body = AnswerView<ReplayView>)))]
pub(super) async fn walreplay() -> AnswerView<ReplayView> {
    AnswerView::new(ReplayView { min: 0, max: 0, current: 0, state: "done" })
}

/// Settings of the store under the names of Prometheus' flags.
#[utoipa::path(method(get, post), path = "/prometheus/api/v1/status/flags", tag = "prometheus",
    responses((status = 200, body = AnswerView<BTreeMap<String, String>>)))]
pub(super) async fn flags(
    State(prometheus): State<Prometheus>,
) -> AnswerView<BTreeMap<String, String>> {
    let tuning = prometheus.inner.store.tuning();
    let QueryLimits { timeout, concurrency_max, samples_max, .. } = prometheus.inner.settings.query;
    let timeout_ms = timeout.min(TIMEOUT_MAX).as_millis() as i64;
    // Without a limit Prometheus says 0B.
    let bytes = Some(tuning.retention_bytes).filter(|bytes| *bytes < u64::MAX).unwrap_or(0);
    let flags = [
        ("query.lookback-delta", duration_text(EngineOptions::default().lookback_ms)),
        ("query.max-concurrency", concurrency_max.to_string()),
        ("query.max-samples", samples_max.to_string()),
        ("query.timeout", duration_text(timeout_ms)),
        ("storage.remote.read-concurrent-limit", READS_MAX.to_string()),
        ("storage.tsdb.retention.time", span(tuning.retention_ms)),
        ("storage.tsdb.retention.size", format!("{bytes}B")),
        ("web.enable-remote-write-receiver", "true".to_owned()),
    ];
    AnswerView::new(flags.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The configuration of the store as Prometheus would have it.
#[utoipa::path(method(get, post), path = "/prometheus/api/v1/status/config", tag = "prometheus",
    responses((status = 200, body = AnswerView<ConfigView>)))]
pub(super) async fn config(State(prometheus): State<Prometheus>) -> AnswerView<ConfigView> {
    let retention = span(prometheus.inner.store.tuning().retention_ms);
    let yaml = format!("storage:\n  tsdb:\n    retention:\n      time: {retention}\n");
    AnswerView::new(ConfigView { yaml })
}

fn count(series: &[Labels], limit: usize) -> HeadView {
    let mut by_metric: HashMap<&str, u64> = HashMap::new();
    let mut by_pair: HashMap<(&str, &str), u64> = HashMap::new();
    for labels in series {
        *by_metric.entry(labels.metric()).or_default() += 1;
        for pair in labels.iter() {
            *by_pair.entry(pair).or_default() += 1;
        }
    }
    let (mut values, mut bytes): (HashMap<&str, u64>, HashMap<&str, u64>) = Default::default();
    for ((name, value), count) in &by_pair {
        *values.entry(name).or_default() += 1;
        *bytes.entry(name).or_default() += value.len() as u64 * count;
    }
    HeadView {
        head_stats: HeadStatsView {
            num_series: series.len() as u64,
            num_label_pairs: by_pair.len() as u64,
            chunk_count: series.len() as u64,
            min_time: 0,
            max_time: 0,
        },
        series_count_by_metric_name: most(by_metric, limit, str::to_owned),
        label_value_count_by_label_name: most(values, limit, str::to_owned),
        memory_in_bytes_by_label_name: most(bytes, limit, str::to_owned),
        series_count_by_label_value_pair: most(by_pair, limit, |(name, value)| {
            format!("{name}={value}")
        }),
        limits: Vec::new(),
    }
}

/// The largest counts, and of equal ones those whose names come first.
fn most<K: Ord + Hash>(
    counts: HashMap<K, u64>,
    limit: usize,
    name: impl Fn(K) -> String,
) -> Vec<CountView> {
    let mut counts: Vec<(K, u64)> = counts.into_iter().collect();
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(limit);
    counts.into_iter().map(|(key, value)| CountView { name: name(key), value }).collect()
}
