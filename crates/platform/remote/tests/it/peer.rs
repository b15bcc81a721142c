//! Debian's Prometheus and VictoriaMetrics as far sides.

use std::{
    fs,
    process::{Child, Command, Stdio},
};

use http_kit::{guard::OutboundGuard, outgoing::Outgoing};
use serde_json::Value;
use tempfile::TempDir;
use testkit::free_address;
use url::form_urlencoded;

use crate::house::until;

/// Which far side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Prometheus,
    VictoriaMetrics,
}

/// A far side of the test's own, which can be ended and started again on the same address and
/// data; it ends with the test.
pub(crate) struct Peer {
    kind: Kind,
    address: String,
    dir: TempDir,
    child: Option<Child>,
}

impl Peer {
    /// None where it is not installed (never so where `CI` is set).
    pub(crate) async fn start(kind: Kind) -> Option<Self> {
        let program = kind.program();
        if Command::new(program).arg("--version").output().is_err() {
            assert!(std::env::var_os("CI").is_none(), "there is no {program}");
            eprintln!("skipped: there is no {program} (apt-get install {program})");
            return None;
        }
        let free = free_address();
        let dir = tempfile::tempdir().unwrap();
        let mut peer = Self { kind, address: free.to_string(), dir, child: None };
        peer.begin().await;
        Some(peer)
    }

    pub(crate) async fn begin(&mut self) {
        let data = self.dir.path().join("data").display().to_string();
        let mut command = Command::new(self.kind.program());
        match self.kind {
            Kind::Prometheus => {
                let config = self.dir.path().join("prometheus.yml");
                fs::write(&config, "global: {}\n").unwrap();
                command
                    .arg(format!("--config.file={}", config.display()))
                    .arg(format!("--storage.tsdb.path={data}"))
                    .arg(format!("--web.listen-address={}", self.address))
                    .arg("--enable-feature=native-histograms,exemplar-storage")
                    .arg("--web.enable-remote-write-receiver");
            }
            Kind::VictoriaMetrics => {
                command
                    .arg(format!("-storageDataPath={data}"))
                    .arg(format!("-httpListenAddr={}", self.address))
                    .arg("-retentionPeriod=100y")
                    // A batch that is repeated counts once.
                    .arg("-dedup.minScrapeInterval=1ms");
            }
        }
        command.current_dir(self.dir.path()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().unwrap());
        let address = self.address.clone();
        until("it listens", || {
            std::net::TcpStream::connect(&address).map(drop).map_err(|error| error.to_string())
        })
        .await;
        // Prometheus listens before it has read what it wrote.
        for _ in 0..500 {
            if self.ask("/-/healthy").await.0 == 200 && self.ask("/-/ready").await.0 == 200 {
                return;
            }
            let pause = std::time::Duration::from_millis(20);
            jobs::Timer::sleep(&jobs::TokioTimer, pause).await;
        }
        panic!("{} is not ready", self.kind.program());
    }

    /// Ends it as its administrator would.
    pub(crate) fn end(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &pid]).status().unwrap().success());
        child.wait().unwrap();
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn ask(&self, path: &str) -> (u16, Vec<u8>) {
        let guard = std::sync::Arc::new(OutboundGuard::default());
        let out = Outgoing::new(guard, std::time::Duration::from_secs(10), 8 << 20);
        let request = axum::http::Request::get(self.url(path)).body(Vec::new()).unwrap();
        match out.ask(request, "").await {
            Ok(answer) => (answer.status().as_u16(), answer.into_body()),
            Err(_) => (0, Vec::new()),
        }
    }

    /// How many exemplars it has of the series that match.
    pub(crate) async fn exemplars(&self, selector: &str, at_ms: i64) -> usize {
        let end = at_ms as f64 / 1000.0 + 1.0;
        let pairs = [
            ("query", selector.to_owned()),
            ("start", (end - 3_600.0).to_string()),
            ("end", end.to_string()),
        ];
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let (_, body) = self.ask(&format!("/api/v1/query_exemplars?{form}")).await;
        let answer: Value = serde_json::from_slice(&body).unwrap();
        let series = answer["data"].as_array().unwrap_or_else(|| panic!("{answer}"));
        series.iter().map(|one| one["exemplars"].as_array().unwrap().len()).sum()
    }

    /// How many samples each of its series has, with nothing counted twice or left out.
    pub(crate) async fn counts(&self, selector: &str, at_ms: i64) -> Vec<u64> {
        if self.kind == Kind::VictoriaMetrics {
            // What came in the last second is not seen before.
            self.ask("/internal/force_flush").await;
        }
        let query = format!("count_over_time({selector}[1h])");
        let pairs = [("query", query), ("time", format!("{}", at_ms as f64 / 1000.0))];
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let (_, body) = self.ask(&format!("/api/v1/query?{form}&nocache=1")).await;
        let answer: Value = serde_json::from_slice(&body).unwrap();
        let result = answer["data"]["result"].as_array().unwrap_or_else(|| panic!("{answer}"));
        let count = |series: &Value| series["value"][1].as_str().unwrap().parse().unwrap();
        result.iter().map(count).collect()
    }
}

impl Kind {
    fn program(self) -> &'static str {
        match self {
            Self::Prometheus => "prometheus",
            Self::VictoriaMetrics => "victoria-metrics",
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // One that has ended already is what was wanted.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
