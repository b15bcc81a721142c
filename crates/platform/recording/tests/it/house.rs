use std::{sync::Arc, time::Duration};

use journal::Filter;
use kernel::{Clock, Ids, Page, Time};
use recording::{Recording, RecordingParts, RecordingSettings};
use serde_json::Value;
use testkit::{Answer, Client, ManualClock, SeededIds, TemporaryDb};
use tokio::sync::watch;
use tsdb::{
    Buckets, DiskStore, Histogram, HistogramSample, Labels, NativeHistogram, Options, Sample,
    SelectLimits, Selector, SeriesStore as _, Span, TimeRange,
};

pub(crate) const MINUTE: u64 = 60;

/// Rule groups on fresh records and an empty store of series.
pub(crate) struct House {
    pub(crate) records: TemporaryDb,
    pub(crate) clock: ManualClock,
    pub(crate) recording: Recording,
    pub(crate) client: Client,
    pub(crate) series: Arc<DiskStore>,
    stop: watch::Sender<bool>,
    _dir: tempfile::TempDir,
}

pub(crate) async fn house() -> House {
    let migrations = [journal::MIGRATIONS, jobs::MIGRATIONS, recording::MIGRATIONS];
    let records = testkit::temporary_db(&migrations).await;
    let clock = ManualClock::at(Time::from_seconds(1_800_000_000));
    let dir = tempfile::tempdir().unwrap();
    let options = Options { out_of_order_ms: 3 * 3_600_000, ..Options::default() };
    let series = Arc::new(DiskStore::open(dir.path(), options).unwrap());
    let stop = watch::Sender::new(false);
    let (recording, client) = open(&records, &clock, &series, &stop);
    let house = House { records, clock, recording, client, series, stop, _dir: dir };
    // The server has started: what is uploaded from now on is new.
    house.run("recording.evaluate").await;
    house
}

fn open(
    records: &TemporaryDb,
    clock: &ManualClock,
    series: &Arc<DiskStore>,
    stop: &watch::Sender<bool>,
) -> (Recording, Client) {
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let seed = clock.now().micros().unsigned_abs();
    let ids: Arc<dyn Ids> = Arc::new(SeededIds::new(seed));
    let recording = Recording::new(RecordingParts {
        db: records.db.clone(),
        clock: Arc::clone(&clock),
        ids: Arc::clone(&ids),
        series: Arc::clone(series) as _,
        store: Arc::clone(series),
        stopped: stop.subscribe(),
        settings: RecordingSettings::default(),
    });
    let client = Client::of_routes(recording::routes(recording.clone()), clock, ids);
    (recording, client)
}

impl House {
    /// The server ends and starts again on the same data.
    pub(crate) fn restart(&mut self) {
        self.stop();
        self.stop = watch::Sender::new(false);
        (self.recording, self.client) = open(&self.records, &self.clock, &self.series, &self.stop);
    }

    /// The server is told to end.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Uploads a rule file.
    pub(crate) async fn upload(&self, name: &str, text: &str) -> Answer {
        self.send_yaml("POST", &format!("/api/v1/rule-groups?name={name}"), text, None).await
    }

    pub(crate) async fn send_yaml(
        &self,
        method: &str,
        path: &str,
        text: &str,
        version: Option<i64>,
    ) -> Answer {
        let client = self.client.with_header("content-type", "application/yaml");
        client.send(method, path, Some(text.to_owned()), version).await
    }

    /// A sample arrives that is `ago` seconds old.
    pub(crate) fn sample(&self, metric: &str, labels: &[(&str, &str)], ago: u64, value: f64) {
        let labels = Labels::new(metric, labels.iter().copied()).unwrap();
        let at_ms = self.clock.now().minus(Duration::from_secs(ago)).millis();
        self.series.append(&[Sample { labels, at_ms, value }]).unwrap();
    }

    /// A native histogram arrives that is `ago` seconds old.
    pub(crate) fn histogram(&self, metric: &str, ago: u64) {
        let span = Span { offset: 0, length: 2 };
        let positive = Buckets::new(vec![span], vec![1.0, 2.0]);
        let histogram = Histogram { count: 3.0, sum: 5.0, positive, ..Histogram::default() };
        let histogram = NativeHistogram::Float(histogram);
        let labels = Labels::new(metric, [("i", "1")]).unwrap();
        let at_ms = self.clock.now().minus(Duration::from_secs(ago)).millis();
        self.series.append_histograms(&[HistogramSample { labels, at_ms, histogram }]).unwrap();
    }

    /// Time passes, then the groups whose moment has come are evaluated.
    pub(crate) async fn evaluate_after(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        self.run("recording.evaluate").await;
        // What was begun holds the locks of its groups; a moment that is over shows that it ended.
        self.settled().await;
    }

    /// Waits until no evaluation is under way: each has published how its group stands.
    async fn settled(&self) {
        while self.recording.is_busy() {
            tokio::task::yield_now().await;
        }
    }

    /// Runs a job once.
    pub(crate) async fn run(&self, job: &str) -> jobs::Status {
        let jobs = recording::jobs(&self.recording);
        jobs.iter().find(|known| known.name() == job).unwrap().run().await.unwrap()
    }

    /// The points of all series of a metric: values with their distance to now in minutes.
    pub(crate) fn points(&self, metric: &str) -> Vec<String> {
        let found =
            self.series.select(&Selector::metric(metric), TimeRange::ALL, &SelectLimits::default());
        let now = self.clock.now().millis();
        let mut all = Vec::new();
        for series in found.unwrap() {
            for point in &series.points {
                let ago = (now - point.at_ms) / 60_000;
                let stale = point.value.to_bits() == 0x7ff0_0000_0000_0002;
                let value = if stale { "stale".to_owned() } else { point.value.to_string() };
                all.push(format!("{} {value} {ago}", series.labels));
            }
        }
        all
    }

    /// The verbs of the facts about rules, oldest first.
    pub(crate) async fn verbs(&self) -> Vec<String> {
        let page = Page { after: None, limit: 500 };
        let rows = journal::list(&self.records.db, &Filter::default(), page).await.unwrap();
        let mut verbs: Vec<String> = rows.items.into_iter().map(|row| row.verb).collect();
        verbs.retain(|verb| verb.starts_with("rule_"));
        verbs.reverse();
        verbs
    }

    /// The groups as Prometheus' API shows them.
    pub(crate) async fn shown(&self, query: &str) -> Value {
        let answer = self.client.get(&format!("/prometheus/api/v1/rules{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        answer.json["data"]["groups"].clone()
    }
}
