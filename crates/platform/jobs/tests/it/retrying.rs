use std::time::Duration;

use jobs::{Retry, Schedule, StartedBy};
use kernel::{Fact, Page, Subject};

use crate::house::{Act, House, Scripted, house, jobs_of, operator};

const PAGE: Page = Page { after: None, limit: 500 };

fn patient(times_max: u32) -> Retry {
    let (first, wait_max) = (Duration::from_secs(30), Duration::from_secs(100));
    Retry { times_max, first, wait_max }
}

async fn started(house: &House, job: &str) -> Vec<(StartedBy, u32, i64)> {
    let runs = house.jobs.runs(job, &PAGE).await.unwrap().items;
    let told = |run: &jobs::Run| {
        (run.started_by, run.attempt, run.started_at.micros() / 1_000_000 - 1_700_000_000)
    };
    runs.iter().rev().map(told).collect()
}

#[tokio::test]
async fn failed_run_is_tried_again_with_growing_waits_and_told_when_none_is_left() {
    let acts = [Act::Fail, Act::Panic, Act::Fail, Act::Fail, Act::Succeed];
    let schedule = Schedule::every(Duration::from_secs(3600));
    let house = house(&[&Scripted::on("bad", schedule, patient(3), &acts)]).await;
    for _ in 0..40 {
        house.after(10).await;
    }
    assert_eq!(
        started(&house, "bad").await,
        [
            (StartedBy::Schedule, 1, 10),
            (StartedBy::Retry, 2, 40),
            (StartedBy::Retry, 3, 100),
            (StartedBy::Retry, 4, 200),
        ]
    );
    assert_eq!(house.verbs().await, ["job.failed"]);
    house.after(3600).await;
    assert_eq!(started(&house, "bad").await[4].0, StartedBy::Schedule);
    assert_eq!(house.verbs().await, ["job.failed", "job.recovered"]);
}

#[tokio::test]
async fn success_of_an_attempt_tells_nobody() {
    let schedule = Schedule::every(Duration::from_secs(3600));
    let house = house(&[&Scripted::on("shy", schedule, patient(3), &[Act::Fail])]).await;
    for _ in 0..10 {
        house.after(10).await;
    }
    assert_eq!(started(&house, "shy").await.len(), 2);
    assert!(house.verbs().await.is_empty());
}

#[tokio::test]
async fn run_asked_for_while_it_runs_follows_once() {
    let slow = Scripted::new("slow", 3600, &[Act::Hang]);
    let house = house(&[&slow]).await;
    let (_, ()) = tokio::join!(house.jobs.settle(), async {
        slow.ran(1).await;
        for _ in 0..3 {
            house.jobs.run_now(&operator(), "slow").await.unwrap();
        }
        house.clock.advance(Duration::from_secs(600));
    });
    assert_eq!(slow.count(), 2, "three requests during one run are one more run");
    let runs = started(&house, "slow").await;
    assert_eq!((runs[0].0, runs[1].0), (StartedBy::Schedule, StartedBy::Hand));
}

#[tokio::test]
async fn run_asked_for_survives_a_crash() {
    let hourly = Scripted::new("hourly", 3600, &[]);
    let house = house(&[&hourly]).await;
    house.after(0).await;
    house.jobs.run_now(&operator(), "hourly").await.unwrap();
    // Nothing ran before the process ended; the one after it does.
    let again = jobs_of(&house.records, &house.clock, &[&hourly]);
    again.settle().await.unwrap();
    assert_eq!(hourly.count(), 2);
    let runs = again.runs("hourly", &PAGE).await.unwrap().items;
    assert_eq!(runs[0].started_by, StartedBy::Hand);
}

#[derive(Debug, serde::Serialize)]
struct TicketOpened;

impl Fact for TicketOpened {
    const VERB: &'static str = "ticket.opened";

    fn subject(&self) -> Subject {
        Subject::new("ticket", 1, "a ticket")
    }
}

async fn tell(house: &House) {
    let mut tx = house.records.db.begin().await.unwrap();
    let caller = operator();
    let now = kernel::Time::from_seconds(1_700_000_000);
    journal::append(&mut tx, journal::Entry::new(&caller, now, &TicketOpened)).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn facts_make_a_job_run_once_for_all_that_came_together() {
    let count = Scripted::on("count", Schedule::on_facts(&["ticket."]), Retry::NONE, &[]);
    let other = Scripted::on("other", Schedule::on_facts(&["alert.raised"]), Retry::NONE, &[]);
    let house = house(&[&count, &other]).await;
    tell(&house).await;
    house.after(0).await;
    assert_eq!(count.count(), 0, "what was before it began is not its business");
    tell(&house).await;
    tell(&house).await;
    house.after(0).await;
    assert_eq!((count.count(), other.count()), (1, 0));
    // A fact while the server is down is served by the next one.
    tell(&house).await;
    let again = jobs_of(&house.records, &house.clock, &[&count, &other]);
    again.settle().await.unwrap();
    assert_eq!((count.count(), other.count()), (2, 0));
    again.settle().await.unwrap();
    assert_eq!(count.count(), 2);
    assert_eq!(again.runs("count", &PAGE).await.unwrap().items[0].started_by, StartedBy::Fact);
}
