use db::Tx;
use kernel::{Caller, FieldFault, Text, Time};

use super::{
    needs::{NAMED_MAX, counted, joined},
    reached::Move,
    save::{Act, after_beginning, load, same_version, then},
    unseen::{LOOKED_MAX, sees_today},
};
use crate::{
    Dated, Directory, DirectoryError, Holding, Post, PostChange, PostId, UnitId,
    model::{NEVER, Timeline},
    store::{self, Named},
};

impl Directory {
    /// Makes a post in `unit`, from `from` on.
    ///
    /// Errors: [`DirectoryError::NotThere`], `WrongInput`.
    pub async fn create_post(
        &self,
        caller: &Caller,
        new: &PostChange,
        unit: UnitId,
        from: Time,
    ) -> Result<Dated<Post>, DirectoryError> {
        let mut tx = self.begin().await?;
        self.permit_unit_named(&mut tx, caller, ("unit_id", Some(unit)), from).await?;
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
        let mut asked = self.asked(act.caller, (from, NEVER));
        asked.there(tx, "unit_id", Some(unit)).await?;
        asked.free(tx, "code", id, &post.code).await?;
        asked.answered()?;
        act.save_new(tx, &Timeline::begun(id, post, from, None, act.now)).await
    }

    /// Changes a post that is at `version`, from `from` on; also the unit it is in. Another unit
    /// takes the place of those that were planned after it.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed`, `NotThere`, `VersionDiffers`, `NotThen`,
    /// `WrongInput`; as [`Self::permit_found_anew`] and [`Self::permit_last_named`].
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
        let moments = (self.clock.now(), from);
        let until = self.permit_from(&mut tx, caller, &timeline, moments).await?;
        let timeline = timeline.theirs_until(until);
        if change.unit.is_some() {
            self.permit_unit_named(&mut tx, caller, ("unit_id", change.unit), from).await?;
        }
        same_version(&timeline, version)?;
        let changed =
            self.change_post_in(&mut tx, &self.act(caller), &timeline, change, from).await?;
        tx.commit().await?;
        self.one_ending_in_sight(caller, changed).await
    }

    /// The same as part of a larger change that has been permitted.
    ///
    /// Errors: also as [`Self::permit_found_anew`], [`Self::permit_last_named`] and
    /// [`Self::permit_taking`].
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
        let mut asked = self.asked(act.caller, (from, timeline.end()));
        if after.code != before.state.code {
            asked.free(tx, "code", before.id, &after.code).await?;
        }
        if after.unit != before.state.unit {
            asked.there(tx, "unit_id", Some(after.unit)).await?;
            // Whether it heads the unit that it comes to, too, is not for its past to say.
            if after.head && change.head.is_none() {
                let span = (from, timeline.end());
                let heads = self.heads_already(tx, act, (before.id, &after), span).await?;
                heads.into_iter().for_each(|fault| asked.note(fault));
            }
        }
        asked.answered()?;
        let (left, entered) = ((Some(before.state.unit), None), (Some(after.unit), None));
        self.permit_taken(tx, act.caller, &Move::along((left, entered), from)).await?;
        let found_by = |post: &Post| (post.code.clone(), post.title.clone(), post.unit);
        if found_by(&after) != found_by(&before.state) {
            self.permit_found_anew(tx, act.caller, before.id).await?;
            let named = (before.id, &before.state, Some(&after));
            self.permit_last_named(tx, act.caller, named, from).await?;
        }
        let rewrite = match after.unit == before.state.unit {
            true => timeline.changed(from, &after, act.now)?,
            false => timeline.moved(from, &after, act.now, |one, to| one.unit = to.unit)?,
        };
        act.save_change(tx, &before, &rewrite, from).await
    }

    /// What is wrong with a head that comes to a unit which has one; both are named.
    async fn heads_already(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        (id, post): (PostId, &Post),
        span: (Time, Time),
    ) -> Result<Option<FieldFault>, DirectoryError> {
        let Some(other) = store::heading(tx.connection(), post.unit, span, id).await? else {
            return Ok(None);
        };
        let heads = load(tx, other).await?;
        let heads = heads.nearest(span.0).map(|one| one.state.title.clone());
        let title = match sees_today(tx, act.caller, other, act.now).await? {
            true => heads.unwrap_or_default(),
            false => Text::same("…"),
        };
        let own = &post.title;
        let expected = Text::new(
            format!(
                "a unit without a head: “{}” heads this one; say with `head` whether “{}” does too",
                title.en, own.en
            ),
            format!(
                "没有负责人岗位的单位：该单位已有“{}”，请用 head 说明“{}”是否仍为负责人岗位",
                title.zh, own.zh
            ),
        );
        Ok(Some(FieldFault::new("unit_id", post.unit, expected)))
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
        let moments = (self.clock.now(), at);
        let until = self.permit_from(&mut tx, caller, &timeline, moments).await?;
        let timeline = timeline.theirs_until(until);
        same_version(&timeline, version)?;
        let closed = self.close_post_in(&mut tx, &self.act(caller), &timeline, id, at).await?;
        tx.commit().await?;
        self.one_ending_in_sight(caller, closed).await
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
        self.unheld(tx, act, timeline, id, at).await?;
        if let Some(post) = timeline.nearest(at) {
            self.permit_last_named(tx, act.caller, (id, &post.state, None), at).await?;
        }
        act.save_end(tx, timeline, at).await
    }

    /// Errors: [`DirectoryError::StillNeeded`] while somebody holds the post at `at` or later, as
    /// long as it is in the hands of whoever asks.
    pub(super) async fn unheld(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Post>,
        id: PostId,
        at: Time,
    ) -> Result<(), DirectoryError> {
        let mut holdings = store::of_post(tx.connection(), id, at).await?;
        holdings.retain(|holding| timeline.is_theirs(holding.valid_from));
        let holders = named(tx, act, holdings, at).await?;
        let parts = [counted(&holders, &Text::new("holder", "任职"))];
        let end = Text::new("; end the holdings first", "，请先结束任职");
        let Some(needed_by) = joined(parts, &end) else { return Ok(()) };
        let name = timeline.nearest(at).map_or_else(String::new, |p| p.state.title.zh.clone());
        Err(DirectoryError::StillNeeded { name, needed_by })
    }
}

/// The holders, with the names of those whom the caller sees, as far as they are shown.
async fn named(
    tx: &mut Tx,
    act: &Act<'_>,
    mut holdings: Vec<Dated<Holding>>,
    at: Time,
) -> Result<Vec<Named<Holding>>, DirectoryError> {
    holdings.dedup_by_key(|holding| holding.id);
    let (mut holders, mut shown) = (Vec::new(), 0);
    for holding in holdings {
        let (person, mut name) = (holding.state.person, None);
        let looked_at = shown <= NAMED_MAX && holders.len() < LOOKED_MAX;
        if looked_at && sees_today(tx, act.caller, person, act.now).await? {
            let person = store::timeline(tx.connection(), person).await?;
            name = person.nearest(at).map(|person| person.state.name.clone());
            shown += 1;
        }
        holders.push(Named { id: holding.id, name });
    }
    Ok(holders)
}
