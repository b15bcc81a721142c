use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use clients::{Clients, ClientsParts};
use directory::{Directory, PersonId};
use jiff::tz::TimeZone;
use journal::{Filter, Row};
use kernel::{
    Clock, Fault, Ids, OpenedTicket, Page, Text, TicketFuture, TicketWish, Tickets, Time,
};
use notify::{AccountFuture, Accounts};
use resources::Resources;
use serde_json::{Value, json};
use testkit::{Answer, Client, ManualClock, SeededIds, TemporaryDb};

pub(crate) const CAMPAIGNS: &str = "/api/v1/clients/campaigns";

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

/// Campaigns on fresh records, with two units. It is 2026-09-21, 08:00 in Shanghai.
pub(crate) struct House {
    pub(crate) records: TemporaryDb,
    pub(crate) clock: ManualClock,
    pub(crate) clients: Clients,
    pub(crate) desk: Desk,
    pub(crate) tied: Tied,
    pub(crate) client: Client,
    pub(crate) unit: String,
    pub(crate) other_unit: String,
}

pub(crate) async fn house() -> House {
    let records = testkit::temporary_db(&[
        journal::MIGRATIONS,
        directory::MIGRATIONS,
        resources::MIGRATIONS,
        clients::subsystem::MIGRATIONS,
    ])
    .await;
    let clock = ManualClock::at("2026-09-21T08:00:00+08:00".parse::<Time>().unwrap());
    let ids = Arc::new(SeededIds::new(7));
    let time: Arc<dyn Clock> = Arc::new(clock.clone());
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let directory = Directory::new(records.db.clone(), time.clone(), ids.clone(), zone);
    let register = Resources::new(records.db.clone(), time.clone(), ids.clone());
    let register = register.with_directory(directory.clone());
    let (tied, desk) = (Tied::default(), Desk::default());
    let clients = Clients::new(ClientsParts {
        db: records.db.clone(),
        clock: time.clone(),
        ids: ids.clone(),
        directory: directory.clone(),
        resources: register.clone(),
        accounts: Arc::new(tied.clone()),
    });
    clients.learn_tickets(Arc::new(desk.clone()));
    let routes = directory::routes(directory)
        .merge(resources::routes(register))
        .merge(clients::subsystem::routes(&clients));
    let client = Client::of_routes(routes, time, ids as Arc<dyn Ids>);
    let (unit, other_unit) = (String::new(), String::new());
    let mut house = House { records, clock, clients, desk, tied, client, unit, other_unit };
    house.unit = house.made("/api/v1/units", unit_body("ops")).await;
    house.other_unit = house.made("/api/v1/units", unit_body("net")).await;
    house
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

    pub(crate) async fn got(&self, path: &str) -> Value {
        let answer = self.client.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json);
        answer.json
    }

    /// A host of a unit.
    pub(crate) async fn machine(&self, name: &str, unit: &str) -> String {
        let body = json!({"kind": "host", "name": name, "unit_id": unit, "tags": ["win"]});
        self.made("/api/v1/resources", body).await
    }

    /// The user is a new person of that unit from now on.
    pub(crate) async fn person(&self, user: &str, name: &str, unit: &str) -> String {
        let body = json!({"number": user, "name": name, "from": "2020-01-01", "unit_id": unit});
        let id = self.made("/api/v1/people", body).await;
        self.tied.0.lock().unwrap().insert(user.to_owned(), id.parse().unwrap());
        id
    }

    /// An upgrade on whatever is tagged `win`.
    pub(crate) fn upgrade(&self) -> Value {
        json!({
            "name": "办公软件升级", "kind": "upgrade", "unit_id": self.unit,
            "software": "WPS Office", "software_version": "12.1", "instructions": "先备份模板",
            "machines": {"filter": "tag = \"win\""}, "from": "2026-09-21", "to": "2026-09-25",
        })
    }

    /// POST of version `version`.
    pub(crate) async fn act(&self, client: &Client, path: &str, version: i64) -> Answer {
        client.send("POST", path, Some("null".to_owned()), Some(version)).await
    }

    /// A campaign that runs on these machines; its path.
    pub(crate) async fn running(&self, body: Value) -> String {
        let path = format!("{CAMPAIGNS}/{}", self.made(CAMPAIGNS, body).await);
        let started = self.act(&self.client, &format!("{path}/start"), 1).await;
        assert_eq!(started.json["state"], "running", "{}", started.json);
        path
    }

    /// The machines of a campaign: `name state reason ticket`.
    pub(crate) async fn machines(&self, path: &str) -> Vec<String> {
        let found = self.got(&format!("{path}/machines")).await;
        found["items"].as_array().unwrap().iter().map(shown).collect()
    }

    /// Says something of machines in the versions they have now.
    pub(crate) async fn say(
        &self,
        path: &str,
        names: &[&str],
        (state, reason): (&str, &str),
    ) -> Answer {
        let found = self.got(&format!("{path}/machines")).await;
        let items = found["items"].as_array().unwrap();
        let named = items.iter().filter(|one| names.contains(&one["name"].as_str().unwrap()));
        let machines: Vec<Value> = named
            .map(|one| json!({"resource_id": one["resource_id"], "version": one["version"]}))
            .collect();
        let body = json!({"machines": machines, "state": state, "reason": reason});
        self.client.post(&format!("{path}/machines"), body).await
    }

    pub(crate) async fn run(&self, job: &str) {
        let jobs = clients::subsystem::jobs(&self.clients);
        jobs.iter().find(|one| one.name() == job).unwrap().run().await.unwrap();
    }

    /// The facts of campaigns, oldest first.
    pub(crate) async fn facts(&self) -> Vec<Row> {
        let page = Page { after: None, limit: 500 };
        let rows = journal::list(&self.records.db, &Filter::default(), page).await.unwrap();
        let mut rows = rows.items;
        rows.reverse();
        rows.retain(|row| row.verb.starts_with("campaign."));
        rows
    }

    pub(crate) async fn verbs(&self) -> String {
        let facts = self.facts().await;
        facts.iter().map(|row| row.verb.as_str()).collect::<Vec<_>>().join(" ")
    }
}

fn shown(machine: &Value) -> String {
    let text = |field: &str| machine[field].as_str().unwrap_or_default().to_owned();
    let number = machine["ticket"]["number"].as_str().unwrap_or_default();
    let shown = format!("{} {} {} {number}", text("name"), text("state"), text("reason"));
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}
