use std::{sync::Arc, time::Duration};

use journal::Row;
use kernel::{Page, Time};
use resources::Resources;
use serde_json::{Value, json};
use testkit::{Client, ManualClock, SeededIds, TemporaryDb};

/// A register on fresh records, with a client who is administrator.
pub(crate) struct House {
    pub(crate) records: TemporaryDb,
    pub(crate) clock: ManualClock,
    pub(crate) resources: Resources,
    pub(crate) client: Client,
}

pub(crate) async fn house() -> House {
    let records = testkit::temporary_db(&[journal::MIGRATIONS, resources::MIGRATIONS]).await;
    let clock = ManualClock::at(Time::from_seconds(1_700_000_000));
    let ids = Arc::new(SeededIds::new(7));
    let time = Arc::new(clock.clone());
    let resources = Resources::new(records.db.clone(), time.clone(), ids.clone());
    let client = Client::of_routes(resources::routes(resources.clone()), time, ids);
    House { records, clock, resources, client }
}

impl House {
    /// The journal, newest first.
    pub(crate) async fn facts(&self) -> Vec<Row> {
        let page = Page { after: None, limit: 500 };
        journal::list(&self.records.db, &journal::Filter::default(), page).await.unwrap().items
    }

    pub(crate) async fn verbs(&self) -> Vec<String> {
        self.facts().await.into_iter().map(|fact| fact.verb).rev().collect()
    }

    /// A new resource, by its id.
    pub(crate) async fn make(&self, kind: &str, name: &str) -> String {
        // Ids made in one millisecond have no order.
        self.clock.advance(Duration::from_millis(1));
        let answer =
            self.client.post("/api/v1/resources", json!({"kind": kind, "name": name})).await;
        assert_eq!(answer.status, 201, "{}", answer.json);
        answer.json["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn relate(&self, kind: &str, from: &str, to: &str) -> testkit::Answer {
        let body = json!({"kind": kind, "from": from, "to": to});
        self.client.post("/api/v1/relations", body).await
    }
}

/// The names of the fields that a problem names.
pub(crate) fn fields(problem: &Value) -> Vec<&str> {
    let fields = problem["fields"].as_array().unwrap();
    fields.iter().map(|field| field["field"].as_str().unwrap()).collect()
}
