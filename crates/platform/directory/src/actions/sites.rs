use db::Tx;
use kernel::{Caller, Time};

use super::save::{Act, after_beginning, load, permit_seen, same_version, then};
use crate::{
    Dated, Directory, DirectoryError, Site, SiteChange, SiteId,
    directory::Belongs,
    model::{NEVER, Timeline},
};

impl Directory {
    /// Makes a site, from `from` on.
    ///
    /// Errors: [`DirectoryError::NotAllowed`], `WrongInput`.
    pub async fn create_site(
        &self,
        caller: &Caller,
        new: &SiteChange,
        from: Time,
    ) -> Result<Dated<Site>, DirectoryError> {
        let mut tx = self.begin().await?;
        let belongs = Belongs::to_both(new.unit.flatten(), new.region.flatten());
        belongs.permit(caller)?;
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
        let mut asked = self.asked(from, NEVER);
        asked.there(tx, "unit_id", site.unit).await?;
        asked.there(tx, "region_id", site.region).await?;
        asked.free(tx, "code", id, &site.code).await?;
        asked.answered()?;
        act.save_new(tx, &Timeline::begun(id, site, from, None, act.now)).await
    }

    /// Changes a site that is at `version`, from `from` on.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed`, `VersionDiffers`, `NotThen`,
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
        permit_site(caller, &timeline, id, from)?;
        same_version(&timeline, version)?;
        let changed =
            self.change_site_in(&mut tx, &self.act(caller), &timeline, change, from).await?;
        Belongs::to_both(changed.state.unit, changed.state.region).permit(caller)?;
        tx.commit().await?;
        Ok(changed)
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
        let mut asked = self.asked(from, timeline.end());
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
        let rewrite = timeline.changed(from, &after, act.now)?;
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
        permit_site(caller, &timeline, id, at)?;
        same_version(&timeline, version)?;
        after_beginning(&timeline, "at", at)?;
        let closed = self.act(caller).save_end(&mut tx, &timeline, at).await?;
        tx.commit().await?;
        Ok(closed)
    }
}

/// Whether the caller may change the site wherever it belongs from `at` on.
fn permit_site(
    caller: &Caller,
    timeline: &Timeline<Site>,
    id: SiteId,
    at: Time,
) -> Result<(), DirectoryError> {
    for site in timeline.reached(at) {
        permit_seen(caller, &Belongs::to_both(site.state.unit, site.state.region), id)?;
    }
    Ok(())
}
