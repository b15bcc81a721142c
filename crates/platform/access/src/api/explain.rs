use axum::{Json, extract::State};
use http_kit::{Key, PageView, Problem, Query, Who};
use kernel::{PageRequest, Place};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{oversight_views::HoldingView, rights_views::RightsView};
use crate::{Access, User};

/// Who can do what where.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldersQuery {
    /// The permission, such as `resource.change`.
    permission: String,
    /// The unit that answers for the thing.
    unit_id: Option<String>,
    /// The region it is in.
    region_id: Option<String>,
    /// The resource it is.
    resource_id: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// What one may do oneself, and why.
#[utoipa::path(
    get, path = "/api/v1/profile/access", tag = "profile",
    responses((status = 200, body = RightsView)))]
pub(super) async fn own(
    State(access): State<Access>,
    Who(caller): Who,
) -> Result<Json<RightsView>, Problem> {
    Ok(Json(access.own_rights(&caller).await?.into()))
}

/// What a user may do, and why: each permission with every way that gives it.
#[utoipa::path(
    get, path = "/api/v1/users/{id}/access", tag = "grants",
    params(("id" = String, Path, description = "the user's id")),
    responses((status = 200, body = RightsView), (status = 404)))]
pub(super) async fn of_user(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<User>,
) -> Result<Json<RightsView>, Problem> {
    Ok(Json(access.rights_of(&caller, id).await?.into()))
}

/// Who may do something there, and why. Without a place: who may do it everywhere.
#[utoipa::path(
    get, path = "/api/v1/access/holders", tag = "grants", params(HoldersQuery),
    responses((status = 200, body = PageView<HoldingView>)))]
pub(super) async fn holders(
    State(access): State<Access>,
    Who(caller): Who,
    Query(query): Query<HoldersQuery>,
) -> Result<PageView<HoldingView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let place = Place {
        resource_id: query.resource_id.as_deref(),
        unit_id: query.unit_id.as_deref(),
        region_id: query.region_id.as_deref(),
    };
    let holders = access.holders(&caller, &query.permission, &place, &page).await?;
    Ok(PageView::of(holders, HoldingView::from))
}
