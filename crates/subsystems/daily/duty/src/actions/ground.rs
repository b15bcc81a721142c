use calendar::WorkingCalendar;
use db::Tx;
use journal::Entry;
use kernel::{Caller, Text, Time};
use sqlx::AnyConnection;

use super::{AHEAD, Duty, Notice};
use crate::{
    DutyError,
    model::{
        changes::{Leave, Override, Swap},
        difference::{Difference, difference},
        fact::{Event, Told},
        plan::{self, DutySpan, Given},
        roster::{Roster, RosterId},
    },
    store::{self, spans::Lost},
};

/// How many people are told of a change at once.
const TOLD_MAX: usize = 500;

/// A roster with all that decides who is on.
pub(crate) struct Ground {
    pub(crate) roster: Roster,
    pub(crate) calendar: WorkingCalendar,
    pub(crate) overrides: Vec<Override>,
    pub(crate) leaves: Vec<Leave>,
    pub(crate) swaps: Vec<Swap>,
}

impl Ground {
    /// What the plan is made of.
    pub(crate) fn given(&self) -> Given<'_> {
        Given {
            draft: &self.roster.draft,
            calendar: &self.calendar,
            overrides: &self.overrides,
            leaves: &self.leaves,
            swaps: &self.swaps,
        }
    }

    /// Who is on as planned; nobody is for a roster that was given up.
    pub(crate) fn planned(&self, from: Time, to: Time) -> Result<Vec<DutySpan>, DutyError> {
        if self.roster.retired || from >= to {
            return Ok(Vec::new());
        }
        Ok(plan::spans(&self.given(), from, to)?)
    }

    /// Who is on from `now` on, as far ahead as changes are looked at.
    pub(crate) fn ahead(&self, now: Time) -> Result<Vec<DutySpan>, DutyError> {
        self.planned(now, now.plus(AHEAD))
    }
}

impl Duty {
    /// All that decides who is on in a roster.
    pub(crate) async fn ground(
        &self,
        connection: &mut AnyConnection,
        roster: Roster,
    ) -> Result<Ground, DutyError> {
        let calendar = self.calendars.of(&roster.draft)?;
        let after = roster.frozen_until;
        let overrides = store::changes::overrides(&mut *connection, roster.id, after).await?;
        let swaps = store::changes::swaps(&mut *connection, roster.id, after).await?;
        let people = roster.draft.people();
        let mut leaves = store::leaves::after(connection, after).await?;
        let involved = |person| {
            people.contains(&person)
                || overrides.iter().any(|one| one.person_in == Some(person))
                || swaps.iter().any(|swap| swap.taker == person || swap.giver == person)
        };
        leaves.retain(|leave| involved(leave.person_id));
        Ok(Ground { roster, calendar, overrides, leaves, swaps })
    }

    /// The same within a change, with all that has passed written down: what follows alters only
    /// what is to come.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn opened(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        id: RosterId,
        now: Time,
    ) -> Result<Ground, DutyError> {
        let found = store::rosters::find(tx.connection(), id).await?;
        let found = found.filter(|roster| !roster.retired);
        let roster = found.ok_or_else(|| DutyError::not_found("roster", "排班", id))?;
        let mut ground = self.ground(tx.connection(), roster).await?;
        self.freeze(tx, caller, &mut ground, now).await?;
        Ok(ground)
    }

    /// What a change means: calendars are told what is off, people what is theirs.
    pub(crate) async fn settled(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        before: Ground,
        now: Time,
    ) -> Result<Roster, DutyError> {
        let old = before.ahead(now)?;
        let found = store::rosters::find(tx.connection(), before.roster.id).await?;
        let Some(mut roster) = found else { return Ok(before.roster) };
        (roster.revision, roster.changed_at) = (roster.revision + 1, now);
        roster.frozen_until = before.roster.frozen_until;
        store::rosters::update(tx, &roster).await?;
        let after = self.ground(tx.connection(), roster).await?;
        let difference = difference(&old, &after.ahead(now)?);
        self.keep_lost(tx, &after.roster, &difference, now).await?;
        self.tell_changed(tx, caller, &after.roster, &difference).await?;
        Ok(after.roster)
    }

    async fn keep_lost(
        &self,
        tx: &mut Tx,
        roster: &Roster,
        difference: &Difference,
        now: Time,
    ) -> Result<(), DutyError> {
        for ((slot, person), (from, to)) in &difference.lost {
            let lost = Lost {
                roster_id: roster.id,
                slot: slot.clone(),
                person_id: *person,
                from: *from,
                to: *to,
                sequence: roster.revision,
                lost_at: now,
            };
            store::spans::lose(tx, &lost).await?;
        }
        for (slot, person) in difference.gained.keys() {
            store::spans::find_again(tx, roster.id, slot, *person).await?;
        }
        Ok(())
    }

    async fn tell_changed(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        roster: &Roster,
        difference: &Difference,
    ) -> Result<(), DutyError> {
        let own = self.person_of(caller).await?;
        let people = difference.people();
        for person in people.into_iter().filter(|one| Some(*one) != own).take(TOLD_MAX) {
            let (lost, gained) = difference.counts(person);
            let name = &roster.draft.name;
            let notice = Notice {
                title: Text::new(
                    format!("Your duty in “{name}” changed"),
                    format!("您在“{name}”的值班有变动"),
                ),
                text: Text::new(
                    format!("{gained} shifts more, {lost} fewer in what is to come."),
                    format!("后续新增 {gained} 班，减少 {lost} 班。"),
                ),
                link: "/my-duty".to_owned(),
                urgent: false,
            };
            self.tell(tx, caller, person, &notice).await?;
        }
        Ok(())
    }
}

/// Writes that something happened, with what it was and is.
pub(crate) async fn note<E: Event>(
    tx: &mut Tx,
    (caller, now): (&Caller, Time),
    told: Told<E>,
) -> Result<(), DutyError> {
    journal::append(tx, Entry::new(caller, now, &told)).await?;
    Ok(())
}
