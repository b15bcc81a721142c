use std::{collections::BTreeMap, fmt::Write as _};

use tsdb::{HistogramSample, METRIC_LABEL, NativeHistogram};
use wire::{
    otlp::{Attribute, Exemplar, PointFrame},
    remote::{MetricType, SampleMessage},
};

use super::names::label_name;
use crate::{
    intake::{
        judge::{Judge, Unfit},
        taken::{Run, Taken},
    },
    metadata::said_of,
};

/// What a resource is called goes into these labels.
const IDENTITY: [&str; 3] = ["service.namespace", "service.name", "service.instance.id"];
/// The metric that has the other attributes of a resource as labels.
const TARGET_INFO: &str = "target_info";

/// One sample of those that a point becomes.
pub(super) struct Piece<'p> {
    pub(super) name: String,
    /// A label beside the point's attributes.
    pub(super) more: Option<(&'static str, String)>,
    pub(super) value: f64,
    /// Those of the point that belong to this series.
    pub(super) exemplars: Vec<&'p Exemplar<'p>>,
}

impl Piece<'_> {
    pub(super) fn new(name: &str, value: f64) -> Self {
        Self { name: name.to_owned(), more: None, value, exemplars: Vec::new() }
    }
}

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

    /// Takes a sample of a series that has the point's attributes as labels.
    pub(super) fn put<'k>(
        &mut self,
        frame: &PointFrame<'_>,
        mut piece: Piece<'_>,
        judge: &mut Judge<'k>,
        taken: &mut Taken<'k>,
    ) {
        self.label(frame);
        if let Some((name, value)) = piece.more.take() {
            self.labels.insert(name.to_owned(), value);
        }
        self.store(frame.at_ns, piece, judge, taken);
    }

    /// Takes a native histogram of the series of this name with the point's attributes.
    ///
    /// Errors: what is wrong with it, in a sentence.
    pub(super) fn put_histogram(
        &mut self,
        frame: &PointFrame<'_>,
        name: String,
        histogram: NativeHistogram,
        judge: &mut Judge<'_>,
    ) -> Result<HistogramSample, String> {
        self.label(frame);
        let run = self.run(name, judge)?;
        judge.at(run.labels(), millis(frame.at_ns), histogram)
    }

    /// Begins with the point's attributes.
    fn label(&mut self, frame: &PointFrame<'_>) {
        self.newest_ns = self.newest_ns.max(frame.at_ns);
        self.labels.clear();
        add(&mut self.labels, frame.attributes.iter());
    }

    /// Takes the resource's own series: its attributes as labels.
    pub(super) fn tell<'k>(&mut self, judge: &mut Judge<'k>, taken: &mut Taken<'k>) {
        let named = self.job.is_some() || self.instance.is_some();
        if !named || self.others.is_empty() || self.newest_ns == 0 {
            return;
        }
        self.labels.clear();
        add(&mut self.labels, self.others.iter().copied());
        let said = said_of(TARGET_INFO, MetricType::Gauge, "Target metadata", "");
        taken.metadata.extend(said);
        self.store(self.newest_ns, Piece::new(TARGET_INFO, 1.0), judge, taken);
    }

    fn store<'k>(
        &mut self,
        at_ns: u64,
        piece: Piece<'_>,
        judge: &mut Judge<'k>,
        taken: &mut Taken<'k>,
    ) {
        let Piece { name, value, exemplars, .. } = piece;
        let put = self.run(name, judge).and_then(|mut run| {
            let point = judge.point(run.labels(), SampleMessage { at_ms: millis(at_ns), value })?;
            run.add(point, &mut taken.points);
            let exemplars = exemplars.into_iter().filter_map(|one| exemplar(one, judge));
            taken.exemplars.extend(exemplars.map(|exemplar| (run.labels().clone(), exemplar)));
            taken.put(run);
            Ok(())
        });
        if let Err(why) = put {
            taken.refused.add(why);
        }
    }

    /// The series of this name with the labels that are there, and those of the target.
    fn run<'k>(&mut self, name: String, judge: &mut Judge<'k>) -> Result<Run<'k>, String> {
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
        met.map_or_else(
            || {
                let pairs = self.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                let run = judge.labels(key, &pairs.collect::<Vec<_>>());
                run.map_err(Unfit::into_words)
            },
            Ok,
        )
    }
}

/// The exemplar for the store, without its attributes where they are too long; none where it is no
/// good even so.
pub(super) fn exemplar(exemplar: &Exemplar<'_>, judge: &Judge<'_>) -> Option<tsdb::Exemplar> {
    let ids = [("trace_id", exemplar.trace_id), ("span_id", exemplar.span_id)];
    let ids = ids.into_iter().filter(|(_, id)| !id.is_empty());
    let ids: BTreeMap<String, String> = ids.map(|(name, id)| (name.to_owned(), hex(id))).collect();
    let mut labels = ids.clone();
    add(&mut labels, exemplar.attributes.iter());
    let take = |labels: &BTreeMap<String, String>| {
        let pairs = labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        judge.exemplar(&pairs.collect::<Vec<_>>(), millis(exemplar.at_ns), exemplar.value)
    };
    take(&labels).or_else(|| take(&ids))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // A string takes whatever is written to it.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn millis(at_ns: u64) -> i64 {
    i64::try_from(at_ns / 1_000_000).unwrap_or(i64::MAX)
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
