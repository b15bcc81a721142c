use std::collections::BTreeMap;

use kernel::Time;
use resources::ResourceId;

use super::{BURST_US, Symptom, TOGETHER_US};
use crate::model::severity::Severity;

/// What is wrong with one resource at a time: alerts on it that began close to each other.
#[derive(Debug, Clone)]
pub(super) struct Ailment {
    /// The resource; none for alerts that are put together by their words.
    pub(super) resource: Option<ResourceId>,
    /// How bad the worst of it is.
    pub(super) severity: Severity,
    /// Whether the resource does not answer.
    pub(super) down: bool,
    /// Since when.
    pub(super) since: Time,
    /// Until when; none while any of it holds.
    pub(super) until: Option<Time>,
    /// The alerts, by their places in the scene.
    pub(super) symptoms: Vec<usize>,
}

/// Puts alerts together that are about the same thing and began close to each other.
pub(super) fn gather(symptoms: &[Symptom]) -> Vec<Ailment> {
    let mut order: Vec<usize> = (0..symptoms.len()).collect();
    order.sort_by_key(|at| (symptoms[*at].since, symptoms[*at].alert));
    let mut latest: BTreeMap<(Option<ResourceId>, &str), usize> = BTreeMap::new();
    let mut ailments: Vec<Ailment> = Vec::new();
    let mut newest: Vec<Time> = Vec::new();
    for at in order {
        let symptom = &symptoms[at];
        let (key, gap) = match symptom.resource {
            Some(id) => ((Some(id), ""), TOGETHER_US),
            None => ((None, symptom.kin.as_str()), BURST_US),
        };
        let near = latest
            .get(&key)
            .copied()
            .filter(|known| symptom.since.micros() - newest[*known].micros() <= gap);
        let Some(known) = near else {
            latest.insert(key, ailments.len());
            newest.push(symptom.since);
            ailments.push(Ailment {
                resource: symptom.resource,
                severity: symptom.severity,
                down: symptom.down,
                since: symptom.since,
                until: symptom.until,
                symptoms: vec![at],
            });
            continue;
        };
        newest[known] = symptom.since;
        let ailment = &mut ailments[known];
        ailment.severity = ailment.severity.max(symptom.severity);
        ailment.down |= symptom.down;
        ailment.until = match (ailment.until, symptom.until) {
            (Some(one), Some(other)) => Some(one.max(other)),
            _ => None,
        };
        ailment.symptoms.push(at);
    }
    ailments
}
