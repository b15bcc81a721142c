use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use kernel::{Lineage, Time};

use super::Trees;

/// Nothing lies deeper than that: a tree that is none ends there.
const LEVELS_MAX: usize = 1000;

/// Where units and regions are in their trees at each moment, past or to come, as it is known now;
/// and as it was known at any moment.
#[derive(Debug, Default)]
pub struct Past {
    trees: Arc<Trees>,
    units: HashMap<String, Stays>,
    regions: HashMap<String, Stays>,
    /// When anything comes somewhere else, in microseconds.
    turned: BTreeSet<i64>,
}

/// What was known of one stay in a tree, in microseconds: it was so from `from` to `to`, as known
/// from `known_from` to `known_to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) known_from: i64,
    pub(crate) known_to: i64,
    pub(crate) place: InTree,
}

/// What something is part of, and which region it answers for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct InTree {
    pub(crate) parent: Option<String>,
    pub(crate) region: Option<String>,
}

/// Where something was, is and will be.
#[derive(Debug, Default)]
struct Stays {
    /// As it is known now, in the order of time.
    now: Vec<Stay>,
    /// All that was ever known.
    told: Vec<Told>,
}

/// Since when something was somewhere, in microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stay {
    since: i64,
    place: InTree,
}

impl Past {
    /// The past of those that were ever elsewhere than they are, or are to be; all others are where
    /// `trees` say.
    pub(crate) fn new(
        trees: Arc<Trees>,
        units: HashMap<String, Vec<Told>>,
        regions: HashMap<String, Vec<Told>>,
    ) -> Self {
        let stays = |told: HashMap<String, Vec<Told>>| {
            told.into_iter().map(|(id, told)| (id, Stays::new(told))).collect()
        };
        let units: HashMap<String, Stays> = stays(units);
        let regions: HashMap<String, Stays> = stays(regions);
        let turned = units.values().chain(regions.values()).flat_map(Stays::turns).collect();
        Self { trees, units, regions, turned }
    }

    /// Whether nothing comes anywhere else between the two moments.
    #[must_use]
    pub fn is_still(&self, one: Time, other: Time) -> bool {
        let (from, to) = (one.min(other).micros(), one.max(other).micros());
        from == to || self.turned.range(from + 1..=to).next().is_none()
    }

    /// The moments, in their order, from which on something else is above the unit or the region.
    #[must_use]
    pub fn turns(&self, unit: Option<&str>, region: Option<&str>) -> BTreeSet<Time> {
        let mut turns = BTreeSet::new();
        if self.units.is_empty() && self.regions.is_empty() {
            return turns;
        }
        let (mut open, mut seen) = (Vec::new(), BTreeSet::new());
        open.extend(unit.map(|id| (true, id)));
        open.extend(region.map(|id| (false, id)));
        while let Some((is_unit, id)) = open.pop() {
            if !seen.insert((is_unit, id)) {
                continue;
            }
            match if is_unit { self.units.get(id) } else { self.regions.get(id) } {
                Some(stays) => {
                    turns.extend(stays.turns().map(Time::from_micros));
                    for InTree { parent, region } in stays.now.iter().map(|stay| &stay.place) {
                        open.extend(parent.as_deref().map(|id| (is_unit, id)));
                        open.extend(region.as_deref().map(|id| (false, id)));
                    }
                }
                None if is_unit => {
                    let node = self.trees.unit(id);
                    open.extend(node.and_then(|node| node.parent.as_deref()).map(|id| (true, id)));
                    open.extend(self.trees.own_region(id).map(|id| (false, id)));
                }
                None => {
                    let node = self.trees.region(id);
                    open.extend(node.and_then(|node| node.parent.as_deref()).map(|id| (false, id)));
                }
            }
        }
        turns
    }

    /// The unit with all that is above it at a moment, and the region with all that is; without
    /// a region that of the unit then.
    #[must_use]
    pub fn lineage(&self, unit: Option<&str>, region: Option<&str>, at: Time) -> Lineage {
        self.lineage_known(unit, region, at, None)
    }

    /// The same as it was known at a moment; none: as it is known now.
    #[must_use]
    pub fn lineage_known(
        &self,
        unit: Option<&str>,
        region: Option<&str>,
        at: Time,
        known_at: Option<Time>,
    ) -> Lineage {
        let mut was = Lineage::default();
        let mut region = region.map(str::to_owned);
        let mut next = unit.map(str::to_owned);
        while let Some(id) = next.filter(|id| is_new(&was.units, id)) {
            let place = self.unit_then(&id, at, known_at);
            region = region.or(place.region);
            next = place.parent;
            was.units.push(id);
        }
        while let Some(id) = region.filter(|id| is_new(&was.regions, id)) {
            region = self.region_then(&id, at, known_at);
            was.regions.push(id);
        }
        was
    }

    /// The moments at which any unit comes to answer for another region.
    pub(crate) fn answering_turns(&self) -> impl Iterator<Item = Time> {
        let pairs = self.units.values().flat_map(|stays| stays.now.windows(2));
        let turns = pairs.filter(|pair| pair[0].place.region != pair[1].place.region);
        turns.map(|pair| Time::from_micros(pair[1].since))
    }

    /// The units that answer for one of the regions at a moment.
    pub(crate) fn answering<'p>(
        &'p self,
        regions: &'p [String],
        at: Time,
    ) -> impl Iterator<Item = &'p str> {
        let others = self
            .trees
            .units()
            .map(|unit| unit.id.as_str())
            .filter(|id| !self.units.contains_key(*id));
        self.units.keys().map(String::as_str).chain(others).filter(move |id| {
            let region = self.unit_then(id, at, None).region;
            region.is_some_and(|region| regions.contains(&region))
        })
    }

    fn unit_then(&self, id: &str, at: Time, known_at: Option<Time>) -> InTree {
        if let Some(stays) = self.units.get(id) {
            return stays.then(at, known_at);
        }
        let node = self.trees.unit(id);
        InTree {
            parent: node.and_then(|node| node.parent.clone()),
            region: self.trees.own_region(id).map(str::to_owned),
        }
    }

    fn region_then(&self, id: &str, at: Time, known_at: Option<Time>) -> Option<String> {
        match self.regions.get(id) {
            Some(stays) => stays.then(at, known_at).parent,
            None => self.trees.region(id).and_then(|node| node.parent.clone()),
        }
    }
}

impl Stays {
    fn new(mut told: Vec<Told>) -> Self {
        told.sort_by_key(|one| one.from);
        let mut now: Vec<Stay> = Vec::new();
        for one in told.iter().filter(|one| one.known_to == i64::MAX) {
            if now.last().is_none_or(|last| last.place != one.place) {
                now.push(Stay { since: one.from, place: one.place.clone() });
            }
        }
        Self { now, told }
    }

    /// When it comes somewhere else.
    fn turns(&self) -> impl Iterator<Item = i64> {
        self.now.iter().skip(1).map(|stay| stay.since)
    }

    /// Where it is at a moment; before all moments where it is first. What has ended stays where it
    /// was last.
    fn then(&self, at: Time, known_at: Option<Time>) -> InTree {
        let Some(known) = known_at.map(Time::micros) else {
            let last = self.now.iter().rev().find(|stay| stay.since <= at.micros());
            let stay = last.or(self.now.first());
            return stay.map(|stay| stay.place.clone()).unwrap_or_default();
        };
        let held = |one: &&Told| (one.known_from..one.known_to).contains(&known);
        let last = self.told.iter().rev().filter(held).find(|one| one.from <= at.micros());
        let told = last.or_else(|| self.told.iter().find(held)).or(self.told.first());
        told.map(|one| one.place.clone()).unwrap_or_default()
    }
}

fn is_new(found: &[String], id: &String) -> bool {
    found.len() < LEVELS_MAX && !found.contains(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RegionNode, UnitNode};

    fn told(span: (i64, i64), known: (i64, i64), parent: &str, region: Option<&str>) -> Told {
        let place = InTree { parent: Some(parent.into()), region: region.map(str::to_owned) };
        Told { from: span.0, to: span.1, known_from: known.0, known_to: known.1, place }
    }

    fn trees() -> Arc<Trees> {
        let unit = |id: &str, parent: Option<&str>, region: Option<&str>| UnitNode {
            id: id.to_owned(),
            code: id.to_owned(),
            name: kernel::Text::same(id),
            parent: parent.map(str::to_owned),
            region: region.map(str::to_owned),
            closed: false,
        };
        let region = |id: &str, parent: Option<&str>| RegionNode {
            id: id.to_owned(),
            code: id.to_owned(),
            name: kernel::Text::same(id),
            parent: parent.map(str::to_owned),
            closed: false,
        };
        let units = vec![
            unit("a", None, Some("north")),
            unit("b", None, Some("south")),
            unit("office", Some("b"), None),
            unit("desk", Some("office"), None),
        ];
        let regions = vec![region("north", None), region("south", None)];
        Arc::new(Trees::new(units, regions))
    }

    const NEVER: i64 = i64::MAX;

    #[test]
    fn unit_is_where_it_is_known_to_be_now_or_was_then() {
        // In a from 0; told at 10: in b from 20 on; told at 30: in c since 25.
        let all = vec![
            told((0, NEVER), (0, 10), "a", None),
            told((0, 20), (10, NEVER), "a", None),
            told((20, NEVER), (10, 30), "b", None),
            told((20, 25), (30, NEVER), "b", None),
            told((25, NEVER), (30, NEVER), "c", None),
        ];
        let stays = Stays::new(all);
        assert_eq!(stays.turns().collect::<Vec<_>>(), [20, 25]);
        for (at, known, parent) in [
            (-5, None, "a"),
            (19, None, "a"),
            (24, None, "b"),
            (25, None, "c"),
            (90, None, "c"),
            (22, Some(9), "a"),
            (22, Some(10), "b"),
            (27, Some(29), "b"),
            (27, Some(30), "c"),
            (27, Some(-9), "a"),
        ] {
            let found = stays.then(Time::from_micros(at), known.map(Time::from_micros));
            assert_eq!(found.parent.as_deref(), Some(parent), "{at} {known:?}");
        }
    }

    #[test]
    fn lineage_is_that_of_the_moment_also_of_what_lies_below_what_moved() {
        let office =
            vec![told((0, 20), (0, NEVER), "a", None), told((20, NEVER), (0, NEVER), "b", None)];
        let past = Past::new(trees(), [("office".to_owned(), office)].into(), HashMap::new());
        let at = |micros| past.lineage(Some("desk"), None, Time::from_micros(micros));
        assert_eq!(at(19).units, ["desk", "office", "a"]);
        assert_eq!(
            (at(20).units.last().unwrap().as_str(), &at(20).regions[..]),
            ("b", &["south".to_owned()][..])
        );
        assert_eq!(at(-5).regions, ["north"]);
        assert_eq!(past.turns(Some("desk"), None), [Time::from_micros(20)].into());
        let is_still = |at, now| past.is_still(Time::from_micros(at), Time::from_micros(now));
        assert!(is_still(20, 30) && is_still(0, 19) && is_still(19, 0));
        assert!(!is_still(19, 20) && !is_still(0, 30) && !is_still(30, 0));
        assert_eq!(past.turns(Some("a"), Some("south")), BTreeSet::new());
        let own = past.lineage(Some("desk"), Some("north"), Time::from_micros(30));
        assert_eq!(own.regions, ["north"], "its own region says where it is");
    }
}
