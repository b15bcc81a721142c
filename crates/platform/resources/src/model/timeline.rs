use kernel::Time;

use crate::{
    Resource, ResourceId,
    model::change::{changed_fields, copy_field},
};

/// The end of what has no end yet.
pub const FOREVER: Time = Time::from_micros(i64::MAX);

/// What was recorded of a resource at a moment: from `valid_from` until `valid_to` it is so.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Its number among the resource's versions: later ones count before earlier ones.
    pub entry: i64,
    /// From when on it is so.
    pub valid_from: Time,
    /// Until when; [`FOREVER`] until something else is said.
    pub valid_to: Time,
    /// When it was recorded.
    pub recorded_at: Time,
    /// Who recorded it, by name.
    pub recorded_by: String,
    /// The resource as it is then.
    pub resource: Resource,
}

/// A stretch of a resource's life in which it is the same.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stretch {
    pub(crate) from: Time,
    pub(crate) to: Time,
    pub(crate) resource: Resource,
}

/// A resource's life as it is known, without gaps, earliest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Timeline {
    stretches: Vec<Stretch>,
}

/// Two moments to look from: when it was so, and when it was known to be so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The moment looked at.
    pub valid_at: Time,
    /// What had been recorded by then counts.
    pub known_at: Time,
}

/// A relation by its ends and its kind, whether or not it is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RelationLine {
    /// Its kind.
    pub kind: String,
    /// Its source.
    pub from: ResourceId,
    /// Its target.
    pub to: ResourceId,
}

impl AsOf {
    /// What was so at `valid_at`, as it is known now.
    #[must_use]
    pub const fn known_now(valid_at: Time) -> Self {
        Self { valid_at, known_at: FOREVER }
    }
}

impl Timeline {
    /// The life that `versions` tell, in the order of their entries.
    pub(crate) fn of(versions: &[Version]) -> Self {
        let mut timeline = Self::default();
        for version in versions {
            timeline.paint(Stretch {
                from: version.valid_from,
                to: version.valid_to,
                resource: version.resource.clone(),
            });
        }
        timeline
    }

    /// Puts `stretch` over what is there.
    fn paint(&mut self, stretch: Stretch) {
        if stretch.from >= stretch.to {
            return;
        }
        let mut after = Vec::with_capacity(self.stretches.len() + 2);
        for old in self.stretches.drain(..) {
            if old.from < stretch.from {
                let to = old.to.min(stretch.from);
                after.push(Stretch { to, ..old.clone() });
            }
            if old.to > stretch.to {
                let from = old.from.max(stretch.to);
                after.push(Stretch { from, ..old });
            }
        }
        after.push(stretch);
        after.sort_by_key(|stretch| stretch.from);
        self.stretches = after;
    }

    /// How it is at `moment`.
    pub(crate) fn at(&self, moment: Time) -> Option<&Resource> {
        let holds = |stretch: &&Stretch| stretch.from <= moment && moment < stretch.to;
        self.stretches.iter().find(holds).map(|stretch| &stretch.resource)
    }

    /// When it begins.
    pub(crate) fn begins(&self) -> Option<Time> {
        self.stretches.first().map(|stretch| stretch.from)
    }

    /// What has to be recorded so that from `from` on it is as `after` instead of as it is at
    /// `from`.
    ///
    /// Each field that differs reaches on until the stretch in which that field was changed for
    /// another reason: a later change is not undone by one that is told afterwards.
    pub(crate) fn told(&self, from: Time, after: &Resource) -> Vec<Stretch> {
        let Some(before) = self.at(from) else { return Vec::new() };
        let mut live = changed_fields(before, after);
        let mut told = Vec::new();
        let mut previous = before;
        for stretch in self.stretches.iter().filter(|stretch| stretch.to > from) {
            let moved = changed_fields(previous, &stretch.resource);
            live.retain(|field| !moved.contains(field));
            if live.is_empty() {
                break;
            }
            let mut resource = stretch.resource.clone();
            for field in &live {
                copy_field(after, &mut resource, field);
            }
            resource.version = after.version;
            told.push(Stretch { from: stretch.from.max(from), to: stretch.to, resource });
            previous = &stretch.resource;
        }
        told
    }

    /// The same life with `told` put over it.
    pub(crate) fn with(mut self, told: &[Stretch]) -> Self {
        for stretch in told {
            self.paint(stretch.clone());
        }
        self
    }
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
