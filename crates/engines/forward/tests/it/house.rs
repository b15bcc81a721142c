use forward::{Batch, Queue, QueueOptions};
use series::{Labels, Sample};

/// The moment at which all tests begin.
pub(crate) const NOW_MS: i64 = 1_800_000_000_000;

/// One lane, batches of up to ten samples.
pub(crate) fn options() -> QueueOptions {
    QueueOptions { lanes: 1, batch_samples_max: 10, ..QueueOptions::default() }
}

pub(crate) fn sample(series: &str, at: i64) -> Sample {
    let labels = Labels::new("load", [("host", series)]).unwrap();
    // Any whole number of a test is exact as a float.
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let value = at as f64;
    Sample { labels, at_ms: NOW_MS + at, value }
}

/// As `a 1, a 2, b 1`.
pub(crate) fn shown(batch: &Batch) -> String {
    let mut all = Vec::new();
    for series in &batch.series {
        let host = series.labels.get("host").unwrap();
        all.extend(series.points.iter().map(|point| format!("{host} {}", point.at_ms - NOW_MS)));
    }
    all.join(", ")
}

/// The next batch of the first lane, which is acknowledged.
pub(crate) fn taken(queue: &Queue) -> Option<String> {
    let lane = queue.lanes().swap_remove(0);
    let batch = queue.next(&lane, NOW_MS).unwrap()?;
    queue.acknowledge(&lane, &batch).unwrap();
    Some(shown(&batch))
}

/// All that is left in the first lane.
pub(crate) fn drained(queue: &Queue) -> Vec<String> {
    std::iter::from_fn(|| taken(queue)).collect()
}
