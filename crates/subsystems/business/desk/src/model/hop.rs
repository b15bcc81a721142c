use directory::UnitId;
use kernel::Time;

/// A unit has a ticket for a while: in charge, or helping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hop {
    /// Its number within the ticket, from 1 on.
    pub number: u32,
    /// In which way.
    pub kind: HopKind,
    /// Which unit.
    pub unit_id: UnitId,
    /// Which unit gave it; none: it began there.
    pub given_by: Option<UnitId>,
    /// Since when.
    pub begun_at: Time,
    /// Until when, and how it ended.
    pub ended: Option<(Time, HopEnd)>,
    /// Why it was given, or returned.
    pub text: String,
    /// What a helping unit answered.
    pub answer: String,
}

/// In which way a unit has a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HopKind {
    /// It is in charge (主办).
    Lead,
    /// It helps (协办).
    Assist,
}

/// How a hop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HopEnd {
    /// The unit did its part.
    Done,
    /// Another unit is in charge.
    HandedOver,
    /// The unit gave it back.
    Returned,
}

impl HopKind {
    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Assist => "assist",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Lead, Self::Assist].into_iter().find(|kind| kind.name() == name)
    }
}

impl HopEnd {
    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::HandedOver => "handed_over",
            Self::Returned => "returned",
        }
    }

    /// The end of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Done, Self::HandedOver, Self::Returned].into_iter().find(|end| end.name() == name)
    }
}

impl Hop {
    /// Whether the unit still has it.
    #[must_use]
    pub(crate) fn is_open(&self) -> bool {
        self.ended.is_none()
    }
}

/// The hop of the unit in charge.
#[must_use]
pub(crate) fn lead(hops: &[Hop]) -> Option<&Hop> {
    hops.iter().rev().find(|hop| hop.kind == HopKind::Lead && hop.is_open())
}
