use axum::extract::State;
use http_kit::{
    Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, TextBody, TextView, Who,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::moments::{BeginBody, EndBody, MomentQuery, SpanView, given, page};
use crate::{Dated, Directory, RegionId, Unit, UnitChange, UnitFilter, UnitId};

/// A part of the organisation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Unit)]
pub(crate) struct UnitView {
    id: String,
    code: String,
    name: TextView,
    short_name: String,
    /// What sort of unit it is: `bureau`, `处室`.
    kind: String,
    /// The unit it is part of.
    parent_id: Option<String>,
    /// The region it answers for.
    region_id: Option<String>,
    #[serde(flatten)]
    span: SpanView,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitsQuery {
    /// With this text in code or name, or the pinyin of it, ignoring case.
    q: Option<String>,
    /// Directly below this unit.
    #[param(value_type = Option<String>)]
    parent_id: Option<UnitId>,
    /// This unit and all below it.
    #[param(value_type = Option<String>)]
    under: Option<UnitId>,
    /// Of this sort.
    kind: Option<String>,
    /// In this region or one within it: by the one they answer for, or that of a unit above.
    #[param(value_type = Option<String>)]
    region_id: Option<RegionId>,
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

/// A new unit.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewUnit)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUnitBody {
    /// 1 to 64 characters without blanks; no other unit has it.
    code: String,
    /// One language is enough.
    name: TextBody,
    #[serde(default)]
    short_name: String,
    #[serde(default)]
    kind: String,
    /// The unit it is part of; none: at the top.
    #[schema(value_type = Option<String>)]
    parent_id: Option<UnitId>,
    /// The region it answers for.
    #[schema(value_type = Option<String>)]
    region_id: Option<RegionId>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// A change of a unit: what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = UnitChange)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitChangeBody {
    /// 1 to 64 characters without blanks; no other unit has it.
    code: Option<String>,
    /// One language is enough.
    name: Option<TextBody>,
    /// At most 200 characters.
    short_name: Option<String>,
    /// At most 200 characters.
    kind: Option<String>,
    /// The region it answers for; null takes it away.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<String>)]
    region_id: Option<Option<RegionId>>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// Units, oldest first.
#[utoipa::path(
    get, path = "/api/v1/units", tag = "directory", params(UnitsQuery),
    responses((status = 200, body = PageView<UnitView>)))]
pub(super) async fn list_units(
    State(directory): State<Directory>,
    Who(caller): Who,
    Query(query): Query<UnitsQuery>,
) -> Result<PageView<UnitView>, Problem> {
    let as_of = directory.as_of(query.as_of.as_deref(), query.known_at.as_deref());
    let as_of = as_of.map_err(crate::DirectoryError::from)?;
    let page = page(query.after, query.limit)?;
    let filter = UnitFilter {
        text: given(query.q),
        parent: query.parent_id,
        under: query.under,
        kind: given(query.kind),
        region: query.region_id,
        code: given(query.code),
    };
    Ok(PageView::of(directory.units(&caller, &filter, as_of, &page).await?, UnitView::from))
}

/// Makes a unit.
#[utoipa::path(
    post, path = "/api/v1/units", tag = "directory", request_body = NewUnitBody,
    responses((status = 201, body = UnitView), (status = 409)))]
pub(super) async fn create_unit(
    State(directory): State<Directory>,
    Who(caller): Who,
    Body(body): Body<NewUnitBody>,
) -> Result<Created<UnitView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(crate::DirectoryError::from)?;
    let parent = body.parent_id;
    let unit = directory.create_unit(&caller, &body.into_change(), parent, from).await?;
    Ok(Created(reply(unit)))
}

/// One unit: now, or as it was last if it is no more; or as of a moment.
#[utoipa::path(
    get, path = "/api/v1/units/{id}", tag = "directory",
    params(("id" = String, Path), MomentQuery),
    responses((status = 200, body = UnitView), (status = 404)))]
pub(super) async fn get_unit(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Unit>,
    Query(query): Query<MomentQuery>,
) -> Result<Reply<UnitView>, Problem> {
    let as_of = query.moment(&directory)?;
    Ok(reply(directory.unit(&caller, id, as_of).await?))
}

/// Changes a unit, from a moment on.
#[utoipa::path(
    patch, path = "/api/v1/units/{id}", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = UnitChangeBody,
    responses((status = 200, body = UnitView), (status = 404), (status = 409)))]
pub(super) async fn change_unit(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Unit>,
    IfMatch(version): IfMatch,
    Body(body): Body<UnitChangeBody>,
) -> Result<Reply<UnitView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(crate::DirectoryError::from)?;
    let change = body.into_change();
    Ok(reply(directory.change_unit(&caller, id, version, &change, from).await?))
}

/// Closes a unit; what is still in it is named.
#[utoipa::path(
    post, path = "/api/v1/units/{id}/close", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = EndBody,
    responses(
        (status = 200, body = UnitView), (status = 404), (status = 409), (status = 412),
        (status = 428)))]
pub(super) async fn close_unit(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Unit>,
    IfMatch(version): IfMatch,
    Body(body): Body<EndBody>,
) -> Result<Reply<UnitView>, Problem> {
    let at = body.at(&directory)?;
    Ok(reply(directory.close_unit(&caller, id, version, at).await?))
}

/// Corrects since when a unit is there, to an earlier day.
#[utoipa::path(
    post, path = "/api/v1/units/{id}/begin", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = BeginBody,
    responses(
        (status = 200, body = UnitView), (status = 404), (status = 409), (status = 412),
        (status = 428)))]
pub(super) async fn begin_unit(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Unit>,
    IfMatch(version): IfMatch,
    Body(body): Body<BeginBody>,
) -> Result<Reply<UnitView>, Problem> {
    let at = body.at(&directory)?;
    Ok(reply(directory.begin_unit(&caller, id, version, at).await?))
}

pub(super) fn reply(unit: Dated<Unit>) -> Reply<UnitView> {
    let version = unit.version;
    Reply::new(unit.into(), version)
}

impl From<Dated<Unit>> for UnitView {
    fn from(dated: Dated<Unit>) -> Self {
        let span = SpanView::from(&dated);
        let unit = dated.state;
        Self {
            id: dated.id.to_string(),
            code: unit.code,
            name: unit.name.into(),
            short_name: unit.short_name,
            kind: unit.kind,
            parent_id: unit.parent.map(|id| id.to_string()),
            region_id: unit.region.map(|id| id.to_string()),
            span,
        }
    }
}

impl NewUnitBody {
    fn into_change(self) -> UnitChange {
        UnitChange {
            code: Some(self.code),
            name: Some(self.name.as_given()),
            short_name: Some(self.short_name),
            kind: Some(self.kind),
            region: Some(self.region_id),
        }
    }
}

impl UnitChangeBody {
    fn into_change(self) -> UnitChange {
        UnitChange {
            code: self.code,
            name: self.name.map(TextBody::as_given),
            short_name: self.short_name,
            kind: self.kind,
            region: self.region_id,
        }
    }
}
