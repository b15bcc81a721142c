use std::collections::{BTreeMap, HashMap, HashSet};

use resources::{ResourceId, Severity as Fares};

use super::{
    Certainty, Group, IMPAIRED_US, LAG_US, Lessons, Link, Member, Part, Scene,
    gather::{Ailment, gather},
    others::others,
    silent::silent_causes,
};
use crate::model::severity::Severity;

/// What one ailment goes back to.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The ailment it follows from directly, by its place.
    parent: usize,
    /// All without whose failure it would be well.
    also: Vec<ResourceId>,
}

/// Puts the alerts of a scene together by their causes, each alert in exactly one group.
///
/// An alert follows from another where the register says that its resource does not work without
/// the other's, by one of them or by several at once, and where the other is at least as bad and
/// began no more than five minutes later. What stopped answering is a cause for as long as it does;
/// what merely fares badly, for half an hour. Of two that need each other the earlier is the cause.
#[must_use]
pub fn explain(scene: &Scene) -> Vec<Group> {
    let ailments = gather(&scene.symptoms);
    let by_resource = places(&ailments);
    let mut origins: Vec<Option<Origin>> = Vec::with_capacity(ailments.len());
    for at in 0..ailments.len() {
        origins.push(origin(scene, &ailments, &by_resource, at));
    }
    let roots: Vec<usize> = (0..ailments.len()).map(|at| root_of(&origins, at)).collect();
    let silent = silent_causes(scene, &ailments, &roots);
    let mut grouped: BTreeMap<(bool, usize), Vec<usize>> = BTreeMap::new();
    for (at, root) in roots.iter().enumerate() {
        let key = silent.of.get(root).map_or((false, *root), |cause| (true, *cause));
        grouped.entry(key).or_default().push(at);
    }
    let group = |((suspected, key), members): ((bool, usize), Vec<usize>)| {
        let cause = if suspected { Some(silent.causes[key]) } else { ailments[key].resource };
        let certainty = if suspected { Certainty::Suspected } else { Certainty::Observed };
        let failed = cause.into_iter().collect();
        let mut found: Vec<(usize, Member)> = Vec::new();
        for at in members {
            let part = match (&origins[at], suspected) {
                (Some(origin), _) => follows(scene, &ailments, at, origin, &failed),
                (None, true) => Part::Follows {
                    path: path(scene, ailments[at].resource, &failed),
                    also: Vec::new(),
                },
                (None, false) => Part::Root,
            };
            for symptom in &ailments[at].symptoms {
                let alert = scene.symptoms[*symptom].alert;
                found.push((*symptom, Member { alert, part: part.clone() }));
            }
        }
        found.sort_by_key(|(at, member)| {
            let symptom = &scene.symptoms[*at];
            (member.part != Part::Root, symptom.since, symptom.alert)
        });
        let others = others(scene, found.iter().map(|(at, _)| *at), cause);
        let members = found.into_iter().map(|(_, member)| member).collect();
        Group { cause, certainty, others, members }
    };
    grouped.into_iter().map(group).collect()
}

/// The ailments of each resource.
fn places(ailments: &[Ailment]) -> HashMap<ResourceId, Vec<usize>> {
    let mut places: HashMap<ResourceId, Vec<usize>> = HashMap::new();
    for (at, ailment) in ailments.iter().enumerate() {
        if let Some(id) = ailment.resource {
            places.entry(id).or_default().push(at);
        }
    }
    places
}

fn origin(
    scene: &Scene,
    ailments: &[Ailment],
    places: &HashMap<ResourceId, Vec<usize>>,
    at: usize,
) -> Option<Origin> {
    let child = &ailments[at];
    let id = child.resource?;
    let mut below = scene.graph.foundation_of(id);
    let learned = scene.lessons.together.iter().filter(|(_, follows)| *follows == id);
    below.extend(learned.map(|(cause, _)| (*cause, 1)));
    let mut candidates: Vec<(usize, u32)> = Vec::new();
    for (other, steps) in below {
        for &place in places.get(&other).into_iter().flatten() {
            if place != at && may_cause(&ailments[place], child, &scene.lessons) {
                let mutual = || scene.graph.foundation_of(other).iter().any(|(one, _)| *one == id);
                if before(ailments, place, at) || !mutual() {
                    candidates.push((place, steps));
                }
            }
        }
    }
    let taught = |place: usize| {
        ailments[place].resource.is_some_and(|one| scene.lessons.together.contains(&(one, id)))
    };
    let suffices = |places: &[usize]| {
        let failed = places.iter().filter_map(|place| ailments[*place].resource).collect();
        scene.graph.fares(id, &failed) >= Fares::Degraded
    };
    let alone = candidates.iter().filter(|(place, _)| taught(*place) || suffices(&[*place]));
    let nearest = alone.min_by_key(|(place, steps)| {
        let apart = ailments[*place].since.micros().abs_diff(child.since.micros());
        (!ailments[*place].down, *steps, apart, *place)
    });
    if let Some((parent, _)) = nearest {
        return Some(Origin { parent: *parent, also: Vec::new() });
    }
    jointly(ailments, candidates, suffices)
}

/// Several that together are too much: the one that failed last is the cause, the others are named.
fn jointly(
    ailments: &[Ailment],
    candidates: Vec<(usize, u32)>,
    suffices: impl Fn(&[usize]) -> bool,
) -> Option<Origin> {
    let mut needed: Vec<usize> = candidates.into_iter().map(|(place, _)| place).collect();
    needed.sort_by_key(|place| (ailments[*place].since, *place));
    needed.dedup();
    if needed.is_empty() || !suffices(&needed) {
        return None;
    }
    // The earliest that are not needed go first, so that what failed last stays.
    for place in needed.clone() {
        let without: Vec<usize> = needed.iter().copied().filter(|one| *one != place).collect();
        if suffices(&without) {
            needed = without;
        }
    }
    let parent = *needed.last()?;
    let others = needed.iter().filter(|place| **place != parent);
    let also: HashSet<ResourceId> = others.filter_map(|place| ailments[*place].resource).collect();
    let mut also: Vec<ResourceId> = also.into_iter().collect();
    also.sort_unstable();
    Some(Origin { parent, also })
}

fn may_cause(cause: &Ailment, child: &Ailment, lessons: &Lessons) -> bool {
    let (Some(from), Some(to)) = (cause.resource, child.resource) else { return false };
    let (began, child_began) = (cause.since.micros(), child.since.micros());
    let bad = cause.severity > Severity::Info && cause.severity >= child.severity;
    let in_time = began <= child_began + LAG_US
        && cause.until.is_none_or(|until| child_began <= until.micros() + LAG_US);
    let recent = cause.down || child_began - began <= IMPAIRED_US;
    from != to && bad && in_time && recent && !lessons.apart.contains(&(from, to))
}

fn before(ailments: &[Ailment], one: usize, other: usize) -> bool {
    (ailments[one].since, one) < (ailments[other].since, other)
}

/// Follows origins up. Each leads up the register or, within a circle, to what began earlier, so
/// that it ends; the limit holds where a person taught a circle.
fn root_of(origins: &[Option<Origin>], at: usize) -> usize {
    let mut here = at;
    for _ in 0..origins.len() {
        match &origins[here] {
            Some(origin) => here = origin.parent,
            None => break,
        }
    }
    here
}

fn follows(
    scene: &Scene,
    ailments: &[Ailment],
    at: usize,
    origin: &Origin,
    failed: &HashSet<ResourceId>,
) -> Part {
    let mut failed = failed.clone();
    failed.extend(&origin.also);
    let mut path = path(scene, ailments[at].resource, &failed);
    if path.is_empty() {
        failed.extend(ailments[origin.parent].resource);
        path = self::path(scene, ailments[at].resource, &failed);
    }
    Part::Follows { path, also: origin.also.clone() }
}

fn path(scene: &Scene, to: Option<ResourceId>, failed: &HashSet<ResourceId>) -> Vec<Link> {
    let Some(to) = to else { return Vec::new() };
    let link = |reason: resources::Reason| Link {
        resource: reason.resource,
        needs: reason.needs,
        relation: reason.relation,
        working: reason.working,
        of: reason.of,
    };
    scene.graph.why(to, failed).into_iter().map(link).collect()
}
