//! What writers say of their metrics: type, help and unit, the newest word of each.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use tsdb::NAME_BYTES_MAX;
use wire::remote::MetricType;

/// Most metrics of which something is remembered.
const METRICS_MAX: usize = 50_000;
/// Longest help or unit that is remembered, in bytes; longer ones are cut.
const TEXT_BYTES_MAX: usize = 2_048;

/// What is said of a metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MetricMetadata {
    pub(crate) kind: MetricType,
    pub(crate) help: String,
    pub(crate) unit: String,
}

/// What is said of all metrics. It is kept in memory: writers repeat it by themselves.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    by_metric: RwLock<BTreeMap<String, MetricMetadata>>,
}

impl MetricMetadata {
    pub(crate) fn new(kind: MetricType, help: &str, unit: &str) -> Self {
        let cut = |text: &str| text[..text.floor_char_boundary(TEXT_BYTES_MAX)].to_owned();
        Self { kind, help: cut(help), unit: cut(unit) }
    }
}

impl Metadata {
    /// Remembers what was said; of new metrics only while there is room.
    pub(crate) fn learn(&self, said: Vec<(String, MetricMetadata)>) {
        if said.is_empty() {
            return;
        }
        let mut known = self.by_metric.write().unwrap_or_else(PoisonError::into_inner);
        for (metric, metadata) in said {
            let fits = (1..=NAME_BYTES_MAX).contains(&metric.len());
            if fits && (known.len() < METRICS_MAX || known.contains_key(&metric)) {
                known.insert(metric, metadata);
            }
        }
    }

    /// What is known of `metric`, or of all, of at most `limit` that `wanted` accepts.
    pub(crate) fn of(
        &self,
        metric: Option<&str>,
        limit: usize,
        wanted: impl Fn(&str) -> bool,
    ) -> Vec<(String, MetricMetadata)> {
        let known = self.by_metric.read().unwrap_or_else(PoisonError::into_inner);
        let fits = |name: &str| metric.is_none_or(|metric| metric == name) && wanted(name);
        let found = known.iter().filter(|(name, _)| fits(name)).take(limit);
        found.map(|(name, metadata)| (name.clone(), metadata.clone())).collect()
    }
}
