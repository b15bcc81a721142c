use db::Tx;
use journal::Entry;
use kernel::{Caller, Time};

use super::{
    asked::not_within_itself,
    needs::needs_of_unit,
    placed::{permit_answering, permit_throughout},
    reached::Move,
    save::{Act, after_beginning, load, same_version, then},
    unseen::unname_in_unit,
};
use crate::{
    Dated, Directory, DirectoryError, Unit, UnitChange, UnitId, UnitMoved,
    model::{NEVER, SitePlace, Timeline},
    store,
};

/// What becomes of moves that were planned after one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plans {
    /// They come about.
    Kept,
    /// They come to nothing.
    Replaced,
}

impl Directory {
    /// Makes a unit, from `from` on, as part of `parent`.
    ///
    /// Errors: [`DirectoryError::NotThere`] unless the caller's scope holds the parent (all,
    /// for a unit at the top); `WrongInput`.
    pub async fn create_unit(
        &self,
        caller: &Caller,
        new: &UnitChange,
        parent: Option<UnitId>,
        from: Time,
    ) -> Result<Dated<Unit>, DirectoryError> {
        let mut tx = self.begin().await?;
        self.permit_unit_named(&mut tx, caller, ("parent_id", parent), from).await?;
        let region = new.region.flatten();
        self.permit_answering_named(caller, ("region_id", region), from).await?;
        if let (Some(_), Some(parent)) = (region, parent) {
            let stays = self.permit_stay(&mut tx, caller, parent, (from, NEVER)).await;
            stays.map_err(|error| error.at_id("region_id", region))?;
        }
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
        let mut asked = self.asked(act.caller, (from, NEVER));
        asked.there(tx, "parent_id", parent).await?;
        asked.there(tx, "region_id", unit.region).await?;
        asked.free(tx, "code", id, &unit.code).await?;
        asked.answered()?;
        act.save_new(tx, &Timeline::begun(id, unit, from, None, act.now)).await
    }

    /// Changes a unit that is at `version`, from `from` on. A change that changes nothing is none.
    /// Another region takes the place of those that were planned after it.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed`, `NotThere`, `VersionDiffers`, `NotThen`,
    /// `WrongInput`; as [`Self::permit_reached`] when it is to answer for another region.
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
        let moments = (self.clock.now(), from);
        let until = self.permit_from(&mut tx, caller, &timeline, moments).await?;
        let until = until.min(self.answers_until(caller, &timeline, moments).await?);
        let timeline = timeline.theirs_until(until);
        same_version(&timeline, version)?;
        let (region, was) =
            (change.region.flatten(), timeline.nearest(from).and_then(|unit| unit.state.region));
        self.permit_answering_named(caller, ("region_id", region), from).await?;
        let mut lent = None;
        if change.region.is_some_and(|region| region != was) {
            self.permit_answering_named(caller, ("region_id", was), from).await?;
            let goes = moved_unit(id, (None, region), from, "region_id");
            lent = self.lent(&mut tx, caller, goes).await?;
        }
        let changed =
            self.change_unit_in(&mut tx, &self.act(caller), &timeline, change, from).await?;
        self.permit_reached(&mut tx, lent).await?;
        let placed = self.permit_place(&mut tx, caller, (Some(id), None), from).await;
        placed.map_err(|error| error.at_id("region_id", region))?;
        if let (Some(_), Some(parent)) = (region, changed.state.parent) {
            let stays = self.permit_stay(&mut tx, caller, parent, (from, NEVER)).await;
            stays.map_err(|error| error.at_id("region_id", region))?;
        }
        tx.commit().await?;
        self.one_ending_in_sight(caller, changed).await
    }

    /// The same as part of a larger change that has been permitted.
    ///
    /// Errors: also as [`Self::permit_unit_anew`].
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
        let mut asked = self.asked(act.caller, (from, timeline.end()));
        if after.code != before.state.code {
            asked.free(tx, "code", before.id, &after.code).await?;
        }
        if after.region != before.state.region {
            asked.there(tx, "region_id", after.region).await?;
        }
        asked.answered()?;
        if (&after.code, &after.name) != (&before.state.code, &before.state.name) {
            self.permit_unit_anew(tx, act.caller, before.id).await?;
            let named = (before.id, &before.state, Some(&after));
            self.permit_last_unit_named(tx, act.caller, named).await?;
        }
        let rewrite = match after.region == before.state.region {
            true => timeline.changed(from, &after, act.now)?,
            false => timeline.moved(from, &after, act.now, |one, to| one.region = to.region)?,
        };
        act.save_change(tx, &before, &rewrite, from).await
    }

    /// Until when the unit answers for what the caller may let it answer for, as far as is planned.
    async fn answers_until(
        &self,
        caller: &Caller,
        timeline: &Timeline<Unit>,
        (now, at): (Time, Time),
    ) -> Result<Time, DirectoryError> {
        let (trees, past) = (self.trees().await?, self.past().await?);
        let own = timeline.nearest(at).and_then(|unit| unit.state.region);
        let planned = timeline.spans().iter().filter(|unit| unit.valid_from > now.max(at));
        let others = planned.filter(|unit| {
            let region = unit.state.region.filter(|region| Some(*region) != own);
            let moments = (now, unit.valid_from);
            let may = |region| permit_answering((&trees, &past), caller, region, moments);
            region.is_some_and(|region| may(region).is_err())
        });
        Ok(others.map(|unit| unit.valid_from).min().unwrap_or(NEVER))
    }

    /// Makes a unit part of another one, or puts it at the top, from `from` on. What is below it
    /// moves with it. It takes the place of the moves that were planned after it.
    ///
    /// Errors: as [`Self::change_unit`]; [`DirectoryError::Cycle`] if it would come to be part of
    /// itself at any moment from then on; as [`Self::permit_reached`].
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
        let moments = (self.clock.now(), from);
        let until = self.permit_from(&mut tx, caller, &timeline, moments).await?;
        let timeline = timeline.theirs_until(until);
        same_version(&timeline, version)?;
        self.permit_unit_named(&mut tx, caller, ("parent_id", parent), from).await?;
        let goes = moved_unit(id, (parent, None), from, "parent_id");
        let lent = self.lent(&mut tx, caller, goes).await?;
        let act = self.act(caller);
        let to = (parent, Plans::Replaced);
        let moved = self.move_unit_in(&mut tx, &act, &timeline, to, from).await?;
        self.permit_reached(&mut tx, lent).await?;
        tx.commit().await?;
        self.one_ending_in_sight(caller, moved).await
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn move_unit_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Unit>,
        (parent, plans): (Option<UnitId>, Plans),
        from: Time,
    ) -> Result<Dated<Unit>, DirectoryError> {
        let before = then(timeline, from)?;
        if let Some(parent) = parent {
            let mut asked = self.asked(act.caller, (from, timeline.end()));
            asked.there(tx, "parent_id", Some(parent)).await?;
            asked.answered()?;
            let spans = store::unit_parents(tx.connection(), from).await?;
            let moved = (before.id, before.state.name.zh.as_str());
            not_within_itself(tx, (act.caller, act.now), &spans, moved, parent, from).await?;
        }
        let after = Unit { parent, ..before.state.clone() };
        let rewrite = match plans {
            Plans::Replaced if parent != before.state.parent => {
                timeline.moved(from, &after, act.now, |one, to| one.parent = to.parent)?
            }
            _ => timeline.changed(from, &after, act.now)?,
        };
        let Some(moved) = act.write_change(tx, &before, &rewrite, from).await? else {
            return Ok(before);
        };
        let fact = UnitMoved {
            unit: before.id.to_string(),
            name: before.state.name.zh.clone(),
            from: before.state.parent.map(|id| id.to_string()),
            to: parent.map(|id| id.to_string()),
            effective_at: from,
            replaced_plans: rewrite.replaced.clone(),
        };
        let entry = Entry::new(act.caller, act.now, &fact).before(&before).after(&moved);
        let told_in = journal::append(tx, entry.because_of(act.cause)).await?;
        act.note_ahead(tx, &rewrite, from, told_in).await?;
        Ok(moved)
    }

    /// Closes a unit at `at`. It stays in the directory for its history.
    ///
    /// Errors: as [`Self::change_unit`]; [`DirectoryError::StillNeeded`] naming the units, posts,
    /// people, sites and resources that are still in it; as [`Self::permit_last_unit_named`].
    pub async fn close_unit(
        &self,
        caller: &Caller,
        id: UnitId,
        version: i64,
        at: Time,
    ) -> Result<Dated<Unit>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        let moments = (self.clock.now(), at);
        permit_throughout(self.permit_from(&mut tx, caller, &timeline, moments).await?)?;
        same_version(&timeline, version)?;
        let closed = self.close_unit_in(&mut tx, &self.act(caller), &timeline, at).await?;
        tx.commit().await?;
        self.one_ending_in_sight(caller, closed).await
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
        let mut inside = self.inside_unit(tx, act.caller, unit.id, at).await?;
        unname_in_unit(tx, act.caller, &mut inside, act.now).await?;
        if let Some(needed_by) = needs_of_unit(&inside) {
            return Err(DirectoryError::StillNeeded { name: unit.state.name.zh, needed_by });
        }
        self.permit_last_unit_named(tx, act.caller, (unit.id, &unit.state, None)).await?;
        act.save_end(tx, timeline, at).await
    }
}

/// That a unit goes there, or answers for that region, from a moment on; the field that says so.
pub(crate) fn moved_unit(id: UnitId, into: SitePlace, at: Time, field: &str) -> Move {
    let lies = (Some(id), None);
    let (unit, region) = into;
    let found = unit.map(|id| id.to_string()).or(region.map(|id| id.to_string()));
    Move { from: lies, to: lies, into, at, said: (field.to_owned(), found.unwrap_or_default()) }
}
