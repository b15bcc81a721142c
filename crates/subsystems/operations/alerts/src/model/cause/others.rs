use std::collections::{BTreeMap, BTreeSet, HashSet};

use resources::{ResourceId, Severity as Fares};

use super::Scene;

/// So many are named besides the cause.
const OTHERS_MAX: usize = 2;
/// So many resources of a group are asked whether another one explains them.
const ASKED_MAX: usize = 100;
/// So many of what they rest on are looked at, the nearest.
const LOOKED_AT_MAX: usize = 100;

/// What else than `cause` may be behind these alerts: what explains most of them comes first, of
/// two that explain as much the nearer. What answers well is not among them.
pub(super) fn others(
    scene: &Scene,
    symptoms: impl Iterator<Item = usize>,
    cause: Option<ResourceId>,
) -> Vec<ResourceId> {
    let asked: BTreeSet<ResourceId> =
        symptoms.filter_map(|at| scene.symptoms[at].resource).take(ASKED_MAX).collect();
    let mut steps: BTreeMap<ResourceId, u32> = BTreeMap::new();
    for id in &asked {
        for (other, far) in scene.graph.foundation_of(*id).into_iter().take(LOOKED_AT_MAX) {
            let known = steps.entry(other).or_insert(far);
            *known = far.min(*known);
        }
    }
    let mut judged: Vec<_> = steps
        .into_iter()
        .filter(|(id, _)| Some(*id) != cause && !scene.well.contains(id))
        .map(|(id, far)| {
            let failed = HashSet::from([id]);
            let explains = |one: &&ResourceId| scene.graph.fares(**one, &failed) > Fares::AtRisk;
            (std::cmp::Reverse(asked.iter().filter(explains).count()), far, id)
        })
        .filter(|(explained, _, _)| explained.0 > 0)
        .collect();
    judged.sort_unstable();
    judged.into_iter().take(OTHERS_MAX).map(|(_, _, id)| id).collect()
}
