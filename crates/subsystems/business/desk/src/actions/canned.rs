use kernel::{Caller, FieldFault, Id, Place, Text};

use super::{Desk, Row, none_wrong};
use crate::{
    DeskError,
    model::{
        canned::{Canned, CannedDraft, CannedId},
        fact::{CannedChanged, CannedCreated, CannedRemoved, Told},
        permission::TICKET_READ,
        ticket::TicketId,
    },
    store::{self, canned::CANNED_MAX},
};

impl Desk {
    /// The canned replies for all units, and for those whose tickets the caller sees.
    pub(crate) async fn canned(&self, caller: &Caller) -> Result<Vec<Canned>, DeskError> {
        let mut all = store::canned::all(self.db().reader()).await?;
        all.retain(|one| {
            let unit = one.draft.unit_id.map(|id| id.to_string());
            let place = Place { unit_id: unit.as_deref(), ..Place::default() };
            unit.is_none() || caller.may_at(TICKET_READ, &place)
        });
        Ok(all)
    }

    /// The canned replies that fit a ticket which the caller sees, filled in for it.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn canned_for(
        &self,
        caller: &Caller,
        id: TicketId,
    ) -> Result<Vec<(Canned, Text)>, DeskError> {
        let ticket = self.seen(caller, id).await?.ticket;
        let all = store::canned::all(self.db().reader()).await?;
        let trees = self.parts.directory.trees().await?;
        let unit = ticket.unit_id.to_string();
        let fits = |one: &Canned| {
            let of_type = one.draft.type_key.as_ref().is_none_or(|key| *key == ticket.type_key);
            let above = one.draft.unit_id.map(|id| trees.unit_subtree(&id.to_string()));
            of_type && above.is_none_or(|units| units.contains(&unit))
        };
        let filled = all.into_iter().filter(fits).map(|one| {
            let text = one.draft.filled(&ticket);
            (one, text)
        });
        Ok(filled.collect())
    }

    /// Makes a canned reply.
    ///
    /// Errors: [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn create_canned(
        &self,
        caller: &Caller,
        draft: CannedDraft,
    ) -> Result<Canned, DeskError> {
        none_wrong(self.faults_of(&draft).await?)?;
        let mut tx = self.db().begin().await?;
        if store::canned::all(tx.connection()).await?.len() >= CANNED_MAX as usize {
            return Err(DeskError::conflict(
                "too-many",
                format!("there are {CANNED_MAX} canned replies already"),
                format!("常用回复已达上限 {CANNED_MAX} 条"),
            ));
        }
        let (parts, changed_at) = (&self.parts, self.now());
        let id: CannedId = Id::new(parts.ids.as_ref(), parts.clock.as_ref());
        let one = Canned { id, draft, version: 1, changed_at };
        store::canned::put(&mut tx, &one).await?;
        let told = Told::<CannedCreated>::of(&id.to_string(), one.draft.name.en.clone());
        journal::append(&mut tx, Row::new(caller, changed_at, &told).after(&one.draft)).await?;
        tx.commit().await?;
        Ok(one)
    }

    /// Changes version `version` of a canned reply.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Stale`], [`DeskError::Invalid`].
    pub(crate) async fn change_canned(
        &self,
        caller: &Caller,
        (id, version): (CannedId, i64),
        draft: CannedDraft,
    ) -> Result<Canned, DeskError> {
        none_wrong(self.faults_of(&draft).await?)?;
        let mut tx = self.db().begin().await?;
        let found = store::canned::find(tx.connection(), id).await?;
        let before = found.ok_or_else(|| no_canned(id))?;
        if before.version != version {
            return Err(DeskError::Stale);
        }
        let one = Canned { draft, version: version + 1, changed_at: self.now(), id };
        store::canned::put(&mut tx, &one).await?;
        let told = Told::<CannedChanged>::of(&id.to_string(), one.draft.name.en.clone());
        let row = Row::new(caller, one.changed_at, &told).before(&before.draft).after(&one.draft);
        journal::append(&mut tx, row).await?;
        tx.commit().await?;
        Ok(one)
    }

    /// Removes a canned reply.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn remove_canned(
        &self,
        caller: &Caller,
        id: CannedId,
    ) -> Result<(), DeskError> {
        let mut tx = self.db().begin().await?;
        let found = store::canned::find(tx.connection(), id).await?;
        let before = found.ok_or_else(|| no_canned(id))?;
        store::canned::remove(&mut tx, id).await?;
        let told = Told::<CannedRemoved>::of(&id.to_string(), before.draft.name.en.clone());
        let row = Row::new(caller, self.now(), &told).before(&before.draft);
        journal::append(&mut tx, row).await?;
        Ok(tx.commit().await?)
    }

    async fn faults_of(&self, draft: &CannedDraft) -> Result<Vec<FieldFault>, DeskError> {
        let mut faults = draft.faults();
        if let Some(unit) = draft.unit_id {
            faults.extend(self.absent_unit(unit).await?);
        }
        if let Some(key) = &draft.type_key
            && store::types::find(self.db().reader(), key).await?.is_none()
        {
            let expected = Text::new("the key of a type", "工单类型标识");
            faults.push(FieldFault::new("type_key", key, expected));
        }
        Ok(faults)
    }
}

fn no_canned(id: CannedId) -> DeskError {
    DeskError::not_found("canned reply", "常用回复", id)
}
