use std::{collections::HashMap, sync::Arc, time::Duration};

use alerts::{Alerts, Look, Lookout, LookoutFuture, OutsideMeans};
use directory::{Directory, PersonId};
use http_kit::{
    guard::{OutboundGuard, Reach},
    outgoing::Outgoing,
};
use journal::Dispatcher;
use kernel::{Caller, Clock, Escalation, EscalationChain, EscalationFuture, Ids, Text, Time};
use notify::{AccountFuture, Accounts, Notify, NotifyParts, NotifySettings};
use resources::{NewRelation, NewResource, ResourceId, Resources};
use serde_json::{Value, json};
use testkit::{Client, ManualClock, ManualTimer, SeededIds, TemporaryDb};
use tsdb::{DiskStore, Options, SeriesStore};
use vault::{AttachmentSettings, KeySource, Vault, VaultParts};

use crate::house::CheckStateChanged;

pub(crate) const ADA: &str = "01890a5d-ac96-774b-bcce-b302099a8050";

/// Chains of escalation; the last is not enabled.
pub(crate) const CHAIN: &str = "01890a5d-ac96-774b-bcce-b302099a8061";
pub(crate) const CHAIN_TOO: &str = "01890a5d-ac96-774b-bcce-b302099a8062";
pub(crate) const CHAIN_OFF: &str = "01890a5d-ac96-774b-bcce-b302099a8063";

/// Knows these chains.
struct Chains;

impl Escalation for Chains {
    fn chain<'a>(&'a self, chain_id: &'a str) -> EscalationFuture<'a> {
        let found = match chain_id {
            CHAIN => Some(("On call", true)),
            CHAIN_TOO => Some(("Leaders", true)),
            CHAIN_OFF => Some(("Old", false)),
            _ => None,
        };
        let chain = found.map(|(name, enabled)| EscalationChain { name: name.to_owned(), enabled });
        Box::pin(std::future::ready(Ok(chain)))
    }
}

/// Ada signs in and is nobody of the directory.
struct Signed;

impl Accounts for Signed {
    fn person_of<'a>(&'a self, _: &'a str) -> AccountFuture<'a, PersonId> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn user_of(&self, _: PersonId) -> AccountFuture<'_, String> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn name_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, String> {
        Box::pin(std::future::ready(Ok((user_id == ADA).then(|| "Ada".to_owned()))))
    }
}

/// Says of resources what it was told to.
#[derive(Default)]
pub(crate) struct Told(pub(crate) std::sync::Mutex<HashMap<ResourceId, Look>>);

impl Lookout for Told {
    fn look<'a>(&'a self, ids: &'a [ResourceId], _: Time) -> LookoutFuture<'a> {
        let told = self.0.lock().unwrap();
        let known = ids.iter().filter_map(|id| Some((*id, *told.get(id)?))).collect();
        Box::pin(std::future::ready(Ok(known)))
    }
}

/// Web servers behind a switch, watched by checks, with somebody to be told.
pub(crate) struct Estate {
    pub(crate) records: TemporaryDb,
    pub(crate) clock: ManualClock,
    pub(crate) alerts: Alerts,
    pub(crate) client: Client,
    pub(crate) notify: Notify,
    pub(crate) told: Arc<Told>,
    pub(crate) switch: ResourceId,
    pub(crate) webs: Vec<ResourceId>,
    vault: Vault,
    series: Arc<DiskStore>,
    _dir: tempfile::TempDir,
}

async fn open_notify(
    records: &TemporaryDb,
    clock: &ManualClock,
    dir: &std::path::Path,
) -> (Notify, Vault) {
    let (db, ids) = (records.db.clone(), Arc::new(SeededIds::new(50)));
    let zone = jiff::tz::TimeZone::UTC;
    let directory = Directory::new(db.clone(), Arc::new(clock.clone()), ids.clone(), zone);
    let vault = Vault::new(VaultParts {
        db: db.clone(),
        clock: Arc::new(clock.clone()),
        ids: ids.clone(),
        keys: KeySource::File(dir.join("keys/vault.keys")),
        files: dir.join("attachments"),
        settings: AttachmentSettings::default(),
        subjects: Vec::new(),
    });
    let notify = Notify::new(NotifyParts {
        db,
        clock: Arc::new(clock.clone()),
        timer: Arc::new(ManualTimer(clock.clone())),
        ids: Arc::new(SeededIds::new(51)),
        vault: vault.clone(),
        directory,
        accounts: Arc::new(Signed),
        guard: guard(),
        templates: alerts::TEMPLATES.to_vec(),
        settings: NotifySettings::default(),
    });
    notify.seed().await.unwrap();
    vault.unlock().await.unwrap();
    (notify, vault)
}

/// Far sides of tests are on this machine.
fn guard() -> Arc<OutboundGuard> {
    Arc::new(OutboundGuard { loopback: Reach::Allowed, ..OutboundGuard::default() })
}

fn open_alerts(
    records: &TemporaryDb,
    clock: &ManualClock,
    series: &Arc<DiskStore>,
    ((notify, vault), told): ((&Notify, &Vault), &Arc<Told>),
    seed: u64,
) -> (Alerts, Client) {
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let ids: Arc<dyn Ids> = Arc::new(SeededIds::new(seed));
    let series = Arc::clone(series) as Arc<dyn SeriesStore>;
    let register = Resources::new(records.db.clone(), clock.clone(), ids.clone());
    let alerts = Alerts::new(records.db.clone(), clock.clone(), ids.clone(), series, register)
        .with_notify(notify.clone())
        .with_escalation(Arc::new(Chains))
        .with_lookout(Arc::clone(told) as Arc<dyn Lookout>, Duration::from_secs(60))
        .with_outside(OutsideMeans {
            vault: vault.clone(),
            outgoing: Outgoing::new(guard(), Duration::from_secs(5), 64 * 1024),
        });
    let routes = alerts::subsystem::routes(&alerts).merge(notify::routes(notify.clone()));
    (alerts, Client::of_routes(routes, clock, ids))
}

impl Estate {
    /// So many web servers behind one switch, and a policy that tells Ada of what is critical.
    pub(crate) async fn of(webs: usize) -> Self {
        let records = testkit::temporary_db(&[
            journal::MIGRATIONS,
            directory::MIGRATIONS,
            vault::MIGRATIONS,
            notify::MIGRATIONS,
            resources::MIGRATIONS,
            alerts::subsystem::MIGRATIONS,
        ])
        .await;
        let clock = ManualClock::at(Time::from_seconds(1_800_000_000));
        let dir = tempfile::tempdir().unwrap();
        let series = Arc::new(DiskStore::open(dir.path(), Options::default()).unwrap());
        let (notify, vault) = open_notify(&records, &clock, dir.path()).await;
        let told = Arc::new(Told::default());
        let (alerts, client) =
            open_alerts(&records, &clock, &series, ((&notify, &vault), &told), 52);
        let ids = Arc::new(SeededIds::new(53));
        let register = Resources::new(records.db.clone(), Arc::new(clock.clone()), ids);
        let switch = make(&register, "host", "core").await;
        let mut made = Vec::new();
        for number in 0..webs {
            let web = make(&register, "service", &format!("web{number}")).await;
            let relation = NewRelation::new("runs-on", web, switch);
            register.relate(&Caller::console(), &relation).await.unwrap();
            made.push(web);
        }
        alerts.seed().await.unwrap();
        let estate = Self {
            records,
            clock,
            alerts,
            client,
            notify,
            told,
            switch,
            webs: made,
            vault,
            series,
            _dir: dir,
        };
        let policy = json!({
            "name": "critical", "severity_min": "critical", "repeat_s": 1800,
            "recipients": [{"kind": "user", "id": ADA, "name": "Ada"}],
        });
        let answer = estate.client.post("/api/v1/page-policies", policy).await;
        assert_eq!(answer.status, 201, "{}", answer.json);
        estate
    }

    /// The server ends and starts again on the same data.
    pub(crate) fn restart(&mut self) {
        let parts = ((&self.notify, &self.vault), &self.told);
        (self.alerts, self.client) =
            open_alerts(&self.records, &self.clock, &self.series, parts, 54);
    }

    /// The check on a resource certainly becomes `to`.
    pub(crate) async fn becomes(&self, id: ResourceId, to: &str) {
        let name = if id == self.switch { "core" } else { "web" };
        let fact = CheckStateChanged {
            check_id: id.to_string(),
            check_name: "ping".to_owned(),
            resource_id: id.to_string(),
            resource_name: name.to_owned(),
            protocol: "icmp".to_owned(),
            from: "ok".to_owned(),
            to: to.to_owned(),
            summary: Text::same(to),
            since: self.clock.now(),
            grown_later: 0,
        };
        let mut tx = self.records.db.begin().await.unwrap();
        let caller = Caller::system("test");
        let entry = journal::Entry::new(&caller, self.clock.now(), &fact);
        journal::append(&mut tx, entry).await.unwrap();
        tx.commit().await.unwrap();
        let reactions = alerts::subsystem::reactions(&self.alerts);
        Dispatcher::new(self.records.db.clone(), reactions).settle().await.unwrap();
    }

    /// Time passes, then alerts are put together by their causes and messages go out.
    pub(crate) async fn after(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        let jobs = alerts::subsystem::jobs(&self.alerts);
        let job = jobs.iter().find(|job| job.name() == "alerts.correlate").unwrap();
        job.run().await.unwrap();
        self.notify.settle().await.unwrap();
    }

    /// The job of that name runs.
    pub(crate) async fn run(&self, name: &str) {
        let jobs = alerts::subsystem::jobs(&self.alerts);
        let job = jobs.iter().find(|job| job.name() == name).unwrap();
        job.run().await.unwrap();
    }

    /// Every fact is to be delivered again.
    pub(crate) async fn forget_cursors(&self) {
        let mut tx = self.records.db.begin().await.unwrap();
        sqlx::query("DELETE FROM journal_cursor").execute(tx.connection()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The moment in so many seconds.
    pub(crate) fn clock_at(&self, seconds: u64) -> String {
        self.clock.now().plus(Duration::from_secs(seconds)).to_string()
    }

    pub(crate) async fn incidents(&self, query: &str) -> Vec<Value> {
        let answer = self.client.get(&format!("/api/v1/incidents?{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        answer.json["items"].as_array().unwrap().clone()
    }

    /// Who was told of an incident and why, the first first.
    pub(crate) async fn pages(&self, id: &Value) -> Vec<String> {
        let path = format!("/api/v1/incidents/{}/pages", id.as_str().unwrap());
        let answer = self.client.get(&path).await.json;
        let mut said: Vec<String> = answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|page| {
                let word = |field: &str| page[field].as_str().unwrap().to_owned();
                format!("{} {} {}", word("occasion"), word("recipient_name"), word("state"))
            })
            .collect();
        said.reverse();
        said
    }

    pub(crate) async fn act(&self, incident: &Value, verb: &str, body: Value) -> testkit::Answer {
        let path = format!("/api/v1/incidents/{}/{verb}", incident["id"].as_str().unwrap());
        let version = incident["version"].as_i64();
        self.client.send("POST", &path, Some(body.to_string()), version).await
    }
}

async fn make(register: &Resources, kind: &str, name: &str) -> ResourceId {
    let wanted =
        NewResource { kind: kind.to_owned(), name: name.to_owned(), ..NewResource::default() };
    register.create(&Caller::console(), &wanted).await.unwrap().id
}
