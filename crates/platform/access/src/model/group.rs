use std::collections::{HashMap, HashSet};

use kernel::{FieldFault, Id, Text, Time};

/// The id of a group.
pub type GroupId = Id<Group>;

/// There are no more groups than this.
pub(crate) const GROUPS_MAX: u32 = 2000;
/// Ways up from one group to another that are told apart, the shortest ones: more make no
/// difference to what is held. Every group that there is a way to is reached all the same.
const WAYS_TO_ONE_MAX: u32 = 8;

/// Users and other groups under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name; unique in any case.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Grows with every change of the above.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
}

/// A group that is wanted, or the new content of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGroup {
    /// 1 to 100 characters.
    pub name: String,
    /// At most 500 characters.
    pub description: String,
}

impl NewGroup {
    /// What is wrong with it.
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut wrong = Vec::new();
        let plain = |text: &str| !text.chars().any(char::is_control);
        if !(1..=100).contains(&self.name.trim().chars().count()) || !plain(&self.name) {
            let expected = Text::new("1 to 100 characters", "1 到 100 个字符");
            wrong.push(FieldFault::new("name", &self.name, expected));
        }
        if self.description.chars().count() > 500 || !plain(&self.description) {
            let expected = Text::new("at most 500 characters", "最多 500 个字符");
            wrong.push(FieldFault::new("description", &self.description, expected));
        }
        wrong
    }
}

/// How groups lie in each other.
#[derive(Debug, Clone, Default)]
pub(crate) struct GroupGraph {
    names: HashMap<String, String>,
    /// The groups that a group is a member of.
    above: HashMap<String, Vec<String>>,
    /// The groups that are members of a group.
    below: HashMap<String, Vec<String>>,
}

impl GroupGraph {
    /// The graph of these groups (id, name) and memberships (group, member).
    pub(crate) fn new(
        groups: impl IntoIterator<Item = (String, String)>,
        edges: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let mut graph = Self { names: groups.into_iter().collect(), ..Self::default() };
        for (group, member) in edges {
            graph.above.entry(member.clone()).or_default().push(group.clone());
            graph.below.entry(group).or_default().push(member);
        }
        graph
    }

    /// The name of a group.
    pub(crate) fn name(&self, id: &str) -> &str {
        self.names.get(id).map_or("", String::as_str)
    }

    /// The ways from `group` upwards, itself first: what members of it are members of.
    pub(crate) fn ways_up(&self, group: &str) -> Vec<Vec<String>> {
        let mut ways = vec![vec![group.to_owned()]];
        let mut ways_to: HashMap<&str, u32> = HashMap::new();
        let mut at = 0;
        while at < ways.len() {
            let way = ways[at].clone();
            at += 1;
            let Some(last) = way.last() else { continue };
            for next in self.above.get(last).into_iter().flatten() {
                let known = ways_to.entry(next).or_default();
                // A circle is refused when it is made; one in old data ends here.
                if *known < WAYS_TO_ONE_MAX && !way.contains(next) {
                    *known += 1;
                    ways.push([way.as_slice(), std::slice::from_ref(next)].concat());
                }
            }
        }
        ways
    }

    /// `group` and all groups in it, each with the way from it up to `group`.
    pub(crate) fn ways_down(&self, group: &str) -> Vec<Vec<String>> {
        let mut seen = HashSet::from([group.to_owned()]);
        let mut ways = vec![vec![group.to_owned()]];
        let mut at = 0;
        while at < ways.len() {
            let way = ways[at].clone();
            at += 1;
            for next in way.first().and_then(|first| self.below.get(first)).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    ways.push([std::slice::from_ref(next), way.as_slice()].concat());
                }
            }
        }
        ways
    }

    /// The circle that would be if `member` became a member of `group`, by name.
    pub(crate) fn circle(&self, group: &str, member: &str) -> Option<Vec<String>> {
        if group == member {
            return Some(vec![self.name(group).to_owned(), self.name(group).to_owned()]);
        }
        let ways = self.ways_down(member);
        let way = ways.into_iter().find(|way| way.first().is_some_and(|first| first == group))?;
        let mut names: Vec<String> = way.iter().map(|id| self.name(id).to_owned()).collect();
        names.push(self.name(group).to_owned());
        Some(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &str)]) -> GroupGraph {
        let ids = ["a", "b", "c", "d"];
        let groups = ids.map(|id| (id.to_owned(), id.to_uppercase()));
        let edges = edges.iter().map(|&(group, member)| (group.to_owned(), member.to_owned()));
        GroupGraph::new(groups, edges)
    }

    #[test]
    fn every_way_up_is_told_apart() {
        // d lies in b and in c, both lie in a.
        let graph = graph(&[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]);
        let ways: Vec<String> = graph.ways_up("d").iter().map(|way| way.join(">")).collect();
        assert_eq!(ways, ["d", "d>b", "d>c", "d>b>a", "d>c>a"]);
        let ways: Vec<String> = graph.ways_down("a").iter().map(|way| way.join(">")).collect();
        assert_eq!(ways, ["a", "b>a", "c>a", "d>b>a"]);
    }

    /// Once fifty ways were looked at, whatever they led to.
    #[test]
    fn every_group_is_reached_however_many_ways_there_are() {
        let id = |layer: usize, number: usize| format!("{layer}-{number}");
        let mut edges: Vec<(String, String)> =
            (0..300).map(|number| (format!("wide-{number}"), "d".to_owned())).collect();
        edges.extend((0..10).map(|number| (id(0, number), "d".to_owned())));
        for layer in 1..4 {
            for (above, below) in (0..100).map(|pair| (pair / 10, pair % 10)) {
                edges.push((id(layer, above), id(layer - 1, below)));
            }
        }
        let ways = GroupGraph::new([], edges).ways_up("d");
        let reached: HashSet<&str> =
            ways.iter().filter_map(|way| way.last()).map(String::as_str).collect();
        assert_eq!(reached.len(), 1 + 300 + 40);
        assert!(ways.len() <= 1 + 340 * WAYS_TO_ONE_MAX as usize, "{}", ways.len());
    }

    #[test]
    fn circle_is_found_before_it_is_made() {
        let graph = graph(&[("a", "b"), ("b", "c")]);
        assert_eq!(graph.circle("c", "a"), Some(["C", "B", "A", "C"].map(str::to_owned).to_vec()));
        assert_eq!(graph.circle("a", "a"), Some(["A", "A"].map(str::to_owned).to_vec()));
        assert_eq!(graph.circle("a", "c"), None);
        assert_eq!(graph.circle("d", "a"), None);
    }

    #[test]
    fn old_circle_ends() {
        let graph = graph(&[("a", "b"), ("b", "a")]);
        assert_eq!(graph.ways_up("a").len(), 2);
        assert_eq!(graph.ways_down("a").len(), 2);
    }
}
