use db::Tx;
use journal::Entry;
use kernel::{Caller, Time};

use super::{
    asked::not_within_itself,
    needs::needs_of_unit,
    save::{Act, after_beginning, belongs, load, permit_seen, same_version, then},
};
use crate::{
    DIRECTORY_CHANGE, Dated, Directory, DirectoryError, RegionId, Unit, UnitChange, UnitId,
    UnitMoved,
    directory::Belongs,
    model::{NEVER, Timeline},
    store,
};

impl Directory {
    /// Makes a unit, from `from` on, as part of `parent`.
    ///
    /// Errors: [`DirectoryError::NotAllowed`] unless the caller's scope holds the parent (all,
    /// for a unit at the top); `WrongInput`.
    pub async fn create_unit(
        &self,
        caller: &Caller,
        new: &UnitChange,
        parent: Option<UnitId>,
        from: Time,
    ) -> Result<Dated<Unit>, DirectoryError> {
        let mut tx = self.begin().await?;
        belongs(&mut tx, parent, from).await?.permit(caller)?;
        self.permit_region(caller, new.region.flatten()).await?;
        let unit = self.create_unit_in(&mut tx, &self.act(caller), new, parent, from).await?;
        tx.commit().await?;
        Ok(unit)
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn create_unit_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        new: &UnitChange,
        parent: Option<UnitId>,
        from: Time,
    ) -> Result<Dated<Unit>, DirectoryError> {
        let unit = Unit::made(new, parent)?;
        let id = self.new_id();
        let mut asked = self.asked(from, NEVER);
        asked.there(tx, "parent_id", parent).await?;
        asked.there(tx, "region_id", unit.region).await?;
        asked.free(tx, "code", id, &unit.code).await?;
        asked.answered()?;
        act.save_new(tx, &Timeline::begun(id, unit, from, None, act.now)).await
    }

    /// Changes a unit that is at `version`, from `from` on. A change that changes nothing is none.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed`, `VersionDiffers`, `NotThen`,
    /// `WrongInput`.
    pub async fn change_unit(
        &self,
        caller: &Caller,
        id: UnitId,
        version: i64,
        change: &UnitChange,
        from: Time,
    ) -> Result<Dated<Unit>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        permit_unit(caller, &timeline, id, from)?;
        same_version(&timeline, version)?;
        self.permit_region(caller, change.region.flatten()).await?;
        let changed =
            self.change_unit_in(&mut tx, &self.act(caller), &timeline, change, from).await?;
        Belongs::to_both(Some(id), changed.state.region).permit(caller)?;
        tx.commit().await?;
        Ok(changed)
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn change_unit_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Unit>,
        change: &UnitChange,
        from: Time,
    ) -> Result<Dated<Unit>, DirectoryError> {
        let before = then(timeline, from)?;
        let after = before.state.changed(change)?;
        let mut asked = self.asked(from, timeline.end());
        if after.code != before.state.code {
            asked.free(tx, "code", before.id, &after.code).await?;
        }
        if after.region != before.state.region {
            asked.there(tx, "region_id", after.region).await?;
        }
        asked.answered()?;
        let rewrite = timeline.changed(from, &after, act.now)?;
        act.save_change(tx, &before, &rewrite, from).await
    }

    /// Whether the caller may let a unit answer for the region: theirs, or within one that a unit
    /// of theirs answers for. Otherwise a unit would be given to whoever holds that region.
    ///
    /// Errors: [`DirectoryError::NotAllowed`].
    async fn permit_region(
        &self,
        caller: &Caller,
        region: Option<RegionId>,
    ) -> Result<(), DirectoryError> {
        let Some(region) = region else { return Ok(()) };
        let held = self.trees().await?.regions_within(&caller.scope(DIRECTORY_CHANGE));
        match held.is_none_or(|held| held.contains(&region.to_string())) {
            true => Ok(()),
            false => Err(DirectoryError::NotAllowed(DIRECTORY_CHANGE)),
        }
    }

    /// Makes a unit part of another one, or puts it at the top, from `from` on. What is below it
    /// moves with it.
    ///
    /// Errors: as [`Self::change_unit`]; [`DirectoryError::Cycle`] if it would come to be part of
    /// itself at any moment from then on.
    pub async fn move_unit(
        &self,
        caller: &Caller,
        id: UnitId,
        version: i64,
        parent: Option<UnitId>,
        from: Time,
    ) -> Result<Dated<Unit>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        permit_unit(caller, &timeline, id, from)?;
        same_version(&timeline, version)?;
        belongs(&mut tx, parent, from).await?.permit(caller)?;
        let moved = self.move_unit_in(&mut tx, &self.act(caller), &timeline, parent, from).await?;
        tx.commit().await?;
        Ok(moved)
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn move_unit_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Unit>,
        parent: Option<UnitId>,
        from: Time,
    ) -> Result<Dated<Unit>, DirectoryError> {
        let before = then(timeline, from)?;
        if let Some(parent) = parent {
            let mut asked = self.asked(from, timeline.end());
            asked.there(tx, "parent_id", Some(parent)).await?;
            asked.answered()?;
            let spans = store::unit_parents(tx.connection(), from).await?;
            let moved = (before.id, before.state.name.zh.as_str());
            not_within_itself(tx, &spans, moved, parent, from).await?;
        }
        let after = Unit { parent, ..before.state.clone() };
        let rewrite = timeline.changed(from, &after, act.now)?;
        let Some(moved) = act.write_change(tx, &before, &rewrite, from).await? else {
            return Ok(before);
        };
        let fact = UnitMoved {
            unit: before.id.to_string(),
            name: before.state.name.zh.clone(),
            from: before.state.parent.map(|id| id.to_string()),
            to: parent.map(|id| id.to_string()),
            effective_at: from,
        };
        let entry = Entry::new(act.caller, act.now, &fact).before(&before).after(&moved);
        journal::append(tx, entry.because_of(act.cause)).await?;
        Ok(moved)
    }

    /// Closes a unit at `at`. It stays in the directory for its history.
    ///
    /// Errors: as [`Self::change_unit`]; [`DirectoryError::StillNeeded`] naming the units, posts,
    /// people and sites that are still in it.
    pub async fn close_unit(
        &self,
        caller: &Caller,
        id: UnitId,
        version: i64,
        at: Time,
    ) -> Result<Dated<Unit>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        permit_unit(caller, &timeline, id, at)?;
        same_version(&timeline, version)?;
        let closed = self.close_unit_in(&mut tx, &self.act(caller), &timeline, at).await?;
        tx.commit().await?;
        Ok(closed)
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn close_unit_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Unit>,
        at: Time,
    ) -> Result<Dated<Unit>, DirectoryError> {
        after_beginning(timeline, "at", at)?;
        let Some(unit) = timeline.nearest(at).cloned() else {
            return Err(DirectoryError::not_found::<Unit>(""));
        };
        let inside = store::in_unit(tx.connection(), unit.id, at).await?;
        if let Some(needed_by) = needs_of_unit(&inside) {
            return Err(DirectoryError::StillNeeded { name: unit.state.name.zh, needed_by });
        }
        act.save_end(tx, timeline, at).await
    }
}

/// Whether the caller may change the unit, whichever region it answers for from `at` on.
pub(super) fn permit_unit(
    caller: &Caller,
    timeline: &Timeline<Unit>,
    id: UnitId,
    at: Time,
) -> Result<(), DirectoryError> {
    for unit in timeline.reached(at) {
        permit_seen(caller, &Belongs::to_both(Some(id), unit.state.region), id)?;
    }
    Ok(())
}
