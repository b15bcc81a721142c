use std::collections::BTreeSet;

use kernel::{Caller, Text};
use sqlx::AnyConnection;

use super::{Desk, Occasion, note, opened::entry, opened::no_ticket};
use crate::{
    DeskError,
    model::{
        entry::EntryKind,
        fact::{TicketLinked, TicketUnlinked, Told},
        link::{Link, LinkKind},
        permission::{TICKET_READ, TICKET_WORK},
        ticket::{Ticket, TicketId},
    },
    store::{self, links::LINKS_MAX},
};

/// Tickets that are looked at for a circle.
const LOOKED_AT_MAX: usize = 10_000;

/// A link as one of its ends sees it.
#[derive(Debug, Clone)]
pub(crate) struct SeenLink {
    pub(crate) link: Link,
    /// Whether the other one links to this one.
    pub(crate) incoming: bool,
    /// The ticket at the other end.
    pub(crate) other: Ticket,
}

impl Desk {
    /// Links version `version` of a ticket to another that the caller sees.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`], [`DeskError::Conflict`] for a circle.
    pub(crate) async fn link(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        (kind, other_id): (LinkKind, TicketId),
    ) -> Result<Ticket, DeskError> {
        if other_id == id {
            let expected = Text::new("another ticket", "另一张工单");
            return Err(DeskError::field("other_id", other_id, expected));
        }
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, (id, version), TICKET_WORK).await?;
        let other = self.scene(tx.connection(), other_id).await?;
        other.permit(caller, TICKET_READ)?;
        if kind.is_directed() && leads_to(tx.connection(), other_id, (kind, id)).await? {
            return Err(DeskError::conflict(
                "circle",
                "the other one leads to this one already",
                "关联会形成循环",
            ));
        }
        let known = store::links::from_ticket(tx.connection(), id).await?;
        if known.len() >= LINKS_MAX as usize {
            return Err(DeskError::conflict(
                "too-many",
                format!("a ticket has {LINKS_MAX} links at most"),
                format!("每张工单最多 {LINKS_MAX} 条关联"),
            ));
        }
        let link = Link { ticket_id: id, kind, other_id, linked_at: occasion.now };
        if !store::links::add(&mut tx, &link).await? {
            return Ok(scene.ticket);
        }
        let mut entry = entry(occasion, EntryKind::Linked, "");
        entry.detail = serde_json::json!({
            "kind": kind, "other_id": other_id, "other": other.ticket.number,
        });
        store::entries::add(&mut tx, id, &entry).await?;
        let ticket = Ticket { changed_at: occasion.now, version: version + 1, ..scene.ticket };
        let told = Told::<TicketLinked>::ticket(&ticket)
            .with("kind", kind)
            .with("other_id", other_id)
            .with("other_number", &other.ticket.number);
        note(&mut tx, occasion, told).await?;
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    /// Removes a link of version `version` of a ticket.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`].
    pub(crate) async fn unlink(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        (kind, other_id): (LinkKind, TicketId),
    ) -> Result<Ticket, DeskError> {
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, (id, version), TICKET_WORK).await?;
        // A link to what is out of sight is not shown, and not there to be removed.
        self.scene(tx.connection(), other_id).await?.permit(caller, TICKET_READ)?;
        if !store::links::remove(&mut tx, (id, kind, other_id)).await? {
            return Err(no_ticket(other_id));
        }
        let mut entry = entry(occasion, EntryKind::Unlinked, "");
        entry.detail = serde_json::json!({ "kind": kind, "other_id": other_id });
        store::entries::add(&mut tx, id, &entry).await?;
        let ticket = Ticket { changed_at: occasion.now, version: version + 1, ..scene.ticket };
        let told =
            Told::<TicketUnlinked>::ticket(&ticket).with("kind", kind).with("other_id", other_id);
        note(&mut tx, occasion, told).await?;
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    /// The links of a ticket in both directions whose other ends the caller sees.
    pub(crate) async fn links(
        &self,
        caller: &Caller,
        id: TicketId,
    ) -> Result<Vec<SeenLink>, DeskError> {
        let mut connection = self.db().reader().acquire().await?;
        let from = store::links::from_ticket(&mut *connection, id).await?;
        let to = store::links::to_ticket(&mut *connection, id).await?;
        let both = from.into_iter().map(|link| (link, false));
        let both = both.chain(to.into_iter().map(|link| (link, true)));
        let mut seen = Vec::new();
        for (link, incoming) in both {
            let other = if incoming { link.ticket_id } else { link.other_id };
            let scene = self.scene(&mut connection, other).await?;
            if scene.permits(caller, TICKET_READ) {
                seen.push(SeenLink { link, incoming, other: scene.ticket });
            }
        }
        Ok(seen)
    }
}

/// Whether links of a kind lead from a ticket to another.
async fn leads_to(
    connection: &mut AnyConnection,
    from: TicketId,
    (kind, to): (LinkKind, TicketId),
) -> Result<bool, DeskError> {
    let (mut seen, mut waiting) = (BTreeSet::from([from]), vec![from]);
    while let Some(id) = waiting.pop() {
        if id == to || seen.len() > LOOKED_AT_MAX {
            return Ok(true);
        }
        let links = store::links::from_ticket(&mut *connection, id).await?;
        let next = links.into_iter().filter(|link| link.kind == kind).map(|link| link.other_id);
        waiting.extend(next.filter(|other| seen.insert(*other)));
    }
    Ok(false)
}
