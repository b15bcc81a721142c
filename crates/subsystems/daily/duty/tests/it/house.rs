use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use directory::{Directory, PersonId};
use duty::{Duty, DutyParts, InspectionMeans};
use http_kit::guard::OutboundGuard;
use jiff::tz::TimeZone;
use journal::{Filter, Row};
use kernel::{
    Caller, Clock, Fault, Grant, Ids, OpenedTicket, Page, Text, TicketFuture, TicketWish, Tickets,
    Time,
};
use notify::{AccountFuture, Accounts, Notify, NotifyParts, NotifySettings};
use resources::Resources;
use serde_json::{Value, json};
use testkit::{Answer, Client, ManualClock, ManualTimer, SeededIds, TemporaryDb};
use vault::{AttachmentSettings, AttachmentSubject, KeySource, SubjectFuture, Vault, VaultParts};

/// Which user is which person, and what they hold besides being that; tests tie them.
#[derive(Clone, Default)]
pub(crate) struct Tied {
    people: Arc<Mutex<HashMap<String, PersonId>>>,
    bare: Arc<Mutex<HashSet<String>>>,
}

impl Accounts for Tied {
    fn person_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, PersonId> {
        let found = self.people.lock().unwrap().get(user_id).copied();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn user_of(&self, person_id: PersonId) -> AccountFuture<'_, String> {
        let tied = self.people.lock().unwrap();
        let found = tied.iter().find(|(_, person)| **person == person_id);
        Box::pin(std::future::ready(Ok(found.map(|(user, _)| user.clone()))))
    }

    fn name_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, String> {
        Box::pin(std::future::ready(Ok(Some(user_id.to_owned()))))
    }

    fn as_caller<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, Caller> {
        let bare = self.bare.lock().unwrap().contains(user_id);
        let grant = match user_id {
            "administrator" if !bare => testkit::administrator_grant(),
            _ => Grant::Nothing,
        };
        let id = Some(user_id.to_owned());
        let caller = Caller { user_id: id, grant, ..Caller::system("test") };
        Box::pin(std::future::ready(Ok(Some(caller))))
    }
}

/// A desk that opens what it is asked for, once for each source, or refuses.
#[derive(Clone, Default)]
pub(crate) struct Desk {
    pub(crate) wishes: Arc<Mutex<Vec<TicketWish>>>,
    pub(crate) away: Arc<Mutex<bool>>,
}

impl Tickets for Desk {
    fn open(&self, wish: TicketWish) -> TicketFuture<'_> {
        let mut wishes = self.wishes.lock().unwrap();
        let at = wishes.iter().position(|one| one.source == wish.source);
        let answer = if *self.away.lock().unwrap() {
            Err(Fault::conflict("away", Text::same("away")))
        } else {
            let at = at.unwrap_or_else(|| {
                wishes.push(wish);
                wishes.len() - 1
            });
            Ok(OpenedTicket { id: format!("ticket-{at}"), number: format!("INC-{}", at + 1) })
        };
        Box::pin(std::future::ready(answer))
    }
}

/// Photos are opened before duty is.
#[derive(Clone, Default)]
struct Photos(Arc<OnceLock<Duty>>);

impl AttachmentSubject for Photos {
    fn kind(&self) -> &'static str {
        "round"
    }

    fn may_read<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        self.0.get().unwrap().may_read(caller, id)
    }

    fn may_change<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        self.0.get().unwrap().may_change(caller, id)
    }
}

/// Duty on fresh records, with four people in a unit. It is Monday, 2026-09-21, 07:00 in Shanghai.
pub(crate) struct House {
    pub(crate) records: TemporaryDb,
    pub(crate) clock: ManualClock,
    pub(crate) duty: Duty,
    pub(crate) desk: Desk,
    /// By what people are told, where they are.
    pub(crate) notify: Option<Notify>,
    _files: tempfile::TempDir,
    pub(crate) tied: Tied,
    pub(crate) client: Client,
    pub(crate) unit: String,
    pub(crate) other_unit: String,
    /// 张, 李, 王, 赵 by the first letters of their names.
    pub(crate) people: HashMap<&'static str, String>,
}

/// Nobody is told anything.
pub(crate) async fn house() -> House {
    built(Telling::Nobody).await
}

/// People are told in the app and by every channel that a test makes.
pub(crate) async fn house_that_tells() -> House {
    built(Telling::People).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    Nobody,
    People,
}

#[expect(clippy::too_many_lines, reason = "what a house of tests is made of stands in one place")]
async fn built(telling: Telling) -> House {
    let records = testkit::temporary_db(&[
        journal::MIGRATIONS,
        directory::MIGRATIONS,
        resources::MIGRATIONS,
        vault::MIGRATIONS,
        notify::MIGRATIONS,
        duty::subsystem::MIGRATIONS,
    ])
    .await;
    let clock = ManualClock::at("2026-09-21T07:00:00+08:00".parse::<Time>().unwrap());
    let ids = Arc::new(SeededIds::new(7));
    let time: Arc<dyn Clock> = Arc::new(clock.clone());
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let directory = Directory::new(records.db.clone(), time.clone(), ids.clone(), zone);
    let tied = Tied::default();
    let (files, photos, desk) = (tempfile::tempdir().unwrap(), Photos::default(), Desk::default());
    let vault = vault_in(files.path(), &records, &time, &photos);
    let notify = notify_of((&records, &clock), &directory, &tied, &vault).await;
    let notify = (telling == Telling::People).then_some(notify);
    let duty = Duty::new(DutyParts {
        db: records.db.clone(),
        clock: time.clone(),
        ids: ids.clone(),
        directory: directory.clone(),
        accounts: Arc::new(tied.clone()),
        notify: notify.clone(),
    })
    .unwrap();
    let register = Resources::new(records.db.clone(), time.clone(), ids.clone());
    let means = InspectionMeans { resources: register.clone(), vault: vault.clone() };
    let duty = duty.with_inspection_means(means);
    photos.0.set(duty.clone()).unwrap();
    duty.learn_tickets(Arc::new(desk.clone()));
    let routes = directory::routes(directory)
        .merge(resources::routes(register))
        .merge(vault::routes(vault))
        .merge(routes_of(notify.as_ref()))
        .merge(duty::subsystem::routes(&duty));
    let client = Client::of_routes(routes, time, ids as Arc<dyn Ids>);
    let mut house = House {
        records,
        clock,
        duty,
        desk,
        notify,
        _files: files,
        tied,
        client,
        unit: String::new(),
        other_unit: String::new(),
        people: HashMap::new(),
    };
    house.unit = house.made("/api/v1/units", unit_body("ops")).await;
    house.other_unit = house.made("/api/v1/units", unit_body("net")).await;
    for (key, name) in [("zhang", "张伟"), ("li", "李娜"), ("wang", "王芳"), ("zhao", "赵敏")]
    {
        let id = house.person(key, name).await;
        house.people.insert(key, id);
    }
    house.tie("administrator", "zhang");
    house.tie("viewer", "li");
    house
}

async fn notify_of(
    (records, clock): (&TemporaryDb, &ManualClock),
    directory: &Directory,
    tied: &Tied,
    vault: &Vault,
) -> Notify {
    let notify = Notify::new(NotifyParts {
        db: records.db.clone(),
        clock: Arc::new(clock.clone()),
        timer: Arc::new(ManualTimer(clock.clone())),
        ids: Arc::new(SeededIds::new(9)),
        vault: vault.clone(),
        directory: directory.clone(),
        accounts: Arc::new(tied.clone()),
        guard: Arc::new(OutboundGuard::default()),
        templates: duty::subsystem::TEMPLATES.to_vec(),
        settings: NotifySettings::default(),
    });
    notify.seed().await.unwrap();
    notify
}

/// Where nobody is told anything there is nothing to ask about it.
fn routes_of(notify: Option<&Notify>) -> http_kit::Routes {
    notify.map_or_else(http_kit::Routes::new, |notify| notify::routes(notify.clone()))
}

fn vault_in(
    files: &std::path::Path,
    records: &TemporaryDb,
    time: &Arc<dyn Clock>,
    photos: &Photos,
) -> Vault {
    Vault::new(VaultParts {
        db: records.db.clone(),
        clock: Arc::clone(time),
        ids: Arc::new(SeededIds::new(8)),
        keys: KeySource::File(files.join("vault.keys")),
        files: files.join("attachments"),
        settings: AttachmentSettings::default(),
        subjects: vec![Arc::new(photos.clone())],
    })
}

fn unit_body(code: &str) -> Value {
    json!({"code": code, "name": {"en": code, "zh": code}, "from": "2020-01-01"})
}

impl House {
    pub(crate) async fn made(&self, path: &str, body: Value) -> String {
        self.clock.advance(Duration::from_millis(1));
        let answer = self.client.post(path, body).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.json);
        answer.json["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn person(&self, number: &str, name: &str) -> String {
        let body = json!({"number": number, "name": name, "from": "2020-01-01",
            "unit_id": self.unit});
        self.made("/api/v1/people", body).await
    }

    /// No user is a person from now on.
    pub(crate) fn tie_nobody(&self) {
        self.tied.people.lock().unwrap().clear();
    }

    /// The user holds nothing any more.
    pub(crate) fn strip(&self, user: &str) {
        self.tied.bare.lock().unwrap().insert(user.to_owned());
    }

    /// The user is that person from now on.
    pub(crate) fn tie(&self, user: &str, person: &str) {
        let id = self.people[person].parse().unwrap();
        self.tied.people.lock().unwrap().insert(user.to_owned(), id);
    }

    pub(crate) fn id(&self, person: &str) -> &str {
        &self.people[person]
    }

    /// A roster of one position, filled day by day by these people from 08:00 to 08:00.
    pub(crate) fn daily(&self, people: &[&str]) -> Value {
        let block = |person: &&str| json!({"people": [self.id(person)]});
        json!({
            "name": "机房值班", "unit_id": self.unit, "zone": "Asia/Shanghai", "calendar": "china",
            "shifts": [{"key": "day", "name": "全天", "from": "08:00", "to": "08:00"}],
            "positions": [{"key": "main", "name": "主班", "rotations": [{
                "start": "2026-09-21T08:00:00", "unit": "days",
                "blocks": people.iter().map(block).collect::<Vec<_>>(),
            }]}],
        })
    }

    pub(crate) async fn roster(&self, body: Value) -> String {
        self.made("/api/v1/duty/rosters", body).await
    }

    /// The spans of a roster: `day shift position person source`.
    pub(crate) async fn plan(&self, roster: &str, from: &str, to: &str) -> Vec<String> {
        let stretch = self.stretch(roster, from, to).await;
        stretch["spans"].as_array().unwrap().iter().map(shown).collect()
    }

    pub(crate) async fn stretch(&self, roster: &str, from: &str, to: &str) -> Value {
        let encoded = |time: &str| time.replace('+', "%2B");
        let (from, to) = (encoded(from), encoded(to));
        let path = format!("/api/v1/duty/rosters/{roster}/spans?from={from}&to={to}");
        self.got(&path).await
    }

    /// What is wrong in a roster: `kind day person about`.
    pub(crate) async fn problems(&self, roster: &str, from: &str, to: &str) -> Vec<String> {
        let stretch = self.stretch(roster, from, to).await;
        let shown = |problem: &Value| {
            let (kind, span) = (problem["kind"].as_str().unwrap(), &problem["span"]);
            let name = span["person"]["name"].as_str().unwrap_or("-");
            let about = problem["about"].as_str().unwrap();
            let day = span["day"].as_str().unwrap();
            format!("{kind} {day} {name} {about}").trim_end().to_owned()
        };
        stretch["problems"].as_array().unwrap().iter().map(shown).collect()
    }

    pub(crate) async fn got(&self, path: &str) -> Value {
        let answer = self.client.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json);
        answer.json
    }

    pub(crate) async fn put(&self, path: &str, version: i64, body: Value) -> Answer {
        self.client.send("PUT", path, Some(body.to_string()), Some(version)).await
    }

    /// POST of the version `version` as that client.
    pub(crate) async fn post_as(
        &self,
        client: &Client,
        path: &str,
        version: i64,
        body: Value,
    ) -> Answer {
        client.send("POST", path, Some(body.to_string()), Some(version)).await
    }

    pub(crate) async fn run(&self, job: &str) {
        let jobs = duty::subsystem::jobs(&self.duty);
        let job = jobs.iter().find(|one| one.name() == job).unwrap();
        job.run().await.unwrap();
    }

    pub(crate) fn at(&self, time: &str) {
        self.clock.set(time.parse::<Time>().unwrap());
    }

    /// Every fact is to be delivered again.
    pub(crate) async fn forget_cursors(&self) {
        let mut tx = self.records.db.begin().await.unwrap();
        sqlx::query("DELETE FROM journal_cursor").execute(tx.connection()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The facts of duty, oldest first.
    pub(crate) async fn facts(&self) -> Vec<Row> {
        let page = Page { after: None, limit: 500 };
        let rows = journal::list(&self.records.db, &Filter::default(), page).await.unwrap();
        let mut rows = rows.items;
        rows.reverse();
        let own = ["unit.", "person.", "post.", "holding.", "template.", "message."];
        rows.retain(|row| !own.iter().any(|noun| row.verb.starts_with(noun)));
        rows
    }

    pub(crate) async fn verbs(&self) -> String {
        let facts = self.facts().await;
        facts.iter().map(|row| row.verb.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// `day shift position person source`.
pub(crate) fn shown(span: &Value) -> String {
    let text = |field: &str| span[field].as_str().unwrap_or_default().to_owned();
    let person = span["person"]["name"].as_str().unwrap_or("-");
    let day = &text("day")[5..];
    format!("{day} {} {} {person} {}", text("shift"), text("position"), text("source"))
}
