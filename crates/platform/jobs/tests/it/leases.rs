use std::time::Duration;

use jobs::Sharing;
use kernel::Time;
use testkit::ManualClock;

use crate::house::{Server, records, server};

fn clock() -> ManualClock {
    ManualClock::at(Time::from_seconds(1_700_000_000))
}

/// Time passes on both clocks, with a round of each lease every second.
async fn both(first: &Server, second: &Server, seconds: u64) {
    for _ in 0..seconds {
        first.live(1).await;
        second.live(1).await;
    }
}

#[tokio::test]
async fn one_holds_and_the_other_takes_over_within_fifteen_seconds_of_its_death() {
    let records = records().await;
    let one = server(&records, &clock(), Sharing::Shared, "one", &[]);
    let two = server(&records, &clock(), Sharing::Shared, "two", &[]);
    let (first, second) = (one.leases.hold("alerts/evaluate"), two.leases.hold("alerts/evaluate"));
    both(&one, &two, 60).await;
    assert!(first.is_held() && !second.is_held());
    assert_eq!(first.token(), Some(1));
    // The worst moment: it renews, unseen as yet, and dies.
    one.live(3).await;
    let mut waited = 0;
    while !second.is_held() {
        two.live(1).await;
        waited += 1;
    }
    assert!((12..=15).contains(&waited), "{waited} s");
    assert_eq!(second.token(), Some(2), "greater than the one before");
}

#[tokio::test]
async fn holder_that_froze_writes_nothing_when_it_comes_back() {
    let records = records().await;
    let one = server(&records, &clock(), Sharing::Shared, "one", &[]);
    let two = server(&records, &clock(), Sharing::Shared, "two", &[]);
    let (first, second) = (one.leases.hold("part"), two.leases.hold("part"));
    both(&one, &two, 5).await;
    let fence = first.fence().unwrap();
    two.live(20).await;
    assert!(second.is_held());
    // It wakes up and goes on where it was, before any round of its own.
    let mut tx = records.db.begin().await.unwrap();
    let fault = fence.check(&mut tx).await.unwrap_err();
    assert_eq!(fault.code, "lease-lost");
    drop(tx);
    let mut tx = records.db.begin().await.unwrap();
    second.fence().unwrap().check(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    one.live(4).await;
    assert!(!first.is_held());
    assert_eq!(first.fence(), None);
}

#[tokio::test]
async fn holder_that_cannot_renew_counts_itself_out_before_others_take_over() {
    let records = records().await;
    let one = server(&records, &clock(), Sharing::Shared, "one", &[]);
    let two = server(&records, &clock(), Sharing::Shared, "two", &[]);
    let (first, second) = (one.leases.hold("part"), two.leases.hold("part"));
    both(&one, &two, 6).await;
    // The first one's clock goes on, but its rounds do not.
    let mut both_sure = false;
    for _ in 0..20 {
        one.clock.advance(Duration::from_secs(1));
        two.live(1).await;
        both_sure |= first.is_held() && second.is_held();
    }
    assert!(!both_sure, "never two at once");
    assert!(!first.is_held() && second.is_held());
}

#[tokio::test]
async fn clock_of_the_day_two_hours_off_steals_nothing() {
    let records = records().await;
    let one = server(&records, &clock(), Sharing::Shared, "one", &[]);
    let two = server(&records, &clock(), Sharing::Shared, "two", &[]);
    let (first, second) = (one.leases.hold("part"), two.leases.hold("part"));
    both(&one, &two, 5).await;
    for seconds in [1_700_007_200, 1_699_992_800] {
        one.clock.set(Time::from_seconds(seconds));
        two.clock.set(Time::from_seconds(1_700_000_000 - (seconds - 1_700_000_000)));
        both(&one, &two, 30).await;
        assert!(first.is_held() && !second.is_held());
        assert_eq!(first.token(), Some(1));
    }
}

#[tokio::test]
async fn lease_given_back_is_taken_at_once() {
    let records = records().await;
    let one = server(&records, &clock(), Sharing::Shared, "one", &[]);
    let two = server(&records, &clock(), Sharing::Shared, "two", &[]);
    let (first, second) = (one.leases.hold("part"), two.leases.hold("part"));
    both(&one, &two, 5).await;
    let mut changes = second.changes();
    first.release().await.unwrap();
    assert!(!first.is_held());
    two.live(1).await;
    assert!(second.is_held() && changes.has_changed().unwrap());
    assert_eq!(*changes.borrow_and_update(), Some(2));
    // A handle that is dropped is given back by the next round.
    drop(second);
    two.live(1).await;
    let third = one.leases.hold("part");
    one.live(1).await;
    assert_eq!(third.token(), Some(3));
}

#[tokio::test]
async fn alone_a_lease_is_taken_at_once_and_costs_nothing_more() {
    let records = records().await;
    let dead = server(&records, &clock(), Sharing::Shared, "dead", &[]);
    let held = dead.leases.hold("part");
    dead.live(1).await;
    assert!(held.is_held());
    let one = server(&records, &clock(), Sharing::Alone, "one", &[]);
    let handle = one.leases.hold("part");
    one.leases.round().await.unwrap();
    assert_eq!(handle.token(), Some(2), "the directory is locked: nobody else can live");
    let before = *records.db.commits().borrow();
    one.live(600).await;
    assert!(handle.is_held());
    assert_eq!(*records.db.commits().borrow(), before, "ten minutes without a write");
}

#[tokio::test]
async fn running_leases_are_given_back_when_they_are_stopped() {
    let records = records().await;
    let (clock, stop) = (clock(), tokio::sync::watch::channel(false));
    let one = server(&records, &clock, Sharing::Shared, "one", &[]);
    let handle = one.leases.hold("part");
    let (leases, stopped) = (one.leases.clone(), stop.1);
    let running = tokio::spawn(async move { leases.run(stopped).await });
    handle.changes().wait_for(Option::is_some).await.unwrap();
    stop.0.send(true).unwrap();
    while !running.is_finished() {
        clock.advance(Duration::from_secs(1));
        tokio::time::timeout(Duration::from_millis(5), std::future::pending::<()>())
            .await
            .unwrap_err();
    }
    let two = server(&records, &clock, Sharing::Shared, "two", &[]);
    let taken = two.leases.hold("part");
    two.live(1).await;
    assert!(taken.is_held(), "without waiting");
}
