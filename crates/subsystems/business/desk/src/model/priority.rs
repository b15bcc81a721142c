use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far something reaches, or how soon it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TicketLevel)]
pub(crate) enum Level {
    /// The most.
    High,
    /// In between.
    Medium,
    /// The least.
    Low,
}

/// 1 (the most pressing) to 5.
pub(crate) type Priority = u8;

/// The least pressing priority.
pub(crate) const PRIORITY_MAX: Priority = 5;

/// The priority of each impact (row: high, medium, low) and urgency (column: high, medium, low).
pub(crate) type Matrix = [[Priority; 3]; 3];

/// The usual matrix (ITIL): what is high in both is 1, what is low in both 5.
pub(crate) const USUAL: Matrix = [[1, 2, 3], [2, 3, 4], [3, 4, 5]];

impl Level {
    /// All of them, the highest first.
    pub(crate) const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// The level of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// The priority of an impact and an urgency.
#[must_use]
pub(crate) fn priority(matrix: &Matrix, impact: Level, urgency: Level) -> Priority {
    // A level is 0, 1 or 2: the matrix has a place for each.
    matrix[impact as usize][urgency as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_impact_or_urgency_never_makes_a_ticket_less_pressing() {
        for (at, impact) in Level::ALL.into_iter().enumerate() {
            for urgency in Level::ALL {
                let here = priority(&USUAL, impact, urgency);
                for higher in &Level::ALL[..at] {
                    assert!(priority(&USUAL, *higher, urgency) <= here);
                    assert!(
                        priority(&USUAL, urgency, *higher) <= priority(&USUAL, urgency, impact)
                    );
                }
            }
        }
    }
}
