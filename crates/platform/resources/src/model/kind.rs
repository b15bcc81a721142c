use kernel::{FieldFault, Text};

use crate::AttributeDefinition;

/// A kind of resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Its name: `host`, `network-interface`.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// The kind it is a special case of; that one's attributes are its own, too.
    pub parent: Option<String>,
    /// The name of its icon in the UI's set.
    pub icon: String,
    /// What its resources can have; the parent's first.
    pub attributes: Vec<AttributeDefinition>,
}

/// A kind of relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationKind {
    /// Its name: `runs-on`.
    pub name: String,
    /// How it reads from its source: "runs on".
    pub forward: Text,
    /// How it reads from its target: "runs".
    pub backward: Text,
    /// Whether a source has at most one target.
    pub one_target: bool,
    /// Whether following it never leads back.
    pub acyclic: bool,
}

/// Parents of parents are followed so far.
const DEPTH_MAX: usize = 8;

/// All kinds, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kinds(Vec<Kind>);

impl Kinds {
    /// The kinds, each with the attributes of those it is a special case of before its own.
    pub(crate) fn new(own: &[Kind]) -> Self {
        let whole = |kind: &Kind| {
            let mut attributes = kind.attributes.clone();
            let mut parent = kind.parent.as_ref();
            for _ in 0..DEPTH_MAX {
                let Some(found) = parent.and_then(|name| own.iter().find(|k| k.name == *name))
                else {
                    break;
                };
                let inherited = found.attributes.iter().filter(|inherited| {
                    !kind.attributes.iter().any(|own| own.name == inherited.name)
                });
                attributes.splice(0..0, inherited.cloned());
                parent = found.parent.as_ref();
            }
            Kind { attributes, ..kind.clone() }
        };
        Self(own.iter().map(whole).collect())
    }

    /// The kind called `name`.
    ///
    /// Errors: a fault naming `kind` and those there are.
    pub(crate) fn find(&self, name: &str) -> Result<&Kind, FieldFault> {
        self.0.iter().find(|kind| kind.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.0.iter().map(|kind| kind.name.as_str()).collect();
            FieldFault::new("kind", name, Text::same(names.join(", ")))
        })
    }

    pub(crate) fn into_vec(self) -> Vec<Kind> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AttributeType;

    fn kind(name: &str, parent: Option<&str>, attributes: &[(&str, AttributeType)]) -> Kind {
        let attributes = attributes.iter().map(|(name, r#type)| AttributeDefinition {
            name: (*name).to_owned(),
            title: Text::default(),
            r#type: *r#type,
            unit: None,
        });
        Kind {
            name: name.to_owned(),
            title: Text::default(),
            parent: parent.map(str::to_owned),
            icon: String::new(),
            attributes: attributes.collect(),
        }
    }

    #[test]
    fn kind_has_the_attributes_of_its_parents_and_its_own_go_before() {
        let kinds = Kinds::new(&[
            kind("website", Some("service"), &[("url", AttributeType::Url)]),
            kind("service", None, &[("port", AttributeType::Integer), ("url", AttributeType::Ip)]),
        ]);
        let website = kinds.find("website").unwrap();
        let found: Vec<_> = website.attributes.iter().map(|a| (&*a.name, a.r#type)).collect();
        assert_eq!(found, [("port", AttributeType::Integer), ("url", AttributeType::Url)]);
    }

    #[test]
    fn kinds_that_are_each_others_parents_do_not_go_on_for_ever() {
        let kinds = Kinds::new(&[kind("a", Some("b"), &[]), kind("b", Some("a"), &[])]);
        assert!(kinds.find("a").is_ok());
    }

    #[test]
    fn unknown_kind_is_answered_with_those_there_are() {
        let fault = Kinds::new(&[kind("host", None, &[])]).find("hots").unwrap_err();
        assert_eq!((fault.field.as_str(), fault.expected.en.as_str()), ("kind", "host"));
    }
}
