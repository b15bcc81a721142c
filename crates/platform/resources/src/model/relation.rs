use kernel::{Id, Text, Time};
use serde::Serialize;

use crate::{RelationKind, Resource, ResourceId, ResourcesError};

/// The id of a relation.
pub type RelationId = Id<Relation>;

/// How two resources hang together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relation {
    /// Its id.
    pub id: RelationId,
    /// Its kind: `runs-on`.
    pub kind: String,
    /// The resource that runs on, depends on …
    pub from: ResourceId,
    /// The resource that it runs on, depends on …
    pub to: ResourceId,
    /// When it was made.
    pub created_at: Time,
}

/// From which end a relation is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From its source: "runs on".
    Forward,
    /// From its target: "runs".
    Backward,
}

/// What a resource is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceName {
    /// Its id.
    pub id: ResourceId,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// A relation seen from one of its ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRelation {
    /// Its id.
    pub id: RelationId,
    /// Its kind.
    pub kind: String,
    /// From which end it is seen.
    pub direction: Direction,
    /// How it reads from there: "runs on" or "runs".
    pub wording: Text,
    /// The resource at the other end.
    pub other: ResourceName,
}

impl Direction {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Backward => "backward",
        }
    }
}

/// What is there already between and around two resources, for one kind of relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Ties {
    /// The same relation exists.
    pub(crate) same: bool,
    /// The source has a target.
    pub(crate) has_target: bool,
    /// Following the relation from the target leads to the source.
    pub(crate) leads_back: bool,
}

/// Decides whether `from` may come to hang together with `to` in this way.
///
/// Errors: [`ResourcesError::RelatedToItself`], `ResourceRetired`, `AlreadyRelated`,
/// `SecondTarget`, `RelationCycle`.
pub(crate) fn check_relation(
    kind: &RelationKind,
    from: &Resource,
    to: &Resource,
    ties: Ties,
) -> Result<(), ResourcesError> {
    if from.id == to.id {
        return Err(ResourcesError::RelatedToItself { name: from.name.clone() });
    }
    if let Some(retired) = [from, to].into_iter().find(|end| end.retired_at.is_some()) {
        return Err(ResourcesError::ResourceRetired { name: retired.name.clone() });
    }
    let (from, to) = (from.name.clone(), to.name.clone());
    let wording = kind.forward.clone();
    if ties.same {
        return Err(ResourcesError::AlreadyRelated { from, wording, to });
    }
    if kind.one_target && ties.has_target {
        return Err(ResourcesError::SecondTarget { from, wording });
    }
    if kind.acyclic && ties.leads_back {
        return Err(ResourcesError::RelationCycle { from, wording, to });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::resource::tests::{host, id};

    #[test]
    fn relations_that_contradict_are_refused() {
        let free = Ties::default();
        let same = Ties { same: true, ..free };
        let has_target = Ties { has_target: true, ..free };
        let leads_back = Ties { leads_back: true, ..free };
        let runs_on = RelationKind {
            name: "runs-on".to_owned(),
            forward: Text::same("runs on"),
            backward: Text::same("runs"),
            one_target: true,
            acyclic: true,
        };
        let depends_on = RelationKind { one_target: false, acyclic: false, ..runs_on.clone() };
        let (a, b) = (host(1), host(2));
        let retired = Resource { retired_at: Some(Time::default()), id: id(3), ..host(3) };
        for (kind, from, to, ties, code) in [
            (&runs_on, &a, &b, free, None),
            (&runs_on, &a, &a, free, Some("related-to-itself")),
            (&runs_on, &a, &b, same, Some("already-related")),
            (&runs_on, &a, &b, has_target, Some("second-target")),
            (&runs_on, &a, &b, leads_back, Some("relation-cycle")),
            (&runs_on, &a, &retired, free, Some("resource-retired")),
            (&runs_on, &retired, &b, free, Some("resource-retired")),
            (&depends_on, &a, &b, has_target, None),
            (&depends_on, &a, &b, leads_back, None),
        ] {
            let found = check_relation(kind, from, to, ties).err();
            let found = found.map(|error| kernel::Fault::from(error).code);
            assert_eq!(found, code, "{} {ties:?}", kind.name);
        }
    }
}
