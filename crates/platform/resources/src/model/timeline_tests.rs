use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::resource_tests::host;

fn at(seconds: i64) -> Time {
    Time::from_seconds(seconds)
}

fn version(entry: i64, from: i64, to: Option<i64>, change: impl FnOnce(&mut Resource)) -> Version {
    let mut resource = host(1);
    change(&mut resource);
    Version {
        entry,
        valid_from: at(from),
        valid_to: to.map_or(FOREVER, at),
        recorded_at: at(from),
        recorded_by: String::new(),
        told: Vec::new(),
        resource,
    }
}

fn named(name: &str) -> impl FnOnce(&mut Resource) {
    let name = name.to_owned();
    move |resource| resource.name = name
}

fn names(timeline: &Timeline) -> Vec<(i64, String)> {
    let of = |stretch: &Stretch| (stretch.from.micros() / 1_000_000, stretch.resource.name.clone());
    timeline.stretches.iter().map(of).collect()
}

#[test]
fn later_recorded_counts_where_two_cover_a_moment() {
    let timeline = Timeline::of(&[
        version(1, 100, None, named("a")),
        version(2, 300, None, named("b")),
        version(3, 200, Some(250), named("c")),
    ]);
    let told = [(100, "a"), (200, "c"), (250, "a"), (300, "b")];
    assert_eq!(names(&timeline), told.map(|(from, name)| (from, name.to_owned())));
    assert_eq!(timeline.at(at(99)), None);
    assert_eq!(timeline.at(at(249)).unwrap().name, "c");
    assert_eq!(timeline.at(at(250)).unwrap().name, "a");
}

#[test]
fn back_dated_change_reaches_on_until_that_field_was_changed_again() {
    let port = |port: i64| json!({"port": port}).as_object().unwrap().clone();
    let timeline = Timeline::of(&[
        version(1, 100, None, |resource| resource.attributes = port(1)),
        version(2, 200, None, |resource| {
            resource.attributes = port(1);
            resource.name = "renamed".to_owned();
        }),
        version(3, 300, None, |resource| {
            resource.attributes = port(3);
            resource.name = "renamed".to_owned();
        }),
    ]);
    let mut after = timeline.at(at(150)).unwrap().clone();
    after.attributes = port(2);
    after.version = 9;
    let told = timeline.told(at(150), &after);
    let spans: Vec<_> = told.iter().map(|stretch| (stretch.from, stretch.to)).collect();
    assert_eq!(spans, [(at(150), at(200)), (at(200), at(300))]);
    let timeline = timeline.with(&told);
    for (moment, name, value) in
        [(149, "host1", 1), (150, "host1", 2), (250, "renamed", 2), (300, "renamed", 3)]
    {
        let resource = timeline.at(at(moment)).unwrap();
        assert_eq!((resource.name.as_str(), &resource.attributes), (name, &port(value)));
    }
}

proptest! {
    /// Whatever is told when, every moment since the beginning has exactly one answer, and the
    /// one recorded last that covers it.
    #[test]
    fn painting_is_asking_for_the_last_that_covers(
        spans in prop::collection::vec((0_i64..50, 1_i64..50), 1..12)
    ) {
        let mut versions = vec![version(1, 0, None, named("0"))];
        for (at, (from, length)) in spans.iter().enumerate() {
            let entry = i64::try_from(at).unwrap() + 2;
            let name = entry.to_string();
            versions.push(version(entry, *from, Some(from + length), named(&name)));
        }
        let timeline = Timeline::of(&versions);
        for moment in 0..110 {
            let covers = |version: &&Version| {
                version.valid_from <= at(moment) && at(moment) < version.valid_to
            };
            let expected = versions.iter().rev().find(covers).unwrap();
            prop_assert_eq!(timeline.at(at(moment)), Some(&expected.resource));
        }
        for pair in timeline.stretches.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
        }
    }
}
