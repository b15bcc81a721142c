use directory::UnitId;
use kernel::{Caller, Place, Text};
use serde_json::json;

use super::{Desk, NewTicket, Occasion, Scene, none_wrong, note, opened::entry};
use crate::{
    DeskError,
    model::{
        entry::{Entry, EntryKind},
        fact::{TicketSplit, Told},
        link::{Link, LinkKind},
        permission::{TICKET_CREATE, TICKET_WORK},
        ticket::{Assignee, Content, Ticket, TicketId},
    },
    store,
};

/// What becomes a ticket of its own.
#[derive(Debug, Clone)]
pub(crate) struct SplitOrder {
    /// The number of the entry.
    pub(crate) entry: u32,
    /// What the new ticket is about, on one line.
    pub(crate) subject: String,
    /// The key of its type; none: the same.
    pub(crate) type_key: Option<String>,
    /// The unit in charge of it; none: the same.
    pub(crate) unit_id: Option<UnitId>,
}

impl Desk {
    /// Makes a ticket of its own of what one entry of version `version` of a ticket says. The entry
    /// stays where it is; the two are linked.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`].
    pub(crate) async fn split(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        order: SplitOrder,
    ) -> Result<Ticket, DeskError> {
        if let Some(unit) = order.unit_id {
            none_wrong(self.unknown_unit(caller, unit).await?.into_iter().collect())?;
        }
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, (id, version), TICKET_WORK).await?;
        let after = i64::from(order.entry) - 1;
        let found = store::entries::list(tx.connection(), id, (after, 1)).await?.pop();
        let found = found.filter(|one| one.number == order.entry && !one.text.is_empty());
        let Some(said) = found else {
            let expected = Text::new("the number of an entry with a text", "有文字内容的记录序号");
            return Err(DeskError::field("entry", order.entry, expected));
        };
        let new = new_ticket(&scene, &said, order);
        let kind = store::types::find(tx.connection(), &new.type_key).await?;
        let Some(kind) = kind.filter(|kind| kind.draft.enabled) else {
            let expected = Text::new("the key of a type that is in use", "已启用的工单类型标识");
            return Err(DeskError::field("type", new.type_key, expected));
        };
        none_wrong(new.content.faults())?;
        let (unit, region) =
            (new.unit_id.to_string(), new.content.region_id.map(|id| id.to_string()));
        let place = Place { resource_id: None, unit_id: Some(&unit), region_id: region.as_deref() };
        if !caller.may_at(TICKET_CREATE, &place) {
            return Err(DeskError::lacking(caller, TICKET_CREATE));
        }
        let part = self.open(&mut tx, occasion, &kind.draft, new).await?;
        let (ticket_id, kind, linked_at) = (part.id, LinkKind::RelatesTo, occasion.now);
        store::links::add(&mut tx, &Link { ticket_id, kind, other_id: id, linked_at }).await?;
        let mut entry = entry(occasion, EntryKind::Split, "");
        entry.detail = json!({ "entry": said.number, "other_id": part.id, "other": part.number });
        store::entries::add(&mut tx, id, &entry).await?;
        let ticket = Ticket { changed_at: occasion.now, version: version + 1, ..scene.ticket };
        let told = Told::<TicketSplit>::ticket(&ticket)
            .with("other_id", part.id)
            .with("other_number", &part.number);
        note(&mut tx, occasion, told).await?;
        self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        tx.commit().await?;
        Ok(part)
    }
}

fn new_ticket(scene: &Scene, said: &Entry, order: SplitOrder) -> NewTicket {
    let ticket = &scene.ticket;
    let type_key = order.type_key.unwrap_or_else(|| ticket.type_key.clone());
    let same = type_key == ticket.type_key;
    let before = &ticket.content;
    NewTicket {
        unit_id: order.unit_id.unwrap_or(ticket.unit_id),
        channel: ticket.channel,
        assignee: Assignee::Nobody,
        content: Content {
            subject: order.subject.trim().to_owned(),
            text: said.text.clone(),
            // The answers are those of the other's form.
            fields: if same { before.fields.clone() } else { serde_json::Map::new() },
            ..before.clone()
        },
        type_key,
        source_key: None,
    }
}
