use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use http_kit::{Body, PageView, Problem, Query, Who};
use kernel::PageRequest;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Resources, Tag};

/// A free word on resources.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tag)]
pub(crate) struct TagView {
    word: String,
    /// `#rrggbb`; empty: none.
    colour: String,
    /// How many resources that the caller sees have it; of single tags it is not counted.
    uses: i64,
}

/// A tag as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TagBody)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagBody {
    /// `#rrggbb`; empty: none.
    #[serde(default)]
    colour: String,
}

/// Another word for a tag.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TagRenameBody)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagRenameBody {
    /// 1 to 60 characters; may be a tag already: then they become one.
    to: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagsQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// The tags of the resources that the caller sees, by their words.
#[utoipa::path(
    get, path = "/api/v1/tags", tag = "resources", params(TagsQuery),
    responses((status = 200, body = PageView<TagView>)))]
pub(crate) async fn list_tags(
    State(resources): State<Resources>,
    Who(caller): Who,
    Query(query): Query<TagsQuery>,
) -> Result<PageView<TagView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(resources.tags(&caller, &page).await?, TagView::from))
}

/// Adds a tag, or gives the one there is a colour.
#[utoipa::path(
    put, path = "/api/v1/tags/{word}", tag = "resources", request_body = TagBody,
    params(("word" = String, Path)), responses((status = 200, body = TagView)))]
pub(crate) async fn put_tag(
    State(resources): State<Resources>,
    Who(caller): Who,
    Path(word): Path<String>,
    Body(body): Body<TagBody>,
) -> Result<Json<TagView>, Problem> {
    Ok(Json(resources.put_tag(&caller, &word, &body.colour).await?.into()))
}

/// Gives a tag another word, on all resources that have it.
#[utoipa::path(
    post, path = "/api/v1/tags/{word}/rename", tag = "resources", request_body = TagRenameBody,
    params(("word" = String, Path)),
    responses((status = 200, body = TagView), (status = 404), (status = 409)))]
pub(crate) async fn rename_tag(
    State(resources): State<Resources>,
    Who(caller): Who,
    Path(word): Path<String>,
    Body(body): Body<TagRenameBody>,
) -> Result<Json<TagView>, Problem> {
    Ok(Json(resources.rename_tag(&caller, &word, &body.to).await?.into()))
}

/// Removes a tag, from all resources that have it.
#[utoipa::path(
    delete, path = "/api/v1/tags/{word}", tag = "resources", params(("word" = String, Path)),
    responses((status = 204), (status = 404), (status = 409)))]
pub(crate) async fn remove_tag(
    State(resources): State<Resources>,
    Who(caller): Who,
    Path(word): Path<String>,
) -> Result<StatusCode, Problem> {
    resources.remove_tag(&caller, &word).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Tag> for TagView {
    fn from(tag: Tag) -> Self {
        let Tag { word, colour, uses } = tag;
        Self { word, colour, uses }
    }
}
