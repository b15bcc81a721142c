use std::time::Duration;

use jobs::{Sharing, StartedBy};
use kernel::{Page, Time};
use testkit::ManualClock;

use crate::house::{Act, Scripted, Server, operator, records, server};

const PAGE: Page = Page { after: None, limit: 500 };

fn clock() -> ManualClock {
    ManualClock::at(Time::from_seconds(1_700_000_000))
}

async fn both(first: &Server, second: &Server, seconds: u64) {
    for _ in 0..seconds {
        first.live(1).await;
        second.live(1).await;
    }
}

#[tokio::test]
async fn two_servers_run_a_job_once_and_the_second_goes_on_when_the_first_dies() {
    let records = records().await;
    let (here, there) = (Scripted::new("tidy", 60, &[]), Scripted::new("tidy", 60, &[]));
    let one = server(&records, &clock(), Sharing::Shared, "one", &[&here]);
    let two = server(&records, &clock(), Sharing::Shared, "two", &[&there]);
    both(&one, &two, 300).await;
    assert_eq!((here.count(), there.count()), (6, 0));
    two.live(60).await;
    assert_eq!(there.count(), 1, "its beat goes on: not at once, and not twice");
    let runs = two.jobs.runs("tidy", &PAGE).await.unwrap().items;
    let told: Vec<(i64, &str, Option<i64>)> =
        runs.iter().map(|run| (run.number, run.server.as_str(), run.token)).collect();
    assert_eq!(told[..2], [(7, "two", Some(2)), (6, "one", Some(1))]);
}

#[tokio::test]
async fn run_of_a_server_that_froze_is_not_kept() {
    let records = records().await;
    let slow = Scripted::new("tidy", 60, &[Act::Hang]);
    let one = server(&records, &clock(), Sharing::Shared, "one", &[&slow]);
    let there = Scripted::new("tidy", 60, &[]);
    let two = server(&records, &clock(), Sharing::Shared, "two", &[&there]);
    one.leases.round().await.unwrap();
    let (settled, ()) = tokio::join!(one.jobs.settle(), async {
        slow.ran(1).await;
        // It freezes within its run; the other one takes over and works.
        two.live(20).await;
        assert_eq!(there.count(), 1);
        // It comes back: the run is ended, as the lease is gone.
        one.clock.advance(Duration::from_secs(20));
        one.leases.round().await.unwrap();
    });
    settled.unwrap();
    let runs = two.jobs.runs("tidy", &PAGE).await.unwrap().items;
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].server, "two");
}

#[tokio::test]
async fn run_that_ends_after_its_lease_went_away_is_held_back_by_the_fence() {
    let records = records().await;
    let slow = Scripted::new("tidy", 60, &[Act::Hang]);
    let one = server(&records, &clock(), Sharing::Shared, "one", &[&slow]);
    let there = Scripted::new("tidy", 60, &[]);
    let two = server(&records, &clock(), Sharing::Shared, "two", &[&there]);
    one.leases.round().await.unwrap();
    let (settled, ()) = tokio::join!(one.jobs.settle(), async {
        slow.ran(1).await;
        two.live(20).await;
        // It comes back and its run ends by its limit before any round tells it of the loss.
        one.clock.advance(Duration::from_secs(600));
    });
    settled.unwrap();
    let runs = two.jobs.runs("tidy", &PAGE).await.unwrap().items;
    assert_eq!(runs.iter().map(|run| run.server.as_str()).collect::<Vec<_>>(), ["two"]);
    let page = Page { after: None, limit: 500 };
    let facts = journal::list(&records.db, &journal::Filter::default(), page).await.unwrap();
    assert!(facts.items.is_empty(), "no failure is told either");
}

#[tokio::test]
async fn what_is_decided_on_one_server_counts_on_the_other() {
    let records = records().await;
    let (here, there) = (Scripted::new("tidy", 60, &[]), Scripted::new("tidy", 60, &[]));
    let one = server(&records, &clock(), Sharing::Shared, "one", &[&here]);
    let two = server(&records, &clock(), Sharing::Shared, "two", &[&there]);
    both(&one, &two, 5).await;
    assert_eq!((here.count(), there.count()), (1, 0));
    two.jobs.run_now(&operator(), "tidy").await.unwrap();
    both(&one, &two, 1).await;
    assert_eq!((here.count(), there.count()), (2, 0), "asked for there, run here");
    let runs = two.jobs.runs("tidy", &PAGE).await.unwrap().items;
    assert_eq!(runs[0].started_by, StartedBy::Hand);
    two.jobs.pause(&operator(), "tidy", "moving house").await.unwrap();
    both(&one, &two, 120).await;
    assert_eq!((here.count(), there.count()), (2, 0));
    two.jobs.resume(&operator(), "tidy").await.unwrap();
    both(&one, &two, 62).await;
    assert_eq!((here.count(), there.count()), (3, 0));
}

#[tokio::test]
async fn jobs_are_spread_over_the_servers_that_live() {
    let records = records().await;
    let names = ["a", "b", "c", "d"];
    let work = || names.map(|name| Scripted::new(name, 60, &[]));
    let (here, there) = (work(), work());
    let one = server(&records, &clock(), Sharing::Shared, "one", &here.each_ref());
    let _one = one.leases.announce();
    one.live(20).await;
    assert!(here.iter().all(|job| job.count() == 1), "the first one has them all");
    let later = clock();
    later.advance(Duration::from_secs(20));
    let two = server(&records, &later, Sharing::Shared, "two", &there.each_ref());
    let second = two.leases.announce();
    both(&one, &two, 300).await;
    let counts =
        |jobs: &[std::sync::Arc<Scripted>]| jobs.iter().filter(|job| job.count() > 2).count();
    assert_eq!((counts(&here), counts(&there)), (2, 2), "half each, and no more moves");
    for (ours, theirs) in here.iter().zip(&there) {
        assert_eq!(ours.count() + theirs.count(), 6, "each beat once, wherever");
    }
    // The second one dies: everything comes back, and its row goes.
    drop(second);
    let before: u64 = here.iter().map(|job| job.count()).sum();
    one.live(15).await;
    one.live(60).await;
    let after: u64 = here.iter().map(|job| job.count()).sum();
    assert!(after >= before + 4, "{before} {after}");
}

#[tokio::test]
async fn job_that_runs_is_not_moved() {
    let records = records().await;
    let (slow, idle) = (Scripted::new("a", 60, &[Act::Hang]), Scripted::new("b", 60, &[]));
    let one = server(&records, &clock(), Sharing::Shared, "one", &[&slow, &idle]);
    let two = server(&records, &clock(), Sharing::Shared, "two", &[&idle, &slow]);
    let (_one, _two) = (one.leases.announce(), two.leases.announce());
    one.leases.round().await.unwrap();
    let (settled, held) = tokio::join!(one.jobs.settle(), async {
        slow.ran(1).await;
        for _ in 0..30 {
            one.clock.advance(Duration::from_secs(1));
            one.leases.round().await.unwrap();
            two.clock.advance(Duration::from_secs(1));
            two.leases.round().await.unwrap();
        }
        let held = two.leases.hold("job/b").is_held() && !two.leases.hold("job/a").is_held();
        one.clock.advance(Duration::from_secs(600));
        held
    });
    drop(settled);
    assert!(held, "the idle one moved, the running one stayed");
}
