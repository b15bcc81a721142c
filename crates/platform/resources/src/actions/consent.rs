use std::collections::HashMap;

use db::Tx;
use kernel::{Caller, FieldFault, Place, Text};

use super::held::HeldPlaces;
use crate::{
    End, Plan, PlannedChange, RESOURCE_APPROVE, ResourceId, ResourceName, ResourcePlace, Resources,
    ResourcesError,
    model::{region_not_held, unit_not_held},
    plans::named,
    store,
};

/// So much of what is out of reach is told.
const TOLD_MAX: usize = 50;

impl Resources {
    /// Whether the caller may consent to all that the plan changes: to what is there, and to where
    /// it is to go.
    ///
    /// Errors: [`ResourcesError::OutOfScope`] with the place of each field in the plan that names
    /// what the caller does not hold: `changes.3.edit.unit_id`.
    pub(super) async fn permit_consent(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        plan: &Plan,
    ) -> Result<(), ResourcesError> {
        let ids = named(tx.connection(), plan).await?;
        let places = store::names_of(tx.connection(), &ids).await?;
        let places_held = self.held_places(caller, RESOURCE_APPROVE).await?;
        let reach = Reach { caller, places, places_held };
        let mut faults = Vec::new();
        for (at, change) in plan.changes.iter().enumerate() {
            let ends = match change {
                PlannedChange::Unrelate { relation } => {
                    let relation = store::load_relation(tx.connection(), *relation).await?;
                    relation.map(|relation| [relation.from, relation.to])
                }
                _ => None,
            };
            faults.extend(reach.lacking(&format!("changes.{at}"), change, ends));
        }
        faults.truncate(TOLD_MAX);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(ResourcesError::OutOfScope(RESOURCE_APPROVE, faults))
        }
    }
}

/// What the caller may consent to.
struct Reach<'c> {
    caller: &'c Caller,
    /// Where the resources of the plan belong.
    places: HashMap<ResourceId, (ResourceName, ResourcePlace)>,
    places_held: HeldPlaces,
}

impl Reach<'_> {
    /// What of a change is out of reach; `ends` are those of a relation that it ends.
    fn lacking(
        &self,
        at: &str,
        change: &PlannedChange,
        ends: Option<[ResourceId; 2]>,
    ) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        match change {
            PlannedChange::Create { resource, .. } => {
                let (unit, region) = (resource.unit_id.as_deref(), resource.region_id.as_deref());
                faults.extend(self.place(&format!("{at}.resource"), unit, region));
                let place = Place { resource_id: None, unit_id: unit, region_id: region };
                if faults.is_empty() && !self.caller.may_at(RESOURCE_APPROVE, &place) {
                    let expected = Text::new(
                        "a unit or a region within your scope",
                        "您权限范围内的单位或区域",
                    );
                    faults.push(FieldFault::new(format!("{at}.resource.unit_id"), "", expected));
                }
            }
            PlannedChange::Change { resource, edit, .. } => {
                faults.extend(self.resource(&format!("{at}.resource"), *resource));
                let unit = edit.unit_id.as_ref().and_then(Option::as_deref);
                let region = edit.region_id.as_ref().and_then(Option::as_deref);
                faults.extend(self.place(&format!("{at}.edit"), unit, region));
            }
            PlannedChange::Retire { resource, .. } => {
                faults.extend(self.resource(&format!("{at}.resource"), *resource));
            }
            PlannedChange::Relate { from, to, .. } => {
                for (field, end) in [("from", from), ("to", to)] {
                    if let End::There(id) = end {
                        faults.extend(self.resource(&format!("{at}.{field}"), *id));
                    }
                }
            }
            PlannedChange::Unrelate { .. } => {
                let lacking = ends.into_iter().flatten();
                let field = format!("{at}.relation");
                faults.extend(lacking.filter_map(|end| self.resource(&field, end)).take(1));
            }
        }
        faults
    }

    /// The fault of a resource that is out of reach. Whoever may decide about a plan sees all that
    /// it names.
    fn resource(&self, field: &str, id: ResourceId) -> Option<FieldFault> {
        let (name, place) = self.places.get(&id)?;
        if self.caller.may_at(RESOURCE_APPROVE, &place.as_place()) {
            return None;
        }
        let expected = Text::new("a resource within your scope", "您权限范围内的资源");
        Some(FieldFault::new(field, &name.name, expected))
    }

    /// The faults of a unit and a region that are out of reach.
    fn place(&self, at: &str, unit: Option<&str>, region: Option<&str>) -> Vec<FieldFault> {
        let held = &self.places_held;
        let unit = unit.filter(|unit| !held.unit(unit)).map(unit_not_held);
        let region = region.filter(|region| !held.region(region)).map(region_not_held);
        let within =
            |fault: FieldFault| FieldFault { field: format!("{at}.{}", fault.field), ..fault };
        unit.into_iter().chain(region).map(within).collect()
    }
}
