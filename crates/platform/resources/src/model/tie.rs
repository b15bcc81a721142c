use crate::{Cardinality, Kinds, RelationKind, Resource, ResourcesError};

/// What is there already between and around two resources, for one kind of relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Ties {
    /// The same relation exists.
    pub(crate) same: bool,
    /// The source has a target.
    pub(crate) has_target: bool,
    /// The target has a source.
    pub(crate) has_source: bool,
    /// Following the relation from the target leads to the source.
    pub(crate) leads_back: bool,
}

/// Decides whether `from` may come to hang together with `to` in this way.
///
/// Errors: [`ResourcesError::RelatedToItself`], `ResourceRetired`, `WrongEnd`, `AlreadyRelated`,
/// `SecondTarget`, `SecondSource`, `RelationCycle`.
pub(crate) fn check_relation(
    kind: &RelationKind,
    kinds: &Kinds,
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
    let wording = kind.forward.clone();
    for (end, allowed) in [(from, &kind.source_kinds), (to, &kind.target_kinds)] {
        let fits = |kind: &String| kinds.is_a(&end.kind, kind);
        if !allowed.is_empty() && !allowed.iter().any(fits) {
            return Err(ResourcesError::WrongEnd {
                name: end.name.clone(),
                kind: end.kind.clone(),
                wording,
                allowed: allowed.clone(),
            });
        }
    }
    let (from, to) = (from.name.clone(), to.name.clone());
    if ties.same {
        return Err(ResourcesError::AlreadyRelated { from, wording, to });
    }
    if kind.targets != Cardinality::Many && ties.has_target {
        return Err(ResourcesError::SecondTarget { from, wording });
    }
    if kind.sources != Cardinality::Many && ties.has_source {
        return Err(ResourcesError::SecondSource { to, wording: kind.backward.clone() });
    }
    if kind.acyclic && ties.leads_back {
        return Err(ResourcesError::RelationCycle { from, wording, to });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::{Text, Time};

    use super::*;
    use crate::model::resource_tests::{host, id};

    #[test]
    fn relations_that_contradict_are_refused() {
        let free = Ties::default();
        let same = Ties { same: true, ..free };
        let has_target = Ties { has_target: true, ..free };
        let has_source = Ties { has_source: true, ..free };
        let leads_back = Ties { leads_back: true, ..free };
        let runs_on = RelationKind {
            name: "runs-on".to_owned(),
            forward: Text::same("runs on"),
            backward: Text::same("runs"),
            targets: Cardinality::Optional,
            acyclic: true,
            ..RelationKind::default()
        };
        let depends_on =
            RelationKind { targets: Cardinality::Many, acyclic: false, ..runs_on.clone() };
        let one_to_one = RelationKind { sources: Cardinality::Optional, ..runs_on.clone() };
        let of_sites = RelationKind { target_kinds: vec!["site".to_owned()], ..runs_on.clone() };
        let (a, b) = (host(1), host(2));
        let retired = Resource { retired_at: Some(Time::default()), id: id(3), ..host(3) };
        for (kind, from, to, ties, code) in [
            (&runs_on, &a, &b, free, None),
            (&runs_on, &a, &a, free, Some("related-to-itself")),
            (&runs_on, &a, &b, same, Some("already-related")),
            (&runs_on, &a, &b, has_target, Some("second-target")),
            (&runs_on, &a, &b, has_source, None),
            (&one_to_one, &a, &b, has_source, Some("second-source")),
            (&of_sites, &a, &b, free, Some("wrong-end")),
            (&runs_on, &a, &b, leads_back, Some("relation-cycle")),
            (&runs_on, &a, &retired, free, Some("resource-retired")),
            (&runs_on, &retired, &b, free, Some("resource-retired")),
            (&depends_on, &a, &b, has_target, None),
            (&depends_on, &a, &b, leads_back, None),
        ] {
            let found = check_relation(kind, &Kinds::default(), from, to, ties).err();
            let found = found.map(|error| kernel::Fault::from(error).code);
            assert_eq!(found, code, "{} {ties:?}", kind.name);
        }
    }
}
