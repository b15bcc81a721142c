use std::time::Duration;

use directory::PersonId;
use kernel::{FieldFault, Text, Time};

use super::ticket::TicketId;

const MINUTES_MIN: u32 = 5;
/// A day.
const MINUTES_MAX: u32 = 1_440;

/// A ticket that is dealt with as a major incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Major {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Who leads.
    pub lead_id: PersonId,
    /// How often those concerned are told how it stands.
    pub every_minutes: u32,
    /// Who declared it.
    pub declared_by: String,
    /// When.
    pub declared_at: Time,
    /// When they are to be told next; none: it is over.
    pub update_due_at: Option<Time>,
    /// Whether the lead was told that this is overdue.
    pub warned: bool,
    /// Who ended it, and when.
    pub ended: Option<(String, Time)>,
    /// How it went.
    pub summary: String,
}

impl Major {
    /// Whether it goes on.
    #[must_use]
    pub(crate) fn goes_on(&self) -> bool {
        self.ended.is_none()
    }

    /// The same after those concerned were told how it stands.
    #[must_use]
    pub(crate) fn told(self, now: Time) -> Self {
        let update_due_at = Some(next_update(self.every_minutes, now));
        Self { update_due_at, warned: false, ..self }
    }
}

/// When those concerned are to be told next.
#[must_use]
pub(crate) fn next_update(every_minutes: u32, now: Time) -> Time {
    now.plus(Duration::from_secs(60 * u64::from(every_minutes)))
}

/// What is wrong with how often people are told.
#[must_use]
pub(crate) fn minutes_fault(every_minutes: u32) -> Option<FieldFault> {
    let expected = || Text::new("5 to 1440 minutes", "5 至 1440 分钟");
    let right = (MINUTES_MIN..=MINUTES_MAX).contains(&every_minutes);
    (!right).then(|| FieldFault::new("every_minutes", every_minutes, expected()))
}
