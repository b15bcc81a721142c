use db::Tx;
use directory::{PersonId, UnitId};
use kernel::{Caller, Text, Time};
use notify::{NewMessage, Recipient};
use serde_json::{Map, Value};

use super::{Desk, Occasion};
use crate::{
    DeskError,
    model::{
        sla::{ClockName, Warning},
        ticket::{Assignee, Ticket},
    },
    store,
};

/// Tickets that are looked at in one run.
const AT_ONCE: u32 = 200;

/// What somebody is told.
pub(super) struct Notice {
    pub(super) title: Text,
    pub(super) text: Text,
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
        for id in due {
            let mut tx = self.db().begin().await?;
            // Read again: it may have been changed since. Its version stays: nobody changed it.
            let scene = self.scene(tx.connection(), id).await?;
            if scene.ticket.next_at.is_none_or(|next| next > now) {
                continue;
            }
            let occasion = Occasion::new(&caller, now);
            match self.settle(&mut tx, occasion, scene.ticket, &scene.draft).await {
                Ok(_) => tx.commit().await?,
                // One service level whose calendar cannot answer holds up nobody else.
                Err(DeskError::Calendar(error)) => {
                    tracing::warn!(ticket = %id, "failed to read the clocks of {id}: {error}");
                    continue;
                }
                Err(error) => return Err(error),
            }
            done += 1;
        }
        Ok((done, more))
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
        let (due_en, due_zh) = due_at.map_or_else(Default::default, |at| {
            let at = at.to_second();
            (format!(" It is due at {at}."), format!("到期时间 {at}。"))
        });
        let notice = Notice {
            title: Text::new(
                format!("{title}: {percent} % of the {en} target used"),
                format!("{title}：{zh}时限已用 {percent}%"),
            ),
            text: Text::new(
                format!("{percent} % of the {en} target have passed.{due_en}"),
                format!("{zh}时限已用 {percent}%。{due_zh}"),
            ),
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
        };
        notify.enqueue(tx, occasion.caller, &message).await?;
        Ok(())
    }
}
