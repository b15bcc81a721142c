use axum::{Json, extract::State, http::StatusCode};
use http_kit::{Body, Key, PageView, Problem, Query, TextView, Who};
use kernel::{PageRequest, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{NewRelation, Relation, Resource, ResourceId, ResourceName, Resources, SeenRelation};

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
    /// Who says so: `manual`, `agent`, `snmp`, `discovery` or `import`.
    source: String,
    /// How sure that is, in percent.
    confidence: i64,
    /// How much of it counts, in percent; null: its kind's weight.
    weight: Option<i64>,
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
    /// Who says so: `manual`, `agent`, `snmp`, `discovery` or `import`.
    source: String,
    /// How sure that is, in percent.
    confidence: i64,
    /// How much of it counts, in percent; null: its kind's weight.
    weight: Option<i64>,
    created_at: String,
}

/// What a resource is called.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResourceName)]
pub(super) struct ResourceNameView {
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
    /// How much of it counts, 0 to 100 percent.
    weight: Option<i64>,
    /// Since when it is so, not later than now; since now when not given.
    #[schema(value_type = Option<String>)]
    valid_from: Option<Time>,
    /// Whether it takes the place of the only one that its kind allows.
    #[serde(default)]
    replaces: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndQuery {
    /// Since when it is no longer so, not later than now; since now when not given.
    #[param(value_type = Option<String>)]
    ended_at: Option<Time>,
}

/// How a resource hangs together with others, both ways.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}/relations", tag = "resources",
    params(("id" = String, Path), RelationsQuery),
    responses((status = 200, body = PageView<SeenRelationView>), (status = 404)))]
pub(crate) async fn list_relations(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
    Query(query): Query<RelationsQuery>,
) -> Result<PageView<SeenRelationView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(resources.relations_of(&caller, id, &page).await?, SeenRelationView::from))
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
    let relation = resources.relate(&caller, &body.into()).await?;
    Ok((StatusCode::CREATED, Json(relation.into())))
}

/// Ends a relation.
#[utoipa::path(
    delete, path = "/api/v1/relations/{id}", tag = "resources",
    params(("id" = String, Path), EndQuery),
    responses((status = 204), (status = 404), (status = 409)))]
pub(crate) async fn remove_relation(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Relation>,
    Query(query): Query<EndQuery>,
) -> Result<StatusCode, Problem> {
    resources.unrelate(&caller, id, query.ended_at).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<NewRelationBody> for NewRelation {
    fn from(body: NewRelationBody) -> Self {
        Self {
            weight: body.weight,
            valid_from: body.valid_from,
            replaces: body.replaces,
            ..Self::new(&body.kind, body.from, body.to)
        }
    }
}

impl From<Relation> for RelationView {
    fn from(relation: Relation) -> Self {
        Self {
            id: relation.id.to_string(),
            kind: relation.kind,
            from: relation.from.to_string(),
            to: relation.to.to_string(),
            source: relation.source.name().to_owned(),
            confidence: relation.confidence,
            weight: relation.weight,
            created_at: relation.created_at.to_string(),
        }
    }
}

impl From<ResourceName> for ResourceNameView {
    fn from(name: ResourceName) -> Self {
        Self { id: name.id.to_string(), kind: name.kind, name: name.name }
    }
}

impl From<SeenRelation> for SeenRelationView {
    fn from(seen: SeenRelation) -> Self {
        Self {
            id: seen.id.to_string(),
            kind: seen.kind,
            direction: seen.direction.name().to_owned(),
            wording: seen.wording.into(),
            other: seen.other.into(),
            source: seen.source.name().to_owned(),
            confidence: seen.confidence,
            weight: seen.weight,
            created_at: seen.created_at.to_string(),
        }
    }
}
