//! What becomes of resources when their unit is merged, split or closed.

use std::{sync::Arc, time::Duration};

use directory::{Directory, DirectoryError, RegionChange, RegionId, SplitPart, UnitChange, UnitId};
use kernel::{
    Actor, ActorKind, Caller, Cause, Clock, Fault, Grant, Held, Scope, Text, Time, Within,
};
use resources::{Finder, FoundResource};
use serde_json::{Value, json};
use testkit::Answer;

use crate::{
    exchange::import,
    house::{House, fields, organised},
    told::Holding,
};

const ALL: [&str; 4] = ["directory.read", "directory.change", "resource.read", "resource.change"];

struct Scene {
    house: House,
    directory: Directory,
    /// The finance bureaus of two cities, each in its region.
    units: [String; 2],
    regions: [String; 2],
}

fn at(seconds: i64) -> Time {
    Time::from_seconds(1_700_000_000 + seconds)
}

fn system() -> Caller {
    Caller::system("test")
}

fn id(text: &str) -> UnitId {
    text.parse().unwrap()
}

/// Somebody who holds these permissions there.
fn person(permissions: &[&str], within: &Within) -> Caller {
    let mut held = Held::default();
    for permission in permissions {
        held.add(permission, Scope::Within(Arc::new(within.clone())));
    }
    Caller {
        actor: Actor { kind: ActorKind::Person, id: "dora".into(), name: "Dora".into() },
        grant: Grant::Held(Arc::new(held)),
        user_id: Some("dora".to_owned()),
        ..Caller::stranger()
    }
}

fn fault<T: std::fmt::Debug>(result: Result<T, DirectoryError>) -> Fault {
    Fault::from(result.unwrap_err())
}

impl Scene {
    async fn new() -> Self {
        let (house, directory, units, regions) = organised().await;
        Self { house, directory, units, regions }
    }

    fn now(&self) -> Time {
        self.house.clock.now()
    }

    async fn unit(&self, code: &str, parent: Option<&str>, region: Option<&str>) -> String {
        let region: Option<RegionId> = region.map(|id| id.parse().unwrap());
        let new = UnitChange {
            code: Some(code.to_owned()),
            name: Some(Text::same(code)),
            region: Some(region),
            ..UnitChange::default()
        };
        let made = self.directory.create_unit(&system(), &new, parent.map(id), at(0)).await;
        made.unwrap().id.to_string()
    }

    async fn merge(
        &self,
        caller: &Caller,
        unit: &str,
        into: &str,
        when: Time,
    ) -> Result<(), DirectoryError> {
        let units = [id(unit)];
        self.directory.merge_units(caller, id(into), 1, &units, when).await.map(|_| ())
    }

    async fn post(&self, name: &str, place: Value) -> Answer {
        self.house.clock.advance(Duration::from_millis(1));
        let mut body = json!({"kind": "host", "name": name});
        for (field, value) in place.as_object().unwrap() {
            body[field.as_str()] = value.clone();
        }
        self.house.client.post("/api/v1/resources", body).await
    }

    async fn host(&self, name: &str, place: Value) -> String {
        let made = self.post(name, place).await;
        assert_eq!(made.status, 201, "{}", made.json);
        made.json["id"].as_str().unwrap().to_owned()
    }

    async fn read(&self, id: &str) -> Value {
        self.house.client.get(&format!("/api/v1/resources/{id}")).await.json
    }

    async fn unit_of(&self, id: &str) -> Value {
        self.read(id).await["unit_id"].clone()
    }

    async fn as_of(&self, id: &str, when: Time) -> Value {
        let path = format!("/api/v1/resources/{id}?as_of={when}");
        self.house.client.get(&path).await.json["unit_id"].clone()
    }

    async fn change(&self, id: &str, body: Value) -> Answer {
        let version = self.read(id).await["version"].as_i64().unwrap();
        self.house.client.patch(&format!("/api/v1/resources/{id}"), version, body).await
    }

    async fn retire(&self, id: &str) {
        let version = self.read(id).await["version"].as_i64();
        let path = format!("/api/v1/resources/{id}");
        let done = self.house.client.delete(&path, version).await;
        assert_eq!(done.status, 200, "{}", done.json);
    }

    async fn come_due(&self) {
        let done = self.house.resources.come_due(&Holding::nobody()).await;
        assert_eq!(done.unwrap().1, 0);
    }
}

/// They stayed with the closed unit, where whoever holds the other region changed them and whoever
/// answers for them now did not see them.
#[tokio::test]
async fn resources_go_to_the_unit_that_remains_and_the_merge_is_their_cause() {
    let scene = Scene::new().await;
    let [nb, hz] = &scene.units;
    let plain = scene.host("plain", json!({"unit_id": nb})).await;
    let own = scene.host("own", json!({"unit_id": nb, "region_id": scene.regions[0]})).await;
    let gone = scene.host("gone", json!({"unit_id": nb})).await;
    scene.retire(&gone).await;
    scene.house.clock.advance(Duration::from_secs(60));
    scene.merge(&system(), nb, hz, scene.now()).await.unwrap();
    assert_eq!(scene.unit_of(&plain).await, json!(hz));
    let own = scene.read(&own).await;
    assert_eq!((&own["unit_id"], &own["region_id"]), (&json!(hz), &json!(scene.regions[0])));
    assert_eq!(scene.unit_of(&gone).await, json!(nb), "what is out of use stays in the past");
    assert_eq!(scene.as_of(&plain, at(30)).await, json!(nb));
    let facts = scene.house.facts().await;
    let merged = facts.iter().find(|fact| fact.verb == "unit.merged").unwrap().seq;
    let because = facts.iter().filter(|fact| fact.cause == Some(merged));
    let mut because: Vec<&str> = because.map(|fact| fact.verb.as_str()).collect();
    because.sort_unstable();
    assert_eq!(because, ["resource.changed", "resource.changed", "unit.closed"]);
}

#[tokio::test]
async fn merge_of_a_past_day_counts_from_then_on() {
    let scene = Scene::new().await;
    let [nb, hz] = &scene.units;
    let third = scene.unit("THIRD", None, None).await;
    let stays = scene.host("stays", json!({"unit_id": nb})).await;
    let left = scene.host("left", json!({"unit_id": nb})).await;
    scene.house.clock.advance(Duration::from_secs(1000));
    assert_eq!(scene.change(&left, json!({"unit_id": third})).await.status, 200);
    scene.house.clock.advance(Duration::from_secs(1000));
    scene.merge(&system(), nb, hz, at(500)).await.unwrap();
    for (host, today) in [(&stays, hz), (&left, &third)] {
        assert_eq!(scene.as_of(host, at(400)).await, json!(nb));
        assert_eq!(scene.as_of(host, at(600)).await, json!(hz));
        assert_eq!(scene.unit_of(host).await, json!(today));
    }
}

#[tokio::test]
async fn merge_of_a_day_to_come_takes_along_what_comes_to_the_unit_until_then() {
    let scene = Scene::new().await;
    let [nb, hz] = &scene.units;
    let third = scene.unit("THIRD", None, None).await;
    let host = scene.host("host", json!({"unit_id": nb})).await;
    let moved = scene.host("moved", json!({"unit_id": nb})).await;
    let renamed = json!({"name": "other", "effective_at": at(1000).to_string()});
    assert_eq!(scene.change(&host, renamed).await.status, 200);
    scene.merge(&system(), nb, hz, at(1000)).await.unwrap();
    assert_eq!(scene.unit_of(&host).await, json!(nb));
    let refused = scene.post("new", json!({"unit_id": nb})).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (400, vec!["unit_id"]));
    // What is found on the host goes with it.
    let service = FoundResource {
        kind: "service".to_owned(),
        identity: "host/tcp/5432".to_owned(),
        name: "postgres".to_owned(),
        description: String::new(),
        attributes: resources::Attributes::new(),
    };
    let finder = Finder { on: Some(host.parse().unwrap()), ..Finder::DISCOVERY };
    let mut tx = scene.house.records.db.begin().await.unwrap();
    let register = &scene.house.resources;
    let found = register
        .upsert_found_in(&mut tx, &system(), Cause::default(), finder, &service)
        .await
        .unwrap()
        .resource();
    tx.commit().await.unwrap();
    let found = found.id.to_string();
    assert_eq!(scene.unit_of(&found).await, json!(nb));
    // What is put elsewhere by hand stays there.
    assert_eq!(scene.change(&moved, json!({"unit_id": third})).await.status, 200);
    scene.house.clock.advance(Duration::from_secs(2000));
    scene.come_due().await;
    assert_eq!(scene.unit_of(&found).await, json!(hz));
    assert_eq!(scene.unit_of(&moved).await, json!(third));
    // Who told of the new name is no user any more: that lapses, the unit is closed all the same.
    let host = scene.read(&host).await;
    assert_eq!((&host["unit_id"], &host["name"]), (&json!(hz), &json!("host")));
}

/// A merge took what lay in another region by a region of its own.
#[tokio::test]
async fn merge_takes_the_right_over_the_resources_that_move() {
    let scene = Scene::new().await;
    let [nb, _] = &scene.units;
    let [here, there] = &scene.regions;
    let second = scene.unit("FIN-NB2", None, Some(here)).await;
    let host = scene.host("secret", json!({"unit_id": nb, "region_id": there})).await;
    let within = Within {
        regions: [here.clone()].into(),
        answering: [nb.clone(), second.clone()].into(),
        ..Within::default()
    };
    scene.house.clock.advance(Duration::from_secs(60));
    let (now, dora) = (scene.now(), person(&ALL, &within));
    let refused = fault(scene.merge(&dora, nb, &second, now).await);
    assert_eq!((refused.code, refused.fields.len()), ("out-of-scope", 1));
    let field = &refused.fields[0];
    assert_eq!((field.field.as_str(), field.found.as_str()), ("resources", ""));
    assert_eq!(scene.unit_of(&host).await, json!(nb));
    assert_eq!(scene.change(&host, json!({"region_id": null})).await.status, 200);
    let without = person(&ALL[..2], &within);
    assert_eq!(fault(scene.merge(&without, nb, &second, now).await).code, "forbidden");
    scene.merge(&dora, nb, &second, now).await.unwrap();
    assert_eq!(scene.unit_of(&host).await, json!(second));
}

#[tokio::test]
async fn split_gives_resources_to_the_part_that_names_them_or_gets_the_rest() {
    let scene = Scene::new().await;
    let [nb, _] = &scene.units;
    let team = scene.unit("TEAM", Some(nb), None).await;
    let (a, b) = (
        scene.host("a", json!({"unit_id": team})).await,
        scene.host("b", json!({"unit_id": team})).await,
    );
    scene.house.clock.advance(Duration::from_secs(60));
    let part = |code: &str| SplitPart {
        unit: UnitChange {
            code: Some(code.to_owned()),
            name: Some(Text::same(code)),
            ..UnitChange::default()
        },
        ..SplitPart::default()
    };
    let named = SplitPart { resources: vec![a.parse().unwrap()], ..part("ONE") };
    let within = Within { units: [nb.clone(), team.clone()].into(), ..Within::default() };
    let dora = person(&ALL, &within);
    let split = async |parts: &[SplitPart]| {
        scene.directory.split_unit(&dora, id(&team), 1, parts, at(50)).await
    };
    let behind = fault(split(&[named.clone(), part("TWO")]).await);
    assert_eq!(behind.code, "left-behind");
    assert!(behind.text.en.contains("1 resource (b)"), "{}", behind.text.en);
    assert!(behind.text.zh.contains("1 个资源（b）"), "{}", behind.text.zh);
    let done = split(&[named, SplitPart { rest: true, ..part("TWO") }]).await.unwrap();
    let parts: Vec<String> = done.parts.iter().map(|unit| unit.id.to_string()).collect();
    assert_eq!(scene.unit_of(&a).await, json!(parts[0]));
    assert_eq!(scene.unit_of(&b).await, json!(parts[1]));
    assert_eq!(scene.as_of(&a, at(40)).await, json!(team));
}

/// An id of something unseen in the unit was refused otherwise than one of something elsewhere.
#[tokio::test]
async fn resource_that_is_not_seen_is_not_there_for_a_split() {
    let scene = Scene::new().await;
    let ([nb, hz], [north, south]) = (&scene.units, &scene.regions);
    let team = scene.unit("TEAM", Some(nb), None).await;
    let hidden = scene.host("far", json!({"unit_id": team, "region_id": south})).await;
    let elsewhere = scene.host("other", json!({"unit_id": hz})).await;
    scene.house.clock.advance(Duration::from_secs(60));
    let (regions, answering) = ([north.clone()].into(), [nb.clone(), team.clone()].into());
    let dora = person(&ALL, &Within { regions, answering, ..Within::default() });
    let unit = UnitChange {
        code: Some("ONE".to_owned()),
        name: Some(Text::same("ONE")),
        ..UnitChange::default()
    };
    for named in [hidden, elsewhere] {
        let resources = vec![named.parse().unwrap()];
        let part = SplitPart { unit: unit.clone(), resources, rest: true, ..SplitPart::default() };
        let refused = scene.directory.split_unit(&dora, id(&team), 1, &[part], scene.now()).await;
        let refused = fault(refused);
        let fields: Vec<&str> = refused.fields.iter().map(|one| one.field.as_str()).collect();
        assert_eq!((refused.code, fields), ("invalid", vec!["parts[0].resources[0]"]));
    }
}

#[tokio::test]
async fn unit_with_resources_in_it_is_not_closed_and_nothing_comes_to_a_closed_one() {
    let scene = Scene::new().await;
    let [nb, hz] = &scene.units;
    let web = scene.host("web", json!({"unit_id": nb})).await;
    let other = scene.host("other", json!({"unit_id": hz})).await;
    scene.house.clock.advance(Duration::from_secs(60));
    let now = scene.now();
    let close = async |caller: &Caller| scene.directory.close_unit(caller, id(nb), 1, now).await;
    let refused = fault(close(&system()).await);
    assert_eq!(refused.code, "still-needed");
    assert!(refused.text.en.contains("1 resource (web)"), "{}", refused.text.en);
    // Who does not see it learns how many there are.
    let within = Within { units: [nb.clone()].into(), ..Within::default() };
    let refused = fault(close(&person(&ALL[..2], &within)).await);
    assert!(refused.text.zh.contains("1 个资源仍然有效"), "{}", refused.text.zh);
    scene.retire(&web).await;
    close(&system()).await.unwrap();
    let refusals = [
        scene.post("new", json!({"unit_id": nb})).await,
        scene.change(&other, json!({"unit_id": nb})).await,
        scene.change(&web, json!({"retired": false})).await,
    ];
    for refused in refusals {
        assert_eq!((refused.status.as_u16(), fields(&refused.json)), (400, vec!["unit_id"]));
    }
    let file = "name,unit_code\nweb-b,FIN-NB\n".into();
    let (status, tried) = import(&scene.house, "?sheet=host&dry_run=true", file).await;
    assert_eq!((status, tried["faults"].as_array().map(Vec::len)), (200, Some(1)), "{tried}");
    let back = scene.change(&web, json!({"retired": false, "unit_id": hz})).await;
    assert_eq!(back.status, 200, "{}", back.json);
}

#[tokio::test]
async fn unit_is_kept_by_what_is_told_to_come_to_it_or_back_into_use() {
    let scene = Scene::new().await;
    let [nb, hz] = &scene.units;
    let coming = scene.host("coming", json!({"unit_id": hz})).await;
    let told = json!({"unit_id": nb, "effective_at": at(1000).to_string()});
    assert_eq!(scene.change(&coming, told).await.status, 200);
    scene.house.clock.advance(Duration::from_secs(60));
    let close = async |when: Time| scene.directory.close_unit(&system(), id(nb), 1, when).await;
    assert!(fault(close(at(2000)).await).text.en.contains("1 resource (coming)"));
    // What is to leave before that day does not keep it, and cannot be told to stay.
    let leaves = json!({"unit_id": hz, "effective_at": at(1500).to_string()});
    assert_eq!(scene.change(&coming, leaves).await.status, 200);
    close(at(2000)).await.unwrap();
    let version = scene.read(&coming).await["version"].as_i64();
    let path = format!("/api/v1/resources/{coming}/coming-changes/cancel");
    let body = json!({"at": at(1500).to_string()}).to_string();
    let refused = scene.house.client.send("POST", &path, Some(body), version).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (400, vec!["unit_id"]));
}

#[tokio::test]
async fn region_with_resources_in_it_is_not_closed_either() {
    let scene = Scene::new().await;
    let code = Some("EMPTY".to_owned());
    let new = RegionChange { code, name: Some(Text::same("EMPTY")), ..RegionChange::default() };
    let region = scene.directory.create_region(&system(), &new, at(0)).await.unwrap().id;
    let place = json!({"region_id": region.to_string()});
    let host = scene.host("web", place.clone()).await;
    scene.house.clock.advance(Duration::from_secs(60));
    let now = scene.now();
    let close = async || scene.directory.close_region(&system(), region, 1, now).await;
    let refused = fault(close().await);
    assert!(refused.text.en.contains("1 resource (web)"), "{}", refused.text.en);
    scene.retire(&host).await;
    close().await.unwrap();
    let refused = scene.post("new", place).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (400, vec!["region_id"]));
}
