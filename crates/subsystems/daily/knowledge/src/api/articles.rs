use axum::extract::State;
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::{Caller, Fault, Page, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ResourceView, VotesView, id_or_none, named, one_of, resources, sought};
use crate::{
    Knowledge,
    actions::SeenArticle,
    model::{
        article::{Article, ArticleDraft, Audience, Revision, TicketNamed},
        course::State as Course,
        permission::{KNOWLEDGE_READ, KNOWLEDGE_WRITE},
    },
    store::articles::ArticleFilter,
};

/// How something is solved, as it is worked on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Article)]
pub(crate) struct ArticleView {
    id: String,
    /// By what people call it.
    number: String,
    version: i64,
    article: ArticleDraft,
    state: Course,
    /// Who has written on it since it was last published: none of them publishes it.
    authors: Vec<String>,
    /// Why it was sent back last; empty: it was not.
    returned: String,
    /// The number of the last published revision; 0: none yet.
    revision: u32,
    /// Whether readers see that revision.
    live: bool,
    /// What who answers for it is called.
    owner: Option<String>,
    /// The resources it concerns, as far as one sees them; empty in lists.
    resources: Vec<ResourceView>,
    votes: VotesView,
    /// Whether it is to be looked at again by now.
    due: bool,
    /// The ticket that it was made from.
    source: Option<SourceView>,
    created_at: String,
    changed_at: String,
    /// Whether one has written on it oneself.
    wrote: bool,
    may_write: bool,
    may_approve: bool,
}

/// The ticket that an article was made from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleSource)]
pub(crate) struct SourceView {
    id: String,
    /// By what people call it.
    number: String,
}

/// What was published of an article at a time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleRevision)]
pub(crate) struct RevisionView {
    article: ArticleDraft,
    revision: u32,
    /// Whether readers see it.
    live: bool,
    authors: Vec<String>,
    published_by: String,
    published_at: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArticlesQuery {
    /// `draft`, `in_review`, `published` or `retired`.
    state: Option<String>,
    /// Of this unit.
    unit_id: Option<String>,
    /// That this person answers for.
    owner_id: Option<String>,
    /// Sorted under this.
    category: Option<String>,
    /// `agents`, `staff` or `public`.
    audience: Option<String>,
    /// About this resource.
    resource_id: Option<String>,
    /// Only what is published and to be looked at again by now.
    due: Option<bool>,
    /// In their title, keywords, symptom and answer, or their number: at most 50, those first about
    /// which it says most.
    q: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

type Asked = (ArticleFilter, bool, Option<String>);

/// The routes of articles as they are worked on.
pub(crate) fn routes(knowledge: Knowledge) -> Routes {
    Routes::new()
        .read(KNOWLEDGE_READ, routes!(list))
        .write(KNOWLEDGE_WRITE, routes!(create))
        .read(KNOWLEDGE_READ, routes!(one))
        .write(KNOWLEDGE_WRITE, routes!(change))
        .read(KNOWLEDGE_READ, routes!(revisions))
        .with_state(knowledge)
}

/// The articles that one sees, however far they are, the newest first.
#[utoipa::path(
    get, path = "/api/v1/knowledge/articles", tag = "knowledge", operation_id = "list_articles",
    params(ArticlesQuery),
    responses((status = 200, body = PageView<ArticleView>), (status = 400)))]
async fn list(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Query(query): Query<ArticlesQuery>,
) -> Result<PageView<ArticleView>, Problem> {
    let (asked, page) = query.asked()?;
    Ok(PageView::of(knowledge.articles(&caller, asked, &page).await?, ArticleView::from))
}

/// Begins an article.
#[utoipa::path(
    post, path = "/api/v1/knowledge/articles", tag = "knowledge", operation_id = "create_article",
    request_body = ArticleDraft,
    responses((status = 201, body = ArticleView), (status = 400), (status = 403)))]
async fn create(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Body(body): Body<ArticleDraft>,
) -> Result<Created<ArticleView>, Problem> {
    let article = knowledge.create(&caller, body).await?;
    Ok(Created(reply(&knowledge, &caller, article).await?))
}

/// One article as it is worked on.
#[utoipa::path(
    get, path = "/api/v1/knowledge/articles/{id}", tag = "knowledge", operation_id = "article",
    params(("id" = String, Path)),
    responses((status = 200, body = ArticleView), (status = 404)))]
async fn one(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Key(id): Key<Article>,
) -> Result<Reply<ArticleView>, Problem> {
    let article = knowledge.article(&caller, id).await?;
    reply(&knowledge, &caller, article).await
}

/// Changes what an article says: it is a draft from then on, and what was published is read on.
#[utoipa::path(
    put, path = "/api/v1/knowledge/articles/{id}", tag = "knowledge",
    operation_id = "change_article",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = ArticleDraft,
    responses((status = 200, body = ArticleView), (status = 400), (status = 404), (status = 409),
        (status = 412)))]
async fn change(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Key(id): Key<Article>,
    IfMatch(version): IfMatch,
    Body(body): Body<ArticleDraft>,
) -> Result<Reply<ArticleView>, Problem> {
    let article = knowledge.change(&caller, (id, version), body).await?;
    reply(&knowledge, &caller, article).await
}

/// All that was published of an article, the newest first.
#[utoipa::path(
    get, path = "/api/v1/knowledge/articles/{id}/revisions", tag = "knowledge",
    operation_id = "list_article_revisions", params(("id" = String, Path)),
    responses((status = 200, body = PageView<RevisionView>), (status = 404)))]
async fn revisions(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Key(id): Key<Article>,
) -> Result<PageView<RevisionView>, Problem> {
    let found = knowledge.revisions(&caller, id).await?;
    Ok(PageView::whole(found.into_iter().map(RevisionView::from).collect()))
}

impl ArticlesQuery {
    fn asked(self) -> Result<(Asked, Page), Fault> {
        let states: (fn(&str) -> Option<Course>, _) =
            (Course::from_name, "draft, in_review, published, retired");
        let audiences: (fn(&str) -> Option<Audience>, _) =
            (Audience::from_name, "agents, staff, public");
        let filter = ArticleFilter {
            state: one_of("state", self.state, states)?,
            unit_id: id_or_none("unit_id", self.unit_id)?,
            owner: id_or_none("owner_id", self.owner_id)?,
            category: named(self.category),
            audience: one_of("audience", self.audience, audiences)?,
            resource_id: id_or_none("resource_id", self.resource_id)?,
            due_on: None,
        };
        let page = PageRequest { after: self.after, limit: self.limit }.checked()?;
        Ok(((filter, self.due.unwrap_or_default(), sought(self.q)?), page))
    }
}

pub(super) async fn reply(
    knowledge: &Knowledge,
    caller: &Caller,
    article: Article,
) -> Result<Reply<ArticleView>, Problem> {
    let version = article.version;
    let seen = knowledge.seen_alone(caller, article).await?;
    Ok(Reply::new(ArticleView::from(seen), version))
}

impl From<SeenArticle> for ArticleView {
    fn from(seen: SeenArticle) -> Self {
        let live = seen.article.is_live();
        let one = seen.article;
        Self {
            id: one.id.to_string(),
            number: one.number,
            version: one.version,
            article: one.draft,
            state: one.state,
            authors: one.authors.into_iter().map(|author| author.name).collect(),
            returned: one.returned,
            revision: one.revision,
            live,
            owner: seen.owner,
            resources: resources(seen.resources),
            votes: seen.votes.into(),
            due: seen.due,
            source: one.source.map(|TicketNamed { id, number }| SourceView { id, number }),
            created_at: one.created_at.to_string(),
            changed_at: one.changed_at.to_string(),
            wrote: seen.wrote,
            may_write: seen.may_write,
            may_approve: seen.may_approve,
        }
    }
}

impl From<Revision> for RevisionView {
    fn from(one: Revision) -> Self {
        Self {
            article: one.draft,
            revision: one.revision,
            live: one.live,
            authors: one.authors.into_iter().map(|author| author.name).collect(),
            published_by: one.published_by.name,
            published_at: one.published_at.to_string(),
        }
    }
}
