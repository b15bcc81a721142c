use forward::{Incoming, Queue, QueueOptions};

use crate::house::{NOW_MS, drained, options, sample, shown, taken};

#[test]
fn samples_leave_in_the_order_in_which_they_came_and_go_when_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let queue = Queue::open(dir.path(), options()).unwrap();
    queue
        .append(NOW_MS, Incoming::floats(&[sample("a", 1), sample("b", 1), sample("a", 2)]))
        .unwrap();
    queue.append(NOW_MS + 5, Incoming::floats(&[sample("a", 3)])).unwrap();
    let standing = queue.standing();
    assert_eq!((standing.samples, standing.oldest_at_ms), (4, Some(NOW_MS)));
    let lane = queue.lanes().swap_remove(0);
    let mut batch = queue.next(&lane, NOW_MS).unwrap().unwrap();
    assert_eq!(shown(&batch), "a 1, a 2, a 3, b 1");
    assert_eq!((batch.samples, batch.oldest_at_ms), (4, NOW_MS));
    // Not acknowledged: the same again.
    queue.append(NOW_MS, Incoming::floats(&[sample("a", 4)])).unwrap();
    assert!(!batch.again);
    batch.again = true;
    assert_eq!(queue.next(&lane, NOW_MS).unwrap(), Some(batch.clone()));
    queue.acknowledge(&lane, &batch).unwrap();
    assert_eq!(drained(&queue), ["a 4"]);
    assert_eq!((queue.standing().samples, queue.standing().oldest_at_ms), (0, None));
}

#[test]
fn batch_under_way_is_the_same_after_a_restart_whatever_came_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let queue = Queue::open(dir.path(), options()).unwrap();
    queue.append(NOW_MS, Incoming::floats(&[sample("a", 1), sample("b", 1)])).unwrap();
    let lane = queue.lanes().swap_remove(0);
    let sent = queue.next(&lane, NOW_MS).unwrap().unwrap();
    queue.append(NOW_MS, Incoming::floats(&[sample("a", 2)])).unwrap();
    // The process ends here: nothing is closed, nothing synced.
    std::mem::forget(queue);
    let queue = Queue::open(dir.path(), options()).unwrap();
    assert_eq!(drained(&queue), [shown(&sent), "a 2".to_owned()]);
    drop(queue);
    let queue = Queue::open(dir.path(), options()).unwrap();
    assert_eq!(drained(&queue), [""; 0]);
}

#[test]
fn a_batch_holds_whole_appends_and_a_large_append_is_cut() {
    let dir = tempfile::tempdir().unwrap();
    let queue =
        Queue::open(dir.path(), QueueOptions { batch_samples_max: 3, ..options() }).unwrap();
    let samples: Vec<_> = (1..=4).map(|at| sample("a", at)).collect();
    queue.append(NOW_MS, Incoming::floats(&samples)).unwrap();
    queue.append(NOW_MS, Incoming::floats(&[sample("a", 5)])).unwrap();
    queue.append(NOW_MS, Incoming::floats(&[sample("a", 6), sample("a", 7)])).unwrap();
    queue.append(NOW_MS, Incoming::floats(&[])).unwrap();
    assert_eq!(drained(&queue), ["a 1, a 2, a 3", "a 4, a 5", "a 6, a 7"]);
}

#[test]
fn series_keep_to_their_lane() {
    let dir = tempfile::tempdir().unwrap();
    let queue = Queue::open(dir.path(), QueueOptions { lanes: 4, ..options() }).unwrap();
    let hosts: Vec<String> = (0..40).map(|host| format!("h{host}")).collect();
    for at in 0..3 {
        let samples: Vec<_> = hosts.iter().map(|host| sample(host, at)).collect();
        queue.append(NOW_MS, Incoming::floats(&samples)).unwrap();
    }
    let mut seen = std::collections::HashMap::new();
    for (number, lane) in queue.lanes().iter().enumerate() {
        while let Some(batch) = queue.next(lane, NOW_MS).unwrap() {
            queue.acknowledge(lane, &batch).unwrap();
            for series in batch.series {
                assert_eq!(*seen.entry(series.labels.clone()).or_insert(number), number);
            }
        }
    }
    assert_eq!(seen.len(), 40);
    let used: std::collections::HashSet<_> = seen.values().collect();
    assert_eq!(used.len(), 4);
}

#[test]
fn lanes_of_another_number_wait_until_the_old_ones_are_empty() {
    let dir = tempfile::tempdir().unwrap();
    let queue = Queue::open(dir.path(), options()).unwrap();
    queue.append(NOW_MS, Incoming::floats(&[sample("a", 1)])).unwrap();
    queue.apply(QueueOptions { lanes: 3, ..options() }).unwrap();
    queue.append(NOW_MS, Incoming::floats(&[sample("a", 2)])).unwrap();
    let newer = |queue: &Queue| {
        let lanes = queue.lanes();
        let next = lanes[1..].iter().find_map(|lane| queue.next(lane, NOW_MS).unwrap());
        next.map(|batch| shown(&batch))
    };
    assert_eq!((queue.lanes().len(), newer(&queue)), (4, None));
    // Also after a restart.
    drop(queue);
    let queue = Queue::open(dir.path(), QueueOptions { lanes: 3, ..options() }).unwrap();
    assert_eq!((queue.lanes().len(), newer(&queue)), (4, None));
    assert_eq!(taken(&queue).as_deref(), Some("a 1"));
    assert_eq!(newer(&queue).as_deref(), Some("a 2"));
    drop(queue);
    // The empty ones are gone then.
    let queue = Queue::open(dir.path(), QueueOptions { lanes: 3, ..options() }).unwrap();
    assert_eq!(queue.lanes().len(), 3);
    assert_eq!(queue.standing().samples, 1);
}
