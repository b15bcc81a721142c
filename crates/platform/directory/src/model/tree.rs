use std::collections::{BTreeSet, HashMap, HashSet};

use kernel::{Scope, Text};

/// The unit tree and the region tree as they are now, in memory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trees {
    units: HashMap<String, UnitNode>,
    regions: HashMap<String, RegionNode>,
    unit_children: HashMap<String, Vec<String>>,
    region_children: HashMap<String, Vec<String>>,
    /// Units without a region of their own that are in that of a unit above them.
    inheriting: HashSet<String>,
}

/// A unit in the tree. A closed one stays under its last parent, so that its past is still in the
/// scope of those who answer for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitNode {
    /// Its id.
    pub id: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// The unit it is part of.
    pub parent: Option<String>,
    /// The region it is in: the one it answers for, else that of the nearest unit above it which
    /// answers for one.
    pub region: Option<String>,
    /// Whether it exists no more, or not yet.
    pub closed: bool,
}

/// A region in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionNode {
    /// Its id.
    pub id: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// The region it is part of.
    pub parent: Option<String>,
    /// Whether it exists no more, or not yet.
    pub closed: bool,
}

impl Trees {
    /// The trees of these nodes. Units without a region take that of the nearest unit above them.
    #[must_use]
    pub fn new(units: Vec<UnitNode>, regions: Vec<RegionNode>) -> Self {
        let mut trees = Self::default();
        for unit in units {
            if let Some(parent) = &unit.parent {
                trees.unit_children.entry(parent.clone()).or_default().push(unit.id.clone());
            }
            trees.units.insert(unit.id.clone(), unit);
        }
        for region in regions {
            if let Some(parent) = &region.parent {
                trees.region_children.entry(parent.clone()).or_default().push(region.id.clone());
            }
            trees.regions.insert(region.id.clone(), region);
        }
        trees.inherit();
        trees
    }

    fn inherit(&mut self) {
        let alone = self.units.values().filter(|unit| unit.region.is_none());
        let inherited = alone.filter_map(|unit| {
            let above = self.unit_ancestors(&unit.id);
            let region = above.iter().find_map(|id| self.units.get(id)?.region.clone())?;
            Some((unit.id.clone(), region))
        });
        for (id, region) in inherited.collect::<Vec<_>>() {
            if let Some(unit) = self.units.get_mut(&id) {
                unit.region = Some(region);
                self.inheriting.insert(id);
            }
        }
    }

    /// The unit with that id.
    #[must_use]
    pub fn unit(&self, id: &str) -> Option<&UnitNode> {
        self.units.get(id)
    }

    /// The region with that id.
    #[must_use]
    pub fn region(&self, id: &str) -> Option<&RegionNode> {
        self.regions.get(id)
    }

    /// The region that the unit answers for by itself.
    pub(crate) fn own_region(&self, id: &str) -> Option<&str> {
        let node = self.unit(id).filter(|_| !self.inheriting.contains(id))?;
        node.region.as_deref()
    }

    /// All units, in no order.
    pub fn units(&self) -> impl Iterator<Item = &UnitNode> {
        self.units.values()
    }

    /// All regions, in no order.
    pub fn regions(&self) -> impl Iterator<Item = &RegionNode> {
        self.regions.values()
    }

    /// The unit and all below it; empty when there is no such unit.
    #[must_use]
    pub fn unit_subtree(&self, id: &str) -> BTreeSet<String> {
        if self.units.contains_key(id) { below(&self.unit_children, id) } else { BTreeSet::new() }
    }

    /// The region and all below it; empty when there is no such region.
    #[must_use]
    pub fn region_subtree(&self, id: &str) -> BTreeSet<String> {
        if self.regions.contains_key(id) {
            below(&self.region_children, id)
        } else {
            BTreeSet::new()
        }
    }

    /// The units above, the nearest first, without the unit itself.
    #[must_use]
    pub fn unit_ancestors(&self, id: &str) -> Vec<String> {
        above(id, |id| self.units.get(id)?.parent.clone())
    }

    /// The regions above, the nearest first, without the region itself.
    #[must_use]
    pub fn region_ancestors(&self, id: &str) -> Vec<String> {
        above(id, |id| self.regions.get(id)?.parent.clone())
    }

    /// The ids of the units within `scope`: those listed, and those in a region listed. None: all
    /// units are.
    #[must_use]
    pub fn units_within(&self, scope: &Scope) -> Option<BTreeSet<String>> {
        let Scope::Within(within) = scope else { return None };
        let mut units = within.units.clone();
        if !within.regions.is_empty() {
            units.extend(self.units_answering(&within.regions));
        }
        Some(units)
    }

    /// The ids of the units in one of these regions, closed ones too.
    #[must_use]
    pub fn units_answering(&self, regions: &BTreeSet<String>) -> BTreeSet<String> {
        let answers =
            |unit: &&UnitNode| unit.region.as_ref().is_some_and(|region| regions.contains(region));
        self.units().filter(answers).map(|unit| unit.id.clone()).collect()
    }
}

impl Trees {
    /// The ids of the regions within `scope`: those listed, and those that a unit listed answers
    /// for, with all within them. None: all regions are.
    #[must_use]
    pub fn regions_within(&self, scope: &Scope) -> Option<BTreeSet<String>> {
        let Scope::Within(within) = scope else { return None };
        let mut regions = within.regions.clone();
        // To be in a region is not to answer for it.
        let answering = within.units.iter().filter(|id| !self.inheriting.contains(*id));
        let units = answering.filter_map(|id| self.unit(id));
        for region in units.filter_map(|unit| unit.region.as_deref()) {
            regions.extend(self.region_subtree(region));
        }
        Some(regions)
    }

    /// The same with the regions above them, which say where they are. None: all regions are.
    #[must_use]
    pub fn regions_seen(&self, scope: &Scope) -> Option<BTreeSet<String>> {
        let mut regions = self.regions_within(scope)?;
        let above: Vec<String> = regions.iter().flat_map(|id| self.region_ancestors(id)).collect();
        regions.extend(above);
        Some(regions)
    }
}

/// `root` and everything below it. A tree that is none (a cycle) ends where it began.
fn below(children: &HashMap<String, Vec<String>>, root: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::from([root.to_owned()]);
    let mut waiting = vec![root.to_owned()];
    while let Some(id) = waiting.pop() {
        for child in children.get(&id).into_iter().flatten() {
            if found.insert(child.clone()) {
                waiting.push(child.clone());
            }
        }
    }
    found
}

fn above(id: &str, parent: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut next = parent(id);
    while let Some(id) = next.filter(|next| next != id && !found.contains(next)) {
        next = parent(&id);
        found.push(id);
    }
    found
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::Within;

    use super::*;

    fn unit(id: &str, parent: Option<&str>, region: Option<&str>) -> UnitNode {
        UnitNode {
            id: id.to_owned(),
            code: id.to_owned(),
            name: Text::same(id),
            parent: parent.map(str::to_owned),
            region: region.map(str::to_owned),
            closed: false,
        }
    }

    fn trees() -> Trees {
        let units = vec![
            unit("top", None, None),
            unit("a", Some("top"), Some("north")),
            unit("a1", Some("a"), Some("north")),
            unit("b", Some("top"), Some("south")),
        ];
        Trees::new(units, Vec::new())
    }

    fn ids(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|&id| id.to_owned()).collect()
    }

    #[test]
    fn subtree_is_the_unit_and_all_below_and_ancestors_are_above() {
        let trees = trees();
        assert_eq!(trees.unit_subtree("a"), ids(&["a", "a1"]));
        assert_eq!(trees.unit_subtree("nowhere"), ids(&[]));
        assert_eq!(trees.unit_ancestors("a1"), ["a", "top"]);
        assert_eq!(trees.unit_ancestors("top"), [""; 0]);
    }

    #[test]
    fn tree_with_a_cycle_ends() {
        let units = vec![unit("a", Some("b"), None), unit("b", Some("a"), None)];
        let trees = Trees::new(units, Vec::new());
        assert_eq!(trees.unit_subtree("a"), ids(&["a", "b"]));
        assert_eq!(trees.unit_ancestors("a"), ["b"]);
    }

    #[test]
    fn units_of_a_region_are_within_its_scope() {
        let within = Within { units: ids(&["top"]), regions: ids(&["north"]), ..Within::default() };
        let scope = Scope::Within(Arc::new(within));
        assert_eq!(trees().units_within(&scope), Some(ids(&["a", "a1", "top"])));
        assert_eq!(trees().units_within(&Scope::Everywhere), None);
        assert_eq!(trees().units_within(&Scope::nowhere()), Some(ids(&[])));
    }

    /// An office without a region of its own was nobody's who looks after the region above it.
    #[test]
    fn unit_without_a_region_is_in_that_of_the_nearest_unit_above() {
        let mut units = vec![
            unit("desk", Some("office"), None),
            unit("office", Some("a1"), None),
            unit("x", Some("y"), None),
            unit("y", Some("x"), None),
        ];
        units.extend(trees().units().cloned());
        let trees = Trees::new(units, vec![]);
        let region = |id: &str| trees.unit(id).unwrap().region.as_deref();
        assert_eq!([region("desk"), region("office")], [Some("north"); 2]);
        assert_eq!([region("top"), region("x")], [None; 2]);
        let north = ids(&["a", "a1", "desk", "office"]);
        assert_eq!(trees.units_answering(&ids(&["north"])), north);
        // Whoever holds the office alone does not answer for the region.
        let within = Within { units: ids(&["office"]), ..Within::default() };
        let regions = trees.regions_within(&Scope::Within(Arc::new(within)));
        assert_eq!(regions, Some(ids(&[])));
    }

    #[test]
    fn regions_of_a_scope_are_its_own_with_what_is_within_and_above() {
        let region = |id: &str, parent: Option<&str>| RegionNode {
            id: id.to_owned(),
            code: id.to_owned(),
            name: Text::same(id),
            parent: parent.map(str::to_owned),
            closed: false,
        };
        let regions = vec![
            region("province", None),
            region("north", Some("province")),
            region("north-county", Some("north")),
            region("south", Some("province")),
            region("south-county", Some("south")),
        ];
        let trees = Trees::new(vec![unit("a", None, Some("north"))], regions);
        let within = Within { units: ids(&["a"]), ..Within::default() };
        let scope = Scope::Within(Arc::new(within));
        assert_eq!(trees.regions_within(&scope), Some(ids(&["north", "north-county"])));
        let seen = ids(&["north", "north-county", "province"]);
        assert_eq!(trees.regions_seen(&scope), Some(seen));
        assert_eq!(trees.regions_seen(&Scope::Everywhere), None);
        assert_eq!(trees.regions_seen(&Scope::nowhere()), Some(ids(&[])));
    }
}
