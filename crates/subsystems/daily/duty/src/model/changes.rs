use directory::PersonId;
use kernel::{Id, Time};
use serde::{Deserialize, Serialize};

use super::{plan::Slot, roster::RosterId};

/// The id of an override.
pub(crate) type OverrideId = Id<Override>;
/// The id of a leave.
pub(crate) type LeaveId = Id<Leave>;
/// The id of a swap.
pub(crate) type SwapId = Id<Swap>;

/// Somebody else is on for a while (替班), whatever the rotations say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Its id.
    pub id: OverrideId,
    /// The roster.
    pub roster_id: RosterId,
    /// In this position only; none: in all.
    pub position: Option<String>,
    /// From this moment …
    pub from: Time,
    /// … to this.
    pub to: Time,
    /// Who is not on; none: what nobody fills.
    pub person_out: Option<PersonId>,
    /// Who is on instead; none: nobody.
    pub person_in: Option<PersonId>,
    /// Why.
    pub reason: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: Time,
}

/// A person who is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// Its id.
    pub id: LeaveId,
    /// Who.
    pub person_id: PersonId,
    /// From this moment …
    pub from: Time,
    /// … to this.
    pub to: Time,
    /// Why.
    pub reason: String,
    /// How far it is.
    pub state: LeaveState,
    /// Grows with every change.
    pub version: i64,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When it was asked for.
    pub asked_at: Time,
}

/// How far a leave is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveState {
    /// Asked for.
    Asked,
    /// It holds.
    Approved,
    /// It was refused.
    Refused,
    /// Taken back.
    Withdrawn,
}

/// Two people who exchange shifts, or one who takes another's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swap {
    /// Its id.
    pub id: SwapId,
    /// The roster.
    pub roster_id: RosterId,
    /// Who asks.
    pub giver: PersonId,
    /// Who is asked.
    pub taker: PersonId,
    /// What the giver gives.
    pub slot: Slot,
    /// What the giver takes for it; none: nothing.
    pub slot_back: Option<Slot>,
    /// When the first of them begins: after that it is too late.
    pub begins: Time,
    /// Why.
    pub reason: String,
    /// How far it is.
    pub state: SwapState,
    /// Grows with every change.
    pub version: i64,
    /// Who approved or refused.
    pub decided_by: Option<String>,
    /// When it was asked for.
    pub asked_at: Time,
}

/// How far a swap is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwapState {
    /// The partner is asked.
    Asked,
    /// The partner agrees; somebody has to approve it.
    Agreed,
    /// It holds.
    InForce,
    /// The partner declined.
    Declined,
    /// It was not approved.
    Refused,
    /// The giver took it back.
    Withdrawn,
}

impl LeaveState {
    const ALL: [Self; 4] = [Self::Asked, Self::Approved, Self::Refused, Self::Withdrawn];

    /// Its name on the wire and in the records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether it may become `next`: what is refused or withdrawn stays so.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Asked, Self::Approved | Self::Refused | Self::Withdrawn)
                | (Self::Approved, Self::Withdrawn)
        )
    }
}

impl SwapState {
    const ALL: [Self; 6] =
        [Self::Asked, Self::Agreed, Self::InForce, Self::Declined, Self::Refused, Self::Withdrawn];

    /// Its name on the wire and in the records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Agreed => "agreed",
            Self::InForce => "in_force",
            Self::Declined => "declined",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether it may become `next`; a swap that holds is undone by another one.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Asked, Self::Agreed | Self::InForce | Self::Declined | Self::Withdrawn)
                | (Self::Agreed, Self::InForce | Self::Refused | Self::Withdrawn)
        )
    }
}

impl Override {
    /// Whether it concerns what `person` does in `position`.
    #[must_use]
    pub fn hits(&self, position: &str, person: Option<PersonId>) -> bool {
        self.position.as_deref().is_none_or(|named| named == position) && person == self.person_out
    }
}
