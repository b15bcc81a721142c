use std::{sync::Arc, time::Duration};

use directory::Directory;
use jiff::tz::TimeZone;
use journal::Row;
use kernel::{Page, Time};
use serde_json::{Value, json};
use testkit::{Answer, Client, ManualClock, SeededIds, TemporaryDb};

/// A directory on fresh records, with a client who is administrator. It is 2026-06-01 in Shanghai.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) records: Arc<TemporaryDb>,
    pub(crate) clock: ManualClock,
    pub(crate) directory: Directory,
    pub(crate) client: Client,
}

pub(crate) async fn house() -> House {
    let records = testkit::temporary_db(&[journal::MIGRATIONS, directory::MIGRATIONS]).await;
    let clock = ManualClock::at("2026-06-01T00:00:00+08:00".parse::<Time>().unwrap());
    let ids = Arc::new(SeededIds::new(7));
    let time = Arc::new(clock.clone());
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let directory = Directory::new(records.db.clone(), time.clone(), ids.clone(), zone);
    let client = Client::of_routes(directory::routes(directory.clone()), time, ids);
    House { records: Arc::new(records), clock, directory, client }
}

/// Something that was made: its id, and its version to change it by.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) path: String,
}

impl House {
    /// The journal's verbs, oldest first.
    pub(crate) async fn verbs(&self) -> Vec<String> {
        self.facts().await.into_iter().map(|fact| fact.verb).collect()
    }

    /// The journal, oldest first.
    pub(crate) async fn facts(&self) -> Vec<Row> {
        let page = Page { after: None, limit: 500 };
        let facts = journal::list(&self.records.db, &journal::Filter::default(), page).await;
        facts.unwrap().items.into_iter().rev().collect()
    }

    /// Makes something and moves the clock on: ids made in one millisecond have no order.
    pub(crate) async fn make(&self, path: &str, body: Value) -> Made {
        self.clock.advance(Duration::from_millis(1));
        let answer = self.client.post(&format!("/api/v1/{path}"), body).await;
        assert_eq!(answer.status, 201, "{}", answer.json);
        let id = answer.json["id"].as_str().unwrap().to_owned();
        Made { path: format!("/api/v1/{path}/{id}"), id }
    }

    /// A unit that has been there since 2020.
    pub(crate) async fn unit(&self, code: &str, parent: Option<&Made>) -> Made {
        let body = json!({"code": code, "name": {"en": code, "zh": code}, "from": "2020-01-01",
            "parent_id": parent.map(|unit| &unit.id)});
        self.make("units", body).await
    }

    /// A post that has been there since 2020.
    pub(crate) async fn post(&self, code: &str, unit: &Made, head: bool) -> Made {
        let body = json!({"code": code, "title": {"en": code, "zh": code}, "head": head,
            "unit_id": unit.id, "from": "2020-01-01"});
        self.make("posts", body).await
    }

    /// A person who has been there since 2020.
    pub(crate) async fn person(&self, number: &str, name: &str, unit: Option<&Made>) -> Made {
        let body = json!({"number": number, "name": name, "from": "2020-01-01",
            "unit_id": unit.map(|unit| &unit.id)});
        self.make("people", body).await
    }

    /// That a person holds a post.
    pub(crate) async fn hold(
        &self,
        person: &Made,
        post: &Made,
        from: &str,
        to: Option<&str>,
    ) -> Made {
        let body = json!({"person_id": person.id, "post_id": post.id, "from": from, "to": to});
        self.make("holdings", body).await
    }

    /// The version of a thing now.
    pub(crate) async fn version(&self, made: &Made) -> i64 {
        self.client.get(&made.path).await.json["version"].as_i64().unwrap()
    }

    /// A verb on a thing, for its version now.
    pub(crate) async fn act(&self, made: &Made, verb: &str, body: Value) -> Answer {
        let version = self.version(made).await;
        let path = format!("{}/{verb}", made.path);
        self.client.send("POST", &path, Some(body.to_string()), Some(version)).await
    }

    /// A change of a thing, for its version now.
    pub(crate) async fn change(&self, made: &Made, body: Value) -> Answer {
        let version = self.version(made).await;
        self.client.patch(&made.path, version, body).await
    }
}

/// One field of each item of a list.
pub(crate) fn all<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    let items = list["items"].as_array().unwrap_or_else(|| panic!("no list: {list}"));
    items.iter().map(|item| item[field].as_str().unwrap()).collect()
}

/// The status and the code of a refusal.
pub(crate) fn refusal(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.json["code"].as_str().unwrap_or_default())
}

/// The names of the fields that a problem names.
pub(crate) fn fields(problem: &Value) -> Vec<&str> {
    let fields = problem["fields"].as_array().unwrap_or_else(|| panic!("no problem: {problem}"));
    fields.iter().map(|field| field["field"].as_str().unwrap()).collect()
}
