use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use alerts::Alerts;
use directory::{Directory, PersonId};
use duty::{Duty, DutyParts};
use http_kit::guard::OutboundGuard;
use jiff::tz::TimeZone;
use journal::{Dispatcher, Entry};
use kernel::{Caller, Clock, Fact, Ids, Subject, Text, Time};
use notify::{AccountFuture, Accounts, Notify, NotifyParts, NotifySettings};
use resources::{NewRelation, NewResource, ResourceId, Resources};
use serde::Serialize;
use serde_json::{Value, json};
use testkit::{Answer, Client, ManualClock, ManualTimer, SeededIds, TemporaryDb};
use tsdb::{DiskStore, Options};
use vault::{AttachmentSettings, KeySource, Vault, VaultParts};

/// Which user is which person.
#[derive(Clone, Default)]
struct Tied(Arc<Mutex<HashMap<&'static str, PersonId>>>);

impl Accounts for Tied {
    fn person_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, PersonId> {
        let found = self.0.lock().unwrap().get(user_id).copied();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn user_of(&self, person_id: PersonId) -> AccountFuture<'_, String> {
        let tied = self.0.lock().unwrap();
        let found = tied.iter().find(|(_, person)| **person == person_id);
        Box::pin(std::future::ready(Ok(found.map(|(user, _)| (*user).to_owned()))))
    }

    fn name_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, String> {
        Box::pin(std::future::ready(Ok(Some(user_id.to_owned()))))
    }
}

/// That the state of a check changed, as it is told.
#[derive(Serialize)]
struct CheckStateChanged {
    check_id: String,
    check_name: &'static str,
    resource_id: String,
    resource_name: String,
    protocol: &'static str,
    to: &'static str,
    summary: Text,
}

impl Fact for CheckStateChanged {
    const VERB: &'static str = "check.state_changed";

    fn subject(&self) -> Subject {
        Subject::new("check", &self.check_id, self.check_name)
    }
}

/// Alerts, duty and messages wired as the roof wires them, on one clock. Of the people of the
/// directory, 张伟 signs in as administrator and 李娜 as viewer.
pub(crate) struct House {
    pub(crate) records: TemporaryDb,
    pub(crate) clock: ManualClock,
    pub(crate) client: Client,
    pub(crate) people: HashMap<&'static str, String>,
    pub(crate) unit: String,
    pub(crate) core: ResourceId,
    pub(crate) edge: ResourceId,
    alerts: Alerts,
    duty: Duty,
    notify: Notify,
    _dir: tempfile::TempDir,
}

impl House {
    pub(crate) async fn open() -> Self {
        let records = testkit::temporary_db(&[
            journal::MIGRATIONS,
            directory::MIGRATIONS,
            vault::MIGRATIONS,
            notify::MIGRATIONS,
            resources::MIGRATIONS,
            alerts::subsystem::MIGRATIONS,
            duty::subsystem::MIGRATIONS,
        ])
        .await;
        let clock = ManualClock::at("2026-09-21T08:30:00+08:00".parse::<Time>().unwrap());
        let dir = tempfile::tempdir().unwrap();
        let (time, ids): (Arc<dyn Clock>, Arc<dyn Ids>) =
            (Arc::new(clock.clone()), Arc::new(SeededIds::new(90)));
        let db = records.db.clone();
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let directory = Directory::new(db.clone(), Arc::clone(&time), Arc::clone(&ids), zone);
        let tied = Tied::default();
        let notify = open_notify(&records, &clock, &directory, &tied, dir.path());
        notify.seed().await.unwrap();
        let duty = Duty::new(DutyParts {
            db: db.clone(),
            clock: Arc::clone(&time),
            ids: Arc::clone(&ids),
            directory: directory.clone(),
            accounts: Arc::new(tied.clone()),
            notify: Some(notify.clone()),
        })
        .unwrap();
        let series = Arc::new(DiskStore::open(dir.path(), Options::default()).unwrap());
        let register = Resources::new(db.clone(), Arc::clone(&time), Arc::clone(&ids));
        let (core, edge) = (host(&register, "core").await, host(&register, "edge").await);
        let relation = NewRelation::new("runs-on", edge, core);
        register.relate(&Caller::console(), &relation).await.unwrap();
        let alerts = Alerts::new(db, Arc::clone(&time), Arc::clone(&ids), series, register)
            .with_notify(notify.clone())
            .with_escalation(Arc::new(duty.clone()));
        alerts.seed().await.unwrap();
        let routes = directory::routes(directory)
            .merge(notify::routes(notify.clone()))
            .merge(alerts::subsystem::routes(&alerts))
            .merge(duty::subsystem::routes(&duty));
        let client = Client::of_routes(routes, time, ids);
        let mut house = Self {
            records,
            clock,
            client,
            people: HashMap::new(),
            unit: String::new(),
            core,
            edge,
            alerts,
            duty,
            notify,
            _dir: dir,
        };
        house.people_come(&tied).await;
        house
    }

    async fn people_come(&mut self, tied: &Tied) {
        let unit =
            json!({"code": "ops", "name": {"en": "ops", "zh": "运维"}, "from": "2020-01-01"});
        self.unit = self.made("/api/v1/units", unit).await;
        for (user, name) in [("administrator", "张伟"), ("viewer", "李娜")] {
            let body = json!({"number": user, "name": name, "from": "2020-01-01",
                "unit_id": self.unit,
                "contacts": [{"way": "mobile", "value": "13800000000"}]});
            let id = self.made("/api/v1/people", body).await;
            tied.0.lock().unwrap().insert(user, id.parse().unwrap());
            self.people.insert(name, id);
        }
    }

    pub(crate) async fn made(&self, path: &str, body: Value) -> String {
        self.clock.advance(Duration::from_millis(1));
        let answer = self.client.post(path, body).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.json);
        answer.json["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn got(&self, path: &str) -> Value {
        let answer = self.client.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json);
        answer.json
    }

    pub(crate) async fn act(
        &self,
        client: &Client,
        path: &str,
        thing: &Value,
        body: Value,
    ) -> Answer {
        // What is made in one millisecond has no order.
        self.clock.advance(Duration::from_millis(1));
        let version = thing["version"].as_i64();
        client.send("POST", path, Some(body.to_string()), version).await
    }

    /// A chain that calls 张伟 and ten minutes later 李娜; enabled.
    pub(crate) async fn chain(&self) -> String {
        self.chain_by(Value::Null).await
    }

    /// The same, whose steps call by these ways one after another.
    pub(crate) async fn chain_by(&self, order: Value) -> String {
        let step = |name: &str| {
            json!({"targets": [{"kind": "person", "person_id": self.people[name]}],
                "wait_minutes": 10, "order": order})
        };
        let body = json!({"name": "网络升级", "unit_id": self.unit,
            "steps": [step("张伟"), step("李娜")]});
        let id = self.made("/api/v1/duty/chains", body).await;
        self.client.post(&format!("/api/v1/duty/chains/{id}/simulate"), json!({})).await;
        self.switch(&id, 1, true).await;
        id
    }

    pub(crate) async fn switch(&self, chain: &str, version: i64, enabled: bool) {
        let path = format!("/api/v1/duty/chains/{chain}/switch");
        let chain = json!({"version": version});
        let answer = self.act(&self.client, &path, &chain, json!({"enabled": enabled})).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
    }

    /// A policy by which this chain is called for what is critical.
    pub(crate) async fn policy(&self, chain: &str) {
        let body = json!({"name": "网络故障", "severity_min": "critical",
            "chains": [{"id": chain}]});
        self.made("/api/v1/page-policies", body).await;
    }

    /// The check on a resource certainly becomes `to`.
    pub(crate) async fn becomes(&self, id: ResourceId, to: &'static str) {
        let fact = CheckStateChanged {
            check_id: id.to_string(),
            check_name: "ping",
            resource_id: id.to_string(),
            resource_name: if id == self.core { "core" } else { "edge" }.to_owned(),
            protocol: "icmp",
            to,
            summary: Text::same(to),
        };
        let mut tx = self.records.db.begin().await.unwrap();
        let caller = Caller::system("test");
        let entry = Entry::new(&caller, self.clock.now(), &fact);
        journal::append(&mut tx, entry).await.unwrap();
        tx.commit().await.unwrap();
        self.settle().await;
    }

    /// Delivers every fact and sends every message, until nothing moves.
    pub(crate) async fn settle(&self) {
        let mut reactions = alerts::subsystem::reactions(&self.alerts);
        reactions.extend(duty::subsystem::reactions(&self.duty));
        Dispatcher::new(self.records.db.clone(), reactions).settle().await.unwrap();
        self.notify.settle().await.unwrap();
    }

    /// Time passes, then every job that belongs to it runs.
    pub(crate) async fn after(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        let mut jobs = alerts::subsystem::jobs(&self.alerts);
        jobs.extend(duty::subsystem::jobs(&self.duty));
        for name in ["alerts.correlate", "duty.call"] {
            jobs.iter().find(|job| job.name() == name).unwrap().run().await.unwrap();
            self.settle().await;
        }
    }

    /// Every fact is to be delivered again.
    pub(crate) async fn forget_cursors(&self) {
        let mut tx = self.records.db.begin().await.unwrap();
        sqlx::query("DELETE FROM journal_cursor").execute(tx.connection()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// What people were told, the first first: `name: subject`.
    pub(crate) async fn told(&self) -> Vec<String> {
        let found = self.got("/api/v1/messages?limit=500").await;
        let mut told: Vec<String> = found["items"].as_array().unwrap().iter().map(said).collect();
        told.reverse();
        told
    }

    /// The open incidents, the newest first.
    pub(crate) async fn open_incidents(&self) -> Vec<Value> {
        let found = self.got("/api/v1/incidents?state=open").await;
        found["items"].as_array().unwrap().clone()
    }

    pub(crate) async fn incident(&self, id: &Value) -> Value {
        self.got(&format!("/api/v1/incidents/{}", id.as_str().unwrap())).await
    }

    /// The calls at the page of an incident, the first first: `chain state by`.
    pub(crate) async fn calls_of(&self, id: &Value) -> Vec<String> {
        let found = self.got(&format!("/api/v1/incidents/{}/pages", id.as_str().unwrap())).await;
        let rows = found["items"].as_array().unwrap().iter();
        let mut shown: Vec<String> = rows
            .filter(|row| row["recipient_kind"] == "chain")
            .map(|row| {
                let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
                let (name, call) = (word(&row["recipient_name"]), &row["call"]);
                format!("{name} {} {}", word(&call["state"]), word(&call["answered_by"]))
            })
            .collect();
        shown.reverse();
        shown
    }

    /// The calls, the newest first.
    pub(crate) async fn calls(&self) -> Vec<Value> {
        let found = self.got("/api/v1/duty/calls").await;
        found["items"].as_array().unwrap().clone()
    }

    /// The verbs of what happened to incidents and calls, the first first.
    pub(crate) async fn verbs(&self) -> Vec<String> {
        let page = kernel::Page { after: None, limit: 500 };
        let found = journal::list(&self.records.db, &journal::Filter::default(), page).await;
        let rows = found.unwrap().items;
        let wanted = |verb: &str| verb.starts_with("incident.") || verb.starts_with("call.");
        let mut verbs: Vec<String> =
            rows.into_iter().map(|row| row.verb).filter(|verb| wanted(verb)).collect();
        verbs.reverse();
        verbs
    }
}

fn said(message: &Value) -> String {
    let name = message["recipient"]["name"].as_str().unwrap();
    format!("{name}: {}", message["subject"].as_str().unwrap())
}

async fn host(register: &Resources, name: &str) -> ResourceId {
    let wanted =
        NewResource { kind: "host".to_owned(), name: name.to_owned(), ..NewResource::default() };
    register.create(&Caller::console(), &wanted).await.unwrap().id
}

fn open_notify(
    records: &TemporaryDb,
    clock: &ManualClock,
    directory: &Directory,
    tied: &Tied,
    dir: &std::path::Path,
) -> Notify {
    let vault = Vault::new(VaultParts {
        db: records.db.clone(),
        clock: Arc::new(clock.clone()),
        ids: Arc::new(SeededIds::new(91)),
        keys: KeySource::File(dir.join("keys/vault.keys")),
        files: dir.join("attachments"),
        settings: AttachmentSettings::default(),
        subjects: Vec::new(),
    });
    Notify::new(NotifyParts {
        db: records.db.clone(),
        clock: Arc::new(clock.clone()),
        timer: Arc::new(ManualTimer(clock.clone())),
        ids: Arc::new(SeededIds::new(92)),
        vault,
        directory: directory.clone(),
        accounts: Arc::new(tied.clone()),
        guard: Arc::new(OutboundGuard::default()),
        templates: [&alerts::TEMPLATES[..], duty::subsystem::TEMPLATES].concat(),
        settings: NotifySettings::default(),
    })
}
