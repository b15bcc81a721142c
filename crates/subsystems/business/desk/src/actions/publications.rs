use db::Tx;
use kernel::{Caller, Id, Page, PageOf, Scope, Text};

use super::{Desk, Occasion, none_wrong, note};
use crate::{
    DeskError,
    model::{
        fact::{Event, PublicationApproved, PublicationProposed, PublicationWithdrawn, Told},
        permission::{TICKET_ASSIGN, TICKET_READ, TICKET_WORK},
        publication::{self, Publication, PublicationId, PublicationState},
        ticket::{Ticket, TicketId},
    },
    store,
};

/// What is to be published.
#[derive(Debug, Clone)]
pub(crate) struct NewPublication {
    /// The number of the entry that is the answer.
    pub(crate) entry: u32,
    pub(crate) title: String,
    pub(crate) text: String,
}

impl Desk {
    /// Proposes a redacted copy of an answer that was given to whoever asked. The ticket stays as
    /// it is.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Invalid`].
    pub(crate) async fn propose_publication(
        &self,
        caller: &Caller,
        id: TicketId,
        new: NewPublication,
    ) -> Result<Publication, DeskError> {
        none_wrong(publication::faults(&new.title, &new.text))?;
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.scene(tx.connection(), id).await?;
        scene.permit(caller, TICKET_WORK)?;
        let after = i64::from(new.entry) - 1;
        let found = store::entries::list(tx.connection(), id, (after, 1)).await?.pop();
        if !found.is_some_and(|one| one.number == new.entry && publication::is_answer(&one)) {
            let expected = Text::new(
                "the number of an answer that was given to whoever asked",
                "已向诉求人公开答复的记录序号",
            );
            return Err(DeskError::field("entry", new.entry, expected));
        }
        let one = Publication {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            ticket_id: id,
            ticket_number: scene.ticket.number.clone(),
            entry: new.entry,
            title: new.title,
            text: new.text,
            state: PublicationState::Proposed,
            redacted_by: caller.actor.name.clone(),
            redacted_id: caller.principal().to_owned(),
            redacted_at: occasion.now,
            approved: None,
            withdrawn: None,
            version: 1,
        };
        written::<PublicationProposed>(&mut tx, occasion, (&one, &scene.ticket)).await?;
        tx.commit().await?;
        Ok(one)
    }

    /// Publishes version `version` of what somebody else proposed.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Conflict`].
    pub(crate) async fn publish(
        &self,
        caller: &Caller,
        key: (PublicationId, i64),
    ) -> Result<Publication, DeskError> {
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let (one, ticket) = self.publication(&mut tx, caller, key).await?;
        if one.state != PublicationState::Proposed {
            return Err(wrong_state(one.state));
        }
        if caller.is(&one.redacted_id) {
            return Err(DeskError::conflict(
                "by-another",
                "who redacted it does not approve it",
                "编辑人不能审核自己的公开内容",
            ));
        }
        let one = Publication {
            state: PublicationState::Published,
            approved: Some((caller.actor.name.clone(), occasion.now)),
            version: one.version + 1,
            ..one
        };
        written::<PublicationApproved>(&mut tx, occasion, (&one, &ticket)).await?;
        tx.commit().await?;
        Ok(one)
    }

    /// Withdraws version `version` of what was proposed or published.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Conflict`].
    pub(crate) async fn withdraw_publication(
        &self,
        caller: &Caller,
        key: (PublicationId, i64),
    ) -> Result<Publication, DeskError> {
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let (one, ticket) = self.publication(&mut tx, caller, key).await?;
        if one.state == PublicationState::Withdrawn {
            return Err(wrong_state(one.state));
        }
        let one = Publication {
            state: PublicationState::Withdrawn,
            withdrawn: Some((caller.actor.name.clone(), occasion.now)),
            version: one.version + 1,
            ..one
        };
        written::<PublicationWithdrawn>(&mut tx, occasion, (&one, &ticket)).await?;
        tx.commit().await?;
        Ok(one)
    }

    /// The publication within a change by somebody who decides on its ticket.
    async fn publication(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (id, version): (PublicationId, i64),
    ) -> Result<(Publication, Ticket), DeskError> {
        let absent = || DeskError::not_found("publication", "公开内容", id);
        let one = store::publications::find(tx.connection(), id).await?.ok_or_else(absent)?;
        let scene = self.scene(tx.connection(), one.ticket_id).await?;
        match scene.permit(caller, TICKET_ASSIGN) {
            Err(DeskError::NotFound { .. }) => return Err(absent()),
            permitted => permitted?,
        }
        if one.version != version {
            return Err(DeskError::Stale);
        }
        Ok((one, scene.ticket))
    }

    /// The publications of tickets that the caller sees, the newest first.
    pub(crate) async fn publications(
        &self,
        caller: &Caller,
        state: Option<PublicationState>,
        page: &Page,
    ) -> Result<PageOf<Publication>, DeskError> {
        let scope = caller.scope(TICKET_READ);
        Ok(store::publications::list(self.db(), &scope, state, page).await?)
    }

    /// What everybody reads, the newest first.
    pub(crate) async fn published(&self, page: &Page) -> Result<PageOf<Publication>, DeskError> {
        let (scope, state) = (Scope::Everywhere, Some(PublicationState::Published));
        Ok(store::publications::list(self.db(), &scope, state, page).await?)
    }
}

/// Writes a publication with the fact of its ticket.
async fn written<E: Event>(
    tx: &mut Tx,
    occasion: Occasion<'_>,
    (one, ticket): (&Publication, &Ticket),
) -> Result<(), DeskError> {
    store::publications::put(tx, one).await?;
    let told = Told::<E>::ticket(ticket).with("publication_id", one.id).with("entry", one.entry);
    note(tx, occasion, told).await
}

fn wrong_state(state: PublicationState) -> DeskError {
    let state = state.name();
    DeskError::conflict(
        "wrong-state",
        format!("it is {state}"),
        format!("当前状态为 {state}，不能执行此操作"),
    )
}
