use std::collections::BTreeSet;

use db::Tx;
use kernel::{Caller, Page, PageOf, Text};
use notify::Recipient;
use serde_json::json;

use super::{
    Desk, Occasion, Scene, note,
    opened::{entry, state_of},
    warn::Notice,
};
use crate::{
    DeskError,
    model::{
        entry::{Entry, EntryKind},
        fact::{TicketMerged, TicketUnmerged, Told},
        link::{Link, LinkKind},
        merge::{Merge, closing},
        moving::entered,
        permission::{TICKET_READ, TICKET_WORK},
        phase::Phase,
        ticket::{Ticket, TicketId},
    },
    store::{self, merges::MERGED_MAX},
};

/// Tickets that are merged at once.
const AT_ONCE_MAX: usize = 50;

/// An entry with the ticket it belongs to.
#[derive(Debug, Clone)]
pub(crate) struct ThreadEntry {
    pub(crate) id: TicketId,
    pub(crate) number: String,
    pub(crate) entry: Entry,
}

impl Desk {
    /// Merges tickets into version `version` of one, the master: they are closed as its duplicates,
    /// and whoever asked for them is told what is replied to it.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn merge(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        others: Vec<TicketId>,
    ) -> Result<Ticket, DeskError> {
        let once: BTreeSet<TicketId> = others.iter().copied().collect();
        let right = (1..=AT_ONCE_MAX).contains(&others.len()) && once.len() == others.len();
        if !right || once.contains(&id) {
            let expected =
                Text::new("1 to 50 other tickets, each once", "1 至 50 张其他工单，不重复");
            return Err(DeskError::field("ticket_ids", others.len(), expected));
        }
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let master = self.opened(&mut tx, caller, (id, version), TICKET_WORK).await?;
        let merged = store::merges::into(tx.connection(), id).await?;
        if merged.len() + others.len() > MERGED_MAX as usize {
            return Err(DeskError::conflict(
                "too-many",
                format!("{MERGED_MAX} tickets at most are merged into one"),
                format!("每张工单最多合并 {MERGED_MAX} 张"),
            ));
        }
        none_merged(&mut tx, &master.ticket).await?;
        let mut numbers = Vec::new();
        for other in others {
            let scene = self.scene(tx.connection(), other).await?;
            scene.permit(caller, TICKET_WORK)?;
            numbers.push(scene.ticket.number.clone());
            self.merge_one(&mut tx, occasion, (&master, scene)).await?;
        }
        let ticket = Ticket { changed_at: occasion.now, version: version + 1, ..master.ticket };
        let mut entry = entry(occasion, EntryKind::Merged, "");
        entry.detail = json!({ "merged": numbers });
        store::entries::add(&mut tx, id, &entry).await?;
        let told = Told::<TicketMerged>::ticket(&ticket).with("merged", numbers);
        note(&mut tx, occasion, told).await?;
        let ticket = self.settle(&mut tx, occasion, ticket, &master.draft).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    async fn merge_one(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (master, scene): (&Scene, Scene),
    ) -> Result<(), DeskError> {
        let (id, number) = (scene.ticket.id, &scene.ticket.number);
        none_merged(tx, &scene.ticket).await?;
        let is_master = !store::merges::into(tx.connection(), id).await?.is_empty();
        if is_master || scene.ticket.phase == Phase::Closed {
            return Err(DeskError::conflict(
                "not-to-be-merged",
                format!("{number} is closed, or others were merged into it"),
                format!("{number} 已关闭，或已有其他工单合并到该工单"),
            ));
        }
        let to = closing(&scene.draft);
        let to = to.ok_or_else(|| DeskError::not_found("closed state", "关闭状态", number))?;
        let merge = Merge {
            ticket_id: id,
            master_id: master.ticket.id,
            state: scene.ticket.state.clone(),
            phase: scene.ticket.phase,
            merged_by: occasion.caller.actor.name.clone(),
            merged_at: occasion.now,
        };
        store::merges::add(tx, &merge).await?;
        store::links::add(tx, &duplicate(&merge)).await?;
        let ticket = entered(&scene.ticket, (&to.key, to.phase), occasion.now);
        let ticket = Ticket { version: ticket.version + 1, ..ticket };
        let mut entry = entry(occasion, EntryKind::Merged, "");
        (entry.state, entry.detail) = (
            state_of(&ticket),
            json!({ "into_id": merge.master_id, "into": master.ticket.number }),
        );
        store::entries::add(tx, id, &entry).await?;
        let told = Told::<TicketMerged>::ticket(&ticket)
            .with("into_id", merge.master_id)
            .with("from_state", &merge.state);
        note(tx, occasion, told).await?;
        self.settle(tx, occasion, ticket, &scene.draft).await?;
        Ok(())
    }

    /// Takes version `version` of a ticket out of the one it was merged into: it is again where it
    /// was.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Conflict`].
    pub(crate) async fn unmerge(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
    ) -> Result<Ticket, DeskError> {
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, (id, version), TICKET_WORK).await?;
        let merge = store::merges::of(tx.connection(), id).await?;
        let merge = merge.ok_or_else(|| {
            DeskError::conflict("not-merged", "it is merged into no other", "该工单未被合并")
        })?;
        store::merges::remove(&mut tx, id).await?;
        let link = duplicate(&merge);
        store::links::remove(&mut tx, (id, link.kind, link.other_id)).await?;
        let reopened = scene.ticket.reopened;
        let ticket = entered(&scene.ticket, (&merge.state, merge.phase), occasion.now);
        // Nobody was dissatisfied: it is not counted as opened again, nor closing it as a response.
        let responded_at = ticket.responded_at.filter(|at| *at != merge.merged_at);
        let ticket = Ticket { version: version + 1, reopened, responded_at, ..ticket };
        let mut entry = entry(occasion, EntryKind::Unmerged, "");
        (entry.state, entry.detail) = (state_of(&ticket), json!({ "from_id": merge.master_id }));
        store::entries::add(&mut tx, id, &entry).await?;
        let told = Told::<TicketUnmerged>::ticket(&ticket).with("from_id", merge.master_id);
        note(&mut tx, occasion, told).await?;
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    /// What happened to a ticket and to those that were merged into it and that the caller sees, in
    /// order of time.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn thread(
        &self,
        caller: &Caller,
        id: TicketId,
        page: &Page,
    ) -> Result<PageOf<ThreadEntry>, DeskError> {
        let own = self.seen(caller, id).await?;
        let mut seen = vec![(id, own.ticket.number)];
        let mut connection = self.db().reader().acquire().await?;
        for merge in store::merges::into(&mut *connection, id).await? {
            let scene = self.scene(&mut connection, merge.ticket_id).await?;
            if scene.permits(caller, TICKET_READ) {
                seen.push((merge.ticket_id, scene.ticket.number));
            }
        }
        drop(connection);
        let ids: Vec<TicketId> = seen.iter().map(|(id, _)| *id).collect();
        let found = store::thread::of_tickets(self.db(), &ids, page).await?;
        let named = |(id, entry): (TicketId, Entry)| {
            let number = seen.iter().find(|(one, _)| *one == id).map(|(_, number)| number.clone());
            ThreadEntry { id, number: number.unwrap_or_default(), entry }
        };
        let items = found.items.into_iter().map(named).collect();
        Ok(PageOf { items, next: found.next })
    }

    /// Tells those who asked for what was merged into a ticket that there is a reply to it: those
    /// who are people of the directory. Others ask with their code, and see it there.
    pub(super) async fn tell_merged(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        ticket: &Ticket,
    ) -> Result<(), DeskError> {
        for merge in store::merges::into(tx.connection(), ticket.id).await? {
            let found = store::tickets::find(tx.connection(), merge.ticket_id).await?;
            let Some(merged) = found else { continue };
            let Some(person) = merged.content.requester.person_id else { continue };
            let title = merged.title();
            let notice = Notice {
                title: Text::new(format!("Reply: {title}"), format!("工单有新答复：{title}")),
                text: Text::new(
                    format!("There is a reply in {}, which it was merged into.", ticket.number),
                    format!("该工单已合并到 {}，请查看其中的答复。", ticket.number),
                ),
                urgent: false,
                due_at: None,
            };
            self.tell(tx, occasion, ticket, (Recipient::Person(person), &notice)).await?;
        }
        Ok(())
    }
}

/// What is merged stays as it is until that is undone.
pub(super) async fn none_merged(tx: &mut Tx, ticket: &Ticket) -> Result<(), DeskError> {
    if store::merges::of(tx.connection(), ticket.id).await?.is_none() {
        return Ok(());
    }
    let number = &ticket.number;
    Err(DeskError::conflict(
        "merged",
        format!("{number} is merged into another: undo that first"),
        format!("{number} 已合并到其他工单，请先撤销合并"),
    ))
}

fn duplicate(merge: &Merge) -> Link {
    Link {
        ticket_id: merge.ticket_id,
        kind: LinkKind::DuplicateOf,
        other_id: merge.master_id,
        linked_at: merge.merged_at,
    }
}
