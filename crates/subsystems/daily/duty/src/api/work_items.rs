use axum::extract::State;
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::{Fault, Page, PageOf, PageRequest, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{id_or_none, views::PersonView};
use crate::{
    Duty,
    actions::Progress,
    model::{
        permission::{PROFILE_CHANGE, PROFILE_READ, WORK_PLAN_CHANGE, WORK_PLAN_READ},
        work_item::{Period, WorkItem, WorkItemDraft, WorkState},
    },
    store::work_items::WorkFilter,
};

/// Something that is planned for a period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkItem)]
pub(crate) struct WorkItemView {
    id: String,
    version: i64,
    item: WorkItemDraft,
    owner: Option<PersonView>,
    state: WorkState,
    /// In per cent.
    progress: u8,
    /// The item of the period before that was not done.
    came_from: Option<String>,
    /// Why that one was carried over; null where nobody said so, as when its period ended.
    came_reason: Option<String>,
    /// The item of the next period that goes on with it.
    went_to: Option<String>,
    /// Why it was carried over; null where nobody said so, as when its period ended.
    went_reason: Option<String>,
    created_at: String,
    changed_at: String,
}

/// How far an item is.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WorkProgress)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProgressBody {
    /// `open`, `doing`, `done` or `dropped`.
    state: WorkState,
    /// In per cent; done is 100.
    #[serde(default)]
    progress: u8,
}

/// Why an item is carried over.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = WorkCarry)]
#[serde(deny_unknown_fields)]
pub(crate) struct CarryBody {
    /// At most 500 characters; those who work on it read it, the journal does not.
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkQuery {
    /// Of this unit.
    unit_id: Option<String>,
    /// Of this person.
    owner_id: Option<String>,
    /// `week`, `month` or `year`.
    period: Option<String>,
    /// With `period`: the one that this day is in, such as 2026-09-21.
    day: Option<String>,
    /// `open`, `doing`, `done`, `dropped` or `carried`.
    state: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// The routes of work plans.
pub(crate) fn routes(duty: Duty) -> Routes {
    Routes::new()
        .read(WORK_PLAN_READ, routes!(list))
        .write(WORK_PLAN_CHANGE, routes!(create))
        .read(PROFILE_READ, routes!(mine))
        .read(PROFILE_READ, routes!(one))
        .write(WORK_PLAN_CHANGE, routes!(change))
        .write(PROFILE_CHANGE, routes!(progress))
        .write(WORK_PLAN_CHANGE, routes!(carry))
        .with_state(duty)
}

/// What is planned, in the order it was written down.
#[utoipa::path(
    get, path = "/api/v1/duty/work-items", tag = "duty", operation_id = "list_work_items",
    params(WorkQuery), responses((status = 200, body = PageView<WorkItemView>), (status = 400)))]
async fn list(
    State(duty): State<Duty>,
    Who(caller): Who,
    Query(query): Query<WorkQuery>,
) -> Result<PageView<WorkItemView>, Problem> {
    let (filter, page) = query.asked()?;
    shown(&duty, duty.work_items(&caller, &filter, &page).await?).await
}

/// What is planned for oneself.
#[utoipa::path(
    get, path = "/api/v1/duty/work-items/mine", tag = "duty", operation_id = "list_own_work_items",
    params(WorkQuery), responses((status = 200, body = PageView<WorkItemView>), (status = 400)))]
async fn mine(
    State(duty): State<Duty>,
    Who(caller): Who,
    Query(query): Query<WorkQuery>,
) -> Result<PageView<WorkItemView>, Problem> {
    let (filter, page) = query.asked()?;
    shown(&duty, duty.own_work_items(&caller, filter, &page).await?).await
}

/// Plans something.
#[utoipa::path(
    post, path = "/api/v1/duty/work-items", tag = "duty", operation_id = "create_work_item",
    request_body = WorkItemDraft,
    responses((status = 201, body = WorkItemView), (status = 400), (status = 403)))]
async fn create(
    State(duty): State<Duty>,
    Who(caller): Who,
    Body(body): Body<WorkItemDraft>,
) -> Result<Created<WorkItemView>, Problem> {
    Ok(Created(reply(&duty, duty.create_work_item(&caller, body).await?).await?))
}

/// One item, for its owner and for whoever sees the plan it is in.
#[utoipa::path(
    get, path = "/api/v1/duty/work-items/{id}", tag = "duty", operation_id = "get_work_item",
    params(("id" = String, Path)),
    responses((status = 200, body = WorkItemView), (status = 404)))]
async fn one(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<WorkItem>,
) -> Result<Reply<WorkItemView>, Problem> {
    reply(&duty, duty.work_item(&caller, id).await?).await
}

/// Changes what is planned, while it is still to be done.
#[utoipa::path(
    put, path = "/api/v1/duty/work-items/{id}", tag = "duty", operation_id = "change_work_item",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = WorkItemDraft,
    responses((status = 200, body = WorkItemView), (status = 404), (status = 409), (status = 412)))]
async fn change(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<WorkItem>,
    IfMatch(version): IfMatch,
    Body(body): Body<WorkItemDraft>,
) -> Result<Reply<WorkItemView>, Problem> {
    reply(&duty, duty.change_work_item(&caller, (id, version), body).await?).await
}

/// Says how far it is, by its owner or by whoever may change the plan.
#[utoipa::path(
    post, path = "/api/v1/duty/work-items/{id}/progress", tag = "duty",
    operation_id = "progress_work_item",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = ProgressBody,
    responses((status = 200, body = WorkItemView), (status = 404), (status = 409), (status = 412)))]
async fn progress(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<WorkItem>,
    IfMatch(version): IfMatch,
    Body(body): Body<ProgressBody>,
) -> Result<Reply<WorkItemView>, Problem> {
    let progress = Progress { state: body.state, progress: body.progress };
    reply(&duty, duty.progress_work_item(&caller, (id, version), progress).await?).await
}

/// Goes on with it in the next period; answers what goes on.
#[utoipa::path(
    post, path = "/api/v1/duty/work-items/{id}/carry", tag = "duty",
    operation_id = "carry_work_item",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = CarryBody,
    responses((status = 201, body = WorkItemView), (status = 400), (status = 404), (status = 409),
        (status = 412)))]
async fn carry(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<WorkItem>,
    IfMatch(version): IfMatch,
    Body(body): Body<CarryBody>,
) -> Result<Created<WorkItemView>, Problem> {
    let next = duty.carry_work_item(&caller, (id, version), &body.reason).await?;
    Ok(Created(reply(&duty, next).await?))
}

impl WorkQuery {
    fn asked(self) -> Result<(WorkFilter, Page), Fault> {
        let named = |text: Option<String>| text.filter(|text| !text.is_empty());
        let wrong =
            |field: &str, found: &str, names: &str| Fault::invalid(field, found, Text::same(names));
        let period = named(self.period)
            .map(|name| {
                Period::from_name(&name).ok_or_else(|| wrong("period", &name, "week, month, year"))
            })
            .transpose()?;
        let day = named(self.day)
            .map(|text| text.parse().map_err(|_| wrong("day", &text, "2026-09-21")))
            .transpose()?;
        if day.is_some() && period.is_none() {
            let expected = Text::new("`period` with it", "须同时指定 period");
            return Err(Fault::invalid("day", "no period", expected));
        }
        let names = "open, doing, done, dropped, carried";
        let state = named(self.state)
            .map(|name| WorkState::from_name(&name).ok_or_else(|| wrong("state", &name, names)))
            .transpose()?;
        let filter = WorkFilter {
            unit_id: id_or_none::<directory::UnitId>("unit_id", self.unit_id.as_deref())?
                .map(|id| id.to_string()),
            owner: id_or_none("owner_id", self.owner_id.as_deref())?,
            period: period.map(|period| (period, day.map(|day| period.start(day)))),
            state,
        };
        Ok((filter, PageRequest { after: self.after, limit: self.limit }.checked()?))
    }
}

async fn reply(duty: &Duty, one: WorkItem) -> Result<Reply<WorkItemView>, Problem> {
    let version = one.version;
    let page = shown(duty, PageOf { items: vec![one], next: None }).await?;
    // One in, one out.
    Ok(Reply::new(page.items.into_iter().next().ok_or_else(Fault::stale)?, version))
}

async fn shown(duty: &Duty, page: PageOf<WorkItem>) -> Result<PageView<WorkItemView>, Problem> {
    let owners = page.items.iter().filter_map(|one| one.draft.owner_id);
    let names = duty.names(owners.collect()).await?;
    let said = |reason: String| Some(reason).filter(|reason| !reason.is_empty());
    Ok(PageView::of(page, |one| WorkItemView {
        id: one.id.to_string(),
        version: one.version,
        owner: one.draft.owner_id.map(|id| PersonView::of(id, &names)),
        item: one.draft,
        state: one.state,
        progress: one.progress,
        came_from: one.came_from.map(|id| id.to_string()),
        came_reason: said(one.came_reason),
        went_to: one.went_to.map(|id| id.to_string()),
        went_reason: said(one.went_reason),
        created_at: one.created_at.to_string(),
        changed_at: one.changed_at.to_string(),
    }))
}
