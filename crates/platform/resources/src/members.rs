//! Who is in a group of which some suffice, as far as a caller sees them.

use std::collections::HashMap;

use kernel::{Caller, FieldFault, Text};
use sqlx::AnyConnection;

use crate::{RESOURCE_READ, Redundancy, ResourceId, ResourcesError, store};

/// A group as a caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRedundancy {
    /// The group, with the members that they see.
    pub group: Redundancy,
    /// How many members there are besides.
    pub others: usize,
}

/// The members of groups that are in the register, and whether the caller sees them.
pub(crate) struct Members {
    seen: HashMap<ResourceId, bool>,
}

impl Members {
    /// The members of these groups.
    pub(crate) async fn of<'g>(
        connection: &mut AnyConnection,
        caller: &Caller,
        groups: impl IntoIterator<Item = &'g Redundancy>,
    ) -> Result<Self, ResourcesError> {
        let members = groups.into_iter().flat_map(|group| &group.members);
        let mut ids: Vec<ResourceId> = members.copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let found = store::names_of(connection, &ids).await?;
        let sees = |(id, (_, place)): (_, (_, crate::ResourcePlace))| {
            (id, caller.may_at(RESOURCE_READ, &place.as_place()))
        };
        Ok(Self { seen: found.into_iter().map(sees).collect() })
    }

    fn sees(&self, id: ResourceId) -> bool {
        self.seen.get(&id) == Some(&true)
    }

    fn hides(&self, id: ResourceId) -> bool {
        self.seen.get(&id) == Some(&false)
    }

    /// The group without the members that the caller does not see.
    pub(crate) fn seen_of(&self, mut group: Redundancy) -> SeenRedundancy {
        let others = group.members.iter().filter(|id| self.hides(**id)).count();
        group.members.retain(|id| self.sees(*id));
        SeenRedundancy { group, others }
    }

    /// Checks that the caller sees every member; what there is not answers like what is hidden.
    ///
    /// Errors: a fault for the first such member of each group: `groups.0.members`.
    pub(crate) fn check(&self, groups: &[Redundancy]) -> Result<(), Vec<FieldFault>> {
        let wrong = groups.iter().enumerate().filter_map(|(at, group)| {
            let unknown = group.members.iter().find(|id| !self.sees(**id))?;
            let expected = Text::new("the ids of resources that you see", "您可见的资源编号");
            Some(FieldFault::new(format!("groups.{at}.members"), unknown, expected))
        });
        let faults: Vec<FieldFault> = wrong.collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The members of a group, with those that the caller could not name since they do not see
    /// them and that were in the group of the same name.
    pub(crate) fn with_hidden(&self, group: &Redundancy, before: &[Redundancy]) -> Vec<ResourceId> {
        let same =
            before.iter().filter(|old| old.name == group.name && old.relation == group.relation);
        let old = same.flat_map(|old| old.members.iter().copied());
        let hidden = old.filter(|id| self.hides(*id));
        group.members.iter().copied().chain(hidden).collect()
    }
}
