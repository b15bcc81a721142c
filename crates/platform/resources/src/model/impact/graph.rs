use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Enough, FailureRule, Redundancy, Severity};
use crate::ResourceId;

/// A relation, as far as failures are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The kind of relation.
    pub relation: String,
    /// Its source.
    pub source: ResourceId,
    /// Its target.
    pub target: ResourceId,
    /// How much it counts in its group.
    pub weight: u32,
}

/// Who needs whom: made once, asked any number of times.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    pub(super) ids: Vec<ResourceId>,
    pub(super) index: HashMap<ResourceId, usize>,
    /// What each needs.
    pub(super) needs: Vec<Vec<Need>>,
    /// Who needs each: the one in need and which of its needs it is.
    pub(super) needed_by: Vec<Vec<(usize, usize)>>,
}

/// Resources with their weights.
type Members = Vec<(usize, u32)>;

/// A group of resources of which some have to work.
#[derive(Debug, Clone)]
pub(super) struct Need {
    pub(super) relation: String,
    /// The members with their weights.
    pub(super) members: Members,
    /// How much suffices; none: all have to work.
    pub(super) enough: Option<Enough>,
    /// The worst that comes of it.
    pub(super) worst: Severity,
}

impl Graph {
    /// The graph of these relations. Relations without a rule carry nothing.
    #[must_use]
    pub fn new(edges: &[Edge], rules: &[FailureRule], redundancies: &[Redundancy]) -> Self {
        Self::with_reserves(edges, rules, redundancies, &HashSet::new())
    }

    /// The same, where no failure reaches `reserves`: they only count in the groups of others.
    #[must_use]
    pub fn with_reserves(
        edges: &[Edge],
        rules: &[FailureRule],
        redundancies: &[Redundancy],
        reserves: &HashSet<ResourceId>,
    ) -> Self {
        let mut graph = Self::default();
        let rules: HashMap<&str, &FailureRule> =
            rules.iter().map(|rule| (rule.relation.as_str(), rule)).collect();
        let mut groups: HashMap<(usize, &str), Vec<&Redundancy>> = HashMap::new();
        for redundancy in redundancies {
            let at = graph.node(redundancy.resource);
            groups.entry((at, redundancy.relation.as_str())).or_default().push(redundancy);
        }
        // The members of each group, of what is in no group each for itself.
        let mut shared: BTreeMap<(usize, &str, usize), Members> = BTreeMap::new();
        for edge in edges {
            let Some(rule) = rules.get(edge.relation.as_str()) else { continue };
            let (source, target) = (graph.node(edge.source), graph.node(edge.target));
            let mut ends = Vec::new();
            if rule.reaches_source() && !reserves.contains(&edge.source) {
                ends.push((source, target));
            }
            if rule.reaches_target() && !reserves.contains(&edge.target) {
                ends.push((target, source));
            }
            for (needy, member) in ends {
                let groups = groups.get(&(needy, rule.relation.as_str()));
                let group = groups.and_then(|groups| group_of(graph.ids[member], groups));
                match group {
                    Some(group) => {
                        let key = (needy, rule.relation.as_str(), group);
                        shared.entry(key).or_default().push((member, edge.weight));
                    }
                    None => graph.add_need(needy, Need::single(rule, member)),
                }
            }
        }
        for ((needy, relation, group), mut members) in shared {
            members.sort_unstable();
            members.dedup_by_key(|(member, _)| *member);
            let enough = groups.get(&(needy, relation)).map(|groups| groups[group].enough);
            let relation = relation.to_owned();
            graph.add_need(needy, Need { relation, members, enough, worst: Severity::Down });
        }
        graph
    }

    /// Whether the resource is in it.
    #[must_use]
    pub fn contains(&self, id: ResourceId) -> bool {
        self.index.contains_key(&id)
    }

    fn node(&mut self, id: ResourceId) -> usize {
        *self.index.entry(id).or_insert_with(|| {
            self.ids.push(id);
            self.needs.push(Vec::new());
            self.needed_by.push(Vec::new());
            self.ids.len() - 1
        })
    }

    fn add_need(&mut self, needy: usize, need: Need) {
        let at = self.needs[needy].len();
        for (member, _) in &need.members {
            self.needed_by[*member].push((needy, at));
        }
        self.needs[needy].push(need);
    }
}

/// The group that names the member, or else the one that names nobody.
fn group_of(member: ResourceId, groups: &[&Redundancy]) -> Option<usize> {
    let named = groups.iter().position(|group| group.members.contains(&member));
    named.or_else(|| groups.iter().position(|group| group.members.is_empty()))
}

impl Need {
    fn single(rule: &FailureRule, member: usize) -> Self {
        Self {
            relation: rule.relation.clone(),
            members: vec![(member, 1)],
            enough: None,
            worst: rule.worst,
        }
    }

    /// How the one in need fares, while its members fare so.
    ///
    /// Grows with every member's severity, and never when a member that is fine is added.
    pub(super) fn severity(&self, states: &[Severity]) -> Severity {
        let of = |(member, _): &(usize, u32)| states[*member];
        let worst = self.members.iter().map(of).max().unwrap_or_default();
        let severity = match self.enough {
            None => worst,
            Some(enough) => {
                let lasts = |below: Severity| {
                    let working = self.members.iter().filter(|member| of(member) < below);
                    self.suffices(enough, working)
                };
                if !lasts(Severity::Down) {
                    Severity::Down
                } else if !lasts(Severity::Degraded) {
                    Severity::Degraded
                } else {
                    worst.min(Severity::AtRisk)
                }
            }
        };
        severity.min(self.worst)
    }

    /// How the one in need fares while `member` is down and nobody else.
    pub(super) fn alone(&self, member: usize) -> Severity {
        let Some(enough) = self.enough else { return self.worst };
        let working = self.members.iter().filter(|(other, _)| *other != member);
        let lasts = self.suffices(enough, working);
        let severity = if lasts { Severity::AtRisk } else { Severity::Down };
        severity.min(self.worst)
    }

    fn suffices<'m>(
        &self,
        enough: Enough,
        working: impl Iterator<Item = &'m (usize, u32)>,
    ) -> bool {
        match enough {
            Enough::Count(count) => {
                let needed = usize::try_from(count).unwrap_or(usize::MAX).min(self.members.len());
                working.count() >= needed
            }
            Enough::Percent(percent) => {
                let sum = |weights: u64, (_, weight): &(usize, u32)| weights + u64::from(*weight);
                let all = self.members.iter().fold(0, sum);
                working.fold(0, sum) * 100 >= all * u64::from(percent)
            }
        }
    }
}
