use axum::extract::State;
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Who};
use kernel::{Fault, PageRequest, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    AsOf, Attributes, FOREVER, NewResource, Origins, PlaceChange, Resource, ResourceChange,
    ResourceFilter, ResourceSearch, Resources, Sort, Source,
};

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
    /// `manual`, `agent`, `snmp`, `discovery` or `import`.
    source: String,
    /// Who said each attribute that does not come from `source`.
    #[schema(value_type = Object)]
    origins: Origins,
    /// How sure it is that it is there, in percent.
    confidence: i64,
    /// The unit that answers for it.
    unit_id: Option<String>,
    /// The region it is in.
    region_id: Option<String>,
    /// The state of its life: `in-use`.
    life_cycle: String,
    /// Free words on it.
    tags: Vec<String>,
    /// Whether it is out of use.
    retired: bool,
    /// The resource that it turned out to be.
    merged_into: Option<String>,
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
    /// With this text in their names, descriptions, tags or text attributes (an address, a host
    /// name, a serial number), ignoring case.
    q: Option<String>,
    /// Those out of use (`true`) or in use (`false`); in use when neither this nor the filter
    /// says anything about it.
    retired: Option<bool>,
    /// Of this unit, and no other.
    unit_id: Option<String>,
    /// In this region or one within it, by its own region or by that of its unit.
    region_id: Option<String>,
    /// With this tag.
    tag: Option<String>,
    /// In this state of their lives.
    life_cycle: Option<String>,
    /// Those that this text of the filter language matches; at most 16 KiB.
    filter: Option<String>,
    /// Those that the saved query with this id matches.
    query: Option<String>,
    /// `id`, `name`, `-name`, `updated_at` or `-updated_at`; the saved query's when not given.
    sort: Option<String>,
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
    /// The unit that shall answer for it.
    unit_id: Option<String>,
    /// The region it is in.
    region_id: Option<String>,
    /// The state of its life; the kind's first one in use when not given.
    life_cycle: Option<String>,
    /// Free words on it.
    #[serde(default)]
    tags: Vec<String>,
    /// Since when it is there, not later than now; since now when not given.
    #[schema(value_type = Option<String>)]
    valid_from: Option<Time>,
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
    /// The unit that shall answer for it; null: none.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<String>)]
    unit_id: Option<Option<String>>,
    /// The region it shall be in; null: none.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<String>)]
    region_id: Option<Option<String>>,
    /// The next state of its life.
    life_cycle: Option<String>,
    /// All its tags.
    tags: Option<Vec<String>>,
    /// From when on it is so: back-dated, or up to ten years ahead; from now on when not given.
    #[schema(value_type = Option<String>)]
    effective_at: Option<Time>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourceQuery {
    /// As it was at this moment; as it is now when not given.
    #[param(value_type = Option<String>)]
    as_of: Option<Time>,
    /// As it was known at this moment; as it is known now when not given.
    #[param(value_type = Option<String>)]
    known_at: Option<Time>,
}

/// Resources, oldest first.
#[utoipa::path(
    get, path = "/api/v1/resources", tag = "resources", params(ResourcesQuery),
    responses((status = 200, body = PageView<ResourceView>)))]
pub(crate) async fn list_resources(
    State(resources): State<Resources>,
    Who(caller): Who,
    Query(query): Query<ResourcesQuery>,
) -> Result<PageView<ResourceView>, Problem> {
    let page = PageRequest { after: query.after.clone(), limit: query.limit }.checked()?;
    let search = query.into_search()?;
    let found = resources.find(&caller, &search, page.after.as_deref(), page.limit).await?;
    Ok(PageView::of(found, ResourceView::from))
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

/// One resource, today or as it was at a moment.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}", tag = "resources",
    params(("id" = String, Path), ResourceQuery),
    responses((status = 200, body = ResourceView), (status = 404)))]
pub(crate) async fn get_resource(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
    Query(query): Query<ResourceQuery>,
) -> Result<Reply<ResourceView>, Problem> {
    if query.as_of.is_none() && query.known_at.is_none() {
        return Ok(reply(resources.get_seen(&caller, id).await?));
    }
    let valid_at = query.as_of.unwrap_or_else(|| resources.now());
    let as_of = AsOf { valid_at, known_at: query.known_at.unwrap_or(FOREVER) };
    Ok(reply(resources.as_of(&caller, id, as_of).await?))
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

pub(super) fn reply(resource: Resource) -> Reply<ResourceView> {
    let version = resource.version;
    Reply::new(resource.into(), version)
}

/// What is looked for by the filter language.
pub(super) fn searched(
    filter: Option<String>,
    query: Option<String>,
    sort: Option<String>,
) -> Result<ResourceSearch, Fault> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let query = given(query).map(|id| {
        let expected = Text::new("the id of a saved query", "已保存查询的编号");
        id.parse().map_err(|_| Fault::invalid("query", &id, expected))
    });
    let sort = given(sort).as_deref().map(Sort::from_name).transpose();
    Ok(ResourceSearch {
        filter: given(filter),
        query: query.transpose()?,
        sort: sort.map_err(|fault| Fault::invalid_fields(vec![fault]))?,
        ..ResourceSearch::default()
    })
}

/// What narrows a list beside the filter language.
pub(super) fn listed(
    kind: Option<String>,
    q: Option<String>,
    retired: Option<bool>,
) -> ResourceFilter {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    ResourceFilter { kind: given(kind), text: given(q), retired, ..ResourceFilter::default() }
}

impl ResourcesQuery {
    /// What is looked for, without the page.
    pub(super) fn into_search(self) -> Result<ResourceSearch, Fault> {
        let search = searched(self.filter.clone(), self.query.clone(), self.sort.clone())?;
        Ok(ResourceSearch { fields: self.into_filter(), ..search })
    }

    fn into_filter(self) -> ResourceFilter {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        ResourceFilter {
            unit_id: given(self.unit_id),
            region_id: given(self.region_id),
            tag: given(self.tag),
            life_cycle: given(self.life_cycle),
            ..listed(self.kind, self.q, self.retired)
        }
    }
}

impl From<NewResourceBody> for NewResource {
    fn from(body: NewResourceBody) -> Self {
        Self {
            kind: body.kind,
            name: body.name,
            description: body.description,
            attributes: body.attributes,
            unit_id: body.unit_id,
            region_id: body.region_id,
            life_cycle: body.life_cycle,
            tags: body.tags,
            valid_from: body.valid_from,
            source: Source::Manual,
        }
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
            place: PlaceChange { unit_id: self.unit_id, region_id: self.region_id },
            life_cycle: self.life_cycle,
            tags: self.tags,
            effective_at: self.effective_at,
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
            origins: resource.origins,
            confidence: resource.confidence,
            unit_id: resource.unit_id,
            region_id: resource.region_id,
            life_cycle: resource.life_cycle,
            tags: resource.tags,
            retired: resource.retired_at.is_some(),
            merged_into: resource.merged_into.map(|id| id.to_string()),
            version: resource.version,
            created_at: resource.created_at.to_string(),
            updated_at: resource.updated_at.to_string(),
        }
    }
}
