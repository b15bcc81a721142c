use db::Tx;
use journal::Entry;
use kernel::{Caller, Id, Time};

use super::{
    needs::needs_of_unit,
    save::{
        Act, after_beginning, belongs, free_code, load, permit_seen, require, same_version, then,
    },
};
use crate::{
    Dated, Directory, DirectoryError, Unit, UnitChange, UnitId, UnitMoved,
    directory::Belongs,
    model::{NEVER, Timeline, ancestry, input::Faults},
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
        let mut faults = Faults::default();
        faults.moment("from", from);
        faults.or(())?;
        let id = self.new_id();
        if let Some(parent) = parent {
            require(tx, "parent_id", parent, from, NEVER).await?;
        }
        if let Some(region) = unit.region {
            require(tx, "region_id", region, from, NEVER).await?;
        }
        free_code(tx, "code", id, &unit.code, (from, NEVER)).await?;
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
        if after.code != before.state.code {
            free_code(tx, "code", before.id, &after.code, (from, timeline.end())).await?;
        }
        if let Some(region) = after.region.filter(|_| after.region != before.state.region) {
            require(tx, "region_id", region, from, timeline.end()).await?;
        }
        let rewrite = timeline.changed(from, &after, act.now)?;
        act.save_change(tx, &before, &rewrite, from).await
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
            let above = require(tx, "parent_id", parent, from, timeline.end()).await?;
            let spans = store::unit_parents(tx.connection(), from).await?;
            let (moved, to) = (Id::from_uuid(before.id.uuid()), Id::from_uuid(parent.uuid()));
            if ancestry::leads_back(&spans, moved, to, from) {
                let parent =
                    above.nearest(from).map_or_else(String::new, |p| p.state.name.zh.clone());
                return Err(DirectoryError::Cycle { name: before.state.name.zh, parent });
            }
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
