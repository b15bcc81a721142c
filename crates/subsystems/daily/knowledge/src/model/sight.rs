use directory::UnitId;
use kernel::{Caller, Place, Scope};

use super::{article::Audience, permission::KNOWLEDGE_READ};

/// Who reads what was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Somebody who has not signed in.
    Stranger,
    /// Somebody who has, with the scope within which they read what is for agents.
    SignedIn(Scope),
}

impl Sight {
    /// That of a caller.
    #[must_use]
    pub(crate) fn of(caller: &Caller) -> Self {
        Self::SignedIn(caller.scope(KNOWLEDGE_READ))
    }

    /// Whether they read what is published for an audience by a unit.
    #[must_use]
    pub(crate) fn sees(&self, audience: Audience, unit: UnitId) -> bool {
        match (self, audience) {
            (_, Audience::Public) | (Self::SignedIn(_), Audience::Staff) => true,
            (Self::Stranger, _) => false,
            (Self::SignedIn(scope), Audience::Agents) => {
                let unit = unit.to_string();
                scope.covers(&Place { unit_id: Some(&unit), ..Place::default() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_for_agents_is_read_within_their_units_alone() {
        let unit: UnitId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let (nowhere, everywhere) = (Scope::nowhere(), Scope::Everywhere);
        let table = [
            (Sight::Stranger, [false, false, true]),
            (Sight::SignedIn(nowhere), [false, true, true]),
            (Sight::SignedIn(everywhere), [true, true, true]),
        ];
        for (sight, expected) in table {
            let all = [Audience::Agents, Audience::Staff, Audience::Public];
            assert_eq!(all.map(|one| sight.sees(one, unit)), expected, "{sight:?}");
        }
    }
}
