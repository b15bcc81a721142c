use axum::extract::State;
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Who};
use kernel::{Fault, PageRequest, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Attributes, NewResource, Resource, ResourceChange, ResourceFilter, Resources};

/// Anything managed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Resource)]
pub(crate) struct ResourceView {
    id: String,
    /// Its kind: `host`.
    kind: String,
    name: String,
    description: String,
    /// Its attributes by name; discovery may bring more than the kind defines.
    #[schema(value_type = Object)]
    attributes: Attributes,
    /// `manual` or `discovery`.
    source: String,
    /// Whether it is out of use.
    retired: bool,
    version: i64,
    created_at: String,
    updated_at: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourcesQuery {
    /// Of this kind.
    kind: Option<String>,
    /// With this text in their names, ignoring case.
    q: Option<String>,
    /// Those out of use (`true`) or in use (`false`, also when not given).
    retired: Option<bool>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// A new resource.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewResource)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewResourceBody {
    /// One of `/kinds`.
    kind: String,
    /// 1 to 200 characters.
    name: String,
    /// At most 4000 characters.
    #[serde(default)]
    description: String,
    /// Only those that the kind defines.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: Attributes,
}

/// A change of a resource: what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ResourceChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourceChangeBody {
    /// 1 to 200 characters.
    name: Option<String>,
    /// At most 4000 characters.
    description: Option<String>,
    /// Attributes to set; null removes one.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: Attributes,
    /// `false` takes it back into use; DELETE takes it out of use.
    retired: Option<bool>,
}

/// Resources, oldest first.
#[utoipa::path(
    get, path = "/api/v1/resources", tag = "resources", params(ResourcesQuery),
    responses((status = 200, body = PageView<ResourceView>)))]
pub(crate) async fn list_resources(
    State(resources): State<Resources>,
    Query(query): Query<ResourcesQuery>,
) -> Result<PageView<ResourceView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let retired = Some(query.retired.unwrap_or(false));
    let filter = ResourceFilter { kind: given(query.kind), text: given(query.q), retired };
    Ok(PageView::of(resources.list(&filter, &page).await?, ResourceView::from))
}

/// Puts a resource into the register.
#[utoipa::path(
    post, path = "/api/v1/resources", tag = "resources", request_body = NewResourceBody,
    responses((status = 201, body = ResourceView)))]
pub(crate) async fn create_resource(
    State(resources): State<Resources>,
    Who(caller): Who,
    Body(body): Body<NewResourceBody>,
) -> Result<Created<ResourceView>, Problem> {
    let resource = resources.create(&caller, &body.into()).await?;
    Ok(Created(reply(resource)))
}

/// One resource.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}", tag = "resources", params(("id" = String, Path)),
    responses((status = 200, body = ResourceView), (status = 404)))]
pub(crate) async fn get_resource(
    State(resources): State<Resources>,
    Key(id): Key<Resource>,
) -> Result<Reply<ResourceView>, Problem> {
    Ok(reply(resources.get(id).await?))
}

/// Changes a resource.
#[utoipa::path(
    patch, path = "/api/v1/resources/{id}", tag = "resources",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = ResourceChangeBody,
    responses((status = 200, body = ResourceView), (status = 404), (status = 409)))]
pub(crate) async fn change_resource(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
    IfMatch(version): IfMatch,
    Body(body): Body<ResourceChangeBody>,
) -> Result<Reply<ResourceView>, Problem> {
    let change = body.into_change()?;
    Ok(reply(resources.change(&caller, id, version, &change).await?))
}

/// Takes a resource out of use; it stays in the register.
#[utoipa::path(
    delete, path = "/api/v1/resources/{id}", tag = "resources",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    responses(
        (status = 200, body = ResourceView), (status = 404), (status = 412), (status = 428)))]
pub(crate) async fn retire_resource(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
    IfMatch(version): IfMatch,
) -> Result<Reply<ResourceView>, Problem> {
    Ok(reply(resources.retire(&caller, id, version).await?))
}

fn reply(resource: Resource) -> Reply<ResourceView> {
    let version = resource.version;
    Reply::new(resource.into(), version)
}

impl From<NewResourceBody> for NewResource {
    fn from(body: NewResourceBody) -> Self {
        let NewResourceBody { kind, name, description, attributes } = body;
        Self { kind, name, description, attributes }
    }
}

impl ResourceChangeBody {
    fn into_change(self) -> Result<ResourceChange, Fault> {
        if self.retired == Some(true) {
            let expected = Text::new("false; DELETE retires", "false；退役请用 DELETE");
            return Err(Fault::invalid("retired", true, expected));
        }
        Ok(ResourceChange {
            name: self.name,
            description: self.description,
            attributes: self.attributes,
            back_in_use: self.retired == Some(false),
        })
    }
}

impl From<Resource> for ResourceView {
    fn from(resource: Resource) -> Self {
        Self {
            id: resource.id.to_string(),
            kind: resource.kind,
            name: resource.name,
            description: resource.description,
            attributes: resource.attributes,
            source: resource.source.name().to_owned(),
            retired: resource.retired_at.is_some(),
            version: resource.version,
            created_at: resource.created_at.to_string(),
            updated_at: resource.updated_at.to_string(),
        }
    }
}
