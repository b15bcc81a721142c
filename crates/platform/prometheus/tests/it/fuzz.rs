//! Changed messages from strangers: each is taken or refused in words, and the server goes on.

use axum::{body::Body, http::Request};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tokio::runtime::{Builder, Runtime};
use wire::{protobuf::Message, remote::snappy};

use crate::{
    house::{House, NOW_MS, V1, V2},
    messages::{Series, native, v1, v2},
    otlp_json::every_kind,
};

/// Longest that a refusal may be, beside the words of the request that it says again (escaped, and
/// also as a problem).
const WORDS_BYTES_MAX: usize = 20_000;
const SAID_AGAIN: usize = 8;
const POINTS: &[(i64, f64)] = &[(NOW_MS - 15_000, 1.5), (NOW_MS, -0.0)];
const SERIES: [Series<'static>; 2] =
    [(&[("__name__", "up"), ("job", "砥柱")], POINTS), (&[("__name__", "down")], POINTS)];

#[derive(Debug, Clone)]
enum Change {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    Repeat(prop::sample::Index, prop::sample::Index, u8),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let place = any::<prop::sample::Index>;
    let bytes = prop::collection::vec(any::<u8>(), 1..12);
    let change = prop_oneof![
        6 => (place(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => place().prop_map(Change::Cut),
        1 => (place(), bytes).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        1 => (place(), place(), 1_u8..40).prop_map(|(a, b, times)| Change::Repeat(a, b, times)),
    ];
    prop::collection::vec(change, 1..4)
}

fn changed(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for change in changes {
        let place = |at: &prop::sample::Index| at.index(bytes.len() + 1);
        match change {
            Change::Set(at, byte) => {
                let at = place(at);
                if let Some(old) = bytes.get_mut(at) {
                    *old = *byte;
                }
            }
            Change::Cut(at) => bytes.truncate(place(at)),
            Change::Insert(at, more) => {
                let at = place(at);
                bytes.splice(at..at, more.iter().copied());
            }
            Change::Repeat(a, b, times) => {
                let (a, b) = (place(a), place(b));
                let part = bytes[a.min(b)..a.max(b)].repeat(usize::from(*times));
                bytes.splice(a..a, part);
            }
        }
    }
    bytes
}

/// A house and what runs it.
struct Scene {
    runtime: Runtime,
    house: House,
    runner: TestRunner,
}

impl Scene {
    /// For so many cases, unless `FUZZ_CASES` says otherwise.
    fn new(usual: u32) -> Self {
        let told = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
        let cases = told.unwrap_or(usual);
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let house = runtime.block_on(House::new());
        let source = Some(Box::new(proptest::test_runner::FileFailurePersistence::Off) as _);
        let config = ProptestConfig { cases, failure_persistence: source, ..Default::default() };
        Self { runtime, house, runner: TestRunner::new(config) }
    }

    /// Sends each of `seeds` changed, by `request`.
    fn answers_to(mut self, seeds: &[Vec<u8>], request: impl Fn(Vec<u8>) -> Request<Body>) {
        let Self { runtime, house, runner } = &mut self;
        for seed in seeds {
            let whole = runtime.block_on(house.send(request(seed.clone())));
            assert!(whole.status.is_success(), "{}: {}", whole.status, whole.text);
        }
        let cases = (0..seeds.len(), changes());
        let tried = runner.run(&cases, |(seed, changes)| {
            let body = changed(&seeds[seed], &changes);
            let words_max = WORDS_BYTES_MAX + SAID_AGAIN * body.len();
            let answer = runtime.block_on(house.send(request(body)));
            let status = answer.status.as_u16();
            prop_assert!(
                matches!(status, 200 | 204 | 400 | 413 | 422),
                "{status}: {}",
                answer.text
            );
            prop_assert!(answer.text.len() < words_max || status == 200, "{status}");
            prop_assert!(status < 400 || !answer.text.is_empty());
            Ok(())
        });
        if let Err(fault) = tried {
            panic!("{fault}");
        }
        // What was whole is taken as before.
        let again = runtime.block_on(house.send(request(seeds[0].clone())));
        assert!(again.status.is_success(), "{}: {}", again.status, again.text);
    }
}

fn post(path: &str, media: &str, packing: &str, body: Vec<u8>) -> Request<Body> {
    let request = Request::post(format!("/prometheus/api/v1/{path}"))
        .header("x-test-caller", "administrator")
        .header("content-type", media)
        .header("content-encoding", packing);
    request.body(Body::from(body)).unwrap()
}

fn packed(body: &[u8]) -> Vec<u8> {
    snappy::pack(body).unwrap()
}

#[test]
fn remote_write_1() {
    let seeds = [v1(&SERIES), native(&[(NOW_MS - 5, 2), (NOW_MS, 7)], 0)];
    Scene::new(400).answers_to(&seeds, |body| post("write", V1, "snappy", packed(&body)));
}

#[test]
fn remote_write_2() {
    let seeds = [v2(&SERIES, "Whether it is up.")];
    Scene::new(400).answers_to(&seeds, |body| post("write", V2, "snappy", packed(&body)));
}

#[test]
fn packed_messages() {
    let seeds = [packed(&v1(&SERIES))];
    Scene::new(400).answers_to(&seeds, |body| post("write", V1, "snappy", body));
}

#[test]
fn remote_read() {
    let mut request = Message::new();
    request.message(1, |query| {
        query.signed(1, NOW_MS - 3_600_000).signed(2, NOW_MS).message(3, |matcher| {
            matcher.unsigned(1, 2).text(2, "__name__").text(3, "u.");
        });
    });
    request.unsigned(2, 1);
    let scene = Scene::new(400);
    scene.house.have(&[("up", &[("job", "a")]), ("up", &[("job", "b")])]);
    scene.answers_to(&[request.into_bytes()], |body| post("read", V1, "snappy", packed(&body)));
}

fn otlp(fill: impl FnOnce(&mut Message)) -> Vec<u8> {
    let mut request = Message::new();
    request.message(1, |resource| {
        resource.message(1, |attributes| {
            attributes.message(1, |pair| {
                pair.text(1, "service.name").message(2, |any| {
                    any.text(1, "shop");
                });
            });
        });
        resource.message(2, |scope| {
            scope.message(2, fill);
        });
    });
    request.into_bytes()
}

#[test]
fn open_telemetry() {
    const AT_NS: u64 = NOW_MS as u64 * 1_000_000;
    let sum = otlp(|metric| {
        metric.text(1, "http.requests").text(2, "Requests.").text(3, "1").message(7, |sum| {
            sum.message(1, |point| {
                point.fixed64(2, AT_NS - 9).fixed64(3, AT_NS).fixed64(6, 7);
            });
            sum.unsigned(2, 2).unsigned(3, 1);
        });
    });
    let histogram = otlp(|metric| {
        metric.text(1, "took").message(9, |histogram| {
            histogram.message(1, |point| {
                point.fixed64(3, AT_NS).fixed64(4, 3).double(5, 1.5);
                point.bytes(6, &[2_u64, 1].map(u64::to_le_bytes).concat()).doubles(7, &[0.5]);
            });
            histogram.unsigned(2, 2);
        });
    });
    let exponential = otlp(|metric| {
        metric.text(1, "exp").message(10, |histogram| {
            histogram.message(1, |point| {
                point.fixed64(3, AT_NS).fixed64(4, 3).zigzag(6, -1).fixed64(7, 1);
                point.message(8, |buckets| {
                    buckets.zigzag(1, -2).packed(2, [1, 1]);
                });
            });
            histogram.unsigned(2, 2);
        });
    });
    let summary = otlp(|metric| {
        metric.text(1, "sum").message(11, |summary| {
            summary.message(1, |point| {
                point.fixed64(3, AT_NS).fixed64(4, 3).double(5, 2.0).message(6, |quantile| {
                    quantile.double(1, 0.5).double(2, 7.0);
                });
            });
        });
    });
    let seeds = [sum, histogram, exponential, summary];
    Scene::new(800).answers_to(&seeds, |body| post("otlp/v1/metrics", V1, "", body));
}

#[test]
fn open_telemetry_as_json() {
    let seeds = [every_kind().to_string().into_bytes(), b"{}".to_vec()];
    Scene::new(400)
        .answers_to(&seeds, |body| post("otlp/v1/metrics", "application/json", "", body));
}

#[test]
fn queries() {
    let scene = Scene::new(400);
    scene.house.have(&[("up", &[("job", "a")]), ("up", &[("job", "b")])]);
    let seeds = [
        b"query=sum by (job)(rate(up{job=~\"a|b\"}[5m] offset 1m)) > 1&time=1800000000".to_vec(),
        b"query=max_over_time(up[10m:1m] @ end())&time=2027-01-15T08:00:00Z&timeout=5s".to_vec(),
    ];
    let media = "application/x-www-form-urlencoded";
    scene.answers_to(&seeds, |body| post("query", media, "", body));
}
