use kernel::Caller;

use super::{Desk, Occasion, none_wrong, note, opened::entry};
use crate::{
    DeskError,
    model::{
        entry::EntryKind,
        fact::{TicketChanged, Told},
        field::changed_answer_faults,
        permission::TICKET_WORK,
        priority::priority,
        ticket::{Content, Requester, Ticket, TicketId},
    },
    store,
};

impl Desk {
    /// Changes what version `version` of a ticket says; its priority follows, and with it what was
    /// promised, from the beginning.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`].
    pub(crate) async fn change(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        content: Content,
    ) -> Result<Ticket, DeskError> {
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, (id, version), TICKET_WORK).await?;
        if content == scene.ticket.content {
            return Ok(scene.ticket);
        }
        let mut faults = content.faults();
        let answered = (&scene.ticket.content.fields, &content.fields);
        faults.extend(changed_answer_faults(&scene.draft.fields, answered.0, answered.1));
        // What was named before may have gone out of sight since.
        let named = Content {
            region_id: content.region_id.filter(|id| scene.ticket.content.region_id != Some(*id)),
            resources: content
                .resources
                .iter()
                .copied()
                .filter(|id| !scene.ticket.content.resources.contains(id))
                .collect(),
            requester: Requester {
                person_id: content
                    .requester
                    .person_id
                    .filter(|id| scene.ticket.content.requester.person_id != Some(*id)),
                ..content.requester.clone()
            },
            ..content.clone()
        };
        faults.extend(self.unknown_names(caller, &named).await?);
        none_wrong(faults)?;
        let fields = changed_fields(&scene.ticket.content, &content);
        let ticket = Ticket {
            priority: priority(&scene.draft.matrix, content.impact, content.urgency),
            content,
            changed_at: occasion.now,
            version: version + 1,
            ..scene.ticket.clone()
        };
        // Nobody moves a ticket to where they could not work on it.
        super::Scene { ticket: ticket.clone(), ..scene.clone() }.permit(caller, TICKET_WORK)?;
        let mut entry = entry(occasion, EntryKind::Changed, "");
        entry.detail = serde_json::json!({
            "fields": fields, "priority": ticket.priority,
            "priority_before": scene.ticket.priority,
        });
        store::entries::add(&mut tx, id, &entry).await?;
        let told = Told::<TicketChanged>::ticket(&ticket)
            .with("fields", fields)
            .with("priority_before", scene.ticket.priority);
        note(&mut tx, occasion, told).await?;
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        store::tickets::put_resources(&mut tx, &ticket).await?;
        tx.commit().await?;
        Ok(ticket)
    }
}

/// The names of what was changed: what people wrote stays out of the journal.
fn changed_fields(before: &Content, after: &Content) -> Vec<&'static str> {
    let changed = [
        ("subject", before.subject != after.subject),
        ("text", before.text != after.text),
        ("requester", before.requester != after.requester),
        ("region_id", before.region_id != after.region_id),
        ("resource_ids", before.resources != after.resources),
        ("impact", before.impact != after.impact),
        ("urgency", before.urgency != after.urgency),
        ("fields", before.fields != after.fields),
    ];
    changed.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
}
