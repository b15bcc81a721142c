use std::fs;

use journal::Filter;
use kernel::Page;
use serde_json::{Value, json};
use tsdb::{DiskStore, Labels, Options, Sample, SelectLimits, Selector, SeriesStore, TimeRange};

use crate::house::{House, NOW_MS};

const HOUR_MS: i64 = 3_600_000;

/// Three series with a sample each hour of the last two days; the older ones lie in blocks.
async fn house() -> House {
    let house = House::new().await;
    let hours: Vec<i64> = (0..48).rev().map(|hours| NOW_MS - hours * HOUR_MS).collect();
    for at_ms in hours {
        let samples = ["a", "b", "c"].map(|job| Sample {
            labels: Labels::new("up", [("job", job)]).unwrap(),
            at_ms,
            value: 1.0,
        });
        house.series.append(&samples).unwrap();
        house.series.maintain(at_ms).unwrap();
    }
    house
}

fn count(store: &DiskStore, selector: &str) -> usize {
    let selector = Selector::parse(selector).unwrap();
    let found = store.select(&selector, TimeRange::ALL, &SelectLimits::default()).unwrap();
    found.iter().map(|series| series.points.len()).sum()
}

/// The newest fact: its verb, its subject's name, and its own fields.
async fn newest(house: &House) -> (String, String, Value) {
    let page = Page { after: None, limit: 1 };
    let rows = journal::list(&house.records.db, &Filter::default(), page).await.unwrap();
    let row = rows.items.into_iter().next().unwrap();
    (row.verb, row.subject.name, row.detail)
}

#[tokio::test]
async fn samples_are_deleted_by_matchers_and_range_and_the_journal_tells_of_it() {
    let house = house().await;
    assert_eq!(count(&house.series, "up"), 144);
    let (start, end) = (NOW_MS / 1_000 - 30 * 3_600, NOW_MS / 1_000 - 3_600);
    let range = format!("match[]=up%7Bjob=~%22a|b%22%7D&match[]=nothing&start={start}&end={end}");
    let answer = house.admin("POST", &format!("delete_series?{range}"), None).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    assert_eq!(count(&house.series, "up{job='a'}"), 18, "before the range, and the newest");
    assert_eq!(
        (count(&house.series, "up{job='b'}"), count(&house.series, "up{job='c'}")),
        (18, 48)
    );
    let (verb, subject, detail) = newest(&house).await;
    assert_eq!(
        (verb.as_str(), subject.as_str()),
        ("series.deleted", "{__name__=\"up\",job=~\"a|b\"}, …")
    );
    assert_eq!(detail["series"], 2);
    assert_eq!(detail["selectors"][1], "{__name__=\"nothing\"}");
    assert_eq!(detail["samples_from"], "2027-01-14T02:00:00Z");
    assert_eq!(detail["samples_until"], "2027-01-15T07:00:00Z");
    let answer = house.admin("PUT", "delete_series?match[]=up%7Bjob=%22b%22%7D", None).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    assert_eq!((count(&house.series, "up{job='b'}"), count(&house.series, "up")), (0, 66));
    let (_, _, detail) = newest(&house).await;
    assert_eq!((&detail["samples_from"], &detail["samples_until"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_dry_run_counts_and_names_what_would_go_and_leaves_it() {
    let house = house().await;
    let asked = "delete_series?match[]=up%7Bjob!=%22b%22%7D&match[]=up%7Bjob=%22a%22%7D&limit=1";
    let answer = house.admin("GET", asked, None).await;
    let first = json!([{ "__name__": "up", "job": "a" }]);
    assert_eq!(answer.json["data"], json!({ "series": 2, "first": first }), "{}", answer.text);
    assert_eq!(count(&house.series, "up"), 144);
}

#[tokio::test]
async fn what_is_wrong_with_a_deletion_is_said_as_prometheus_says_it_and_nothing_goes() {
    let house = house().await;
    for (query, said) in [
        ("", "no match[] parameter provided"),
        (
            "?match[]=%7B%7D",
            "invalid parameter \"match[]\": match[] must contain at least one non-empty matcher",
        ),
        ("?match[]=up%7B", "invalid parameter \"match[]\": "),
        ("?match[]=up&start=soon", "invalid parameter \"start\": "),
        (
            "?match[]=up&start=2&end=1",
            "invalid parameter \"end\": end timestamp must not be before start time",
        ),
    ] {
        for method in ["POST", "GET"] {
            let answer = house.admin(method, &format!("delete_series{query}"), None).await;
            let (status, kind, error) = answer.error();
            assert_eq!((status, kind), (400, "bad_data"), "{query}: {}", answer.text);
            assert!(error.starts_with(said), "{query}: {error}");
        }
    }
    let answer = house.admin("POST", "snapshot?skip_head=maybe", None).await;
    let said =
        "invalid parameter \"skip_head\": strconv.ParseBool: parsing \"maybe\": invalid syntax";
    assert_eq!(answer.error(), (400, "bad_data", said));
    assert_eq!(count(&house.series, "up"), 144);
}

#[tokio::test]
async fn samples_beyond_the_scope_of_the_caller_cannot_be_deleted() {
    let house = house().await;
    let unit = json!({ "units": ["u1"] });
    let within = json!({ "series.delete": unit, "series.snapshot": unit, "series.read": unit });
    for path in ["delete_series?match[]=up", "clean_tombstones", "snapshot"] {
        let answer = house.admin("POST", path, Some(&within)).await;
        assert_eq!((answer.status.as_u16(), &answer.json["code"]), (403, &json!("out-of-scope")));
        let reader = json!({ "series.read": unit });
        let answer = house.admin("PUT", path, Some(&reader)).await;
        assert_eq!((answer.status.as_u16(), &answer.json["code"]), (403, &json!("forbidden")));
    }
    let answer = house.admin("GET", "delete_series?match[]=up", Some(&within)).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    assert_eq!(count(&house.series, "up"), 144);
    assert!(!house.dir.path().join("snapshots").exists());
}

#[tokio::test]
async fn the_room_of_deleted_samples_is_given_back_at_once_when_it_is_asked_for() {
    let house = house().await;
    let before = house.series.stats();
    house.admin("POST", "delete_series?match[]=up%7Bjob=%22a%22%7D", None).await;
    assert_eq!(
        house.series.stats().points_stored,
        before.points_stored,
        "the blocks are as before"
    );
    let answer = house.admin("POST", "clean_tombstones", None).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    let after = house.series.stats();
    let (kept, was) =
        (after.points_stored + after.points_live, before.points_stored + before.points_live);
    assert_eq!((kept, was), (96, 144));
    let (verb, _, detail) = newest(&house).await;
    assert_eq!(verb, "series.room_reclaimed");
    assert!(detail["blocks"].as_u64() > Some(1), "{detail}");
    let files = house.dir.path().join("series/deleted");
    assert_eq!(fs::read_dir(files).unwrap().count(), 0, "no deletion is needed any more");
}

#[tokio::test]
async fn a_snapshot_is_a_store_as_it_was_and_lies_below_the_data_directory() {
    let house = house().await;
    house.admin("POST", "delete_series?match[]=up%7Bjob=%22a%22%7D", None).await;
    let answer = house.admin("POST", "snapshot", None).await;
    let name = answer.json["data"]["name"].as_str().unwrap_or_else(|| panic!("{}", answer.text));
    assert_eq!(answer.json["status"], "success");
    assert_eq!((name.len(), &name[..17]), (33, "20270115T080000Z-"));
    let (verb, subject, detail) = newest(&house).await;
    assert_eq!((verb.as_str(), subject.as_str()), ("series.snapshot_taken", name));
    assert_eq!((&detail["snapshot"], &detail["skip_head"]), (&json!(name), &json!(false)));
    // What comes later is not in it.
    house.have(&[("later", &[("job", "a")])]);
    house.admin("POST", "delete_series?match[]=up", None).await;
    let dir = house.dir.path().join("snapshots").join(name);
    let copy = DiskStore::open(&dir, Options::default()).unwrap();
    assert_eq!((count(&copy, "up"), count(&copy, "later")), (96, 0));
    assert_eq!((count(&house.series, "up"), count(&house.series, "later")), (0, 1));
    assert_eq!(copy.stats().damages, []);
}

#[tokio::test]
async fn a_snapshot_without_the_newest_hours_holds_the_blocks_alone() {
    let house = house().await;
    let stored = house.series.stats().points_stored;
    assert!(stored > 0 && stored < 144, "{stored}");
    let answer = house.admin("PUT", "snapshot?skip_head=true", None).await;
    let name = answer.json["data"]["name"].as_str().unwrap_or_else(|| panic!("{}", answer.text));
    let dir = house.dir.path().join("snapshots").join(name);
    let copy = DiskStore::open(&dir, Options::default()).unwrap();
    assert_eq!((count(&copy, "up") as u64, copy.stats().points_live), (stored, 0));
    assert_eq!(newest(&house).await.2["skip_head"], true);
}

#[tokio::test]
async fn snapshots_have_a_limit_and_what_was_cut_off_is_swept_away() {
    let house = house().await;
    let dir = house.dir.path().join("snapshots");
    fs::create_dir_all(dir.join("20270101T000000Z-0000000000000000.tmp/blocks")).unwrap();
    for number in 0..99 {
        fs::create_dir(dir.join(number.to_string())).unwrap();
    }
    assert_eq!(house.admin("POST", "snapshot", None).await.status, 200);
    let answer = house.admin("POST", "snapshot", None).await;
    assert_eq!(answer.json["code"], "too-many-snapshots", "{}", answer.text);
    let entries = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(!entries.into_iter().any(|name| name.to_string_lossy().ends_with(".tmp")));
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 100);
}
