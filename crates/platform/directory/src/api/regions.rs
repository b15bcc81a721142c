use axum::extract::State;
use http_kit::{
    Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, TextBody, TextView, Who,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::moments::{BeginBody, EndBody, MomentQuery, SpanView, given, page};
use crate::{Dated, Directory, Region, RegionChange, RegionFilter, RegionId};

/// A part of the country.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Region)]
pub(crate) struct RegionView {
    id: String,
    /// Its administrative division code.
    code: String,
    name: TextView,
    /// What sort of region it is: `province`, `市`.
    kind: String,
    /// The region it is part of.
    parent_id: Option<String>,
    #[serde(flatten)]
    span: SpanView,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RegionsQuery {
    /// With this text in code or name, or the pinyin of it, ignoring case.
    q: Option<String>,
    /// Directly within this region.
    #[param(value_type = Option<String>)]
    parent_id: Option<RegionId>,
    /// With this code.
    code: Option<String>,
    /// As it was on that day (`2026-03-01`) or at that time (RFC 3339); now when not given.
    as_of: Option<String>,
    /// As it was known then; as it is known now when not given.
    known_at: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// A new region.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRegion)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRegionBody {
    /// 1 to 64 characters without blanks; no other region has it.
    code: String,
    /// One language is enough.
    name: TextBody,
    #[serde(default)]
    kind: String,
    /// The region it is part of; none: at the top.
    #[schema(value_type = Option<String>)]
    parent_id: Option<RegionId>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// A change of a region: what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RegionChange)]
#[serde(deny_unknown_fields)]
pub(super) struct RegionChangeBody {
    /// 1 to 64 characters without blanks; no other region has it.
    code: Option<String>,
    /// One language is enough.
    name: Option<TextBody>,
    /// At most 200 characters.
    kind: Option<String>,
    /// The region it is part of; null takes it away.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<String>)]
    parent_id: Option<Option<RegionId>>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// Regions, oldest first: those the caller holds or whose units they hold, and those above.
#[utoipa::path(
    get, path = "/api/v1/regions", tag = "directory", params(RegionsQuery),
    responses((status = 200, body = PageView<RegionView>)))]
pub(super) async fn list_regions(
    State(directory): State<Directory>,
    Who(caller): Who,
    Query(query): Query<RegionsQuery>,
) -> Result<PageView<RegionView>, Problem> {
    let as_of = directory.as_of(query.as_of.as_deref(), query.known_at.as_deref());
    let as_of = as_of.map_err(crate::DirectoryError::from)?;
    let page = page(query.after, query.limit)?;
    let filter =
        RegionFilter { text: given(query.q), parent: query.parent_id, code: given(query.code) };
    let found = directory.regions(&caller, &filter, as_of, &page).await?;
    Ok(PageView::of(found, RegionView::from))
}

/// Makes a region.
#[utoipa::path(
    post, path = "/api/v1/regions", tag = "directory", request_body = NewRegionBody,
    responses((status = 201, body = RegionView), (status = 409)))]
pub(super) async fn create_region(
    State(directory): State<Directory>,
    Who(caller): Who,
    Body(body): Body<NewRegionBody>,
) -> Result<Created<RegionView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(crate::DirectoryError::from)?;
    let region = directory.create_region(&caller, &body.into_change(), from).await?;
    Ok(Created(reply(region)))
}

/// One region: now, or as it was last if it is no more; or as of a moment.
#[utoipa::path(
    get, path = "/api/v1/regions/{id}", tag = "directory",
    params(("id" = String, Path), MomentQuery),
    responses((status = 200, body = RegionView), (status = 404)))]
pub(super) async fn get_region(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Region>,
    Query(query): Query<MomentQuery>,
) -> Result<Reply<RegionView>, Problem> {
    let as_of = query.moment(&directory)?;
    Ok(reply(directory.region(&caller, id, as_of).await?))
}

/// Changes a region, from a moment on.
#[utoipa::path(
    patch, path = "/api/v1/regions/{id}", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = RegionChangeBody,
    responses((status = 200, body = RegionView), (status = 404), (status = 409)))]
pub(super) async fn change_region(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Region>,
    IfMatch(version): IfMatch,
    Body(body): Body<RegionChangeBody>,
) -> Result<Reply<RegionView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(crate::DirectoryError::from)?;
    let change = body.into_change();
    Ok(reply(directory.change_region(&caller, id, version, &change, from).await?))
}

/// Corrects since when a region is there, to an earlier day.
#[utoipa::path(
    post, path = "/api/v1/regions/{id}/begin", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = BeginBody,
    responses(
        (status = 200, body = RegionView), (status = 404), (status = 409), (status = 412),
        (status = 428)))]
pub(super) async fn begin_region(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Region>,
    IfMatch(version): IfMatch,
    Body(body): Body<BeginBody>,
) -> Result<Reply<RegionView>, Problem> {
    let at = body.at(&directory)?;
    Ok(reply(directory.begin_region(&caller, id, version, at).await?))
}

/// Closes a region; what still belongs to it is named.
#[utoipa::path(
    post, path = "/api/v1/regions/{id}/close", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = EndBody,
    responses(
        (status = 200, body = RegionView), (status = 404), (status = 409), (status = 412),
        (status = 428)))]
pub(super) async fn close_region(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Region>,
    IfMatch(version): IfMatch,
    Body(body): Body<EndBody>,
) -> Result<Reply<RegionView>, Problem> {
    let at = body.at(&directory)?;
    Ok(reply(directory.close_region(&caller, id, version, at).await?))
}

pub(super) fn reply(region: Dated<Region>) -> Reply<RegionView> {
    let version = region.version;
    Reply::new(region.into(), version)
}

impl From<Dated<Region>> for RegionView {
    fn from(dated: Dated<Region>) -> Self {
        let span = SpanView::from(&dated);
        let region = dated.state;
        Self {
            id: dated.id.to_string(),
            code: region.code,
            name: region.name.into(),
            kind: region.kind,
            parent_id: region.parent.map(|id| id.to_string()),
            span,
        }
    }
}

impl NewRegionBody {
    fn into_change(self) -> RegionChange {
        RegionChange {
            code: Some(self.code),
            name: Some(self.name.as_given()),
            kind: Some(self.kind),
            parent: Some(self.parent_id),
        }
    }
}

impl RegionChangeBody {
    fn into_change(self) -> RegionChange {
        RegionChange {
            code: self.code,
            name: self.name.map(TextBody::as_given),
            kind: self.kind,
            parent: self.parent_id,
        }
    }
}
