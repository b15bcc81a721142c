//! A far side that answers as a test wants: statuses that no real one gives when asked to.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use tokio::{net::TcpListener, task::JoinHandle};
use wire::remote::{HistogramMessage, snappy, write_v1, write_v2};

/// What came: samples, histograms and exemplars as `host at_ms`, in their order, what was said of
/// metrics as `metric kind help`, and the headers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Write {
    pub(crate) headers: HeaderMap,
    pub(crate) samples: Vec<(String, i64)>,
    pub(crate) histograms: Vec<(String, i64)>,
    pub(crate) exemplars: Vec<(String, i64)>,
    pub(crate) said: BTreeSet<String>,
}

type Answer = dyn Fn(&Write) -> Response + Send + Sync;

/// It ends with the test.
pub(crate) struct StandIn {
    pub(crate) url: String,
    writes: Arc<Mutex<Vec<Write>>>,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Shared {
    writes: Arc<Mutex<Vec<Write>>>,
    answer: Arc<Answer>,
}

impl StandIn {
    /// One that answers every write as `answer` says.
    pub(crate) async fn start(answer: impl Fn(&Write) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/v1/write", listener.local_addr().unwrap());
        let writes = Arc::<Mutex<Vec<Write>>>::default();
        let shared = Shared { writes: Arc::clone(&writes), answer: Arc::new(answer) };
        let router = Router::new().route("/api/v1/write", post(take)).with_state(shared);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, writes, task }
    }

    pub(crate) fn writes(&self) -> Vec<Write> {
        self.writes.lock().unwrap().clone()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let plain = snappy::unpack(&body, 64 << 20).unwrap();
    let newer = headers["content-type"].to_str().unwrap().contains("v2");
    let read = if newer { read_v2(&plain) } else { read_v1(&plain) };
    let write = Write { headers, ..read };
    let answer = (shared.answer)(&write);
    shared.writes.lock().unwrap().push(write);
    answer
}

fn host(labels: &[(&str, &str)]) -> String {
    labels.iter().find(|(name, _)| *name == "host").unwrap().1.to_owned()
}

fn at_ms(part: &wire::protobuf::Part<'_>) -> i64 {
    HistogramMessage::read(*part).unwrap().at_ms
}

fn read_v1(plain: &[u8]) -> Write {
    let (mut one, mut labels, mut all) =
        (write_v1::TimeSeries::default(), Vec::new(), Write::default());
    for item in write_v1::items(plain) {
        let part = match item.unwrap() {
            write_v1::Item::Series(part) => part,
            write_v1::Item::Metadata(part) => {
                let write_v1::Metadata { metric, kind, help, .. } =
                    write_v1::Metadata::read(part).unwrap();
                all.said.insert(format!("{metric} {} {help}", kind.word()));
                continue;
            }
        };
        one.read(part).unwrap();
        one.labels(&mut labels).unwrap();
        let named = |at_ms| (host(&labels), at_ms);
        all.samples.extend(one.samples.iter().map(|sample| named(sample.at_ms)));
        all.histograms.extend(one.histograms.iter().map(|part| named(at_ms(part))));
        let exemplars = one.exemplars.iter();
        let times = exemplars.map(|part| write_v1::Exemplar::read(*part).unwrap().at_ms);
        all.exemplars.extend(times.map(named));
    }
    all
}

fn read_v2(plain: &[u8]) -> Write {
    let symbols = write_v2::Symbols::read(plain).unwrap();
    let (mut one, mut labels, mut all) =
        (write_v2::TimeSeries::default(), Vec::new(), Write::default());
    for part in write_v2::series(plain) {
        one.read(part.unwrap()).unwrap();
        // As the specification says; Prometheus refuses anything else.
        assert!(one.samples.is_empty() != one.histograms.is_empty(), "either, and not none");
        symbols.pairs(&one.label_refs, one.at(), &mut labels).unwrap();
        let named = |at_ms| (host(&labels), at_ms);
        all.samples.extend(one.samples.iter().map(|sample| named(sample.at_ms)));
        all.histograms.extend(one.histograms.iter().map(|part| named(at_ms(part))));
        let exemplars = one.exemplars.iter();
        let times = exemplars.map(|part| write_v2::Exemplar::read(*part).unwrap().at_ms);
        all.exemplars.extend(times.map(named));
        let metric = labels.iter().find(|(name, _)| *name == "__name__").unwrap().1;
        let help = symbols.text(one.metadata.help_ref, 0).unwrap();
        all.said.insert(format!("{metric} {} {help}", one.metadata.kind.word()));
    }
    all
}

/// 204 as a receiver of the newer message gives it.
pub(crate) fn written(write: &Write) -> Response {
    let counts = [
        ("x-prometheus-remote-write-samples-written", write.samples.len().to_string()),
        ("x-prometheus-remote-write-histograms-written", write.histograms.len().to_string()),
        ("x-prometheus-remote-write-exemplars-written", write.exemplars.len().to_string()),
    ];
    (StatusCode::NO_CONTENT, counts).into_response()
}
