use kernel::Clock;
use serde_json::json;

use crate::{
    house::{House, until},
    peer::{Kind, Peer},
};

/// Series of each round.
const SERIES: usize = 50;

/// Twelve rounds, in which the far side is ended and started again, and so are we, at another
/// moment; then everything here is lost but the last two rounds.
async fn every_sample_once(kind: Kind) {
    let Some(mut peer) = Peer::start(kind).await else { return };
    let mut house = House::new().await;
    house
        .destination(json!({
            "write_url": peer.url("/api/v1/write"),
            "history_url": peer.url(""),
            "external_labels": { "site": "hq" },
            "shards": 3,
            "request_samples": 40,
        }))
        .await;
    house.run();
    for _ in 0..3 {
        house.append(SERIES);
    }
    house.drained().await;
    assert_eq!(house.figures().version, "1.0", "Debian's understand the older message only");
    peer.end();
    for _ in 0..3 {
        house.append(SERIES);
    }
    until("it is noticed", || house.figures().said.map(|_| ()).ok_or(String::new())).await;
    // We end in the middle of a backlog, and go on before the far side is back.
    let mut house = house.cut_off("series").await;
    assert_eq!(house.figures().waiting, 3 * SERIES as u64);
    house.run();
    house.append(SERIES);
    peer.begin().await;
    for _ in 0..3 {
        house.append(SERIES);
    }
    house.drained().await;
    let at_ms = house.clock.now().millis();
    let counts = peer.counts("load{site=\"hq\"}", at_ms).await;
    assert_eq!(counts, [10; SERIES], "of each series each sample once");
    let figures = house.figures();
    assert_eq!((figures.refused, figures.dropped_full, figures.dropped_old), (0, 0, 0));
    // Two more rounds that only we have in the end, as what was here before is gone.
    let before = house.seen().await;
    assert_eq!(before.len(), 10 * SERIES);
    let house = house.cut_off("series-2").await;
    house.append(SERIES);
    house.append(SERIES);
    let seen = house.seen().await;
    assert_eq!(seen.len(), 12 * SERIES);
    assert!(before.iter().all(|line| seen.contains(line)), "{:?}\n{:?}", before[0], seen[0]);
    assert_eq!(house.figures().history_failed, 0);
    // Without the far side there is what is here.
    peer.end();
    assert_eq!(house.seen().await.len(), 2 * SERIES);
    assert_eq!(house.figures().history_failed, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_gets_every_sample_once_and_gives_them_back() {
    every_sample_once(Kind::Prometheus).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn victoria_metrics_gets_every_sample_once_and_gives_them_back() {
    every_sample_once(Kind::VictoriaMetrics).await;
}
