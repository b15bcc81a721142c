//! What a scope reaches of resources at other moments: where they belonged then, or are to belong,
//! with all that is above.

use std::{iter, sync::Arc};

use directory::Past;
use kernel::{Scope, Time};

use crate::{AsOf, Resource, ResourcePlace, Resources, ResourcesError, Version};

/// Where units and regions are at each moment, as it is known now.
#[derive(Debug, Clone)]
pub(crate) struct Hindsight {
    pub(crate) past: Arc<Past>,
    pub(crate) now: Time,
}

/// The same for one scope.
#[derive(Debug)]
pub(crate) struct ScopedHindsight {
    scope: Scope,
    past: Arc<Past>,
    now: Time,
}

/// A span of time, without its end.
type Span = (Time, Time);

impl Resources {
    pub(crate) async fn hindsight(&self) -> Result<Hindsight, ResourcesError> {
        Ok(Hindsight { past: self.past().await?, now: self.clock.now() })
    }
}

impl Hindsight {
    /// What `scope` reaches.
    pub(crate) fn of(self, scope: Scope) -> ScopedHindsight {
        ScopedHindsight { scope, past: self.past, now: self.now }
    }
}

impl ScopedHindsight {
    /// Whether it covers what the resource is like, and reaches where that belongs at the moment.
    pub(crate) fn at(&self, resource: &Resource, at: Time) -> bool {
        self.known(resource, at, None)
    }

    /// The same as of a moment; and if that is asked as of when it was known, it was known then to
    /// be reached, at the moment and then.
    pub(crate) fn as_of(&self, resource: &Resource, AsOf { valid_at, known_at }: AsOf) -> bool {
        self.at(resource, valid_at)
            && (known_at >= self.now
                || (self.known(resource, valid_at, Some(known_at))
                    && self.then(resource, known_at)))
    }

    /// Whether it was reached at some time at which the version was so, as it is known now; else
    /// when it was recorded, for what was told otherwise since. `later` are the spans of the
    /// versions that were recorded after it.
    pub(crate) fn version(&self, version: &Version, later: &[(i64, Span)]) -> bool {
        let span = (version.valid_from, version.valid_to);
        let later = later.iter().filter(|(entry, _)| *entry > version.entry);
        let left = uncovered(span, later.map(|(_, span)| *span));
        left.into_iter().any(|span| self.within(&version.resource, span))
            || (self.then(&version.resource, version.recorded_at)
                && self.within(&version.resource, span))
    }

    /// Whether it is reached at some time of the span: as far as that has come, and of what is to
    /// come at any time.
    fn within(&self, resource: &Resource, (from, to): Span) -> bool {
        let (unit, region) = (resource.unit_id.as_deref(), resource.region_id.as_deref());
        let turns = self.past.turns(unit, region).into_iter();
        let turns = turns.filter(|turn| from < *turn && *turn < to);
        let turns = turns.filter(|turn| *turn <= self.now || self.now < from);
        iter::once(from).chain(turns).any(|at| self.at(resource, at))
    }

    /// Whether it is reached all the time of the span, which has passed.
    pub(crate) fn throughout(&self, resource: &Resource, (from, to): Span) -> bool {
        let (unit, region) = (resource.unit_id.as_deref(), resource.region_id.as_deref());
        let turns = self.past.turns(unit, region).into_iter();
        let turns = turns.filter(|turn| from < *turn && *turn < to);
        iter::once(from).chain(turns).all(|at| self.at(resource, at))
    }

    /// Whether it was reached at the moment, and was known to be.
    fn then(&self, resource: &Resource, at: Time) -> bool {
        self.at(resource, at) && self.known(resource, at, Some(at))
    }

    /// Whether there is nothing that it hides.
    pub(crate) fn is_all(&self) -> bool {
        self.scope == Scope::Everywhere
    }

    fn known(&self, resource: &Resource, at: Time, known_at: Option<Time>) -> bool {
        if self.is_all() {
            return true;
        }
        let (unit, region) = (resource.unit_id.as_deref(), resource.region_id.as_deref());
        let was = self.past.lineage_known(unit, region, at, known_at);
        self.scope.covers(&ResourcePlace::of(resource).as_place())
            && self.scope.reached(Some(&resource.id.to_string()), &was)
    }
}

/// What others leave of a span.
fn uncovered((from, to): Span, others: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut left = vec![(from, to)];
    for (begin, end) in others.filter(|(begin, end)| begin < end) {
        left = left
            .into_iter()
            .flat_map(|(from, to)| [(from, to.min(begin)), (from.max(end), to)])
            .filter(|(from, to)| from < to)
            .collect();
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_versions_leave_the_rest_of_a_span() {
        let at = Time::from_micros;
        let left = |others: &[(i64, i64)]| -> Vec<(i64, i64)> {
            let others = others.iter().map(|(from, to)| (at(*from), at(*to)));
            let left = uncovered((at(10), at(50)), others);
            left.into_iter().map(|(from, to)| (from.micros(), to.micros())).collect()
        };
        assert_eq!(left(&[]), [(10, 50)]);
        assert_eq!(left(&[(20, 30), (40, i64::MAX)]), [(10, 20), (30, 40)]);
        assert_eq!(left(&[(0, 20), (5, 60)]), []);
        assert_eq!(left(&[(60, 70), (30, 30)]), [(10, 50)]);
    }
}
