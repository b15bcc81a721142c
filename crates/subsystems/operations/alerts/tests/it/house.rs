use std::{sync::Arc, time::Duration};

use alerts::Alerts;
use journal::{Dispatcher, Entry, Filter, Row};
use kernel::{Caller, Clock, Fact, FactSeq, Ids, Page, Subject, Text, Time};
use resources::Resources;
use serde::Serialize;
use serde_json::{Value, json};
use testkit::{Client, ManualClock, SeededIds, TemporaryDb};
use tsdb::{DiskStore, Labels, Options, Sample, SeriesStore};

pub(crate) const HOST: &str = "01890a5d-ac96-774b-bcce-b302099a8001";
pub(crate) const CHECK: &str = "01890a5d-ac96-774b-bcce-b302099a8002";

/// Alerts on fresh records and an empty store of series.
pub(crate) struct House {
    pub(crate) records: TemporaryDb,
    pub(crate) clock: ManualClock,
    pub(crate) alerts: Alerts,
    pub(crate) client: Client,
    series: Arc<DiskStore>,
    _dir: tempfile::TempDir,
}

/// A fact as another crate writes it.
#[derive(Serialize)]
pub(crate) struct CheckStateChanged {
    pub(crate) check_id: String,
    pub(crate) check_name: String,
    pub(crate) resource_id: String,
    pub(crate) resource_name: String,
    pub(crate) protocol: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) summary: Text,
    pub(crate) since: Time,
    /// Facts grow: what is not known must not disturb.
    pub(crate) grown_later: u32,
}

impl Fact for CheckStateChanged {
    const VERB: &'static str = "check.state_changed";

    fn subject(&self) -> Subject {
        Subject::new("check", &self.check_id, self.check_name.clone())
    }
}

/// Only the subject matters: its id and its name.
#[derive(Serialize)]
pub(crate) struct CheckChanged(pub(crate) &'static str, pub(crate) &'static str);

impl Fact for CheckChanged {
    const VERB: &'static str = "check.changed";

    fn subject(&self) -> Subject {
        Subject::new("check", self.0, self.1)
    }
}

/// Only the subject matters: its id and its name.
#[derive(Serialize)]
pub(crate) struct CheckRemoved(pub(crate) &'static str, pub(crate) &'static str);

impl Fact for CheckRemoved {
    const VERB: &'static str = "check.removed";

    fn subject(&self) -> Subject {
        Subject::new("check", self.0, self.1)
    }
}

/// Only the subject matters: its id and its name.
#[derive(Serialize)]
pub(crate) struct ResourceCreated(pub(crate) &'static str, pub(crate) &'static str);

impl Fact for ResourceCreated {
    const VERB: &'static str = "resource.created";

    fn subject(&self) -> Subject {
        Subject::new("resource", self.0, self.1)
    }
}

/// Only the subject matters: its id and its name.
#[derive(Serialize)]
pub(crate) struct ResourceRetired(pub(crate) &'static str, pub(crate) &'static str);

impl Fact for ResourceRetired {
    const VERB: &'static str = "resource.retired";

    fn subject(&self) -> Subject {
        Subject::new("resource", self.0, self.1)
    }
}

pub(crate) async fn house() -> House {
    let records = testkit::temporary_db(&[
        journal::MIGRATIONS,
        resources::MIGRATIONS,
        alerts::subsystem::MIGRATIONS,
    ])
    .await;
    let clock = ManualClock::at(Time::from_seconds(1_800_000_000));
    let dir = tempfile::tempdir().unwrap();
    let series = Arc::new(DiskStore::open(dir.path(), Options::default()).unwrap());
    let (alerts, client) = open(&records, &clock, &series, 7);
    House { records, clock, alerts, client, series, _dir: dir }
}

fn open(
    records: &TemporaryDb,
    clock: &ManualClock,
    series: &Arc<DiskStore>,
    seed: u64,
) -> (Alerts, Client) {
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let ids: Arc<dyn Ids> = Arc::new(SeededIds::new(seed));
    let series = Arc::clone(series) as Arc<dyn SeriesStore>;
    let register = Resources::new(records.db.clone(), clock.clone(), ids.clone());
    let alerts = Alerts::new(records.db.clone(), clock.clone(), ids.clone(), series, register);
    let client = Client::of_routes(alerts::subsystem::routes(&alerts), clock, ids);
    (alerts, client)
}

impl House {
    /// The server ends and starts again on the same data.
    pub(crate) fn restart(&mut self) {
        (self.alerts, self.client) = open(&self.records, &self.clock, &self.series, 8);
    }

    /// Writes a fact, with the subject `after` it, and delivers it.
    pub(crate) async fn happens<F: Fact>(&self, fact: &F, after: Value) -> FactSeq {
        let mut tx = self.records.db.begin().await.unwrap();
        let caller = Caller::system("test");
        let entry = Entry::new(&caller, self.clock.now(), fact).after(&after);
        let seq = journal::append(&mut tx, entry).await.unwrap();
        tx.commit().await.unwrap();
        self.settle().await;
        seq
    }

    pub(crate) async fn settle(&self) {
        let dispatcher =
            Dispatcher::new(self.records.db.clone(), alerts::subsystem::reactions(&self.alerts));
        dispatcher.settle().await.unwrap();
    }

    /// The check `http` on `web1` certainly becomes `to`.
    pub(crate) async fn check_becomes(&self, to: &str) -> FactSeq {
        let fact = CheckStateChanged {
            check_id: CHECK.to_owned(),
            check_name: "http".to_owned(),
            resource_id: HOST.to_owned(),
            resource_name: "web1".to_owned(),
            protocol: "http".to_owned(),
            from: "ok".to_owned(),
            to: to.to_owned(),
            summary: Text::new(format!("it is {to}"), format!("状态 {to}")),
            since: self.clock.now(),
            grown_later: 1,
        };
        self.happens(&fact, Value::Null).await
    }

    /// A sample of `metric` on the host arrives now.
    pub(crate) fn sample(&self, metric: &str, label: (&str, &str), value: f64) {
        self.sample_on(HOST, metric, label, value);
    }

    /// The same on another resource.
    pub(crate) fn sample_on(&self, id: &str, metric: &str, label: (&str, &str), value: f64) {
        let labels = Labels::new(metric, [label, ("resource", id)]).unwrap();
        let at_ms = self.clock.now().millis();
        self.series.append(&[Sample { labels, at_ms, value }]).unwrap();
    }

    /// Time passes, then the rules are evaluated. Returns how much changed.
    pub(crate) async fn evaluate_after(&self, seconds: u64) -> u64 {
        self.clock.advance(Duration::from_secs(seconds));
        let jobs = alerts::subsystem::jobs(&self.alerts);
        let job = jobs.iter().find(|job| job.name() == "alerts.evaluate").unwrap();
        job.run().await.unwrap().done
    }

    /// The rule of a threshold on `disk_used_ratio`: over 0.85 for `for_s`, clear at 0.8.
    pub(crate) async fn disk_rule(&self, for_s: u32) -> Value {
        let body = json!({
            "name": {"en": "Disk filling", "zh": "磁盘将满"}, "severity": "warning",
            "condition": {"type": "threshold", "selector": "disk_used_ratio", "operator": ">",
                "threshold": 0.85, "clear_threshold": 0.8, "for_s": for_s},
        });
        let answer = self.client.post("/api/v1/alert-rules", body).await;
        assert_eq!(answer.status, 201, "{}", answer.json);
        answer.json
    }

    /// The items of `path`.
    pub(crate) async fn list(&self, path: &str) -> Vec<Value> {
        let answer = self.client.get(path).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        answer.json["items"].as_array().unwrap().clone()
    }

    pub(crate) async fn open_alerts(&self) -> Vec<Value> {
        self.list("/api/v1/alerts?state=open").await
    }

    /// The facts about alerts, oldest first.
    pub(crate) async fn facts(&self) -> Vec<Row> {
        let filter = Filter { verb: Some("alert.".to_owned()), ..Filter::default() };
        let page = Page { after: None, limit: 500 };
        let mut rows = journal::list(&self.records.db, &filter, page).await.unwrap().items;
        rows.reverse();
        rows
    }

    pub(crate) async fn verbs(&self) -> String {
        let facts = self.facts().await;
        facts.iter().map(|row| row.verb.as_str()).collect::<Vec<_>>().join(" ")
    }
}
