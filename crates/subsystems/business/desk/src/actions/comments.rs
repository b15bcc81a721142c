use kernel::{Caller, Text};

use super::{Desk, Occasion, none_wrong, note, opened::entry};
use crate::{
    DeskError,
    model::{
        entry::EntryKind,
        fact::{TicketCommented, Told},
        permission::TICKET_WORK,
        ticket::{Ticket, TicketId, text_fault},
    },
    store,
};

const TEXT_CHARS_MAX: usize = 50_000;

impl Desk {
    /// Writes a note on version `version` of a ticket, or a reply that the requester sees. The
    /// first reply is a response.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`].
    pub(crate) async fn comment(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        (text, public): (String, Audience),
    ) -> Result<Ticket, DeskError> {
        none_wrong(text_fault("text", &text, 1, TEXT_CHARS_MAX).into_iter().collect())?;
        let person = self.person_of(caller).await?;
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, (id, version), TICKET_WORK).await?;
        let public = public == Audience::Requester;
        // Whoever asks may be at the desk themselves.
        let own = public && person.is_some() && person == scene.ticket.content.requester.person_id;
        let led = match own {
            true => self.taken_up_again(&mut tx, occasion, &scene, &how()).await?,
            false => None,
        };
        let ticket = led.unwrap_or_else(|| scene.ticket.clone());
        let mut ticket = Ticket { changed_at: occasion.now, version: version + 1, ..ticket };
        if public && ticket.responded_at.is_none() {
            ticket.responded_at = Some(occasion.now);
        }
        let mut entry = entry(occasion, EntryKind::Commented, &text);
        entry.public = public;
        store::entries::add(&mut tx, id, &entry).await?;
        note(&mut tx, occasion, Told::<TicketCommented>::ticket(&ticket).with("public", public))
            .await?;
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        if public {
            self.mail_requester(&mut tx, occasion, (&ticket, &text)).await?;
            self.tell_merged(&mut tx, occasion, &ticket).await?;
        }
        tx.commit().await?;
        Ok(ticket)
    }
}

fn how() -> Text {
    Text::new("answered in the portal", "诉求人在线回复")
}

/// For whom something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// For those at the desk.
    Desk,
    /// For the requester, too.
    Requester,
}
