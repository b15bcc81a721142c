//! Answers from roll-ups are what the points say, also of days that are not rolled up, and of the
//! time before the points that are kept.

use crate::{DAY_MS, HOUR_MS, MINUTE_MS, sample};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tsdb::{
    Aggregate, DiskStore, Histogram, HistogramSample, Labels, NativeHistogram, Options, Points,
    Rolled, Rollup, Sample, SelectLimits, Selector, SeriesStore, SeriesWindows, TimeRange, Tuning,
};

const FIVE_MINUTES: i64 = 5 * MINUTE_MS;
/// An hour of the fourth day.
const NOW_MS: i64 = 3 * DAY_MS + 7 * HOUR_MS;

fn options() -> Options {
    let rollups = vec![Rollup::for_ever(FIVE_MINUTES), Rollup::for_ever(HOUR_MS)];
    Options { rollups, out_of_order_ms: HOUR_MS, ..Options::default() }
}

fn upkeep(store: &DiskStore, now_ms: i64) {
    for _ in 0..30 {
        store.maintain(now_ms).unwrap();
    }
}

/// Every minute a value of three days and some hours, of two hosts.
fn values(host: i64) -> impl Iterator<Item = (i64, f64)> {
    let value = move |minute: i64| f64::from(((minute * 37 + host * 11) % 1_009) as i32) / 8.0;
    (1..NOW_MS / MINUTE_MS).map(move |minute| (minute * MINUTE_MS + host, value(minute)))
}

fn filled(store: &DiskStore) {
    for host in [0, 1] {
        let name = format!("h{host}");
        let batch: Vec<Sample> =
            values(host).map(|(at_ms, value)| sample("load", &name, at_ms, value)).collect();
        store.append(&batch).unwrap();
    }
}

/// By host and end of window.
type Found = BTreeMap<(String, i64), Vec<f64>>;

fn asked(
    store: &DiskStore,
    range: TimeRange,
    step_ms: i64,
    aggregates: &[Aggregate],
) -> Option<Found> {
    let rolled = Rolled { step_ms, aggregates };
    let (selector, limits) = (Selector::metric("load"), SelectLimits::default());
    let windows = store.windows(&selector, range, rolled, &limits).unwrap()?;
    let (mut reader, mut room) = (windows.reader(), SeriesWindows::default());
    let mut found = Found::new();
    for (at, labels) in windows.label_sets().iter().enumerate() {
        reader.read_into(at, &mut room);
        for (number, end) in room.times.iter().enumerate() {
            let values = room.values.iter().map(|column| column[number]).collect();
            let before = found.insert((labels.get("host").unwrap().to_owned(), *end), values);
            assert_eq!(before, None, "{labels} {end}");
        }
    }
    Some(found)
}

/// The same of the points that the store shows.
fn expected(store: &DiskStore, range: TimeRange, step_ms: i64, aggregates: &[Aggregate]) -> Found {
    let (selector, limits) = (Selector::metric("load"), SelectLimits::default());
    let mut windows: BTreeMap<(String, i64), Vec<f64>> = BTreeMap::new();
    for series in store.select(&selector, TimeRange::ALL, &limits).unwrap() {
        for point in series.points.iter().filter(|point| !series::is_stale(point.value)) {
            let end = (point.at_ms + step_ms - 1).div_euclid(step_ms) * step_ms;
            let host = series.labels.get("host").unwrap().to_owned();
            windows.entry((host, end)).or_default().push(point.value);
        }
    }
    windows.retain(|(_, end), _| range.from_ms <= *end && *end <= range.to_ms);
    let value = |points: &[f64], aggregate: &Aggregate| match aggregate {
        Aggregate::Count => points.len() as f64,
        Aggregate::Last => *points.last().unwrap(),
        Aggregate::Max => points.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Aggregate::Min => points.iter().copied().fold(f64::INFINITY, f64::min),
        // Eighths add up without a rest.
        Aggregate::Sum => points.iter().sum(),
        Aggregate::Increase => unreachable!("nobody asks"),
    };
    let all = |points: Vec<f64>| aggregates.iter().map(|one| value(&points, one)).collect();
    windows.into_iter().map(|(key, points)| (key, all(points))).collect()
}

#[track_caller]
fn agree(store: &DiskStore, range: TimeRange) {
    for step_ms in [FIVE_MINUTES, HOUR_MS] {
        for aggregates in [
            &[Aggregate::Sum, Aggregate::Count][..],
            &[Aggregate::Min],
            &[Aggregate::Max],
            &[Aggregate::Last],
        ] {
            let found = asked(store, range, step_ms, aggregates).unwrap();
            assert_eq!(found, expected(store, range, step_ms, aggregates), "{aggregates:?}");
        }
    }
}

#[test]
fn windows_are_what_the_points_say_rolled_up_or_not() {
    let dir = tempfile::tempdir().unwrap();
    let store = DiskStore::open(dir.path(), options()).unwrap();
    filled(&store);
    let all = TimeRange { from_ms: 1, to_ms: NOW_MS };
    assert_eq!(asked(&store, all, HOUR_MS, &[Aggregate::Max]), None, "nothing is rolled up");
    assert_eq!(store.rollup_step(DAY_MS), None);
    upkeep(&store, NOW_MS);
    assert_eq!(store.rolled_up_to(HOUR_MS), Some(3 * DAY_MS));
    assert_eq!(store.rollup_step(DAY_MS), Some(HOUR_MS));
    assert_eq!(store.rollup_step(90 * MINUTE_MS), Some(FIVE_MINUTES));
    assert_eq!((store.rollup_step(MINUTE_MS), store.rollup_step(0)), (None, None));
    agree(&store, all);
    agree(&store, TimeRange { from_ms: DAY_MS - 2 * HOUR_MS + 1, to_ms: DAY_MS + 3 * HOUR_MS });
    // A day that is not rolled up is nobody's business here.
    let today = TimeRange { from_ms: 3 * DAY_MS + 1, to_ms: NOW_MS };
    assert_eq!(asked(&store, today, HOUR_MS, &[Aggregate::Max]), None);
    drop(store);
    let store = DiskStore::open(dir.path(), options()).unwrap();
    agree(&store, all);
}

#[test]
fn days_of_longer_blocks_that_are_not_rolled_up_are_read_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let store = DiskStore::open(dir.path(), Options { rollups: Vec::new(), ..options() }).unwrap();
    filled(&store);
    upkeep(&store, NOW_MS);
    assert_eq!(store.stats().blocks, 2, "three days are one block");
    let tune = |rollups: Vec<Rollup>| {
        store.tune(Tuning { rollups, ..Tuning::clone(&store.tuning()) });
    };
    tune(options().rollups);
    let later = |minute: i64| sample("load", "h0", NOW_MS + minute * MINUTE_MS, minute as f64);
    store.append(&(0..DAY_MS / MINUTE_MS).map(later).collect::<Vec<Sample>>()).unwrap();
    upkeep(&store, NOW_MS + DAY_MS);
    assert_eq!(store.rolled_up_to(HOUR_MS), Some(4 * DAY_MS));
    let all = TimeRange { from_ms: 1, to_ms: NOW_MS + DAY_MS };
    agree(&store, all);
    // Those of the last day go; its points stay for longer.
    tune(options().rollups.iter().map(|one| Rollup { keep_ms: Some(1), ..*one }).collect());
    upkeep(&store, NOW_MS + DAY_MS);
    assert_eq!(store.rolled_up_to(HOUR_MS), None);
    assert_eq!(asked(&store, all, HOUR_MS, &[Aggregate::Max]), None);
}

#[test]
fn late_points_and_deleted_ones_count_before_the_day_is_rolled_up_again() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { out_of_order_ms: 3 * DAY_MS, ..options() };
    let store = DiskStore::open(dir.path(), options.clone()).unwrap();
    filled(&store);
    let all = TimeRange { from_ms: 1, to_ms: NOW_MS };
    upkeep(&store, NOW_MS + 4 * DAY_MS);
    agree(&store, all);
    store.append(&[sample("load", "h0", DAY_MS + 90_001, 77_777.0)]).unwrap();
    let found = asked(&store, all, HOUR_MS, &[Aggregate::Max]).unwrap();
    assert_eq!(found[&("h0".to_owned(), DAY_MS + HOUR_MS)], [77_777.0]);
    agree(&store, all);
    upkeep(&store, NOW_MS + 5 * DAY_MS);
    agree(&store, all);
    let gone = TimeRange { from_ms: DAY_MS + HOUR_MS + 30, to_ms: DAY_MS + 5 * HOUR_MS };
    store.delete(&Selector::parse("load{host=\"h0\"}").unwrap(), gone).unwrap();
    agree(&store, all);
    upkeep(&store, NOW_MS + 5 * DAY_MS);
    agree(&store, all);
    drop(store);
    agree(&DiskStore::open(dir.path(), options).unwrap(), all);
}

#[test]
fn native_histograms_are_no_windows() {
    let dir = tempfile::tempdir().unwrap();
    let store = DiskStore::open(dir.path(), options()).unwrap();
    filled(&store);
    upkeep(&store, NOW_MS);
    let all = TimeRange { from_ms: 1, to_ms: NOW_MS };
    let held = |metric: &str| HistogramSample {
        labels: Labels::new(metric, [("host", "h2")]).unwrap(),
        at_ms: NOW_MS,
        histogram: NativeHistogram::Float(Histogram::default()),
    };
    store.append_histograms(&[held("other")]).unwrap();
    assert!(asked(&store, all, HOUR_MS, &[Aggregate::Count]).is_some());
    store.append_histograms(&[held("load")]).unwrap();
    assert_eq!(asked(&store, all, HOUR_MS, &[Aggregate::Count]), None);
}

/// Floats of one series as a far selection shows them.
fn far(store: &DiskStore, range: TimeRange, of_counter: bool) -> Option<Vec<(i64, f64)>> {
    let (selector, limits) = (Selector::metric("load"), SelectLimits::default());
    let found = store.far_selection(&selector, range, of_counter, &limits).unwrap()?;
    let mut points = Points::default();
    let at = found.label_sets().iter().position(|l| l.get("host") == Some("h0")).unwrap();
    found.reader().read_into(at, &mut points);
    Some(points.times.into_iter().zip(points.values).collect())
}

#[test]
fn roll_ups_stand_in_for_points_that_are_no_longer_kept() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { retention_ms: 2 * DAY_MS, ..options() };
    let store = DiskStore::open(dir.path(), options).unwrap();
    filled(&store);
    let all = TimeRange { from_ms: 1, to_ms: NOW_MS };
    upkeep(&store, 2 * DAY_MS);
    upkeep(&store, NOW_MS - DAY_MS);
    assert_eq!(far(&store, all, false), None, "all points are there");
    let sums = asked(&store, all, HOUR_MS, &[Aggregate::Sum]).unwrap();
    let last_of = |end: i64| values(0).take_while(|(at_ms, _)| *at_ms <= end).last().unwrap().1;
    let rise_of = |from: i64, to: i64| -> f64 {
        let counted: Vec<f64> = values(0)
            .filter(|(at, _)| *at <= to)
            .filter(|(at, _)| *at >= from)
            .map(|p| p.1)
            .collect();
        let rise = |pair: &[f64]| if pair[1] < pair[0] { pair[1] } else { pair[1] - pair[0] };
        counted.windows(2).map(rise).sum()
    };
    upkeep(&store, NOW_MS);
    upkeep(&store, NOW_MS + DAY_MS);
    let kept_from = select_first(&store);
    assert!(kept_from >= DAY_MS, "{kept_from}");
    assert_eq!(asked(&store, all, HOUR_MS, &[Aggregate::Sum]).unwrap(), sums);
    let found = far(&store, all, false).unwrap();
    let before: Vec<_> = found.iter().filter(|(at_ms, _)| *at_ms < kept_from).copied().collect();
    let ends = (1..).map(|window| window * FIVE_MINUTES).take_while(|end| *end < kept_from);
    assert_eq!(before, ends.map(|end| (end, last_of(end))).collect::<Vec<_>>());
    assert!(found.len() > before.len() + 1_000);
    // Over a month back nothing is known, and nothing is made up.
    let earlier = TimeRange { from_ms: -30 * DAY_MS, to_ms: -DAY_MS };
    assert_eq!(far(&store, earlier, false), None);
    let counted = far(&store, all, true).unwrap();
    let last = counted.iter().rev().find(|(at_ms, _)| *at_ms < kept_from).unwrap();
    assert_eq!(*last, *before.last().unwrap());
    let (first, rise) = (counted[0], rise_of(counted[0].0, last.0));
    assert!((last.1 - first.1 - rise).abs() < 1e-6, "{first:?} {last:?} {rise}");
    assert!(counted.windows(2).take(before.len() - 1).all(|pair| pair[0].1 <= pair[1].1));
    // The series is still listed, and can still be deleted.
    let listed = store.series(
        &Selector::metric("load"),
        TimeRange { to_ms: 9_000_000, ..all },
        &SelectLimits::default(),
    );
    assert_eq!(listed.unwrap().len(), 2);
    let gone = TimeRange { from_ms: HOUR_MS + 1, to_ms: 2 * HOUR_MS };
    assert!(store.delete(&Selector::metric("load"), gone).unwrap() > 0);
    let check = |store: &DiskStore| {
        let found = far(store, all, false).unwrap();
        assert!(found.iter().all(|(at_ms, _)| !(gone.from_ms..=gone.to_ms).contains(at_ms)));
        let windows = asked(store, all, HOUR_MS, &[Aggregate::Sum]).unwrap();
        assert!(!windows.contains_key(&("h0".to_owned(), 2 * HOUR_MS)));
        assert!(windows.contains_key(&("h0".to_owned(), 3 * HOUR_MS)));
    };
    check(&store);
    upkeep(&store, NOW_MS + DAY_MS);
    drop(store);
    let options = Options { retention_ms: 2 * DAY_MS, ..self::options() };
    check(&DiskStore::open(dir.path(), options).unwrap());
}

fn select_first(store: &DiskStore) -> i64 {
    let found =
        store.select(&Selector::metric("load"), TimeRange::ALL, &SelectLimits::default()).unwrap();
    found.iter().filter_map(|series| Some(series.points.first()?.at_ms)).min().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any points: numbers of any size, NaN, infinities, markers, gaps, several a window.
    #[test]
    fn greatest_least_last_and_count_are_the_same_to_the_bit(
        points in prop::collection::btree_map(
            1..NOW_MS,
            prop_oneof![
                any::<f64>(),
                Just(f64::NAN),
                Just(f64::from_bits(0x7ff0_0000_0000_0002)),
                Just(0.0),
                Just(-0.0),
            ],
            1..400,
        ),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let store = DiskStore::open(dir.path(), options()).unwrap();
        let batch: Vec<Sample> =
            points.iter().map(|(at_ms, value)| sample("load", "h0", *at_ms, *value)).collect();
        store.append(&batch).unwrap();
        upkeep(&store, NOW_MS);
        let all = TimeRange { from_ms: 1, to_ms: NOW_MS + HOUR_MS };
        for aggregate in [Aggregate::Min, Aggregate::Max, Aggregate::Last, Aggregate::Count] {
            let Some(found) = asked(&store, all, HOUR_MS, &[aggregate]) else { continue };
            let mut wanted: BTreeMap<i64, f64> = BTreeMap::new();
            for (at_ms, value) in points.iter().filter(|(_, value)| !series::is_stale(**value)) {
                let end = (at_ms + HOUR_MS - 1).div_euclid(HOUR_MS) * HOUR_MS;
                // As PromQL goes through them.
                wanted
                    .entry(end)
                    .and_modify(|known| {
                        let takes = match aggregate {
                            Aggregate::Min => *value < *known || known.is_nan(),
                            Aggregate::Max => *value > *known || known.is_nan(),
                            _ => aggregate == Aggregate::Last,
                        };
                        if aggregate == Aggregate::Count {
                            *known += 1.0;
                        } else if takes {
                            *known = *value;
                        }
                    })
                    .or_insert(if aggregate == Aggregate::Count { 1.0 } else { *value });
            }
            let bits: BTreeMap<i64, u64> =
                found.into_iter().map(|((_, end), values)| (end, values[0].to_bits())).collect();
            let wanted: BTreeMap<i64, u64> =
                wanted.into_iter().map(|(end, value)| (end, value.to_bits())).collect();
            prop_assert_eq!(bits, wanted, "{:?}", aggregate);
        }
    }
}
