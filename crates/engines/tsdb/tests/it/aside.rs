//! Exemplars and metadata.

use crate::{HOUR_MS, copy, damage_free, open, sample};
use tsdb::{
    DiskStore, Exemplar, Labels, Metadata, Options, Selector, SeriesStore, TimeRange, verify,
};

fn exemplar(n: i64) -> (Labels, Exemplar) {
    let series = Labels::new("latency_bucket", [("le", (n % 2).to_string())]).unwrap();
    let labels = Labels::from_pairs([("trace_id", format!("t{n}"))]).unwrap();
    (series, Exemplar { labels, at_ms: n, value: n as f64 / 8.0 })
}

fn traces(store: &DiskStore, range: TimeRange) -> String {
    let found = store.exemplars(&Selector::metric("latency_bucket"), range);
    let ids = |all: &Vec<Exemplar>| {
        let ids: Vec<&str> = all.iter().filter_map(|one| one.labels.get("trace_id")).collect();
        ids.join(" ")
    };
    found.values().map(ids).collect::<Vec<_>>().join("; ")
}

#[test]
fn exemplars_and_metadata_survive_starts_saves_and_flushes() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(dir.path());
    assert_eq!(store.append_exemplars((0..6).map(exemplar).collect()).unwrap(), 6);
    assert_eq!(store.append_exemplars(vec![exemplar(5), exemplar(3), exemplar(7)]).unwrap(), 1);
    let about =
        |help: &str| Metadata { kind: "counter".into(), unit: "s".into(), help: help.into() };
    let metrics = vec![("up".to_owned(), about("a")), ("down".to_owned(), about("b"))];
    assert_eq!(store.set_metadata(metrics.clone()).unwrap(), 2);
    assert_eq!(store.set_metadata(metrics).unwrap(), 0);
    assert_eq!(store.set_metadata(vec![("up".to_owned(), about("c"))]).unwrap(), 1);
    assert_eq!(store.set_metadata(vec![("x".to_owned(), about(&"x".repeat(5_000)))]).unwrap(), 0);
    store.append(&[sample("up", "a", 0, 1.0)]).unwrap();
    for round in 0..4 {
        assert_eq!(traces(&store, TimeRange::ALL), "t0 t2 t4; t1 t3 t5 t7", "round {round}");
        assert_eq!(traces(&store, TimeRange { from_ms: 2, to_ms: 3 }), "t2; t3");
        assert_eq!(store.metadata(Some("up")).values().next(), Some(&about("c")));
        assert_eq!(store.metadata(None).len(), 2);
        assert!(store.metadata(Some("gone")).is_empty());
        let crashed = tempfile::tempdir().unwrap();
        copy(dir.path(), crashed.path());
        assert_eq!(traces(&open(crashed.path()), TimeRange::ALL), traces(&store, TimeRange::ALL));
        drop(store);
        store = open(dir.path());
        match round {
            0 => {}
            1 => store.checkpoint().unwrap(),
            _ => drop(store.maintain(round * 5 * HOUR_MS).unwrap()),
        }
        assert!(damage_free(&store.stats()));
        assert_eq!(verify(dir.path()).unwrap().damages, []);
    }
}

#[test]
fn newest_exemplars_stay_when_there_are_too_many() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { exemplars_max: 3, ..Options::default() };
    let store = DiskStore::open(dir.path(), options).unwrap();
    assert_eq!(store.append_exemplars((0..10).map(exemplar).collect()).unwrap(), 10);
    assert_eq!(traces(&store, TimeRange::ALL), "t8; t7 t9");
}
