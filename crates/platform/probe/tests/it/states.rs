use kernel::Caller;
use probe::{
    model::{CheckState, StateType},
    outcome::State,
};

use crate::house::House;

#[tokio::test]
async fn a_certain_state_survives_a_restart_and_is_told_once() {
    let mut house = House::new().await;
    house.script.answer("db", State::Critical);
    let mut draft = house.draft("db");
    (draft.interval_s, draft.retry_interval_s) = (Some(10), Some(1));
    let id = house.watch(draft).await;
    house.settle().await;
    house.pass(5).await;
    assert_eq!(house.changes().await, ["pending>critical"]);
    let before = house.check(id).await.status;

    house.restart();
    let after = house.check(id).await.status;
    assert_eq!(after.standing, before.standing);
    assert_eq!(after.last_run.unwrap().summary, before.last_run.unwrap().summary);
    house.pass(30).await;
    assert_eq!(house.changes().await, ["pending>critical"]);

    house.script.answer("db", State::Ok);
    house.restart();
    house.probe.sync().await.unwrap();
    house.pass(30).await;
    assert_eq!(house.changes().await, ["pending>critical", "critical>ok"]);
}

#[tokio::test]
async fn attempts_survive_a_restart_once_they_are_saved() {
    let mut house = House::new().await;
    let mut draft = house.draft("db");
    (draft.interval_s, draft.retry_interval_s) = (Some(10), Some(10));
    let id = house.watch(draft).await;
    house.settle().await;
    house.script.answer("db", State::Warning);
    while house.check(id).await.status.standing.state == CheckState::Ok {
        house.pass(1).await;
    }
    house.probe.save_statuses().await.unwrap();
    let before = house.check(id).await.status.standing;
    assert_eq!((before.state_type, before.attempt), (StateType::Soft, 1));
    house.restart();
    assert_eq!(house.check(id).await.status.standing, before);
    house.pass(25).await;
    assert_eq!(house.check(id).await.status.standing.hard_state, CheckState::Warning);
}

#[tokio::test]
async fn an_unchanged_answer_writes_nothing() {
    let house = House::new().await;
    let mut draft = house.draft("db");
    draft.interval_s = Some(1);
    house.watch(draft).await;
    house.settle().await;
    house.probe.save_statuses().await.unwrap();
    let commits = house.records.db.commits();
    house.pass(60).await;
    house.probe.save_statuses().await.unwrap();
    assert!(house.script.asked("db") > 50);
    assert!(!commits.has_changed().unwrap());
}

#[tokio::test]
async fn the_fact_of_a_state_says_everything_an_alert_needs() {
    let house = House::new().await;
    let id = house.watch(house.draft("db")).await;
    house.settle().await;
    house.changes().await;
    let filter = journal::Filter { verb: Some("check.state_changed".into()), ..Default::default() };
    let page = kernel::Page { after: None, limit: 10 };
    let row = journal::list(&house.records.db, &filter, page).await.unwrap().items.remove(0);
    assert_eq!((row.subject.kind.as_str(), row.subject.id), ("check", id.to_string()));
    assert_eq!(row.resource_id, Some(house.resource.to_string()));
    assert_eq!(row.actor.name, "probe");
    let fact: probe::facts::CheckStateChanged = serde_json::from_value(row.detail).unwrap();
    assert_eq!((fact.check_name.as_str(), fact.resource_name.as_str()), ("db", "db1"));
    assert_eq!((fact.from, fact.to), (CheckState::Pending, CheckState::Ok));
    assert_eq!((fact.protocol.as_str(), fact.summary.zh.as_str()), ("script", "状态 ok"));
}

#[tokio::test]
async fn a_check_removed_before_its_state_was_recorded_leaves_no_fact() {
    let house = House::new().await;
    let id = house.watch(house.draft("db")).await;
    house.settle().await;
    // Removed in a change that the board has not followed yet.
    let mut tx = house.records.db.begin().await.unwrap();
    let caller = Caller::console();
    house.probe.remove_in(&mut tx, &caller, Default::default(), id, None).await.unwrap();
    tx.commit().await.unwrap();
    assert!(house.changes().await.is_empty());
    assert!(house.checks().await.is_empty());
}

#[tokio::test]
async fn every_run_is_measured() {
    let house = House::new().await;
    let mut draft = house.draft("db");
    draft.interval_s = Some(10);
    let id = house.watch(draft).await;
    house.settle().await;
    house.script.answer("db", State::Unknown);
    house.pass(10).await;
    let states = house.measured("mainstay_check_state").await;
    let labels = &states[0].labels;
    assert_eq!(labels.get("check"), Some(id.to_string().as_str()));
    assert_eq!(labels.get("check_name"), Some("db"));
    assert_eq!(labels.get("resource"), Some(house.resource.to_string().as_str()));
    assert_eq!(states[0].points.first().map(|point| point.value), Some(0.0));
    assert_eq!(states[0].points.last().map(|point| point.value), Some(3.0));
    assert_eq!(house.measured("mainstay_check_duration_seconds").await.len(), 1);
    // What could not be determined is no sample.
    let figures = house.measured("mainstay_check_figure").await;
    assert_eq!(figures.len(), 1);
    assert_eq!(
        (figures[0].labels.get("label"), figures[0].labels.get("unit")),
        (Some("time"), Some("s"))
    );
}

#[tokio::test]
async fn the_worst_certain_state_of_a_resource_counts() {
    let house = House::new().await;
    for (name, state) in [("a", State::Ok), ("b", State::Unknown), ("c", State::Warning)] {
        house.script.answer(name, state);
        let mut draft = house.draft(name);
        draft.attempts_max = Some(1);
        house.watch(draft).await;
    }
    // A doubt is no certain state.
    house.script.answer("d", State::Critical);
    house.watch(house.draft("d")).await;
    let mut off = house.draft("e");
    off.enabled = Some(false);
    house.watch(off).await;
    house.settle().await;
    let states = house.probe.resource_states(&kernel::Caller::console()).await.unwrap();
    assert_eq!(states.len(), 1);
    assert_eq!(
        (states[0].state, states[0].checks, states[0].problems),
        (CheckState::Unknown, 4, 2)
    );
}
