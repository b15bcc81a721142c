//! What series amount to: the same as if every point were read.

use crate::{DAY_MS, HOUR_MS, MINUTE_MS, open, sample};
use tsdb::{DiskStore, SelectLimits, Selector, SeriesStore, Statistics, TimeRange};

fn read(store: &DiskStore, range: TimeRange) -> (Statistics, Statistics) {
    let selection = store.selection(&Selector::metric("m"), range, &SelectLimits::default());
    let selection = selection.unwrap();
    if selection.is_empty() {
        return Default::default();
    }
    let column = selection.read(0);
    let values = || column.values.iter().filter(|value| value.to_bits() != 0x7ff0_0000_0000_0002);
    let one_by_one = Statistics {
        count: values().count() as u64,
        min: values().copied().fold(f64::NAN, f64::min),
        max: values().copied().fold(f64::NAN, f64::max),
        sum: values().fold(0.0, |sum, value| sum + value),
    };
    (selection.reader().statistics(0), one_by_one)
}

fn check(store: &DiskStore) {
    let ends = [i64::MIN, 0, 7 * MINUTE_MS, 2 * HOUR_MS, 3 * HOUR_MS + 1, 5 * HOUR_MS, i64::MAX];
    for (at, from_ms) in ends.into_iter().enumerate() {
        for to_ms in ends[at..].iter().copied() {
            let (found, wanted) = read(store, TimeRange { from_ms, to_ms });
            // Whole numbers below 2^53 in any order have one sum.
            assert_eq!(format!("{found:?}"), format!("{wanted:?}"), "{from_ms} to {to_ms}");
        }
    }
}

#[test]
fn statistics_are_those_of_the_points_wherever_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for minute in 0..7 * 60 {
        let value = if minute % 50 == 3 {
            f64::from_bits(0x7ff0_0000_0000_0002)
        } else {
            ((minute * 37) % 1_001) as f64 - 400.0
        };
        store.append(&[sample("m", "a", minute * MINUTE_MS, value)]).unwrap();
        if minute % 60 == 59 {
            store.maintain(minute * MINUTE_MS).unwrap();
        }
    }
    assert!(store.stats().blocks >= 2 && store.stats().points_live > 0);
    check(&store);
    // Late points lie among those of the blocks, and some are there already.
    let range = TimeRange { from_ms: HOUR_MS, to_ms: HOUR_MS + 9 * MINUTE_MS };
    store.delete(&Selector::metric("m"), range).unwrap();
    check(&store);
    store.maintain(12 * HOUR_MS).unwrap();
    let late: Vec<_> =
        (0..90).map(|n| sample("m", "a", n * 2 * MINUTE_MS + n % 2, 5_000.0)).collect();
    store.append(&late).unwrap();
    check(&store);
    store.maintain(14 * HOUR_MS).unwrap();
    check(&store);
    for _ in 0..3 {
        store.maintain(3 * DAY_MS).unwrap();
        check(&store);
    }
    assert!(store.stats().blocks <= 2, "the day, and what came late");
}
