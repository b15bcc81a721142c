use kernel::{Caller, FieldFault, Permission, Text, Time};
use notify::Recipient;
use serde_json::json;

use super::{
    Desk, Occasion, Scene,
    merges::none_merged,
    none_wrong, note,
    opened::{entry, state_of},
    warn::Notice,
};
use crate::{
    DeskError,
    model::{
        entry::EntryKind,
        fact::{TicketMoved, Told},
        hop::lead,
        moving::{self, MoveOrder, Mover},
        permission::{TICKET_ASSIGN, TICKET_WORK},
        policy::{moment, time},
        ticket::{Assignee, Ticket, TicketId},
        ticket_type::{Effect, Right, TransitionDef},
    },
    store,
};

impl Desk {
    /// Moves version `version` of a ticket by a transition of its type.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn move_on(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        order: MoveOrder,
    ) -> Result<Ticket, DeskError> {
        let person = self.person_of(caller).await?;
        let assignee = order.assignee.unwrap_or_default();
        let unknown = self.unknown_assignee(caller, assignee).await?;
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened_to_move(&mut tx, caller, (id, version), &order).await?;
        none_merged(&mut tx, &scene.ticket).await?;
        let way = scene.draft.transition(&order.transition).cloned();
        let Some(way) = way else {
            let expected = Text::new("the key of a transition of its type", "该类型的流转标识");
            return Err(DeskError::field("transition", order.transition, expected));
        };
        scene.permit(caller, permission_of(&way))?;
        if order.assignee.is_some_and(|one| one != Assignee::Nobody) {
            scene.permit(caller, TICKET_ASSIGN)?;
        }
        let mut faults: Vec<FieldFault> =
            unknown.filter(|_| assignee != scene.ticket.assignee).into_iter().collect();
        if let Some(unit) = order.unit_id {
            faults.extend(self.unknown_to(caller, unit, &scene).await?);
        }
        none_wrong(faults)?;
        let mover = Mover {
            user_id: caller.user_id.as_deref(),
            in_charge: person.is_some_and(|one| scene.ticket.assignee == Assignee::Person(one)),
        };
        let until = match way.effect {
            Effect::Return => self.return_until(&mut tx, &scene).await?,
            _ => None,
        };
        let by = (mover, until, occasion.now);
        let moved = moving::decide(&scene.ticket, (&scene.draft, &way), &scene.hops, &order, by)?;
        for hop in moved.ended.iter().chain(&moved.begun) {
            store::hops::put(&mut tx, id, hop).await?;
        }
        let mut entry = entry(occasion, EntryKind::Moved, &order.text);
        (entry.state, entry.public) = (state_of(&moved.ticket), moved.public);
        entry.detail = json!({
            "transition": way.key, "from": scene.ticket.state,
            "unit_id": moved.begun.as_ref().map(|hop| hop.unit_id),
        });
        store::entries::add(&mut tx, id, &entry).await?;
        note_moved(&mut tx, occasion, (&scene.ticket, &moved.ticket), &way).await?;
        let ticket = Ticket { version: version + 1, ..moved.ticket };
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        self.tell_assigned(&mut tx, occasion, (&scene.ticket, &ticket), person).await?;
        if moved.public {
            self.mail_requester(&mut tx, occasion, (&ticket, &order.text)).await?;
            self.tell_merged(&mut tx, occasion, &ticket).await?;
        }
        tx.commit().await?;
        Ok(ticket)
    }

    /// The ticket within a change by somebody who may work on it or assign it: who may only assign
    /// may do what asks for that. Who may neither is told what the transition asks for.
    async fn opened_to_move(
        &self,
        tx: &mut db::Tx,
        caller: &Caller,
        (id, version): (TicketId, i64),
        order: &MoveOrder,
    ) -> Result<Scene, DeskError> {
        let scene = self.scene(tx.connection(), id).await?;
        if ![TICKET_WORK, TICKET_ASSIGN].iter().any(|right| scene.permits(caller, *right)) {
            let way = scene.draft.transition(&order.transition);
            scene.permit(caller, way.map_or(TICKET_WORK, permission_of))?;
        }
        if scene.ticket.version != version {
            return Err(DeskError::Stale);
        }
        Ok(scene)
    }

    /// Until when the unit in charge may return a ticket; none: as long as it has it.
    async fn return_until(
        &self,
        tx: &mut db::Tx,
        scene: &Scene,
    ) -> Result<Option<Time>, DeskError> {
        let Some(key) = scene.ticket.policy else { return Ok(None) };
        let Some(policy) = store::policies::said(tx.connection(), key).await? else {
            return Ok(None);
        };
        let (Some(limit), Some(hop)) = (policy.return_within, lead(&scene.hops)) else {
            return Ok(None);
        };
        let calendar = self.calendars.of(&policy)?;
        let span = limit.span(hop.begun_at, &calendar)?;
        Ok(Some(time(calendar.due(moment(hop.begun_at)?, span)?.value)))
    }

    /// Tells whoever a ticket was given to, unless they did it themselves.
    pub(super) async fn tell_assigned(
        &self,
        tx: &mut db::Tx,
        occasion: Occasion<'_>,
        (before, after): (&Ticket, &Ticket),
        own: Option<directory::PersonId>,
    ) -> Result<(), DeskError> {
        if before.assignee == after.assignee {
            return Ok(());
        }
        let recipient = match after.assignee {
            Assignee::Person(person) if Some(person) != own => Recipient::Person(person),
            Assignee::Post(post) => Recipient::Post(post),
            Assignee::Nobody | Assignee::Person(_) => return Ok(()),
        };
        let title = after.title();
        let notice = Notice {
            title: Text::new(
                format!("{title} was given to you"),
                format!("工单已分派给您：{title}"),
            ),
            text: Text::new(
                "A ticket was given to you. See its page for what is asked and until when.",
                "有工单分派给您，请在工单页面查看内容和时限。",
            ),
            urgent: after.priority == 1,
            due_at: None,
        };
        self.tell(tx, occasion, after, (recipient, &notice)).await
    }
}

/// What going a way asks for.
const fn permission_of(way: &TransitionDef) -> Permission {
    match way.right {
        Right::Work => TICKET_WORK,
        Right::Assign => TICKET_ASSIGN,
    }
}

/// Tells that a ticket went a way.
pub(super) async fn note_moved(
    tx: &mut db::Tx,
    occasion: Occasion<'_>,
    (before, after): (&Ticket, &Ticket),
    way: &TransitionDef,
) -> Result<(), DeskError> {
    let told = Told::<TicketMoved>::ticket(after)
        .with("transition", &way.key)
        .with("effect", way.effect)
        .with("from_state", &before.state)
        .with("from_unit_id", before.unit_id)
        .with("opened_at", after.opened_at);
    note(tx, occasion, told).await
}
