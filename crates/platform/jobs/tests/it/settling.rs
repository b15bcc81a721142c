use std::{sync::atomic::Ordering, time::Duration};

use jobs::Outcome;
use kernel::{FaultKind, Page, Time};

use crate::house::{Act, Scripted, house, jobs_of, operator};

const PAGE: Page = Page { after: None, limit: 500 };

#[tokio::test]
async fn every_due_job_runs_once_and_no_other() {
    let (tick, hourly) = (Scripted::new("tick", 10, &[]), Scripted::new("hourly", 3600, &[]));
    let house = house(&[&tick, &hourly]).await;
    assert_eq!(house.jobs.settle().await.unwrap(), 1, "the second one starts 5 s later");
    house.after(5).await;
    assert_eq!((tick.count(), hourly.count()), (1, 1));
    house.after(5).await;
    assert_eq!((tick.count(), hourly.count()), (2, 1));
    assert_eq!(house.jobs.settle().await.unwrap(), 0);
}

#[tokio::test]
async fn failure_and_panic_of_one_leave_the_others_running() {
    let bad = Scripted::new("bad", 60, &[Act::Panic, Act::Fail]);
    let good = Scripted::new("good", 60, &[]);
    let house = house(&[&bad, &good]).await;
    house.clock.advance(Duration::from_secs(10));
    assert_eq!(house.jobs.settle().await.unwrap_err().kind, FaultKind::Internal);
    house.after(60).await;
    assert_eq!((bad.count(), good.count()), (2, 2));
    let runs = house.jobs.runs("bad", &PAGE).await.unwrap().items;
    assert!(runs.iter().all(|run| run.outcome == Outcome::Failed));
    assert_eq!(runs[0].status.message.as_ref().unwrap().en, "the peer is away");
    assert!(!runs[1].status.message.as_ref().unwrap().en.contains("on purpose"));
}

#[tokio::test]
async fn journal_is_told_when_a_job_begins_to_fail_and_not_each_time() {
    for interval_s in [10, 60] {
        let acts = [Act::Fail, Act::Fail, Act::Succeed, Act::Fail];
        let house = house(&[&Scripted::new("bad", interval_s, &acts)]).await;
        for _ in 0..5 {
            house.after(interval_s).await;
        }
        let facts = house.facts().await;
        let verbs = ["job.failed", "job.recovered", "job.failed", "job.recovered"];
        assert_eq!(house.verbs().await, verbs);
        assert_eq!((facts[1].verb.as_str(), facts[1].subject.id.as_str()), ("job.failed", "bad"));
        assert_eq!(facts[1].detail["message"]["zh"], "对端不可用");
    }
}

#[tokio::test]
async fn restart_does_not_tell_the_journal_again() {
    let bad = Scripted::new("bad", 60, &[Act::Fail, Act::Fail]);
    let house = house(&[&bad]).await;
    house.after(0).await;
    let after_restart = jobs_of(&house.records, &house.clock, &[&bad]);
    assert!(after_restart.settle().await.is_err());
    assert_eq!(bad.count(), 2);
    assert_eq!(house.facts().await.len(), 1);
}

#[tokio::test]
async fn short_job_that_is_well_writes_nothing() {
    let house = house(&[&Scripted::new("tick", 10, &[])]).await;
    drop(house.jobs.settle().await);
    let before = *house.records.db.commits().borrow();
    for _ in 0..50 {
        house.after(10).await;
    }
    assert_eq!(*house.records.db.commits().borrow(), before);
    let runs = house.jobs.runs("tick", &PAGE).await.unwrap().items;
    assert_eq!(runs.iter().map(|run| run.number).collect::<Vec<_>>(), [51]);
}

#[tokio::test]
async fn history_keeps_the_last_hundred_runs_and_pages_newest_first() {
    let house = house(&[&Scripted::new("minutely", 60, &[])]).await;
    for _ in 0..103 {
        house.after(60).await;
    }
    let mut numbers = Vec::new();
    let mut page = Page { after: None, limit: 30 };
    loop {
        let part = house.jobs.runs("minutely", &page).await.unwrap();
        numbers.extend(part.items.iter().map(|run| run.number));
        let Some(next) = part.next else { break };
        page.after = Some(next);
    }
    assert_eq!(numbers, (4..=103).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn setting_the_clock_neither_delays_nor_hurries_a_job() {
    let tick = Scripted::new("tick", 10, &[]);
    let house = house(&[&tick]).await;
    house.after(0).await;
    house.clock.set(Time::from_seconds(1_700_007_200));
    assert_eq!(house.jobs.settle().await.unwrap(), 0, "two hours forward");
    house.clock.set(Time::from_seconds(1_699_992_800));
    assert_eq!(house.jobs.settle().await.unwrap(), 0, "two hours back");
    house.after(10).await;
    assert_eq!(tick.count(), 2);
}

#[tokio::test]
async fn two_runs_of_one_job_never_overlap() {
    let job = Scripted::new("job", 60, &[]);
    let house = house(&[&job]).await;
    drop(house.jobs.settle().await);
    house.clock.advance(Duration::from_secs(60));
    let before = job.count();
    let (first, second) = tokio::join!(house.jobs.settle(), async {
        // Once it runs: before that both would be one run.
        job.ran(before + 1).await;
        house.jobs.run_now(&operator(), "job").await.unwrap();
        house.jobs.settle().await
    });
    assert!(first.unwrap() + second.unwrap() >= 2);
    assert_eq!(job.inside_max.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn run_without_end_is_ended_after_ten_minutes() {
    let stuck = Scripted::new("stuck", 60, &[Act::Hang]);
    let house = house(&[&stuck]).await;
    let (settled, ()) = tokio::join!(house.jobs.settle(), async {
        stuck.ran(1).await;
        tokio::task::yield_now().await;
        house.clock.advance(Duration::from_secs(600));
    });
    assert_eq!(settled.unwrap_err().code, "job-too-long");
    house.after(60).await;
    let runs = house.jobs.runs("stuck", &PAGE).await.unwrap().items;
    assert_eq!(runs[0].outcome, Outcome::Ok);
    assert_eq!((runs[1].outcome, runs[1].took), (Outcome::Failed, Duration::from_secs(600)));
}
