use db::Tx;
use kernel::{Caller, FieldFault, Text, Time};
use serde_json::json;

use super::{Desk, Occasion, assign::over, none_wrong, note, opened::entry};
use crate::{
    DeskError,
    model::{
        beside::{Extension, ExtensionState, Order},
        entry::EntryKind,
        fact::{ExtensionAsked, ExtensionDecided, SupervisionReported, TicketSupervised, Told},
        permission::{TICKET_ASSIGN, TICKET_WORK},
        ticket::{Ticket, TicketId, text_fault},
    },
    store::{self, beside::BESIDE_MAX},
};

const TEXT_CHARS_MAX: usize = 4_000;
/// The longest extension: a year of working time round the clock.
const MINUTES_MAX: u32 = 525_600;

impl Desk {
    /// Orders version `version` of a ticket to be supervised (督办), to be reported back by
    /// `due_at`.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn supervise(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        (text, due_at): (String, Time),
    ) -> Result<Ticket, DeskError> {
        let mut faults: Vec<FieldFault> =
            text_fault("text", &text, 1, TEXT_CHARS_MAX).into_iter().collect();
        if due_at <= self.now() {
            let expected = Text::new("a time to come", "将来的时间");
            faults.push(FieldFault::new("due_at", due_at, expected));
        }
        none_wrong(faults)?;
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, (id, version), TICKET_ASSIGN).await?;
        let ticket = Ticket { changed_at: occasion.now, version: version + 1, ..scene.ticket };
        let ticket = self.order(&mut tx, occasion, ticket, (text, due_at)).await?;
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    /// Writes an order of supervision beside a change of the ticket, which is settled afterwards.
    pub(super) async fn order(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        ticket: Ticket,
        (text, due_at): (String, Time),
    ) -> Result<Ticket, DeskError> {
        let orders = store::beside::orders(tx.connection(), ticket.id).await?;
        let number = next(orders.len())?;
        let mut entry = entry(occasion, EntryKind::Supervised, &text);
        entry.detail = json!({ "order": number, "due_at": due_at });
        let order = Order {
            number,
            text,
            ordered_by: occasion.caller.actor.name.clone(),
            ordered_at: occasion.now,
            due_at,
            report: None,
        };
        store::beside::put_order(tx, ticket.id, &order).await?;
        store::entries::add(tx, ticket.id, &entry).await?;
        let told =
            Told::<TicketSupervised>::ticket(&ticket).with("order", number).with("due_at", due_at);
        note(tx, occasion, told).await?;
        Ok(Ticket { supervised: true, ..ticket })
    }

    /// Reports back on an order of supervision.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn report(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        (number, text): (u32, String),
    ) -> Result<Ticket, DeskError> {
        none_wrong(text_fault("text", &text, 1, TEXT_CHARS_MAX).into_iter().collect())?;
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, (id, version), TICKET_WORK).await?;
        let mut orders = store::beside::orders(tx.connection(), id).await?;
        let absent = || DeskError::not_found("order of supervision", "督办", number);
        let order = orders.iter_mut().find(|one| one.number == number).ok_or_else(absent)?;
        if order.report.is_some() {
            return Err(decided());
        }
        order.report = Some((text.clone(), caller.actor.name.clone(), occasion.now));
        store::beside::put_order(&mut tx, id, order).await?;
        let mut entry = entry(occasion, EntryKind::Reported, &text);
        entry.detail = json!({ "order": number });
        store::entries::add(&mut tx, id, &entry).await?;
        let ticket = Ticket {
            supervised: orders.iter().any(|one| one.report.is_none()),
            changed_at: occasion.now,
            version: version + 1,
            ..scene.ticket
        };
        let told = Told::<SupervisionReported>::ticket(&ticket).with("order", number);
        note(&mut tx, occasion, told).await?;
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    /// Asks for more time on version `version` of a ticket (延期), before it is due.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn ask_extension(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        (minutes, reason): (u32, String),
    ) -> Result<Ticket, DeskError> {
        let mut faults: Vec<FieldFault> =
            text_fault("reason", &reason, 1, TEXT_CHARS_MAX).into_iter().collect();
        if !(1..=MINUTES_MAX).contains(&minutes) {
            let expected = Text::new("1 to 525600 minutes", "1 至 525600 分钟");
            faults.push(FieldFault::new("minutes", minutes, expected));
        }
        none_wrong(faults)?;
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, (id, version), TICKET_WORK).await?;
        if !scene.ticket.phase.is_open() {
            return Err(over());
        }
        if scene.ticket.due_at.is_some_and(|due| due <= occasion.now) {
            return Err(DeskError::conflict(
                "overdue",
                "it is overdue: more time is asked for before it is due",
                "工单已超期，延期须在到期前申请",
            ));
        }
        let asked = store::beside::extensions(tx.connection(), id).await?;
        if asked.iter().any(|one| one.state == ExtensionState::Asked) {
            return Err(DeskError::conflict(
                "asked-already",
                "more time was asked for already and nobody has decided",
                "已有待审批的延期申请",
            ));
        }
        let number = next(asked.len())?;
        let extension = Extension {
            number,
            minutes,
            reason: reason.clone(),
            state: ExtensionState::Asked,
            asked_by: caller.actor.name.clone(),
            asked_id: caller.principal().to_owned(),
            asked_at: occasion.now,
            decided: None,
        };
        store::beside::put_extension(&mut tx, id, &extension).await?;
        let mut entry = entry(occasion, EntryKind::ExtensionAsked, &reason);
        entry.detail = json!({ "extension": number, "minutes": minutes });
        store::entries::add(&mut tx, id, &entry).await?;
        let ticket = Ticket { changed_at: occasion.now, version: version + 1, ..scene.ticket };
        let told = Told::<ExtensionAsked>::ticket(&ticket)
            .with("extension", number)
            .with("minutes", minutes);
        note(&mut tx, occasion, told).await?;
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    /// Decides whether there is more time; nobody decides on their own request.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Conflict`].
    pub(crate) async fn decide_extension(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        (number, state): (u32, ExtensionState),
    ) -> Result<Ticket, DeskError> {
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, (id, version), TICKET_ASSIGN).await?;
        let mut asked = store::beside::extensions(tx.connection(), id).await?;
        let absent = || DeskError::not_found("request for more time", "延期申请", number);
        let extension = asked.iter_mut().find(|one| one.number == number).ok_or_else(absent)?;
        if extension.state != ExtensionState::Asked {
            return Err(decided());
        }
        if caller.is(&extension.asked_id) {
            return Err(DeskError::conflict(
                "by-another",
                "nobody decides on their own request",
                "不能审批本人的延期申请",
            ));
        }
        extension.state = state;
        extension.decided = Some((caller.actor.name.clone(), occasion.now));
        store::beside::put_extension(&mut tx, id, extension).await?;
        let mut entry = entry(occasion, EntryKind::ExtensionDecided, "");
        let granted = state == ExtensionState::Granted;
        entry.detail = json!({
            "extension": number, "minutes": extension.minutes, "granted": granted,
        });
        store::entries::add(&mut tx, id, &entry).await?;
        let ticket = Ticket { changed_at: occasion.now, version: version + 1, ..scene.ticket };
        let told = Told::<ExtensionDecided>::ticket(&ticket)
            .with("extension", number)
            .with("minutes", extension.minutes)
            .with("granted", granted);
        note(&mut tx, occasion, told).await?;
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        tx.commit().await?;
        Ok(ticket)
    }
}

/// The number of what comes after `count` others.
fn next(count: usize) -> Result<u32, DeskError> {
    let number = u32::try_from(count + 1).unwrap_or(u32::MAX);
    if number <= BESIDE_MAX {
        return Ok(number);
    }
    Err(DeskError::conflict(
        "too-many",
        format!("a ticket has {BESIDE_MAX} of them at most"),
        format!("每张工单最多 {BESIDE_MAX} 项"),
    ))
}

fn decided() -> DeskError {
    DeskError::conflict("decided", "it was answered already", "已处理，不能重复操作")
}
