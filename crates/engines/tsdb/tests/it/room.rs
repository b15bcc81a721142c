//! Retention by size: some series lose their oldest points, and nobody else does.

use crate::{DAY_MS, HOUR_MS, MINUTE_MS, damage_free, sample, select};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use tsdb::{
    Aggregate, DiskStore, Maintained, Options, Retention, Rollup, Sample, SelectLimits, Selector,
    SeriesStore, TimeRange, Tuning,
};

fn rule(selector: &str, bytes_max: u64) -> Retention {
    let selector = Selector::parse(selector).unwrap();
    Retention { selector, keep_ms: None, bytes_max: Some(bytes_max) }
}

fn options(retentions: Vec<Retention>) -> Options {
    Options { retentions, retention_ms: 400 * DAY_MS, block_days: 3, ..Options::default() }
}

/// Noise each five minutes of three hosts, of which `big` has ten metrics.
fn fill(store: &DiskStore, hours: Range<i64>) {
    for hour in hours {
        let mut batch: Vec<Sample> = Vec::new();
        for minute in (0..60).step_by(5) {
            let at_ms = hour * HOUR_MS + minute * MINUTE_MS + 1;
            let value = |n: i64| ((at_ms + n) as f64).sin();
            batch.extend((0..10).map(|n| sample(&format!("m{n}"), "big", at_ms, value(n))));
            batch.push(sample("m0", "small", at_ms, value(10)));
            batch.push(sample("n0", "other", at_ms, value(11)));
        }
        assert_eq!(store.append(&batch).unwrap().stored, batch.len() as u64);
        if hour % 8 == 7 {
            store.maintain((hour + 1) * HOUR_MS).unwrap();
        }
    }
}

/// Looks after the store until nothing is left to do.
fn settle(store: &DiskStore, now_ms: i64) {
    for _ in 0..300 {
        if store.maintain(now_ms).unwrap() == Maintained::default() {
            return;
        }
    }
    panic!("there is always something to do");
}

/// The times of the points of a host, by series.
fn times(store: &DiskStore, host: &str) -> BTreeMap<String, Vec<i64>> {
    let found = select(store, &format!("{{host=\"{host}\"}}")).into_iter();
    let times = |points: &[tsdb::Point]| points.iter().map(|point| point.at_ms).collect();
    found.map(|series| (series.labels.to_string(), times(&series.points))).collect()
}

/// The time from which on all series of a host are there, whole up to `end_ms`.
fn begin(store: &DiskStore, host: &str, end_ms: i64) -> Option<i64> {
    let all = times(store, host);
    let begin = *all.values().next()?.first()?;
    let whole: Vec<i64> = (begin..end_ms).step_by(5 * MINUTE_MS as usize).collect();
    assert!(all.values().all(|times| *times == whole), "{host} has gaps after {begin}");
    Some(begin)
}

fn bytes(store: &DiskStore) -> Vec<Option<u64>> {
    store.stats().retentions.iter().map(|known| known.bytes).collect()
}

fn tune(store: &DiskStore, retentions: Vec<Retention>) {
    store.tune(Tuning { retentions, ..Tuning::clone(&store.tuning()) });
}

#[test]
fn series_that_take_too_much_lose_their_oldest_points_and_nobody_else_does() {
    let dir = tempfile::tempdir().unwrap();
    let store = DiskStore::open(dir.path(), options(Vec::new())).unwrap();
    let end_ms = 12 * DAY_MS;
    fill(&store, 0..12 * 24);
    settle(&store, end_ms + HOUR_MS);
    let before = store.stats();
    assert_eq!(before.retentions, []);
    let others = [times(&store, "small"), times(&store, "other")];
    tune(&store, vec![rule("{host=\"big\"}", u64::MAX), rule("m0", u64::MAX)]);
    assert_eq!(bytes(&store), [None, None], "not counted yet");
    store.maintain(end_ms + HOUR_MS).unwrap();
    let [Some(big), Some(small)] = bytes(&store)[..] else { panic!("{:?}", bytes(&store)) };
    assert!(big > 8 * small && big + 2 * small > before.block_bytes * 9 / 10, "{big} {small}");
    tune(&store, vec![rule("{host=\"big\"}", big / 2), rule("m0", u64::MAX)]);
    settle(&store, end_ms + HOUR_MS);
    let after = store.stats();
    let [Some(left), Some(same)] = bytes(&store)[..] else { panic!("{:?}", bytes(&store)) };
    assert!(left <= big / 2 && left > big * 3 / 8, "{left} of {big}");
    assert!(same.abs_diff(small) < small / 4, "{same} of {small}");
    let gone = before.block_bytes - after.block_bytes;
    assert!(gone > big * 3 / 8, "{gone} bytes were given back");
    let begin_ms = begin(&store, "big", end_ms).unwrap();
    assert!((6 * DAY_MS..=8 * DAY_MS).contains(&begin_ms), "{begin_ms}");
    assert_eq!([times(&store, "small"), times(&store, "other")], others);
    assert!(damage_free(&after));
}

#[test]
fn what_has_gone_stays_away_and_what_is_left_is_found_again_after_a_start() {
    let dir = tempfile::tempdir().unwrap();
    let store = DiskStore::open(dir.path(), options(Vec::new())).unwrap();
    let (end_ms, big) = (9 * DAY_MS, "{host=\"big\"}");
    fill(&store, 0..9 * 24);
    settle(&store, end_ms + HOUR_MS);
    let others = [times(&store, "small"), times(&store, "other")];
    let room = store.stats().block_bytes / 3;
    tune(&store, vec![rule(big, room)]);
    // Hidden at once, and merged away block by block.
    let done = store.maintain(end_ms + HOUR_MS).unwrap();
    assert!(done.series_let_go >= 20 && done.blocks_merged == 1, "{done:?}");
    let begin_ms = begin(&store, "big", end_ms).unwrap();
    assert!(begin_ms > 4 * DAY_MS, "{begin_ms}");
    drop(store);
    let store = DiskStore::open(dir.path(), options(vec![rule(big, room)])).unwrap();
    settle(&store, end_ms + HOUR_MS);
    let again_ms = begin(&store, "big", end_ms).unwrap();
    assert!((begin_ms..=begin_ms + DAY_MS).contains(&again_ms), "{again_ms} after {begin_ms}");
    assert!(bytes(&store)[0] <= Some(room), "{:?} of {room}", bytes(&store));
    tune(&store, vec![rule(big, 100 * room)]);
    settle(&store, end_ms + HOUR_MS);
    assert_eq!(begin(&store, "big", end_ms), Some(again_ms), "what has gone does not come back");
    tune(&store, vec![rule(big, room / 2)]);
    settle(&store, end_ms + HOUR_MS);
    let later_ms = begin(&store, "big", end_ms).unwrap();
    assert!(later_ms > again_ms + DAY_MS, "{later_ms}");
    tune(&store, vec![rule(big, 0)]);
    settle(&store, end_ms + HOUR_MS);
    assert_eq!((bytes(&store), begin(&store, "big", end_ms)), (vec![Some(0)], None));
    tune(&store, Vec::new());
    settle(&store, end_ms + HOUR_MS);
    assert_eq!([times(&store, "small"), times(&store, "other")], others);
    assert!(damage_free(&store.stats()));
}

#[test]
fn first_rule_claims_and_time_and_size_hold_both() {
    let dir = tempfile::tempdir().unwrap();
    let timed = |selector, days: i64, bytes_max| Retention {
        keep_ms: Some(days * DAY_MS),
        ..rule(selector, bytes_max)
    };
    // The second would leave nothing of what the first claims.
    let rules = vec![timed("{host=\"small\"}", 4, u64::MAX), timed("m0", 7, 0), rule("n0", 9_000)];
    let store = DiskStore::open(dir.path(), options(rules)).unwrap();
    let end_ms = 9 * DAY_MS;
    fill(&store, 0..9 * 24);
    settle(&store, end_ms + HOUR_MS);
    let small_ms = begin(&store, "small", end_ms).unwrap();
    assert!((3 * DAY_MS..=6 * DAY_MS).contains(&small_ms), "{small_ms}");
    let found = times(&store, "big");
    assert_eq!(found.len(), 9, "all but its `m0`");
    assert!(found.values().all(|times| times.len() == 9 * 288));
    let [Some(small), Some(0), Some(other)] = bytes(&store)[..] else { panic!() };
    assert!(small > 0 && (4_000..=9_000).contains(&other), "{small} {other}");
    assert!(begin(&store, "other", end_ms) > Some(0));
}

fn windows(store: &DiskStore, selector: &str, step_ms: i64) -> Vec<(String, Range<i64>)> {
    let mut found = Vec::new();
    let (selector, limits) = (Selector::parse(selector).unwrap(), SelectLimits::default());
    let key = (step_ms, Aggregate::Sum);
    store
        .select_rollup(&selector, TimeRange::ALL, key, &limits, &mut |column| {
            let day = |at: usize| (column.times[at] - 1) / DAY_MS;
            let days = day(0)..day(column.times.len() - 1) + 1;
            assert_eq!(column.times.len() as i64, (days.end - days.start) * DAY_MS / step_ms);
            found.push((column.labels.to_string(), days));
            ControlFlow::Continue(())
        })
        .unwrap();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn roll_ups_take_half_of_the_room_and_give_back_what_goes() {
    let dir = tempfile::tempdir().unwrap();
    let steps = [5 * MINUTE_MS, HOUR_MS];
    let options = |rules| Options {
        rollups: steps.map(Rollup::for_ever).to_vec(),
        block_days: 1,
        ..options(rules)
    };
    let store = DiskStore::open(dir.path(), options(Vec::new())).unwrap();
    let now_ms = 8 * DAY_MS + HOUR_MS;
    fill(&store, 0..8 * 24);
    settle(&store, now_ms);
    let of_others = "{host=~\"small|other\"}";
    let others = |store: &DiskStore| steps.map(|step| windows(store, of_others, step));
    let (before, small) = (store.stats(), others(&store));
    assert_eq!(small[0].iter().map(|(_, days)| days.clone()).collect::<Vec<_>>(), [0..8, 0..8]);
    let rolled_bytes =
        |store: &DiskStore| store.stats().rollups.iter().map(|rollup| rollup.bytes).sum::<u64>();
    // More for roll-ups than the hours take, less than both steps do.
    let room = rolled_bytes(&store);
    tune(&store, vec![rule("{host=\"big\"}", room)]);
    settle(&store, now_ms);
    assert!(bytes(&store)[0] <= Some(room), "{:?} of {room}", bytes(&store));
    let (five, hour) =
        (windows(&store, "{host=\"big\"}", steps[0]), windows(&store, "{host=\"big\"}", steps[1]));
    assert_eq!((five.len(), hour.len()), (10, 10));
    let days = five[0].1.clone();
    assert!(days.start > 0 && days.end == 8 && five.iter().all(|(_, own)| *own == days));
    assert!(hour.iter().all(|(_, days)| *days == (0..8)), "{hour:?}");
    assert_eq!(others(&store), small);
    let given_back = before.rollups.iter().map(|r| r.bytes).sum::<u64>() - rolled_bytes(&store);
    assert!(given_back > room / 5, "{given_back} of {room}");
    let (five, told) = (windows(&store, "{host=\"big\"}", steps[0]), store.stats().rollups);
    drop(store);
    let store = DiskStore::open(dir.path(), options(vec![rule("{host=\"big\"}", room)])).unwrap();
    assert_eq!((windows(&store, "{host=\"big\"}", steps[0]), store.stats().rollups), (five, told));
    settle(&store, now_ms);
    // Days that are rolled up later are numbered beyond those written anew.
    fill(&store, 8 * 24..9 * 24);
    settle(&store, 9 * DAY_MS + HOUR_MS);
    assert_eq!(windows(&store, "n0", HOUR_MS)[0].1, 0..9);
    tune(&store, vec![rule("{__name__=~\".+\"}", 0)]);
    settle(&store, 9 * DAY_MS + HOUR_MS);
    assert_eq!((store.stats().blocks, rolled_bytes(&store)), (0, 0));
    assert!(damage_free(&store.stats()));
}

#[derive(Debug, Clone)]
enum Step {
    Hours(i64),
    Room(u64),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (8_i64..40).prop_map(Step::Hours),
        2 => (0_u64..200_000).prop_map(Step::Room),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Of what is written in the order of time.
    #[test]
    fn oldest_points_go_first_and_what_stays_fits(
        steps in prop::collection::vec(step(), 1..9),
        block_days in 1_u32..4,
    ) {
        let dir = tempfile::tempdir().unwrap();
        let open = |rules| {
            let options = Options { block_days, ..options(rules) };
            DiskStore::open(dir.path(), options).unwrap()
        };
        let (mut room, mut hour) = (50_000, 0);
        let mut store = open(vec![rule("{host=\"big\"}", room)]);
        for step in steps {
            match step {
                Step::Hours(hours) => {
                    fill(&store, hour..hour + hours);
                    hour += hours;
                }
                Step::Room(bytes) => {
                    room = bytes;
                    tune(&store, vec![rule("{host=\"big\"}", room)]);
                }
                Step::Reopen => {
                    drop(store);
                    store = open(vec![rule("{host=\"big\"}", room)]);
                }
            }
            let end_ms = hour * HOUR_MS;
            settle(&store, end_ms + 20 * MINUTE_MS);
            let big = begin(&store, "big", end_ms);
            let others = ["small", "other"].map(|host| begin(&store, host, end_ms));
            prop_assert_eq!(others, [(hour > 0).then_some(1); 2]);
            let taken = bytes(&store)[0].unwrap();
            prop_assert!(taken <= room && (big.is_some() || taken == 0), "{} of {}", taken, room);
            prop_assert!(damage_free(&store.stats()));
        }
    }
}
