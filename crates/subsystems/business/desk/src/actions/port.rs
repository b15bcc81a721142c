use kernel::{
    Caller, Cause, Fault, OpenedTicket, SeenTicket, Text, TicketFuture, TicketSight,
    TicketSightFuture, TicketWish, Tickets,
};
use serde_json::Map;

use super::{Desk, NewTicket, Occasion, none_wrong};
use crate::{
    DeskError,
    model::{
        entry::answer_in,
        permission::TICKET_WORK,
        priority::Level,
        ticket::{Assignee, Channel, Content, Requester, TicketId},
    },
    store,
};

/// Entries of a ticket among which its answer is looked for.
const ENTRIES_MAX: u32 = 500;

impl Tickets for Desk {
    fn open(&self, wish: TicketWish) -> TicketFuture<'_> {
        Box::pin(async move { self.open_wished(wish).await.map_err(Fault::from) })
    }
}

impl TicketSight for Desk {
    fn seen<'a>(&'a self, caller: &'a Caller, ticket_id: &'a str) -> TicketSightFuture<'a> {
        Box::pin(async move { self.told(caller, ticket_id).await.map_err(Fault::from) })
    }
}

impl Desk {
    /// What a ticket says to a caller; none: they see no such ticket.
    async fn told(&self, caller: &Caller, id: &str) -> Result<Option<SeenTicket>, DeskError> {
        let Ok(id) = id.parse::<TicketId>() else { return Ok(None) };
        let scene = match self.seen(caller, id).await {
            Ok(scene) => scene,
            Err(DeskError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let entries = store::entries::list(self.db().reader(), id, (0, ENTRIES_MAX)).await?;
        let may_work = scene.permits(caller, TICKET_WORK);
        let ticket = scene.ticket;
        Ok(Some(SeenTicket {
            id: ticket.id.to_string(),
            number: ticket.number,
            unit_id: ticket.unit_id.to_string(),
            resource_ids: ticket.content.resources.iter().map(ToString::to_string).collect(),
            subject: ticket.content.subject,
            text: ticket.content.text,
            answer: answer_in(&entries).to_owned(),
            solved: !ticket.phase.is_open(),
            may_work,
        }))
    }

    /// Opens a ticket that another subsystem wants, once for each source.
    ///
    /// Errors: [`DeskError::Invalid`] for a type that is not in use, and for what is no ticket.
    async fn open_wished(&self, wish: TicketWish) -> Result<OpenedTicket, DeskError> {
        let system = Caller::system("desk");
        let occasion = Occasion { caller: &system, now: self.now(), cause: Cause::default() };
        let unit = wish.unit_id.parse().map_err(|_| {
            let expected = Text::new("a unit of the directory", "组织目录中的单位");
            DeskError::field("unit_id", &wish.unit_id, expected)
        })?;
        let mut tx = self.db().begin().await?;
        if let Some(known) = store::tickets::by_source(tx.connection(), &wish.source).await? {
            return Ok(OpenedTicket { id: known.id.to_string(), number: known.number });
        }
        let found = store::types::find(tx.connection(), &wish.type_key).await?;
        let Some(kind) = found.filter(|kind| kind.draft.enabled) else {
            let expected = Text::new("the key of a type that is in use", "已启用的工单类型标识");
            return Err(DeskError::field("type", wish.type_key, expected));
        };
        let content = Content {
            subject: wish.subject,
            text: wish.text,
            requester: Requester::default(),
            region_id: None,
            resources: wish.resource_id.and_then(|id| id.parse().ok()).into_iter().collect(),
            impact: Level::Medium,
            urgency: Level::Medium,
            fields: Map::new(),
        };
        none_wrong(content.faults())?;
        let new = NewTicket {
            type_key: kind.draft.key.clone(),
            unit_id: unit,
            channel: Channel::Api,
            assignee: Assignee::Nobody,
            content,
            source_key: Some(wish.source),
        };
        let ticket = self.open(&mut tx, occasion, &kind.draft, new).await?;
        tx.commit().await?;
        Ok(OpenedTicket { id: ticket.id.to_string(), number: ticket.number })
    }
}
