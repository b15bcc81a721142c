use forward::{Incoming, Queue, QueueOptions};

use crate::house::{NOW_MS, drained, options, sample};

/// Samples that do not pack well: many different series.
fn bulky(from: i64) -> Vec<series::Sample> {
    (from..from + 100)
        .map(|at| sample(&format!("{:x}", at.wrapping_mul(0x1e37_79b9_7f4a_7c15)), at))
        .collect()
}

#[test]
fn a_full_queue_drops_the_oldest_and_counts_them() {
    let dir = tempfile::tempdir().unwrap();
    let options = QueueOptions { bytes_max: 200 << 10, batch_samples_max: 100, ..options() };
    let queue = Queue::open(dir.path(), options).unwrap();
    for round in 0..200 {
        queue.append(NOW_MS, Incoming::floats(&bulky(round * 100))).unwrap();
        assert!(queue.standing().bytes <= 200 << 10);
    }
    let standing = queue.standing();
    assert!(standing.dropped_full > 0);
    assert_eq!(standing.samples + standing.dropped_full, 20_000);
    // What is there is the newest, without a gap.
    let left: usize = drained(&queue).iter().map(|batch| batch.split(", ").count()).sum();
    assert_eq!(left as u64, standing.samples);
    assert_eq!(queue.standing().samples, 0);
}

#[test]
fn a_batch_that_was_dropped_while_under_way_can_be_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let options = QueueOptions { bytes_max: 200 << 10, batch_samples_max: 100, ..options() };
    let queue = Queue::open(dir.path(), options).unwrap();
    queue.append(NOW_MS, Incoming::floats(&bulky(0))).unwrap();
    let lane = queue.lanes().swap_remove(0);
    let batch = queue.next(&lane, NOW_MS).unwrap().unwrap();
    for round in 1..200 {
        queue.append(NOW_MS, Incoming::floats(&bulky(round * 100))).unwrap();
    }
    let waiting = queue.standing().samples;
    queue.acknowledge(&lane, &batch).unwrap();
    assert_eq!(queue.standing().samples, waiting);
}

#[test]
fn what_waited_too_long_is_dropped_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    let options = QueueOptions { age_ms_max: 1_000, ..options() };
    let queue = Queue::open(dir.path(), options).unwrap();
    queue.append(NOW_MS - 1_001, Incoming::floats(&[sample("a", 1), sample("b", 1)])).unwrap();
    queue.append(NOW_MS - 1_000, Incoming::floats(&[sample("a", 2)])).unwrap();
    assert_eq!(drained(&queue), ["a 2"]);
    assert_eq!(queue.standing().dropped_old, 2);
    // What is under way goes out however old it becomes: it may have arrived.
    queue.append(NOW_MS, Incoming::floats(&[sample("a", 3)])).unwrap();
    let lane = queue.lanes().swap_remove(0);
    let mut batch = queue.next(&lane, NOW_MS).unwrap().unwrap();
    batch.again = true;
    assert_eq!(queue.next(&lane, NOW_MS + 5_000).unwrap(), Some(batch));
}
