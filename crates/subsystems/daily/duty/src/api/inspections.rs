use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::{PageOf, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{rounds::FoundView, time_or};
use crate::{
    Duty,
    actions::Counted,
    model::{
        inspection::{Inspection, InspectionDraft},
        permission::{INSPECTION_CHANGE, INSPECTION_READ},
    },
};

/// How far back figures go when no beginning is given.
const STRETCH: std::time::Duration = std::time::Duration::from_secs(30 * 86_400);

/// A plan of inspections.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Inspection)]
pub(crate) struct InspectionView {
    id: String,
    version: i64,
    retired: bool,
    created_at: String,
    changed_at: String,
    /// The last day whose rounds are made.
    made_until: String,
    /// Whether nobody does its rounds any more: the roster is given up, or the post is closed.
    nobody: bool,
    inspection: InspectionDraft,
}

/// How the rounds of a plan went.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InspectionFigures)]
pub(crate) struct FiguresView {
    inspection_id: Option<String>,
    name: String,
    /// Rounds that nobody has set out on yet.
    due: i64,
    /// Rounds that are under way.
    started: i64,
    /// Rounds that were done in time.
    finished: i64,
    missed: i64,
    /// Items of all of them at which something was abnormal.
    abnormal: i64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct InspectionsQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct FiguresQuery {
    /// Of rounds that begin from this moment on, RFC 3339; 30 days ago when not given.
    from: Option<String>,
    /// Before this moment; now when not given.
    to: Option<String>,
}

/// The routes of plans of inspections.
pub(crate) fn routes(duty: Duty) -> Routes {
    Routes::new()
        .read(INSPECTION_READ, routes!(list))
        .write(INSPECTION_CHANGE, routes!(create))
        .read(INSPECTION_READ, routes!(find))
        .write(INSPECTION_CHANGE, routes!(change))
        .write(INSPECTION_CHANGE, routes!(retire))
        .read(INSPECTION_READ, routes!(history))
        .read(INSPECTION_READ, routes!(figures))
        .with_state(duty)
}

/// Plans of inspections, in the order they were made.
#[utoipa::path(
    get, path = "/api/v1/duty/inspections", tag = "duty", operation_id = "list_inspections",
    params(InspectionsQuery), responses((status = 200, body = PageView<InspectionView>)))]
async fn list(
    State(duty): State<Duty>,
    Who(caller): Who,
    Query(query): Query<InspectionsQuery>,
) -> Result<PageView<InspectionView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let mut all = duty.inspections(&caller).await?;
    let after = page.after.unwrap_or_default();
    all.retain(|one| one.id.to_string() > after);
    let PageOf { items, next } = PageOf::from_fetched(all, page.limit, |one| one.id.to_string());
    let mut views = Vec::with_capacity(items.len());
    for one in items {
        views.push(shown(&duty, one).await?);
    }
    Ok(PageView { items: views, next })
}

/// Makes a plan of inspections; its rounds follow by themselves.
#[utoipa::path(
    post, path = "/api/v1/duty/inspections", tag = "duty", operation_id = "create_inspection",
    request_body = InspectionDraft,
    responses((status = 201, body = InspectionView), (status = 400), (status = 403)))]
async fn create(
    State(duty): State<Duty>,
    Who(caller): Who,
    Body(body): Body<InspectionDraft>,
) -> Result<Created<InspectionView>, Problem> {
    Ok(Created(reply(&duty, duty.create_inspection(&caller, body).await?).await?))
}

/// One plan of inspections.
#[utoipa::path(
    get, path = "/api/v1/duty/inspections/{id}", tag = "duty", operation_id = "get_inspection",
    params(("id" = String, Path)),
    responses((status = 200, body = InspectionView), (status = 404)))]
async fn find(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Inspection>,
) -> Result<Reply<InspectionView>, Problem> {
    reply(&duty, duty.inspection(&caller, id).await?).await
}

/// Changes a plan; rounds ahead are made anew, those whose time has come stay.
#[utoipa::path(
    put, path = "/api/v1/duty/inspections/{id}", tag = "duty", operation_id = "change_inspection",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = InspectionDraft,
    responses((status = 200, body = InspectionView), (status = 404), (status = 412),
        (status = 428)))]
async fn change(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Inspection>,
    IfMatch(version): IfMatch,
    Body(body): Body<InspectionDraft>,
) -> Result<Reply<InspectionView>, Problem> {
    reply(&duty, duty.change_inspection(&caller, (id, version), body).await?).await
}

/// Gives a plan up: rounds ahead are gone, what was found stays.
#[utoipa::path(
    delete, path = "/api/v1/duty/inspections/{id}", tag = "duty",
    operation_id = "retire_inspection",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 204), (status = 404), (status = 412), (status = 428)))]
async fn retire(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Inspection>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    duty.retire_inspection(&caller, (id, version)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was found at an item of a plan, the newest first.
#[utoipa::path(
    get, path = "/api/v1/duty/inspections/{id}/items/{item}", tag = "duty",
    operation_id = "list_inspection_item",
    params(("id" = String, Path), ("item" = String, Path, description = "the item's key"),
        InspectionsQuery),
    responses((status = 200, body = PageView<FoundView>), (status = 404)))]
async fn history(
    State(duty): State<Duty>,
    Who(caller): Who,
    Path((id, item)): Path<(String, String)>,
    Query(query): Query<InspectionsQuery>,
) -> Result<PageView<FoundView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let id = super::id_of("id", &id)?;
    let seen = duty.found_at(&caller, (id, &item), &page).await?;
    Ok(PageView::of(seen.found, |one| FoundView::of(one, &seen.names)))
}

/// How the rounds of plans went: done in time, missed, and what was abnormal.
#[utoipa::path(
    get, path = "/api/v1/duty/inspection-figures", tag = "duty",
    operation_id = "list_inspection_figures", params(FiguresQuery),
    responses((status = 200, body = PageView<FiguresView>), (status = 400)))]
async fn figures(
    State(duty): State<Duty>,
    Who(caller): Who,
    Query(query): Query<FiguresQuery>,
) -> Result<PageView<FiguresView>, Problem> {
    let to = time_or("to", query.to.as_deref(), duty.now())?;
    let from = time_or("from", query.from.as_deref(), to.minus(STRETCH))?;
    let rows = duty.inspection_figures(&caller, (from, to)).await?;
    Ok(PageView::whole(rows.into_iter().map(FiguresView::from).collect()))
}

impl From<Counted> for FiguresView {
    fn from(row: Counted) -> Self {
        Self {
            inspection_id: row.inspection_id.map(|id| id.to_string()),
            name: row.name,
            due: row.due,
            started: row.started,
            finished: row.finished,
            missed: row.missed,
            abnormal: row.abnormal,
        }
    }
}

async fn reply(duty: &Duty, one: Inspection) -> Result<Reply<InspectionView>, Problem> {
    let version = one.version;
    Ok(Reply::new(shown(duty, one).await?, version))
}

async fn shown(duty: &Duty, one: Inspection) -> Result<InspectionView, Problem> {
    Ok(InspectionView {
        id: one.id.to_string(),
        version: one.version,
        retired: one.retired,
        created_at: one.created_at.to_string(),
        changed_at: one.changed_at.to_string(),
        made_until: one.made_until.to_string(),
        nobody: duty.unknown_doer(&one.draft.by).await?.is_some(),
        inspection: one.draft,
    })
}
