use std::time::Duration;

use db::Tx;
use directory::{PersonId, UnitId};
use kernel::{Caller, Fault, FaultKind, Text, Time};
use notify::{NewMessage, Recipient};
use serde_json::{Map, Value};

use super::{Desk, Occasion, note};
use crate::{
    DeskError,
    model::{
        fact::{TicketSetAside, Told},
        sla::{ClockName, Warning},
        ticket::{Assignee, Ticket, TicketId},
    },
    store,
};

/// Tickets that are looked at in one run.
const AT_ONCE: u32 = 200;
/// For so long is set aside what cannot be looked at.
const SET_ASIDE: Duration = Duration::from_secs(24 * 60 * 60);

/// What somebody is told.
pub(super) struct Notice {
    pub(super) title: Text,
    pub(super) text: Text,
    /// Until when something is to be done; told in the recipient's zone.
    pub(super) due_at: Option<Time>,
    pub(super) urgent: bool,
}

impl Desk {
    /// Looks at the tickets whose next warning is due. Returns how many, and whether there are
    /// more.
    pub(crate) async fn warn_due(&self) -> Result<(u64, bool), DeskError> {
        let (caller, now) = (Caller::system("desk"), self.now());
        let due = store::tickets::due(self.db().reader(), now, AT_ONCE).await?;
        let more = due.len() >= AT_ONCE as usize;
        let mut done = 0;
        let occasion = Occasion::new(&caller, now);
        for id in due {
            done += 1;
            let Err(error) = self.warn_of(occasion, id).await else { continue };
            let fault = Fault::from(error);
            if fault.kind == FaultKind::Unavailable {
                return Err(fault.into());
            }
            self.set_aside(occasion, id, &fault).await?;
        }
        Ok((done, more))
    }

    /// Looks at one ticket whose next warning was due when they were listed.
    async fn warn_of(&self, occasion: Occasion<'_>, id: TicketId) -> Result<(), DeskError> {
        let mut tx = self.db().begin().await?;
        // Read again: it may have been changed since. Its version stays: nobody changed it.
        let scene = self.scene(tx.connection(), id).await?;
        if scene.ticket.next_at.is_none_or(|next| next > occasion.now) {
            return Ok(());
        }
        self.settle(&mut tx, occasion, scene.ticket, &scene.draft).await?;
        Ok(tx.commit().await?)
    }

    /// One ticket that cannot be looked at holds up nobody else: it is set aside for a day. The
    /// journal is told once for each reason, the log each time, with what is inside.
    async fn set_aside(
        &self,
        occasion: Occasion<'_>,
        id: TicketId,
        fault: &Fault,
    ) -> Result<(), DeskError> {
        let mut tx = self.db().begin().await?;
        let until = occasion.now.plus(SET_ASIDE);
        let Some(number) = store::set_aside::put_off(&mut tx, id, until).await? else {
            return Ok(());
        };
        let (en, inside) = (&fault.text.en, fault.inside.as_deref().unwrap_or_default());
        tracing::warn!(ticket = %id, "failed to read the clocks of {number}: {en} {inside}");
        if store::set_aside::put(&mut tx, (id, fault.code), occasion.now).await? {
            let told = Told::<TicketSetAside>::of(&id.to_string(), number)
                .with("reason", fault.code)
                .with("until", until);
            note(&mut tx, occasion, told).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Tells whom a warning concerns: who is in charge; else who is on duty in the unit.
    pub(super) async fn tell_warned(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (ticket, unit): (&Ticket, UnitId),
        (warning, due_at): (Warning, Option<Time>),
    ) -> Result<(), DeskError> {
        let (en, zh) = match warning.clock {
            ClockName::Response => ("response", "响应"),
            ClockName::Resolution => ("resolution", "解决"),
            ClockName::Hop(_) => ("time of the unit", "本单位办理"),
        };
        let (percent, title) = (warning.percent, ticket.title());
        let notice = Notice {
            title: Text::new(
                format!("{title}: {percent} % of the {en} target used"),
                format!("{title}：{zh}时限已用 {percent}%"),
            ),
            text: Text::new(
                format!("{percent} % of the {en} target have passed."),
                format!("{zh}时限已用 {percent}%。"),
            ),
            due_at,
            urgent: warning.percent >= 100,
        };
        let recipients = match (ticket.assignee, unit == ticket.unit_id) {
            (Assignee::Person(person), true) => vec![Recipient::Person(person)],
            (Assignee::Post(post), true) => vec![Recipient::Post(post)],
            _ => self.on_duty_in(unit, occasion.now).await?,
        };
        for recipient in recipients {
            self.tell(tx, occasion, ticket, (recipient, &notice)).await?;
        }
        Ok(())
    }

    /// Who is on duty in a unit; nobody where it has no roster.
    async fn on_duty_in(&self, unit: UnitId, now: Time) -> Result<Vec<Recipient>, DeskError> {
        let Some(port) = &self.parts.on_duty else { return Ok(Vec::new()) };
        let holders = port.for_unit(&unit.to_string(), now).await?;
        let people = holders.iter().filter_map(|holder| holder.person_id.parse::<PersonId>().ok());
        Ok(people.map(Recipient::Person).collect())
    }

    /// Keeps a message in the change; it is sent exactly if the change is made.
    pub(super) async fn tell(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        ticket: &Ticket,
        (recipient, notice): (Recipient, &Notice),
    ) -> Result<(), DeskError> {
        let Some(notify) = &self.parts.notify else { return Ok(()) };
        let mut parameters = Map::new();
        for (name, text) in [("title", &notice.title), ("text", &notice.text)] {
            parameters.insert(format!("{name}_en"), Value::String(text.en.clone()));
            parameters.insert(format!("{name}_zh"), Value::String(text.zh.clone()));
        }
        // A value of its own, so that it is told in the recipient's zone.
        let due_at = notice.due_at.map(|at| at.to_second().to_string());
        parameters.insert("due_at".to_owned(), due_at.into());
        let message = NewMessage {
            template: "desk.notice".to_owned(),
            parameters,
            recipient,
            channel: None,
            urgent: notice.urgent,
            dedupe: None,
            link: Some(format!("/tickets/{}", ticket.id)),
            language: None,
            cause: occasion.cause,
            mail: None,
            order: None,
            about: None,
        };
        notify.enqueue(tx, occasion.caller, &message).await?;
        Ok(())
    }
}
