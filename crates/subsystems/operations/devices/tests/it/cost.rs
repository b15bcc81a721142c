//! What one reading of this machine costs. It prints, and asserts no time: machines are noisy.

use std::time::Duration;

use devices::collect::{Collector, Roots};
use rustix::time::{ClockId, clock_gettime};

use crate::house::House;

const ROUNDS: u32 = 60;

fn clock(id: ClockId) -> Duration {
    let now = clock_gettime(id);
    Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32)
}

#[test]
fn cost_of_one_reading_is_printed() {
    let monotonic = Box::new(|| clock(ClockId::Monotonic));
    let mut collector = Collector::new(Roots::system(), monotonic);
    let readings = collector.collect(0.0).readings.len();
    let begun = clock(ClockId::ProcessCPUTime);
    for _ in 0..ROUNDS {
        assert!(!collector.collect(0.0).readings.is_empty());
    }
    let each = (clock(ClockId::ProcessCPUTime) - begun) / ROUNDS;
    eprintln!(
        "one reading: {readings} values the first time, {:.2} ms of processor, {:.4} % of a core \
         every ten seconds",
        each.as_secs_f64() * 1e3,
        each.as_secs_f64() * 10.0
    );
    let last = collector.collect(0.0);
    let mut durations: Vec<_> = last
        .readings
        .iter()
        .filter(|r| r.metric == "node_scrape_collector_duration_seconds")
        .map(|r| (r.value, r.labels[0].1.as_str()))
        .collect();
    durations.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (seconds, collector) in durations.iter().take(8) {
        eprintln!("  {collector}: {:.2} ms", seconds * 1e3);
    }
}

#[tokio::test]
async fn cost_of_one_turn_with_store_and_glance_is_printed() {
    let house = House::new().await;
    let host = house.host(Roots::system()).await;
    for _ in 0..3 {
        house.tick(&host).await;
    }
    let stored = host.progress().borrow().samples_stored;
    let begun = clock(ClockId::ProcessCPUTime);
    for _ in 0..ROUNDS {
        house.tick(&host).await;
    }
    let each = (clock(ClockId::ProcessCPUTime) - begun) / ROUNDS;
    let progress = *host.progress().borrow();
    eprintln!(
        "one turn: {} samples, {:.2} ms of processor, {:.4} % of a core every ten seconds",
        (progress.samples_stored - stored) / u64::from(ROUNDS),
        each.as_secs_f64() * 1e3,
        each.as_secs_f64() * 10.0
    );
    assert_eq!(progress.samples_refused, 0);
}
