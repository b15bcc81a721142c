use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use db::Tx;
use desk::{Desk, DeskFiles, DeskParts, MailMeans};
use directory::{Directory, PersonId};
use http_kit::guard::OutboundGuard;
use jiff::tz::TimeZone;
use journal::{Filter, Row};
use kernel::{Clock, Ids, Page, Time};
use mail::MailReader;
use notify::{AccountFuture, Accounts, Notify, NotifyParts, NotifySettings};
use resources::Resources;
use serde_json::{Value, json};
use testkit::{Answer, Client, ManualClock, ManualTimer, SeededIds, TemporaryDb};
use vault::{AttachmentSettings, KeySource, Vault, VaultParts};

/// Which user is which person; tests tie them.
#[derive(Clone, Default)]
pub(crate) struct Tied(Arc<Mutex<HashMap<String, PersonId>>>);

impl Accounts for Tied {
    fn person_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, PersonId> {
        let found = self.0.lock().unwrap().get(user_id).copied();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn user_of(&self, person_id: PersonId) -> AccountFuture<'_, String> {
        let tied = self.0.lock().unwrap();
        let found = tied.iter().find(|(_, person)| **person == person_id);
        Box::pin(std::future::ready(Ok(found.map(|(user, _)| user.clone()))))
    }

    fn name_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, String> {
        Box::pin(std::future::ready(Ok(Some(user_id.to_owned()))))
    }
}

/// The desk on fresh records, with two units. It is Monday, 2026-09-21, 09:00 in Shanghai.
pub(crate) struct House {
    pub(crate) records: TemporaryDb,
    pub(crate) clock: ManualClock,
    pub(crate) desk: Desk,
    pub(crate) vault: Vault,
    pub(crate) notify: Option<Notify>,
    pub(crate) client: Client,
    pub(crate) unit: String,
    pub(crate) other_unit: String,
    /// 张 is the administrator, 李 the viewer.
    pub(crate) people: HashMap<&'static str, String>,
}

/// Nobody is told anything.
pub(crate) async fn house() -> House {
    built(false).await
}

/// Mails go out.
pub(crate) async fn house_that_writes() -> House {
    built(true).await
}

async fn built(writes: bool) -> House {
    let records = testkit::temporary_db(&[
        journal::MIGRATIONS,
        directory::MIGRATIONS,
        resources::MIGRATIONS,
        vault::MIGRATIONS,
        notify::MIGRATIONS,
        desk::subsystem::MIGRATIONS,
    ])
    .await;
    let clock = ManualClock::at("2026-09-21T09:00:00+08:00".parse::<Time>().unwrap());
    let ids: Arc<dyn Ids> = Arc::new(SeededIds::new(7));
    let time: Arc<dyn Clock> = Arc::new(clock.clone());
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let directory = Directory::new(records.db.clone(), Arc::clone(&time), Arc::clone(&ids), zone);
    let resources = Resources::new(records.db.clone(), Arc::clone(&time), Arc::clone(&ids))
        .with_directory(directory.clone());
    let tied = Tied::default();
    let files = DeskFiles::default();
    let vault = open_vault(&records, &clock, &ids, &files).await;
    let notify = open_notify((&records, &clock, &ids), &directory, &tied, &vault).await;
    let desk = Desk::new(DeskParts {
        db: records.db.clone(),
        clock: Arc::clone(&time),
        ids: Arc::clone(&ids),
        directory: directory.clone(),
        resources: resources.clone(),
        accounts: Arc::new(tied.clone()),
        notify: writes.then(|| notify.clone()),
        on_duty: None,
        mail: Some(MailMeans::new(
            MailReader::new(Arc::new(OutboundGuard::default())),
            vault.clone(),
        )),
    });
    files.learn(desk.clone());
    assert_eq!(desk.seed().await.unwrap(), 6);
    assert_eq!(desk.seed().await.unwrap(), 0, "once only");
    let routes = directory::routes(directory)
        .merge(resources::routes(resources))
        .merge(vault::routes(vault.clone()))
        .merge(notify::routes(notify.clone()))
        .merge(desk::subsystem::routes(&desk));
    let client = Client::of_routes(routes, time, ids);
    let mut house = House {
        records,
        clock,
        desk,
        vault,
        notify: writes.then_some(notify),
        client,
        unit: String::new(),
        other_unit: String::new(),
        people: HashMap::new(),
    };
    settle_in(&mut house, &tied).await;
    house
}

/// Two units, and a person for each of the accounts.
async fn settle_in(house: &mut House, tied: &Tied) {
    let unit =
        |code: &str| json!({"code": code, "name": {"en": code, "zh": code}, "from": "2020-01-01"});
    house.unit = house.made("/api/v1/units", unit("ops")).await;
    house.other_unit = house.made("/api/v1/units", unit("net")).await;
    for (user, key, name) in [("administrator", "zhang", "张伟"), ("viewer", "li", "李娜")] {
        let body = json!({"number": key, "name": name, "from": "2020-01-01",
            "unit_id": house.unit});
        let id = house.made("/api/v1/people", body).await;
        tied.0.lock().unwrap().insert(user.to_owned(), id.parse().unwrap());
        house.people.insert(key, id);
    }
}

async fn open_notify(
    (records, clock, ids): (&TemporaryDb, &ManualClock, &Arc<dyn Ids>),
    directory: &Directory,
    tied: &Tied,
    vault: &Vault,
) -> Notify {
    let notify = Notify::new(NotifyParts {
        db: records.db.clone(),
        clock: Arc::new(clock.clone()),
        timer: Arc::new(ManualTimer(clock.clone())),
        ids: Arc::clone(ids),
        vault: vault.clone(),
        directory: directory.clone(),
        accounts: Arc::new(tied.clone()),
        guard: Arc::new(OutboundGuard::default()),
        templates: desk::subsystem::TEMPLATES.to_vec(),
        settings: NotifySettings::default(),
    });
    notify.seed().await.unwrap();
    notify
}

async fn open_vault(
    records: &TemporaryDb,
    clock: &ManualClock,
    ids: &Arc<dyn Ids>,
    files: &DeskFiles,
) -> Vault {
    let vault = Vault::new(VaultParts {
        db: records.db.clone(),
        clock: Arc::new(clock.clone()),
        ids: Arc::clone(ids),
        keys: KeySource::File(records.dir.path().join("keys/vault.keys")),
        files: records.dir.path().join("attachments"),
        settings: AttachmentSettings::default(),
        subjects: files.subjects(),
    });
    vault.unlock().await.unwrap();
    vault
}

impl House {
    pub(crate) async fn made(&self, path: &str, body: Value) -> String {
        self.clock.advance(Duration::from_millis(1));
        let answer = self.client.post(path, body).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.json);
        answer.json["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn at(&self, time: &str) {
        self.clock.set(format!("2026-09-{time}:00+08:00").parse::<Time>().unwrap());
    }

    /// A ticket of medium impact and urgency: priority 3.
    pub(crate) fn body(&self, kind: &str) -> Value {
        json!({
            "type": kind, "unit_id": self.unit,
            "content": {
                "subject": "键盘损坏", "text": "三楼 301 室", "impact": "medium",
                "urgency": "medium", "requester": {"name": "王芳", "contact": "8301"},
            },
        })
    }

    pub(crate) async fn ticket(&self, kind: &str) -> String {
        self.made("/api/v1/tickets", self.body(kind)).await
    }

    pub(crate) async fn got(&self, path: &str) -> Value {
        let answer = self.client.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json);
        answer.json
    }

    pub(crate) async fn page(&self, id: &str) -> Value {
        self.got(&format!("/api/v1/tickets/{id}")).await
    }

    /// POST to a ticket's newest version as somebody.
    pub(crate) async fn post_as(&self, client: &Client, path: &str, body: Value) -> Answer {
        self.clock.advance(Duration::from_millis(1));
        let id = path.split('/').next().unwrap();
        let version = self.page(id).await["version"].as_i64();
        let path = format!("/api/v1/tickets/{path}");
        client.send("POST", &path, Some(body.to_string()), version).await
    }

    /// The same, as the administrator; it must be done.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.post_as(&self.client, path, body).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json);
        answer.json
    }

    /// Moves a ticket; it must be done.
    pub(crate) async fn moved(&self, id: &str, transition: &str, text: &str) -> Value {
        let body = json!({"transition": transition, "text": text});
        self.post(&format!("{id}/transitions"), body).await
    }

    /// Moves a ticket; the code of the refusal.
    pub(crate) async fn refused(&self, id: &str, transition: &str, text: &str) -> String {
        let body = json!({"transition": transition, "text": text});
        let answer = self.post_as(&self.client, &format!("{id}/transitions"), body).await;
        assert!(answer.status.is_client_error(), "{}", answer.json);
        answer.json["code"].as_str().unwrap().to_owned()
    }

    /// The clocks of a ticket: `name state elapsed target`, in hours.
    pub(crate) async fn clocks(&self, id: &str) -> Vec<String> {
        let found = self.got(&format!("/api/v1/tickets/{id}/clocks")).await;
        let shown = |clock: &Value| {
            let hours = |field: &str| clock[field].as_f64().unwrap() / 3600.0;
            let (name, state) =
                (clock["clock"].as_str().unwrap(), clock["state"].as_str().unwrap());
            format!("{name} {state} {:.2} of {:.1}", hours("elapsed_s"), hours("target_s"))
        };
        found["clocks"].as_array().unwrap().iter().map(shown).collect()
    }

    pub(crate) async fn run_job(&self) {
        for job in desk::subsystem::jobs(&self.desk) {
            job.run().await.unwrap();
        }
    }

    /// Lets the desk see a fact of another, as the dispatcher would.
    pub(crate) async fn react(&self, verb: &str, detail: Value) {
        let row = Row {
            seq: kernel::FactSeq(1),
            at: self.clock.now(),
            actor: kernel::Actor::system("alerts"),
            verb: verb.to_owned(),
            subject: kernel::Subject::new("incident", "x", "x"),
            resource_id: None,
            before: None,
            after: None,
            detail,
            cause: None,
            request_id: String::new(),
            source: String::new(),
        };
        for reaction in desk::subsystem::reactions(&self.desk) {
            if reaction.wants(verb) {
                let mut tx: Tx = self.records.db.begin().await.unwrap();
                reaction.react(&mut tx, &row).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
    }

    /// The facts of the desk, oldest first.
    pub(crate) async fn facts(&self) -> Vec<Row> {
        let page = Page { after: None, limit: 500 };
        let rows = journal::list(&self.records.db, &Filter::default(), page).await.unwrap();
        let mut rows = rows.items;
        rows.reverse();
        rows.retain(|row| row.verb.starts_with("ticket."));
        rows
    }

    /// The verbs of facts that begin with `noun`, oldest first.
    pub(crate) async fn all_verbs(&self, noun: &str) -> Vec<String> {
        let page = Page { after: None, limit: 500 };
        let rows = journal::list(&self.records.db, &Filter::default(), page).await.unwrap();
        let verbs = rows.items.into_iter().rev().map(|row| row.verb);
        verbs.filter(|verb| verb.starts_with(noun)).collect()
    }

    pub(crate) async fn verbs(&self) -> String {
        let facts = self.facts().await;
        facts.iter().map(|row| row.verb.as_str()).collect::<Vec<_>>().join(" ")
    }
}
