use forward::{Incoming, Queue, QueueOptions};
use proptest::prelude::*;

use crate::house::{NOW_MS, options, sample};

#[derive(Debug, Clone)]
enum Step {
    Append(u8),
    Send,
    SendAndEnd,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_u8..12).prop_map(Step::Append),
        4 => Just(Step::Send),
        1 => Just(Step::SendAndEnd),
        1 => Just(Step::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The far side keeps the newest time of the series: what is not newer is a repetition, and
    /// what is more than one newer is a loss.
    #[test]
    fn nothing_is_lost_and_only_whole_batches_come_twice(
        steps in prop::collection::vec(step(), 1..60)
    ) {
        let dir = tempfile::tempdir().unwrap();
        let options = QueueOptions { bytes_max: 8 << 20, ..options() };
        let mut queue = Queue::open(dir.path(), options).unwrap();
        let (mut put, mut arrived, mut last): (i64, i64, Option<Vec<i64>>) = (0, 0, None);
        for step in steps.into_iter().chain(std::iter::repeat_n(Step::Send, 100)) {
            if let Step::Append(count) = step {
                let next = put + i64::from(count);
                let samples: Vec<_> = (put + 1..=next).map(|at| sample("a", at)).collect();
                queue.append(NOW_MS, Incoming::floats(&samples)).unwrap();
                put = next;
                continue;
            }
            if !matches!(step, Step::Restart) {
                let lane = queue.lanes().swap_remove(0);
                let Some(batch) = queue.next(&lane, NOW_MS).unwrap() else { continue };
                let points = batch.series.iter().flat_map(|series| &series.points);
                let times: Vec<i64> = points.map(|point| point.at_ms - NOW_MS).collect();
                if times[0] <= arrived {
                    prop_assert_eq!(Some(&times), last.as_ref(), "a repetition is exact");
                } else {
                    prop_assert_eq!(times[0], arrived + 1, "nothing is left out");
                }
                arrived = times[times.len() - 1];
                last = Some(times);
                if matches!(step, Step::Send) {
                    queue.acknowledge(&lane, &batch).unwrap();
                }
            }
            if !matches!(step, Step::Send) {
                drop(queue);
                queue = Queue::open(dir.path(), options).unwrap();
            }
        }
        prop_assert_eq!(arrived, put);
        prop_assert_eq!(queue.standing().samples, 0);
    }
}
