use std::collections::BTreeMap;

use journal::Dispatcher;
use kernel::{Caller, Clock};
use probe::{model::CheckState, outcome::State};
use resources::{Merge, NewResource, ResourceId};
use serde_json::json;
use tsdb::{Labels, Sample, SeriesStore};

use crate::house::House;

impl House {
    async fn other_host(&self) -> ResourceId {
        let new = NewResource { kind: "host".into(), name: "db2".into(), ..Default::default() };
        self.resources.create(&Caller::console(), &new).await.unwrap().id
    }

    /// `self.resource` turns out to be `kept`.
    async fn merge_into(&self, kept: ResourceId) -> Merge {
        let merge = self
            .resources
            .merge(&Caller::console(), kept, self.resource, &BTreeMap::new())
            .await
            .unwrap();
        self.follow().await;
        merge
    }

    async fn follow(&self) {
        let reactions = probe::reactions(&self.probe);
        Dispatcher::new(self.records.db.clone(), reactions).settle().await.unwrap();
    }
}

#[tokio::test]
async fn checks_go_with_a_merge_as_they_stand_and_come_back_when_it_is_undone() {
    let house = House::new().await;
    house.script.answer("db", State::Critical);
    let mut draft = house.draft("db");
    (draft.interval_s, draft.attempts_max) = (Some(10), Some(1));
    let id = house.watch(draft).await;
    house.settle().await;
    assert_eq!(house.changes().await, ["pending>critical"]);
    let kept = house.other_host().await;
    let merge = house.merge_into(kept).await;
    let check = house.check(id).await;
    assert_eq!(check.definition.resource_id, kept);
    assert_eq!(check.resource_name.as_ref(), "db2");
    assert_eq!(check.status.standing.hard_state, CheckState::Critical);
    assert!(check.next_run_at.is_some(), "the resource that went is retired; the check is not");
    house.pass(30).await;
    assert_eq!(house.changes().await, ["pending>critical"], "nothing is told twice");
    house.resources.undo_merge(&Caller::console(), merge.id).await.unwrap();
    house.follow().await;
    let check = house.check(id).await;
    assert_eq!(check.definition.resource_id, house.resource);
    assert_eq!(check.resource_name.as_ref(), "db1");
    assert_eq!(check.definition.settings.name, "db");
    assert_eq!(
        house.verbs().await,
        ["check.created", "check.state_changed", "check.moved", "check.moved"]
    );
}

#[tokio::test]
async fn what_both_ask_is_asked_once_and_names_are_told_apart() {
    let house = House::new().await;
    let kept = house.other_host().await;
    let (same, named) = (house.draft("db"), house.draft("web"));
    let mut theirs = same.clone();
    theirs.resource_id = kept;
    let mut other = house.draft("other");
    (other.resource_id, other.name) = (kept, "web".to_owned());
    let (twin, namesake) = (house.watch(same).await, house.watch(named).await);
    house.watch(theirs).await;
    house.watch(other).await;
    let merge = house.merge_into(kept).await;
    let (twin_now, namesake_now) = (house.check(twin).await, house.check(namesake).await);
    assert_eq!(twin_now.definition.settings.name, "db (2)");
    assert!(!twin_now.definition.settings.enabled, "the other host asks it already");
    assert_eq!(namesake_now.definition.settings.name, "web (2)");
    assert!(namesake_now.definition.settings.enabled);
    house.resources.undo_merge(&Caller::console(), merge.id).await.unwrap();
    house.follow().await;
    for (id, name) in [(twin, "db"), (namesake, "web")] {
        let settings = house.check(id).await.definition.settings.clone();
        assert_eq!((settings.name.as_str(), settings.enabled), (name, true));
    }
}

#[tokio::test]
async fn what_was_measured_before_a_merge_is_read_from_the_resource_that_was_kept() {
    let house = House::new().await;
    let now_ms = house.clock.now().millis();
    let kept = house.other_host().await;
    let measured = |id: ResourceId, at_ms: i64, value: f64| Sample {
        labels: Labels::new("load", [("resource", id.to_string())]).unwrap(),
        at_ms,
        value,
    };
    let before = [measured(house.resource, now_ms - 120_000, 1.0)];
    let after = [measured(kept, now_ms - 60_000, 2.0), measured(kept, now_ms, 3.0)];
    house.series.append(&before).unwrap();
    house.series.append(&after).unwrap();
    let merge = house.merge_into(kept).await;
    let client = house.client();
    let of = |id: ResourceId| {
        let selector = format!("load%7Bresource%3D%22{id}%22%7D");
        format!("/api/v1/series?selector={selector}&step_s=60")
    };
    // By the resource, and among all series of the metric.
    for path in [of(kept), "/api/v1/series?selector=load&step_s=60".to_owned()] {
        let answer = client.get(&path).await;
        let series = answer.json["series"].as_array().unwrap();
        assert_eq!(series.len(), 1, "{path}: {}", answer.json);
        assert_eq!(series[0]["labels"]["resource"], json!(kept));
        let points = series[0]["points"].as_array().unwrap();
        let values: Vec<_> =
            points.iter().map(|point| &point[1]).filter(|value| !value.is_null()).collect();
        assert_eq!(values, [&json!(1.0), &json!(2.0), &json!(3.0)]);
    }
    house.resources.undo_merge(&Caller::console(), merge.id).await.unwrap();
    let answer = client.get(&of(kept)).await;
    let points = answer.json["series"][0]["points"].as_array().unwrap();
    assert!(!points.iter().any(|point| point[1] == json!(1.0)), "they are two again");
    let all = client.get("/api/v1/series?selector=load").await;
    assert_eq!(all.json["series"].as_array().unwrap().len(), 2);
}
