use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use crate::Permission;

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
/// A thing is within when its unit, its region or the resource itself is listed.
/// All empty: nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Within {
    /// Ids of units: every unit of the subtrees granted.
    pub units: BTreeSet<String>,
    /// Ids of regions: every region of the subtrees granted.
    pub regions: BTreeSet<String>,
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
        all.resources.extend(theirs.resources.iter().cloned());
        Self::Within(ours)
    }
}

/// The permissions a caller holds, each with the scope within which it counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    scopes: HashMap<String, Scope>,
}

impl Held {
    /// Adds `permission` within `scope` to what is held already.
    pub fn add(&mut self, permission: &str, scope: Scope) {
        let held = self.scopes.remove(permission).unwrap_or_else(Scope::nowhere);
        self.scopes.insert(permission.to_owned(), held.union(scope));
    }

    /// The scope of `permission`; nowhere when it is not held.
    #[must_use]
    pub fn scope(&self, permission: Permission) -> Scope {
        self.scopes.get(permission.0).cloned().unwrap_or_else(Scope::nowhere)
    }

    /// Every permission held with its scope, in no order.
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
    fn permission_granted_twice_counts_in_both_scopes() {
        let mut held = Held::default();
        held.add("resource.read", units(&["north"]));
        held.add("resource.read", units(&["south"]));
        assert_eq!(held.scope(Permission("resource.read")), units(&["north", "south"]));
        assert!(held.scope(Permission("resource.change")).is_nowhere());
        held.add("resource.read", Scope::Everywhere);
        assert_eq!(held.scope(Permission("resource.read")), Scope::Everywhere);
    }
}
