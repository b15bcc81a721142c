use directory::PersonId;
use kernel::{Caller, FieldFault, Id, Text, Time};

use super::{
    Duty, checked_reason, checked_span, ground::note, none_wrong, permit_change,
    rosters::no_roster, too_late,
};
use crate::{
    DutyError,
    model::{
        changes::{Override, OverrideId},
        fact::{OverrideMade, OverrideRemoved, Told},
        permission::DUTY_READ,
        roster::RosterId,
    },
    store::{self, changes::CHANGES_MAX},
};

/// An override that somebody wants.
#[derive(Debug, Clone)]
pub(crate) struct OverrideDraft {
    pub(crate) roster_id: RosterId,
    pub(crate) position: Option<String>,
    pub(crate) from: Time,
    pub(crate) to: Time,
    pub(crate) person_out: Option<PersonId>,
    pub(crate) person_in: Option<PersonId>,
    pub(crate) reason: String,
}

impl Duty {
    /// The overrides of a roster that are not over.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn overrides(
        &self,
        caller: &Caller,
        id: RosterId,
    ) -> Result<Vec<Override>, DutyError> {
        self.roster(caller, id).await?;
        Ok(store::changes::overrides(self.db().reader(), id, self.now()).await?)
    }

    /// Puts somebody else on for a while, from now on at the earliest.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Invalid`],
    /// [`DutyError::Conflict`] for what is over.
    pub(crate) async fn make_override(
        &self,
        caller: &Caller,
        draft: OverrideDraft,
    ) -> Result<Override, DutyError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let before = self.opened(&mut tx, caller, draft.roster_id, now).await?;
        let unit = before.roster.draft.unit_id;
        permit_change(caller, unit, || no_roster(draft.roster_id))?;
        let mut faults = Vec::new();
        checked_span(draft.from, draft.to, &mut faults);
        checked_reason(&draft.reason, &mut faults);
        if let Some(position) = &draft.position
            && before.roster.draft.position(position).is_none()
        {
            let expected = Text::new("the key of a position", "岗位标识");
            faults.push(FieldFault::new("position", position, expected));
        }
        if draft.person_in == draft.person_out {
            let expected = Text::new(
                "somebody who is not on, somebody who is instead, or both, and not the same",
                "被替班人、替班人至少填一项，且不能相同",
            );
            faults.push(FieldFault::new("person_in", "the same as person_out", expected));
        }
        none_wrong(faults)?;
        if draft.to <= now {
            return Err(too_late());
        }
        let named = before.roster.draft.people();
        let both = [("person_out", draft.person_out), ("person_in", draft.person_in)];
        for (field, person) in both {
            if let Some(person) = person.filter(|person| !named.contains(person)) {
                self.somebody(caller, DUTY_READ, (field, person)).await?;
            }
        }
        if before.overrides.len() >= CHANGES_MAX as usize {
            return Err(DutyError::conflict(
                "too-many-overrides",
                format!("the roster has {CHANGES_MAX} overrides ahead already"),
                format!("该排班的替班已达上限 {CHANGES_MAX} 条"),
            ));
        }
        let one = Override {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            roster_id: draft.roster_id,
            position: draft.position,
            from: draft.from.max(now),
            to: draft.to,
            person_out: draft.person_out,
            person_in: draft.person_in,
            reason: draft.reason,
            made_by: caller.actor.name.clone(),
            made_at: now,
        };
        store::changes::insert_override(&mut tx, &one).await?;
        let roster = self.settled(&mut tx, caller, before, now).await?;
        let told = Told::<OverrideMade>::of(one.id, roster.draft.name).with("override", &one);
        note(&mut tx, (caller, now), told).await?;
        tx.commit().await?;
        Ok(one)
    }

    /// Takes an override back from now on; what it has done so far stays.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Conflict`].
    pub(crate) async fn remove_override(
        &self,
        caller: &Caller,
        id: OverrideId,
    ) -> Result<(), DutyError> {
        let now = self.now();
        let absent = || DutyError::not_found("override", "替班", id);
        let mut tx = self.db().begin().await?;
        let found = store::changes::one_override(&mut tx, id).await?;
        let one = found.ok_or_else(absent)?;
        let before = self.opened(&mut tx, caller, one.roster_id, now).await?;
        permit_change(caller, before.roster.draft.unit_id, absent)?;
        if one.to <= now {
            return Err(too_late());
        }
        store::changes::delete_override(&mut tx, id).await?;
        let roster = self.settled(&mut tx, caller, before, now).await?;
        let told = Told::<OverrideRemoved>::of(id, roster.draft.name).with("override", &one);
        note(&mut tx, (caller, now), told).await?;
        tx.commit().await?;
        Ok(())
    }
}
