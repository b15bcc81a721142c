use std::time::Duration;

use tokio::sync::watch;

use crate::house::{Act, Scripted, house, operator};

#[tokio::test]
async fn jobs_run_on_their_interval_until_stopped() {
    let (bad, tick) = (Scripted::new("bad", 10, &[Act::Panic]), Scripted::new("tick", 10, &[]));
    let house = house(&[&bad, &tick]).await;
    let (stop, stopped) = watch::channel(false);
    house.leases.round().await.unwrap();
    let jobs = house.jobs.clone();
    let server = tokio::spawn(async move { jobs.run(stopped).await });
    bad.ran(1).await;
    house.clock.advance(Duration::from_secs(5));
    tick.ran(1).await;
    // The loops take note of a run before they wait again; moving on is repeated until they do.
    for count in 2..5 {
        let both = async { tokio::join!(bad.ran(count), tick.ran(count)) };
        let clock = async {
            loop {
                house.clock.advance(Duration::from_secs(10));
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = both => {}
            () = clock => {}
        }
    }
    stop.send(true).unwrap();
    server.await.unwrap();
}

#[tokio::test]
async fn run_asked_for_by_hand_wakes_its_job_at_once() {
    let hourly = Scripted::new("hourly", 3600, &[]);
    let house = house(&[&hourly]).await;
    let (stop, stopped) = watch::channel(false);
    house.leases.round().await.unwrap();
    let jobs = house.jobs.clone();
    let server = tokio::spawn(async move { jobs.run(stopped).await });
    hourly.ran(1).await;
    house.jobs.run_now(&operator(), "hourly").await.unwrap();
    hourly.ran(2).await;
    drop(stop);
    server.await.unwrap();
}

#[tokio::test]
async fn stop_waits_ten_seconds_for_a_run_that_is_under_way() {
    let (stuck, well) = (Scripted::new("stuck", 60, &[Act::Hang]), Scripted::new("well", 60, &[]));
    let house = house(&[&stuck, &well]).await;
    let (stop, stopped) = watch::channel(false);
    house.leases.round().await.unwrap();
    let jobs = house.jobs.clone();
    let server = tokio::spawn(async move { jobs.run(stopped).await });
    stuck.ran(1).await;
    stop.send(true).unwrap();
    while !server.is_finished() {
        house.clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    server.await.unwrap();
    assert_eq!(well.count(), 0, "a stopped server starts nothing");
}
