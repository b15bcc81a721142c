use expect_test::{Expect, expect};
use kernel::Id;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{FailureDirection, ResourceId};

fn id(number: u64) -> ResourceId {
    Id::from_uuid(Uuid::from_u64_pair(1, number))
}

fn rules() -> Vec<FailureRule> {
    [
        ("runs-on", FailureDirection::ToSource, Severity::Down),
        ("depends-on", FailureDirection::ToSource, Severity::Down),
        ("located-in", FailureDirection::ToSource, Severity::Down),
        ("part-of", FailureDirection::ToTarget, Severity::Degraded),
        ("protects", FailureDirection::ToTarget, Severity::AtRisk),
        ("connects-to", FailureDirection::None, Severity::Down),
        ("paired-with", FailureDirection::Both, Severity::Down),
    ]
    .map(|(relation, goes, worst)| FailureRule { relation: relation.to_owned(), goes, worst })
    .to_vec()
}

/// A graph in words: `web runs-on host`, a line each; `site needs 2 of depends-on a b c`.
struct Drawn {
    names: Vec<String>,
    edges: Vec<Edge>,
    redundancies: Vec<Redundancy>,
}

impl Drawn {
    fn new(text: &str) -> Self {
        let mut drawn = Self { names: Vec::new(), edges: Vec::new(), redundancies: Vec::new() };
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                [resource, "needs", enough, "of", relation, ref members @ ..] => {
                    let enough = match enough.strip_suffix('%') {
                        Some(percent) => Enough::Percent(percent.parse().unwrap()),
                        None => Enough::Count(enough.parse().unwrap()),
                    };
                    let resource = drawn.id(resource);
                    let members = members.iter().map(|name| drawn.id(name)).collect();
                    drawn.redundancies.push(Redundancy {
                        id: Id::from_uuid(Uuid::nil()),
                        resource,
                        name: line.to_owned(),
                        relation: relation.to_owned(),
                        members,
                        enough,
                    });
                }
                [source, relation, target, ref weight @ ..] => {
                    let (source, target) = (drawn.id(source), drawn.id(target));
                    let weight = weight.first().map_or(1, |weight| weight.parse().unwrap());
                    let relation = relation.to_owned();
                    drawn.edges.push(Edge { relation, source, target, weight });
                }
                _ => panic!("{line}"),
            }
        }
        drawn
    }

    fn id(&mut self, name: &str) -> ResourceId {
        let at = self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        id(at as u64)
    }

    fn name(&self, id: ResourceId) -> &str {
        let (_, low) = id.uuid().as_u64_pair();
        &self.names[usize::try_from(low).unwrap()]
    }

    fn shown(&self, outcome: &Outcome) -> String {
        let mut text = String::new();
        for affected in &outcome.affected {
            let mut steps =
                affected.path.first().map_or("", |first| self.name(first.needs)).to_owned();
            for reason in &affected.path {
                let (working, of) = (reason.working, reason.of);
                let group = reason.enough.map_or(String::new(), |_| format!(" {working}/{of}"));
                steps += &format!(" >{}{group}> {}", reason.relation, self.name(reason.resource));
            }
            text += &format!("{} {}: {steps}\n", self.name(affected.id), affected.severity.name());
        }
        text
    }
}

fn check(text: &str, failed: &[&str], expected: &Expect) {
    let mut drawn = Drawn::new(text);
    let failed: Vec<ResourceId> = failed.iter().map(|name| drawn.id(name)).collect();
    let graph = Graph::new(&drawn.edges, &rules(), &drawn.redundancies);
    expected.assert_eq(&drawn.shown(&spread(&graph, &failed)));
}

const POWER: &str = "
    feed1 part-of ups
    rack1 depends-on pdu1
    rack1 depends-on pdu2
    rack1 needs 1 of depends-on
    host1 located-in rack1
    vm1 runs-on host1
    payroll depends-on vm1
    backup1 protects payroll";

#[test]
fn one_of_two_power_feeds_is_a_lost_reserve_and_both_are_a_failure() {
    check(
        POWER,
        &["pdu1"],
        &expect![[r"
        rack1 at-risk: pdu1 >depends-on 1/2> rack1
        host1 at-risk: pdu1 >depends-on 1/2> rack1 >located-in> host1
        vm1 at-risk: pdu1 >depends-on 1/2> rack1 >located-in> host1 >runs-on> vm1
        payroll at-risk: pdu1 >depends-on 1/2> rack1 >located-in> host1 >runs-on> vm1 >depends-on> payroll
    "]],
    );
    check(
        POWER,
        &["pdu1", "pdu2"],
        &expect![[r"
        rack1 down: pdu1 >depends-on 0/2> rack1
        host1 down: pdu1 >depends-on 0/2> rack1 >located-in> host1
        vm1 down: pdu1 >depends-on 0/2> rack1 >located-in> host1 >runs-on> vm1
        payroll down: pdu1 >depends-on 0/2> rack1 >located-in> host1 >runs-on> vm1 >depends-on> payroll
    "]],
    );
    check(
        POWER,
        &["feed1"],
        &expect![[r"
        ups degraded: feed1 >part-of> ups
    "]],
    );
    check(
        POWER,
        &["backup1"],
        &expect![[r"
        payroll at-risk: backup1 >protects> payroll
    "]],
    );
}

const CLUSTER: &str = "
    node1 part-of cluster
    node2 part-of cluster
    node3 part-of cluster
    cluster needs 2 of part-of
    vm runs-on cluster
    shop depends-on vm
    shop depends-on app1 3
    shop depends-on app2 1
    shop needs 60% of depends-on app1 app2";

#[test]
fn cluster_lasts_while_two_of_three_nodes_do() {
    check(
        CLUSTER,
        &["node1"],
        &expect![[r"
        cluster at-risk: node1 >part-of 2/3> cluster
        vm at-risk: node1 >part-of 2/3> cluster >runs-on> vm
        shop at-risk: node1 >part-of 2/3> cluster >runs-on> vm >depends-on> shop
    "]],
    );
    check(
        CLUSTER,
        &["node1", "node3"],
        &expect![[r"
        cluster down: node1 >part-of 1/3> cluster
        vm down: node1 >part-of 1/3> cluster >runs-on> vm
        shop down: node1 >part-of 1/3> cluster >runs-on> vm >depends-on> shop
    "]],
    );
}

#[test]
fn percent_counts_by_weight() {
    check(
        CLUSTER,
        &["app2"],
        &expect![[r"
        shop at-risk: app2 >depends-on 1/2> shop
    "]],
    );
    check(
        CLUSTER,
        &["app1"],
        &expect![[r"
        shop down: app1 >depends-on 1/2> shop
    "]],
    );
}

#[test]
fn circles_end_and_what_carries_nothing_carries_nothing() {
    let circle = "
        a depends-on b
        b depends-on c
        c depends-on a
        d connects-to a
        e paired-with a";
    check(
        circle,
        &["b"],
        &expect![[r"
        a down: b >depends-on> a
        c down: b >depends-on> a >depends-on> c
        e down: b >depends-on> a >paired-with> e
    "]],
    );
    check(circle, &["d"], &expect![""]);
}

#[test]
fn what_a_resource_rests_on_is_ranked_by_what_its_failure_alone_does() {
    let mut drawn = Drawn::new(POWER);
    let payroll = drawn.id("payroll");
    let graph = Graph::new(&drawn.edges, &rules(), &drawn.redundancies);
    expect![[r"
        vm1 down: vm1 >depends-on> payroll
        host1 down: host1 >runs-on> vm1 >depends-on> payroll
        rack1 down: rack1 >located-in> host1 >runs-on> vm1 >depends-on> payroll
        backup1 at-risk: backup1 >protects> payroll
        pdu1 at-risk: pdu1 >depends-on 1/2> rack1 >located-in> host1 >runs-on> vm1 >depends-on> payroll
        pdu2 at-risk: pdu2 >depends-on 1/2> rack1 >located-in> host1 >runs-on> vm1 >depends-on> payroll
    "]]
    .assert_eq(&drawn.shown(&rests_on(&graph, payroll)));
}

#[test]
fn degraded_members_degrade_a_group_that_cannot_do_without_them() {
    check(
        "
        disk part-of host1
        app runs-on host1
        app runs-on host2
        app needs 2 of runs-on
        web runs-on host1
        web runs-on host2
        web needs 1 of runs-on",
        &["disk"],
        &expect![[r"
        host1 degraded: disk >part-of> host1
        app degraded: disk >part-of> host1 >runs-on 2/2> app
        web at-risk: disk >part-of> host1 >runs-on 2/2> web
    "]],
    );
}

/// The group goes down by `c`, while `b` is looked at: the reason is `c`, and the path ends.
#[test]
fn reason_is_the_member_that_fares_worst_not_the_one_looked_at_last() {
    let text = "
        f part-of a
        a paired-with b
        a paired-with c
        a needs 2 of paired-with
        x runs-on f
        y runs-on x
        c runs-on y";
    let mut drawn = Drawn::new(text);
    let failed = drawn.id("f");
    let graph = Graph::new(&drawn.edges, &rules(), &drawn.redundancies);
    for affected in spread(&graph, &[failed]).affected {
        assert_eq!(affected.path[0].needs, failed, "{}", drawn.name(affected.id));
        assert!(affected.path.len() <= 6, "{}", affected.path.len());
    }
}

fn relation() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["runs-on", "depends-on", "part-of", "paired-with"])
        .prop_map(str::to_owned)
}

fn group() -> impl Strategy<Value = Redundancy> {
    let enough =
        prop_oneof![(1_u32..4).prop_map(Enough::Count), (1_u32..=100).prop_map(Enough::Percent)];
    (relation(), 0_u64..12, enough).prop_map(|(relation, resource, enough)| Redundancy {
        id: Id::from_uuid(Uuid::nil()),
        resource: id(resource),
        name: String::new(),
        relation,
        members: Vec::new(),
        enough,
    })
}

/// Random graphs of twelve resources, with groups.
fn graphs() -> impl Strategy<Value = (Vec<Edge>, Vec<Redundancy>)> {
    let edge = (relation(), 0_u64..12, 0_u64..12, 1_u32..5).prop_map(
        |(relation, source, target, weight)| Edge {
            relation,
            source: id(source),
            target: id(target),
            weight,
        },
    );
    (prop::collection::vec(edge, 0..30), prop::collection::vec(group(), 0..6))
}

fn severities(graph: &Graph, failed: &[u64]) -> Vec<Severity> {
    let failed: Vec<ResourceId> = failed.iter().map(|&number| id(number)).collect();
    let outcome = spread(graph, &failed);
    let of = |number: u64| {
        let found = outcome.affected.iter().find(|affected| affected.id == id(number));
        let down = if failed.contains(&id(number)) { Severity::Down } else { Severity::Fine };
        found.map_or(down, |affected| affected.severity)
    };
    (0..12).map(of).collect()
}

proptest! {
    #[test]
    fn more_failures_never_make_anything_better(
        (edges, groups) in graphs(),
        failed in prop::collection::vec(0_u64..12, 0..4),
        more in 0_u64..12,
    ) {
        let graph = Graph::new(&edges, &rules(), &groups);
        let before = severities(&graph, &failed);
        let after = severities(&graph, &[&failed[..], &[more]].concat());
        for (before, after) in before.iter().zip(&after) {
            prop_assert!(before <= after);
        }
    }

    #[test]
    fn redundant_leg_never_makes_anything_worse(
        (mut edges, groups) in graphs(),
        group in group().prop_filter("a leg has one end", |group| group.relation != "paired-with"),
        failed in prop::collection::vec(0_u64..12, 0..4),
        weight in 1_u32..5,
    ) {
        let rule = rules().into_iter().find(|rule| rule.relation == group.relation).unwrap();
        let leg = |number: u64| {
            let (needy, leg) = (group.resource, id(number));
            let (source, target) =
                if rule.reaches_source() { (needy, leg) } else { (leg, needy) };
            Edge { relation: group.relation.clone(), source, target, weight }
        };
        let groups = [vec![group.clone()], groups].concat();
        edges.push(leg(98));
        let before = severities(&Graph::new(&edges, &rules(), &groups), &failed);
        edges.push(leg(99));
        let after = severities(&Graph::new(&edges, &rules(), &groups), &failed);
        for (before, after) in before.iter().zip(&after) {
            prop_assert!(before >= after);
        }
    }

    #[test]
    fn every_path_begins_at_a_failure_and_leads_to_the_affected(
        (edges, groups) in graphs(),
        failed in prop::collection::vec(0_u64..12, 1..4),
    ) {
        let graph = Graph::new(&edges, &rules(), &groups);
        let failed: Vec<ResourceId> = failed.into_iter().map(id).collect();
        for affected in spread(&graph, &failed).affected {
            prop_assert!(failed.contains(&affected.path[0].needs));
            prop_assert_eq!(affected.path.last().unwrap().resource, affected.id);
            for pair in affected.path.windows(2) {
                prop_assert_eq!(pair[0].resource, pair[1].needs);
            }
        }
    }

    /// Looked at from one resource, failures do to it what they do when all of it is looked at.
    #[test]
    fn one_resource_fares_as_it_does_when_everything_is_looked_at(
        (edges, groups) in graphs(),
        failed in prop::collection::vec(0_u64..12, 0..4),
    ) {
        let graph = Graph::new(&edges, &rules(), &groups);
        let all = severities(&graph, &failed);
        let failed: std::collections::HashSet<ResourceId> = failed.into_iter().map(id).collect();
        for (number, severity) in (0..12).zip(all) {
            if !failed.contains(&id(number)) {
                prop_assert_eq!(graph.fares(id(number), &failed), severity);
                let why = graph.why(id(number), &failed);
                prop_assert_eq!(why.is_empty(), severity == Severity::Fine);
            }
        }
    }

    /// Asked from the resource down, or of each failure by itself: the same comes out.
    #[test]
    fn what_a_resource_rests_on_is_what_each_failure_alone_does_to_it(
        (edges, groups) in graphs(),
        root in 0_u64..12,
    ) {
        let graph = Graph::new(&edges, &rules(), &groups);
        let found = rests_on(&graph, id(root)).affected;
        for number in (0..12).filter(|number| *number != root) {
            let alone = severities(&graph, &[number])[usize::try_from(root).unwrap()];
            let told = found.iter().find(|affected| affected.id == id(number));
            prop_assert_eq!(told.map_or(Severity::Fine, |affected| affected.severity), alone);
        }
        for affected in found.iter().filter(|affected| affected.severity > Severity::Fine) {
            let (first, last) = (&affected.path[0], affected.path.last().unwrap());
            prop_assert_eq!((first.needs, first.needs_severity), (affected.id, Severity::Down));
            prop_assert_eq!((last.resource, last.severity), (id(root), affected.severity));
            for pair in affected.path.windows(2) {
                prop_assert_eq!(pair[0].resource, pair[1].needs);
                prop_assert_eq!(pair[0].severity, pair[1].needs_severity);
            }
        }
    }
}
