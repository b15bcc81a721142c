use std::collections::{HashMap, HashSet, VecDeque};

use super::{Enough, Graph, Severity};
use crate::ResourceId;

/// What a failure does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Those that fare worse, the worst first, without those that failed.
    pub affected: Vec<Affected>,
}

/// A resource that fares worse because others failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// The resource.
    pub id: ResourceId,
    /// How it fares.
    pub severity: Severity,
    /// Why: from what failed itself up to this one, a step each.
    pub path: Vec<Reason>,
}

/// Why a resource fares worse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The one it needs.
    pub needs: ResourceId,
    /// How that one fares.
    pub needs_severity: Severity,
    /// The one in need.
    pub resource: ResourceId,
    /// How the need makes it fare.
    pub severity: Severity,
    /// The kind of relation.
    pub relation: String,
    /// How many of the group still work.
    pub working: usize,
    /// How many the group has.
    pub of: usize,
    /// How much of the group suffices; none: all of it is needed.
    pub enough: Option<Enough>,
}

/// Paths are told at most so long.
pub(super) const PATH_MAX: usize = 50;

/// What happens when all of `failed` go down at once.
///
/// It ends on any graph: severities only grow, and there are four of them.
#[must_use]
pub fn spread(graph: &Graph, failed: &[ResourceId]) -> Outcome {
    let starts = failed.iter().filter_map(|id| graph.index.get(id).copied());
    let spreading = Spreading::from(graph, starts);
    let failed: HashSet<&ResourceId> = failed.iter().collect();
    let mut affected: Vec<Affected> = (0..graph.ids.len())
        .filter(|&at| spreading.states[at] > Severity::Fine && !failed.contains(&graph.ids[at]))
        .map(|at| Affected {
            id: graph.ids[at],
            severity: spreading.states[at],
            path: spreading.path(at),
        })
        .collect();
    affected.sort_by_key(|affected| {
        (std::cmp::Reverse(affected.severity), affected.path.len(), affected.id)
    });
    Outcome { affected }
}

impl Graph {
    /// All that a resource rests on, the nearest first, each with how many needs lie between.
    #[must_use]
    pub fn foundation_of(&self, resource: ResourceId) -> Vec<(ResourceId, u32)> {
        let found = self.below(resource).into_iter().skip(1);
        found.map(|(at, steps)| (self.ids[at], steps)).collect()
    }

    /// How a resource fares when all of `failed` go down at once. It looks at nothing but what the
    /// resource rests on, so that it can be asked for each of thousands.
    #[must_use]
    pub fn fares(&self, resource: ResourceId, failed: &HashSet<ResourceId>) -> Severity {
        let below = self.below(resource);
        let Some(&(root, _)) = below.first() else { return Severity::Fine };
        let near: HashSet<usize> = below.iter().map(|(at, _)| *at).collect();
        let starts = near.iter().copied().filter(|at| failed.contains(&self.ids[*at]));
        Spreading::among(self, starts, |at| near.contains(&at)).states[root]
    }

    /// Why a resource fares so when all of `failed` go down at once: a step each; empty when it
    /// fares well.
    #[must_use]
    pub fn why(&self, resource: ResourceId, failed: &HashSet<ResourceId>) -> Vec<Reason> {
        let below = self.below(resource);
        let Some(&(root, _)) = below.first() else { return Vec::new() };
        let near: HashSet<usize> = below.iter().map(|(at, _)| *at).collect();
        let starts = near.iter().copied().filter(|at| failed.contains(&self.ids[*at]));
        Spreading::among(self, starts, |at| near.contains(&at)).path(root)
    }

    /// The resource itself and what it rests on, by their places, the nearest first.
    fn below(&self, resource: ResourceId) -> Vec<(usize, u32)> {
        let Some(&root) = self.index.get(&resource) else { return Vec::new() };
        let (mut seen, mut found) = (HashSet::from([root]), vec![(root, 0)]);
        let mut next = 0;
        while let Some(&(at, steps)) = found.get(next) {
            next += 1;
            for need in &self.needs[at] {
                for &(member, _) in &need.members {
                    if seen.insert(member) {
                        found.push((member, steps + 1));
                    }
                }
            }
        }
        found
    }
}

pub(super) struct Spreading<'g> {
    graph: &'g Graph,
    pub(super) states: Vec<Severity>,
    /// For each that fares worse: which of its needs made it so last, and by which member.
    because: HashMap<usize, (usize, usize)>,
}

impl<'g> Spreading<'g> {
    pub(super) fn from(graph: &'g Graph, failed: impl Iterator<Item = usize>) -> Self {
        Self::among(graph, failed, |_| true)
    }

    /// The same where only some are looked at.
    fn among(
        graph: &'g Graph,
        failed: impl Iterator<Item = usize>,
        looked_at: impl Fn(usize) -> bool,
    ) -> Self {
        let states = vec![Severity::Fine; graph.ids.len()];
        let mut spreading = Self { graph, states, because: HashMap::new() };
        let mut queue = VecDeque::new();
        for at in failed {
            spreading.states[at] = Severity::Down;
            queue.push_back(at);
        }
        while let Some(at) = queue.pop_front() {
            for &(needy, need) in graph.needed_by[at].iter().filter(|(needy, _)| looked_at(*needy))
            {
                let severity = graph.needs[needy][need].severity(&spreading.states);
                if severity > spreading.states[needy] {
                    let culprit = spreading.worst_member(needy, need).unwrap_or(at);
                    spreading.states[needy] = severity;
                    spreading.because.insert(needy, (need, culprit));
                    queue.push_back(needy);
                }
            }
        }
        spreading
    }

    /// The member of a group that fares worst, the first of several. It fares no better than the
    /// group lets the one in need fare; that cannot be said of the member that was looked at last.
    fn worst_member(&self, needy: usize, need: usize) -> Option<usize> {
        let members = self.graph.needs[needy][need].members.iter().map(|(at, _)| *at);
        members.rev().max_by_key(|at| self.states[*at])
    }

    /// From what failed itself up to `at`. A reason's cause fares no better than its effect and
    /// fared so before it: following reasons back never leads in a circle.
    pub(super) fn path(&self, at: usize) -> Vec<Reason> {
        let mut path = Vec::new();
        let mut here = at;
        while let Some(&(need, member)) = self.because.get(&here) {
            if path.len() == PATH_MAX {
                break;
            }
            path.push(self.reason(here, need, member));
            here = member;
        }
        path.reverse();
        path
    }

    fn reason(&self, needy: usize, need: usize, member: usize) -> Reason {
        let group = &self.graph.needs[needy][need];
        let working =
            group.members.iter().filter(|(at, _)| self.states[*at] < Severity::Down).count();
        Reason {
            needs: self.graph.ids[member],
            needs_severity: self.states[member],
            resource: self.graph.ids[needy],
            severity: self.states[needy],
            relation: group.relation.clone(),
            working,
            of: group.members.len(),
            enough: group.enough,
        }
    }
}
