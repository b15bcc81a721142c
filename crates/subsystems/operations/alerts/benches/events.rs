//! How many alerts of other systems are taken in a second: new ones, and the same again, in batches
//! as Prometheus sends them. Prints `events, name: events/s, slowest batch in ms`.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use alerts::Alerts;
use kernel::{Clock, Ids, Time};
use resources::Resources;
use serde_json::{Value, json};
use testkit::{Client, ManualClock, SeededIds};
use tsdb::{DiskStore, Options, SeriesStore};

const BATCH: usize = 256;
const BATCHES: usize = 40;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let tables = [journal::MIGRATIONS, resources::MIGRATIONS, alerts::subsystem::MIGRATIONS];
    let records = testkit::temporary_db(&tables).await;
    let clock = ManualClock::at(Time::from_seconds(1_800_000_000));
    let dir = tempfile::tempdir().expect("a directory can be made");
    let store = DiskStore::open(dir.path(), Options::default()).expect("the store can be opened");
    let series: Arc<dyn SeriesStore> = Arc::new(store);
    let (time, ids): (Arc<dyn Clock>, Arc<dyn Ids>) =
        (Arc::new(clock.clone()), Arc::new(SeededIds::new(7)));
    let register = Resources::new(records.db.clone(), time.clone(), ids.clone());
    let alerts = Alerts::new(records.db.clone(), time.clone(), ids.clone(), series, register);
    let client = Client::of_routes(alerts::subsystem::routes(&alerts), time, ids);
    for name in ["new", "again", "again", "over"] {
        clock.advance(Duration::from_secs(60));
        measure(&client, name, clock.now()).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
async fn measure(client: &Client, name: &str, now: Time) {
    let (began, mut slowest) = (Instant::now(), 0.0_f64);
    for batch in 0..BATCHES {
        let body = body(batch, now, name == "over");
        let started = Instant::now();
        let answer = client.post("/alertmanager/api/v2/alerts", body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        slowest = slowest.max(started.elapsed().as_secs_f64() * 1e3);
    }
    let rate = (BATCH * BATCHES) as f64 / began.elapsed().as_secs_f64();
    println!("events, {name}: {rate:.0} {slowest:.1}");
}

fn body(batch: usize, now: Time, over: bool) -> Value {
    let ends = if over { now } else { now.plus(Duration::from_secs(240)) };
    let alert = |number: usize| {
        json!({
            "labels": {"alertname": "NodeDown", "severity": "critical", "job": "node",
                "instance": format!("host-{}.example.org:9100", batch * BATCH + number)},
            "annotations": {"summary": "the node does not answer"},
            "startsAt": now.minus(Duration::from_secs(90)).to_string(), "endsAt": ends.to_string(),
            "generatorURL": "http://prometheus.example.org/graph?g0.expr=up+%3D%3D+0",
        })
    };
    (0..BATCH).map(alert).collect()
}
