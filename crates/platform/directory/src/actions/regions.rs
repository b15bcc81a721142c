use db::Tx;
use kernel::{Caller, Time};

use super::{
    asked::not_within_itself,
    needs::needs_of_region,
    placed::permit_throughout,
    reached::Move,
    save::{Act, after_beginning, load, same_version, then},
    unseen::unname_in_region,
};
use crate::{
    Dated, Directory, DirectoryError, Region, RegionChange, RegionId,
    model::{NEVER, Timeline},
    store,
};

impl Directory {
    /// Makes a region, from `from` on.
    ///
    /// Errors: [`DirectoryError::NotThere`] unless the caller's scope holds the region it is
    /// part of (all, at the top); `WrongInput`.
    pub async fn create_region(
        &self,
        caller: &Caller,
        new: &RegionChange,
        from: Time,
    ) -> Result<Dated<Region>, DirectoryError> {
        let mut tx = self.begin().await?;
        let parent = new.parent.flatten();
        let placed = self.permit_place(&mut tx, caller, (None, parent), from).await;
        placed.map_err(|error| error.at_id("parent_id", parent))?;
        let region = self.create_region_in(&mut tx, &self.act(caller), new, from).await?;
        tx.commit().await?;
        Ok(region)
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn create_region_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        new: &RegionChange,
        from: Time,
    ) -> Result<Dated<Region>, DirectoryError> {
        let region = Region::made(new)?;
        let id = self.new_id();
        let mut asked = self.asked(act.caller, (from, NEVER));
        asked.there(tx, "parent_id", region.parent).await?;
        asked.free(tx, "code", id, &region.code).await?;
        asked.answered()?;
        act.save_new(tx, &Timeline::begun(id, region, from, None, act.now)).await
    }

    /// Changes a region that is at `version`, from `from` on; also what it is part of.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed`, `NotThere`, `VersionDiffers`, `NotThen`,
    /// `WrongInput`, `Cycle`; as [`Self::permit_reached`].
    pub async fn change_region(
        &self,
        caller: &Caller,
        id: RegionId,
        version: i64,
        change: &RegionChange,
        from: Time,
    ) -> Result<Dated<Region>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        let moments = (self.clock.now(), from);
        let until = self.permit_from(&mut tx, caller, &timeline, moments).await?;
        let timeline = timeline.theirs_until(until);
        if let Some(parent) = change.parent {
            let placed = self.permit_place(&mut tx, caller, (None, parent), from).await;
            placed.map_err(|error| error.at_id("parent_id", parent))?;
        }
        same_version(&timeline, version)?;
        let lent = match change.parent.flatten() {
            Some(parent) => {
                let goes = moved_region(id, parent, from, ("parent_id", &parent.to_string()));
                self.lent(&mut tx, caller, goes).await?
            }
            None => None,
        };
        let changed =
            self.change_region_in(&mut tx, &self.act(caller), &timeline, change, from).await?;
        self.permit_reached(&mut tx, lent).await?;
        tx.commit().await?;
        self.one_ending_in_sight(caller, changed).await
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn change_region_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Region>,
        change: &RegionChange,
        from: Time,
    ) -> Result<Dated<Region>, DirectoryError> {
        let before = then(timeline, from)?;
        let after = before.state.changed(change)?;
        let parent = after.parent.filter(|_| after.parent != before.state.parent);
        let mut asked = self.asked(act.caller, (from, timeline.end()));
        if after.code != before.state.code {
            asked.free(tx, "code", before.id, &after.code).await?;
        }
        asked.there(tx, "parent_id", parent).await?;
        asked.answered()?;
        if let Some(parent) = parent {
            let spans = store::region_parents(tx.connection(), from).await?;
            let moved = (before.id, before.state.name.zh.as_str());
            not_within_itself(tx, (act.caller, act.now), &spans, moved, parent, from).await?;
        }
        let rewrite = timeline.changed(from, &after, act.now)?;
        act.save_change(tx, &before, &rewrite, from).await
    }

    /// Closes a region at `at`. It stays in the directory for its history.
    ///
    /// Errors: as [`Self::change_region`]; [`DirectoryError::StillNeeded`] naming the regions,
    /// units, sites and resources that still belong to it.
    pub async fn close_region(
        &self,
        caller: &Caller,
        id: RegionId,
        version: i64,
        at: Time,
    ) -> Result<Dated<Region>, DirectoryError> {
        let trees = self.trees().await?;
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        let moments = (self.clock.now(), at);
        permit_throughout(self.permit_from(&mut tx, caller, &timeline, moments).await?)?;
        same_version(&timeline, version)?;
        after_beginning(&timeline, "at", at)?;
        let mut inside = self.inside_region(&mut tx, caller, id, at).await?;
        unname_in_region(&mut tx, caller, (&mut inside, &*trees), self.clock.now()).await?;
        if let Some(needed_by) = needs_of_region(&inside) {
            let name = timeline.nearest(at).map_or_else(String::new, |r| r.state.name.zh.clone());
            return Err(DirectoryError::StillNeeded { name, needed_by });
        }
        let closed = self.act(caller).save_end(&mut tx, &timeline, at).await?;
        tx.commit().await?;
        self.one_ending_in_sight(caller, closed).await
    }
}

/// That a region becomes part of another one from a moment on; the field that says so.
pub(crate) fn moved_region(
    id: RegionId,
    parent: RegionId,
    at: Time,
    (field, found): (&str, &str),
) -> Move {
    let (lies, into) = ((None, Some(id)), (None, Some(parent)));
    Move { from: lies, to: lies, into, at, said: (field.to_owned(), found.to_owned()) }
}
