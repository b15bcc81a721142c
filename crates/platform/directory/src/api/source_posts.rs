use axum::extract::State;
use http_kit::{Body, IfMatch, Key, Problem, Reply, Who};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Source, SourcePosts, Sources};

/// Which posts a source may fill.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DirectorySourcePostsChange)]
#[serde(deny_unknown_fields)]
pub(super) struct PostsBody {
    /// Also those that roles are granted to; one with one of the three administrators' duties
    /// never.
    granted_posts: bool,
}

/// Which posts a source may fill.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectorySourcePosts)]
pub(super) struct PostsView {
    id: String,
    granted_posts: bool,
    /// The source's new version.
    version: i64,
}

/// Says whether a source, LDAP or SCIM, may fill posts that roles are granted to. It ends when
/// somebody who may not say that leads the source elsewhere.
#[utoipa::path(
    put, path = "/api/v1/directory/sources/{id}/posts", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = PostsBody,
    responses((status = 200, body = PostsView), (status = 404)))]
pub(super) async fn change_posts(
    State(sources): State<Sources>,
    Who(caller): Who,
    Key(id): Key<Source>,
    IfMatch(version): IfMatch,
    Body(body): Body<PostsBody>,
) -> Result<Reply<PostsView>, Problem> {
    let posts = SourcePosts { granted: body.granted_posts };
    let version = sources.change_posts(&caller, id, version, posts).await?;
    let granted_posts = body.granted_posts;
    Ok(Reply::new(PostsView { id: id.to_string(), granted_posts, version }, version))
}
