//! Somebody sets the clock two hours forwards, and back.

use std::time::Duration;

use devices::Host;
use kernel::{Clock, Time};
use serde_json::json;
use tsdb::Options;

use crate::house::{House, Machine, START_S};

const TWO_HOURS: Duration = Duration::from_secs(7200);
const HOURS_S: i64 = 7200;

async fn watched(house: &House) -> (Machine, Host) {
    let machine = Machine::new();
    let host = house.host(machine.roots()).await;
    host.read().await;
    house.tick(&host).await;
    (machine, host)
}

/// When the samples are said to have been read, seconds since the start.
fn times(house: &House) -> Vec<i64> {
    house.points("node_load5").into_iter().map(|(at, _)| at).collect()
}

#[tokio::test]
async fn clock_set_forwards_is_journalled_once_and_followed_after_two_readings() {
    let house = House::new().await;
    let (_machine, host) = watched(&house).await;
    house.clock.set(house.clock.now().plus(TWO_HOURS));
    for _ in 0..5 {
        house.tick(&host).await;
    }
    assert_eq!(times(&house), [0, 10, 20, 30, 7240, 7250, 7260]);
    let facts = house.facts("clock.jumped").await;
    assert_eq!(facts.len(), 1);
    let expected = json!({
        "resource": host.resource_id(),
        "name": "web1",
        "from": Time::from_seconds(START_S + 20),
        "to": Time::from_seconds(START_S + 20 + HOURS_S),
        "seconds": 7200.0,
    });
    assert_eq!(facts[0].detail, expected);
    assert_eq!(facts[0].resource_id, Some(host.resource_id().to_string()));
    assert_eq!(host.progress().borrow().samples_refused, 0);
}

#[tokio::test]
async fn clock_that_is_wrong_for_a_moment_leaves_no_trace_in_the_series() {
    for wrong in [HOURS_S, -HOURS_S, 86_400 * 365 * 50] {
        let house = House::new().await;
        let (_machine, host) = watched(&house).await;
        let right = house.clock.now();
        house.clock.set(Time::from_seconds(START_S + 10 + wrong));
        house.tick(&host).await;
        house.tick(&host).await;
        house.clock.set(right.plus(Duration::from_secs(20)));
        house.tick(&host).await;
        house.tick(&host).await;
        assert_eq!(times(&house), [0, 10, 20, 30, 40, 50], "{wrong}");
        assert_eq!(host.progress().borrow().samples_refused, 0);
        assert_eq!(house.facts("clock.jumped").await.len(), 2, "there and back");
    }
}

#[tokio::test]
async fn clock_set_back_for_long_loses_what_the_store_refuses_and_then_all_goes_on() {
    let house = House::new().await;
    let (_machine, host) = watched(&house).await;
    house.clock.set(house.clock.now().minus(TWO_HOURS));
    for _ in 0..6 {
        house.tick(&host).await;
    }
    let progress = *host.progress().borrow();
    assert_eq!((progress.readings, progress.readings_failed), (8, 0), "it goes on watching");
    assert!(progress.samples_refused > 0);
    assert_eq!(times(&house), [0, 10, 20, 30], "two readings until the new time is followed");
    assert!(host.glance().unwrap().at < Time::from_seconds(START_S), "the glance is current");

    house.clock.set(house.clock.now().plus(TWO_HOURS));
    for _ in 0..4 {
        house.tick(&host).await;
    }
    assert_eq!(times(&house), [0, 10, 20, 30, 100, 110], "right again, and followed");
    let refused = host.progress().borrow().samples_refused;
    house.tick(&host).await;
    assert_eq!(host.progress().borrow().samples_refused, refused);
    let facts = house.facts("clock.jumped").await;
    let seconds: Vec<_> = facts.iter().map(|fact| fact.detail["seconds"].clone()).collect();
    assert_eq!(seconds, [json!(-7200.0), json!(7200.0)]);
}

#[tokio::test]
async fn clock_set_forwards_for_long_and_back_goes_on_when_its_time_has_come_again() {
    let house = House::new().await;
    let (_machine, host) = watched(&house).await;
    house.clock.set(house.clock.now().plus(TWO_HOURS));
    for _ in 0..4 {
        house.tick(&host).await;
    }
    house.clock.set(house.clock.now().minus(TWO_HOURS));
    for _ in 0..4 {
        house.tick(&host).await;
    }
    let refused = host.progress().borrow().samples_refused;
    assert!(refused > 0, "older than what was stored from the future");
    house.clock.advance(TWO_HOURS);
    house.tick(&host).await;
    assert_eq!(host.progress().borrow().samples_refused, refused);
    assert_eq!(times(&house).last(), Some(&(7200 + 100)));
}

#[tokio::test]
async fn store_with_a_window_wider_than_the_jump_loses_nothing() {
    let window = Options { out_of_order_ms: 3 * 3_600_000, ..Options::default() };
    let house = House::storing(window).await;
    let (_machine, host) = watched(&house).await;
    for there in [house.clock.now().minus(TWO_HOURS), house.clock.now()] {
        house.clock.set(there);
        for _ in 0..4 {
            house.tick(&host).await;
        }
    }
    let progress = *host.progress().borrow();
    assert_eq!((progress.readings, progress.samples_refused), (10, 0));
}

#[tokio::test]
async fn small_steps_and_a_slow_machine_are_no_jump() {
    let house = House::new().await;
    let (_machine, host) = watched(&house).await;
    for step_s in [5, 50] {
        house.clock.set(house.clock.now().plus(Duration::from_secs(step_s)));
        house.tick(&host).await;
    }
    house.clock.advance(Duration::from_secs(3000));
    house.tick(&host).await;
    assert!(house.facts("clock.jumped").await.is_empty());
    assert_eq!(times(&house), [0, 10, 25, 85, 3095]);
}
