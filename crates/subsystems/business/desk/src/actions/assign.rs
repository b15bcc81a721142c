use kernel::Caller;

use super::{Desk, Occasion, none_wrong, note, opened::entry};
use crate::{
    DeskError,
    model::{
        entry::EntryKind,
        fact::{TicketAssigned, Told},
        permission::{TICKET_ASSIGN, TICKET_WORK},
        ticket::{Assignee, Ticket, TicketId},
    },
    store,
};

impl Desk {
    /// Gives version `version` of a ticket to a person or a post of its unit, or to nobody. Who
    /// works on tickets may take one that is nobody's, or lay down their own.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn assign(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        assignee: Assignee,
    ) -> Result<Ticket, DeskError> {
        let unknown = self.unknown_assignee(caller, assignee).await?;
        let own = self.person_of(caller).await?;
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.scene(tx.connection(), id).await?;
        let is_own = |one| own.is_some_and(|own| one == Assignee::Person(own));
        let takes = is_own(assignee) && scene.ticket.assignee == Assignee::Nobody;
        let lays_down = assignee == Assignee::Nobody && is_own(scene.ticket.assignee);
        let permission = if takes || lays_down { TICKET_WORK } else { TICKET_ASSIGN };
        scene.permit(caller, permission)?;
        if scene.ticket.version != version {
            return Err(DeskError::Stale);
        }
        if scene.ticket.assignee == assignee {
            return Ok(scene.ticket);
        }
        none_wrong(unknown.into_iter().collect())?;
        if !scene.ticket.phase.is_open() {
            return Err(over());
        }
        let before = scene.ticket.clone();
        let ticket =
            Ticket { assignee, changed_at: occasion.now, version: version + 1, ..scene.ticket };
        let (person, post) = match assignee {
            Assignee::Nobody => (None, None),
            Assignee::Person(person) => (Some(person), None),
            Assignee::Post(post) => (None, Some(post)),
        };
        let mut entry = entry(occasion, EntryKind::Assigned, "");
        entry.detail = serde_json::json!({ "person_id": person, "post_id": post });
        store::entries::add(&mut tx, id, &entry).await?;
        let told =
            Told::<TicketAssigned>::ticket(&ticket).with("person_id", person).with("post_id", post);
        note(&mut tx, occasion, told).await?;
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        self.tell_assigned(&mut tx, occasion, (&before, &ticket), own).await?;
        tx.commit().await?;
        Ok(ticket)
    }
}

/// What is over is not worked on any more.
pub(super) fn over() -> DeskError {
    DeskError::conflict(
        "over",
        "the ticket is resolved or closed; reopen it first",
        "工单已解决或已关闭，请先重新打开",
    )
}
