use axum::extract::State;
use http_kit::{Body, IfMatch, Key, Problem, Reply, Routes, Who, routes};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::articles::{ArticleView, reply};
use crate::{
    Knowledge,
    model::{
        article::Article,
        permission::{KNOWLEDGE_APPROVE, KNOWLEDGE_WRITE},
    },
};

/// Why an article is sent back.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ArticleReturn)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReturnBody {
    /// 1 to 500 characters.
    reason: String,
}

/// Until when an article holds that was looked at again.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ArticleConfirmation)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmBody {
    /// When it is to be looked at next; null: it holds for good.
    #[schema(value_type = Option<String>, example = "2027-03-31")]
    review_on: Option<Date>,
}

/// The routes by which articles go on.
pub(crate) fn routes(knowledge: Knowledge) -> Routes {
    Routes::new()
        .write(KNOWLEDGE_WRITE, routes!(submit))
        .write(KNOWLEDGE_WRITE, routes!(withdraw))
        .write(KNOWLEDGE_APPROVE, routes!(send_back))
        .write(KNOWLEDGE_APPROVE, routes!(publish))
        .write(KNOWLEDGE_APPROVE, routes!(retire))
        .write(KNOWLEDGE_WRITE, routes!(revive))
        .write(KNOWLEDGE_WRITE, routes!(confirm))
        .with_state(knowledge)
}

/// Hands an article in, to be published by somebody who has not written on it.
#[utoipa::path(
    post, path = "/api/v1/knowledge/articles/{id}/submit", tag = "knowledge",
    operation_id = "submit_article",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = ArticleView), (status = 400), (status = 404), (status = 409),
        (status = 412)))]
async fn submit(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Key(id): Key<Article>,
    IfMatch(version): IfMatch,
) -> Result<Reply<ArticleView>, Problem> {
    let article = knowledge.submit(&caller, (id, version)).await?;
    reply(&knowledge, &caller, article).await
}

/// Takes an article back that was handed in.
#[utoipa::path(
    post, path = "/api/v1/knowledge/articles/{id}/withdraw", tag = "knowledge",
    operation_id = "withdraw_article",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = ArticleView), (status = 404), (status = 409), (status = 412)))]
async fn withdraw(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Key(id): Key<Article>,
    IfMatch(version): IfMatch,
) -> Result<Reply<ArticleView>, Problem> {
    let article = knowledge.withdraw(&caller, (id, version)).await?;
    reply(&knowledge, &caller, article).await
}

/// Publishes an article that others wrote: readers see it from now on.
#[utoipa::path(
    post, path = "/api/v1/knowledge/articles/{id}/publish", tag = "knowledge",
    operation_id = "publish_article",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = ArticleView), (status = 404), (status = 409), (status = 412)))]
async fn publish(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Key(id): Key<Article>,
    IfMatch(version): IfMatch,
) -> Result<Reply<ArticleView>, Problem> {
    let article = knowledge.publish(&caller, (id, version)).await?;
    reply(&knowledge, &caller, article).await
}

/// Takes an article out of use: nobody reads it any more.
#[utoipa::path(
    post, path = "/api/v1/knowledge/articles/{id}/retire", tag = "knowledge",
    operation_id = "retire_article",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = ArticleView), (status = 404), (status = 409), (status = 412)))]
async fn retire(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Key(id): Key<Article>,
    IfMatch(version): IfMatch,
) -> Result<Reply<ArticleView>, Problem> {
    let article = knowledge.retire(&caller, (id, version)).await?;
    reply(&knowledge, &caller, article).await
}

/// Takes up an article that was retired, to be written on.
#[utoipa::path(
    post, path = "/api/v1/knowledge/articles/{id}/revive", tag = "knowledge",
    operation_id = "revive_article",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = ArticleView), (status = 404), (status = 409), (status = 412)))]
async fn revive(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Key(id): Key<Article>,
    IfMatch(version): IfMatch,
) -> Result<Reply<ArticleView>, Problem> {
    let article = knowledge.revive(&caller, (id, version)).await?;
    reply(&knowledge, &caller, article).await
}

/// Sends an article back to be written on, with the reason.
#[utoipa::path(
    post, path = "/api/v1/knowledge/articles/{id}/return", tag = "knowledge",
    operation_id = "return_article",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = ReturnBody,
    responses((status = 200, body = ArticleView), (status = 400), (status = 404), (status = 409),
        (status = 412)))]
async fn send_back(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Key(id): Key<Article>,
    IfMatch(version): IfMatch,
    Body(body): Body<ReturnBody>,
) -> Result<Reply<ArticleView>, Problem> {
    let article = knowledge.send_back(&caller, (id, version), &body.reason).await?;
    reply(&knowledge, &caller, article).await
}

/// Says that an article was looked at again and holds.
#[utoipa::path(
    post, path = "/api/v1/knowledge/articles/{id}/confirm", tag = "knowledge",
    operation_id = "confirm_article",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = ConfirmBody,
    responses((status = 200, body = ArticleView), (status = 400), (status = 404), (status = 409),
        (status = 412)))]
async fn confirm(
    State(knowledge): State<Knowledge>,
    Who(caller): Who,
    Key(id): Key<Article>,
    IfMatch(version): IfMatch,
    Body(body): Body<ConfirmBody>,
) -> Result<Reply<ArticleView>, Problem> {
    let article = knowledge.confirm(&caller, (id, version), body.review_on).await?;
    reply(&knowledge, &caller, article).await
}
