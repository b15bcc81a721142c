//! What a reply of whoever asks does to the state of a ticket.

use db::Tx;
use kernel::Text;
use serde_json::json;

use super::{
    Desk, Occasion, Scene, note,
    opened::{entry, state_of},
};
use crate::{
    DeskError,
    model::{
        entry::EntryKind,
        fact::{TicketMoved, Told},
        moving::{self, MoveOrder, Mover},
        ticket::Ticket,
        ticket_type::{Effect, TransitionDef},
    },
    store,
};

impl Desk {
    /// The ticket as it is once whoever asks has replied: one that waited for them goes back to
    /// the state it waited in; none where it stays as it is.
    ///
    /// `how`: by which way the reply came.
    pub(super) async fn taken_up_again(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        scene: &Scene,
        how: &Text,
    ) -> Result<Option<Ticket>, DeskError> {
        let before = store::entries::state_before(tx.connection(), &scene.ticket).await?;
        let way = moving::resumption(&scene.ticket, &scene.draft, before.as_deref());
        let Some(way) = way else { return Ok(None) };
        self.led_by_reply(tx, occasion, (scene, way), how).await
    }

    /// The ticket as it is when it is opened again; none where it is open, or stays as it is.
    pub(super) async fn reopened(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        scene: &Scene,
        how: &Text,
    ) -> Result<Option<Ticket>, DeskError> {
        if scene.ticket.phase.is_open() {
            return Ok(None);
        }
        let leads_back = |way: &&TransitionDef| {
            way.from.contains(&scene.ticket.state)
                && way.effect == Effect::None
                && !way.by_another
                && scene.draft.state(&way.to).is_some_and(|to| to.phase.is_open())
        };
        let Some(way) = scene.draft.transitions.iter().find(leads_back) else { return Ok(None) };
        self.led_by_reply(tx, occasion, (scene, way), how).await
    }

    /// A way that asks for what a reply cannot give is not gone.
    async fn led_by_reply(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (scene, way): (&Scene, &TransitionDef),
        how: &Text,
    ) -> Result<Option<Ticket>, DeskError> {
        let text = format!("{} / {}", how.zh, how.en);
        let order =
            MoveOrder { transition: way.key.clone(), text: text.clone(), ..MoveOrder::default() };
        let by = (Mover::default(), None, occasion.now);
        let moved = moving::decide(&scene.ticket, (&scene.draft, way), &scene.hops, &order, by);
        let Ok(moved) = moved else { return Ok(None) };
        let mut entry = entry(occasion, EntryKind::Moved, &text);
        entry.state = state_of(&moved.ticket);
        entry.detail = json!({
            "transition": way.key, "from": scene.ticket.state, "because": "requester_replied",
        });
        store::entries::add(tx, scene.ticket.id, &entry).await?;
        let told = Told::<TicketMoved>::ticket(&moved.ticket)
            .with("transition", &way.key)
            .with("from_state", &scene.ticket.state)
            .with("because", "requester_replied")
            .with("opened_at", moved.ticket.opened_at);
        note(tx, occasion, told).await?;
        Ok(Some(moved.ticket))
    }
}
