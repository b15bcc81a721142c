//! The test's own ends: a clock, a context, servers that do what they are told.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel::{Clock, Time};
use probe::guard::OutboundGuard;
use probe::outcome::{CheckContext, Figure, Outcome, SpecFault};
use serde_json::Value;
use services::protocols::{self, Places};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// 2026-06-01T00:00:00Z, the day on which all certificates of these tests are judged.
pub(crate) const TODAY_S: i64 = 1_780_272_000;

/// Wall time stands still, monotonic time is the machine's.
#[derive(Debug)]
struct StandingClock {
    began: Instant,
}

impl Clock for StandingClock {
    fn now(&self) -> Time {
        Time::from_seconds(TODAY_S)
    }

    fn monotonic(&self) -> Duration {
        self.began.elapsed()
    }
}

/// A context with this time limit.
#[expect(clippy::disallowed_methods, reason = "these checks talk to real sockets in real time")]
pub(crate) fn context(limit_ms: u64) -> CheckContext {
    CheckContext {
        timeout: Duration::from_millis(limit_ms),
        clock: Arc::new(StandingClock { began: Instant::now() }),
        guard: Arc::new(OutboundGuard::default()),
    }
}

/// Runs a check once.
pub(crate) async fn run(protocol: &str, spec: Value, limit_ms: u64) -> Outcome {
    run_in(protocol, spec, &context(limit_ms)).await
}

/// Runs a check once in a context of the test's own; it must answer in time.
pub(crate) async fn run_in(protocol: &str, spec: Value, cx: &CheckContext) -> Outcome {
    let all = protocols::all();
    let protocol = all.iter().find(|p| p.name() == protocol).expect("a protocol of that name");
    let check = protocol.parse(spec).expect("a specification without fault");
    let began = cx.clock.monotonic();
    let outcome = check.run(cx).await;
    let took = cx.clock.monotonic() - began;
    assert!(took < cx.timeout + Duration::from_secs(1), "took {took:?}: {outcome:?}");
    assert!(!outcome.summary.en.is_empty() && !outcome.summary.zh.is_empty());
    outcome
}

/// Runs a check of this machine that looks in `places`.
pub(crate) async fn run_at(places: &Places, protocol: &str, spec: Value, ms: u64) -> Outcome {
    let all = protocols::all_in(places);
    let protocol = all.iter().find(|p| p.name() == protocol).expect("a protocol of that name");
    protocol.parse(spec).expect("a specification without fault").run(&context(ms)).await
}

/// The fault of a specification that must not be accepted.
pub(crate) fn fault(protocol: &str, spec: Value) -> SpecFault {
    let all = protocols::all();
    let protocol = all.iter().find(|p| p.name() == protocol).expect("a protocol of that name");
    protocol.parse(spec).expect_err("a fault")
}

/// The figure of that label.
pub(crate) fn figure<'a>(outcome: &'a Outcome, label: &str) -> &'a Figure {
    let found = outcome.figures.iter().find(|figure| figure.label == label);
    found.unwrap_or_else(|| panic!("no figure {label} in {outcome:?}"))
}

/// Serves every connection with `answer` until the test ends.
pub(crate) async fn serve<F, Fut>(answer: F) -> SocketAddr
where
    F: Fn(TcpStream) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    address
}

/// Lets some time go by on the side of a stand-in.
pub(crate) async fn linger(ms: u64) {
    let _ = timeout(Duration::from_millis(ms), std::future::pending::<()>()).await;
}

/// A program of Debian, or nothing after saying so loudly; in CI its absence is a failure.
pub(crate) fn program(name: &str, package: &str) -> Option<PathBuf> {
    let places = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];
    let found = places.iter().map(|place| PathBuf::from(place).join(name)).find(|p| p.exists());
    if found.is_none() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{name} is missing: {package}");
        eprintln!("SKIPPED: {name} is not installed (apt-get install {package})");
    }
    found
}
