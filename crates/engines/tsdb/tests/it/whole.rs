//! Batches that are stored as a whole or not at all.

use crate::{DAY_MS, HOUR_MS, listing, open, sample};
use tsdb::{
    Appended, Batch, BatchAppended, HistogramSample, IntegerHistogram, Labels, NativeHistogram,
    RefSample, Sample, SeriesStore, Terms, Unfit,
};

const WHOLE: Terms = Terms { unfit: Unfit::RefusesAll, age: tsdb::Age::Window };

fn histogram(host: &str, at_ms: i64, sum: f64) -> HistogramSample {
    let histogram =
        NativeHistogram::Integer(IntegerHistogram { sum, ..IntegerHistogram::default() });
    HistogramSample { labels: Labels::new("up", [("host", host)]).unwrap(), at_ms, histogram }
}

/// A store that has something to contradict.
fn store() -> (tempfile::TempDir, tsdb::DiskStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.append(&[sample("up", "a", DAY_MS, 1.0)]).unwrap();
    store.append_histograms(&[histogram("h", DAY_MS, 1.0)]).unwrap();
    (dir, store)
}

fn whole(
    store: &tsdb::DiskStore,
    samples: &[Sample],
    histograms: &[HistogramSample],
) -> BatchAppended {
    store.append_batch(&Batch { samples, histograms, terms: WHOLE, ..Batch::default() }).unwrap()
}

#[test]
fn nothing_of_a_batch_is_stored_in_which_anything_is_wrong() {
    let good = sample("good", "a", DAY_MS, 1.0);
    let one = |host: &str, at_ms: i64, value: f64| sample("up", host, at_ms, value);
    let (later, none) = (DAY_MS + 1, Vec::new());
    for (what, samples, histograms) in [
        ("another value", vec![one("a", DAY_MS, 2.0)], none.clone()),
        ("too old", vec![one("a", DAY_MS - HOUR_MS, 2.0)], none.clone()),
        ("itself", vec![one("a", later, 2.0), one("a", later, 3.0)], none.clone()),
        (
            "itself later on",
            vec![one("b", 5, 2.0), one("c", 5, 0.0), one("b", 7, 2.0), one("b", 5, 3.0)],
            none.clone(),
        ),
        ("a histogram that is there", vec![one("h", DAY_MS, 1.0)], none.clone()),
        ("a float that is there", vec![], vec![histogram("a", DAY_MS, 1.0)]),
        ("another histogram", vec![], vec![histogram("h", DAY_MS, 2.0)]),
        ("an old histogram", vec![], vec![histogram("h", DAY_MS - HOUR_MS, 2.0)]),
        ("a histogram beside it", vec![one("b", 5, 2.0)], vec![histogram("b", 5, 2.0)]),
        ("two histograms", vec![], vec![histogram("b", 5, 2.0), histogram("b", 5, 3.0)]),
    ] {
        let (dir, store) = store();
        let before = store.stats();
        let samples = [&[good.clone()][..], &samples].concat();
        let good_histogram = histogram("good", DAY_MS, 1.0);
        let histograms = [&[good_histogram][..], &histograms].concat();
        let done = whole(&store, &samples, &histograms);
        let counts = [done.samples, done.histograms.appended];
        assert_eq!(counts.map(|counts| counts.stored), [0, 0], "{what}");
        let wrong: u64 = counts.iter().map(|counts| counts.conflicts + counts.too_old).sum();
        assert_eq!(wrong, 1, "{what}");
        assert_eq!(store.stats().points_live, before.points_live, "{what}");
        assert_eq!(store.stats().wal_bytes, before.wal_bytes, "{what}");
        drop(store);
        assert_eq!(open(dir.path()).stats().points_live, before.points_live, "{what}");
    }
}

#[test]
fn a_batch_that_says_again_what_is_there_is_stored() {
    let (_dir, store) = store();
    let samples = [
        sample("up", "a", DAY_MS, 1.0),
        sample("up", "b", 5, 2.0),
        sample("up", "c", 5, 2.0),
        sample("up", "b", 5, 2.0),
        sample("up", "b", 4, 2.0),
    ];
    let histograms = [histogram("h", DAY_MS, 1.0), histogram("h", DAY_MS + 1, 1.0)];
    let done = whole(&store, &samples, &histograms);
    assert_eq!(done.samples, Appended { stored: 3, duplicates: 2, ..Appended::default() });
    let expected = Appended { stored: 1, duplicates: 1, ..Appended::default() };
    assert_eq!(done.histograms.appended, expected);
    assert_eq!(listing(&store).lines().count(), 4);
}

#[test]
fn with_a_series_that_has_gone_nothing_is_stored_until_it_is_named_anew() {
    let (_dir, store) = store();
    let labels = |host: &str| Labels::new("up", [("host", host)]).unwrap();
    let gone = store.series_ref(&labels("a")).unwrap();
    store.maintain(2 * DAY_MS).unwrap();
    let there = store.series_ref(&labels("b")).unwrap();
    let at = |series| RefSample { series, at_ms: 2 * DAY_MS, value: 1.0 };
    let done = store.append_ref_batch(&[at(there), at(gone)], &[], WHOLE).unwrap();
    assert_eq!((done.gone, done.appended), (vec![1], Appended::default()));
    assert_eq!(store.stats().points_live, 0);
    let done = store.append_ref_batch(&[at(there), at(there)], &[], WHOLE).unwrap();
    assert_eq!((done.appended.stored, done.appended.duplicates), (1, 1));
}
