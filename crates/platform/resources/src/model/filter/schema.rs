use std::collections::{BTreeMap, BTreeSet};

use kernel::Text;

use super::{Field, fault::nearest};
use crate::{AttributeDefinition, AttributeType, Direction, Kind, RelationKind};

/// What the fields of filters are called and which values they take.
#[derive(Debug, Clone, Default)]
pub(crate) struct Schema {
    fields: BTreeMap<String, Vec<Known>>,
    relations: BTreeMap<String, (String, Direction, Text)>,
    kinds: Vec<(String, Option<String>)>,
    kinds_titled: Vec<(String, Text)>,
    pub(crate) places: Places,
    /// The tags that may be offered.
    pub(crate) tags: Vec<String>,
}

/// The units and regions that a filter names, by what it calls them.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Units.
    pub units: BTreeMap<String, PlaceSet>,
    /// Regions.
    pub regions: BTreeMap<String, PlaceSet>,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlaceSet {
    /// The ids of those called so.
    pub exactly: Vec<String>,
    /// These, and everything below them.
    pub below: Vec<String>,
    /// Of regions: the units that are in one of `exactly`.
    pub answering: Vec<String>,
    /// Of regions: the units that are in one of `below`.
    pub answering_below: Vec<String>,
}

/// A field that is known, with one of the types its values can have.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known {
    pub(super) field: Field,
    pub(super) values: Values,
    pub(super) title: Text,
}

/// What a field's values are.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Values {
    Text,
    Words(Vec<(String, Text)>),
    Number(Option<String>),
    Flag,
    Time,
    Address,
    Unit,
    Region,
    Kind,
}

/// Attributes whose names a field of every resource has, too, are called `attributes.<name>`.
const ATTRIBUTES: &str = "attributes.";
/// What stands before a relation that is followed backwards.
const BACKWARDS: &str = "by_";

impl Schema {
    /// The names that these kinds and kinds of relations give.
    pub(crate) fn new(kinds: &[Kind], relations: &[RelationKind], places: Places) -> Self {
        let mut schema = Self { places, ..Self::default() };
        schema.kinds = kinds.iter().map(|kind| (kind.name.clone(), kind.parent.clone())).collect();
        for definition in kinds.iter().flat_map(|kind| &kind.attributes) {
            schema.add_attribute(definition);
        }
        let kind_words = kinds.iter().map(|kind| (kind.name.clone(), kind.title.clone())).collect();
        schema.add_own(kind_words);
        for relation in relations {
            let name = relation.name.replace('-', "_");
            let of =
                |direction, wording: &Text| (relation.name.clone(), direction, wording.clone());
            let backward = of(Direction::Backward, &relation.backward);
            schema.relations.insert(format!("{BACKWARDS}{name}"), backward);
            schema.relations.insert(name, of(Direction::Forward, &relation.forward));
        }
        schema
    }

    /// The fields that every resource has; they go before attributes of the same name.
    fn add_own(&mut self, kinds: Vec<(String, Text)>) {
        let sources = crate::Source::ALL.map(|source| (source.name().to_owned(), Text::default()));
        for (name, field, values, en, zh) in [
            ("id", Field::Id, Values::Text, "Id", "编号"),
            ("kind", Field::Kind, Values::Kind, "Kind", "类型"),
            ("name", Field::Name, Values::Text, "Name", "名称"),
            ("description", Field::Description, Values::Text, "Description", "说明"),
            ("source", Field::Source, Values::Words(sources.to_vec()), "Source", "来源"),
            ("life_cycle", Field::LifeCycle, Values::Text, "Life cycle", "生命周期"),
            ("retired", Field::Retired, Values::Flag, "Retired", "已退役"),
            ("created_at", Field::CreatedAt, Values::Time, "Created", "创建时间"),
            ("updated_at", Field::UpdatedAt, Values::Time, "Changed", "更新时间"),
            ("version", Field::Version, Values::Number(None), "Version", "版本"),
            (
                "confidence",
                Field::Confidence,
                Values::Number(Some("%".to_owned())),
                "Confidence",
                "可信度",
            ),
            ("tag", Field::Tag, Values::Text, "Tag", "标签"),
            ("unit", Field::Unit, Values::Unit, "Unit", "单位"),
            ("region", Field::Region, Values::Region, "Region", "区域"),
        ] {
            let known = Known { field, values, title: Text::new(en, zh) };
            self.fields.insert(name.to_owned(), vec![known]);
        }
        self.kinds_titled = kinds;
    }

    fn add_attribute(&mut self, definition: &AttributeDefinition) {
        let name = definition.name.clone();
        let field = if definition.list { Field::Listed } else { Field::Attribute }(name.clone());
        let values = if definition.list { Values::Text } else { Values::of(definition) };
        let known = Known { field, values, title: definition.title.clone() };
        for name in [format!("{ATTRIBUTES}{name}"), name] {
            let same = self.fields.entry(name).or_default();
            if !same.iter().any(|other| other.same(&known)) {
                same.push(known.clone());
            }
        }
    }

    /// The fields called `name`: more than one when kinds differ about its type.
    pub(super) fn find(&self, name: &str) -> Option<&[Known]> {
        self.fields.get(name).map(Vec::as_slice)
    }

    /// Whether a filter could ask for `name`: a field, perhaps of a resource that relations lead
    /// to.
    pub(crate) fn knows(&self, name: &str) -> bool {
        if self.fields.contains_key(name) {
            return true;
        }
        match name.split_once('.') {
            Some((relation, rest)) => self.relation(relation).is_some() && self.knows(rest),
            None => false,
        }
    }

    /// The relation called `name`, with the way it is followed.
    pub(super) fn relation(&self, name: &str) -> Option<(&str, Direction)> {
        let (kind, direction, _) = self.relations.get(&name.replace('-', "_"))?;
        Some((kind, *direction))
    }

    /// The field or relation that is most like `name`.
    pub(super) fn nearest(&self, name: &str) -> Option<String> {
        let names = self.fields.keys().chain(self.relations.keys());
        nearest(name, names.map(String::as_str).filter(|name| !name.starts_with(ATTRIBUTES)))
    }

    /// The names of all fields, and of all relations, with their titles.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, &Text)> {
        let fields = self.fields.iter().filter(|(name, _)| !name.starts_with(ATTRIBUTES));
        fields.filter_map(|(name, known)| Some((name.as_str(), &known.first()?.title)))
    }

    /// The names of all relations with their wordings.
    pub(super) fn relation_names(&self) -> impl Iterator<Item = (&str, &Text)> {
        self.relations.iter().map(|(name, (_, _, wording))| (name.as_str(), wording))
    }

    /// The kinds with their titles.
    pub(super) fn kinds(&self) -> &[(String, Text)] {
        &self.kinds_titled
    }

    /// That kind and those that are special cases of it; none where there is no such kind.
    pub(super) fn kinds_under(&self, name: &str) -> Vec<String> {
        let mut found: BTreeSet<&str> =
            self.kinds.iter().map(|(kind, _)| kind.as_str()).filter(|kind| *kind == name).collect();
        loop {
            let before = found.len();
            for (kind, parent) in &self.kinds {
                if parent.as_deref().is_some_and(|parent| found.contains(parent)) {
                    found.insert(kind);
                }
            }
            if found.len() == before {
                return found.into_iter().map(str::to_owned).collect();
            }
        }
    }
}

impl Known {
    fn same(&self, other: &Self) -> bool {
        self.field == other.field && self.values == other.values
    }
}

impl Values {
    fn of(definition: &AttributeDefinition) -> Self {
        match definition.r#type {
            AttributeType::String
            | AttributeType::Text
            | AttributeType::Cidr
            | AttributeType::Mac
            | AttributeType::Url
            | AttributeType::Reference => Self::Text,
            AttributeType::Enumeration => {
                let words = definition.values.iter();
                Self::Words(words.map(|word| (word.value.clone(), word.title.clone())).collect())
            }
            AttributeType::Number | AttributeType::Integer => Self::Number(definition.unit.clone()),
            AttributeType::Boolean => Self::Flag,
            AttributeType::Time | AttributeType::Date => Self::Time,
            AttributeType::Ip => Self::Address,
        }
    }
}
