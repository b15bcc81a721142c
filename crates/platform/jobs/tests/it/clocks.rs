use std::time::Duration;

use jobs::{Retry, Schedule, StartedBy};
use kernel::{Page, Time};

use crate::house::{Act, House, Scripted, house, jobs_of};

const PAGE: Page = Page { after: None, limit: 500 };

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn daily(cron: &str, zone: &str) -> Schedule {
    Schedule::cron(cron, zone).unwrap()
}

/// A house whose clock shows `begin`, with one job.
async fn house_at(begin: &str, schedule: Schedule) -> (House, std::sync::Arc<Scripted>) {
    let job = Scripted::on("job", schedule, Retry::NONE, &[]);
    let mut house = house(&[]).await;
    house.clock = testkit::ManualClock::at(time(begin));
    house.jobs = jobs_of(&house.records, &house.clock, &[&job]);
    house.jobs.settle().await.unwrap();
    (house, job)
}

async fn started(house: &House) -> Vec<String> {
    let runs = house.jobs.runs("job", &PAGE).await.unwrap().items;
    runs.iter().rev().map(|run| run.started_at.to_string()).collect()
}

#[tokio::test]
async fn hour_that_is_skipped_and_hour_that_comes_twice_run_once() {
    // Berlin: forward over 02:00–03:00 on 29 March 2026, back over it on 25 October.
    for (begin, expected) in [
        ("2026-03-28T12:00:00Z", ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]),
        ("2026-10-24T12:00:00Z", ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
    ] {
        let (house, _) = house_at(begin, daily("30 2 * * *", "Europe/Berlin")).await;
        for _ in 0..(40 * 6) {
            house.after(600).await;
        }
        assert_eq!(started(&house).await, expected);
    }
    // Shanghai, when it had summer time: forward at 02:00 on 4 May 1986.
    let (house, _) = house_at("1986-05-03T12:00:00Z", daily("15 2 * * *", "Asia/Shanghai")).await;
    for _ in 0..(30 * 6) {
        house.after(600).await;
    }
    assert_eq!(started(&house).await[0], "1986-05-03T18:00:00Z");
}

#[tokio::test]
async fn every_so_often_follows_the_time_that_passes() {
    let (house, job) = house_at("2026-10-24T23:50:00Z", daily("0 * * * *", "Europe/Berlin")).await;
    for _ in 0..(4 * 6) {
        house.after(600).await;
    }
    assert_eq!(job.count(), 4, "02:00 comes twice: {:?}", started(&house).await);
    let (house, job) =
        house_at("2026-03-28T23:50:00Z", daily("*/30 * * * *", "Europe/Berlin")).await;
    for _ in 0..(2 * 6) {
        house.after(600).await;
    }
    assert_eq!(job.count(), 4, "two hours: {:?}", started(&house).await);
}

#[tokio::test]
async fn clock_set_two_hours_ahead_runs_what_it_passes_once() {
    let (house, job) = house_at("2026-06-01T07:00:00Z", daily("0 8 * * *", "UTC")).await;
    house.clock.set(time("2026-06-01T09:00:00Z"));
    house.after(0).await;
    assert_eq!(job.count(), 1);
    let runs = house.jobs.runs("job", &PAGE).await.unwrap().items;
    assert_eq!(runs[0].started_by, StartedBy::Missed);
    // Set right again: 08:00 comes a second time and was served.
    house.clock.set(time("2026-06-01T07:00:00Z"));
    for _ in 0..(20 * 6) {
        house.after(600).await;
    }
    assert_eq!(job.count(), 1, "{:?}", started(&house).await);
    for _ in 0..(6 * 6) {
        house.after(600).await;
    }
    assert_eq!(job.count(), 2, "the next day as ever");
}

#[tokio::test]
async fn clock_set_two_hours_back_runs_nothing_twice() {
    let (house, job) = house_at("2026-06-01T07:59:00Z", daily("0 8 * * *", "UTC")).await;
    house.after(120).await;
    assert_eq!(job.count(), 1);
    house.clock.set(time("2026-06-01T06:00:00Z"));
    for _ in 0..(24 * 6) {
        house.after(600).await;
    }
    assert_eq!(job.count(), 1);
    let (house, job) = house_at("2026-06-01T07:55:00Z", daily("*/10 * * * *", "UTC")).await;
    house.after(600).await;
    house.clock.set(time("2026-06-01T06:05:00Z"));
    house.after(0).await;
    house.after(600).await;
    assert_eq!(job.count(), 2, "what runs every ten minutes goes on");
}

#[tokio::test]
async fn missed_times_are_made_up_for_once_or_left_out() {
    for (schedule, expected) in [
        (daily("0 8 * * *", "UTC"), 1),
        (daily("0 8 * * *", "UTC").skipping_missed(), 0),
        (Schedule::once(time("2026-06-02T08:00:00Z")), 1),
        (Schedule::once(time("2026-06-02T08:00:00Z")).skipping_missed(), 0),
    ] {
        let (house, job) = house_at("2026-06-01T12:00:00Z", schedule).await;
        // The server is away for three days.
        house.clock.advance(Duration::from_secs(3 * 86_400));
        let again = jobs_of(&house.records, &house.clock, &[&job]);
        again.settle().await.unwrap();
        assert_eq!(job.count(), expected);
        again.settle().await.unwrap();
        assert_eq!(job.count(), expected);
    }
}

#[tokio::test]
async fn single_run_is_single() {
    let at = time("2026-06-01T13:00:00Z");
    let (house, job) = house_at("2026-06-01T12:59:00Z", Schedule::once(at)).await;
    for _ in 0..10 {
        house.after(60).await;
    }
    let again = jobs_of(&house.records, &house.clock, &[&job]);
    again.settle().await.unwrap();
    assert_eq!(job.count(), 1);
}

#[tokio::test]
async fn failed_time_of_day_that_was_to_be_tried_again_survives_a_crash() {
    let retry =
        Retry { times_max: 3, first: Duration::from_secs(300), wait_max: Duration::from_secs(300) };
    let schedule = daily("0 8 * * *", "UTC");
    let job = Scripted::on("job", schedule, retry, &[Act::Fail]);
    let mut house = house(&[]).await;
    house.clock = testkit::ManualClock::at(time("2026-06-01T07:59:30Z"));
    house.jobs = jobs_of(&house.records, &house.clock, &[&job]);
    house.jobs.settle().await.unwrap();
    house.after(60).await;
    assert_eq!(job.count(), 1);
    let again = jobs_of(&house.records, &house.clock, &[&job]);
    again.settle().await.unwrap();
    assert_eq!(job.count(), 2, "its work was not done");
    again.settle().await.unwrap();
    assert_eq!(job.count(), 2);
}
