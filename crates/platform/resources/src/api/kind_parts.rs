use std::collections::BTreeMap;

use http_kit::TextView;
use kernel::{Fault, FieldFault, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{Authority, KindPreview, LifeState, MigrationStep, Source};

/// A state of a life.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = LifeState)]
#[serde(deny_unknown_fields)]
pub(super) struct LifeStateParts {
    /// Small letters, digits and -: `in-use`.
    name: String,
    title: TextView,
    /// The states that may follow.
    #[serde(default)]
    next: Vec<String>,
    /// Whether a resource is out of use in it.
    #[serde(default)]
    out_of_use: bool,
}

/// Who is believed before whom: sources, most believed first.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = Authority)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthorityParts {
    /// For all attributes that have no order of their own.
    #[serde(default)]
    order: Vec<String>,
    /// For single attributes.
    #[serde(default)]
    attributes: BTreeMap<String, Vec<String>>,
}

/// What is done to the resources of a kind when it changes.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MigrationStep)]
#[serde(rename_all = "kebab-case", tag = "do", deny_unknown_fields)]
pub(super) enum MigrationStepBody {
    /// An attribute gets another name.
    Rename { from: String, to: String },
    /// Values of an attribute become others.
    Map { attribute: String, values: BTreeMap<String, String> },
    /// Resources without a value get one.
    Fill {
        attribute: String,
        #[schema(value_type = Object)]
        value: Value,
    },
    /// The values of an attribute go.
    Drop { attribute: String },
    /// A state of a life becomes another.
    State { from: String, to: String },
}

/// What a change of a kind would do to its resources.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KindPreview)]
pub(crate) struct PreviewView {
    /// How many resources there are of it and its special cases.
    resources: u64,
    /// How many the migration would change.
    migrated: u64,
    /// How many would not fit: the change is refused while there are any.
    broken: u64,
    /// The first 100 of those.
    shown: Vec<BrokenView>,
}

/// A resource that would not fit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BrokenResource)]
struct BrokenView {
    id: String,
    name: String,
    /// What does not fit.
    fields: Vec<MisfitView>,
}

/// A field that would not fit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Misfit)]
struct MisfitView {
    field: String,
    found: String,
    expected: TextView,
}

impl From<LifeState> for LifeStateParts {
    fn from(state: LifeState) -> Self {
        let LifeState { name, title, next, out_of_use } = state;
        Self { name, title: title.into(), next, out_of_use }
    }
}

impl From<LifeStateParts> for LifeState {
    fn from(parts: LifeStateParts) -> Self {
        let LifeStateParts { name, title, next, out_of_use } = parts;
        Self { name, title: title.into(), next, out_of_use }
    }
}

impl From<Authority> for AuthorityParts {
    fn from(authority: Authority) -> Self {
        let names = |sources: Vec<Source>| {
            sources.into_iter().map(|source| source.name().to_owned()).collect()
        };
        let attributes = authority.attributes.into_iter();
        Self {
            order: names(authority.order),
            attributes: attributes.map(|(name, sources)| (name, names(sources))).collect(),
        }
    }
}

impl AuthorityParts {
    pub(super) fn into_authority(self) -> Result<Authority, Fault> {
        let sources = |names: Vec<String>| -> Result<Vec<Source>, Fault> {
            let known = Source::ALL.map(Source::name).join(", ");
            let source = |name: String| {
                let unknown = || Fault::invalid("authority", &name, Text::same(known.as_str()));
                Source::from_name(&name).ok_or_else(unknown)
            };
            names.into_iter().map(source).collect()
        };
        let attributes = self.attributes.into_iter();
        Ok(Authority {
            order: sources(self.order)?,
            attributes: attributes
                .map(|(name, names)| Ok((name, sources(names)?)))
                .collect::<Result<_, Fault>>()?,
        })
    }
}

impl From<MigrationStepBody> for MigrationStep {
    fn from(body: MigrationStepBody) -> Self {
        match body {
            MigrationStepBody::Rename { from, to } => Self::Rename { from, to },
            MigrationStepBody::Map { attribute, values } => Self::Map { attribute, values },
            MigrationStepBody::Fill { attribute, value } => Self::Fill { attribute, value },
            MigrationStepBody::Drop { attribute } => Self::Drop { attribute },
            MigrationStepBody::State { from, to } => Self::State { from, to },
        }
    }
}

impl From<FieldFault> for MisfitView {
    fn from(fault: FieldFault) -> Self {
        let FieldFault { field, found, expected } = fault;
        Self { field, found, expected: expected.into() }
    }
}

impl From<KindPreview> for PreviewView {
    fn from(preview: KindPreview) -> Self {
        let shown = preview.shown.into_iter().map(|broken| BrokenView {
            id: broken.id.to_string(),
            name: broken.name,
            fields: broken.faults.into_iter().map(MisfitView::from).collect(),
        });
        Self {
            resources: preview.resources,
            migrated: preview.migrated,
            broken: preview.broken,
            shown: shown.collect(),
        }
    }
}
