use db::Tx;
use kernel::{Caller, FieldFault, Text, Time};

use super::{
    asked::id_of_a,
    placed::{belongs, place_of},
    save::{Act, after_beginning, load, same_version, then},
};
use crate::{
    Dated, Directory, DirectoryError, Holding, HoldingChange, HoldingId, Person, PersonId, Post,
    PostId,
    model::{NEVER, Timeline},
    store,
};

impl Directory {
    /// Lets a person hold a post from `from` on, until `to` if that is known.
    ///
    /// Errors: [`DirectoryError::NotThere`] unless the caller's scope holds the post's unit;
    /// `NotGiven`, `OwnPost` unless they may give the roles that the post carries; `WrongInput`,
    /// also for a person or a post that they do not see; `HeldAlready`.
    pub async fn create_holding(
        &self,
        caller: &Caller,
        new: &HoldingChange,
        (person, post): (PersonId, PostId),
        (from, to): (Time, Option<Time>),
    ) -> Result<Dated<Holding>, DirectoryError> {
        let mut tx = self.begin().await?;
        let act = self.act(caller);
        let who: Timeline<Person> = store::timeline(tx.connection(), person).await?;
        for at in [from, from.min(act.now)] {
            let unit = who.nearest(at).and_then(|person| person.state.unit);
            let lies = (unit, None);
            if !place_of(&mut tx, caller, lies, act.now, (at.max(act.now), act.now))
                .await?
                .seen_by(caller)
            {
                let expected = Text::new("the id of a person", "人员的编号");
                return Err(FieldFault::new("person_id", person, expected).into());
            }
        }
        // Before anything is said of the post: an error would name it. One that is not seen answers
        // like one that there is not.
        let held: Timeline<Post> = store::timeline(tx.connection(), post).await?;
        let today = held.nearest(act.now).map(|post| post.state.unit);
        let sees = belongs(&mut tx, (today, None), act.now).await?.seen_by(caller);
        if !sees {
            return Err(FieldFault::new("post_id", post, id_of_a::<Post>()).into());
        }
        let permitted = self.permit_held(&mut tx, caller, &held, (from, to.unwrap_or(NEVER))).await;
        permitted.map_err(|error| error.at_id("post_id", Some(post)))?;
        let ends = (person, post);
        let holding = self.create_holding_in(&mut tx, &act, new, ends, (from, to)).await?;
        // What is over gives nothing any more.
        if to.is_none_or(|to| act.now < to) {
            self.permit_filling(&mut tx, caller, ends, to).await?;
        }
        tx.commit().await?;
        Ok(holding)
    }

    /// Whether the caller may let somebody hold the post for so long: wherever it, its unit and
    /// what is above that are meanwhile.
    ///
    /// Errors: [`DirectoryError::NotAllowed`].
    pub(crate) async fn permit_held(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        held: &Timeline<Post>,
        (from, to): (Time, Time),
    ) -> Result<(), DirectoryError> {
        let now = self.clock.now();
        for post in held.reached(from).filter(|post| post.valid_from < to) {
            let then = from.max(post.valid_from);
            let (unit, end) = (post.state.unit, to.min(post.end()));
            let place = place_of(tx, caller, (Some(unit), None), now, (then, end.min(now))).await?;
            place.permit(caller)?;
            self.permit_stay(tx, caller, unit, (then, end)).await?;
        }
        Ok(())
    }

    /// The same as part of a larger change that is permitted elsewhere.
    pub(crate) async fn create_holding_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        new: &HoldingChange,
        (person, post): (PersonId, PostId),
        (from, to): (Time, Option<Time>),
    ) -> Result<Dated<Holding>, DirectoryError> {
        let holding = Holding::made(new, person, post)?;
        let id = self.new_id();
        let end = to.unwrap_or(NEVER);
        let mut asked = self.asked(act.caller, (from, end));
        let who = asked.there(tx, "person_id", Some(person)).await?;
        let what = asked.there(tx, "post_id", Some(post)).await?;
        asked.answered()?;
        if store::overlapping(tx.connection(), (person, post), (from, end), id).await? {
            return Err(held_already(who, what, from));
        }
        act.save_new(tx, &Timeline::begun(id, holding, from, to, act.now)).await
    }

    /// Changes a holding that is at `version`, from `from` on.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed`, `VersionDiffers`, `NotThen`,
    /// `WrongInput`.
    pub async fn change_holding(
        &self,
        caller: &Caller,
        id: HoldingId,
        version: i64,
        change: &HoldingChange,
        from: Time,
    ) -> Result<Dated<Holding>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        let moments = (self.clock.now(), from);
        let until = self.permit_from(&mut tx, caller, &timeline, moments).await?;
        let timeline = timeline.theirs_until(until);
        same_version(&timeline, version)?;
        let before = then(&timeline, from)?;
        let after = before.state.changed(change)?;
        let act = self.act(caller);
        let rewrite = timeline.changed(from, &after, act.now)?;
        let changed = act.save_change(&mut tx, &before, &rewrite, from).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Ends a holding at `at`.
    ///
    /// Errors: as [`Self::change_holding`].
    pub async fn end_holding(
        &self,
        caller: &Caller,
        id: HoldingId,
        version: i64,
        at: Time,
    ) -> Result<Dated<Holding>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        let moments = (self.clock.now(), at);
        let until = self.permit_from(&mut tx, caller, &timeline, moments).await?;
        let timeline = timeline.theirs_until(until);
        same_version(&timeline, version)?;
        after_beginning(&timeline, "at", at)?;
        let ended = self.act(caller).save_end(&mut tx, &timeline, at).await?;
        tx.commit().await?;
        Ok(ended)
    }
}

/// That the person holds the post already, in the words of then.
pub(super) fn held_already(
    who: Option<Timeline<Person>>,
    what: Option<Timeline<Post>>,
    at: Time,
) -> DirectoryError {
    let person = who.and_then(|who| who.nearest(at).map(|p| p.state.name.clone()));
    let post = what.and_then(|what| what.nearest(at).map(|p| p.state.title.zh.clone()));
    DirectoryError::HeldAlready {
        person: person.unwrap_or_default(),
        post: post.unwrap_or_default(),
    }
}
