//! Who is responsible when: rosters, shifts, swaps and leave, hand-overs, and the chains by which
//! people are called.
//!
//! [`Duty`] holds the verbs; `subsystem.rs` is this crate's door. Who is on is a pure function of
//! what the roster says, its calendar, swaps, leave and overrides (`model/plan.rs`); what has
//! passed is written down and never changes. `README.md` has the words, the tables and the reasons.

mod model;

mod import;

mod store;

mod actions;
mod api;
mod error;
mod jobs;
mod reactions;
pub mod subsystem;

pub use actions::{Duty, DutyParts, InspectionMeans};
pub use error::DutyError;
pub use model::{
    changes::{Leave, LeaveState, Override, Swap, SwapState},
    days::BaseCalendars,
    permission::{
        DUTY_CHANGE, DUTY_READ, INSPECTION_CHANGE, INSPECTION_READ, INSPECTION_WORK,
        WORK_PLAN_CHANGE, WORK_PLAN_READ,
    },
    plan::{DutySpan, Given, Slot, Source, spans},
    roster::{
        BlockDraft, CalendarName, DayKind, OwnDay, Position, Roster, RosterDraft, RosterId,
        RotationDraft, Shift, TurnUnit,
    },
};
