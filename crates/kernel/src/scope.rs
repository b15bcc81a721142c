use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use crate::{Owed, Permission, PermissionSet};

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
        matches!(self, Self::Within(within) if **within == Within::default())
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

    /// What either of them covers.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let (Self::Within(mut ours), Self::Within(theirs)) = (self, other) else {
            return Self::Everywhere;
        };
        let all = Arc::make_mut(&mut ours);
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
        Self::Within(Arc::new(Within {
            units: ours.units.intersection(&theirs.units).cloned().collect(),
            regions: ours.regions.intersection(&theirs.regions).cloned().collect(),
            answering: ours.answering.intersection(&theirs.answering).cloned().collect(),
            resources: ours.resources.intersection(&theirs.resources).cloned().collect(),
        }))
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
mod tests {
    use super::*;

    fn units(ids: &[&str]) -> Scope {
        let units = ids.iter().map(|&id| id.to_owned()).collect();
        Scope::Within(Arc::new(Within { units, ..Within::default() }))
    }

    #[test]
    fn scope_covers_what_it_lists_and_nothing_else() {
        let scope = units(&["north"]);
        let at = |unit_id| Place { unit_id, ..Place::default() };
        assert!(scope.covers(&at(Some("north"))));
        assert!(!scope.covers(&at(Some("south"))));
        // A thing that belongs nowhere is for those only whose scope is everywhere.
        assert!(!scope.covers(&at(None)));
        assert!(Scope::Everywhere.covers(&at(None)));
        assert!(!Scope::nowhere().covers(&at(Some("north"))));
    }

    #[test]
    fn what_has_a_unit_and_no_region_is_in_the_region_of_its_unit() {
        let ids = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect();
        let within =
            Within { regions: ids(&["city"]), answering: ids(&["bureau"]), ..Within::default() };
        let city = Scope::Within(Arc::new(within));
        let at = |unit_id, region_id| Place { unit_id, region_id, ..Place::default() };
        for (place, expected) in [
            (at(Some("bureau"), None), true),
            (at(Some("bureau"), Some("city")), true),
            // Its own region says where it is.
            (at(Some("bureau"), Some("other-city")), false),
            (at(Some("other"), None), false),
            (at(None, Some("city")), true),
        ] {
            assert_eq!(city.covers(&place), expected, "{place:?}");
        }
        // A region gives no unit: who holds the unit sees what the unit has.
        assert!(!units(&["bureau"]).covers(&at(None, Some("city"))));
        assert!(!Scope::nowhere().includes(&city) && city.includes(&city));
        assert_eq!(city.intersection(&units(&["bureau"])), Scope::nowhere());
    }

    #[test]
    fn permission_granted_twice_counts_in_both_scopes() {
        let mut held = Held::default();
        held.add("resource.read", units(&["north"]));
        held.add("resource.read", units(&["south"]));
        assert_eq!(held.scope(Permission("resource.read")), units(&["north", "south"]));
        assert!(held.scope(Permission("resource.change")).is_nowhere());
        held.add("resource.read", Scope::Everywhere);
        assert_eq!(held.scope(Permission("resource.read")), Scope::Everywhere);
    }

    #[test]
    fn listed_permissions_go_before_sets() {
        let set = PermissionSet::parse(&["*.read"]).unwrap();
        let mut held = Held::of(set, units(&["north"]));
        held.add("alert.read", units(&["south"]));
        assert_eq!(held.scope(Permission("resource.read")), units(&["north"]));
        assert_eq!(held.scope(Permission("alert.read")), units(&["south"]));
        assert!(held.scope(Permission("resource.change")).is_nowhere());
    }

    #[test]
    fn narrowing_never_gives_more() {
        let mut held = Held::of(PermissionSet::parse(&["*"]).unwrap(), Scope::Everywhere);
        held.add("alert.read", units(&["north", "south"]));
        held.add("alert.close", Scope::Everywhere);
        let narrowed = held.narrowed(|name| name == "alert.read", &units(&["south", "west"]));
        assert_eq!(narrowed.scope(Permission("alert.read")), units(&["south"]));
        assert!(narrowed.scope(Permission("alert.close")).is_nowhere());
        assert!(narrowed.scope(Permission("unheard.of")).is_nowhere());
        assert!(units(&["north", "south"]).includes(&units(&["south"])));
        assert!(!units(&["south"]).includes(&Scope::Everywhere));
    }
}
