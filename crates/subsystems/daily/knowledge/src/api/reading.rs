use axum::{Json, extract::State};
use http_kit::{Body, Key, PageView, Problem, Query, Routes, Who, routes};
use kernel::PageRequest;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ReadView, ResourceView, VotesView, named, resources, sought};
use crate::{
    Knowledge,
    actions::{Read, Wanted},
    model::{
        article::{Article, Revision},
        permission::{PROFILE_CHANGE, PROFILE_READ},
        sight::Sight,
    },
    store::votes::Votes,
};

/// So many articles are suggested, or found.
const SUGGESTED: u32 = 5;
const FOUND_MAX: u32 = 50;
/// Characters of the answer that a list shows.
const EXCERPT_CHARS: usize = 160;

/// An article in a list of what one reads.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListedArticle)]
pub(crate) struct ListedView {
    id: String,
    /// By what people call it.
    number: String,
    title: String,
    /// The beginning of its answer, in Markdown.
    excerpt: String,
    category: String,
    published_at: String,
    votes: VotesView,
}

/// An article that says about the same as a text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SuggestedArticle)]
pub(crate) struct SuggestedView {
    /// 0.25 to 1: how much of the text it has.
    likeness: f64,
    article: ListedView,
}

/// An article as one reads it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticlePage)]
pub(crate) struct ArticlePageView {
    article: ReadView,
    votes: VotesView,
    /// Whether one found it of use; null: one has not said.
    own_vote: Option<bool>,
    /// The resources it concerns, as far as one sees them.
    resources: Vec<ResourceView>,
}

/// Whether an article was of use.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ArticleVote)]
#[serde(deny_unknown_fields)]
pub(crate) struct VoteBody {
    useful: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishedQuery {
    /// Sorted under this.
    category: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SoughtQuery {
    /// What is typed, or the beginning of it: at most 400 characters.
    q: Option<String>,
    /// Sorted under this.
    category: Option<String>,
    /// 1 to 50; 5 when not given.
    limit: Option<u32>,
}

/// The routes of what is read.
pub(crate) fn routes(knowledge: Knowledge) -> Routes {
    let public = "what was approved for the public is for everybody to read";
    Routes::new()
        .read(PROFILE_READ, routes!(published))
        .read(PROFILE_READ, routes!(search))
        .read(PROFILE_READ, routes!(read))
        .write(PROFILE_CHANGE, routes!(vote))
        .open(public, routes!(public_search))
        .open(public, routes!(public_read))
        .with_state(knowledge)
}

/// The articles that one reads, the newest first.
#[utoipa::path(
    get, path = "/api/v1/knowledge/published", tag = "knowledge",
    operation_id = "list_published_articles", params(PublishedQuery),
    responses((status = 200, body = PageView<ListedView>), (status = 400)))]
async fn published(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Query(query): Query<PublishedQuery>,
) -> Result<PageView<ListedView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let category = named(query.category);
    let sight = Sight::of(&caller);
    let found = knowledge.published(&sight, category.as_deref(), &page).await?;
    Ok(PageView::of(found, ListedView::from))
}

/// Of the articles that one reads those that say about the same as a text, the most alike first.
#[utoipa::path(
    get, path = "/api/v1/knowledge/search", tag = "knowledge", operation_id = "suggest_articles",
    params(SoughtQuery),
    responses((status = 200, body = PageView<SuggestedView>), (status = 400), (status = 429)))]
async fn search(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Query(query): Query<SoughtQuery>,
) -> Result<PageView<SuggestedView>, Problem> {
    suggested(&knowledge, &Sight::of(&caller), query).await
}

/// What one reads of an article.
#[utoipa::path(
    get, path = "/api/v1/knowledge/published/{id}", tag = "knowledge",
    operation_id = "read_article", params(("id" = String, Path)),
    responses((status = 200, body = ArticlePageView), (status = 404)))]
async fn read(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Key(id): Key<Article>,
) -> Result<Json<ArticlePageView>, Problem> {
    Ok(Json(knowledge.read(&caller, id).await?.into()))
}

/// Says whether an article was of use, instead of what one said before.
#[utoipa::path(
    put, path = "/api/v1/knowledge/published/{id}/vote", tag = "knowledge",
    operation_id = "vote_on_article", params(("id" = String, Path)), request_body = VoteBody,
    responses((status = 200, body = ArticlePageView), (status = 400), (status = 404)))]
async fn vote(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Key(id): Key<Article>,
    Body(body): Body<VoteBody>,
) -> Result<Json<ArticlePageView>, Problem> {
    Ok(Json(knowledge.vote(&caller, id, body.useful).await?.into()))
}

/// Of the articles that everybody reads those that say about the same as a text.
#[utoipa::path(
    get, path = "/api/v1/public/knowledge/search", tag = "public",
    operation_id = "suggest_public_articles", params(SoughtQuery),
    responses((status = 200, body = PageView<SuggestedView>), (status = 400), (status = 429)))]
async fn public_search(
    State(knowledge): State<Knowledge>,
    Query(query): Query<SoughtQuery>,
) -> Result<PageView<SuggestedView>, Problem> {
    suggested(&knowledge, &Sight::Stranger, query).await
}

/// What everybody reads of an article.
#[utoipa::path(
    get, path = "/api/v1/public/knowledge/{id}", tag = "public",
    operation_id = "read_public_article", params(("id" = String, Path)),
    responses((status = 200, body = ReadView), (status = 404)))]
async fn public_read(
    State(knowledge): State<Knowledge>,
    Key(id): Key<Article>,
) -> Result<Json<ReadView>, Problem> {
    Ok(Json(knowledge.read_by_stranger(id).await?.into()))
}

async fn suggested(
    knowledge: &Knowledge,
    sight: &Sight,
    query: SoughtQuery,
) -> Result<PageView<SuggestedView>, Problem> {
    let text = sought(query.q)?.unwrap_or_default();
    let wanted = Wanted { text, category: named(query.category) };
    let limit = query.limit.unwrap_or(SUGGESTED).clamp(1, FOUND_MAX);
    let found = knowledge.suggestions(sight, &wanted, limit).await?;
    let items = found.into_iter().map(|(revision, votes, likeness)| SuggestedView {
        likeness,
        article: ListedView::from((revision, votes)),
    });
    Ok(PageView::whole(items.collect()))
}

impl From<(Revision, Votes)> for ListedView {
    fn from((one, votes): (Revision, Votes)) -> Self {
        Self {
            id: one.article_id.to_string(),
            number: one.number,
            title: one.draft.title,
            excerpt: one.draft.answer.chars().take(EXCERPT_CHARS).collect(),
            category: one.draft.category,
            published_at: one.published_at.to_string(),
            votes: votes.into(),
        }
    }
}

impl From<Read> for ArticlePageView {
    fn from(read: Read) -> Self {
        Self {
            article: read.revision.into(),
            votes: read.votes.into(),
            own_vote: read.own,
            resources: resources(read.resources),
        }
    }
}
