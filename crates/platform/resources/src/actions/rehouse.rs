//! What becomes of resources when the unit or the region that they name does not go on: the one
//! rule of who lets them go where, and that nothing stays where nothing can be.

use db::Tx;
use directory::{MadeUnit, RegionId, Rehousing, UnitId};
use kernel::{Caller, Cause, FieldFault, Text, Time};

use super::{place::place_of, save::Told};
use crate::{
    FOREVER, RESOURCE_CHANGE, Resource, ResourceId, Resources, ResourcesError,
    model::{Stretch, Timeline, stamped},
    register::{permit, permit_at, sees},
    store::{self, Named},
};

/// One merge or split of units takes at most so many resources along.
const REHOUSED_MAX: usize = 20_000;
/// At most so many resources are looked at for those that are in a unit or a region.
const INSIDE_MAX: i64 = 1_000_000;
/// A resource is in a unit at most so many times with breaks between them.
const STAYS_MAX: usize = 1_000;

impl Resources {
    /// The resources in use that name the unit or the region at any time from `from` on, as they
    /// are today.
    pub(crate) async fn inside(
        &self,
        tx: &mut Tx,
        named: &Named,
        from: Time,
    ) -> Result<Vec<Resource>, ResourcesError> {
        let told = store::told_to_be_in(tx.connection(), named, from, INSIDE_MAX).await?;
        let mut inside = Vec::new();
        for id in told {
            let timeline = Timeline::of(&store::versions_of(tx.connection(), id).await?);
            if timeline.first_after(from, |one| is_in(one, named)).is_some() {
                inside.push(id);
            }
        }
        store::load_resources(tx.connection(), &inside).await
    }

    /// Lets resources go from the unit that is merged or split to the one that takes over, from
    /// then on, also in what was told for later.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `OutOfScope` as for moving each by hand, without a
    /// name of what the caller does not see; `TooManyFollow`.
    pub(crate) async fn rehouse(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        ids: &[ResourceId],
        way: &Rehousing,
    ) -> Result<(), ResourcesError> {
        permit(caller)?;
        if ids.len() > REHOUSED_MAX {
            return Err(ResourcesError::TooManyFollow { limit: REHOUSED_MAX });
        }
        for id in ids {
            self.rehouse_one(tx, caller, cause, *id, way).await?;
        }
        Ok(())
    }

    async fn rehouse_one(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        id: ResourceId,
        way: &Rehousing,
    ) -> Result<(), ResourcesError> {
        let left = Named::Unit(way.from.to_string());
        for _ in 0..STAYS_MAX {
            let current = self.get_in(tx, id).await?;
            let timeline = Timeline::of(&store::versions_of(tx.connection(), id).await?);
            let Some(stay) = timeline.first_after(way.at, |one| is_in(one, &left)) else { break };
            let at = stay.from.max(way.at);
            let then = Resource { version: current.version, ..stay.resource.clone() };
            let after = Resource { unit_id: Some(way.into.to_string()), ..then.clone() };
            let reached = timeline.told(at, &after);
            let stays = timeline.stretches().iter();
            let stays =
                stays.filter(|one| reached.iter().any(|told| told.covers(at.max(one.from))));
            let stays: Vec<Stretch> = stays.cloned().collect();
            let made = way.made.as_ref();
            self.permit_rehousing(caller, &current, (&then, &after, made), (&stays, at)).await?;
            let after = stamped(&then, after, at);
            let told = Told { at, timeline, then: &then, after: &after, confirmed: Vec::new() };
            self.save_told(tx, caller, cause, &current, told).await?;
        }
        Ok(())
    }

    /// Errors: as [`Self::rehouse`].
    async fn permit_rehousing(
        &self,
        caller: &Caller,
        current: &Resource,
        states: (&Resource, &Resource, Option<&MadeUnit>),
        stays: (&[Stretch], Time),
    ) -> Result<(), ResourcesError> {
        match self.permit_by_hand(caller, current, states, stays).await {
            Err(ResourcesError::OutOfScope(..) | ResourcesError::ResourceNotFound { .. }) => {
                let found = if sees(caller, current) { current.name.as_str() } else { "" };
                let expected = Text::new(
                    "only resources in the unit that you may change, there and where they go",
                    "单位内的资源均可由您变更，且其原归属与新归属均在您的权限范围内",
                );
                let fault = FieldFault::new("resources", found, expected);
                Err(ResourcesError::OutOfScope(RESOURCE_CHANGE, vec![fault]))
            }
            permitted => permitted,
        }
    }

    /// Whether the caller may move a resource by hand from `then` to `after`, as long as it stays.
    async fn permit_by_hand(
        &self,
        caller: &Caller,
        current: &Resource,
        (then, after, made): (&Resource, &Resource, Option<&MadeUnit>),
        (stays, at): (&[Stretch], Time),
    ) -> Result<(), ResourcesError> {
        permit_at(caller, current)?;
        self.permit_since(caller, stays, ("effective_at", at)).await?;
        self.permit_move_into(caller, (Some(then), after), made, at).await
    }

    /// Lets what has just come to where `target` is leave with it: where `target` is to go from a
    /// place that will be no more, what is with it cannot stay either. Returns whether it will.
    pub(super) async fn leave_with(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        (id, target): (ResourceId, ResourceId),
    ) -> Result<bool, ResourcesError> {
        let (now, mut leaves) = (self.clock.now(), false);
        if !store::has_ahead(tx.connection(), target, now).await? {
            return Ok(leaves);
        }
        let ahead = Timeline::of(&store::versions_of(tx.connection(), target).await?);
        for at in ahead.turns_after(now) {
            let Some((was, is)) = ahead.around(at) else { continue };
            if place_of(was) == place_of(is) || self.place_lasts(tx, was, at).await? {
                continue;
            }
            let current = self.get_in(tx, id).await?;
            let timeline = Timeline::of(&store::versions_of(tx.connection(), id).await?);
            let Some(then) = timeline.at(at).filter(|then| place_of(then) == place_of(was)) else {
                continue;
            };
            let then = Resource { version: current.version, ..then.clone() };
            let after = stamped(&then, placed_like(&then, is), at);
            let told = Told { at, timeline, then: &then, after: &after, confirmed: Vec::new() };
            self.save_told(tx, caller, cause, &current, told).await?;
            leaves = true;
        }
        Ok(leaves)
    }

    /// Whoever puts a resource elsewhere from `from` on says where it stays: it was to go because
    /// its place would be no more, and does not any longer. `before` is what it was.
    pub(super) async fn stay_put(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        before: &Resource,
        from: Time,
    ) -> Result<(), ResourcesError> {
        let (id, from) = (before.id, from.max(self.clock.now()));
        if !store::has_ahead(tx.connection(), id, from).await? {
            return Ok(());
        }
        let mut known = store::versions_of(tx.connection(), id).await?;
        known.retain(|one| one.resource.version <= before.version);
        let known = Timeline::of(&known);
        for at in known.turns_after(from) {
            let Some((was, is)) = known.around(at) else { continue };
            if place_of(was) == place_of(is) || self.place_lasts(tx, was, at).await? {
                continue;
            }
            let current = self.get_in(tx, id).await?;
            let timeline = self.life_for(tx, caller, id, at).await?;
            let around = timeline.around(at).filter(|(stays, goes)| {
                place_of(stays) != place_of(was) && place_of(goes) == place_of(is)
            });
            let Some((stays, goes)) = around else { continue };
            let then = Resource { version: current.version, ..goes.clone() };
            let after = stamped(&then, placed_like(&then, stays), at);
            let told = Told { at, timeline, then: &then, after: &after, confirmed: Vec::new() };
            self.save_told(tx, caller, cause, &current, told).await?;
        }
        Ok(())
    }

    /// Whether the unit and the region of the resource are there from `from` on, without an end.
    pub(super) async fn place_lasts(
        &self,
        tx: &mut Tx,
        resource: &Resource,
        from: Time,
    ) -> Result<bool, ResourcesError> {
        let Some(directory) = &self.directory else { return Ok(true) };
        let (unit, region) = place_of(resource);
        let unit: Option<UnitId> = unit.and_then(|id| id.parse().ok());
        let region: Option<RegionId> = region.and_then(|id| id.parse().ok());
        if unit.is_none() && region.is_none() {
            return Ok(true);
        }
        let (nobody, span) = (Caller::system("resources"), (from, FOREVER));
        let lacking = directory.lacking_places(tx, &nobody, (unit, region), span).await?;
        Ok(lacking.is_empty())
    }
}

/// `resource` where `other` is.
pub(super) fn placed_like(resource: &Resource, other: &Resource) -> Resource {
    Resource {
        unit_id: other.unit_id.clone(),
        region_id: other.region_id.clone(),
        ..resource.clone()
    }
}

/// Whether a resource names the unit or the region, and is in use.
fn is_in(resource: &Resource, named: &Named) -> bool {
    let is = match named {
        Named::Unit(id) => resource.unit_id.as_deref() == Some(id.as_str()),
        Named::Region(id) => resource.region_id.as_deref() == Some(id.as_str()),
    };
    is && resource.retired_at.is_none()
}
