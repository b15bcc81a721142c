use db::Tx;
use kernel::{Caller, Time};

use super::{
    reached::Move,
    save::{Act, after_beginning, load, same_version, then},
};
use crate::{
    Dated, Directory, DirectoryError, Person, PersonChange, PersonId,
    model::{NEVER, Timeline},
    store,
};

impl Directory {
    /// Takes a person into the directory, from `from` on.
    ///
    /// Errors: [`DirectoryError::NotThere`], `WrongInput`.
    pub async fn create_person(
        &self,
        caller: &Caller,
        new: &PersonChange,
        from: Time,
    ) -> Result<Dated<Person>, DirectoryError> {
        let mut tx = self.begin().await?;
        let act = self.act(caller);
        let unit = new.unit.flatten();
        for at in [act.now, from] {
            self.permit_unit_named(&mut tx, caller, ("unit_id", unit), at).await?;
        }
        let person = self.create_person_in(&mut tx, &act, new, from).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn create_person_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        new: &PersonChange,
        from: Time,
    ) -> Result<Dated<Person>, DirectoryError> {
        let person = Person::made(new)?;
        let id = self.new_id();
        let mut asked = self.asked(act.caller, (from, NEVER));
        asked.there(tx, "unit_id", person.unit).await?;
        asked.free(tx, "number", id, &person.number).await?;
        asked.answered()?;
        act.save_new(tx, &Timeline::begun(id, person, from, None, act.now)).await
    }

    /// Changes a person who is at `version`, from `from` on; also their unit of record. Another
    /// unit takes the place of those that were planned after it.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed`, `NotThere`, `VersionDiffers`, `NotThen`,
    /// `WrongInput`; as [`Self::permit_person_anew`] and [`Self::permit_taking`].
    pub async fn change_person(
        &self,
        caller: &Caller,
        id: PersonId,
        version: i64,
        change: &PersonChange,
        from: Time,
    ) -> Result<Dated<Person>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        let moments = (self.clock.now(), from);
        let until = self.permit_from(&mut tx, caller, &timeline, moments).await?;
        let timeline = timeline.theirs_until(until);
        if let Some(unit) = change.unit {
            self.permit_unit_named(&mut tx, caller, ("unit_id", unit), from).await?;
        }
        same_version(&timeline, version)?;
        let before = then(&timeline, from)?.state;
        let after = before.changed(change)?;
        self.permit_person_anew(&mut tx, caller, id, (&before, &after)).await?;
        let ends = ((before.unit, None), (after.unit, None));
        self.permit_taken(&mut tx, caller, &Move::along(ends, from)).await?;
        let changed =
            self.change_person_in(&mut tx, &self.act(caller), &timeline, change, from).await?;
        tx.commit().await?;
        self.one_ending_in_sight(caller, changed).await
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn change_person_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Person>,
        change: &PersonChange,
        from: Time,
    ) -> Result<Dated<Person>, DirectoryError> {
        let before = then(timeline, from)?;
        let after = before.state.changed(change)?;
        let mut asked = self.asked(act.caller, (from, timeline.end()));
        if after.number != before.state.number {
            asked.free(tx, "number", before.id, &after.number).await?;
        }
        if after.unit != before.state.unit {
            asked.there(tx, "unit_id", after.unit).await?;
        }
        asked.answered()?;
        let rewrite = match after.unit == before.state.unit {
            true => timeline.changed(from, &after, act.now)?,
            false => timeline.moved(from, &after, act.now, |one, to| one.unit = to.unit)?,
        };
        act.save_change(tx, &before, &rewrite, from).await
    }

    /// Lets a person leave at `at`: what they hold then ends, too. They stay in the directory for
    /// its history.
    ///
    /// Errors: as [`Self::change_person`].
    pub async fn leave(
        &self,
        caller: &Caller,
        id: PersonId,
        version: i64,
        at: Time,
    ) -> Result<Dated<Person>, DirectoryError> {
        let mut tx = self.begin().await?;
        let timeline = load(&mut tx, id).await?;
        let moments = (self.clock.now(), at);
        let until = self.permit_from(&mut tx, caller, &timeline, moments).await?;
        let timeline = timeline.theirs_until(until);
        same_version(&timeline, version)?;
        let left = self.leave_in(&mut tx, &self.act(caller), &timeline, at).await?;
        tx.commit().await?;
        self.one_ending_in_sight(caller, left).await
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn leave_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Person>,
        at: Time,
    ) -> Result<Dated<Person>, DirectoryError> {
        after_beginning(timeline, "at", at)?;
        self.end_holdings(tx, act, timeline, at).await?;
        act.save_end(tx, timeline, at).await
    }

    /// Ends all that a person holds at `at` or is to hold later, while they are in the hands of
    /// whoever ends it.
    pub(super) async fn end_holdings(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Person>,
        at: Time,
    ) -> Result<(), DirectoryError> {
        let Some(id) = timeline.spans().first().map(|person| person.id) else { return Ok(()) };
        let mut holdings = store::of_person(tx.connection(), id, at).await?;
        holdings.dedup_by_key(|holding| holding.id);
        for holding in holdings {
            let held = load(tx, holding.id).await?;
            let begun = held.spans().first().map_or(at, |span| span.valid_from);
            if !timeline.is_theirs(begun) {
                continue;
            }
            // What was to begin after they have left never begins: it ends as it begins.
            let end = if begun < at { at } else { begun };
            act.save_end(tx, &held, end).await?;
        }
        Ok(())
    }
}
