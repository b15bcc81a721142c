use std::{collections::BTreeSet, sync::Arc};

use directory::{Past, Trees};
use kernel::{Caller, FieldFault, Permission, Scope, Time};

use super::place::UnitAndRegion;
use crate::{
    Resources, ResourcesError,
    model::{region_not_held, unit_not_held},
};

/// Units and regions within a scope: those listed, units that answer for a region listed, and
/// regions that a unit listed answers for.
pub(crate) struct HeldPlaces {
    scope: Scope,
    trees: Arc<Trees>,
    past: Arc<Past>,
    now: Time,
}

impl Resources {
    /// The units and regions that the caller holds with `permission`.
    pub(crate) async fn held_places(
        &self,
        caller: &Caller,
        permission: Permission,
    ) -> Result<HeldPlaces, ResourcesError> {
        let trees = match &self.directory {
            Some(directory) => directory.trees().await?,
            None => Arc::default(),
        };
        let (past, now) = (self.past().await?, self.clock.now());
        Ok(HeldPlaces { scope: caller.scope(permission), trees, past, now })
    }
}

impl HeldPlaces {
    /// The units and regions in which two places differ and that it does not hold from a moment
    /// on.
    pub(super) fn lacking_between(
        &self,
        left: UnitAndRegion<'_>,
        entered: UnitAndRegion<'_>,
        from: Time,
    ) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if left.0 != entered.0 {
            let units = [entered.0, left.0].into_iter().flatten();
            let lacking = units.filter(|id| !(self.unit(id) && self.unit_from(id, from)));
            faults.extend(lacking.map(unit_not_held));
        }
        if left.1 != entered.1 {
            let regions = [entered.1, left.1].into_iter().flatten();
            let lacking = regions.filter(|id| !(self.region(id) && self.region_from(id, from)));
            faults.extend(lacking.map(region_not_held));
        }
        faults
    }

    /// Whether it holds the unit today.
    pub(crate) fn unit(&self, id: &str) -> bool {
        let Scope::Within(within) = &self.scope else { return true };
        let region = self.trees.unit(id).and_then(|unit| unit.region.as_ref());
        within.units.contains(id) || region.is_some_and(|region| within.regions.contains(region))
    }

    /// Whether it holds the region today.
    pub(crate) fn region(&self, id: &str) -> bool {
        match self.trees.regions_within(&self.scope) {
            None => true,
            // Without a directory a region is only itself.
            Some(regions) => {
                regions.contains(id)
                    || matches!(&self.scope, Scope::Within(one) if one.regions.contains(id))
            }
        }
    }

    /// Whether it held the unit at another moment, and from then until now.
    fn unit_from(&self, id: &str, from: Time) -> bool {
        let mut moments = self.moments(self.past.turns(Some(id), None), from);
        moments.all(|at| self.scope.reached(None, &self.past.lineage(Some(id), None, at)))
    }

    /// The same of a region: it counts also while a unit that is held answers for it.
    fn region_from(&self, id: &str, from: Time) -> bool {
        if self.scope == Scope::Everywhere || from == self.now {
            return true;
        }
        let mut turns = self.past.turns(None, Some(id));
        turns.extend(self.units().flat_map(|unit| self.past.turns(Some(unit), None)));
        self.moments(turns, from).all(|at| {
            let was = self.past.lineage(None, Some(id), at);
            self.scope.reached(None, &was)
                || self.units().any(|unit| self.answers(unit, &was.regions, at))
        })
    }

    /// The units that are listed.
    fn units(&self) -> impl Iterator<Item = &str> {
        let within = match &self.scope {
            Scope::Within(within) => Some(&within.units),
            Scope::Everywhere => None,
        };
        within.into_iter().flatten().map(String::as_str)
    }

    /// Whether a unit was held at a moment and answered for one of the regions: by itself, for to
    /// be in a region is not to answer for it.
    fn answers(&self, unit: &str, regions: &[String], at: Time) -> bool {
        let was = self.past.lineage(Some(unit), None, at);
        let Some(region) = was.regions.first().filter(|region| regions.contains(region)) else {
            return false;
        };
        let above = was.units.get(1).map(|above| self.past.lineage(Some(above), None, at));
        let inherited = above.is_some_and(|above| above.regions.first() == Some(region));
        !inherited && self.scope.reached(None, &was)
    }

    /// The moment from which a change counts, and those of `turns` from then until now; none when
    /// it counts from now on.
    fn moments(&self, turns: BTreeSet<Time>, from: Time) -> impl Iterator<Item = Time> {
        let now = self.now;
        let since = turns.into_iter().filter(move |turn| from < *turn && *turn < now);
        [from].into_iter().filter(move |from| *from != now).chain(since)
    }
}
