use db::Tx;
use directory::{PersonId, UnitId};
use kernel::{Caller, Id, Text, Time};

use super::{
    Duty, Ground, Notice, checked_reason, checked_span, ground::note, holds, none_wrong, too_late,
};
use crate::{
    DutyError,
    model::{
        changes::{Leave, LeaveId, LeaveState},
        fact::{LeaveAsked, LeaveDecided, Told},
        permission::{DUTY_CHANGE, DUTY_READ},
    },
    store,
};

/// A leave that somebody wants.
#[derive(Debug, Clone)]
pub(crate) struct LeaveDraft {
    /// For whom; none: for oneself.
    pub(crate) person_id: Option<PersonId>,
    pub(crate) from: Time,
    pub(crate) to: Time,
    pub(crate) reason: String,
}

impl Duty {
    /// Leave that is not over: one's own, and of those whose unit the caller sees.
    pub(crate) async fn leaves(&self, caller: &Caller) -> Result<Vec<Leave>, DutyError> {
        let own = self.person_of(caller).await?;
        let mut shown = Vec::new();
        for leave in store::leaves::after(self.db().reader(), self.now()).await? {
            let is_own = Some(leave.person_id) == own;
            if is_own || self.is_theirs(caller, DUTY_READ, leave.person_id).await? {
                shown.push(leave);
            }
        }
        Ok(shown)
    }

    /// Asks for leave for oneself, or gives it to one of one's people, whose leave holds at once.
    ///
    /// Errors: [`DutyError::Invalid`], [`DutyError::Conflict`], [`DutyError::Forbidden`].
    pub(crate) async fn ask_leave(
        &self,
        caller: &Caller,
        draft: LeaveDraft,
    ) -> Result<Leave, DutyError> {
        let mut faults = Vec::new();
        checked_span(draft.from, draft.to, &mut faults);
        checked_reason(&draft.reason, &mut faults);
        none_wrong(faults)?;
        let now = self.now();
        if draft.to <= now {
            return Err(too_late());
        }
        let person_id = match draft.person_id {
            Some(person) => person,
            None => self.own_person(caller).await?,
        };
        let own = self.person_of(caller).await? == Some(person_id);
        let gives = !own && self.is_theirs(caller, DUTY_CHANGE, person_id).await?;
        if !own && !gives {
            return Err(DutyError::Forbidden(DUTY_CHANGE));
        }
        self.somebody(caller, DUTY_READ, ("person_id", person_id)).await?;
        let leave = Leave {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            person_id,
            from: draft.from.max(now),
            to: draft.to,
            reason: draft.reason,
            state: if gives { LeaveState::Approved } else { LeaveState::Asked },
            version: 1,
            decided_by: gives.then(|| caller.actor.name.clone()),
            asked_at: now,
        };
        let mut tx = self.db().begin().await?;
        let before = self.opened_for(&mut tx, caller, person_id, now).await?;
        store::leaves::insert(&mut tx, &leave).await?;
        let name = self.names(vec![person_id]).await?.remove(&person_id).unwrap_or_default();
        let told = Told::<LeaveAsked>::of(leave.id, name)
            .with("person_id", person_id)
            .with("from", leave.from)
            .with("to", leave.to)
            .with("state", leave.state);
        note(&mut tx, (caller, now), told).await?;
        if gives {
            self.settled_all(&mut tx, caller, before, now).await?;
        }
        tx.commit().await?;
        Ok(leave)
    }

    /// Approves or refuses version `version` of a leave, or takes it back. Nobody approves their
    /// own.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Stale`],
    /// [`DutyError::Conflict`].
    pub(crate) async fn decide_leave(
        &self,
        caller: &Caller,
        (id, version): (LeaveId, i64),
        next: LeaveState,
    ) -> Result<Leave, DutyError> {
        let now = self.now();
        let absent = || DutyError::not_found("leave", "请假", id);
        let mut tx = self.db().begin().await?;
        let leave = store::leaves::find(&mut tx, id).await?.ok_or_else(absent)?;
        let own = self.person_of(caller).await? == Some(leave.person_id);
        let decides = self.is_theirs(caller, DUTY_CHANGE, leave.person_id).await?;
        if !own && !decides {
            let sees = self.is_theirs(caller, DUTY_READ, leave.person_id).await?;
            return Err(if sees { DutyError::Forbidden(DUTY_CHANGE) } else { absent() });
        }
        if next != LeaveState::Withdrawn && own {
            return Err(DutyError::conflict(
                "own-leave",
                "nobody decides on their own leave",
                "不能审批自己的请假",
            ));
        }
        if leave.version != version {
            return Err(DutyError::Stale);
        }
        if leave.to <= now {
            return Err(too_late());
        }
        if !leave.state.may_become(next) {
            return Err(DutyError::conflict(
                "wrong-state",
                format!("the leave is {} already", leave.state.name()),
                "该请假已处理，不能再变更",
            ));
        }
        let before = self.opened_for(&mut tx, caller, leave.person_id, now).await?;
        let decided = Leave {
            state: next,
            version: version + 1,
            decided_by: Some(caller.actor.name.clone()),
            ..leave
        };
        store::leaves::update(&mut tx, &decided).await?;
        let name = self.names(vec![decided.person_id]).await?;
        let name = name.get(&decided.person_id).cloned().unwrap_or_default();
        let told = Told::<LeaveDecided>::of(id, name).with("state", next);
        note(&mut tx, (caller, now), told).await?;
        self.settled_all(&mut tx, caller, before, now).await?;
        if !own {
            self.tell(&mut tx, caller, decided.person_id, &leave_notice(next)).await?;
        }
        tx.commit().await?;
        Ok(decided)
    }

    /// Whether a permission is held where a person belongs.
    pub(crate) async fn is_theirs(
        &self,
        caller: &Caller,
        permission: kernel::Permission,
        person: PersonId,
    ) -> Result<bool, DutyError> {
        if caller.may_everywhere(permission) {
            return Ok(true);
        }
        let found = self.parts.directory.person(person).await?;
        let unit: Option<UnitId> = found.and_then(|person| person.state.unit);
        Ok(unit.is_some_and(|unit| holds(caller, permission, unit)))
    }

    /// All rosters in which a person may be on, opened for a change.
    async fn opened_for(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        person: PersonId,
        now: Time,
    ) -> Result<Vec<Ground>, DutyError> {
        let mut opened = Vec::new();
        for roster in store::rosters::all(tx.connection()).await? {
            let named = roster.draft.people().contains(&person);
            let mut ground = self.ground(tx.connection(), roster).await?;
            let taken = ground.overrides.iter().any(|one| one.person_in == Some(person))
                || ground.swaps.iter().any(|swap| swap.taker == person);
            if named || taken {
                self.freeze(tx, caller, &mut ground, now).await?;
                opened.push(ground);
            }
        }
        Ok(opened)
    }

    async fn settled_all(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        before: Vec<Ground>,
        now: Time,
    ) -> Result<(), DutyError> {
        for ground in before {
            self.settled(tx, caller, ground, now).await?;
        }
        Ok(())
    }
}

fn leave_notice(state: LeaveState) -> Notice {
    let title = match state {
        LeaveState::Approved => Text::new("Your leave is approved", "您的请假已批准"),
        LeaveState::Refused => Text::new("Your leave was refused", "您的请假未获批准"),
        LeaveState::Asked | LeaveState::Withdrawn => {
            Text::new("Your leave was taken back", "您的请假已被撤销")
        }
    };
    let text = Text::new("See your duty.", "请查看我的值班。");
    Notice { title, text, link: "/my-duty".to_owned(), urgent: false }
}
