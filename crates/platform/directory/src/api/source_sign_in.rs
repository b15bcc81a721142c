use axum::extract::State;
use http_kit::{Body, IfMatch, Key, Problem, Reply, Who};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sources::{SourceView, reply};
use crate::{Source, SourceSignIn, Sources};

/// Whether, and how, people sign in by a source.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = DirectorySourceSignIn)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInView {
    /// Whether they do. The source must be encrypted: `ldaps://` or StartTLS.
    enabled: bool,
    /// The attribute that they type: `uid`, `sAMAccountName`, `userPrincipalName`, `mail`.
    attribute: String,
    /// Whether people whom nobody knows here get an account at their first sign-in.
    creates_users: bool,
    /// Whether whoever has a user's name there is that user here.
    links_by_name: bool,
}

impl From<SourceSignIn> for SignInView {
    fn from(sign_in: SourceSignIn) -> Self {
        let SourceSignIn { enabled, attribute, creates_users, links_by_name } = sign_in;
        Self { enabled, attribute, creates_users, links_by_name }
    }
}

impl From<SignInView> for SourceSignIn {
    fn from(view: SignInView) -> Self {
        let SignInView { enabled, attribute, creates_users, links_by_name } = view;
        Self { enabled, attribute, creates_users, links_by_name }
    }
}

/// Says whether, and how, people sign in by a source. It ends when somebody who may not say that
/// leads the source elsewhere.
#[utoipa::path(
    put, path = "/api/v1/directory/sources/{id}/sign-in", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = SignInView,
    responses((status = 200, body = SourceView), (status = 404)))]
pub(super) async fn change_sign_in(
    State(sources): State<Sources>,
    Who(caller): Who,
    Key(id): Key<Source>,
    IfMatch(version): IfMatch,
    Body(body): Body<SignInView>,
) -> Result<Reply<SourceView>, Problem> {
    sources.change_sign_in(&caller, id, version, body.into()).await?;
    let kept = sources.get(&caller, id).await?;
    Ok(reply(&sources, kept))
}
