use db::Tx;
use kernel::{Caller, Text, Time};

use super::{
    needs::{counted, joined},
    save::{
        Act, after_beginning, belongs, free_code, load, permit_seen, require, same_version, then,
    },
};
use crate::{
    Dated, Directory, DirectoryError, Post, PostChange, PostId, UnitId,
    model::{NEVER, Timeline, input::Faults},
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
        let mut faults = Faults::default();
        faults.moment("from", from);
        faults.or(())?;
        let id = self.new_id();
        require(tx, "unit_id", unit, from, NEVER).await?;
        free_code(tx, "code", id, &post.code, (from, NEVER)).await?;
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
        if after.code != before.state.code {
            free_code(tx, "code", before.id, &after.code, (from, timeline.end())).await?;
        }
        if after.unit != before.state.unit {
            require(tx, "unit_id", after.unit, from, timeline.end()).await?;
        }
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
        let mut holders = store::of_post(tx.connection(), id, at).await?;
        name_people(tx, &mut holders, at).await?;
        let parts = [counted(&holders, &Text::new("holder", "任职"))];
        let end = Text::new("; end the holdings first", "，请先结束任职");
        if let Some(needed_by) = joined(parts, &end) {
            let name = timeline.nearest(at).map_or_else(String::new, |p| p.state.title.zh.clone());
            return Err(DirectoryError::StillNeeded { name, needed_by });
        }
        act.save_end(tx, timeline, at).await
    }
}

/// The people's names in place of their ids.
async fn name_people(
    tx: &mut Tx,
    holders: &mut [Named<crate::Holding>],
    at: Time,
) -> Result<(), DirectoryError> {
    for holder in holders.iter_mut().take(6) {
        if let Ok(person) = holder.name.parse::<crate::PersonId>() {
            let known = store::timeline(tx.connection(), person).await?;
            if let Some(person) = known.nearest(at) {
                holder.name.clone_from(&person.state.name);
            }
        }
    }
    Ok(())
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
