use db::Tx;
use kernel::{Caller, Text, Time};

use super::{
    needs::{NAMED_MAX, counted, joined},
    save::{Act, after_beginning, belongs, load, permit_seen, same_version, then},
};
use crate::{
    Dated, Directory, DirectoryError, Holding, Post, PostChange, PostId, UnitId,
    model::{NEVER, Timeline},
    store::{self, Named},
};

impl Directory {
    /// Makes a post in `unit`, from `from` on.
    ///
    /// Errors: [`DirectoryError::NotAllowed`], `WrongInput`.
    pub async fn create_post(
        &self,
        caller: &Caller,
        new: &PostChange,
        unit: UnitId,
        from: Time,
    ) -> Result<Dated<Post>, DirectoryError> {
        let mut tx = self.begin().await?;
        belongs(&mut tx, Some(unit), from).await?.permit(caller)?;
        let post = self.create_post_in(&mut tx, &self.act(caller), new, unit, from).await?;
        tx.commit().await?;
        Ok(post)
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn create_post_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        new: &PostChange,
        unit: UnitId,
        from: Time,
    ) -> Result<Dated<Post>, DirectoryError> {
        let post = Post::made(new, unit)?;
        let id = self.new_id();
        let mut asked = self.asked(from, NEVER);
        asked.there(tx, "unit_id", Some(unit)).await?;
        asked.free(tx, "code", id, &post.code).await?;
        asked.answered()?;
        act.save_new(tx, &Timeline::begun(id, post, from, None, act.now)).await
    }

    /// Changes a post that is at `version`, from `from` on; also the unit it is in.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed`, `VersionDiffers`, `NotThen`,
    /// `WrongInput`.
    pub async fn change_post(
        &self,
        caller: &Caller,
        id: PostId,
        version: i64,
        change: &PostChange,
        from: Time,
    ) -> Result<Dated<Post>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        permit_post(&mut tx, caller, &timeline, id, from).await?;
        if change.unit.is_some() {
            belongs(&mut tx, change.unit, from).await?.permit(caller)?;
        }
        same_version(&timeline, version)?;
        let changed =
            self.change_post_in(&mut tx, &self.act(caller), &timeline, change, from).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn change_post_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Post>,
        change: &PostChange,
        from: Time,
    ) -> Result<Dated<Post>, DirectoryError> {
        let before = then(timeline, from)?;
        let after = before.state.changed(change)?;
        let mut asked = self.asked(from, timeline.end());
        if after.code != before.state.code {
            asked.free(tx, "code", before.id, &after.code).await?;
        }
        if after.unit != before.state.unit {
            asked.there(tx, "unit_id", Some(after.unit)).await?;
        }
        asked.answered()?;
        let rewrite = timeline.changed(from, &after, act.now)?;
        act.save_change(tx, &before, &rewrite, from).await
    }

    /// Closes a post at `at`. It stays in the directory for its history.
    ///
    /// Errors: as [`Self::change_post`]; [`DirectoryError::StillNeeded`] while somebody holds it.
    pub async fn close_post(
        &self,
        caller: &Caller,
        id: PostId,
        version: i64,
        at: Time,
    ) -> Result<Dated<Post>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        permit_post(&mut tx, caller, &timeline, id, at).await?;
        same_version(&timeline, version)?;
        let closed = self.close_post_in(&mut tx, &self.act(caller), &timeline, id, at).await?;
        tx.commit().await?;
        Ok(closed)
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn close_post_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Post>,
        id: PostId,
        at: Time,
    ) -> Result<Dated<Post>, DirectoryError> {
        after_beginning(timeline, "at", at)?;
        let holdings = store::of_post(tx.connection(), id, at).await?;
        let holders = named(tx, holdings, at).await?;
        let parts = [counted(&holders, &Text::new("holder", "任职"))];
        let end = Text::new("; end the holdings first", "，请先结束任职");
        if let Some(needed_by) = joined(parts, &end) {
            let name = timeline.nearest(at).map_or_else(String::new, |p| p.state.title.zh.clone());
            return Err(DirectoryError::StillNeeded { name, needed_by });
        }
        act.save_end(tx, timeline, at).await
    }
}

/// The holders' names, as far as they are shown.
async fn named(
    tx: &mut Tx,
    mut holdings: Vec<Dated<Holding>>,
    at: Time,
) -> Result<Vec<Named<Holding>>, DirectoryError> {
    holdings.dedup_by_key(|holding| holding.id);
    let mut holders = Vec::new();
    for holding in holdings {
        let mut name = String::new();
        if holders.len() <= NAMED_MAX {
            let person = store::timeline(tx.connection(), holding.state.person).await?;
            name.extend(person.nearest(at).map(|person| person.state.name.as_str()));
        }
        holders.push(Named { id: holding.id, name });
    }
    Ok(holders)
}

/// Whether the caller may change the post wherever it is from `at` on.
pub(super) async fn permit_post(
    tx: &mut Tx,
    caller: &Caller,
    timeline: &Timeline<Post>,
    id: PostId,
    at: Time,
) -> Result<(), DirectoryError> {
    for post in timeline.reached(at) {
        let then = at.max(post.valid_from);
        permit_seen(caller, &belongs(tx, Some(post.state.unit), then).await?, id)?;
    }
    Ok(())
}
