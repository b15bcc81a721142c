use std::collections::BTreeMap;

use tsdb::METRIC_LABEL;
use wire::{
    otlp::{Attribute, PointFrame},
    remote::{MetricType, SampleMessage},
};

use super::names::label_name;
use crate::{
    intake::{judge::Judge, taken::Taken},
    metadata::said_of,
};

/// What a resource is called goes into these labels.
const IDENTITY: [&str; 3] = ["service.namespace", "service.name", "service.instance.id"];
/// The metric that has the other attributes of a resource as labels.
const TARGET_INFO: &str = "target_info";

/// Who is measured.
pub(super) struct Target<'b> {
    job: Option<String>,
    instance: Option<String>,
    /// Its other attributes.
    others: Vec<&'b Attribute<'b>>,
    newest_ns: u64,
    /// The labels of a series, and the bytes they are remembered by; for each anew.
    labels: BTreeMap<String, String>,
    key_bytes: Vec<u8>,
}

impl<'b> Target<'b> {
    pub(super) fn of(attributes: &'b [Attribute<'b>]) -> Self {
        let value = |name: &str| {
            let found = attributes.iter().find(|attribute| attribute.name == name);
            found.map(|attribute| attribute.value.as_ref()).filter(|value| !value.is_empty())
        };
        let [namespace, name, instance] = IDENTITY.map(value);
        let job = name.map(|name| match namespace {
            Some(namespace) => format!("{namespace}/{name}"),
            None => name.to_owned(),
        });
        let others = attributes.iter().filter(|attribute| !IDENTITY.contains(&attribute.name));
        Self {
            job,
            instance: instance.map(str::to_owned),
            others: others.collect(),
            newest_ns: 0,
            labels: BTreeMap::new(),
            key_bytes: Vec::new(),
        }
    }

    /// Takes a value of the series of this name with the point's attributes and `more`.
    pub(super) fn put(
        &mut self,
        frame: &PointFrame<'_>,
        name: String,
        more: Option<(&'static str, String)>,
        value: f64,
        judge: &mut Judge<'_>,
        taken: &mut Taken,
    ) {
        self.newest_ns = self.newest_ns.max(frame.at_ns);
        self.labels.clear();
        add(&mut self.labels, frame.attributes.iter());
        if let Some((name, value)) = more {
            self.labels.insert(name.to_owned(), value);
        }
        self.store(name, frame.at_ns, value, judge, taken);
    }

    /// Takes the resource's own series: its attributes as labels.
    pub(super) fn tell(&mut self, judge: &mut Judge<'_>, taken: &mut Taken) {
        let named = self.job.is_some() || self.instance.is_some();
        if !named || self.others.is_empty() || self.newest_ns == 0 {
            return;
        }
        self.labels.clear();
        add(&mut self.labels, self.others.iter().copied());
        let said = said_of(TARGET_INFO, MetricType::Gauge, "Target metadata", "");
        taken.metadata.extend(said);
        self.store(TARGET_INFO.to_owned(), self.newest_ns, 1.0, judge, taken);
    }

    fn store(
        &mut self,
        name: String,
        at_ns: u64,
        value: f64,
        judge: &mut Judge<'_>,
        taken: &mut Taken,
    ) {
        for (name, value) in [("job", &self.job), ("instance", &self.instance)] {
            if let Some(value) = value {
                self.labels.insert(name.to_owned(), value.clone());
            }
        }
        self.labels.insert(METRIC_LABEL.to_owned(), name);
        self.key_bytes.clear();
        for text in self.labels.iter().flat_map(|(name, value)| [name, value]) {
            self.key_bytes.extend_from_slice(text.as_bytes());
            // It stands in no text: two different sets are never the same bytes.
            self.key_bytes.push(0xff);
        }
        let (key, met) = judge.met(&self.key_bytes);
        let run = met.map_or_else(
            || {
                let pairs = self.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                judge.labels(key, &pairs.collect::<Vec<_>>())
            },
            Ok,
        );
        let at_ms = i64::try_from(at_ns / 1_000_000).unwrap_or(i64::MAX);
        let put = run.and_then(|mut run| {
            let point = judge.point(run.labels(), SampleMessage { at_ms, value })?;
            run.add(point, &mut taken.points);
            taken.put(run);
            Ok(())
        });
        if let Err(why) = put {
            taken.refused.add(why);
        }
    }
}

/// Adds attributes as labels; values whose names become the same stand behind each other.
fn add<'b>(
    labels: &mut BTreeMap<String, String>,
    attributes: impl Iterator<Item = &'b Attribute<'b>>,
) {
    for attribute in attributes.filter(|attribute| !attribute.value.is_empty()) {
        labels
            .entry(label_name(attribute.name))
            .and_modify(|value| {
                value.push(';');
                value.push_str(&attribute.value);
            })
            .or_insert_with(|| attribute.value.clone().into_owned());
    }
}

/// A bound as Prometheus writes it.
pub(super) fn number(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        (if value > 0.0 { "+Inf" } else { "-Inf" }).to_owned()
    } else {
        value.to_string()
    }
}
