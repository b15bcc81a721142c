use axum::extract::State;
use http_kit::{PageView, Problem, TextView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{AttributeDefinition, Kind, RelationKind, Resources};

/// A kind of resource.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Kind)]
pub(crate) struct KindView {
    name: String,
    title: TextView,
    /// The kind it is a special case of.
    parent: Option<String>,
    /// The name of its icon.
    icon: String,
    /// What its resources can have.
    attributes: Vec<AttributeView>,
}

/// An attribute of a kind.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttributeDefinition)]
struct AttributeView {
    name: String,
    title: TextView,
    /// `string`, `number`, `integer`, `boolean`, `time`, `ip` or `url`.
    r#type: String,
    /// The unit of its numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
}

/// A kind of relation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RelationKind)]
pub(crate) struct RelationKindView {
    name: String,
    /// How it reads from its source.
    forward: TextView,
    /// How it reads from its target.
    backward: TextView,
}

/// The kinds of resources there are.
#[utoipa::path(
    get, path = "/api/v1/kinds", tag = "resources",
    responses((status = 200, body = PageView<KindView>)))]
pub(crate) async fn list_kinds(
    State(resources): State<Resources>,
) -> Result<PageView<KindView>, Problem> {
    let kinds = resources.kinds().await?;
    Ok(PageView::whole(kinds.into_iter().map(KindView::from).collect()))
}

/// The kinds of relations there are.
#[utoipa::path(
    get, path = "/api/v1/relation-kinds", tag = "resources",
    responses((status = 200, body = PageView<RelationKindView>)))]
pub(crate) async fn list_relation_kinds(
    State(resources): State<Resources>,
) -> Result<PageView<RelationKindView>, Problem> {
    let kinds = resources.relation_kinds().await?;
    Ok(PageView::whole(kinds.into_iter().map(RelationKindView::from).collect()))
}

impl From<Kind> for KindView {
    fn from(kind: Kind) -> Self {
        Self {
            name: kind.name,
            title: kind.title.into(),
            parent: kind.parent,
            icon: kind.icon,
            attributes: kind.attributes.into_iter().map(AttributeView::from).collect(),
        }
    }
}

impl From<AttributeDefinition> for AttributeView {
    fn from(attribute: AttributeDefinition) -> Self {
        Self {
            name: attribute.name,
            title: attribute.title.into(),
            r#type: attribute.r#type.name().to_owned(),
            unit: attribute.unit,
        }
    }
}

impl From<RelationKind> for RelationKindView {
    fn from(kind: RelationKind) -> Self {
        let (forward, backward) = (kind.forward.into(), kind.backward.into());
        Self { name: kind.name, forward, backward }
    }
}
