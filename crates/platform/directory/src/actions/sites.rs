use db::Tx;
use kernel::{Caller, Time};

use super::save::{after_beginning, free_code, load, permit_seen, require, same_version, then};
use crate::{
    Dated, Directory, DirectoryError, Site, SiteChange, SiteId,
    directory::Belongs,
    model::{NEVER, Timeline, input::Faults},
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
        let site = Site::made(new)?;
        Belongs::to_both(site.unit, site.region).permit(caller)?;
        let mut faults = Faults::default();
        faults.moment("from", from);
        faults.or(())?;
        let id = self.new_id();
        check_named(&mut tx, &site, None, (from, NEVER)).await?;
        free_code(&mut tx, "code", id, &site.code, (from, NEVER)).await?;
        let act = self.act(caller);
        let made = act.save_new(&mut tx, &Timeline::begun(id, site, from, None, act.now)).await?;
        tx.commit().await?;
        Ok(made)
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
        let before = then(&timeline, from)?;
        let after = before.state.changed(change)?;
        Belongs::to_both(after.unit, after.region).permit(caller)?;
        let span = (from, timeline.end());
        if after.code != before.state.code {
            free_code(&mut tx, "code", id, &after.code, span).await?;
        }
        check_named(&mut tx, &after, Some(&before.state), span).await?;
        let act = self.act(caller);
        let rewrite = timeline.changed(from, &after, act.now)?;
        let changed = act.save_change(&mut tx, &before, &rewrite, from).await?;
        tx.commit().await?;
        Ok(changed)
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

/// The unit and the region that a site names anew must be there as long as it.
async fn check_named(
    tx: &mut Tx,
    site: &Site,
    before: Option<&Site>,
    (from, to): (Time, Time),
) -> Result<(), DirectoryError> {
    let unit = site.unit.filter(|unit| before.and_then(|site| site.unit) != Some(*unit));
    if let Some(unit) = unit {
        require(tx, "unit_id", unit, from, to).await?;
    }
    let region = site.region.filter(|r| before.and_then(|site| site.region) != Some(*r));
    if let Some(region) = region {
        require(tx, "region_id", region, from, to).await?;
    }
    Ok(())
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
