use std::time::Duration;

use calendar::WorkingCalendar;
use db::Tx;
use kernel::{Text, Time};
use sqlx::AnyConnection;

use super::{Desk, Occasion, note, opened::entry};
use crate::{
    DeskError,
    model::{
        beside::ExtensionState,
        clock::{ClockState, Reading},
        entry::EntryKind,
        fact::{TicketWarned, Told},
        field::lacking,
        hop::Hop,
        policy::PolicyDraft,
        sla::{self, ClockName, HopSpan, SlaFacts, StateSpan, Warning},
        ticket::{Kept, Ticket},
        ticket_type::TypeDraft,
    },
    store,
};

/// The clocks of a ticket as they were read.
#[derive(Debug, Clone)]
pub(crate) struct Clocks {
    pub(crate) policy: PolicyDraft,
    pub(crate) calendar: WorkingCalendar,
    pub(crate) readings: Vec<(ClockName, Reading)>,
}

impl Clocks {
    fn reading(&self, name: ClockName) -> Option<&Reading> {
        self.readings.iter().find(|(one, _)| *one == name).map(|(_, reading)| reading)
    }
}

impl Desk {
    /// Reads the clocks of a ticket; none where nothing was promised.
    pub(crate) async fn clocks(
        &self,
        connection: &mut AnyConnection,
        ticket: &Ticket,
        (draft, hops): (&TypeDraft, &[Hop]),
        now: Time,
    ) -> Result<Option<Clocks>, DeskError> {
        let Some(key) = ticket.policy else { return Ok(None) };
        let Some(policy) = store::policies::said(&mut *connection, key).await? else {
            return Ok(None);
        };
        let calendar = self.calendars.of(&policy)?;
        let facts = self.sla_facts(connection, ticket, (draft, hops)).await?;
        let readings = sla::readings(&facts, &policy, &calendar, now)?;
        Ok(Some(Clocks { policy, calendar, readings }))
    }

    /// What the clocks of a ticket are computed from.
    pub(crate) async fn sla_facts(
        &self,
        connection: &mut AnyConnection,
        ticket: &Ticket,
        (draft, hops): (&TypeDraft, &[Hop]),
    ) -> Result<SlaFacts, DeskError> {
        let states = store::entries::states(&mut *connection, ticket.id).await?;
        let extensions = store::beside::extensions(connection, ticket.id).await?;
        let granted = extensions.iter().filter(|one| one.state == ExtensionState::Granted);
        let extra = granted.map(|one| Duration::from_secs(60 * u64::from(one.minutes))).sum();
        let span = |(from, key, phase): (Time, String, _)| {
            let name = draft.state(&key).map_or_else(|| Text::same(key), |one| one.name.clone());
            StateSpan { from, phase, name }
        };
        let hop = |hop: &Hop| HopSpan {
            number: hop.number,
            from: hop.begun_at,
            ended_at: hop.ended.map(|(at, _)| at),
        };
        Ok(SlaFacts {
            opened_at: ticket.opened_at,
            states: states.into_iter().map(span).collect(),
            priority: ticket.priority,
            responded_at: ticket.responded_at,
            extra,
            hops: hops.iter().map(hop).collect(),
        })
    }

    /// Writes a ticket as it has become, with what its clocks say now; what they reached and
    /// nobody was warned of becomes a fact.
    pub(crate) async fn settle(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        mut ticket: Ticket,
        draft: &TypeDraft,
    ) -> Result<Ticket, DeskError> {
        ticket.lacking = count(lacking(&draft.fields, &ticket.content.fields).len());
        let hops = store::hops::of_ticket(tx.connection(), ticket.id).await?;
        store::set_aside::forget(tx, ticket.id).await?;
        let now = occasion.now;
        let clocks = self.clocks(tx.connection(), &ticket, (draft, &hops), now).await?;
        let Some(clocks) = clocks else {
            (ticket.due_at, ticket.next_at) = (None, None);
            store::tickets::put(tx, &ticket).await?;
            return Ok(ticket);
        };
        let resolution = clocks.reading(ClockName::Resolution);
        ticket.due_at = resolution.filter(|one| one.is_open()).and_then(|one| one.due_at);
        ticket.response = kept(clocks.reading(ClockName::Response));
        ticket.resolution = kept(resolution);
        let percents = &clocks.policy.warn_percents;
        let outlook = sla::outlook(&clocks.readings, percents, &clocks.calendar, now)?;
        ticket.next_at = outlook.next_at;
        let before = std::mem::take(&mut ticket.warned);
        for warning in &outlook.reached {
            // A clock that has ended warns nobody any more.
            let open = clocks.reading(warning.clock).is_some_and(Reading::is_open);
            if open && !before.contains(warning) {
                self.warn(tx, occasion, (&ticket, &hops), (*warning, &clocks)).await?;
            }
        }
        ticket.warned = outlook.reached;
        store::tickets::put(tx, &ticket).await?;
        Ok(ticket)
    }

    /// Tells that a clock reached a warning: a fact, an entry, and a message to whom it concerns.
    async fn warn(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (ticket, hops): (&Ticket, &[Hop]),
        (warning, clocks): (Warning, &Clocks),
    ) -> Result<(), DeskError> {
        let due_at = clocks.reading(warning.clock).and_then(|one| one.due_at);
        let unit = match warning.clock {
            ClockName::Hop(number) => hops.iter().find(|hop| hop.number == number),
            _ => None,
        };
        let unit = unit.map_or(ticket.unit_id, |hop| hop.unit_id);
        let told = Told::<TicketWarned>::ticket(ticket)
            .with("clock", warning.clock)
            .with("percent", warning.percent)
            .with("concerned_unit_id", unit)
            .with("due_at", due_at);
        note(tx, occasion, told).await?;
        let mut entry = entry(occasion, EntryKind::Warned, "");
        entry.detail = serde_json::json!({
            "clock": warning.clock, "percent": warning.percent, "due_at": due_at,
        });
        store::entries::add(tx, ticket.id, &entry).await?;
        self.tell_warned(tx, occasion, (ticket, unit), (warning, due_at)).await
    }
}

/// There are at most a hundred questions.
fn count(questions: usize) -> u32 {
    u32::try_from(questions).unwrap_or(u32::MAX)
}

fn kept(reading: Option<&Reading>) -> Kept {
    let Some(reading) = reading else { return Kept::default() };
    let kept = match reading.state {
        ClockState::Kept => Some(true),
        ClockState::Broken => Some(false),
        ClockState::Running | ClockState::Paused | ClockState::Overdue => None,
    };
    let seconds = i64::try_from(reading.elapsed.as_secs()).unwrap_or(i64::MAX);
    Kept { kept, after_s: kept.map(|_| seconds) }
}
