//! A far side that answers as a test wants: statuses that no real one gives when asked to.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use tokio::{net::TcpListener, task::JoinHandle};
use wire::remote::{snappy, write_v1, write_v2};

/// What came: the samples as `host at_ms`, in their order, and the headers.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) headers: HeaderMap,
    pub(crate) samples: Vec<(String, i64)>,
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
    let samples = if newer { read_v2(&plain) } else { read_v1(&plain) };
    let write = Write { headers, samples };
    let answer = (shared.answer)(&write);
    shared.writes.lock().unwrap().push(write);
    answer
}

fn host(labels: &[(&str, &str)]) -> String {
    labels.iter().find(|(name, _)| *name == "host").unwrap().1.to_owned()
}

fn read_v1(plain: &[u8]) -> Vec<(String, i64)> {
    let (mut one, mut labels, mut all) = (write_v1::TimeSeries::default(), Vec::new(), Vec::new());
    for item in write_v1::items(plain) {
        let write_v1::Item::Series(part) = item.unwrap() else { continue };
        one.read(part).unwrap();
        one.labels(&mut labels).unwrap();
        all.extend(one.samples.iter().map(|sample| (host(&labels), sample.at_ms)));
    }
    all
}

fn read_v2(plain: &[u8]) -> Vec<(String, i64)> {
    let symbols = write_v2::Symbols::read(plain).unwrap();
    let (mut one, mut labels, mut all) = (write_v2::TimeSeries::default(), Vec::new(), Vec::new());
    for part in write_v2::series(plain) {
        one.read(part.unwrap()).unwrap();
        symbols.pairs(&one.label_refs, one.at(), &mut labels).unwrap();
        all.extend(one.samples.iter().map(|sample| (host(&labels), sample.at_ms)));
    }
    all
}

/// 204 as a receiver of the newer message gives it.
pub(crate) fn written(write: &Write) -> Response {
    let count = write.samples.len().to_string();
    (StatusCode::NO_CONTENT, [("x-prometheus-remote-write-samples-written", count)]).into_response()
}
