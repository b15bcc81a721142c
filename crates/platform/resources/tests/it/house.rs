use std::{sync::Arc, time::Duration};

use directory::{Directory, RegionChange, UnitChange};
use journal::Row;
use kernel::{Caller, Page, Text, Time};
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

/// The same with a directory, in which the finance bureaus of two cities have the codes of their
/// regions: the ids of the units, and of the regions.
pub(crate) async fn province() -> (House, [String; 2], [String; 2]) {
    let (house, _, units, regions) = organised().await;
    (house, units, regions)
}

/// The same with its directory.
pub(crate) async fn organised() -> (House, Directory, [String; 2], [String; 2]) {
    let crates = [journal::MIGRATIONS, directory::MIGRATIONS, resources::MIGRATIONS];
    let records = testkit::temporary_db(&crates).await;
    let now = Time::from_seconds(1_700_000_000);
    let (clock, ids) = (ManualClock::at(now), Arc::new(SeededIds::new(7)));
    let (db, time) = (records.db.clone(), Arc::new(clock.clone()));
    let directory = Directory::new(db.clone(), time.clone(), ids.clone(), jiff::tz::TimeZone::UTC);
    let resources = Resources::new(db, time.clone(), ids.clone()).with_directory(directory.clone());
    directory.learn_contents(resources.contents());
    let system = Caller::system("test");
    let (mut units, mut regions) = (Vec::new(), Vec::new());
    for called in ["FIN-NB", "FIN-HZ"] {
        let (code, name) = (Some(called.to_owned()), Some(Text::same(called)));
        let new = RegionChange { code: code.clone(), name: name.clone(), ..Default::default() };
        let region = directory.create_region(&system, &new, now).await.unwrap().id;
        regions.push(region.to_string());
        let new = UnitChange { code, name, region: Some(Some(region)), ..Default::default() };
        units.push(directory.create_unit(&system, &new, None, now).await.unwrap().id.to_string());
    }
    let client = Client::of_routes(resources::routes(resources.clone()), time, ids);
    let house = House { records, clock, resources, client };
    (house, directory, units.try_into().unwrap(), regions.try_into().unwrap())
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
