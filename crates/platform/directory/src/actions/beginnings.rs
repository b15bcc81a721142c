use db::Tx;
use kernel::{Caller, FieldFault, Text, Time};

use super::{
    asked::{Asked, not_within_itself},
    holdings::held_already,
    save::{load, same_version},
};
use crate::{
    Dated, Directory, DirectoryError, Holding, HoldingId, Region, RegionId, Unit, UnitId,
    model::{NEVER, Timeline, told_as},
    store::{self, Kept},
};

impl Directory {
    /// Corrects since when a region is there to the earlier moment `at`: until its first known
    /// change it was as it was first.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed`, `VersionDiffers`; `WrongInput` naming
    /// `at` when that is not earlier, and what was not there then: the region it is part of, its
    /// code; `Cycle`.
    pub async fn begin_region(
        &self,
        caller: &Caller,
        id: RegionId,
        version: i64,
        at: Time,
    ) -> Result<Dated<Region>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline: Timeline<Region> = load(&mut tx, id).await?;
        self.permit_earlier(&mut tx, caller, &timeline, at).await?;
        same_version(&timeline, version)?;
        let (first, mut asked) = self.asked_earlier(caller, &timeline, at)?;
        asked.there(&mut tx, "parent_id", first.state.parent).await?;
        asked.free(&mut tx, "code", id, &first.state.code).await?;
        asked.answered()?;
        if let Some(parent) = first.state.parent {
            let spans = store::region_parents(tx.connection(), at).await?;
            let begun = (id, first.state.name.zh.as_str());
            not_within_itself(&mut tx, (caller, self.clock.now()), &spans, begun, parent, at)
                .await?;
        }
        let begun = self.save_beginning(&mut tx, caller, &timeline, at).await?;
        tx.commit().await?;
        Ok(begun)
    }

    /// Corrects since when a unit is there to the earlier moment `at`; as [`Self::begin_region`].
    ///
    /// Errors: as [`Self::begin_region`], also for the region that it answers for.
    pub async fn begin_unit(
        &self,
        caller: &Caller,
        id: UnitId,
        version: i64,
        at: Time,
    ) -> Result<Dated<Unit>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline: Timeline<Unit> = load(&mut tx, id).await?;
        self.permit_earlier(&mut tx, caller, &timeline, at).await?;
        same_version(&timeline, version)?;
        let (first, mut asked) = self.asked_earlier(caller, &timeline, at)?;
        asked.there(&mut tx, "parent_id", first.state.parent).await?;
        asked.there(&mut tx, "region_id", first.state.region).await?;
        asked.free(&mut tx, "code", id, &first.state.code).await?;
        asked.answered()?;
        if let Some(parent) = first.state.parent {
            let spans = store::unit_parents(tx.connection(), at).await?;
            let begun = (id, first.state.name.zh.as_str());
            not_within_itself(&mut tx, (caller, self.clock.now()), &spans, begun, parent, at)
                .await?;
        }
        let begun = self.save_beginning(&mut tx, caller, &timeline, at).await?;
        tx.commit().await?;
        Ok(begun)
    }

    /// Corrects since when a person holds a post to the earlier moment `at`; as
    /// [`Self::begin_region`].
    ///
    /// Errors: as [`Self::begin_region`], for the person and the post; `HeldAlready`; where it is
    /// not over, as for whoever fills the post: what was planned may count at once.
    pub async fn begin_holding(
        &self,
        caller: &Caller,
        id: HoldingId,
        version: i64,
        at: Time,
    ) -> Result<Dated<Holding>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline: Timeline<Holding> = load(&mut tx, id).await?;
        self.permit_earlier(&mut tx, caller, &timeline, at).await?;
        same_version(&timeline, version)?;
        let (first, mut asked) = self.asked_earlier(caller, &timeline, at)?;
        let ends = (first.state.person, first.state.post);
        let who = asked.there(&mut tx, "person_id", Some(ends.0)).await?;
        let what = asked.there(&mut tx, "post_id", Some(ends.1)).await?;
        asked.answered()?;
        let span = (at, first.valid_from);
        if store::overlapping(tx.connection(), ends, span, id).await? {
            return Err(held_already(who, what, at));
        }
        let to = Some(timeline.end()).filter(|to| *to != NEVER);
        if self.clock.now() < timeline.end() {
            self.permit_filling(&mut tx, caller, ends, to).await?;
        }
        let begun = self.save_beginning(&mut tx, caller, &timeline, at).await?;
        tx.commit().await?;
        Ok(begun)
    }

    /// What it was like first, and the questions about the time from `at` until then.
    ///
    /// Errors: [`DirectoryError::WrongInput`] naming `at`.
    fn asked_earlier<S: Kept>(
        &self,
        caller: &Caller,
        timeline: &Timeline<S>,
        at: Time,
    ) -> Result<(Dated<S>, Asked<'_>), DirectoryError> {
        let first = timeline.spans().first();
        let first = first.ok_or_else(|| DirectoryError::not_found::<S>(""))?;
        let since = first.valid_from;
        if at >= since {
            let since = told_as(since, &self.zone);
            let expected = Text::new(
                format!("earlier than {since}, when it begins"),
                format!("早于现有的起始时间 {since}"),
            );
            return Err(FieldFault::new("at", told_as(at, &self.zone), expected).into());
        }
        Ok((first.clone(), self.asked(caller, (at, since))))
    }

    async fn save_beginning<S: Kept>(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        timeline: &Timeline<S>,
        at: Time,
    ) -> Result<Dated<S>, DirectoryError> {
        let act = self.act(caller);
        let before = timeline.spans().first().cloned();
        let before = before.ok_or_else(|| DirectoryError::not_found::<S>(""))?;
        let rewrite = timeline.begun_earlier(at, act.now);
        act.save_beginning(tx, &before, &rewrite, at).await
    }
}
