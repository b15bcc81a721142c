use std::collections::BTreeMap;

use directory::PersonId;
use kernel::Time;

use super::plan::DutySpan;

/// A slot in which a person is on, from the first to the last moment.
pub(crate) type Served = BTreeMap<(String, PersonId), (Time, Time)>;

/// What a change does to who is on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Slots that people lose, with their times as they were.
    pub lost: Served,
    /// Slots that people get.
    pub gained: Served,
}

/// Who is on in which slot.
#[must_use]
pub(crate) fn served(spans: &[DutySpan]) -> Served {
    let mut all = Served::new();
    for span in spans {
        let Some(person) = span.person else { continue };
        let times = all.entry((span.slot.to_string(), person)).or_insert((span.from, span.to));
        *times = (times.0.min(span.from), times.1.max(span.to));
    }
    all
}

/// What becomes of `before` when `after` holds.
#[must_use]
pub(crate) fn difference(before: &[DutySpan], after: &[DutySpan]) -> Difference {
    let (old, new) = (served(before), served(after));
    let without = |all: &Served, other: &Served| {
        let all = all.iter().filter(|(key, _)| !other.contains_key(key));
        all.map(|(key, times)| (key.clone(), *times)).collect()
    };
    Difference { lost: without(&old, &new), gained: without(&new, &old) }
}

impl Difference {
    /// Everybody whose duty changes.
    #[must_use]
    pub(crate) fn people(&self) -> std::collections::BTreeSet<PersonId> {
        self.lost.keys().chain(self.gained.keys()).map(|(_, person)| *person).collect()
    }

    /// How many slots a person loses and gets.
    #[must_use]
    pub(crate) fn counts(&self, person: PersonId) -> (usize, usize) {
        let of = |all: &Served| all.keys().filter(|(_, other)| *other == person).count();
        (of(&self.lost), of(&self.gained))
    }
}
