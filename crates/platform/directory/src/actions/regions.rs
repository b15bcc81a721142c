use db::Tx;
use kernel::{Caller, Time};

use super::{
    asked::not_within_itself,
    needs::needs_of_region,
    save::{Act, after_beginning, load, same_version, then},
};
use crate::{
    Dated, Directory, DirectoryError, Region, RegionChange, RegionId,
    directory::Belongs,
    model::{NEVER, Timeline},
    store,
};

impl Directory {
    /// Makes a region, from `from` on.
    ///
    /// Errors: [`DirectoryError::NotAllowed`] unless the caller's scope holds the region it is
    /// part of (all, at the top); `WrongInput`.
    pub async fn create_region(
        &self,
        caller: &Caller,
        new: &RegionChange,
        from: Time,
    ) -> Result<Dated<Region>, DirectoryError> {
        let mut tx = self.begin().await?;
        Belongs::to_both(None, new.parent.flatten()).permit(caller)?;
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
        let mut asked = self.asked(from, NEVER);
        asked.there(tx, "parent_id", region.parent).await?;
        asked.free(tx, "code", id, &region.code).await?;
        asked.answered()?;
        act.save_new(tx, &Timeline::begun(id, region, from, None, act.now)).await
    }

    /// Changes a region that is at `version`, from `from` on; also what it is part of.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed`, `VersionDiffers`, `NotThen`,
    /// `WrongInput`, `Cycle`.
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
        Belongs::to_both(None, Some(id)).permit(caller)?;
        if let Some(parent) = change.parent {
            Belongs::to_both(None, parent).permit(caller)?;
        }
        same_version(&timeline, version)?;
        let changed =
            self.change_region_in(&mut tx, &self.act(caller), &timeline, change, from).await?;
        tx.commit().await?;
        Ok(changed)
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
        let mut asked = self.asked(from, timeline.end());
        if after.code != before.state.code {
            asked.free(tx, "code", before.id, &after.code).await?;
        }
        asked.there(tx, "parent_id", parent).await?;
        asked.answered()?;
        if let Some(parent) = parent {
            let spans = store::region_parents(tx.connection(), from).await?;
            let moved = (before.id, before.state.name.zh.as_str());
            not_within_itself(tx, &spans, moved, parent, from).await?;
        }
        let rewrite = timeline.changed(from, &after, act.now)?;
        act.save_change(tx, &before, &rewrite, from).await
    }

    /// Closes a region at `at`. It stays in the directory for its history.
    ///
    /// Errors: as [`Self::change_region`]; [`DirectoryError::StillNeeded`] naming the regions,
    /// units and sites that still belong to it.
    pub async fn close_region(
        &self,
        caller: &Caller,
        id: RegionId,
        version: i64,
        at: Time,
    ) -> Result<Dated<Region>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        Belongs::to_both(None, Some(id)).permit(caller)?;
        same_version(&timeline, version)?;
        after_beginning(&timeline, "at", at)?;
        let inside = store::of_region(tx.connection(), id, at).await?;
        if let Some(needed_by) = needs_of_region(&inside) {
            let name = timeline.nearest(at).map_or_else(String::new, |r| r.state.name.zh.clone());
            return Err(DirectoryError::StillNeeded { name, needed_by });
        }
        let closed = self.act(caller).save_end(&mut tx, &timeline, at).await?;
        tx.commit().await?;
        Ok(closed)
    }
}
