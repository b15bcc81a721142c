//! What is known of the metrics of a request: their types, units and meanings.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    sync::PoisonError,
    time::Duration,
};

use forward::TimeSeries;
use tsdb::Metadata;
use wire::remote::{MetricType, send::SentMetadata};

use crate::{Remote, line::Line};

/// So long after it was told, it is told again in the older message: far sides forget.
const TOLD_AGAIN: Duration = Duration::from_secs(60);
/// What the names of a histogram's or summary's series end in, beyond the family's.
const PARTS: [&str; 3] = ["_bucket", "_sum", "_count"];

/// What is known of the metrics of a request, by their names at the far side.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Of each metric the family, if anything is known of it.
    metrics: HashMap<String, Option<String>>,
    families: BTreeMap<String, Metadata>,
    /// Families of which the far side was told the same a short while ago.
    told: Vec<String>,
}

impl Said {
    /// Type, meaning and unit of a metric; nothing where nothing is known.
    pub(super) fn of(&self, metric: &str) -> (MetricType, &str, &str) {
        let family = self.metrics.get(metric).and_then(Option::as_ref);
        match family.and_then(|family| self.families.get(family)) {
            Some(known) => (MetricType::named(&known.kind), &known.help, &known.unit),
            None => (MetricType::Unknown, "", ""),
        }
    }

    /// What is to be told apart from the series, as the older message has it.
    pub(super) fn untold(&self) -> Vec<SentMetadata<'_>> {
        let families = self.families.iter().filter(|(family, _)| !self.told.contains(family));
        let said = families.map(|(family, known)| SentMetadata {
            metric: family,
            kind: MetricType::named(&known.kind),
            help: &known.help,
            unit: &known.unit,
        });
        said.collect()
    }
}

impl Remote {
    /// What the store knows by now of the metrics of these series.
    pub(super) fn said_of(&self, line: &Line, series: &[TimeSeries]) -> Said {
        let mut said = Said::default();
        for one in series {
            let metric = one.labels.metric();
            let Entry::Vacant(place) = said.metrics.entry(metric.to_owned()) else { continue };
            let known = self.known_of(&line.metric_here(metric));
            place.insert(known.map(|(part, known)| {
                let family = metric.strip_suffix(part).unwrap_or(metric).to_owned();
                said.families.insert(family.clone(), known);
                family
            }));
        }
        let now = self.inner.clock.monotonic();
        let told = line.progress.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_told = |(family, known): &(&String, &Metadata)| {
            let told = told.get(*family);
            told.is_some_and(|(told, at)| told == *known && now.saturating_sub(*at) < TOLD_AGAIN)
        };
        let families = said.families.iter().filter(is_told);
        said.told = families.map(|(family, _)| family.clone()).collect();
        said
    }

    /// What is known of a metric, and what its name has more than that of its family.
    fn known_of(&self, metric: &str) -> Option<(&'static str, Metadata)> {
        let store = &self.inner.series;
        if let Some(known) = store.metric_metadata(metric) {
            return Some(("", known));
        }
        let part = PARTS.iter().find(|part| metric.ends_with(*part))?;
        let known = store.metric_metadata(metric.strip_suffix(part)?)?;
        let has_parts = matches!(&*known.kind, "histogram" | "gaugehistogram" | "summary");
        has_parts.then_some((*part, known))
    }

    /// Keeps in mind what the far side was told.
    pub(super) fn note_told(&self, line: &Line, said: &Said) {
        let now = self.inner.clock.monotonic();
        let mut told = line.progress.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|_, (_, at)| now.saturating_sub(*at) < TOLD_AGAIN);
        for (family, known) in &said.families {
            if !said.told.contains(family) {
                told.insert(family.clone(), (known.clone(), now));
            }
        }
    }
}
