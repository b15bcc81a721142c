use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tsdb::{MatchOp, Selector};
use wire::remote::{
    MetricType, ask,
    read::{Comparison, MatcherMessage, Query},
    snappy,
};

use super::{
    NAME, Pairs, Points,
    family::{Metadata, Said},
    typed::Exemplar,
};
use crate::{
    cli::{ExportArgs, Output, OutputArgs, ServerArgs},
    commands::{client, query::seconds},
};

/// Most bytes of an answer, unpacked.
const ANSWER_BYTES_MAX: usize = 1 << 30;
const HEADERS: [(&str, &str); 3] = [
    ("Content-Type", "application/x-protobuf"),
    ("Content-Encoding", "snappy"),
    ("X-Prometheus-Remote-Read-Version", "0.1.0"),
];

/// All types of metrics.
const KINDS: [MetricType; 8] = [
    MetricType::Unknown,
    MetricType::Counter,
    MetricType::Gauge,
    MetricType::Histogram,
    MetricType::GaugeHistogram,
    MetricType::Summary,
    MetricType::Info,
    MetricType::StateSet,
];

/// A server that is asked for series.
#[derive(Debug)]
pub(super) struct Source<'a> {
    server: ServerArgs,
    args: &'a ExportArgs,
    selectors: Vec<Selector>,
    from_ms: i64,
    to_ms: i64,
}

/// What there is of a series.
#[derive(Debug, Default)]
struct Held {
    points: Vec<(i64, f64)>,
    /// How many native histograms it has besides.
    histograms: u64,
}

/// What there is of series, each once however often it was asked for.
type Found = BTreeMap<Pairs, Held>;

/// What came of a read.
enum Answer {
    /// The series.
    Found(Found),
    /// More than the server answers at once, in its words.
    TooMuch(String),
}

impl<'a> Source<'a> {
    /// Errors: what is wrong with a selector.
    pub(super) fn new(args: &'a ExportArgs, (from_ms, to_ms): (i64, i64)) -> Result<Self, String> {
        let mut selectors = Vec::new();
        for text in &args.selectors {
            let selector = Selector::parse(text);
            selectors.push(selector.map_err(|error| format!("--match {text}: {error}"))?);
        }
        let server = ServerArgs {
            url: args.url.clone(),
            token: args.token.clone(),
            output: OutputArgs { output: Output::Json },
        };
        Ok(Self { server, args, selectors, from_ms, to_ms })
    }

    /// The names of the metrics that have series, ascending.
    pub(super) fn metrics(&self) -> Result<Vec<String>> {
        self.texts("/prometheus/api/v1/label/__name__/values")
    }

    /// What is known of all metrics.
    pub(super) fn metadata(&self) -> Result<Metadata> {
        let answer = client::get(&self.server, "/prometheus/api/v1/metadata", &[])?;
        let all = answer["data"].as_object().context("the server answered without metadata")?;
        let known = all.iter().map(|(name, said)| {
            let text = |field: &str| said[0][field].as_str().unwrap_or_default().to_owned();
            let kind = KINDS.iter().find(|kind| kind.word() == text("type"));
            let (kind, help, unit) =
                (kind.copied().unwrap_or_default(), text("help"), text("unit"));
            (name.clone(), Said { kind, help, unit })
        });
        Ok(known.collect())
    }

    /// The exemplars of a metric's series, each oldest first.
    pub(super) fn exemplars(&self, metric: &str) -> Result<BTreeMap<Pairs, Vec<Exemplar>>> {
        let query = [
            ("query", Some(Selector::metric(metric).to_string())),
            ("start", Some(seconds(self.from_ms))),
            ("end", Some(seconds(self.to_ms))),
        ];
        let answer = client::get(&self.server, "/prometheus/api/v1/query_exemplars", &query)?;
        let mut all = BTreeMap::new();
        for series in answer["data"].as_array().into_iter().flatten() {
            let exemplars = series["exemplars"].as_array().into_iter().flatten();
            let exemplars = exemplars.filter_map(|one| {
                Some(Exemplar {
                    labels: pairs_of(&one["labels"]),
                    value: one["value"].as_str()?.parse().ok()?,
                    at_ms: (one["timestamp"].as_f64()? * 1_000.0).round() as i64,
                })
            });
            all.insert(pairs_of(&series["seriesLabels"]), exemplars.collect());
        }
        Ok(all)
    }

    /// The names of all labels of the series, ascending.
    pub(super) fn label_names(&self) -> Result<Vec<String>> {
        self.texts("/prometheus/api/v1/labels")
    }

    fn texts(&self, path: &str) -> Result<Vec<String>> {
        let answer = self.list(path, &self.args.selectors)?;
        Ok(answer.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// A list of Prometheus' API about the series of `selectors`.
    fn list(&self, path: &str, selectors: &[String]) -> Result<Vec<Value>> {
        let mut query =
            vec![("start", Some(seconds(self.from_ms))), ("end", Some(seconds(self.to_ms)))];
        query.extend(selectors.iter().map(|selector| ("match[]", Some(selector.clone()))));
        let mut answer = client::get(&self.server, path, &query)?;
        match answer["data"].take() {
            Value::Array(items) => Ok(items),
            _ => bail!("the server answered without a list; is it a Mainstay server?"),
        }
    }

    /// Hands out the series of a metric; tells how many native histograms they have.
    pub(super) fn metric(
        &self,
        name: &str,
        each: &mut dyn FnMut(&Pairs, &Points) -> Result<()>,
    ) -> Result<u64> {
        let mut all = Found::new();
        let named = |selector: &&Selector| {
            let mut about_name =
                selector.matchers().iter().filter(|matcher| matcher.name() == NAME);
            about_name.all(|matcher| matcher.accepts(name))
        };
        for selector in self.selectors.iter().filter(named) {
            let mut matchers = vec![equal(NAME, name)];
            let others = selector.matchers().iter().filter(|matcher| matcher.name() != NAME);
            matchers.extend(others.map(|matcher| MatcherMessage {
                comparison: comparison(matcher.op()),
                name: matcher.name(),
                value: matcher.value(),
            }));
            match self.read(matchers)? {
                Answer::Found(found) => all.extend(found),
                // One after the other they are few enough.
                Answer::TooMuch(_) => return self.one_by_one(name, each),
            }
        }
        let mut histograms = 0;
        for (labels, held) in all {
            histograms += held.histograms;
            each(&labels, &held.points)?;
        }
        Ok(histograms)
    }

    /// The same, with a request for each series.
    fn one_by_one(
        &self,
        name: &str,
        each: &mut dyn FnMut(&Pairs, &Points) -> Result<()>,
    ) -> Result<u64> {
        let mut histograms = 0;
        for labels in self.series_of(name)? {
            let matchers = labels.iter().map(|(name, value)| equal(name, value)).collect();
            let found = match self.read(matchers)? {
                Answer::Found(found) => found,
                Answer::TooMuch(said) => bail!("{name}: {said}"),
            };
            // Others may have the same labels and more.
            if let Some(held) = found.get(&labels) {
                histograms += held.histograms;
                each(&labels, &held.points)?;
            }
        }
        Ok(histograms)
    }

    fn series_of(&self, name: &str) -> Result<Vec<Pairs>> {
        let mut all = Vec::new();
        for item in self.list("/prometheus/api/v1/series", &self.args.selectors)? {
            let pairs = pairs_of(&item);
            if pairs.iter().any(|(label, value)| label == NAME && value == name) {
                all.push(pairs);
            }
        }
        all.sort();
        Ok(all)
    }

    fn read(&self, matchers: Vec<MatcherMessage<'_>>) -> Result<Answer> {
        let query = Query { from_ms: self.from_ms, to_ms: self.to_ms, matchers };
        let body = snappy::pack(&ask::request(&query))?;
        let url = format!("{}/prometheus/api/v1/read", self.server.url.trim_end_matches('/'));
        let answer = client::post(&url, &self.server.token, &HEADERS, &body)?;
        match answer.status {
            200 => {}
            400 | 413 | 422 => return Ok(Answer::TooMuch(answer.said())),
            status => bail!("{url}: {status}: {}", answer.said()),
        }
        let bytes = snappy::unpack(&answer.body, ANSWER_BYTES_MAX);
        let bytes = bytes.with_context(|| format!("{url}: the answer is no remote read"))?;
        let mut found = Found::new();
        for series in ask::response(&bytes)? {
            let pairs = series.labels.iter();
            let mut labels: Pairs =
                pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            labels.sort();
            let held = found.entry(labels).or_default();
            held.points.extend(series.samples.iter().map(|sample| (sample.at_ms, sample.value)));
            held.histograms += series.histograms.len() as u64;
        }
        Ok(Answer::Found(found))
    }
}

/// Labels of an answer, sorted by name.
fn pairs_of(labels: &Value) -> Pairs {
    let labels = labels.as_object().into_iter().flatten();
    let pairs = labels.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    let mut pairs: Pairs = pairs.collect();
    pairs.sort();
    pairs
}

fn equal<'t>(name: &'t str, value: &'t str) -> MatcherMessage<'t> {
    MatcherMessage { comparison: Comparison::Equal, name, value }
}

fn comparison(op: MatchOp) -> Comparison {
    match op {
        MatchOp::Equal => Comparison::Equal,
        MatchOp::NotEqual => Comparison::NotEqual,
        MatchOp::Regex => Comparison::Regex,
        MatchOp::NotRegex => Comparison::NotRegex,
    }
}
