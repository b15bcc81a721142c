use axum::extract::State;
use http_kit::{
    Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, TextBody, TextView, Who,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::moments::{EndBody, MomentQuery, SpanView, given, page};
use crate::{Dated, Directory, Post, PostChange, PostFilter, UnitId};

/// A role in a unit that a person holds from–to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Post)]
pub(crate) struct PostView {
    id: String,
    code: String,
    title: TextView,
    description: String,
    /// The unit it is in.
    unit_id: String,
    /// Whether its holder heads the unit.
    head: bool,
    #[serde(flatten)]
    span: SpanView,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct PostsQuery {
    /// With this text in code or title, or the pinyin of it, ignoring case.
    q: Option<String>,
    /// In this very unit.
    #[param(value_type = Option<String>)]
    unit_id: Option<UnitId>,
    /// In this unit or one below it.
    #[param(value_type = Option<String>)]
    under: Option<UnitId>,
    /// Whether they head their unit.
    head: Option<bool>,
    /// As it was on that day (`2026-03-01`) or at that time (RFC 3339); now when not given.
    as_of: Option<String>,
    /// As it was known then; as it is known now when not given.
    known_at: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// A new post.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewPost)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPostBody {
    /// 1 to 64 characters without blanks; no other post has it.
    code: String,
    /// One language is enough.
    title: TextBody,
    #[serde(default)]
    description: String,
    /// The unit it is in.
    #[schema(value_type = String)]
    unit_id: UnitId,
    /// Whether its holder heads the unit.
    #[serde(default)]
    head: bool,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// A change of a post: what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PostChange)]
#[serde(deny_unknown_fields)]
pub(super) struct PostChangeBody {
    /// 1 to 64 characters without blanks; no other post has it.
    code: Option<String>,
    /// One language is enough.
    title: Option<TextBody>,
    /// At most 4000 characters.
    description: Option<String>,
    /// The unit it moves to.
    #[schema(value_type = Option<String>)]
    unit_id: Option<UnitId>,
    /// Whether its holder heads the unit.
    head: Option<bool>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// Posts, oldest first.
#[utoipa::path(
    get, path = "/api/v1/posts", tag = "directory", params(PostsQuery),
    responses((status = 200, body = PageView<PostView>)))]
pub(super) async fn list_posts(
    State(directory): State<Directory>,
    Who(caller): Who,
    Query(query): Query<PostsQuery>,
) -> Result<PageView<PostView>, Problem> {
    let as_of = directory.as_of(query.as_of.as_deref(), query.known_at.as_deref());
    let as_of = as_of.map_err(crate::DirectoryError::from)?;
    let page = page(query.after, query.limit)?;
    let filter = PostFilter {
        text: given(query.q),
        unit: query.unit_id,
        under: query.under,
        head: query.head,
    };
    Ok(PageView::of(directory.posts(&caller, &filter, as_of, &page).await?, PostView::from))
}

/// Makes a post.
#[utoipa::path(
    post, path = "/api/v1/posts", tag = "directory", request_body = NewPostBody,
    responses((status = 201, body = PostView), (status = 409)))]
pub(super) async fn create_post(
    State(directory): State<Directory>,
    Who(caller): Who,
    Body(body): Body<NewPostBody>,
) -> Result<Created<PostView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(crate::DirectoryError::from)?;
    let unit = body.unit_id;
    let post = directory.create_post(&caller, &body.into_change(), unit, from).await?;
    Ok(Created(reply(post)))
}

/// One post: now, or as it was last if it is no more; or as of a moment.
#[utoipa::path(
    get, path = "/api/v1/posts/{id}", tag = "directory",
    params(("id" = String, Path), MomentQuery),
    responses((status = 200, body = PostView), (status = 404)))]
pub(super) async fn get_post(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Post>,
    Query(query): Query<MomentQuery>,
) -> Result<Reply<PostView>, Problem> {
    let as_of = query.moment(&directory)?;
    Ok(reply(directory.post(&caller, id, as_of).await?))
}

/// Changes a post, from a moment on.
#[utoipa::path(
    patch, path = "/api/v1/posts/{id}", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = PostChangeBody,
    responses((status = 200, body = PostView), (status = 404), (status = 409)))]
pub(super) async fn change_post(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Post>,
    IfMatch(version): IfMatch,
    Body(body): Body<PostChangeBody>,
) -> Result<Reply<PostView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(crate::DirectoryError::from)?;
    let change = body.into_change();
    Ok(reply(directory.change_post(&caller, id, version, &change, from).await?))
}

/// Closes a post; whoever still holds it is named.
#[utoipa::path(
    post, path = "/api/v1/posts/{id}/close", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = EndBody,
    responses(
        (status = 200, body = PostView), (status = 404), (status = 409), (status = 412),
        (status = 428)))]
pub(super) async fn close_post(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Post>,
    IfMatch(version): IfMatch,
    Body(body): Body<EndBody>,
) -> Result<Reply<PostView>, Problem> {
    let at = body.at(&directory)?;
    Ok(reply(directory.close_post(&caller, id, version, at).await?))
}

pub(super) fn reply(post: Dated<Post>) -> Reply<PostView> {
    let version = post.version;
    Reply::new(post.into(), version)
}

impl From<Dated<Post>> for PostView {
    fn from(dated: Dated<Post>) -> Self {
        let span = SpanView::from(&dated);
        let post = dated.state;
        Self {
            id: dated.id.to_string(),
            code: post.code,
            title: post.title.into(),
            description: post.description,
            unit_id: post.unit.to_string(),
            head: post.head,
            span,
        }
    }
}

impl NewPostBody {
    fn into_change(self) -> PostChange {
        PostChange {
            code: Some(self.code),
            title: Some(self.title.as_given()),
            description: Some(self.description),
            unit: None,
            head: Some(self.head),
        }
    }
}

impl PostChangeBody {
    fn into_change(self) -> PostChange {
        PostChange {
            code: self.code,
            title: self.title.map(TextBody::as_given),
            description: self.description,
            unit: self.unit_id,
            head: self.head,
        }
    }
}
