use journal::Entry;
use kernel::{Caller, Id, Time};

use super::{Duty, Ground, Seen, none_wrong, permit_change, sees};
use crate::{
    DutyError,
    model::{
        fact::{RosterChanged, RosterCreated, RosterRetired, Told},
        plan,
        roster::{Roster, RosterDraft, RosterId},
    },
    store::{self, rosters::ROSTERS_MAX},
};

/// What a draft would mean.
pub(crate) struct Preview {
    pub(crate) seen: Seen,
}

impl Duty {
    /// The rosters that the caller sees, in the order they were made.
    pub(crate) async fn rosters(&self, caller: &Caller) -> Result<Vec<Roster>, DutyError> {
        let mut rosters = store::rosters::all(self.db().reader()).await?;
        rosters.retain(|roster| sees(caller, roster.draft.unit_id));
        Ok(rosters)
    }

    /// The roster of that id, if the caller sees it; also one that was given up.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn roster(&self, caller: &Caller, id: RosterId) -> Result<Roster, DutyError> {
        let found = store::rosters::find(self.db().reader(), id).await?;
        let found = found.filter(|roster| sees(caller, roster.draft.unit_id));
        found.ok_or_else(|| no_roster(id))
    }

    /// Makes a roster. It plans from now on: the past is nobody's.
    ///
    /// Errors: [`DutyError::Forbidden`], [`DutyError::Invalid`], [`DutyError::Conflict`].
    pub(crate) async fn create_roster(
        &self,
        caller: &Caller,
        draft: RosterDraft,
    ) -> Result<Roster, DutyError> {
        none_wrong(draft.faults())?;
        permit_change(caller, draft.unit_id, || {
            DutyError::not_found("unit", "单位", draft.unit_id)
        })?;
        none_wrong(self.unknown_names(caller, &draft, None).await?)?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        if store::rosters::all(tx.connection()).await?.len() >= ROSTERS_MAX as usize {
            return Err(DutyError::conflict(
                "too-many-rosters",
                format!("there are {ROSTERS_MAX} rosters already; give one up first"),
                format!("排班已达上限 {ROSTERS_MAX} 个，请先停用一个"),
            ));
        }
        let roster = Roster {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            draft,
            version: 1,
            revision: 1,
            retired: false,
            created_at: now,
            changed_at: now,
            frozen_until: now,
        };
        store::rosters::insert(&mut tx, &roster).await?;
        store::rosters::insert_version(&mut tx, &roster, &caller.actor.name).await?;
        let told = Told::<RosterCreated>::of(roster.id, roster.draft.name.clone())
            .with("unit_id", roster.draft.unit_id);
        journal::append(&mut tx, Entry::new(caller, now, &told).after(&roster.draft)).await?;
        tx.commit().await?;
        Ok(roster)
    }

    /// Changes version `version` of a roster from now on; what has passed stays as it was.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Stale`],
    /// [`DutyError::Invalid`].
    pub(crate) async fn change_roster(
        &self,
        caller: &Caller,
        (id, version): (RosterId, i64),
        draft: RosterDraft,
    ) -> Result<Roster, DutyError> {
        none_wrong(draft.faults())?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let before = self.opened(&mut tx, caller, id, now).await?;
        permit_change(caller, before.roster.draft.unit_id, || no_roster(id))?;
        permit_change(caller, draft.unit_id, || {
            DutyError::not_found("unit", "单位", draft.unit_id)
        })?;
        if before.roster.version != version {
            return Err(DutyError::Stale);
        }
        none_wrong(self.unknown_names(caller, &draft, Some(&before.roster)).await?)?;
        if draft == before.roster.draft {
            return Ok(before.roster);
        }
        let old = before.roster.draft.clone();
        let changed =
            Roster { draft, version: version + 1, changed_at: now, ..before.roster.clone() };
        store::rosters::update(&mut tx, &changed).await?;
        store::rosters::insert_version(&mut tx, &changed, &caller.actor.name).await?;
        let roster = self.settled(&mut tx, caller, before, now).await?;
        let told = Told::<RosterChanged>::of(roster.id, roster.draft.name.clone());
        let entry = Entry::new(caller, now, &told).before(&old).after(&roster.draft);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(roster)
    }

    /// Gives version `version` of a roster up: it plans nothing more, its past stays.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Stale`].
    pub(crate) async fn retire_roster(
        &self,
        caller: &Caller,
        (id, version): (RosterId, i64),
    ) -> Result<(), DutyError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let before = self.opened(&mut tx, caller, id, now).await?;
        permit_change(caller, before.roster.draft.unit_id, || no_roster(id))?;
        if before.roster.version != version {
            return Err(DutyError::Stale);
        }
        let retired = Roster { retired: true, version: version + 1, ..before.roster.clone() };
        store::rosters::update(&mut tx, &retired).await?;
        let told = Told::<RosterRetired>::of(id, retired.draft.name.clone());
        journal::append(&mut tx, Entry::new(caller, now, &told).before(&retired.draft)).await?;
        self.settled(&mut tx, caller, before, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What a draft would mean from `from` to `to`, in the place of the roster `id` if it is given.
    ///
    /// Errors: [`DutyError::Forbidden`], [`DutyError::Invalid`], [`DutyError::NotFound`].
    pub(crate) async fn preview(
        &self,
        caller: &Caller,
        id: Option<RosterId>,
        draft: RosterDraft,
        (from, to): (Time, Time),
    ) -> Result<Preview, DutyError> {
        none_wrong(draft.faults())?;
        permit_change(caller, draft.unit_id, || {
            DutyError::not_found("unit", "单位", draft.unit_id)
        })?;
        let now = self.now();
        let before = match id {
            Some(id) => Some(self.roster(caller, id).await?),
            None => None,
        };
        none_wrong(self.unknown_names(caller, &draft, before.as_ref()).await?)?;
        let roster = match before {
            Some(before) => Roster { draft, ..before },
            None => self.unborn(draft, now),
        };
        let mut connection = self.db().reader().acquire().await?;
        let ground: Ground = self.ground(&mut connection, roster).await?;
        drop(connection);
        let spans = plan::joined(ground.planned(from, to)?);
        Ok(Preview { seen: self.seen(caller, ground, spans, (from, to)).await? })
    }

    /// A roster that nobody has made yet.
    pub(super) fn unborn(&self, draft: RosterDraft, now: Time) -> Roster {
        Roster {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            draft,
            version: 0,
            revision: 0,
            retired: false,
            created_at: now,
            changed_at: now,
            frozen_until: now,
        }
    }
}

pub(super) fn no_roster(id: RosterId) -> DutyError {
    DutyError::not_found("roster", "排班", id)
}
