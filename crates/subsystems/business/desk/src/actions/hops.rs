use directory::UnitId;
use kernel::{Caller, FieldFault, Text};
use serde_json::json;

use super::{Desk, Occasion, Scene, assign::over, none_wrong, note, opened::entry};
use crate::{
    DeskError,
    model::{
        entry::EntryKind,
        fact::{AssistAsked, AssistGiven, Told},
        hop::{Hop, HopEnd, HopKind},
        permission::{TICKET_ASSIGN, TICKET_WORK},
        ticket::{Ticket, TicketId, text_fault},
    },
    store::{self, hops::HOPS_MAX},
};

const TEXT_CHARS_MAX: usize = 10_000;

impl Desk {
    /// Asks a unit to help with version `version` of a ticket (协办): the unit in charge stays in
    /// charge, and answers when all who help have answered.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn ask_assist(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        (unit, text): (UnitId, String),
    ) -> Result<Ticket, DeskError> {
        none_wrong(text_fault("text", &text, 0, TEXT_CHARS_MAX).into_iter().collect())?;
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, (id, version), TICKET_ASSIGN).await?;
        if !scene.ticket.phase.is_open() {
            return Err(over());
        }
        none_wrong(self.unknown_to(caller, unit, &scene).await?.into_iter().collect())?;
        let has_it = scene.hops.iter().any(|hop| hop.is_open() && hop.unit_id == unit);
        if has_it || scene.hops.len() >= HOPS_MAX as usize {
            let expected =
                Text::new("a unit that does not have it already", "尚未承办该工单的单位");
            return Err(DeskError::field("unit_id", unit, expected));
        }
        let hop = Hop {
            number: scene.hops.iter().map(|hop| hop.number).max().unwrap_or(0) + 1,
            kind: HopKind::Assist,
            unit_id: unit,
            given_by: Some(scene.ticket.unit_id),
            begun_at: occasion.now,
            ended: None,
            text: text.clone(),
            answer: String::new(),
        };
        store::hops::put(&mut tx, id, &hop).await?;
        let mut entry = entry(occasion, EntryKind::AssistAsked, &text);
        entry.detail = json!({ "hop": hop.number, "unit_id": unit });
        store::entries::add(&mut tx, id, &entry).await?;
        let ticket = Ticket { changed_at: occasion.now, version: version + 1, ..scene.ticket };
        let told = Told::<AssistAsked>::ticket(&ticket)
            .with("hop", hop.number)
            .with("assisting_unit_id", unit);
        note(&mut tx, occasion, told).await?;
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    /// What is wrong with a unit that a ticket is to go to: one that the caller names, or one that
    /// had it before.
    pub(super) async fn unknown_to(
        &self,
        caller: &Caller,
        unit: UnitId,
        scene: &Scene,
    ) -> Result<Option<FieldFault>, DeskError> {
        match scene.hops.iter().any(|hop| hop.unit_id == unit) {
            true => self.absent_unit(unit).await,
            false => self.unknown_unit(caller, unit).await,
        }
    }

    /// Gives the part of a unit that helps with version `version` of a ticket.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn give_assist(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        (number, text): (u32, String),
    ) -> Result<Ticket, DeskError> {
        none_wrong(text_fault("text", &text, 1, TEXT_CHARS_MAX).into_iter().collect())?;
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, (id, version), TICKET_WORK).await?;
        let found = scene.hops.iter().find(|hop| hop.number == number);
        let absent = || DeskError::not_found("request for help", "协办", number);
        let hop = found.filter(|hop| hop.kind == HopKind::Assist).ok_or_else(absent)?;
        if !hop.is_open() {
            return Err(DeskError::conflict(
                "wrong-state",
                "the unit has given its part already",
                "该协办单位已反馈",
            ));
        }
        let ended = Some((occasion.now, HopEnd::Done));
        let hop = Hop { ended, answer: text.clone(), ..hop.clone() };
        store::hops::put(&mut tx, id, &hop).await?;
        let mut entry = entry(occasion, EntryKind::AssistGiven, &text);
        entry.detail = json!({ "hop": number, "unit_id": hop.unit_id });
        store::entries::add(&mut tx, id, &entry).await?;
        let ticket = Ticket { changed_at: occasion.now, version: version + 1, ..scene.ticket };
        let told = Told::<AssistGiven>::ticket(&ticket)
            .with("hop", number)
            .with("assisting_unit_id", hop.unit_id);
        note(&mut tx, occasion, told).await?;
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        tx.commit().await?;
        Ok(ticket)
    }
}
