use axum::extract::State;
use http_kit::{PageView, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::SCIM_BASE;
use crate::{Scim, actions::Told};

/// An identity provider that brings people by SCIM.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScimClient)]
pub(super) struct ClientView {
    /// The source of the directory that it is.
    source_id: String,
    /// The user with whose token it calls.
    user_id: String,
    /// What that user is called.
    name: String,
    /// Where it calls, below the address of the server.
    path: String,
    created_at: String,
    /// When it last called, within a minute.
    last_call_at: String,
    /// What it called then.
    last_call: String,
    /// Users that it has brought and not removed.
    users: i64,
    /// Those of them who are here.
    users_active: i64,
    groups: usize,
    /// Whether it may put people on posts that roles are granted to; on one with one of the three
    /// administrators' duties never.
    granted_posts: bool,
    /// The version by which that is changed at `/api/v1/directory/sources/{id}/posts`.
    source_version: i64,
    /// How many of its titles would have put somebody on a post that it may not fill.
    posts_refused: i64,
}

/// The identity providers that bring people by SCIM, with when they last called.
#[utoipa::path(
    get, path = "/api/v1/scim/clients", tag = "scim",
    responses((status = 200, body = PageView<ClientView>)))]
pub(super) async fn list(State(scim): State<Scim>) -> Result<PageView<ClientView>, Problem> {
    Ok(PageView::whole(scim.clients().await?.into_iter().map(ClientView::from).collect()))
}

impl From<Told> for ClientView {
    fn from(told: Told) -> Self {
        let Told { client, users, users_active, groups, standing } = told;
        Self {
            source_id: client.source.to_string(),
            user_id: client.user_id,
            name: client.name,
            path: SCIM_BASE.to_owned(),
            created_at: client.created_at.to_string(),
            last_call_at: client.last_call_at.to_string(),
            last_call: client.last_call,
            users,
            users_active,
            groups,
            granted_posts: standing.is_some_and(|standing| standing.posts.granted),
            source_version: standing.map_or(0, |standing| standing.version),
            posts_refused: standing.map_or(0, |standing| standing.refused),
        }
    }
}
