use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{Arc, Mutex},
    time::Duration,
};

use directory::{Directory, PersonId};
use jiff::tz::TimeZone;
use journal::{Filter, Row};
use kernel::{Caller, Clock, Ids, Page, SeenTicket, TicketSight, TicketSightFuture, Time, Within};
use knowledge::{Knowledge, KnowledgeParts};
use notify::{AccountFuture, Accounts};
use resources::Resources;
use serde_json::{Value, json};
use testkit::{Answer, Client, ManualClock, SeededIds, TemporaryDb};

pub(crate) const ARTICLES: &str = "/api/v1/knowledge/articles";
pub(crate) const PUBLISHED: &str = "/api/v1/knowledge/published";
pub(crate) const ABSENT: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// Nobody is anybody in the directory.
struct Unknown;

impl Accounts for Unknown {
    fn person_of<'a>(&'a self, _: &'a str) -> AccountFuture<'a, PersonId> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn user_of(&self, _: PersonId) -> AccountFuture<'_, String> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn name_of<'a>(&'a self, user_id: &'a str) -> AccountFuture<'a, String> {
        Box::pin(std::future::ready(Ok(Some(user_id.to_owned()))))
    }
}

/// A desk of which everybody sees all tickets, and everybody but the viewer works on them.
#[derive(Clone, Default)]
pub(crate) struct Desk(Arc<Mutex<HashMap<String, SeenTicket>>>);

impl Desk {
    pub(crate) fn put(&self, ticket: SeenTicket) {
        self.0.lock().unwrap().insert(ticket.id.clone(), ticket);
    }
}

impl TicketSight for Desk {
    fn seen<'a>(&'a self, caller: &'a Caller, ticket_id: &'a str) -> TicketSightFuture<'a> {
        let found = self.0.lock().unwrap().get(ticket_id).cloned();
        let may_work = caller.actor.name != "viewer";
        let found = found.map(|ticket| SeenTicket { may_work, ..ticket });
        Box::pin(std::future::ready(Ok(found)))
    }
}

/// Articles on fresh records, with two units. It is 2026-09-21, 08:00 in Shanghai.
pub(crate) struct House {
    pub(crate) records: TemporaryDb,
    pub(crate) clock: ManualClock,
    pub(crate) desk: Desk,
    pub(crate) client: Client,
    pub(crate) unit: String,
    pub(crate) other_unit: String,
}

pub(crate) async fn house() -> House {
    let records = testkit::temporary_db(&[
        journal::MIGRATIONS,
        directory::MIGRATIONS,
        resources::MIGRATIONS,
        knowledge::subsystem::MIGRATIONS,
    ])
    .await;
    let clock = ManualClock::at("2026-09-21T08:00:00+08:00".parse::<Time>().unwrap());
    let ids = Arc::new(SeededIds::new(7));
    let time: Arc<dyn Clock> = Arc::new(clock.clone());
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let directory = Directory::new(records.db.clone(), time.clone(), ids.clone(), zone);
    let register = Resources::new(records.db.clone(), time.clone(), ids.clone());
    let register = register.with_directory(directory.clone());
    let desk = Desk::default();
    let knowledge = Knowledge::new(KnowledgeParts {
        db: records.db.clone(),
        clock: time.clone(),
        ids: ids.clone(),
        directory: directory.clone(),
        resources: register.clone(),
        accounts: Arc::new(Unknown),
    });
    knowledge.learn_tickets(Arc::new(desk.clone()));
    let routes = directory::routes(directory)
        .merge(resources::routes(register))
        .merge(knowledge::subsystem::routes(&knowledge));
    let client = Client::of_routes(routes, time, ids as Arc<dyn Ids>);
    let (unit, other_unit) = (String::new(), String::new());
    let mut house = House { records, clock, desk, client, unit, other_unit };
    house.unit = house.made("/api/v1/units", unit_body("ops")).await;
    house.other_unit = house.made("/api/v1/units", unit_body("net")).await;
    house
}

fn unit_body(code: &str) -> Value {
    json!({"code": code, "name": {"en": code, "zh": code}, "from": "2020-01-01"})
}

/// A text as a parameter.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        write!(all, "%{byte:02X}").unwrap();
        all
    })
}

impl House {
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

    /// Somebody else, who holds these permissions within the first unit.
    pub(crate) fn colleague(&self, permissions: &[&str]) -> Client {
        let within = Within { units: [self.unit.clone()].into(), ..Within::default() };
        self.client.holding(permissions, &within)
    }

    /// Somebody else, who publishes what the administrator wrote.
    pub(crate) fn approver(&self) -> Client {
        self.colleague(&["knowledge.read", "knowledge.approve", "profile.read", "profile.change"])
    }

    /// A host of a unit.
    pub(crate) async fn host(&self, name: &str, unit: &str) -> String {
        self.made("/api/v1/resources", json!({"kind": "host", "name": name, "unit_id": unit})).await
    }

    /// How to mend a printer, for everybody who is signed in.
    pub(crate) fn printer(&self) -> Value {
        json!({
            "title": "三楼打印机无法打印", "symptom": "队列里的任务一直排队",
            "answer": "1. 重启 **打印后台服务**\n2. 清空队列", "keywords": ["printer"],
            "category": "外设", "audience": "staff", "unit_id": self.unit,
        })
    }

    /// POST of version `version`.
    pub(crate) async fn act(
        &self,
        client: &Client,
        (path, step): (&str, &str),
        (version, body): (i64, Value),
    ) -> Answer {
        self.clock.advance(Duration::from_millis(1));
        client.send("POST", &format!("{path}/{step}"), Some(body.to_string()), Some(version)).await
    }

    /// An article that somebody else published; its path.
    pub(crate) async fn published(&self, body: Value) -> String {
        let path = format!("{ARTICLES}/{}", self.made(ARTICLES, body).await);
        let version = self.again(&path).await;
        assert_eq!(version, 3);
        path
    }

    /// Hands in what was written last and has somebody else publish it; its version then.
    pub(crate) async fn again(&self, path: &str) -> i64 {
        let version = self.got(path).await["version"].as_i64().unwrap();
        let handed = self.act(&self.client, (path, "submit"), (version, Value::Null)).await;
        assert_eq!(handed.status, 200, "{}", handed.json);
        let everywhere = [self.unit.clone(), self.other_unit.clone()].into();
        let within = Within { units: everywhere, ..Within::default() };
        let approver = self.client.holding(&["knowledge.approve"], &within);
        let done = self.act(&approver, (path, "publish"), (version + 1, Value::Null)).await;
        assert_eq!(done.status, 200, "{}", done.json);
        done.json["version"].as_i64().unwrap()
    }

    /// The titles of what somebody finds by words.
    pub(crate) async fn found(&self, client: &Client, text: &str) -> Vec<String> {
        let path = format!("/api/v1/knowledge/search?q={}", encoded(text));
        titles(&client.get(&path).await)
    }

    /// The facts of articles, oldest first.
    pub(crate) async fn facts(&self) -> Vec<Row> {
        let page = Page { after: None, limit: 500 };
        let rows = journal::list(&self.records.db, &Filter::default(), page).await.unwrap();
        let mut rows = rows.items;
        rows.reverse();
        rows.retain(|row| row.verb.starts_with("article."));
        rows
    }

    pub(crate) async fn verbs(&self) -> String {
        let facts = self.facts().await;
        let verbs = facts.iter().map(|row| row.verb.trim_start_matches("article."));
        verbs.collect::<Vec<_>>().join(" ")
    }
}

/// The titles of what was suggested, or listed.
pub(crate) fn titles(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.json);
    let items = answer.json["items"].as_array().unwrap();
    let title = |one: &Value| {
        let article = if one["article"].is_object() { &one["article"] } else { one };
        article["title"].as_str().unwrap().to_owned()
    };
    items.iter().map(title).collect()
}
