//! What is left out of reading, as it is known already, changes nothing.

use crate::{HOUR_MS, MINUTE_MS, open, sample};
use tsdb::{DiskStore, Points, SelectLimits, Selection, Selector, SeriesStore, TimeRange};

const STALE: f64 = f64::from_bits(0x7ff0_0000_0000_0002);
/// So many that what blocks know of their pages is used.
const SERIES: usize = 80;
const MINUTES: i64 = 5 * 60;

/// Values of every kind: the same for hours, zeros of both signs, NaN, markers, others.
fn value(series: usize, minute: i64) -> Option<f64> {
    let marked = minute % 97 == 5;
    Some(match series % 10 {
        0 => 7.25,
        1 => 0.0,
        2 => -0.0,
        3 if minute % 2 == 0 => 0.0,
        3 => -0.0,
        4 if minute == 70 => f64::NAN,
        4 => 3.0,
        5 if marked => STALE,
        5 => 1.0,
        6 if marked => STALE,
        6 => minute as f64 * 0.5,
        7 if minute % 3 == 0 => return None,
        7 => f64::from_bits(0x7ff8_0000_0000_0001),
        8 if minute == 200 => -0.0,
        8 => 0.0,
        _ => (minute * (series as i64 + 1)) as f64 / 7.0,
    })
}

fn select(store: &DiskStore, selector: &str, range: TimeRange) -> Selection {
    let selector = Selector::parse(selector).unwrap();
    store.selection(&selector, range, &SelectLimits::default()).unwrap()
}

fn bits(points: &Points) -> Vec<(i64, u64)> {
    let values = points.values.iter().map(|value| value.to_bits());
    points.times.iter().copied().zip(values).collect()
}

/// Each series as one of many is what it is alone, and its times are those of its values.
fn check(store: &DiskStore) {
    for (from_ms, to_ms) in [(i64::MIN, i64::MAX), (MINUTE_MS, 2 * HOUR_MS), (HOUR_MS, HOUR_MS)] {
        let range = TimeRange { from_ms, to_ms };
        let all = select(store, "m", range);
        let mut reader = all.reader();
        let (mut many, mut times, mut alone) = Default::default();
        assert_eq!(all.len(), SERIES);
        for at in 0..all.len() {
            let host = all.labels(at).get("host").unwrap();
            let one = select(store, &format!("m{{host=\"{host}\"}}"), range);
            one.read_into(0, &mut alone);
            reader.read_into(at, &mut many);
            assert_eq!(bits(&many), bits(&alone), "{host}");
            reader.read_times_into(at, &mut times);
            assert_eq!(times.times, alone.times, "{host}");
            for (stand_in, value) in times.values.iter().zip(&alone.values) {
                let marked = |value: &f64| value.to_bits() == STALE.to_bits();
                assert_eq!(marked(stand_in), marked(value), "{host}");
            }
        }
    }
}

#[test]
fn one_of_many_series_is_read_as_it_is_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for minute in 0..MINUTES {
        let at_ms = minute * MINUTE_MS;
        let given = (0..SERIES).filter_map(|series| {
            let value = value(series, minute)?;
            Some(sample("m", &format!("h{series:02}"), at_ms, value))
        });
        store.append(&given.collect::<Vec<_>>()).unwrap();
        if minute % 150 == 149 {
            check(&store);
            store.maintain(at_ms).unwrap();
        }
    }
    assert!(store.stats().blocks >= 2 && store.stats().points_live > 0);
    check(&store);
    let part = TimeRange { from_ms: 10 * MINUTE_MS, to_ms: 20 * MINUTE_MS };
    store.delete(&Selector::parse("m{host=~\"h.[05]\"}").unwrap(), part).unwrap();
    check(&store);
    store.maintain(12 * HOUR_MS).unwrap();
    check(&store);
}

#[test]
fn series_of_blocks_and_of_memory_are_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    // Some end before others begin, and memory has them in another order than blocks.
    for part in 0..3_i64 {
        let at_ms = part * 2 * HOUR_MS;
        let hosts = (0..30).map(|n| (n * 7 + 3 * part) % 30 + 10 * part);
        let given = hosts.map(|host| sample("m", &format!("h{host:02}"), at_ms, host as f64));
        store.append(&given.collect::<Vec<_>>()).unwrap();
        store.maintain(at_ms + 30 * MINUTE_MS).unwrap();
    }
    assert!(store.stats().blocks == 2 && store.stats().points_live == 30);
    let all = select(&store, "m", TimeRange::ALL);
    let mut found: Vec<(String, Vec<i64>)> = (0..all.len())
        .map(|at| (all.labels(at).get("host").unwrap().to_owned(), all.read(at).times.to_vec()))
        .collect();
    found.sort();
    let expected = (0..50_i64).map(|host| {
        let parts = (0..3).filter(|part| (10 * part..10 * part + 30).contains(&host));
        (format!("h{host:02}"), parts.map(|part| part * 2 * HOUR_MS).collect())
    });
    assert_eq!(found, expected.collect::<Vec<_>>());
    let series = store.series(&Selector::metric("m"), TimeRange::ALL, &SelectLimits::default());
    let series = series.unwrap();
    assert!(series.len() == 50 && series.is_sorted());
    let limits = SelectLimits { series_max: 49, ..SelectLimits::default() };
    assert!(store.series(&Selector::metric("m"), TimeRange::ALL, &limits).is_err());
    let values = store.label_values("host", None, TimeRange::ALL, &SelectLimits::default());
    let values = values.unwrap();
    assert!(values.len() == 50 && values.is_sorted());
    assert!(store.may_have_label("host", TimeRange::ALL));
    assert!(!store.may_have_label("zone", TimeRange::ALL));
}
