use db::Tx;
use kernel::{Caller, Time};

use super::{
    placed::left_and_entered,
    reached::Move,
    save::{Act, after_beginning, load, same_version, then},
};
use crate::{
    Dated, Directory, DirectoryError, Site, SiteChange, SiteId,
    model::{NEVER, SitePlace, Timeline},
};

impl Directory {
    /// Makes a site, from `from` on.
    ///
    /// Errors: [`DirectoryError::NotThere`], `WrongInput`.
    pub async fn create_site(
        &self,
        caller: &Caller,
        new: &SiteChange,
        from: Time,
    ) -> Result<Dated<Site>, DirectoryError> {
        let mut tx = self.begin().await?;
        let place = (new.unit.flatten(), new.region.flatten());
        self.permit_each(&mut tx, caller, place, from).await?;
        let placed = self.permit_place(&mut tx, caller, place, from).await;
        placed.map_err(|error| at_site(error, place))?;
        if let (Some(unit), Some(_)) = place {
            let stays = self.permit_stay(&mut tx, caller, unit, (from, NEVER)).await;
            stays.map_err(|error| at_site(error, place))?;
        }
        let made = self.create_site_in(&mut tx, &self.act(caller), new, from).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn create_site_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        new: &SiteChange,
        from: Time,
    ) -> Result<Dated<Site>, DirectoryError> {
        let site = Site::made(new)?;
        let id = self.new_id();
        let mut asked = self.asked(act.caller, (from, NEVER));
        asked.there(tx, "unit_id", site.unit).await?;
        asked.there(tx, "region_id", site.region).await?;
        asked.free(tx, "code", id, &site.code).await?;
        asked.answered()?;
        act.save_new(tx, &Timeline::begun(id, site, from, None, act.now)).await
    }

    /// Changes a site that is at `version`, from `from` on. Another unit or region takes the place
    /// of those that were planned after it.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed`, `NotThere`, `VersionDiffers`, `NotThen`,
    /// `WrongInput`.
    pub async fn change_site(
        &self,
        caller: &Caller,
        id: SiteId,
        version: i64,
        change: &SiteChange,
        from: Time,
    ) -> Result<Dated<Site>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        let moments = (self.clock.now(), from);
        let until = self.permit_from(&mut tx, caller, &timeline, moments).await?;
        let timeline = timeline.theirs_until(until);
        same_version(&timeline, version)?;
        let (unit, region) = then(&timeline, from)?.state.place();
        let after = (change.unit.unwrap_or(unit), change.region.unwrap_or(region));
        let [left, entered] = left_and_entered((unit, region), after);
        for place in [left, entered] {
            self.permit_each(&mut tx, caller, place, from).await?;
        }
        if let (Some(unit), Some(_)) = (after.0, entered.1) {
            let stays = self.permit_stay(&mut tx, caller, unit, (from, NEVER)).await;
            stays.map_err(|error| at_site(error, after))?;
        }
        let changed =
            self.change_site_in(&mut tx, &self.act(caller), &timeline, change, from).await?;
        let place = changed.state.place();
        let placed = self.permit_place(&mut tx, caller, place, from).await;
        placed.map_err(|error| at_site(error, place))?;
        tx.commit().await?;
        self.one_ending_in_sight(caller, changed).await
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn change_site_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Site>,
        change: &SiteChange,
        from: Time,
    ) -> Result<Dated<Site>, DirectoryError> {
        let before = then(timeline, from)?;
        let after = before.state.changed(change)?;
        let mut asked = self.asked(act.caller, (from, timeline.end()));
        if after.code != before.state.code {
            asked.free(tx, "code", before.id, &after.code).await?;
        }
        if after.unit != before.state.unit {
            asked.there(tx, "unit_id", after.unit).await?;
        }
        if after.region != before.state.region {
            asked.there(tx, "region_id", after.region).await?;
        }
        asked.answered()?;
        let ends = (before.state.place(), after.place());
        self.permit_taken(tx, act.caller, &Move::along(ends, from)).await?;
        let rewrite = match after.place() == before.state.place() {
            true => timeline.changed(from, &after, act.now)?,
            false => timeline.moved(from, &after, act.now, |one, to| {
                (one.unit, one.region) = to.place();
            })?,
        };
        act.save_change(tx, &before, &rewrite, from).await
    }

    /// Closes a site at `at`. It stays in the directory for its history.
    ///
    /// Errors: as [`Self::change_site`].
    pub async fn close_site(
        &self,
        caller: &Caller,
        id: SiteId,
        version: i64,
        at: Time,
    ) -> Result<Dated<Site>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        let moments = (self.clock.now(), at);
        let until = self.permit_from(&mut tx, caller, &timeline, moments).await?;
        let timeline = timeline.theirs_until(until);
        same_version(&timeline, version)?;
        after_beginning(&timeline, "at", at)?;
        let closed = self.act(caller).save_end(&mut tx, &timeline, at).await?;
        tx.commit().await?;
        self.one_ending_in_sight(caller, closed).await
    }
}

/// A refusal because of where a site is to be: its region says that, and without one its unit.
fn at_site(error: DirectoryError, (unit, region): SitePlace) -> DirectoryError {
    match region {
        Some(_) => error.at_id("region_id", region),
        None => error.at_id("unit_id", unit),
    }
}
