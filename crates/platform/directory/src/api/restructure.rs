use axum::{Json, extract::State};
use http_kit::{Body, IfMatch, Key, PageView, Problem, Reply, TextBody, Who};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::units::{UnitView, reply};
use crate::{
    ContentId, Directory, DirectoryError, PersonId, PostId, SplitPart, SplitResult, Unit,
    UnitChange, UnitId, store::Link,
};

/// Where a unit moves to.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = UnitMove)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveBody {
    /// The unit it becomes part of; null: the top.
    #[schema(value_type = Option<String>)]
    parent_id: Option<UnitId>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// What is merged into a unit.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = UnitMerge)]
#[serde(deny_unknown_fields)]
pub(super) struct MergeBody {
    /// The units that become part of it and are closed.
    #[schema(value_type = Vec<String>)]
    units: Vec<UnitId>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// What a unit is split into.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = UnitSplit)]
#[serde(deny_unknown_fields)]
pub(super) struct SplitBody {
    /// 1 to 100 new units.
    parts: Vec<PartBody>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// One of the new units, and what it gets.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = UnitSplitPart)]
#[serde(deny_unknown_fields)]
pub(super) struct PartBody {
    code: String,
    name: TextBody,
    #[serde(default)]
    short_name: String,
    #[serde(default)]
    kind: String,
    /// Units below the old one that go to it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    units: Vec<UnitId>,
    /// Posts that go to it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    posts: Vec<PostId>,
    /// People that go to it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    people: Vec<PersonId>,
    /// Resources that go to it.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    resources: Vec<ContentId>,
    /// Whether it gets all that no part names.
    #[serde(default)]
    rest: bool,
}

/// What came of a split.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnitSplitResult)]
pub(super) struct SplitView {
    /// The unit that was split: closed.
    before: UnitView,
    /// The new units.
    parts: Vec<UnitView>,
}

/// That a unit took over from another one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnitSuccession)]
pub(super) struct SuccessionView {
    /// The one before.
    unit_id: String,
    /// The one after.
    successor_id: String,
    /// `merge` or `split`.
    how: String,
    /// From when.
    effective_at: String,
}

/// Makes a unit part of another one; what is below it moves with it.
#[utoipa::path(
    post, path = "/api/v1/units/{id}/move", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = MoveBody,
    responses(
        (status = 200, body = UnitView), (status = 404), (status = 409), (status = 412),
        (status = 428)))]
pub(super) async fn move_unit(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Unit>,
    IfMatch(version): IfMatch,
    Body(body): Body<MoveBody>,
) -> Result<Reply<UnitView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(DirectoryError::from)?;
    Ok(reply(directory.move_unit(&caller, id, version, body.parent_id, from).await?))
}

/// Merges units into one: all that is in them, resources too, moves there, and they are closed.
#[utoipa::path(
    post, path = "/api/v1/units/{id}/merge", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = MergeBody,
    responses(
        (status = 200, body = UnitView), (status = 404), (status = 409), (status = 412),
        (status = 428)))]
pub(super) async fn merge_units(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Unit>,
    IfMatch(version): IfMatch,
    Body(body): Body<MergeBody>,
) -> Result<Reply<UnitView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(DirectoryError::from)?;
    Ok(reply(directory.merge_units(&caller, id, version, &body.units, from).await?))
}

/// Splits a unit into new ones and closes it.
#[utoipa::path(
    post, path = "/api/v1/units/{id}/split", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = SplitBody,
    responses(
        (status = 200, body = SplitView), (status = 404), (status = 409), (status = 412),
        (status = 428)))]
pub(super) async fn split_unit(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Unit>,
    IfMatch(version): IfMatch,
    Body(body): Body<SplitBody>,
) -> Result<Json<SplitView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(DirectoryError::from)?;
    let parts: Vec<SplitPart> = body.parts.into_iter().map(SplitPart::from).collect();
    Ok(Json(directory.split_unit(&caller, id, version, &parts, from).await?.into()))
}

/// From which units a unit took over, and which took over from it.
#[utoipa::path(
    get, path = "/api/v1/units/{id}/succession", tag = "directory",
    params(("id" = String, Path)),
    responses((status = 200, body = PageView<SuccessionView>), (status = 404)))]
pub(super) async fn succession(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Unit>,
) -> Result<PageView<SuccessionView>, Problem> {
    let links = directory.succession(&caller, id).await?;
    Ok(PageView::whole(links.into_iter().map(SuccessionView::from).collect()))
}

impl From<PartBody> for SplitPart {
    fn from(body: PartBody) -> Self {
        let unit = UnitChange {
            code: Some(body.code),
            name: Some(body.name.as_given()),
            short_name: Some(body.short_name),
            kind: Some(body.kind),
            region: None,
        };
        let PartBody { units, posts, people, resources, rest, .. } = body;
        Self { unit, units, posts, people, resources, rest }
    }
}

impl From<SplitResult> for SplitView {
    fn from(split: SplitResult) -> Self {
        let parts = split.parts.into_iter().map(UnitView::from).collect();
        Self { before: split.before.into(), parts }
    }
}

impl From<Link> for SuccessionView {
    fn from(link: Link) -> Self {
        Self {
            unit_id: link.unit.to_string(),
            successor_id: link.successor.to_string(),
            how: link.how,
            effective_at: link.effective_at.to_string(),
        }
    }
}
