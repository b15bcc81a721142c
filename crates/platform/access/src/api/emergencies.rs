use axum::{Json, extract::State, http::StatusCode};
use http_kit::{Body, Key, PageView, Problem, Query, Who};
use kernel::PageRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    grants::ReasonBody,
    oversight_views::{ActivationView, EmergencyView},
    rights_views::ScopeView,
    separation_views::SeparationView,
    views::ListQuery,
};
use crate::{Access, Activation, Emergency, NewEmergency, UserId};

/// A right to be sealed for an emergency.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EmergencyBody {
    /// Who may break the seal.
    #[schema(value_type = String)]
    user_id: UserId,
    /// The role they then have.
    role: String,
    scope: ScopeView,
    /// 1 to 24.
    hours_max: u32,
    reason: String,
}

/// For how long, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActivationBody {
    /// 1 to the hours that were sealed.
    hours: u32,
    reason: String,
}

/// Whether the three administrators are separated, who has which duty, and who of them counts as
/// one of its last holders.
#[utoipa::path(
    get, path = "/api/v1/access/separation", tag = "grants",
    responses((status = 200, body = SeparationView)))]
pub(super) async fn separation(
    State(access): State<Access>,
    Who(caller): Who,
) -> Result<Json<SeparationView>, Problem> {
    let separation = access.separation(&caller).await?;
    Ok(Json(SeparationView::of(separation, access.duty_holders(&caller).await?)))
}

/// Separates the three administrators: roles that unite their duties end and cannot come back.
#[utoipa::path(
    post, path = "/api/v1/access/separation", tag = "grants", request_body = ReasonBody,
    responses((status = 200, body = SeparationView), (status = 409)))]
pub(super) async fn separate(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<ReasonBody>,
) -> Result<Json<SeparationView>, Problem> {
    let separation = access.separate(&caller, &body.reason).await?;
    Ok(Json(SeparationView::of(Some(separation), access.duty_holders(&caller).await?)))
}

/// What is sealed for emergencies.
#[utoipa::path(
    get, path = "/api/v1/emergencies", tag = "emergencies", params(ListQuery),
    responses((status = 200, body = PageView<EmergencyView>)))]
pub(super) async fn list(
    State(access): State<Access>,
    Who(caller): Who,
    Query(query): Query<ListQuery>,
) -> Result<PageView<EmergencyView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(access.emergencies(&caller, &page).await?, EmergencyView::from))
}

/// Seals a role for a user, to be taken in an emergency.
#[utoipa::path(
    post, path = "/api/v1/emergencies", tag = "emergencies", request_body = EmergencyBody,
    responses((status = 201, body = EmergencyView), (status = 409)))]
pub(super) async fn seal(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<EmergencyBody>,
) -> Result<(StatusCode, Json<EmergencyView>), Problem> {
    let wanted = NewEmergency {
        user_id: body.user_id,
        role: body.role,
        scope: body.scope.into_scope()?,
        hours_max: body.hours_max,
        reason: body.reason,
    };
    let emergency = access.seal(&caller, &wanted).await?;
    Ok((StatusCode::CREATED, Json(emergency.into())))
}

/// Takes a sealed right away; an emergency that goes on ends with its grant.
#[utoipa::path(
    delete, path = "/api/v1/emergencies/{id}", tag = "emergencies",
    params(("id" = String, Path, description = "the id of the sealed right")),
    responses((status = 204), (status = 404)))]
pub(super) async fn withdraw(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Emergency>,
) -> Result<StatusCode, Problem> {
    access.withdraw(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is sealed for oneself.
#[utoipa::path(
    get, path = "/api/v1/profile/emergencies", tag = "profile",
    responses((status = 200, body = PageView<EmergencyView>)))]
pub(super) async fn own(
    State(access): State<Access>,
    Who(caller): Who,
) -> Result<PageView<EmergencyView>, Problem> {
    let own = access.own_emergencies(&caller).await?;
    Ok(PageView::whole(own.into_iter().map(EmergencyView::from).collect()))
}

/// Breaks the seal of a right that lies ready for oneself: one has it for so many hours.
#[utoipa::path(
    post, path = "/api/v1/emergencies/{id}/activate", tag = "emergencies",
    request_body = ActivationBody,
    params(("id" = String, Path, description = "the id of the sealed right")),
    responses((status = 201, body = ActivationView), (status = 404), (status = 409)))]
pub(super) async fn activate(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Emergency>,
    Body(body): Body<ActivationBody>,
) -> Result<(StatusCode, Json<ActivationView>), Problem> {
    let activation = access.activate(&caller, id, body.hours, &body.reason).await?;
    Ok((StatusCode::CREATED, Json(activation.into())))
}

/// When seals were broken, and who has looked at it since.
#[utoipa::path(
    get, path = "/api/v1/activations", tag = "emergencies", params(ListQuery),
    responses((status = 200, body = PageView<ActivationView>)))]
pub(super) async fn activations(
    State(access): State<Access>,
    Who(caller): Who,
    Query(query): Query<ListQuery>,
) -> Result<PageView<ActivationView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(access.activations(&caller, &page).await?, ActivationView::from))
}

/// Says that one has looked at somebody else's emergency.
#[utoipa::path(
    post, path = "/api/v1/activations/{id}/confirm", tag = "emergencies",
    request_body = ReasonBody,
    params(("id" = String, Path, description = "the id of the time when the seal was broken")),
    responses((status = 200, body = ActivationView), (status = 404), (status = 409)))]
pub(super) async fn confirm(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Activation>,
    Body(body): Body<ReasonBody>,
) -> Result<Json<ActivationView>, Problem> {
    Ok(Json(access.confirm_activation(&caller, id, &body.reason).await?.into()))
}
