use axum::{extract::State, http::StatusCode};
use http_kit::{Body, IfMatch, Problem, Reply, Who};
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::{LanguageView, ThemeView, UserView};
use crate::{Access, Password, ProfileChange};

/// What changes of one's own profile; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileBody {
    display_name: Option<String>,
    /// Null: the browser's.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<LanguageView>)]
    language: Option<Option<LanguageView>>,
    theme: Option<ThemeView>,
}

/// The old and the new password. No `Debug`: it holds both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordBody {
    current: String,
    new: String,
}

/// Changes one's own profile.
#[utoipa::path(
    patch, path = "/api/v1/profile", tag = "profile", request_body = ProfileBody,
    params(("If-Match" = String, Header, description = "the user's version, in quotes")),
    responses((status = 200, body = UserView)))]
pub(super) async fn change(
    State(access): State<Access>,
    Who(caller): Who,
    IfMatch(version): IfMatch,
    Body(body): Body<ProfileBody>,
) -> Result<Reply<UserView>, Problem> {
    let change = ProfileChange {
        display_name: body.display_name,
        language: body.language.map(|language| language.map(Into::into)),
        theme: body.theme.map(Into::into),
    };
    let user = access.change_profile(&caller, version, &change).await?;
    let roles = access.powers(&user).await?.roles;
    Ok(Reply::new(UserView::new(&user, roles), user.version))
}

/// Changes one's own password; all one's other sessions end.
#[utoipa::path(
    post, path = "/api/v1/profile/password", tag = "profile", request_body = PasswordBody,
    responses((status = 204)))]
pub(super) async fn change_password(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<PasswordBody>,
) -> Result<StatusCode, Problem> {
    let (current, new) = (Password::new(body.current), Password::new(body.new));
    access.change_password(&caller, &current, &new).await?;
    Ok(StatusCode::NO_CONTENT)
}
