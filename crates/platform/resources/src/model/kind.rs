use std::collections::BTreeMap;

use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};

use crate::{AttributeDefinition, LifeCycle, Source};

/// A kind of resource.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Kind {
    /// Its name: `host`, `network-interface`.
    pub name: String,
    /// What people call it.
    pub title: Text,
    /// What it is, for those who choose one.
    pub help: Text,
    /// The kind it is a special case of; that one's attributes are its own, too.
    pub parent: Option<String>,
    /// The name of its icon in the UI's set.
    pub icon: String,
    /// What its resources can have; the parent's first.
    pub attributes: Vec<AttributeDefinition>,
    /// The states of its resources' life; the parent's where it has none of its own.
    pub life_cycle: LifeCycle,
    /// What tells that two are the same, in order: all attributes of one set together.
    pub identification: Vec<Vec<String>>,
    /// Who is believed before whom.
    pub authority: Authority,
    /// Whether it came with Mainstay: then it can be extended, not broken.
    pub shipped: bool,
    /// Whether no new resources of it are made.
    pub retired: bool,
    /// Grows by one with every change.
    pub version: i64,
}

/// Who is believed before whom: the sources, most believed first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// For all attributes that have no order of their own; empty: [`Source::ALL`].
    #[serde(default)]
    pub order: Vec<Source>,
    /// For single attributes.
    #[serde(default)]
    pub attributes: BTreeMap<String, Vec<Source>>,
}

impl Authority {
    /// How much `source` is believed about `attribute`: more is more.
    #[must_use]
    pub fn rank(&self, attribute: &str, source: Source) -> usize {
        let order = self.attributes.get(attribute).unwrap_or(&self.order);
        let order = if order.is_empty() { &Source::ALL[..] } else { order };
        order.iter().position(|known| *known == source).map_or(0, |at| order.len() - at)
    }

    fn is_empty(&self) -> bool {
        self.order.is_empty() && self.attributes.is_empty()
    }
}

impl Kind {
    /// The definition of that attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&AttributeDefinition> {
        self.attributes.iter().find(|definition| definition.name == name)
    }
}

/// Parents of parents are followed so far.
pub(crate) const DEPTH_MAX: usize = 8;

/// All kinds, in their order.
#[derive(Debug, Clone, Default)]
pub struct Kinds {
    whole: Vec<Kind>,
    own: Vec<Kind>,
}

impl Kinds {
    /// The kinds, each with the attributes of those it is a special case of before its own.
    pub(crate) fn new(own: Vec<Kind>) -> Self {
        let whole = own.iter().map(|kind| whole(kind, &own)).collect();
        Self { whole, own }
    }

    /// The kind called `name`, with all it inherits.
    ///
    /// Errors: a fault naming `kind` and those there are.
    pub fn find(&self, name: &str) -> Result<&Kind, FieldFault> {
        self.whole.iter().find(|kind| kind.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.whole.iter().map(|kind| kind.name.as_str()).collect();
            FieldFault::new("kind", name, Text::same(names.join(", ")))
        })
    }

    /// The kind called `name` as it is defined itself, without what it inherits.
    #[must_use]
    pub fn own(&self, name: &str) -> Option<&Kind> {
        self.own.iter().find(|kind| kind.name == name)
    }

    /// Whether `name` is `ancestor` or a special case of it.
    #[must_use]
    pub fn is_a(&self, name: &str, ancestor: &str) -> bool {
        let mut at = Some(name);
        for _ in 0..=DEPTH_MAX {
            match at {
                Some(kind) if kind == ancestor => return true,
                Some(kind) => at = self.own(kind).and_then(|kind| kind.parent.as_deref()),
                None => return false,
            }
        }
        false
    }

    /// `ancestor` and all its special cases.
    #[must_use]
    pub fn family(&self, ancestor: &str) -> Vec<&Kind> {
        self.whole.iter().filter(|kind| self.is_a(&kind.name, ancestor)).collect()
    }

    /// All of them, each with what it inherits.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.whole.iter()
    }

    /// These kinds with `kind` (its own part) in the place of the one of its name, or added.
    pub(crate) fn with(&self, kind: &Kind) -> Self {
        let mut own = self.own.clone();
        match own.iter_mut().find(|known| known.name == kind.name) {
            Some(known) => *known = kind.clone(),
            None => own.push(kind.clone()),
        }
        Self::new(own)
    }

    pub(crate) fn into_vec(self) -> Vec<Kind> {
        self.whole
    }
}

fn whole(kind: &Kind, own: &[Kind]) -> Kind {
    let mut whole = kind.clone();
    let mut parent = kind.parent.as_ref();
    for _ in 0..DEPTH_MAX {
        let Some(found) = parent.and_then(|name| own.iter().find(|k| k.name == *name)) else {
            break;
        };
        let inherited = found
            .attributes
            .iter()
            .filter(|inherited| !whole.attributes.iter().any(|own| own.name == inherited.name));
        let inherited: Vec<_> = inherited.cloned().collect();
        whole.attributes.splice(0..0, inherited);
        if whole.life_cycle.states.is_empty() {
            whole.life_cycle = found.life_cycle.clone();
        }
        if whole.identification.is_empty() {
            whole.identification.clone_from(&found.identification);
        }
        if whole.authority.is_empty() {
            whole.authority = found.authority.clone();
        }
        parent = found.parent.as_ref();
    }
    if whole.life_cycle.states.is_empty() {
        whole.life_cycle = LifeCycle::shipped();
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AttributeType;

    fn kind(name: &str, parent: Option<&str>, attributes: &[(&str, AttributeType)]) -> Kind {
        let attributes = attributes.iter().map(|(name, r#type)| AttributeDefinition {
            name: (*name).to_owned(),
            r#type: *r#type,
            ..AttributeDefinition::default()
        });
        Kind {
            name: name.to_owned(),
            parent: parent.map(str::to_owned),
            attributes: attributes.collect(),
            ..Kind::default()
        }
    }

    #[test]
    fn kind_has_the_attributes_of_its_parents_and_its_own_go_before() {
        let kinds = Kinds::new(vec![
            kind("website", Some("service"), &[("url", AttributeType::Url)]),
            kind("service", None, &[("port", AttributeType::Integer), ("url", AttributeType::Ip)]),
        ]);
        let website = kinds.find("website").unwrap();
        let found: Vec<_> = website.attributes.iter().map(|a| (&*a.name, a.r#type)).collect();
        assert_eq!(found, [("port", AttributeType::Integer), ("url", AttributeType::Url)]);
        assert!(kinds.is_a("website", "service") && !kinds.is_a("service", "website"));
        assert_eq!(kinds.family("service").len(), 2);
    }

    #[test]
    fn kinds_that_are_each_others_parents_do_not_go_on_for_ever() {
        let kinds = Kinds::new(vec![kind("a", Some("b"), &[]), kind("b", Some("a"), &[])]);
        assert!(kinds.find("a").is_ok());
        assert!(!kinds.is_a("a", "c"));
    }

    #[test]
    fn unknown_kind_is_answered_with_those_there_are() {
        let fault = Kinds::new(vec![kind("host", None, &[])]).find("hots").unwrap_err();
        assert_eq!((fault.field.as_str(), fault.expected.en.as_str()), ("kind", "host"));
    }

    #[test]
    fn order_of_an_attribute_goes_before_that_of_the_kind() {
        let mut authority = Authority::default();
        assert!(authority.rank("serial", Source::Manual) > authority.rank("serial", Source::Agent));
        authority.attributes.insert("serial".to_owned(), vec![Source::Agent, Source::Manual]);
        assert!(authority.rank("serial", Source::Agent) > authority.rank("serial", Source::Manual));
        assert_eq!(authority.rank("serial", Source::Import), 0);
        assert!(authority.rank("name", Source::Manual) > authority.rank("name", Source::Agent));
    }
}
