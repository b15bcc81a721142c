//! What of the journal they see who hold one region only, when resources and units move.

use std::{collections::HashMap, sync::Arc, time::Duration};

use directory::{Directory, UnitChange};
use journal::{
    EarlierPlace, Filter, JOURNAL_READ, PlaceAt, PlaceOf, Places, PlacesFuture, Row, Sight,
    ThenFuture,
};
use kernel::{Caller, Clock as _, Grant, Granted, Held, Page, Scope, Time, Within};
use resources::{ResourceId, Resources};
use serde_json::{Value, json};
use testkit::Client;

use crate::{
    house::{House, organised},
    told::Holding,
};

/// The register, as the roof gives it to the journal.
struct Register(Resources);

impl Places for Register {
    fn places_of(&self, ids: Vec<String>) -> PlacesFuture<'_> {
        Box::pin(async move {
            let ids: Vec<ResourceId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
            let mut earlier = self.0.earlier_places(&ids).await?;
            let mut found = HashMap::new();
            for (id, place) in self.0.places_of(&ids).await? {
                let earlier = earlier.remove(&id).unwrap_or_default().into_iter();
                let earlier = earlier
                    .map(|one| EarlierPlace { until: one.until.micros(), was: one.was })
                    .collect();
                let (unit_id, region_id) = (place.unit_id, place.region_id);
                found.insert(id.to_string(), PlaceOf { unit_id, region_id, earlier });
            }
            Ok(found)
        })
    }

    fn places_then(&self, moments: Vec<PlaceAt>) -> ThenFuture<'_> {
        Box::pin(async move {
            let asked = moments
                .iter()
                .map(|one| (one.unit_id.clone(), one.region_id.clone(), Time::from_micros(one.at)));
            let found = self.0.lineages(asked).await?;
            Ok(moments.into_iter().zip(found).collect())
        })
    }
}

pub(crate) struct Scene {
    pub(crate) house: House,
    pub(crate) directory: Directory,
    pub(crate) units: [String; 2],
    pub(crate) regions: [String; 2],
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let (house, directory, units, regions) = organised().await;
        Self { house, directory, units, regions }
    }

    /// Who holds one of the regions, as its units are now.
    pub(crate) async fn within(&self, region: usize) -> Within {
        let trees = self.directory.trees().await.unwrap();
        let region = self.regions[region].clone();
        let regions = trees.region_subtree(&region);
        let answering = trees.units_answering(&regions);
        let granted = Granted { regions: [region].into(), ..Granted::default() };
        Within { regions, answering, granted: vec![granted], ..Within::default() }
    }

    pub(crate) async fn client(&self, region: usize) -> Client {
        self.house.client.holding(&["resource.read", "resource.change"], &self.within(region).await)
    }

    /// What they see of the journal about resources, oldest first.
    pub(crate) async fn seen(&self, region: usize) -> Vec<Row> {
        let mut held = Held::default();
        held.add("journal.read", Scope::Within(Arc::new(self.within(region).await)));
        let caller = Caller { grant: Grant::Held(Arc::new(held)), ..Caller::stranger() };
        let sight = Sight::of(&caller, JOURNAL_READ);
        let filter = Filter { verb: Some("resource.".to_owned()), ..Filter::default() };
        let (page, places) =
            (Page { after: None, limit: 100 }, Register(self.house.resources.clone()));
        let rows = journal::list_seen(&self.house.records.db, &filter, page, (&sight, &places));
        rows.await.unwrap().items.into_iter().rev().collect()
    }

    pub(crate) async fn verbs(&self, region: usize) -> Vec<String> {
        self.seen(region).await.into_iter().map(|row| row.verb).collect()
    }

    pub(crate) async fn host(&self, name: &str) -> String {
        let body = json!({ "kind": "host", "name": name, "unit_id": self.units[0] });
        let made = self.house.client.post("/api/v1/resources", body).await;
        assert_eq!(made.status, 201, "{}", made.json);
        made.json["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn change(&self, by: &Client, id: &str, body: Value) {
        self.later(1);
        let path = format!("/api/v1/resources/{id}");
        let version = self.house.client.get(&path).await.json["version"].as_i64().unwrap();
        let changed = by.patch(&path, version, body).await;
        assert_eq!(changed.status, 200, "{}", changed.json);
    }

    /// The unit answers for the other region from now on.
    async fn hand_over(&self, unit: usize, region: usize) {
        self.later(1);
        self.hand_over_from(unit, region, self.house.clock.now()).await;
        self.later(1);
    }

    /// The same from a moment on.
    pub(crate) async fn hand_over_from(&self, unit: usize, region: usize, from: Time) {
        let (id, system) = (self.units[unit].parse().unwrap(), Caller::system("test"));
        let unit = self.directory.unit(&system, id, None).await.unwrap();
        let region = Some(Some(self.regions[region].parse().unwrap()));
        let change = UnitChange { region, ..UnitChange::default() };
        self.directory.change_unit(&system, id, unit.version, &change, from).await.unwrap();
    }

    pub(crate) fn later(&self, seconds: u64) {
        self.house.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn in_seconds(&self, seconds: u64) -> String {
        self.house.clock.now().plus(Duration::from_secs(seconds)).to_string()
    }
}

/// The journal of a resource was hidden from its holder from when a move was planned until it
/// came, and the fact told where it would go.
#[tokio::test]
async fn planned_move_hides_nothing_from_the_holder_and_does_not_tell_where_to() {
    let scene = Scene::new().await;
    let id = scene.host("web").await;
    let told = json!({ "unit_id": scene.units[1], "effective_at": scene.in_seconds(1000) });
    scene.change(&scene.house.client, &id, told).await;
    scene.change(&scene.house.client, &id, json!({ "description": "open" })).await;
    let changed = "resource.changed";
    let seen = scene.seen(0).await;
    let verbs: Vec<_> = seen.iter().map(|row| row.verb.as_str()).collect();
    assert_eq!(verbs, ["resource.created", changed, changed]);
    let planned = &seen[1];
    assert_eq!(planned.detail["fields"], json!(["unit_id"]));
    assert_eq!(planned.detail["withheld"], json!(["unit_id"]));
    assert_eq!(planned.after.as_ref().unwrap()["unit_id"], Value::Null);
    assert!(!format!("{seen:?}").contains(&scene.units[1]));
    assert_eq!(scene.verbs(1).await, [""; 0]);
    // When it has come, it is the other's, from then on.
    scene.later(1000);
    assert_eq!(scene.house.resources.come_due(&Holding::everything()).await.unwrap(), (1, 0));
    scene.change(&scene.house.client, &id, json!({ "description": "there" })).await;
    assert_eq!(scene.verbs(0).await, [""; 0]);
    let seen = scene.seen(1).await;
    assert_eq!(seen.iter().map(|row| row.verb.as_str()).collect::<Vec<_>>(), [changed]);
    assert!(!format!("{seen:?}").contains(&scene.units[0]));
}

#[tokio::test]
async fn move_that_lapsed_hides_nothing_from_the_holder() {
    let scene = Scene::new().await;
    let id = scene.host("web").await;
    let both = Within { units: scene.units.clone().into(), ..Within::default() };
    let by = scene.house.client.holding(&["resource.read", "resource.change"], &both);
    let told = json!({ "unit_id": scene.units[1], "effective_at": scene.in_seconds(1000) });
    scene.change(&by, &id, told).await;
    scene.later(1001);
    scene.change(&scene.house.client, &id, json!({ "description": "late" })).await;
    scene.later(60);
    let nobody = Holding::nobody();
    scene.house.resources.come_due(&nobody).await.unwrap();
    scene.change(&scene.house.client, &id, json!({ "description": "here" })).await;
    let changed = "resource.changed";
    let seen = scene.verbs(0).await;
    assert_eq!(seen.len(), 5, "{seen:?}");
    assert_eq!(seen[3], "resource.change_lapsed");
    assert_eq!([seen[1].as_str(), seen[2].as_str(), seen[4].as_str()], [changed; 3]);
}

/// A resource that came back has the past of both times that it was there.
#[tokio::test]
async fn resource_that_came_back_shows_both_its_stays() {
    let scene = Scene::new().await;
    let id = scene.host("web").await;
    for (unit, said) in [(1, "away"), (0, "back")] {
        let body = json!({ "unit_id": scene.units[unit] });
        scene.change(&scene.house.client, &id, body).await;
        scene.change(&scene.house.client, &id, json!({ "description": said })).await;
    }
    let seen = scene.seen(0).await;
    let said: Vec<_> =
        seen.iter().map(|row| row.after.as_ref().unwrap()["description"].clone()).collect();
    assert_eq!(said, ["", "", "back"]);
    assert!(!format!("{seen:?}").contains(&scene.units[1]), "{seen:?}");
}

/// A unit that moved between regions brought the past of its resources along; a resource that
/// moved did not.
#[tokio::test]
async fn past_stays_behind_also_when_the_unit_moves() {
    let scene = Scene::new().await;
    let id = scene.host("web").await;
    scene.change(&scene.house.client, &id, json!({ "description": "secret" })).await;
    let before = scene.house.clock.now();
    scene.hand_over(0, 1).await;
    assert_eq!(scene.verbs(0).await, [""; 0]);
    assert_eq!(scene.verbs(1).await, [""; 0]);
    scene.change(&scene.house.client, &id, json!({ "description": "open" })).await;
    assert_eq!(scene.verbs(1).await, ["resource.changed"]);
    let south = scene.client(1).await;
    let path = format!("/api/v1/resources/{id}");
    assert_eq!(south.get(&path).await.json["description"], "open");
    let then = south.get(&format!("{path}?as_of={before}")).await;
    assert_eq!(then.json["code"], "not-there-yet", "{}", then.json);
    // What it was when it came is what they saw then.
    let history = south.get(&format!("{path}/history")).await.json;
    let said: Vec<_> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["resource"]["description"])
        .collect();
    assert_eq!(said, ["open", "secret"], "{history}");
    let diff = south.get(&format!("{path}/diff?from={before}")).await.json;
    assert_eq!((&diff["there_before"], &diff["there_after"]), (&json!(false), &json!(true)));
    assert!(!diff.to_string().contains("secret"), "{diff}");
    // And back: to whom it comes back it has both stays.
    scene.hand_over(0, 0).await;
    assert_eq!(scene.verbs(0).await, ["resource.created", "resource.changed"]);
}
