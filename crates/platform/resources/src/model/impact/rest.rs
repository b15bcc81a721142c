use std::collections::VecDeque;

use super::{
    Affected, Graph, Outcome, Reason, Severity,
    graph::Need,
    spread::{PATH_MAX, Spreading},
};
use crate::ResourceId;

/// What `resource` rests on, each with what its failure alone does to `resource`; the worst first.
///
/// All of them are found from `resource` down together. Only where groups may lose several members
/// by one failure is that failure followed by itself.
#[must_use]
pub(crate) fn rests_on(graph: &Graph, resource: ResourceId) -> Outcome {
    let Some(&root) = graph.index.get(&resource) else { return Outcome::default() };
    let least = Reach::from(graph, root, Need::alone);
    let most = Reach::from(graph, root, |need, _| need.worst);
    let mut affected: Vec<Affected> = (0..graph.ids.len())
        .filter(|&at| at != root && most.severities[at] > Severity::Fine)
        .map(|at| {
            let id = graph.ids[at];
            if least.severities[at] == most.severities[at] {
                return Affected { id, severity: least.severities[at], path: least.path(at) };
            }
            let spreading = Spreading::from(graph, [at].into_iter());
            Affected { id, severity: spreading.states[root], path: spreading.path(root) }
        })
        .collect();
    affected.sort_by_key(|affected| {
        (std::cmp::Reverse(affected.severity), affected.path.len(), affected.id)
    });
    Outcome { affected }
}

/// What the failure of each does to one resource, if every need lets so much through and no more.
///
/// Along a path the least that a need lets through counts, of all paths the worst: a walk for each
/// severity, the worst first, finds both.
struct Reach<'g> {
    graph: &'g Graph,
    severities: Vec<Severity>,
    /// The next step on the way to the resource: who needs it, by which need.
    towards: Vec<Option<(usize, usize)>>,
}

impl<'g> Reach<'g> {
    fn from(graph: &'g Graph, root: usize, through: impl Fn(&Need, usize) -> Severity) -> Self {
        let count = graph.ids.len();
        let (severities, towards) = (vec![Severity::Fine; count], vec![None; count]);
        let mut reach = Self { graph, severities, towards };
        for severity in [Severity::Down, Severity::Degraded, Severity::AtRisk] {
            let mut seen = vec![false; count];
            seen[root] = true;
            let mut queue = VecDeque::from([root]);
            while let Some(at) = queue.pop_front() {
                for (which, need) in graph.needs[at].iter().enumerate() {
                    for &(member, _) in &need.members {
                        if seen[member] || through(need, member) < severity {
                            continue;
                        }
                        seen[member] = true;
                        queue.push_back(member);
                        if reach.severities[member] == Severity::Fine {
                            reach.severities[member] = severity;
                            reach.towards[member] = Some((at, which));
                        }
                    }
                }
            }
        }
        reach
    }

    /// From what failed up to the resource. Each step leads to one that was found before it.
    fn path(&self, failed: usize) -> Vec<Reason> {
        let (mut path, mut here, mut state) = (Vec::new(), failed, Severity::Down);
        while let Some((needy, which)) = self.towards[here] {
            let group = &self.graph.needs[needy][which];
            let severity = state.min(group.alone(here));
            path.push(Reason {
                needs: self.graph.ids[here],
                needs_severity: state,
                resource: self.graph.ids[needy],
                severity,
                relation: group.relation.clone(),
                working: group.members.len() - usize::from(state == Severity::Down),
                of: group.members.len(),
                enough: group.enough,
            });
            (here, state) = (needy, severity);
        }
        path.split_off(path.len().saturating_sub(PATH_MAX))
    }
}
