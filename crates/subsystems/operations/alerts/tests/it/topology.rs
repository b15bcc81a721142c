//! Estates that are made up, with faults in them, to find out how often causes are found.

use std::collections::{HashMap, HashSet};

use alerts::{Group, Scene, Severity, Symptom, explain, suspects};
use kernel::{Id, Time};
use resources::{
    Edge, Enough, FailureDirection, FailureRule, Graph, Redundancy, ResourceId, Severity as Fares,
    spread,
};
use uuid::Uuid;

/// Made-up chance that is the same every time (splitmix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// An estate: who needs whom, and what is watched.
pub(crate) struct Estate {
    pub(crate) graph: Graph,
    pub(crate) ids: Vec<ResourceId>,
    pub(crate) watched: HashSet<ResourceId>,
    pub(crate) reach: HashMap<ResourceId, usize>,
}

/// What came of a run.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Score {
    pub(crate) faults: usize,
    /// The cause is the fault.
    pub(crate) first: usize,
    /// The fault is the cause, or among what else it may be.
    pub(crate) first_three: usize,
    pub(crate) alerts: usize,
    /// Alerts in an incident with most of another fault's.
    pub(crate) merged: usize,
    /// Alerts apart from most of their own fault's.
    pub(crate) apart: usize,
    pub(crate) incidents: usize,
}

fn id(number: usize) -> ResourceId {
    Id::from_uuid(Uuid::from_u128(number as u128 + 1))
}

/// Two core switches, racks with a switch and two power feeds each, hosts with services, clusters
/// of three of which two suffice, and business systems that depend on services and clusters.
/// `watched_percent` of all have a check.
pub(crate) fn estate(racks: usize, watched_percent: u64, chance: &mut Chance) -> Estate {
    let (mut edges, mut groups) = (Vec::new(), Vec::new());
    let mut count = 2;
    let mut make = || {
        count += 1;
        count - 1
    };
    let mut need = |from: usize, to: usize, relation: &str| {
        edges.push(Edge {
            relation: relation.to_owned(),
            source: id(from),
            target: id(to),
            weight: 100,
        });
    };
    let mut group = |of: usize, relation: &str, count: u32| {
        groups.push(Redundancy {
            id: Id::from_uuid(Uuid::from_u128(1_000_000 + of as u128)),
            resource: id(of),
            name: "group".to_owned(),
            relation: relation.to_owned(),
            members: Vec::new(),
            enough: Enough::Count(count),
        });
    };
    let mut services = Vec::new();
    for _ in 0..racks {
        let (switch, one, other) = (make(), make(), make());
        need(switch, 0, "uplink");
        need(switch, 1, "uplink");
        group(switch, "uplink", 1);
        for _ in 0..8 {
            let host = make();
            need(host, switch, "network");
            need(host, one, "power");
            need(host, other, "power");
            group(host, "power", 1);
            for _ in 0..3 {
                let service = make();
                need(service, host, "runs-on");
                services.push(service);
            }
        }
    }
    for _ in 0..racks {
        let cluster = make();
        for _ in 0..3 {
            let member = chance.below(services.len() as u64) as usize;
            need(cluster, services[member], "member");
        }
        group(cluster, "member", 2);
        for _ in 0..2 {
            let system = make();
            need(system, cluster, "depends-on");
            let service = chance.below(services.len() as u64) as usize;
            need(system, services[service], "depends-on");
        }
    }
    watch(&edges, &groups, count, watched_percent, chance)
}

/// The estate of these needs, of which some is watched.
fn watch(
    edges: &[Edge],
    groups: &[Redundancy],
    count: usize,
    watched_percent: u64,
    chance: &mut Chance,
) -> Estate {
    let rule = |relation: &str| FailureRule {
        relation: relation.to_owned(),
        goes: FailureDirection::ToSource,
        worst: Fares::Down,
    };
    let rules = ["uplink", "network", "power", "runs-on", "member", "depends-on"].map(rule);
    let graph = Graph::new(edges, &rules, groups);
    let ids: Vec<ResourceId> = (0..count).map(id).collect();
    let watched = ids.iter().copied().filter(|_| chance.percent(watched_percent)).collect();
    let reach = ids
        .iter()
        .map(|one| {
            let down = spread(&graph, &[*one]).affected;
            (*one, down.iter().filter(|other| other.severity == Fares::Down).count())
        })
        .collect();
    Estate { graph, ids, watched, reach }
}

/// Injects `faults` at about the same time, with `noise` alerts that have nothing to do with them,
/// and finds the causes. Each alert comes within a minute, as checks run at their own pace.
pub(crate) fn run(estate: &Estate, faults: usize, noise: usize, chance: &mut Chance) -> Score {
    let pick = |chance: &mut Chance| estate.ids[chance.below(estate.ids.len() as u64) as usize];
    let failed: Vec<ResourceId> = (0..faults).map(|_| pick(chance)).collect();
    let mut symptoms: Vec<Symptom> = Vec::new();
    let mut of: Vec<Option<usize>> = Vec::new();
    let mut told = HashSet::new();
    let begin = 1_800_000_000;
    let mut note = |one: ResourceId, severity, down, fault, chance: &mut Chance, at: i64| {
        if !estate.watched.contains(&one) || !told.insert(one) {
            return;
        }
        let since = Time::from_seconds(begin + at + chance.below(60) as i64);
        of.push(fault);
        let alert = Id::from_uuid(Uuid::from_u128(of.len() as u128));
        let (kin, until) = (String::new(), None);
        symptoms.push(Symptom { alert, resource: Some(one), kin, severity, down, since, until });
    };
    for (number, fault) in failed.iter().enumerate() {
        let at = number as i64 * 20;
        note(*fault, Severity::Critical, true, Some(number), chance, at);
        for one in spread(&estate.graph, &[*fault]).affected {
            if one.severity == Fares::Down {
                note(one.id, Severity::Critical, true, Some(number), chance, at);
            }
        }
    }
    for _ in 0..noise {
        let (one, bad) = (pick(chance), chance.percent(30));
        let severity = if bad { Severity::Critical } else { Severity::Warning };
        let at = chance.below(600) as i64 - 300;
        note(one, severity, bad, None, chance, at);
    }
    let mut scene = Scene { symptoms, graph: estate.graph.clone(), ..Scene::default() };
    let ill: HashSet<ResourceId> = scene.symptoms.iter().filter_map(|one| one.resource).collect();
    scene.well = estate.watched.difference(&ill).copied().collect();
    for suspect in suspects(&scene) {
        scene.reach.insert(suspect, estate.reach[&suspect]);
    }
    judge(&explain(&scene), &failed, &of)
}

fn judge(groups: &[Group], failed: &[ResourceId], of: &[Option<usize>]) -> Score {
    let fault_of = |alert: Id<alerts::Alert>| of[alert.uuid().as_u128() as usize - 1];
    let mut score = Score { incidents: groups.len(), alerts: of.len(), ..Score::default() };
    for (number, fault) in failed.iter().enumerate() {
        let shares = groups.iter().map(|group| {
            group.members.iter().filter(|one| fault_of(one.alert) == Some(number)).count()
        });
        let shares: Vec<usize> = shares.collect();
        let Some((home, most)) = shares.iter().enumerate().max_by_key(|(_, count)| **count) else {
            continue;
        };
        // What nobody watches and nobody misses cannot be found.
        if *most == 0 {
            continue;
        }
        score.faults += 1;
        let group = &groups[home];
        let first = group.cause == Some(*fault);
        score.first += usize::from(first);
        score.first_three += usize::from(first || group.others.contains(fault));
        score.apart += shares.iter().sum::<usize>() - most;
        score.merged += group.members.len() - most;
    }
    score
}

/// The sum of two.
pub(crate) fn plus(one: Score, other: Score) -> Score {
    Score {
        faults: one.faults + other.faults,
        first: one.first + other.first,
        first_three: one.first_three + other.first_three,
        alerts: one.alerts + other.alerts,
        merged: one.merged + other.merged,
        apart: one.apart + other.apart,
        incidents: one.incidents + other.incidents,
    }
}
