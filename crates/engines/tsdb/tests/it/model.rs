//! Any batches, in any order, across flush, merge and restart: the same as a sorted map.

use crate::{DAY_MS, HOUR_MS, damage_free};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tsdb::{
    Age, Batch, DiskStore, Labels, Options, Sample, SelectLimits, Selector, SeriesStore, Terms,
    TimeRange,
};

#[derive(Debug, Clone)]
enum Step {
    Append(Vec<(u8, i64, u64)>),
    /// Of any age.
    Fill(Vec<(u8, i64, u64)>),
    Maintain {
        now_ms: i64,
    },
    Checkpoint,
    Reopen,
    Ask {
        series: u8,
        from_ms: i64,
        to_ms: i64,
    },
}

/// Times lie within three days, so that nothing is too old with four days out of order allowed.
fn time() -> impl Strategy<Value = i64> {
    prop_oneof![
        (0..3 * DAY_MS),
        (0i64..3 * 24 * 6).prop_map(|tens| tens * 600_000),
        (0i64..3).prop_map(|day| day * DAY_MS),
        (1i64..4).prop_map(|day| day * DAY_MS - 1),
    ]
}

fn bits() -> impl Strategy<Value = u64> {
    prop_oneof![
        any::<u64>(),
        (0u32..4).prop_map(|n| f64::from(n).to_bits()),
        Just((-0.0f64).to_bits()),
        Just(f64::NAN.to_bits()),
        Just(0x7ff0_0000_0000_0002),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let batch = prop::collection::vec((0u8..4, time(), bits()), 1..60);
    let any_time = prop_oneof![time(), (-9 * DAY_MS..0)];
    let old = prop::collection::vec((0u8..4, any_time, bits()), 1..60);
    prop_oneof![
        3 => old.prop_map(Step::Fill),
        6 => batch.prop_map(Step::Append),
        3 => (4 * DAY_MS..9 * DAY_MS).prop_map(|now_ms| Step::Maintain { now_ms }),
        1 => Just(Step::Reopen),
        1 => Just(Step::Checkpoint),
        2 => (0u8..4, time(), time())
            .prop_map(|(series, from_ms, to_ms)| Step::Ask { series, from_ms, to_ms }),
    ]
}

fn labels(series: u8) -> Labels {
    Labels::new("m", [("series", series.to_string())]).unwrap()
}

type Model = BTreeMap<u8, BTreeMap<i64, u64>>;

fn ask(store: &DiskStore, selector: &str, range: TimeRange) -> Vec<(Labels, Vec<(i64, u64)>)> {
    let selector = Selector::parse(selector).unwrap();
    let found = store.select(&selector, range, &SelectLimits::default()).unwrap();
    let mut columns = Vec::new();
    let limits = SelectLimits::default();
    store
        .select_columns(&selector, range, &limits, &mut |column| {
            let bits: Vec<u64> = column.values.iter().map(|value| value.to_bits()).collect();
            columns.push((column.labels, column.times.to_vec(), bits));
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    columns.sort_by(|a, b| a.0.cmp(&b.0));
    let same = columns.iter().zip(&found).all(|(column, series)| {
        let points = series.points.iter();
        column.0 == series.labels
            && column.1.iter().copied().eq(points.clone().map(|point| point.at_ms))
            && column.2.iter().copied().eq(points.map(|point| point.value.to_bits()))
    });
    assert!(same && columns.len() == found.len(), "both ways of asking give the same");
    let points = |points: Vec<tsdb::Point>| {
        points.into_iter().map(|point| (point.at_ms, point.value.to_bits())).collect()
    };
    found.into_iter().map(|series| (series.labels, points(series.points))).collect()
}

fn expected(model: &Model, only: Option<u8>, range: TimeRange) -> Vec<(Labels, Vec<(i64, u64)>)> {
    let mut found = Vec::new();
    for (series, points) in model.iter().filter(|(series, _)| only.is_none_or(|o| o == **series)) {
        let inside = points.iter().filter(|(at_ms, _)| range.contains(**at_ms));
        let inside: Vec<(i64, u64)> = inside.map(|(at_ms, bits)| (*at_ms, *bits)).collect();
        if !inside.is_empty() {
            found.push((labels(*series), inside));
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn store_answers_as_a_sorted_map(steps in prop::collection::vec(step(), 1..24)) {
        let dir = tempfile::tempdir().unwrap();
        let options = Options {
            out_of_order_ms: 4 * DAY_MS,
            retention_ms: 400 * DAY_MS,
            head_span_ms: 2 * HOUR_MS,
            wal_segment_bytes: 2_000,
            late_points_max: 40,
            ..Options::default()
        };
        let mut store = DiskStore::open(dir.path(), options.clone()).unwrap();
        let mut model = Model::new();
        for step in steps {
            match step {
                Step::Append(batch) => {
                    let samples = batch.iter().map(|(series, at_ms, bits)| Sample {
                        labels: labels(*series), at_ms: *at_ms, value: f64::from_bits(*bits),
                    });
                    let done = store.append(&samples.collect::<Vec<_>>()).unwrap();
                    prop_assert_eq!(done.too_old + done.over_limit, 0);
                    let total = done.stored + done.duplicates + done.conflicts;
                    prop_assert_eq!(total, batch.len() as u64);
                    for (series, at_ms, bits) in batch {
                        model.entry(series).or_default().entry(at_ms).or_insert(bits);
                    }
                }
                Step::Fill(batch) => {
                    store.flush_late(4 * DAY_MS).unwrap();
                    for batch in batch.chunks(20) {
                        let samples = batch.iter().map(|(series, at_ms, bits)| Sample {
                            labels: labels(*series), at_ms: *at_ms, value: f64::from_bits(*bits),
                        });
                        let now_ms = 4 * DAY_MS;
                        let terms = Terms { age: Age::Kept { now_ms }, ..Terms::default() };
                        let samples = &samples.collect::<Vec<_>>();
                        let batched = Batch { samples, terms, ..Batch::default() };
                        let done = store.append_batch(&batched).unwrap().samples;
                        prop_assert_eq!(done.too_old + done.over_limit, 0);
                        store.flush_late(now_ms).unwrap();
                        for (series, at_ms, bits) in batch {
                            model.entry(*series).or_default().entry(*at_ms).or_insert(*bits);
                        }
                    }
                }
                Step::Maintain { now_ms } => {
                    store.maintain(now_ms).unwrap();
                }
                Step::Checkpoint => store.checkpoint().unwrap(),
                Step::Reopen => {
                    drop(store);
                    store = DiskStore::open(dir.path(), options.clone()).unwrap();
                }
                Step::Ask { series, from_ms, to_ms } => {
                    let range = TimeRange { from_ms, to_ms };
                    let selector = format!("m{{series=\"{series}\"}}");
                    let found = ask(&store, &selector, range);
                    prop_assert_eq!(found, expected(&model, Some(series), range));
                }
            }
        }
        let all = expected(&model, None, TimeRange::ALL);
        prop_assert_eq!(ask(&store, "m", TimeRange::ALL), all.clone());
        store.sync().unwrap();
        for _ in 0..5 {
            store.maintain(10 * DAY_MS).unwrap();
        }
        prop_assert_eq!(store.stats().points_live, 0);
        drop(store);
        let store = DiskStore::open(dir.path(), options).unwrap();
        prop_assert_eq!(ask(&store, "m", TimeRange::ALL), all);
        prop_assert!(damage_free(&store.stats()));
    }
}
