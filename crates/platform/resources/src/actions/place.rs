use std::sync::Arc;

use directory::Trees;
use kernel::{Caller, FieldFault, Permission, Scope, Text};

use crate::{
    RESOURCE_CHANGE, RESOURCE_READ, Resource, ResourcePlace, Resources, ResourcesError,
    exchange::PlaceCodes,
    model::{not_held, region_not_held, unit_not_held},
};

impl Resources {
    /// Whether the caller may let a resource come to `after`, or leave `before` for it: a place
    /// that they hold, and each unit and region that it leaves or enters, too. Otherwise whoever
    /// holds a region could give what is in it to any unit, and who holds one resource could take
    /// it away from everybody else.
    ///
    /// Errors: [`ResourcesError::OutOfScope`].
    pub(super) async fn permit_move(
        &self,
        caller: &Caller,
        before: Option<&Resource>,
        after: &Resource,
    ) -> Result<(), ResourcesError> {
        if caller.may_everywhere(RESOURCE_CHANGE) {
            return Ok(());
        }
        let reached = caller.may_at(RESOURCE_CHANGE, &ResourcePlace::of(after).as_place());
        let left = before.map(place_of).unwrap_or_default();
        let entered = place_of(after);
        if reached && left == entered {
            return Ok(());
        }
        let held = self.held_places(caller, RESOURCE_CHANGE).await?;
        let mut faults = held.lacking_between(left, entered);
        // What belongs nowhere is for those only who hold everything.
        let nowhere = before.is_some() && entered == (None, None);
        if faults.is_empty() && (nowhere || !reached) {
            faults.push(not_held(after));
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(ResourcesError::OutOfScope(RESOURCE_CHANGE, faults))
        }
    }

    /// Whether the caller may make one of two resources, or two of one again: what belongs to the
    /// one then belongs where the other does, as if it had moved there.
    ///
    /// Errors: as [`Self::permit_move`].
    pub(super) async fn permit_union(
        &self,
        caller: &Caller,
        gone: &Resource,
        kept: &Resource,
    ) -> Result<(), ResourcesError> {
        let (unit_id, region_id) = (kept.unit_id.clone(), kept.region_id.clone());
        let moved = Resource { unit_id, region_id, ..gone.clone() };
        self.permit_move(caller, Some(gone), &moved).await
    }

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
        Ok(HeldPlaces { scope: caller.scope(permission), trees })
    }

    /// The codes of the units and regions that the caller sees resources of.
    pub(crate) async fn place_codes(&self, caller: &Caller) -> Result<PlaceCodes, ResourcesError> {
        let Some(directory) = &self.directory else { return Ok(PlaceCodes::default()) };
        Ok(PlaceCodes::of(&*directory.trees().await?, &caller.scope(RESOURCE_READ)))
    }

    /// Checks that the places which `after` has and `before` had not are in the directory.
    ///
    /// Errors: [`ResourcesError::WrongInput`] naming `unit_id` or `region_id`.
    pub(super) async fn check_places(
        &self,
        before: Option<&Resource>,
        after: &Resource,
    ) -> Result<(), ResourcesError> {
        let Some(directory) = &self.directory else { return Ok(()) };
        let new = |id: &Option<String>, old: Option<&Option<String>>| {
            id.clone().filter(|_| old != Some(id))
        };
        let unit = new(&after.unit_id, before.map(|before| &before.unit_id));
        let region = new(&after.region_id, before.map(|before| &before.region_id));
        if unit.is_none() && region.is_none() {
            return Ok(());
        }
        let trees = directory.trees().await?;
        let mut faults = Vec::new();
        if let Some(unit) = unit.filter(|unit| trees.unit(unit).is_none()) {
            let expected = Text::new("a unit of the directory", "组织目录中的单位");
            faults.push(FieldFault::new("unit_id", unit, expected));
        }
        if let Some(region) = region.filter(|region| trees.region(region).is_none()) {
            let expected = Text::new("a region of the directory", "组织目录中的区域");
            faults.push(FieldFault::new("region_id", region, expected));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }
}

/// The unit and the region of a resource.
fn place_of(resource: &Resource) -> UnitAndRegion<'_> {
    (resource.unit_id.as_deref(), resource.region_id.as_deref())
}

type UnitAndRegion<'r> = (Option<&'r str>, Option<&'r str>);

/// Units and regions within a scope: those listed, units that answer for a region listed, and
/// regions that a unit listed answers for.
pub(crate) struct HeldPlaces {
    scope: Scope,
    trees: Arc<Trees>,
}

impl HeldPlaces {
    /// The units and regions in which two places differ and that it does not hold.
    fn lacking_between(
        &self,
        left: UnitAndRegion<'_>,
        entered: UnitAndRegion<'_>,
    ) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if left.0 != entered.0 {
            let units = [entered.0, left.0].into_iter().flatten().filter(|id| !self.unit(id));
            faults.extend(units.map(unit_not_held));
        }
        if left.1 != entered.1 {
            let regions = [entered.1, left.1].into_iter().flatten().filter(|id| !self.region(id));
            faults.extend(regions.map(region_not_held));
        }
        faults
    }

    /// Whether it holds the unit.
    pub(crate) fn unit(&self, id: &str) -> bool {
        let Scope::Within(within) = &self.scope else { return true };
        let region = self.trees.unit(id).and_then(|unit| unit.region.as_ref());
        within.units.contains(id) || region.is_some_and(|region| within.regions.contains(region))
    }

    /// Whether it holds the region.
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
}
