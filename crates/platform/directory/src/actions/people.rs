use db::Tx;
use kernel::{Caller, Time};

use super::save::{Act, after_beginning, belongs, load, permit_seen, same_version, then};
use crate::{
    Dated, Directory, DirectoryError, Person, PersonChange, PersonId,
    model::{NEVER, Timeline},
    store,
};

impl Directory {
    /// Takes a person into the directory, from `from` on.
    ///
    /// Errors: [`DirectoryError::NotAllowed`], `WrongInput`.
    pub async fn create_person(
        &self,
        caller: &Caller,
        new: &PersonChange,
        from: Time,
    ) -> Result<Dated<Person>, DirectoryError> {
        let mut tx = self.begin().await?;
        let act = self.act(caller);
        belongs(&mut tx, new.unit.flatten(), act.now).await?.permit(caller)?;
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
        let mut asked = self.asked(from, NEVER);
        asked.there(tx, "unit_id", person.unit).await?;
        asked.free(tx, "number", id, &person.number).await?;
        asked.answered()?;
        act.save_new(tx, &Timeline::begun(id, person, from, None, act.now)).await
    }

    /// Changes a person who is at `version`, from `from` on; also their unit of record.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed`, `VersionDiffers`, `NotThen`,
    /// `WrongInput`.
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
        permit_person(&mut tx, caller, &timeline, id, from).await?;
        if let Some(unit) = change.unit {
            belongs(&mut tx, unit, from).await?.permit(caller)?;
        }
        same_version(&timeline, version)?;
        let changed =
            self.change_person_in(&mut tx, &self.act(caller), &timeline, change, from).await?;
        tx.commit().await?;
        Ok(changed)
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
        let mut asked = self.asked(from, timeline.end());
        if after.number != before.state.number {
            asked.free(tx, "number", before.id, &after.number).await?;
        }
        if after.unit != before.state.unit {
            asked.there(tx, "unit_id", after.unit).await?;
        }
        asked.answered()?;
        let rewrite = timeline.changed(from, &after, act.now)?;
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
        permit_person(&mut tx, caller, &timeline, id, at).await?;
        same_version(&timeline, version)?;
        let left = self.leave_in(&mut tx, &self.act(caller), &timeline, id, at).await?;
        tx.commit().await?;
        Ok(left)
    }

    /// The same as part of a larger change that has been permitted.
    pub(crate) async fn leave_in(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Person>,
        id: PersonId,
        at: Time,
    ) -> Result<Dated<Person>, DirectoryError> {
        after_beginning(timeline, "at", at)?;
        let mut holdings = store::of_person(tx.connection(), id, at).await?;
        holdings.dedup_by_key(|holding| holding.id);
        for holding in holdings {
            let held = load(tx, holding.id).await?;
            let begun = held.spans().first().map_or(at, |span| span.valid_from);
            // What was to begin after they have left never begins: it ends as it begins.
            let end = if begun < at { at } else { begun };
            act.save_end(tx, &held, end).await?;
        }
        act.save_end(tx, timeline, at).await
    }
}

/// Whether the caller may change the person wherever they are from `at` on.
pub(super) async fn permit_person(
    tx: &mut Tx,
    caller: &Caller,
    timeline: &Timeline<Person>,
    id: PersonId,
    at: Time,
) -> Result<(), DirectoryError> {
    for person in timeline.reached(at) {
        let then = at.max(person.valid_from);
        permit_seen(caller, &belongs(tx, person.state.unit, then).await?, id)?;
    }
    Ok(())
}
