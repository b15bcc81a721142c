use axum::{Json, extract::State};
use http_kit::{Key, PageView, Problem, Query, Who};
use kernel::{Fault, PageRequest, Text, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::resources::ResourceView;
use crate::{
    FOREVER, FieldDifference, RESOURCE_READ, RelationLine, RelationVersion, Resource,
    ResourceDifference, Resources, Version,
};

/// What was recorded of a resource at a moment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResourceVersion)]
pub(crate) struct VersionView {
    /// Its number among the resource's versions: of two that cover a moment the later one counts.
    entry: i64,
    /// From when on it is so.
    valid_from: String,
    /// Until when; null until something else is said.
    valid_to: Option<String>,
    /// When it was recorded.
    recorded_at: String,
    /// Who recorded it, by name.
    recorded_by: String,
    /// The resource as it is then.
    resource: ResourceView,
}

/// What was recorded of a relation at a moment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RelationVersion)]
pub(crate) struct RelationVersionView {
    /// The relation's id.
    relation: String,
    kind: String,
    from: String,
    to: String,
    /// Whether it is there or has ended.
    present: bool,
    valid_from: String,
    recorded_at: String,
    recorded_by: String,
    source: String,
    confidence: i64,
}

/// What differs of a resource between two moments.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResourceDifference)]
pub(crate) struct DifferenceView {
    /// The resource's id.
    resource: String,
    /// Its kind and name at the later moment at which it is there.
    kind: Option<String>,
    name: Option<String>,
    /// Whether it was there at the first moment.
    there_before: bool,
    /// Whether it is there at the second moment.
    there_after: bool,
    /// What differs, field by field.
    fields: Vec<FieldDifferenceView>,
    /// Relations that are there at the second moment only.
    relations_added: Vec<RelationLineView>,
    /// Relations that were there at the first moment only.
    relations_removed: Vec<RelationLineView>,
}

/// A field that differs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldDifference)]
pub(super) struct FieldDifferenceView {
    /// `name`, `unit_id`, `attributes.port`.
    field: String,
    #[schema(value_type = Object)]
    before: Value,
    #[schema(value_type = Object)]
    after: Value,
}

/// A relation by its ends.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RelationLine)]
struct RelationLineView {
    kind: String,
    from: String,
    to: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct HistoryQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DifferenceQuery {
    /// The first moment.
    #[param(value_type = String)]
    from: Time,
    /// The second moment; now when not given.
    #[param(value_type = Option<String>)]
    to: Option<Time>,
    /// As both were known at this moment; as they are known now when not given.
    #[param(value_type = Option<String>)]
    known_at: Option<Time>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DifferencesQuery {
    /// The first moment.
    #[param(value_type = String)]
    from: Time,
    /// The second moment; now when not given.
    #[param(value_type = Option<String>)]
    to: Option<Time>,
    /// Of this kind.
    kind: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// What was recorded of a resource, the latest first.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}/history", tag = "resources",
    params(("id" = String, Path), HistoryQuery),
    responses((status = 200, body = PageView<VersionView>), (status = 404)))]
pub(crate) async fn resource_history(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
    Query(query): Query<HistoryQuery>,
) -> Result<PageView<VersionView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(resources.history(&caller, id, &page).await?, VersionView::from))
}

/// What was recorded of a resource's relations, the latest first, at most 500.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}/relation-history", tag = "resources",
    params(("id" = String, Path)),
    responses((status = 200, body = PageView<RelationVersionView>), (status = 404)))]
pub(crate) async fn relation_history(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
) -> Result<PageView<RelationVersionView>, Problem> {
    let found = resources.relation_history(&caller, id).await?;
    Ok(PageView::whole(found.into_iter().map(RelationVersionView::from).collect()))
}

/// What differs of a resource between two moments.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}/diff", tag = "resources",
    params(("id" = String, Path), DifferenceQuery),
    responses((status = 200, body = DifferenceView), (status = 404)))]
pub(crate) async fn resource_difference(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
    Query(query): Query<DifferenceQuery>,
) -> Result<Json<DifferenceView>, Problem> {
    let span = in_order(query.from, query.to.unwrap_or_else(|| resources.now()))?;
    let known_at = query.known_at.unwrap_or(FOREVER);
    Ok(Json(resources.difference(&caller, id, span, known_at).await?.into()))
}

/// What differs of all resources between two moments. A page may hold fewer than asked for.
#[utoipa::path(
    get, path = "/api/v1/resources/diff", tag = "resources", params(DifferencesQuery),
    responses((status = 200, body = PageView<DifferenceView>)))]
pub(crate) async fn all_differences(
    State(resources): State<Resources>,
    Who(caller): Who,
    Query(query): Query<DifferencesQuery>,
) -> Result<PageView<DifferenceView>, Problem> {
    let span = in_order(query.from, query.to.unwrap_or_else(|| resources.now()))?;
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let scope = caller.scope(RESOURCE_READ);
    let kind = query.kind.as_deref().filter(|kind| !kind.is_empty());
    let found = resources.all_differences(&scope, span, kind, &page).await?;
    Ok(PageView::of(found, DifferenceView::from))
}

/// Two moments of which the second is the later one.
fn in_order(from: Time, to: Time) -> Result<(Time, Time), Fault> {
    if from <= to {
        return Ok((from, to));
    }
    let expected = Text::new(format!("a time after {from}"), format!("晚于 {from} 的时间"));
    Err(Fault::invalid("to", to, expected))
}

fn until(moment: Time) -> Option<String> {
    (moment < FOREVER).then(|| moment.to_string())
}

impl From<Version> for VersionView {
    fn from(version: Version) -> Self {
        Self {
            entry: version.entry,
            valid_from: version.valid_from.to_string(),
            valid_to: until(version.valid_to),
            recorded_at: version.recorded_at.to_string(),
            recorded_by: version.recorded_by,
            resource: version.resource.into(),
        }
    }
}

impl From<RelationVersion> for RelationVersionView {
    fn from(version: RelationVersion) -> Self {
        Self {
            relation: version.relation.id.to_string(),
            kind: version.relation.kind,
            from: version.relation.from.to_string(),
            to: version.relation.to.to_string(),
            present: version.present,
            valid_from: version.valid_from.to_string(),
            recorded_at: version.recorded_at.to_string(),
            recorded_by: version.recorded_by,
            source: version.relation.source.name().to_owned(),
            confidence: version.relation.confidence,
        }
    }
}

impl From<ResourceDifference> for DifferenceView {
    fn from(difference: ResourceDifference) -> Self {
        let latest = difference.after.as_ref().or(difference.before.as_ref());
        Self {
            resource: difference.id.to_string(),
            kind: latest.map(|resource| resource.kind.clone()),
            name: latest.map(|resource| resource.name.clone()),
            there_before: difference.before.is_some(),
            there_after: difference.after.is_some(),
            fields: difference.fields.into_iter().map(FieldDifferenceView::from).collect(),
            relations_added: difference.relations_added.into_iter().map(Into::into).collect(),
            relations_removed: difference.relations_removed.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<FieldDifference> for FieldDifferenceView {
    fn from(difference: FieldDifference) -> Self {
        let FieldDifference { field, before, after } = difference;
        Self { field, before, after }
    }
}

impl From<RelationLine> for RelationLineView {
    fn from(line: RelationLine) -> Self {
        Self { kind: line.kind, from: line.from.to_string(), to: line.to.to_string() }
    }
}
