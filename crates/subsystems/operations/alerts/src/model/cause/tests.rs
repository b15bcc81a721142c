use expect_test::{Expect, expect};
use kernel::Id;
use resources::{Edge, Enough, FailureDirection, FailureRule, Redundancy, Severity as Fares};
use uuid::Uuid;

use super::*;

const NAMES: [&str; 12] =
    ["core", "acc1", "acc2", "web1", "web2", "web3", "app", "db1", "db2", "erp", "x", "y"];

fn id(name: &str) -> ResourceId {
    let at = NAMES.iter().position(|one| *one == name).unwrap();
    Id::from_uuid(Uuid::from_u128(at as u128 + 1))
}

fn name(id: ResourceId) -> &'static str {
    NAMES[usize::try_from(id.uuid().as_u128()).unwrap() - 1]
}

/// web1..3 need acc1, which needs core; app needs web1; erp needs one of db1 and db2, which need
/// acc2, which needs core; x and y need each other.
fn graph() -> Graph {
    let edges = [
        ("web1", "acc1"),
        ("web2", "acc1"),
        ("web3", "acc1"),
        ("acc1", "core"),
        ("app", "web1"),
        ("erp", "db1"),
        ("erp", "db2"),
        ("db1", "acc2"),
        ("db2", "acc2"),
        ("acc2", "core"),
        ("x", "y"),
        ("y", "x"),
    ];
    let edge = |(from, to): (&str, &str)| Edge {
        relation: "depends-on".to_owned(),
        source: id(from),
        target: id(to),
        weight: 100,
    };
    let rule = FailureRule {
        relation: "depends-on".to_owned(),
        goes: FailureDirection::ToSource,
        worst: Fares::Down,
    };
    let either = Redundancy {
        id: Id::from_uuid(Uuid::from_u128(99)),
        resource: id("erp"),
        name: "databases".to_owned(),
        relation: "depends-on".to_owned(),
        members: Vec::new(),
        enough: Enough::Count(1),
    };
    Graph::new(&edges.map(edge), &[rule], &[either])
}

/// One alert a line: resource, severity (`!` for what does not answer), from second, until.
fn scene(text: &str) -> Scene {
    let symptom = |(at, line): (usize, &str)| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let severity = match words[1].trim_end_matches('!') {
            "critical" => Severity::Critical,
            "warning" => Severity::Warning,
            _ => Severity::Info,
        };
        let time = |word: &str| Time::from_seconds(1_800_000_000 + word.parse::<i64>().unwrap());
        let known = NAMES.contains(&words[0]);
        Symptom {
            alert: Id::from_uuid(Uuid::from_u128(at as u128 + 100)),
            resource: known.then(|| id(words[0])),
            kin: if known { String::new() } else { words[0].to_owned() },
            severity,
            down: words[1].ends_with('!'),
            since: time(words[2]),
            until: words.get(3).map(|word| time(word)),
        }
    };
    Scene {
        symptoms: text.lines().map(str::trim).enumerate().map(symptom).collect(),
        graph: graph(),
        ..Scene::default()
    }
}

fn told(scene: &Scene) -> String {
    let said = |member: &Member| {
        let at = usize::try_from(member.alert.uuid().as_u128() - 100).unwrap();
        let what = scene.symptoms[at]
            .resource
            .map_or(scene.symptoms[at].kin.clone(), |id| name(id).to_owned());
        match &member.part {
            Part::Root => what,
            Part::Follows { path, also } => {
                let steps: Vec<_> = path.iter().map(|link| name(link.needs)).collect();
                let also: Vec<_> = also.iter().map(|id| format!("+{}", name(*id))).collect();
                format!("{what}<{}{}", steps.join(">"), also.concat())
            }
        }
    };
    let line = |group: &Group| {
        let cause = group.cause.map_or("-", name);
        let sure = if group.certainty == Certainty::Suspected { "?" } else { "" };
        let members: Vec<_> = group.members.iter().map(said).collect();
        format!("{cause}{sure}: {}\n", members.join(" "))
    };
    explain(scene).iter().map(line).collect()
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&told(&scene(text)));
}

#[test]
fn what_needs_a_failed_switch_follows_from_it() {
    let all = "web1 critical! 40
        acc1 critical! 0
        web2 critical! 70
        app warning 90";
    check(
        all,
        &expect![[r#"
        acc1: acc1 web1<acc1 web2<acc1 app<acc1>web1
    "#]],
    );
    // The child was asked first: the order of the answers does not matter.
    let early = "web1 critical! 0
        acc1 critical! 100";
    check(
        early,
        &expect![[r#"
        acc1: acc1 web1<acc1
    "#]],
    );
}

#[test]
fn cause_is_the_deepest_that_failed() {
    let all = "acc1 critical! 5
        core critical! 0
        web1 critical! 9
        db1 critical! 12";
    check(
        all,
        &expect![[r#"
        core: core acc1<core web1<core>acc1 db1<core>acc2
    "#]],
    );
}

#[test]
fn one_of_two_lost_is_no_cause_and_both_are() {
    let one = "db1 critical! 0
        erp critical! 30";
    check(
        one,
        &expect![[r#"
        db1: db1
        erp: erp
    "#]],
    );
    let both = "db1 critical! 0
        db2 critical! 600
        erp critical! 630";
    check(
        both,
        &expect![[r#"
        db1: db1
        db2: db2 erp<db1+db1
    "#]],
    );
}

#[test]
fn smaller_later_and_older_troubles_explain_nothing() {
    for text in [
        "acc1 warning 0
        web1 critical! 10",
        "web1 critical! 0
        acc1 critical! 400",
        "acc1 critical 0
        web1 critical! 2000",
        "acc1 critical! 0 100
        web1 critical! 500",
    ] {
        assert_eq!(told(&scene(text)).lines().count(), 2, "{text}");
    }
    // What has not answered for days still explains what rests on it.
    let long = "acc1 critical! 0
        web1 critical! 400000";
    assert_eq!(told(&scene(long)).lines().count(), 1);
}

#[test]
fn child_stays_with_a_cause_that_is_over() {
    let over = "acc1 critical! 0 300
        web1 critical! 30";
    check(
        over,
        &expect![[r#"
        acc1: acc1 web1<acc1
    "#]],
    );
}

#[test]
fn of_two_that_need_each_other_the_earlier_is_the_cause() {
    let circle = "y critical! 10
        x critical! 0";
    check(
        circle,
        &expect![[r#"
        x: x y<x
    "#]],
    );
}

#[test]
fn what_three_failures_share_is_suspected_unless_it_answers() {
    let text = "web1 critical! 0
        web2 critical! 30
        web3 critical! 60";
    let mut three = scene(text);
    assert_eq!(suspects(&three).into_iter().map(name).collect::<Vec<_>>(), ["core", "acc1"]);
    three.reach = HashMap::from([(id("core"), 10), (id("acc1"), 4)]);
    expect![[r#"
        acc1?: web1<acc1 web2<acc1 web3<acc1
    "#]]
    .assert_eq(&told(&three));
    three.well.insert(id("acc1"));
    assert_eq!(told(&three).lines().count(), 3);
    let mut slow = scene(
        "web1 critical! 0
        web2 critical! 300
        web3 critical! 900",
    );
    slow.reach = HashMap::from([(id("acc1"), 4)]);
    assert_eq!(told(&slow).lines().count(), 3);
}

#[test]
fn lessons_of_people_count_more_than_the_register() {
    let text = "acc1 critical! 0
        web1 critical! 10";
    let mut apart = scene(text);
    apart.lessons.apart.insert((id("acc1"), id("web1")));
    assert_eq!(told(&apart).lines().count(), 2);
    let mut together = scene(
        "db1 critical! 0
        web1 critical! 10",
    );
    together.lessons.together.insert((id("db1"), id("web1")));
    expect![[r#"
        db1: db1 web1<
    "#]]
    .assert_eq(&told(&together));
}

#[test]
fn alerts_about_nothing_known_are_put_together_by_their_words_and_time() {
    let text = "queue critical 0
        queue critical 200
        queue warning 900
        other warning 10";
    check(
        text,
        &expect![[r#"
        -: queue queue
        -: other
        -: queue
    "#]],
    );
}

#[test]
fn every_alert_is_in_exactly_one_group() {
    use proptest::prelude::*;
    let one = (0..12_usize, 0..3_i64, any::<bool>(), 0..2000_i64, prop::option::of(0..2000_i64));
    proptest!(|(alerts in prop::collection::vec(one, 0..30))| {
        let line = |(at, severity, down, since, lasted): &(usize, i64, bool, i64, Option<i64>)| {
            let severity = ["info", "warning", "critical"][usize::try_from(*severity).unwrap()];
            let until = lasted.map_or(String::new(), |lasted| (since + lasted).to_string());
            format!("{} {severity}{} {since} {until}", NAMES[*at], if *down { "!" } else { "" })
        };
        let text: Vec<String> = alerts.iter().map(line).collect();
        let mut scene = scene(&text.join("\n"));
        scene.reach = NAMES.iter().map(|name| (id(name), 3)).collect();
        let groups = explain(&scene);
        let mut found: Vec<_> =
            groups.iter().flat_map(|group| &group.members).map(|one| one.alert).collect();
        found.sort_unstable();
        let mut wanted: Vec<_> = scene.symptoms.iter().map(|one| one.alert).collect();
        wanted.sort_unstable();
        prop_assert_eq!(found, wanted);
    });
}
