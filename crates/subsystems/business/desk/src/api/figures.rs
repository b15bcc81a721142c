use axum::{extract::State, http::StatusCode};
use http_kit::{
    Body, Created, Key, PageView, Problem, Query, Reply, Routes, TextView, Who, routes,
};
use kernel::Fault;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::{id_or_none, one_of, time_or_none};
use crate::{
    Desk,
    actions::Asked,
    model::permission::{PROFILE_CHANGE, PROFILE_READ, TICKET_READ},
    store::{
        figures::{Figures, GroupBy},
        list::TicketFilter,
        work_lists::WorkList,
    },
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct FiguresQuery {
    /// By `type`, `unit`, `region`, `channel` or `priority`; by type when not given.
    by: Option<String>,
    /// Of tickets opened from this moment on, RFC 3339.
    opened_from: Option<String>,
    /// Of tickets opened before this moment.
    opened_to: Option<String>,
    /// The key of a type.
    r#type: Option<String>,
    /// In the charge of this unit or one below it.
    unit_id: Option<String>,
    /// About this region or one within it.
    region_id: Option<String>,
    /// Of an export: `xlsx` (when not given) or `csv`.
    pub(super) format: Option<String>,
}

/// The figures of a group of tickets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketFigures)]
pub(crate) struct FiguresView {
    /// The key or id of what they have in common; empty: none.
    key: String,
    name: TextView,
    opened: i64,
    /// Of these, those that are open now.
    open: i64,
    overdue: i64,
    reopened: i64,
    response_kept: i64,
    response_broken: i64,
    resolution_kept: i64,
    resolution_broken: i64,
    /// The mean working time until somebody took them up, in seconds.
    response_mean_s: Option<f64>,
    /// The mean working time until they were resolved, in seconds.
    resolution_mean_s: Option<f64>,
    /// The mean time until somebody took them up or replied, nights and holidays counted, in s.
    first_response_mean_s: Option<f64>,
    /// How many were rated by whoever asked.
    rated: i64,
    /// The mean of their scores, 1 to 5.
    score_mean: Option<f64>,
    /// The share of scores of 4 and 5, 0 to 1.
    satisfied_share: Option<f64>,
}

/// A work list that somebody saved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkList)]
pub(crate) struct WorkListView {
    id: String,
    name: String,
    /// The parameters of the list of tickets.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    query: Map<String, Value>,
}

/// A work list that is saved.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewWorkList)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkListBody {
    name: String,
    /// The parameters of the list of tickets.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    query: Map<String, Value>,
}

/// The routes of figures and of saved work lists.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .read(TICKET_READ, routes!(figures))
        .read(PROFILE_READ, routes!(lists))
        .write(PROFILE_CHANGE, routes!(save))
        .write(PROFILE_CHANGE, routes!(remove))
        .with_state(desk)
}

/// Volumes, times and promises kept of the tickets that one sees, by group.
#[utoipa::path(
    get, path = "/api/v1/ticket-figures", tag = "desk", operation_id = "get_ticket_figures",
    params(FiguresQuery), responses((status = 200, body = PageView<FiguresView>), (status = 400)))]
async fn figures(
    State(desk): State<Desk>,
    Who(caller): Who,
    Query(query): Query<FiguresQuery>,
) -> Result<PageView<FiguresView>, Problem> {
    let (asked, by) = query.asked()?;
    let found = desk.figures(&caller, asked, by).await?;
    Ok(PageView::whole(found.into_iter().map(FiguresView::from).collect()))
}

impl FiguresQuery {
    pub(super) fn asked(self) -> Result<(Asked, GroupBy), Fault> {
        let names = "type, unit, region, channel, priority";
        let by = one_of("by", self.by.as_deref(), (group_by, names))?.unwrap_or_default();
        let filter = TicketFilter {
            type_key: self.r#type,
            opened_from: time_or_none("opened_from", self.opened_from.as_deref())?,
            opened_to: time_or_none("opened_to", self.opened_to.as_deref())?,
            ..TicketFilter::default()
        };
        let asked = Asked {
            filter,
            unit_id: id_or_none("unit_id", self.unit_id.as_deref())?,
            region_id: id_or_none("region_id", self.region_id.as_deref())?,
            ..Asked::default()
        };
        Ok((asked, by))
    }
}

fn group_by(name: &str) -> Option<GroupBy> {
    match name {
        "type" => Some(GroupBy::Type),
        "unit" => Some(GroupBy::Unit),
        "region" => Some(GroupBy::Region),
        "channel" => Some(GroupBy::Channel),
        "priority" => Some(GroupBy::Priority),
        _ => None,
    }
}

/// The work lists that the caller saved; at most 100.
#[utoipa::path(
    get, path = "/api/v1/work-lists", tag = "desk", operation_id = "list_work_lists",
    responses((status = 200, body = PageView<WorkListView>)))]
async fn lists(
    State(desk): State<Desk>,
    Who(caller): Who,
) -> Result<PageView<WorkListView>, Problem> {
    let lists = desk.work_lists(&caller).await?;
    Ok(PageView::whole(lists.into_iter().map(WorkListView::from).collect()))
}

/// Saves a work list for the caller.
#[utoipa::path(
    post, path = "/api/v1/work-lists", tag = "desk", operation_id = "save_work_list",
    request_body = WorkListBody,
    responses((status = 201, body = WorkListView), (status = 400), (status = 409)))]
async fn save(
    State(desk): State<Desk>,
    Who(caller): Who,
    Body(body): Body<WorkListBody>,
) -> Result<Created<WorkListView>, Problem> {
    let list = desk.save_work_list(&caller, body.name, body.query).await?;
    Ok(Created(Reply::new(WorkListView::from(list), 1)))
}

/// Removes a work list of the caller.
#[utoipa::path(
    delete, path = "/api/v1/work-lists/{id}", tag = "desk", operation_id = "remove_work_list",
    params(("id" = String, Path)), responses((status = 204), (status = 404)))]
async fn remove(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<WorkList>,
) -> Result<StatusCode, Problem> {
    desk.remove_work_list(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Figures> for FiguresView {
    fn from(found: Figures) -> Self {
        Self {
            name: found.name.into(),
            key: found.key,
            opened: found.opened,
            open: found.open,
            overdue: found.overdue,
            reopened: found.reopened,
            response_kept: found.response_kept,
            response_broken: found.response_broken,
            resolution_kept: found.resolution_kept,
            resolution_broken: found.resolution_broken,
            response_mean_s: found.response_mean_s,
            resolution_mean_s: found.resolution_mean_s,
            first_response_mean_s: found.first_response_mean_s,
            rated: found.rated,
            score_mean: found.score_mean,
            satisfied_share: share(found.satisfied, found.rated),
        }
    }
}

/// A part of a whole; none of nothing.
fn share(part: i64, whole: i64) -> Option<f64> {
    // Counts of tickets are far below 2^53.
    #[expect(clippy::cast_precision_loss, reason = "counts of tickets are far below 2^53")]
    (whole > 0).then(|| part as f64 / whole as f64)
}

impl From<WorkList> for WorkListView {
    fn from(list: WorkList) -> Self {
        Self { id: list.id.to_string(), name: list.name, query: list.query }
    }
}
