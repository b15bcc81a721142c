use std::collections::BTreeMap;

use serde_json::Value;

use crate::{Kind, Resource, ResourceId, model::read_field};

/// The rule by which the finder's own identity tells.
pub(crate) const IDENTITY: &str = "identity";

/// What a resource can be told by: a rule, and its value there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identifier {
    /// `identity`, the attributes of a rule joined by `+`, or `unique:` and an attribute.
    pub rule: String,
    /// The values, folded and joined.
    pub value: String,
}

/// What is known of a resource that may be the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// Its id.
    pub(crate) id: ResourceId,
    /// What it can be told by.
    pub(crate) identifiers: Vec<Identifier>,
}

/// Which of those that are known something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// None of them.
    None,
    /// This one.
    One(ResourceId),
    /// One of these, or none: a person has to decide.
    Unclear(Vec<ResourceId>),
}

/// What `resource` can be told by, the finder's identity first, then by the kind's rules in their
/// order, then by its unique attributes.
pub(crate) fn identifiers(resource: &Resource, kind: &Kind) -> Vec<Identifier> {
    let identity = resource
        .identity
        .iter()
        .map(|identity| Identifier { rule: IDENTITY.to_owned(), value: identity.clone() });
    let by_rules = kind.identification.iter().filter_map(|rule| {
        let values: Option<Vec<String>> = rule.iter().map(|name| told(resource, name)).collect();
        Some(Identifier { rule: rule.join("+"), value: values?.join("\u{1f}") })
    });
    let unique = kind.attributes.iter().filter(|definition| definition.unique);
    let unique = unique.filter_map(|definition| {
        let value = told(resource, &definition.name)?;
        Some(Identifier { rule: format!("unique:{}", definition.name), value })
    });
    identity.chain(by_rules).chain(unique).collect()
}

/// The folded text of a field; none where there is nothing to tell by.
fn told(resource: &Resource, name: &str) -> Option<String> {
    let value = match name {
        "name" | "unit_id" | "region_id" => read_field(resource, name),
        attribute => resource.attributes.get(attribute)?.clone(),
    };
    let text = match value {
        Value::String(text) => text.trim().to_lowercase(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    // What stands for "nothing" in firmware tells nothing apart.
    let nothing = ["", "0", "none", "n/a", "unknown", "default string", "to be filled by o.e.m."];
    (!nothing.contains(&text.as_str())).then_some(text)
}

/// Which of `known` something with these identifiers is.
///
/// The strongest rule that knows any decides: one that it knows, and that no stronger rule tells
/// apart, is it.
pub(crate) fn matched(identifiers: &[Identifier], known: &[Known]) -> Match {
    for (at, identifier) in identifiers.iter().enumerate() {
        if identifier.rule.starts_with("unique:") {
            continue;
        }
        let alike = known.iter().filter(|known| known.identifiers.contains(identifier));
        let alike: Vec<&Known> = alike.collect();
        let stronger = &identifiers[..at];
        match alike.as_slice() {
            [] => {}
            [one] if !told_apart(stronger, one) => return Match::One(one.id),
            several => return Match::Unclear(several.iter().map(|known| known.id).collect()),
        }
    }
    Match::None
}

/// Whether a rule of `stronger` has other values at both. The finders' identities do not count:
/// each finder has its own.
fn told_apart(stronger: &[Identifier], known: &Known) -> bool {
    let mut there: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for identifier in &known.identifiers {
        there.entry(&identifier.rule).or_default().push(&identifier.value);
    }
    stronger.iter().filter(|ours| ours.rule != IDENTITY).any(|ours| {
        there.get(ours.rule.as_str()).is_some_and(|values| !values.contains(&ours.value.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        AttributeDefinition,
        model::resource_tests::{host, id},
    };

    fn kind() -> Kind {
        let rules = [vec!["machine_id"], vec!["serial"], vec!["hostname", "unit_id"]];
        let owned = |rule: &Vec<&str>| rule.iter().map(|&name| name.to_owned()).collect();
        Kind {
            identification: rules.iter().map(owned).collect(),
            attributes: vec![AttributeDefinition {
                name: "plate".to_owned(),
                unique: true,
                ..AttributeDefinition::default()
            }],
            ..Kind::default()
        }
    }

    fn of(attributes: &Value) -> Vec<Identifier> {
        let mut resource = host(1);
        resource.attributes = attributes.as_object().unwrap().clone();
        resource.unit_id = Some("u".to_owned());
        identifiers(&resource, &kind())
    }

    #[test]
    fn resource_is_told_by_the_rules_it_has_all_values_for() {
        let found = of(&json!({"hostname": " Web1 ", "serial": "N/A", "plate": "P1"}));
        let found: Vec<_> = found.iter().map(|i| (i.rule.as_str(), i.value.as_str())).collect();
        assert_eq!(found, [("hostname+unit_id", "web1\u{1f}u"), ("unique:plate", "p1")]);
    }

    #[test]
    fn strongest_rule_that_knows_any_decides() {
        let a = Known { id: id(1), identifiers: of(&json!({"machine_id": "m1", "serial": "s1"})) };
        let b = Known { id: id(2), identifiers: of(&json!({"serial": "s2", "hostname": "h"})) };
        let c = Known { id: id(3), identifiers: of(&json!({"hostname": "h", "plate": "p"})) };
        let known = [a, b, c];
        for (attributes, expected) in [
            (json!({"machine_id": "m1"}), Match::One(id(1))),
            (json!({"machine_id": "m1", "serial": "s2"}), Match::One(id(1))),
            (json!({"serial": "s2"}), Match::One(id(2))),
            // The serial says that it is the first, the machine-id that it is not.
            (json!({"machine_id": "m9", "serial": "s1"}), Match::Unclear(vec![id(1)])),
            (json!({"hostname": "h"}), Match::Unclear(vec![id(2), id(3)])),
            (json!({"machine_id": "m9"}), Match::None),
            (json!({"plate": "p"}), Match::None),
            (json!({}), Match::None),
        ] {
            assert_eq!(matched(&of(&attributes), &known), expected, "{attributes}");
        }
    }
}
