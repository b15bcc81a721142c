use kernel::{FieldFault, Text, Time};
use resources::ResourceId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::campaign::{CampaignId, text};

const REASON_CHARS_MAX: usize = 500;

/// A machine of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Machine {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// The resource that it is.
    pub resource_id: ResourceId,
    /// What it was called when the campaign was started.
    pub name: String,
    /// How far it is.
    pub state: MachineState,
    /// Why it failed or was left out; otherwise a note.
    pub reason: String,
    /// Who said so last, and when.
    pub said: Option<Said>,
    /// Grows with every change.
    pub version: i64,
    /// What became of the ticket that a failure opens.
    pub ticket: MachineTicket,
}

/// Who said something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// The id of whoever did.
    pub by_id: String,
    /// What they were called then.
    pub by_name: String,
    /// When.
    pub at: Time,
}

/// How far a machine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MachineState)]
pub(crate) enum MachineState {
    /// Nobody has begun.
    Planned,
    /// Somebody is on it.
    InProgress,
    /// It went well.
    Done,
    /// It went wrong.
    Failed,
    /// It is left out.
    Skipped,
}

/// What became of the ticket that a failure opens: one for each machine, whatever follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MachineTicket {
    /// It did not fail, or failures open none.
    None,
    /// It is to be opened.
    Owed,
    /// It is open.
    Opened {
        /// Its id.
        id: String,
        /// By what people call it.
        number: String,
    },
}

/// What is said of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MachineOrder {
    /// How far it is from now on.
    pub state: MachineState,
    /// Why, where it failed or is left out; otherwise a note.
    pub reason: String,
}

impl MachineState {
    /// All of them.
    pub(crate) const ALL: [Self; 5] =
        [Self::Planned, Self::InProgress, Self::Done, Self::Failed, Self::Skipped];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::InProgress => "in_progress",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// The state of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// In both languages.
    #[must_use]
    pub(crate) fn text(self) -> Text {
        match self {
            Self::Planned => Text::new("planned", "待处理"),
            Self::InProgress => Text::new("in progress", "处理中"),
            Self::Done => Text::new("done", "已完成"),
            Self::Failed => Text::new("failed", "失败"),
            Self::Skipped => Text::new("skipped", "已跳过"),
        }
    }

    fn needs_reason(self) -> bool {
        matches!(self, Self::Failed | Self::Skipped)
    }
}

impl MachineOrder {
    /// Everything that is wrong with it.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let min = usize::from(self.state.needs_reason());
        text(&mut faults, "reason", &self.reason, (min, REASON_CHARS_MAX));
        faults
    }
}

impl Machine {
    /// What a machine becomes by what is said of it; none when that says nothing new.
    ///
    /// `opens_tickets`: whether failures of its campaign do.
    #[must_use]
    pub(crate) fn after(
        &self,
        order: &MachineOrder,
        said: Said,
        opens_tickets: bool,
    ) -> Option<Self> {
        let reason = order.reason.trim();
        if self.state == order.state && self.reason == reason {
            return None;
        }
        let failed = order.state == MachineState::Failed;
        let ticket = match &self.ticket {
            MachineTicket::None if failed && opens_tickets => MachineTicket::Owed,
            other => other.clone(),
        };
        Some(Self {
            state: order.state,
            reason: reason.to_owned(),
            said: Some(said),
            version: self.version + 1,
            ticket,
            ..self.clone()
        })
    }
}

/// How many machines of a campaign are how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(as = MachineCounts)]
pub(crate) struct Counts {
    /// Nobody has begun.
    pub planned: u32,
    /// Somebody is on them.
    pub in_progress: u32,
    /// They went well.
    pub done: u32,
    /// They went wrong.
    pub failed: u32,
    /// They are left out.
    pub skipped: u32,
}

impl Counts {
    /// Adds `count` machines that are that far.
    pub(crate) fn add(&mut self, state: MachineState, count: u32) {
        match state {
            MachineState::Planned => self.planned += count,
            MachineState::InProgress => self.in_progress += count,
            MachineState::Done => self.done += count,
            MachineState::Failed => self.failed += count,
            MachineState::Skipped => self.skipped += count,
        }
    }

    /// How many are still to be done.
    #[must_use]
    pub(crate) fn left(self) -> u32 {
        self.planned + self.in_progress
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    fn machine(state: MachineState, ticket: MachineTicket) -> Machine {
        Machine {
            campaign_id: ID.parse().unwrap(),
            resource_id: ID.parse().unwrap(),
            name: "pc-1".to_owned(),
            state,
            reason: String::new(),
            said: None,
            version: 1,
            ticket,
        }
    }

    fn order(state: MachineState, reason: &str) -> MachineOrder {
        MachineOrder { state, reason: reason.to_owned() }
    }

    fn said() -> Said {
        Said { by_id: "u".to_owned(), by_name: "ada".to_owned(), at: Time::from_micros(1) }
    }

    #[test]
    fn failure_owes_a_ticket_once_and_only_where_failures_open_one() {
        let (planned, failed) = (MachineState::Planned, order(MachineState::Failed, "no disk"));
        let fresh = machine(planned, MachineTicket::None);
        let after = |one: &Machine, opens| one.after(&failed, said(), opens).unwrap().ticket;
        assert_eq!(after(&fresh, true), MachineTicket::Owed);
        assert_eq!(after(&fresh, false), MachineTicket::None);
        let opened = MachineTicket::Opened { id: "t".to_owned(), number: "INC-1".to_owned() };
        assert_eq!(after(&machine(planned, opened.clone()), true), opened);
        let done = order(MachineState::Done, "");
        assert_eq!(fresh.after(&done, said(), true).unwrap().ticket, MachineTicket::None);
    }

    #[test]
    fn what_says_nothing_new_changes_nothing() {
        let one = machine(MachineState::Done, MachineTicket::None);
        assert_eq!(one.after(&order(MachineState::Done, " "), said(), true), None);
        let noted = one.after(&order(MachineState::Done, "twice"), said(), true).unwrap();
        assert_eq!((noted.reason.as_str(), noted.version), ("twice", 2));
    }

    #[test]
    fn only_failures_and_what_is_left_out_need_a_reason() {
        for state in MachineState::ALL {
            let refused = !order(state, " ").faults().is_empty();
            let needs = matches!(state, MachineState::Failed | MachineState::Skipped);
            assert_eq!(refused, needs, "{}", state.name());
            assert!(order(state, "x").faults().is_empty());
            assert!(!order(state, &"x".repeat(501)).faults().is_empty());
        }
    }
}
