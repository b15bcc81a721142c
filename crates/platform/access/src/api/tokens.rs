use axum::{Json, extract::State, http::StatusCode};
use http_kit::{Body, Key, PageView, Problem, Query, Who};
use kernel::{Fault, PageRequest};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    rights_views::TokenLimitsView,
    views::{ListQuery, NewTokenView, TokenView},
};
use crate::{Access, AccessError, NewToken, Token};

/// A token that is wanted, for oneself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTokenBody {
    /// What it is for.
    name: String,
    /// What it is limited to; when not given it may do all that its user may.
    limits: Option<TokenLimitsView>,
    /// 1 to 366.
    expires_in_days: u32,
}

/// All tokens, in the order in which they were made; never their texts.
#[utoipa::path(
    get, path = "/api/v1/tokens", tag = "tokens", params(ListQuery),
    responses((status = 200, body = PageView<TokenView>)))]
pub(super) async fn list(
    State(access): State<Access>,
    Who(caller): Who,
    Query(query): Query<ListQuery>,
) -> Result<PageView<TokenView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(access.tokens(&caller, &page).await?, TokenView::from))
}

/// Makes a token for oneself; its text is shown only in this answer.
#[utoipa::path(
    post, path = "/api/v1/tokens", tag = "tokens", request_body = NewTokenBody,
    responses((status = 201, body = NewTokenView)))]
pub(super) async fn create(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<NewTokenBody>,
) -> Result<(StatusCode, Json<NewTokenView>), Problem> {
    let limits = body.limits.map(TokenLimitsView::into_limits).transpose()?;
    let own = caller.user_id.as_deref().and_then(|id| id.parse().ok());
    let wanted = NewToken {
        user_id: own.ok_or(AccessError::NotAPerson).map_err(Fault::from)?,
        name: body.name,
        limits,
        expires_in_days: body.expires_in_days,
    };
    let (token, text) = access.create_token(&caller, &wanted).await?;
    let view = NewTokenView { entry: token.into(), token: text };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Revokes a token, for good.
#[utoipa::path(
    delete, path = "/api/v1/tokens/{id}", tag = "tokens",
    params(("id" = String, Path, description = "the token's id")), responses((status = 204)))]
pub(super) async fn revoke(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Token>,
) -> Result<StatusCode, Problem> {
    access.revoke_token(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
