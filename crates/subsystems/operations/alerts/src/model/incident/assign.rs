use std::collections::{BTreeMap, HashMap, HashSet};

use super::IncidentId;
use crate::model::{
    alert::AlertId,
    cause::{Group, Part},
};

/// Where an alert is, before alerts are put together anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Placed {
    /// The open incident that it is in.
    pub(crate) incident: Option<IncidentId>,
    /// Whether a person put it there: then it stays.
    pub(crate) pinned: bool,
}

/// Alerts that are one incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assigned {
    /// The incident; none: a new one.
    pub(crate) incident: Option<IncidentId>,
    /// The groups in it, by their places, the one that says what is wrong first.
    pub(crate) groups: Vec<usize>,
    /// Alerts that a person put there, and that are in groups of other incidents.
    pub(crate) pinned: Vec<AlertId>,
}

/// Gives each group of alerts to an incident, so that incidents last: what is in one stays in it
/// unless it turns out to follow from what is in another.
///
/// A group goes where the alert that is its cause is; if that is new, where most of its alerts are,
/// of several the oldest. Groups of the same incident stay together. `placed`: where alerts are.
pub(crate) fn assign(groups: &[Group], placed: &HashMap<AlertId, Placed>) -> Vec<Assigned> {
    let mut known: BTreeMap<IncidentId, Assigned> = BTreeMap::new();
    let mut fresh: Vec<Assigned> = Vec::new();
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(groups[*at].members.len()));
    for at in order {
        let free = |alert: &&AlertId| !placed.get(*alert).is_some_and(|one| one.pinned);
        let members: Vec<&AlertId> = groups[at].members.iter().map(|one| &one.alert).collect();
        let all_pinned = !members.iter().any(free);
        match home(&groups[at], placed) {
            Some(incident) if !all_pinned => known
                .entry(incident)
                .or_insert_with(|| Assigned::of(Some(incident)))
                .groups
                .push(at),
            _ if all_pinned => {}
            _ => fresh.push(Assigned { groups: vec![at], ..Assigned::of(None) }),
        }
    }
    // What a person put somewhere is there, whatever group it would be in.
    for group in groups {
        for member in &group.members {
            let Some(Placed { incident: Some(home), pinned: true }) = placed.get(&member.alert)
            else {
                continue;
            };
            let entry = known.entry(*home).or_insert_with(|| Assigned::of(Some(*home)));
            entry.pinned.push(member.alert);
        }
    }
    known.into_values().chain(fresh).collect()
}

impl Assigned {
    fn of(incident: Option<IncidentId>) -> Self {
        Self { incident, groups: Vec::new(), pinned: Vec::new() }
    }

    /// The alerts in it.
    pub(crate) fn members(
        &self,
        groups: &[Group],
        placed: &HashMap<AlertId, Placed>,
    ) -> Vec<(AlertId, bool)> {
        let pinned: HashSet<AlertId> = self.pinned.iter().copied().collect();
        let elsewhere = |alert: &AlertId| placed.get(alert).is_some_and(|one| one.pinned);
        let mut members: Vec<(AlertId, bool)> = Vec::new();
        for member in self.groups.iter().flat_map(|at| &groups[*at].members) {
            if !elsewhere(&member.alert) {
                members.push((member.alert, member.part == Part::Root));
            }
        }
        let hers = groups.iter().flat_map(|group| &group.members);
        let hers = hers.filter(|member| pinned.contains(&member.alert));
        members.extend(hers.map(|member| (member.alert, member.part == Part::Root)));
        members
    }
}

/// The open incident that a group belongs to already.
fn home(group: &Group, placed: &HashMap<AlertId, Placed>) -> Option<IncidentId> {
    let of = |alert: &AlertId| {
        let one = placed.get(alert)?;
        one.incident.filter(|_| !one.pinned)
    };
    let roots = group.members.iter().filter(|member| member.part == Part::Root);
    if let Some(home) = roots.filter_map(|member| of(&member.alert)).min() {
        return Some(home);
    }
    let mut votes: BTreeMap<IncidentId, usize> = BTreeMap::new();
    for home in group.members.iter().filter_map(|member| of(&member.alert)) {
        *votes.entry(home).or_default() += 1;
    }
    votes.into_iter().max_by_key(|(id, count)| (*count, std::cmp::Reverse(*id))).map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use kernel::Id;
    use uuid::Uuid;

    use super::*;
    use crate::model::cause::{Certainty, Member};

    fn alert(number: u128) -> AlertId {
        Id::from_uuid(Uuid::from_u128(number))
    }

    fn incident(number: u128) -> IncidentId {
        Id::from_uuid(Uuid::from_u128(number))
    }

    /// The first one is the root.
    fn group(alerts: &[u128]) -> Group {
        let part = |at: usize| match at {
            0 => Part::Root,
            _ => Part::Follows { path: Vec::new(), also: Vec::new() },
        };
        let member =
            |(at, number): (usize, &u128)| Member { alert: alert(*number), part: part(at) };
        let members = alerts.iter().enumerate().map(member).collect();
        Group { cause: None, certainty: Certainty::Observed, others: Vec::new(), members }
    }

    fn told(groups: &[Group], placed: &[(u128, u128, bool)]) -> Vec<(Option<u128>, Vec<u128>)> {
        let placed = placed.iter().map(|(number, home, pinned)| {
            (alert(*number), Placed { incident: Some(incident(*home)), pinned: *pinned })
        });
        let placed: HashMap<_, _> = placed.collect();
        let number = |id: AlertId| id.uuid().as_u128();
        let line = |one: &Assigned| {
            let members = one.members(groups, &placed);
            let home = one.incident.map(|id| id.uuid().as_u128());
            (home, members.into_iter().map(|(id, _)| number(id)).collect())
        };
        assign(groups, &placed).iter().map(line).collect()
    }

    #[test]
    fn cause_that_is_found_later_takes_the_alerts_into_the_oldest_incident() {
        let groups = [group(&[9, 1, 2])];
        assert_eq!(told(&groups, &[(1, 51, false), (2, 52, false)]), [(Some(51), vec![9, 1, 2])]);
    }

    #[test]
    fn what_is_in_an_incident_stays_when_its_cause_is_over() {
        let groups = [group(&[1]), group(&[2]), group(&[3])];
        let placed = [(1, 51, false), (2, 51, false)];
        assert_eq!(told(&groups, &placed), [(Some(51), vec![1, 2]), (None, vec![3])]);
    }

    #[test]
    fn what_a_person_put_somewhere_stays_there() {
        let groups = [group(&[1, 2, 3])];
        let placed = [(1, 51, false), (2, 60, true)];
        assert_eq!(told(&groups, &placed), [(Some(51), vec![1, 3]), (Some(60), vec![2])]);
    }
}
