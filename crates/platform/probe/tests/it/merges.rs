use std::collections::BTreeMap;

use journal::Dispatcher;
use kernel::Caller;
use probe::{model::CheckState, outcome::State};
use resources::{Merge, NewResource, ResourceId};

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
