use std::time::Duration;

use kernel::{Caller, Cause, Time};
use probe::{
    ProbeSettings,
    model::{CheckPatch, CheckState, StateType},
    outcome::State,
};
use resources::ResourceChange;
use tokio::sync::watch;

use crate::house::House;

#[tokio::test]
async fn a_restart_spreads_checks_over_their_interval_and_they_stay_spread() {
    let mut house = House::new().await;
    let mut tx = house.records.db.begin().await.unwrap();
    for number in 0..300 {
        let draft = house.draft(&format!("host{number}"));
        let caller = Caller::system("discovery");
        house.probe.create_in(&mut tx, &caller, Cause::default(), &draft).await.unwrap();
    }
    tx.commit().await.unwrap();
    house.restart();
    house.probe.sync().await.unwrap();
    for _ in 0..3 {
        let before = house.script.asked_in_all();
        let mut most = 0;
        for _ in 0..60 {
            let before = house.script.asked_in_all();
            house.pass(1).await;
            most = most.max(house.script.asked_in_all() - before);
        }
        assert_eq!(house.script.asked_in_all() - before, 300);
        assert!(most <= 20, "{most} of 300 checks ran in the same second");
    }
    assert_eq!(house.probe.stats().overdue_total, 0);
}

#[tokio::test]
async fn concurrency_is_bounded_for_all_and_for_each_target() {
    let settings =
        ProbeSettings { concurrency_max: 5, target_concurrency_max: 2, ..Default::default() };
    let house = House::with(settings).await;
    for name in ["a", "b", "c", "d"] {
        house.script.be_silent(name);
        for port in 1..=4_u16 {
            let mut draft = house.draft(&format!("{name}{port}"));
            draft.spec = serde_json::json!({ "host": name, "port": port });
            house.watch(draft).await;
        }
    }
    house.settle().await;
    let stats = house.probe.stats();
    assert_eq!((stats.in_flight, stats.waiting), (5, 11));
    for name in ["a", "b", "c", "d"] {
        house.script.speak(name);
    }
    house.settle().await;
    let stats = house.probe.stats();
    assert_eq!((stats.runs_total, stats.in_flight, stats.waiting), (16, 0, 0));
    assert!(["a", "b", "c", "d"].iter().all(|name| house.script.at_once_max(name) <= 2));
}

#[tokio::test]
async fn a_slow_target_delays_no_other_and_is_never_queued_twice() {
    let settings =
        ProbeSettings { concurrency_max: 4, target_concurrency_max: 2, ..Default::default() };
    let house = House::with(settings).await;
    house.script.be_silent("slow");
    for port in 1..=6_u16 {
        let mut draft = house.draft(&format!("slow{port}"));
        draft.spec = serde_json::json!({ "host": "slow", "port": port });
        (draft.interval_s, draft.timeout_s) = (Some(10), Some(60.0));
        house.watch(draft).await;
    }
    let mut quick = house.draft("quick");
    quick.interval_s = Some(1);
    house.watch(quick).await;
    house.settle().await;
    house.pass(30).await;
    // Once when it was made, then every second.
    assert!(house.script.asked("quick") >= 30, "{}", house.script.asked("quick"));
    assert_eq!((house.script.asked("slow"), house.script.at_once_max("slow")), (2, 2));
    assert_eq!(house.probe.stats().waiting, 4);
    house.script.speak("slow");
    house.settle().await;
    assert_eq!(house.script.asked("slow"), 6);
    let overdue = house.probe.stats().overdue_total;
    assert!((12..=18).contains(&overdue), "{overdue} runs of 6 checks were left out in 30 s");
}

#[tokio::test]
async fn a_target_that_never_answers_is_critical_after_its_timeout() {
    let house = House::new().await;
    house.script.be_silent("dead");
    let mut draft = house.draft("dead");
    (draft.timeout_s, draft.attempts_max) = (Some(2.0), Some(1));
    let id = house.watch(draft).await;
    house.settle().await;
    house.pass(2).await;
    assert_eq!(house.check(id).await.status.standing.state, CheckState::Pending);
    house.pass(1).await;
    let status = house.check(id).await.status;
    assert_eq!(status.standing.hard_state, CheckState::Critical);
    assert_eq!(status.last_run.unwrap().summary.en, "no answer within 2 s");
    assert_eq!(house.probe.stats().in_flight, 0);
}

#[tokio::test]
async fn a_check_that_panics_is_unknown_and_runs_again() {
    let house = House::new().await;
    house.script.panic("odd");
    let mut draft = house.draft("odd");
    (draft.interval_s, draft.retry_interval_s) = (Some(10), Some(1));
    let id = house.watch(draft).await;
    house.settle().await;
    house.pass(2).await;
    let standing = house.check(id).await.status.standing;
    assert_eq!((standing.hard_state, standing.attempt), (CheckState::Unknown, 3));
    assert_eq!((house.script.asked("odd"), house.probe.stats().in_flight), (3, 0));
}

#[tokio::test]
async fn a_soft_state_is_asked_again_after_the_retry_interval() {
    let house = House::new().await;
    let mut draft = house.draft("db");
    (draft.interval_s, draft.retry_interval_s) = (Some(3_600), Some(5));
    let id = house.watch(draft).await;
    house.settle().await;
    assert_eq!(house.changes().await, ["pending>ok"]);
    house.script.answer("db", State::Critical);
    house.probe.run_now(&Caller::console(), id).await.unwrap();
    assert_eq!(house.check(id).await.status.standing.state_type, StateType::Soft);
    house.pass(4).await;
    assert_eq!(house.script.asked("db"), 2);
    house.pass(6).await;
    assert_eq!(house.script.asked("db"), 4);
    assert_eq!(house.changes().await, ["pending>ok", "ok>critical"]);
    // Certain now: the next run is a matter of the interval.
    house.pass(100).await;
    assert_eq!(house.script.asked("db"), 4);
}

#[tokio::test]
async fn run_now_answers_with_the_new_result_and_runs_nothing_twice() {
    let house = House::new().await;
    let id = house.watch(house.draft("db")).await;
    let check = house.probe.run_now(&Caller::console(), id).await.unwrap();
    assert_eq!(check.status.standing.state, CheckState::Ok);
    house.script.be_silent("db");
    house.script.answer("db", State::Critical);
    let (caller, probe) = (Caller::console(), house.probe.clone());
    let first = probe.run_now(&caller, id);
    let second = probe.run_now(&caller, id);
    let speak = async {
        // Reads come one after another: when this one is answered, both have asked.
        house.check(id).await;
        house.settle().await;
        house.script.speak("db");
    };
    let (first, second, ()) = tokio::join!(first, second, speak);
    let (first, second) = (first.unwrap().status.standing, second.unwrap().status.standing);
    assert_eq!((first.state, first), (CheckState::Critical, second));
    assert_eq!(house.script.asked("db"), 2);
}

#[tokio::test]
async fn changes_and_removals_take_effect_without_a_restart() {
    let house = House::new().await;
    let caller = Caller::console();
    let id = house.watch(house.draft("old")).await;
    house.script.be_silent("old");
    house.settle().await;
    // The answer to the old question comes after the change: it does not count.
    let spec = Some(serde_json::json!({ "host": "new" }));
    let patch = CheckPatch { spec, interval_s: Some(2), ..Default::default() };
    house.probe.change(&caller, id, 1, patch).await.unwrap();
    house.script.answer("old", State::Critical);
    house.script.speak("old");
    house.pass(20).await;
    assert_eq!(house.script.asked("old"), 1);
    assert!(house.script.asked("new") >= 10);
    assert_eq!(house.changes().await, ["pending>ok"]);

    let off = CheckPatch { enabled: Some(false), ..Default::default() };
    let check = house.probe.change(&caller, id, 2, off).await.unwrap();
    assert_eq!((check.definition.version, check.next_run_at), (3, None));
    let asked = house.script.asked("new");
    house.pass(20).await;
    assert_eq!(house.script.asked("new"), asked);
    assert!(house.probe.run_now(&caller, id).await.is_err());

    house.probe.remove(&caller, id, None).await.unwrap();
    assert!(house.checks().await.is_empty());
    let verbs = house.verbs().await;
    let expected = ["check.created", "check.changed", "check.state_changed", "check.changed"];
    assert_eq!(verbs[..4], expected);
    assert_eq!(verbs[4..], ["check.removed"]);
}

#[tokio::test]
async fn checks_follow_their_resource_and_rest_when_it_is_retired() {
    let house = House::new().await;
    let caller = Caller::console();
    let id = house.watch(house.draft("db")).await;
    house.settle().await;
    let change = ResourceChange { name: Some("db-main".into()), ..Default::default() };
    house.resources.change(&caller, house.resource, 1, &change).await.unwrap();
    assert_eq!(&*house.check(id).await.resource_name, "db-main");
    house.resources.retire(&caller, house.resource, 2).await.unwrap();
    assert_eq!(house.check(id).await.next_run_at, None);
    house.pass(120).await;
    assert_eq!(house.script.asked("db"), 1);
}

#[tokio::test]
async fn setting_the_clock_moves_no_run() {
    let house = House::new().await;
    let mut draft = house.draft("db");
    draft.interval_s = Some(10);
    house.watch(draft).await;
    house.settle().await;
    let start = house.script.asked("db");
    house.pass(50).await;
    house.clock.set(Time::from_seconds(1_800_000_000 + 7_200));
    house.pass(50).await;
    house.clock.set(Time::from_seconds(1_800_000_000 - 7_200));
    house.pass(100).await;
    assert_eq!(house.script.asked("db") - start, 20);
}

#[tokio::test]
async fn the_loop_runs_checks_records_states_and_saves_everything_at_its_end() {
    let mut house = House::new().await;
    let (stop, stopped) = watch::channel(false);
    let probe = house.probe.clone();
    let running = tokio::spawn(async move { probe.run(stopped).await });
    let mut commits = house.records.db.commits();
    // Made behind the probe's back, as discovery does.
    let mut tx = house.records.db.begin().await.unwrap();
    let (caller, draft) = (Caller::system("discovery"), house.draft("db"));
    let made = house.probe.create_in(&mut tx, &caller, Cause::default(), &draft).await.unwrap();
    tx.commit().await.unwrap();
    while house.verbs().await.last().map(String::as_str) != Some("check.state_changed") {
        house.clock.advance(Duration::from_millis(100));
        let wait = tokio::time::timeout(Duration::from_millis(20), commits.changed());
        drop(wait.await);
    }
    stop.send_replace(true);
    running.await.unwrap();
    house.restart();
    let status = house.check(made.id).await.status;
    assert_eq!(status.standing.hard_state, CheckState::Ok);
    assert!(status.last_run.is_some());
    assert!(!house.measured("mainstay_check_state").await.is_empty());
}

#[tokio::test]
async fn after_a_restart_the_loop_runs_the_checks_it_finds_within_their_interval() {
    let mut house = House::new().await;
    let mut draft = house.draft("db");
    draft.interval_s = Some(10);
    house.watch(draft).await;
    house.restart();
    let (stop, stopped) = watch::channel(false);
    let probe = house.probe.clone();
    let running = tokio::spawn(async move { probe.run(stopped).await });
    // The loop begins with an empty board and loads the checks meanwhile.
    while house.probe.stats().checks == 0 {
        tokio::task::yield_now().await;
    }
    house.clock.advance(Duration::from_secs(10));
    // The records answer from a thread of their own, so the loop may take any number of turns.
    while house.script.asked("db") == 0 {
        tokio::task::yield_now().await;
    }
    let asked = house.script.asked("db");
    stop.send_replace(true);
    running.await.unwrap();
    assert_eq!(asked, 1);
}
