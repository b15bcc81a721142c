use db::Tx;
use directory::{DirectoryError, MadeUnit, RegionId, UnitId};
use kernel::{Caller, Fault, FaultKind, FieldFault, Place, Text, Time};

use crate::{
    FOREVER, RESOURCE_CHANGE, RESOURCE_READ, Resource, ResourcePlace, Resources, ResourcesError,
    exchange::PlaceCodes, model::not_held,
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
        self.permit_move_into(caller, (before, after), None, self.clock.now()).await
    }

    /// The same of a change that counts from another moment on: each unit and region is held then,
    /// and from then until now.
    ///
    /// Errors: as [`Self::permit_move`].
    pub(super) async fn permit_move_from(
        &self,
        caller: &Caller,
        before: Option<&Resource>,
        after: &Resource,
        from: Time,
    ) -> Result<(), ResourcesError> {
        self.permit_move_into(caller, (before, after), None, from).await
    }

    /// The same where the unit of `after` may be `made` by the same change: it is held by whoever
    /// holds where it belongs.
    pub(super) async fn permit_move_into(
        &self,
        caller: &Caller,
        states: (Option<&Resource>, &Resource),
        made: Option<&MadeUnit>,
        from: Time,
    ) -> Result<(), ResourcesError> {
        self.permit_ends(caller, states, made, from).await?;
        match states {
            // What goes into a unit that is made on the way was looked at with that unit.
            (Some(before), after) if made.is_none() => {
                self.permit_taken(caller, (before, after), from).await
            }
            _ => Ok(()),
        }
    }

    /// Whether the caller may take a resource along to there: by a right for a time, or that was
    /// lent to them, nobody takes anything to where they keep more.
    ///
    /// Errors: [`ResourcesError::OutOfScope`] saying why.
    async fn permit_taken(
        &self,
        caller: &Caller,
        (before, after): (&Resource, &Resource),
        from: Time,
    ) -> Result<(), ResourcesError> {
        let Some(directory) = &self.directory else { return Ok(()) };
        let id = before.id.to_string();
        let goes = (id.as_str(), place_of(before), place_of(after));
        match directory.permit_taking(caller, RESOURCE_CHANGE, goes, from).await {
            Err(DirectoryError::Grants(fault)) if fault.kind == FaultKind::Forbidden => {
                let Fault { text, fields, .. } = *fault;
                let said = |field| FieldFault { expected: text.clone(), ..field };
                let faults = fields.into_iter().map(said).collect();
                Err(ResourcesError::OutOfScope(RESOURCE_CHANGE, faults))
            }
            permitted => Ok(permitted?),
        }
    }

    async fn permit_ends(
        &self,
        caller: &Caller,
        (before, after): (Option<&Resource>, &Resource),
        made: Option<&MadeUnit>,
        from: Time,
    ) -> Result<(), ResourcesError> {
        if caller.may_everywhere(RESOURCE_CHANGE) {
            return Ok(());
        }
        let own_region = after.region_id.as_deref();
        let reached = caller.may_at(RESOURCE_CHANGE, &ResourcePlace::of(after).as_place())
            || made.is_some_and(|made| holds_made(caller, made, own_region));
        let left = before.map(place_of).unwrap_or_default();
        let entered = place_of(after);
        if reached && left == entered {
            return Ok(());
        }
        let held = self.held_places(caller, RESOURCE_CHANGE).await?;
        let mut faults = held.lacking_between(left, entered, from);
        if made.is_some_and(|made| holds_made(caller, made, None)) {
            let unit = after.unit_id.as_deref().unwrap_or_default();
            faults.retain(|fault| fault.field != "unit_id" || fault.found != unit);
        }
        if let (Some(unit), Some(region)) = entered
            && left.1 != Some(region)
            && !self.unit_stays_held(caller, unit).await?
        {
            faults.push(region_keeps(region));
        }
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

    /// Whether the caller holds the unit wherever it, or what is above it, is planned to be.
    async fn unit_stays_held(&self, caller: &Caller, unit: &str) -> Result<bool, ResourcesError> {
        let (scope, past, now) =
            (caller.scope(RESOURCE_CHANGE), self.past().await?, self.clock.now());
        let turns = past.turns(Some(unit), None).into_iter().filter(|turn| *turn > now);
        let held = |turn: Time| scope.reached(None, &past.lineage(Some(unit), None, turn));
        Ok(turns.into_iter().all(held))
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

    /// The codes of the units and regions that the caller sees resources of.
    pub(crate) async fn place_codes(&self, caller: &Caller) -> Result<PlaceCodes, ResourcesError> {
        let Some(directory) = &self.directory else { return Ok(PlaceCodes::default()) };
        Ok(PlaceCodes::of(&*directory.trees().await?, &caller.scope(RESOURCE_READ)))
    }

    /// Checks that the places which `after` has from `from` on and `before` had not are in the
    /// directory, and stay there as long as it stays with them. Whoever comes back into use comes
    /// to its place anew.
    ///
    /// Errors: [`ResourcesError::WrongInput`] naming `unit_id` or `region_id`.
    pub(super) async fn check_places(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (before, after): (Option<&Resource>, &Resource),
        from: Time,
    ) -> Result<(), ResourcesError> {
        let Some(directory) = &self.directory else { return Ok(()) };
        let stayed = before.filter(|one| one.retired_at.is_none() || after.retired_at.is_some());
        let new = |id: &Option<String>, old: Option<&Option<String>>| {
            id.clone().filter(|_| old != Some(id))
        };
        let unit = new(&after.unit_id, stayed.map(|before| &before.unit_id));
        let region = new(&after.region_id, stayed.map(|before| &before.region_id));
        if unit.is_none() && region.is_none() {
            return Ok(());
        }
        let trees = directory.trees().await?;
        let mut faults = Vec::new();
        if let Some(unit) = unit.as_ref().filter(|unit| trees.unit(unit).is_none()) {
            let expected = Text::new("a unit of the directory", "组织目录中的单位");
            faults.push(FieldFault::new("unit_id", unit, expected));
        }
        if let Some(region) = region.as_ref().filter(|region| trees.region(region).is_none()) {
            let expected = Text::new("a region of the directory", "组织目录中的区域");
            faults.push(FieldFault::new("region_id", region, expected));
        }
        if faults.is_empty() {
            let to = match before {
                Some(_) => self.stays_until(tx, caller, after, from).await?,
                None => FOREVER,
            };
            let from = from.max(self.clock.now());
            if from < to {
                let unit: Option<UnitId> = unit.and_then(|id| id.parse().ok());
                let region: Option<RegionId> = region.and_then(|id| id.parse().ok());
                faults = directory.lacking_places(tx, caller, (unit, region), (from, to)).await?;
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }

    /// Until when a resource stays where the caller tells it to be from `from` on: until what was
    /// told for later takes it elsewhere.
    async fn stays_until(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        after: &Resource,
        from: Time,
    ) -> Result<Time, ResourcesError> {
        let told = self.life_for(tx, caller, after.id, from).await?.told(from, after);
        let here = told.iter().take_while(|stretch| place_of(&stretch.resource) == place_of(after));
        Ok(here.last().map_or(FOREVER, |stretch| stretch.to))
    }
}

/// Whether the caller holds the place where a new unit belongs, or in it what has a region of its
/// own.
fn holds_made(caller: &Caller, made: &MadeUnit, own_region: Option<&str>) -> bool {
    let (parent, region) = (made.parent.map(|id| id.to_string()), made.region);
    let region = region.map(|id| id.to_string());
    let region_id = own_region.or(region.as_deref());
    let place = Place { resource_id: None, unit_id: parent.as_deref(), region_id };
    caller.may_at(RESOURCE_CHANGE, &place)
}

/// A region of its own would keep in the scope what leaves that with its unit.
fn region_keeps(region: &str) -> FieldFault {
    let expected = Text::new(
        "no region of its own while its unit is planned to leave your scope",
        "所属单位预定移出您的权限范围时，不得另设区域",
    );
    FieldFault::new("region_id", region, expected)
}

/// The unit and the region of a resource.
pub(super) fn place_of(resource: &Resource) -> UnitAndRegion<'_> {
    (resource.unit_id.as_deref(), resource.region_id.as_deref())
}

pub(super) type UnitAndRegion<'r> = (Option<&'r str>, Option<&'r str>);
