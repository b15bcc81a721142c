use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use resources::{ResourceId, Severity as Fares};

use super::{
    Scene,
    gather::{Ailment, gather},
};
use crate::model::severity::Severity;

/// So many fail at once before what they share is suspected.
const FEWEST: usize = 3;
/// They fail within so many µs.
const AT_ONCE_US: i64 = 180 * 1_000_000;
/// So many needs lie between at most.
const STEPS_MAX: u32 = 6;
/// So many percent of what rests on it have failed.
const SHARE_PERCENT: usize = 50;
/// So many are looked at more closely.
const SUSPECTS_MAX: usize = 20;

/// Causes without an alert of their own.
#[derive(Debug, Default)]
pub(super) struct Silent {
    /// The resources.
    pub(super) causes: Vec<ResourceId>,
    /// Which of them the ailments without another cause go back to, by their places.
    pub(super) of: HashMap<usize, usize>,
}

/// What is shared by ailments that began at once, and is not known to be well: how much rests on it
/// is to be found out before causes are. The likeliest first, at most 20.
#[must_use]
pub fn suspects(scene: &Scene) -> Vec<ResourceId> {
    let ailments = gather(&scene.symptoms);
    let all: Vec<usize> = (0..ailments.len()).collect();
    let mut found: Vec<(usize, ResourceId)> = shared(scene, &ailments, &all)
        .into_iter()
        .map(|(id, failed)| (at_once(&ailments, &failed).len(), id))
        .filter(|(count, _)| *count >= FEWEST)
        .collect();
    found.sort_by_key(|(count, id)| (std::cmp::Reverse(*count), *id));
    found.into_iter().take(SUSPECTS_MAX).map(|(_, id)| id).collect()
}

/// Finds causes that have no alert: what at least three failures within three minutes share, if
/// half of what rests on it failed. The one that explains most comes first.
pub(super) fn silent_causes(scene: &Scene, ailments: &[Ailment], roots: &[usize]) -> Silent {
    let mut open: Vec<usize> = roots.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let mut silent = Silent::default();
    loop {
        let candidates = shared(scene, ailments, &open);
        let judged = candidates.into_iter().filter_map(|(id, failed)| {
            let together = at_once(ailments, &failed);
            let reach = scene.reach.get(&id).copied()?.max(together.len());
            let enough = together.len() >= FEWEST
                && explained(scene, ailments, roots, &together, id) * 100 >= reach * SHARE_PERCENT;
            // Of two that explain as much, the one that would break less is the likelier.
            enough.then_some((together.len(), std::cmp::Reverse((reach, id)), together))
        });
        let Some((_, std::cmp::Reverse((_, id)), together)) = judged.max() else { break };
        for root in &together {
            silent.of.insert(*root, silent.causes.len());
        }
        silent.causes.push(id);
        open.retain(|root| !together.contains(root));
    }
    silent
}

/// For each resource that has no alert and is not known to be well, the severe ailments that it
/// alone would explain.
fn shared(
    scene: &Scene,
    ailments: &[Ailment],
    among: &[usize],
) -> BTreeMap<ResourceId, Vec<usize>> {
    let ailing: HashSet<ResourceId> = ailments.iter().filter_map(|one| one.resource).collect();
    let mut shared: BTreeMap<ResourceId, Vec<usize>> = BTreeMap::new();
    for &at in among {
        let ailment = &ailments[at];
        let Some(id) = ailment.resource.filter(|_| ailment.severity == Severity::Critical) else {
            continue;
        };
        for (other, steps) in scene.graph.foundation_of(id) {
            let dumb = !ailing.contains(&other) && !scene.well.contains(&other);
            if dumb
                && steps <= STEPS_MAX
                && scene.graph.fares(id, &HashSet::from([other])) == Fares::Down
                && !scene.lessons.apart.contains(&(other, id))
            {
                shared.entry(other).or_default().push(at);
            }
        }
    }
    shared
}

/// The most of them that began within three minutes.
fn at_once(ailments: &[Ailment], failed: &[usize]) -> Vec<usize> {
    let mut failed = failed.to_vec();
    failed.sort_by_key(|at| (ailments[*at].since, *at));
    let mut best = 0..0;
    let mut first = 0;
    for last in 0..failed.len() {
        let end = ailments[failed[last]].since.micros();
        while end - ailments[failed[first]].since.micros() > AT_ONCE_US {
            first += 1;
        }
        if last + 1 - first > best.len() {
            best = first..last + 1;
        }
    }
    failed[best].to_vec()
}

/// How many resources that rest on `id` are ailing, or rest between it and those that are.
fn explained(
    scene: &Scene,
    ailments: &[Ailment],
    roots: &[usize],
    together: &[usize],
    id: ResourceId,
) -> usize {
    let mut found: HashSet<ResourceId> = HashSet::new();
    for (at, root) in roots.iter().enumerate().filter(|(_, root)| together.contains(root)) {
        found.extend(ailments[at].resource);
        let Some(start) = ailments[*root].resource else { continue };
        let why = scene.graph.why(start, &HashSet::from([id]));
        found.extend(why.iter().map(|reason| reason.resource));
    }
    found.len()
}
