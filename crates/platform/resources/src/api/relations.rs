use axum::{Json, extract::State, http::StatusCode};
use http_kit::{Body, Key, PageView, Problem, Query, TextView, Who};
use kernel::PageRequest;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Relation, Resource, ResourceId, ResourceName, Resources, SeenRelation};

/// A relation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Relation)]
pub(crate) struct RelationView {
    id: String,
    /// Its kind: `runs-on`.
    kind: String,
    /// The resource that runs on, depends on …
    from: String,
    /// The resource that it runs on, depends on …
    to: String,
    created_at: String,
}

/// A relation seen from one of its ends.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeenRelation)]
pub(crate) struct SeenRelationView {
    id: String,
    /// Its kind: `runs-on`.
    kind: String,
    /// `forward` or `backward`.
    direction: String,
    /// How it reads from here.
    wording: TextView,
    /// The resource at the other end.
    other: ResourceNameView,
}

/// What a resource is called.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResourceName)]
struct ResourceNameView {
    id: String,
    kind: String,
    name: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct RelationsQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// A new relation: `from` runs on, is part of, depends on `to`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRelation)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRelationBody {
    /// One of `/relation-kinds`.
    kind: String,
    /// The id of the source.
    #[schema(value_type = String)]
    from: ResourceId,
    /// The id of the target.
    #[schema(value_type = String)]
    to: ResourceId,
}

/// How a resource hangs together with others, both ways.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}/relations", tag = "resources",
    params(("id" = String, Path), RelationsQuery),
    responses((status = 200, body = PageView<SeenRelationView>), (status = 404)))]
pub(crate) async fn list_relations(
    State(resources): State<Resources>,
    Key(id): Key<Resource>,
    Query(query): Query<RelationsQuery>,
) -> Result<PageView<SeenRelationView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(resources.relations_of(id, &page).await?, SeenRelationView::from))
}

/// Lets two resources hang together.
#[utoipa::path(
    post, path = "/api/v1/relations", tag = "resources", request_body = NewRelationBody,
    responses((status = 201, body = RelationView), (status = 404), (status = 409)))]
pub(crate) async fn create_relation(
    State(resources): State<Resources>,
    Who(caller): Who,
    Body(body): Body<NewRelationBody>,
) -> Result<(StatusCode, Json<RelationView>), Problem> {
    let relation = resources.relate(&caller, &body.kind, body.from, body.to).await?;
    Ok((StatusCode::CREATED, Json(relation.into())))
}

/// Ends a relation.
#[utoipa::path(
    delete, path = "/api/v1/relations/{id}", tag = "resources", params(("id" = String, Path)),
    responses((status = 204), (status = 404)))]
pub(crate) async fn remove_relation(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Relation>,
) -> Result<StatusCode, Problem> {
    resources.unrelate(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Relation> for RelationView {
    fn from(relation: Relation) -> Self {
        Self {
            id: relation.id.to_string(),
            kind: relation.kind,
            from: relation.from.to_string(),
            to: relation.to.to_string(),
            created_at: relation.created_at.to_string(),
        }
    }
}

impl From<SeenRelation> for SeenRelationView {
    fn from(seen: SeenRelation) -> Self {
        let ResourceName { id, kind, name } = seen.other;
        Self {
            id: seen.id.to_string(),
            kind: seen.kind,
            direction: seen.direction.name().to_owned(),
            wording: seen.wording.into(),
            other: ResourceNameView { id: id.to_string(), kind, name },
        }
    }
}
