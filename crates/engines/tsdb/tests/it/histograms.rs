//! Native histograms: kept exactly, wherever they are.

use crate::{DAY_MS, HOUR_MS, MINUTE_MS, copy, damage_free, files, open, sample};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use tsdb::{
    Buckets, CUSTOM_SCHEMA, DiskStore, Histogram, HistogramSample, IntegerBuckets,
    IntegerHistogram, Labels, NativeHistogram, Options, Points, ResetHint, SelectLimits, Selector,
    SeriesStore, Span, TimeRange, verify,
};

/// Whole counts beyond what a float holds, a float one, and listed bounds.
fn histogram(n: i64) -> NativeHistogram {
    let spans = vec![Span { offset: -2, length: 2 }, Span { offset: 3, length: 1 }];
    let hint = [ResetHint::Unknown, ResetHint::Reset, ResetHint::NotReset, ResetHint::Gauge]
        [n.rem_euclid(4) as usize];
    let counts = vec![n.unsigned_abs(), (1 << 60) + n.unsigned_abs(), 3];
    let whole = IntegerHistogram { hint, count: 1 << 61, sum: n as f64, ..Default::default() };
    match n.rem_euclid(3) {
        0 => NativeHistogram::Integer(IntegerHistogram {
            schema: 8,
            zero_threshold: 1e-128,
            zero_count: 7,
            positive: IntegerBuckets { spans: spans.clone(), counts: counts.clone() },
            negative: IntegerBuckets { spans, counts },
            ..whole
        }),
        1 => NativeHistogram::Float(Histogram {
            hint,
            schema: -4,
            count: 0.1 + n as f64,
            sum: f64::NAN,
            zero_count: f64::INFINITY,
            negative: Buckets::new(spans, vec![-0.0, 0.25, 1e300]),
            ..Histogram::default()
        }),
        _ => NativeHistogram::Integer(IntegerHistogram {
            schema: CUSTOM_SCHEMA,
            positive: IntegerBuckets { spans: vec![Span { offset: 0, length: 3 }], counts },
            bounds: Some([0.25, 0.5].into()),
            ..whole
        }),
    }
}

fn labels(host: &str) -> Labels {
    Labels::new("latency", [("host", host)]).unwrap()
}

fn at(host: &str, at_ms: i64, n: i64) -> HistogramSample {
    HistogramSample { labels: labels(host), at_ms, histogram: histogram(n) }
}

/// Everything as text, floats as their bits: NaN differs from itself otherwise.
fn text(histogram: &NativeHistogram) -> String {
    let float = histogram.to_float();
    format!("{histogram:?} {:x} {:x}", float.sum.to_bits(), float.zero_count.to_bits())
}

/// All histograms by series and time.
fn all(store: &DiskStore, range: TimeRange) -> BTreeMap<(String, i64), String> {
    let selector = Selector::everything();
    let selection = store.selection(&selector, range, &SelectLimits::default()).unwrap();
    let (mut found, mut points) = (BTreeMap::new(), Points::default());
    let mut reader = selection.reader();
    for series in 0..selection.len() {
        reader.read_into(series, &mut points);
        let column = selection.read(series);
        assert_eq!((&*column.times, &column.values), (&points.times[..], &points.values));
        assert!(points.histograms.is_sorted_by(|a, b| a.at_ms < b.at_ms));
        for point in &points.histograms {
            let key = (selection.labels(series).to_string(), point.at_ms);
            found.insert(key, text(&point.histogram));
        }
    }
    found
}

fn fill(store: &DiskStore, minutes: std::ops::Range<i64>) -> BTreeMap<(String, i64), String> {
    let mut known = BTreeMap::new();
    for minute in minutes {
        // The second host's layout stays the same for long.
        let batch =
            [at("a", minute * MINUTE_MS, minute), at("b", minute * MINUTE_MS, minute / 60 * 3 + 2)];
        assert_eq!(store.append_histograms(&batch).unwrap().appended.stored, 2);
        store.append(&[sample("up", "a", minute * MINUTE_MS, 1.0)]).unwrap();
        for one in batch {
            known.insert((one.labels.to_string(), one.at_ms), text(&one.histogram));
        }
    }
    known
}

#[test]
fn histograms_are_the_same_in_log_head_files_blocks_and_merged_blocks() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let mut known = fill(&store, 0..90);
    assert_eq!(all(&store, TimeRange::ALL), known);
    let crashed = tempfile::tempdir().unwrap();
    copy(dir.path(), crashed.path());
    assert_eq!(all(&open(crashed.path()), TimeRange::ALL), known, "from the log");
    store.checkpoint().unwrap();
    known.extend(fill(&store, 90..300));
    store.checkpoint().unwrap();
    let crashed = tempfile::tempdir().unwrap();
    copy(dir.path(), crashed.path());
    let copied = open(crashed.path());
    assert_eq!(all(&copied, TimeRange::ALL), known, "from head files");
    assert_eq!(copied.stats().points_live, store.stats().points_live);
    assert_eq!(store.stats().points_live, 3 * 300);
    store.maintain(5 * HOUR_MS + 20 * MINUTE_MS).unwrap();
    assert_eq!(store.stats().points_stored, 3 * 240);
    assert_eq!(all(&store, TimeRange::ALL), known, "from blocks and memory");
    drop(store);
    let store = open(dir.path());
    assert_eq!(all(&store, TimeRange::ALL), known);
    store.maintain(10 * HOUR_MS).unwrap();
    store.maintain(2 * DAY_MS).unwrap();
    assert_eq!((store.stats().blocks, store.stats().points_live), (1, 0));
    assert_eq!(all(&store, TimeRange::ALL), known, "from a merged block");
    let range = TimeRange { from_ms: 100 * MINUTE_MS, to_ms: 101 * MINUTE_MS };
    assert_eq!(all(&store, range).len(), 4);
    assert_eq!(verify(dir.path()).unwrap().points, store.stats().points_stored);
    assert!(damage_free(&store.stats()));
}

#[test]
fn one_time_holds_one_thing_and_the_first_stays() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let float = |at_ms| tsdb::Sample { labels: labels("a"), at_ms, value: 1.0 };
    store.append(&[float(1_000)]).unwrap();
    let mut malformed = at("a", 9_000, 0);
    if let NativeHistogram::Integer(own) = &mut malformed.histogram {
        own.positive.counts.pop();
    }
    let late = HOUR_MS + 2_000;
    let batch =
        [at("a", 1_000, 1), at("a", 2_000, 1), malformed, at("a", late, 2), at("a", 3_000, 1)];
    let done = store.append_histograms(&batch).unwrap();
    assert_eq!((done.appended.stored, done.appended.conflicts), (3, 1));
    assert_eq!(done.malformed.len(), 1);
    assert_eq!(done.malformed[0].0, 2);
    let again = store.append_histograms(&[
        at("a", 2_000, 1),
        at("a", 2_000, 4),
        at("a", late - 11 * MINUTE_MS, 1),
    ]);
    let again = again.unwrap().appended;
    assert_eq!((again.duplicates, again.conflicts, again.too_old), (1, 1, 1));
    let floats = store.append(&[float(2_000), float(late)]).unwrap();
    assert_eq!((floats.conflicts, floats.stored), (2, 0));
    let selection =
        store.selection(&Selector::metric("latency"), TimeRange::ALL, &SelectLimits::default());
    let (selection, mut points) = (selection.unwrap(), Points::default());
    selection.read_into(0, &mut points);
    assert_eq!(points.times, [1_000]);
    let times: Vec<i64> = points.histograms.iter().map(|point| point.at_ms).collect();
    assert_eq!(times, [2_000, 3_000, late]);
}

#[test]
fn readers_are_told_of_resets() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let counted = |at_ms, count: u64| {
        let spans = vec![Span { offset: 0, length: 1 }];
        let positive = IntegerBuckets { spans, counts: vec![count] };
        let own = IntegerHistogram { count, positive, ..IntegerHistogram::default() };
        HistogramSample { labels: labels("a"), at_ms, histogram: NativeHistogram::Integer(own) }
    };
    let batch = [counted(1, 5), counted(2, 7), counted(3, 1), counted(5, 2)];
    store.append_histograms(&batch).unwrap();
    store.append(&[tsdb::Sample { labels: labels("a"), at_ms: 4, value: 0.0 }]).unwrap();
    let selection =
        store.selection(&Selector::metric("latency"), TimeRange::ALL, &SelectLimits::default());
    let (selection, mut points) = (selection.unwrap(), Points::default());
    selection.read_into(0, &mut points);
    let hints: Vec<ResetHint> = points.hinted_histograms().map(|(_, own)| own.hint).collect();
    use ResetHint::{NotReset, Reset, Unknown};
    assert_eq!(hints, [Unknown, NotReset, Reset, Unknown]);
}

#[test]
fn deleted_histograms_stay_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let mut known = fill(&store, 0..200);
    store.maintain(2 * HOUR_MS + 20 * MINUTE_MS).unwrap();
    let range = TimeRange { from_ms: 30 * MINUTE_MS, to_ms: 170 * MINUTE_MS };
    let selector = Selector::parse("latency{host=\"a\"}").unwrap();
    assert_eq!(store.delete(&selector, range).unwrap(), 1);
    known.retain(|(series, at_ms), _| !(series.contains("\"a\"") && range.contains(*at_ms)));
    assert_eq!(all(&store, TimeRange::ALL), known);
    drop(store);
    let store = open(dir.path());
    assert_eq!(all(&store, TimeRange::ALL), known);
    for _ in 0..3 {
        store.maintain(2 * DAY_MS).unwrap();
    }
    assert_eq!(all(&store, TimeRange::ALL), known);
    assert!(files(dir.path(), "deleted").is_empty());
}

#[test]
fn flipped_byte_in_histograms_is_named_and_the_rest_is_served() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let known = fill(&store, 0..100);
    store.maintain(4 * HOUR_MS).unwrap();
    drop(store);
    let block = files(dir.path(), "blocks")[0].clone();
    let bytes = fs::read(&block).unwrap();
    for at in (0..bytes.len()).step_by(37) {
        let mut broken = bytes.clone();
        broken[at] ^= 0x20;
        fs::write(&block, &broken).unwrap();
        assert!(!verify(dir.path()).unwrap().damages.is_empty(), "flipped {at}");
        let store = open(dir.path());
        let found = all(&store, TimeRange::ALL);
        assert!(found.iter().all(|(key, value)| known.get(key) == Some(value)), "flipped {at}");
        match store.stats().damages.first() {
            Some(damage) => assert_eq!(damage.path, block),
            None => assert_eq!(found, known, "what pages amount to, which nobody asked"),
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Append(Vec<(bool, i64, i64)>),
    Maintain(i64),
    Checkpoint,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let batch = prop::collection::vec((any::<bool>(), 0..2 * DAY_MS / 60_000, 0i64..9), 1..60);
    prop_oneof![
        5 => batch.prop_map(Step::Append),
        2 => (3 * DAY_MS..9 * DAY_MS).prop_map(Step::Maintain),
        1 => Just(Step::Checkpoint),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn store_answers_as_a_sorted_map(steps in prop::collection::vec(step(), 1..16)) {
        let dir = tempfile::tempdir().unwrap();
        let options = Options {
            out_of_order_ms: 4 * DAY_MS,
            retention_ms: 400 * DAY_MS,
            wal_segment_bytes: 3_000,
            ..Options::default()
        };
        let mut store = DiskStore::open(dir.path(), options.clone()).unwrap();
        let mut model = BTreeMap::new();
        for step in steps {
            match step {
                Step::Append(batch) => {
                    let host = |first| if first { "a" } else { "b" };
                    let batch: Vec<HistogramSample> = batch
                        .into_iter()
                        .map(|(first, minute, n)| at(host(first), minute * MINUTE_MS, n))
                        .collect();
                    let done = store.append_histograms(&batch).unwrap().appended;
                    prop_assert_eq!(done.too_old + done.over_limit, 0);
                    for one in batch {
                        let key = (one.labels.to_string(), one.at_ms);
                        model.entry(key).or_insert_with(|| text(&one.histogram));
                    }
                }
                Step::Maintain(now_ms) => {
                    store.maintain(now_ms).unwrap();
                }
                Step::Checkpoint => store.checkpoint().unwrap(),
                Step::Reopen => {
                    drop(store);
                    store = DiskStore::open(dir.path(), options.clone()).unwrap();
                }
            }
            prop_assert_eq!(&all(&store, TimeRange::ALL), &model);
        }
        for _ in 0..4 {
            store.maintain(10 * DAY_MS).unwrap();
        }
        prop_assert_eq!(store.stats().points_live, 0);
        prop_assert_eq!(all(&store, TimeRange::ALL), model);
        prop_assert!(damage_free(&store.stats()));
    }
}
