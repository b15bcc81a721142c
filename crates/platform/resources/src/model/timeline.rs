use kernel::Time;

use crate::{
    Resource, ResourceId,
    model::change::{changed_fields, copy_field},
};

/// The fields that say where a resource belongs.
const PLACE_FIELDS: [&str; 2] = ["unit_id", "region_id"];

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
    /// The fields that were told anew for `valid_from`, whatever they were before.
    pub told: Vec<String>,
    /// The resource as it is then.
    pub resource: Resource,
}

/// A stretch of a resource's life in which it is the same.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stretch {
    pub(crate) from: Time,
    pub(crate) to: Time,
    /// The fields that were told anew for its beginning: a plan stays one while what is before it
    /// happens to be the same.
    pub(crate) told: Vec<String>,
    pub(crate) resource: Resource,
}

/// A resource's life as it is known, without gaps, earliest first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Timeline {
    stretches: Vec<Stretch>,
    /// What is planned from then on stays where it is planned, whoever moves it until then.
    theirs_until: Time,
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

impl Stretch {
    /// Whether it is so at a moment.
    pub(crate) fn covers(&self, moment: Time) -> bool {
        self.from <= moment && moment < self.to
    }
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
        let mut timeline = Self { stretches: Vec::new(), theirs_until: FOREVER };
        for version in versions {
            timeline.paint(Stretch {
                from: version.valid_from,
                to: version.valid_to,
                told: version.told.clone(),
                resource: version.resource.clone(),
            });
        }
        timeline
    }

    /// The same for somebody in whose hands it is until then.
    pub(crate) fn theirs_until(self, until: Time) -> Self {
        Self { theirs_until: until, ..self }
    }

    /// Its stretches, earliest first.
    pub(crate) fn stretches(&self) -> &[Stretch] {
        &self.stretches
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
                // What goes on behind it was not told for there.
                let (from, told) = match old.from < stretch.to {
                    true => (stretch.to, Vec::new()),
                    false => (old.from, old.told),
                };
                after.push(Stretch { from, told, ..old });
            }
        }
        after.push(stretch);
        after.sort_by_key(|stretch| stretch.from);
        self.stretches = after;
    }

    /// How it is at `moment`.
    pub(crate) fn at(&self, moment: Time) -> Option<&Resource> {
        self.stretches.iter().find(|one| one.covers(moment)).map(|stretch| &stretch.resource)
    }

    /// How it is just before `moment`, and at it.
    pub(crate) fn around(&self, moment: Time) -> Option<(&Resource, &Resource)> {
        let before = Time::from_micros(moment.micros().checked_sub(1)?);
        Some((self.at(before)?, self.at(moment)?))
    }

    /// The first stretch that goes on after `from` and that `lies` holds for.
    pub(crate) fn first_after(
        &self,
        from: Time,
        lies: impl Fn(&Resource) -> bool,
    ) -> Option<&Stretch> {
        self.stretches.iter().find(|stretch| stretch.to > from && lies(&stretch.resource))
    }

    /// The moments after `moment` at which it becomes another.
    pub(crate) fn turns_after(&self, moment: Time) -> Vec<Time> {
        self.stretches.iter().map(|stretch| stretch.from).filter(|from| *from > moment).collect()
    }

    /// When it begins.
    pub(crate) fn begins(&self) -> Option<Time> {
        self.stretches.first().map(|stretch| stretch.from)
    }

    /// What has to be recorded so that from `from` on it is as `after` instead of as it is at
    /// `from`.
    ///
    /// Each field that differs reaches on until the stretch for which that field was told, or in
    /// which it changes: a later change is not undone by one that is told afterwards. Unit and
    /// region are one place: a region of its own does not stay with what is planned to leave its
    /// unit. It does not reach into what is planned where it is not theirs who tell it.
    pub(crate) fn told(&self, from: Time, after: &Resource) -> Vec<Stretch> {
        self.told_with(from, after, &[])
    }

    /// The same where more fields are told for `from`, which are so already: by what others told,
    /// and may take back.
    pub(crate) fn told_with(
        &self,
        from: Time,
        after: &Resource,
        confirmed: &[String],
    ) -> Vec<Stretch> {
        let Some(before) = self.at(from) else { return Vec::new() };
        let mut live = changed_fields(before, after);
        live.extend_from_slice(confirmed);
        let mut told = Vec::new();
        let mut previous = before;
        for stretch in self.stretches.iter().filter(|stretch| stretch.to > from) {
            let mut moved = changed_fields(previous, &stretch.resource);
            if from < stretch.from {
                moved.extend(stretch.told.iter().cloned());
            }
            let places = |field: &String| PLACE_FIELDS.contains(&field.as_str());
            let leaves = moved.iter().any(places)
                || (from < stretch.from && self.theirs_until <= stretch.from);
            live.retain(|field| !(moved.contains(field) || (leaves && places(field))));
            if live.is_empty() {
                break;
            }
            let mut resource = stretch.resource.clone();
            for field in &live {
                copy_field(after, &mut resource, field);
            }
            resource.version = after.version;
            let mut anew = if from <= stretch.from { stretch.told.clone() } else { Vec::new() };
            if stretch.from <= from {
                let known = anew.clone();
                anew.extend(live.iter().filter(|field| !known.contains(field)).cloned());
            }
            let (begins, ends) = (stretch.from.max(from), stretch.to);
            told.push(Stretch { from: begins, to: ends, told: anew, resource });
            previous = &stretch.resource;
        }
        told
    }

    /// The same for what is told no more for `from`: what differs is as before it again.
    pub(crate) fn untold(&self, from: Time, after: &Resource) -> Vec<Stretch> {
        let gone = self.at(from).map_or_else(Vec::new, |before| changed_fields(before, after));
        let mut told = self.told(from, after);
        if let Some(first) = told.first_mut() {
            first.told.retain(|field| !gone.contains(field));
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
