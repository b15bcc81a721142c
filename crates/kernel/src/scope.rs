use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{Owed, Permission, PermissionSet};

/// A scope asks of the past for something of each of so many parts at most.
const PARTS_MAX: usize = 64;

/// Where a thing belongs, as far as permissions ask. What is not known is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// The resource it is, or is about.
    pub resource_id: Option<&'a str>,
    /// The unit that answers for it.
    pub unit_id: Option<&'a str>,
    /// The region it is in.
    pub region_id: Option<&'a str>,
}

/// The part of the house within which a permission counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    Everywhere,
    /// What [`Within`] lists, and nothing else.
    Within(Arc<Within>),
}

/// A limited scope, with the subtrees of units and regions written out.
///
/// A thing is within when its unit, its region or the resource itself is listed. What has a unit
/// and no region of its own is in the region that its unit answers for.
/// All empty: nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Within {
    /// Ids of units: every unit of the subtrees granted.
    pub units: BTreeSet<String>,
    /// Ids of regions: every region of the subtrees granted.
    pub regions: BTreeSet<String>,
    /// Ids of the units that answer for one of `regions`: they count for what has no region.
    pub answering: BTreeSet<String>,
    /// Ids of single resources.
    pub resources: BTreeSet<String>,
    /// What the subtrees lie below: a thing of the past must have been below something of each.
    /// Empty: each unit and region listed was granted itself.
    pub granted: Vec<Granted>,
}

/// Units and regions that were granted, each with all below it, and single resources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Granted {
    /// Ids of units.
    pub units: BTreeSet<String>,
    /// Ids of regions.
    pub regions: BTreeSet<String>,
    /// Ids of resources, wherever they are.
    pub resources: BTreeSet<String>,
}

/// Where a thing was at a moment of the past, with all that was above that then.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineage {
    /// Its unit and the units above that.
    pub units: Vec<String>,
    /// Its region, or that of its unit, and the regions above that.
    pub regions: Vec<String>,
}

impl Scope {
    /// The scope that covers nothing.
    #[must_use]
    pub fn nowhere() -> Self {
        Self::Within(Arc::default())
    }

    /// Whether it covers nothing at all.
    #[must_use]
    pub fn is_nowhere(&self) -> bool {
        matches!(self, Self::Within(within) if within.is_empty())
    }

    /// Whether it covers a thing at `place`.
    #[must_use]
    pub fn covers(&self, place: &Place<'_>) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Within(within) => {
                let listed = |ids: &BTreeSet<String>, id: Option<&str>| {
                    id.is_some_and(|id| ids.contains(id))
                };
                listed(&within.units, place.unit_id)
                    || listed(&within.regions, place.region_id)
                    || (place.region_id.is_none() && listed(&within.answering, place.unit_id))
                    || listed(&within.resources, place.resource_id)
            }
        }
    }

    /// Whether it would have covered a thing that was there: below what was granted, as the trees
    /// were then. What came under it since brings nothing of its past along.
    #[must_use]
    pub fn reached(&self, resource_id: Option<&str>, was: &Lineage) -> bool {
        let Self::Within(within) = self else { return true };
        if within.granted.is_empty() {
            return was_below(&within.units, &within.regions, was)
                || resource_id.is_some_and(|id| within.resources.contains(id));
        }
        within.granted.iter().all(|granted| granted.was_above(resource_id, was))
    }

    /// The same, but of the past no more than `other` reaches, too.
    #[must_use]
    pub fn with_past_of(self, other: &Self) -> Self {
        self.with_past_within(&other.past_within())
    }

    /// What a thing of the past must have been below, something of each, to be reached; empty for
    /// everything.
    #[must_use]
    pub fn past_within(&self) -> Vec<Granted> {
        match self {
            Self::Everywhere => Vec::new(),
            Self::Within(within) => within.all_granted(),
        }
    }

    /// The same, but of the past only what was below something of each of `bounds`, too.
    #[must_use]
    pub fn with_past_within(self, bounds: &[Granted]) -> Self {
        match self {
            Self::Within(mut ours) if !bounds.is_empty() => {
                let mut granted = Vec::new();
                let all = ours.all_granted();
                all.iter().chain(bounds).for_each(|part| add_part(&mut granted, part.clone()));
                Arc::make_mut(&mut ours).granted = granted;
                Self::Within(ours)
            }
            scope => scope,
        }
    }

    /// The units and regions of it that are within `bound`, too. Single resources stay: they are
    /// named wherever they are.
    #[must_use]
    pub fn within(self, bound: &Self) -> Self {
        let Self::Within(bound) = bound else { return self };
        let Self::Within(mut ours) = self else { return Self::Within(Arc::clone(bound)) };
        let all = Arc::make_mut(&mut ours);
        let has = |unit: &String| bound.units.contains(unit) || bound.answering.contains(unit);
        all.units.retain(has);
        all.answering.retain(has);
        all.regions.retain(|region| bound.regions.contains(region));
        Self::Within(ours)
    }

    /// What either of them covers.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let (Self::Within(mut ours), Self::Within(theirs)) = (self, other) else {
            return Self::Everywhere;
        };
        let all = Arc::make_mut(&mut ours);
        if !(all.granted.is_empty() && theirs.granted.is_empty()) {
            all.granted = either(&all.all_granted(), &theirs.all_granted());
        }
        all.units.extend(theirs.units.iter().cloned());
        all.regions.extend(theirs.regions.iter().cloned());
        all.answering.extend(theirs.answering.iter().cloned());
        all.resources.extend(theirs.resources.iter().cloned());
        Self::Within(ours)
    }

    /// What both list in the same way: units, regions and resources each for themselves. A thing
    /// that one covers by its unit and the other by its region is left out, so it may be less than
    /// what both cover, never more.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (ours, theirs) = match (self, other) {
            (Self::Everywhere, other) => return other.clone(),
            (one, Self::Everywhere) => return one.clone(),
            (Self::Within(ours), Self::Within(theirs)) => (ours, theirs),
        };
        let both = Within {
            units: ours.units.intersection(&theirs.units).cloned().collect(),
            regions: ours.regions.intersection(&theirs.regions).cloned().collect(),
            answering: ours.answering.intersection(&theirs.answering).cloned().collect(),
            resources: ours.resources.intersection(&theirs.resources).cloned().collect(),
            granted: match ours.granted.is_empty() && theirs.granted.is_empty() {
                true => Vec::new(),
                false => {
                    let mut parts = Vec::new();
                    let all = ours.all_granted().into_iter().chain(theirs.all_granted());
                    all.for_each(|part| add_part(&mut parts, part));
                    parts
                }
            },
        };
        if both.is_empty() { Self::nowhere() } else { Self::Within(Arc::new(both)) }
    }

    /// Whether everything that `other` lists is listed here in the same way.
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Everywhere, _) => true,
            (Self::Within(_), Self::Everywhere) => false,
            (Self::Within(ours), Self::Within(theirs)) => {
                theirs.units.is_subset(&ours.units)
                    && theirs.regions.is_subset(&ours.regions)
                    && theirs.answering.is_subset(&ours.answering)
                    && theirs.resources.is_subset(&ours.resources)
            }
        }
    }
}

impl Within {
    fn is_empty(&self) -> bool {
        let Self { units, regions, answering, resources, granted: _ } = self;
        [units, regions, answering, resources].into_iter().all(BTreeSet::is_empty)
    }

    fn all_granted(&self) -> Vec<Granted> {
        if !self.granted.is_empty() {
            return self.granted.clone();
        }
        let (units, regions) = (self.units.clone(), self.regions.clone());
        vec![Granted { units, regions, resources: self.resources.clone() }]
    }
}

/// What a thing of the past must have been below, something of each, when something of each of
/// `ours` or of each of `theirs` suffices.
///
/// Each pair makes a part, of which those remain that no other one implies: grants of one giver
/// have one bound, so that these are few. Where they are more than [`PARTS_MAX`], `ours` alone
/// count: less of the past is shown then, never more.
fn either(ours: &[Granted], theirs: &[Granted]) -> Vec<Granted> {
    let mut parts = Vec::new();
    for one in ours {
        for other in theirs {
            add_part(&mut parts, one.or(other));
            if parts.len() > PARTS_MAX {
                return ours.to_vec();
            }
        }
    }
    parts
}

/// Adds what must be met, too, unless it is met whenever one of the others is.
fn add_part(parts: &mut Vec<Granted>, part: Granted) {
    if parts.iter().any(|known| known.is_part_of(&part)) {
        return;
    }
    parts.retain(|known| !part.is_part_of(known));
    parts.push(part);
}

impl Granted {
    /// Whether all of it is in `other`, too.
    #[must_use]
    pub fn is_part_of(&self, other: &Self) -> bool {
        self.units.is_subset(&other.units)
            && self.regions.is_subset(&other.regions)
            && self.resources.is_subset(&other.resources)
    }

    fn or(&self, other: &Self) -> Self {
        Self {
            units: &self.units | &other.units,
            regions: &self.regions | &other.regions,
            resources: &self.resources | &other.resources,
        }
    }

    fn was_above(&self, resource_id: Option<&str>, was: &Lineage) -> bool {
        was_below(&self.units, &self.regions, was)
            || resource_id.is_some_and(|id| self.resources.contains(id))
    }
}

fn was_below(units: &BTreeSet<String>, regions: &BTreeSet<String>, was: &Lineage) -> bool {
    was.units.iter().any(|id| units.contains(id))
        || was.regions.iter().any(|id| regions.contains(id))
}

/// The permissions a caller holds, each with the scope within which it counts.
///
/// Those that are listed by name count as listed; others as the sets say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    scopes: HashMap<String, Scope>,
    sets: Vec<(PermissionSet, Scope)>,
    owed: Option<Owed>,
}

impl Held {
    /// All permissions of `set` within `scope`.
    #[must_use]
    pub fn of(set: PermissionSet, scope: Scope) -> Self {
        Self { scopes: HashMap::new(), sets: vec![(set, scope)], owed: None }
    }

    /// What is held until what is owed has been done: `permissions`, with which it is done.
    #[must_use]
    pub fn owing(owed: Owed, permissions: &[&str]) -> Self {
        let all = permissions.iter().map(|&name| (name.to_owned(), Scope::Everywhere));
        Self { scopes: all.collect(), sets: Vec::new(), owed: Some(owed) }
    }

    /// What must be done before all the rest is held.
    #[must_use]
    pub fn owed(&self) -> Option<Owed> {
        self.owed
    }

    /// Adds the permissions of `set` within `scope`, for those that are not listed by name.
    pub fn add_set(&mut self, set: PermissionSet, scope: Scope) {
        self.sets.push((set, scope));
    }

    /// Adds `permission` within `scope` to what is held already.
    pub fn add(&mut self, permission: &str, scope: Scope) {
        let held = self.scopes.remove(permission).unwrap_or_else(Scope::nowhere);
        self.scopes.insert(permission.to_owned(), held.union(scope));
    }

    /// The scope of `permission`; nowhere when it is not held.
    #[must_use]
    pub fn scope(&self, permission: Permission) -> Scope {
        if let Some(scope) = self.scopes.get(permission.0) {
            return scope.clone();
        }
        let given = self.sets.iter().filter(|(set, _)| set.holds(permission.0));
        given.fold(Scope::nowhere(), |all, (_, scope)| all.union(scope.clone()))
    }

    /// What of it `limit` holds too, within `scope` at most: only permissions listed by name, so
    /// that nothing is given by what nobody has named.
    #[must_use]
    pub fn narrowed(&self, limit: impl Fn(&str) -> bool, scope: &Scope) -> Self {
        let kept = self.scopes.iter().filter(|(permission, _)| limit(permission));
        let scopes = kept.map(|(name, held)| (name.clone(), held.intersection(scope)));
        Self { scopes: scopes.collect(), sets: Vec::new(), owed: self.owed }
    }

    /// Every permission listed by name with its scope, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Scope)> {
        self.scopes.iter().map(|(permission, scope)| (permission.as_str(), scope))
    }
}

#[cfg(test)]
#[path = "scope_tests.rs"]
mod tests;
