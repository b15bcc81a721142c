use axum::extract::{Path, State};
use http_kit::{Problem, Query, Who};
use kernel::Caller;
use serde_json::{Map, Value};

use super::{
    answer::{Answer, MessageView},
    asked::{Base, IfMatches, IfNoneMatches, ListQuery, Message, ShownQuery},
};
use crate::{
    Scim, ScimError,
    actions::Wanted,
    model::{ListRequest, ResourceType, canonical, changes_of, listed},
};

const USER: ResourceType = ResourceType::User;

/// The users that this provider has brought.
#[utoipa::path(
    get, path = "/scim/v2/Users", tag = "scim", params(ListQuery),
    responses((status = 200, body = MessageView, content_type = "application/scim+json")))]
pub(super) async fn list(
    State(scim): State<Scim>,
    Who(caller): Who,
    Base(base): Base,
    Query(query): Query<ListQuery>,
) -> Result<Answer, Problem> {
    Ok(found(&scim, &caller, &base, &query.message()).await?)
}

/// The same, asked by a message: filters and names need not stand in the address.
#[utoipa::path(
    post, path = "/scim/v2/Users/.search", tag = "scim",
    request_body(content = MessageView, content_type = "application/scim+json"),
    responses((status = 200, body = MessageView, content_type = "application/scim+json")))]
pub(super) async fn search(
    State(scim): State<Scim>,
    Who(caller): Who,
    Base(base): Base,
    Message(body): Message,
) -> Result<Answer, Problem> {
    let asked = body.as_object().ok_or(ScimError::InvalidSyntax("body"))?;
    Ok(found(&scim, &caller, &base, asked).await?)
}

/// Brings a user: a person of the directory, and their account.
#[utoipa::path(
    post, path = "/scim/v2/Users", tag = "scim", params(ShownQuery),
    request_body(content = MessageView, content_type = "application/scim+json"),
    responses(
        (status = 201, body = MessageView, content_type = "application/scim+json"),
        (status = 409)))]
pub(super) async fn create(
    State(scim): State<Scim>,
    Who(caller): Who,
    Base(base): Base,
    Query(query): Query<ShownQuery>,
    Message(body): Message,
) -> Result<Answer, Problem> {
    let shown = query.projection(USER)?;
    let (client, row) = scim.create_user(&caller, &body).await?;
    let resource = scim.shown_user(&client, &base, &row, &shown).await?;
    Ok(Answer::resource(resource, row.version).created())
}

/// One user that this provider has brought.
#[utoipa::path(
    get, path = "/scim/v2/Users/{id}", tag = "scim", params(("id" = String, Path), ShownQuery),
    responses(
        (status = 200, body = MessageView, content_type = "application/scim+json"),
        (status = 304), (status = 404)))]
pub(super) async fn get(
    State(scim): State<Scim>,
    Who(caller): Who,
    Base(base): Base,
    Path(id): Path<String>,
    IfNoneMatches(had): IfNoneMatches,
    Query(query): Query<ShownQuery>,
) -> Result<Answer, Problem> {
    let (client, row) = scim.user(&caller, &id).await?;
    if had.is_some_and(|had| had.holds(row.version)) {
        return Ok(Answer::unchanged(row.version));
    }
    let shown = query.projection(USER)?;
    let resource = scim.shown_user(&client, &base, &row, &shown).await?;
    Ok(Answer::resource(resource, row.version))
}

/// Tells all of a user anew. What is not told is forgotten.
#[utoipa::path(
    put, path = "/scim/v2/Users/{id}", tag = "scim", params(("id" = String, Path), ShownQuery),
    request_body(content = MessageView, content_type = "application/scim+json"),
    responses(
        (status = 200, body = MessageView, content_type = "application/scim+json"),
        (status = 404), (status = 409)))]
pub(super) async fn replace(
    State(scim): State<Scim>,
    Who(caller): Who,
    Base(base): Base,
    Path(id): Path<String>,
    IfMatches(versions): IfMatches,
    Query(query): Query<ShownQuery>,
    Message(body): Message,
) -> Result<Answer, Problem> {
    let (shown, wanted) = (query.projection(USER)?, Wanted::Whole(canonical(&body, USER)?));
    let (client, row) = scim.change_user(&caller, &id, &versions, wanted).await?;
    let resource = scim.shown_user(&client, &base, &row, &shown).await?;
    Ok(Answer::resource(resource, row.version))
}

/// Changes parts of a user. Whoever is no longer active leaves and may not sign in any more.
#[utoipa::path(
    patch, path = "/scim/v2/Users/{id}", tag = "scim", params(("id" = String, Path), ShownQuery),
    request_body(content = MessageView, content_type = "application/scim+json"),
    responses(
        (status = 200, body = MessageView, content_type = "application/scim+json"),
        (status = 404), (status = 409)))]
pub(super) async fn patch(
    State(scim): State<Scim>,
    Who(caller): Who,
    Base(base): Base,
    Path(id): Path<String>,
    IfMatches(versions): IfMatches,
    Query(query): Query<ShownQuery>,
    Message(body): Message,
) -> Result<Answer, Problem> {
    let (shown, wanted) = (query.projection(USER)?, Wanted::Changes(changes_of(&body)?));
    let (client, row) = scim.change_user(&caller, &id, &versions, wanted).await?;
    let resource = scim.shown_user(&client, &base, &row, &shown).await?;
    Ok(Answer::resource(resource, row.version))
}

/// Lets a user go for good: they leave, their account is kept out, their history stays.
#[utoipa::path(
    delete, path = "/scim/v2/Users/{id}", tag = "scim", params(("id" = String, Path)),
    responses((status = 204), (status = 404)))]
pub(super) async fn remove(
    State(scim): State<Scim>,
    Who(caller): Who,
    Path(id): Path<String>,
    IfMatches(versions): IfMatches,
) -> Result<Answer, Problem> {
    scim.remove_user(&caller, &id, &versions).await?;
    Ok(Answer::done(None))
}

async fn found(
    scim: &Scim,
    caller: &Caller,
    base: &str,
    asked: &Map<String, Value>,
) -> Result<Answer, ScimError> {
    let asked = ListRequest::read(asked, USER)?;
    let found = scim.users(caller, base, &asked).await?;
    Ok(Answer::of(listed(found.total, asked.start, found.resources)))
}
