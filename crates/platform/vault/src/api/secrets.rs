use axum::{extract::State, http::StatusCode};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::{PageRequest, Time};
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::{self, SecretBody, SecretChangeBody, SecretValueBody, SecretView};
use crate::{SECRET_CHANGE, SECRET_READ, Secret, SecretFilter, Vault};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SecretsQuery {
    /// Of this kind.
    kind: Option<String>,
    /// With this text in their names.
    q: Option<String>,
    /// That expire before this (RFC 3339).
    #[param(value_type = Option<String>)]
    expires_before: Option<Time>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

pub(super) fn routes() -> Routes<Vault> {
    Routes::new()
        .read(SECRET_READ, routes!(list))
        .write(SECRET_CHANGE, routes!(create))
        .read(SECRET_READ, routes!(find))
        .write(SECRET_CHANGE, routes!(change))
        .write(SECRET_CHANGE, routes!(set_value))
        .write(SECRET_CHANGE, routes!(reseal))
        .write(SECRET_CHANGE, routes!(remove))
}

/// Secrets, without their values, in the order they were made.
#[utoipa::path(get, path = "/api/v1/secrets", tag = "vault", params(SecretsQuery),
    responses((status = 200, body = PageView<SecretView>)))]
async fn list(
    State(vault): State<Vault>,
    Who(caller): Who,
    Query(query): Query<SecretsQuery>,
) -> Result<PageView<SecretView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let kind = query.kind.as_deref().map(views::kind).transpose()?;
    let filter = SecretFilter { kind, text: query.q, expires_before: query.expires_before };
    let now = vault.now();
    let secrets = vault.secrets(&caller, &filter, &page).await?;
    Ok(PageView::of(secrets, |secret| SecretView::of(secret, now)))
}

/// Puts a secret into the vault. Its value is never given out again.
#[utoipa::path(post, path = "/api/v1/secrets", tag = "vault", request_body = SecretBody,
    responses((status = 201, body = SecretView), (status = 409)))]
async fn create(
    State(vault): State<Vault>,
    Who(caller): Who,
    Body(body): Body<SecretBody>,
) -> Result<Created<SecretView>, Problem> {
    Ok(Created(reply(&vault, vault.create_secret(&caller, body.read()?).await?)))
}

/// One secret, without its value.
#[utoipa::path(get, path = "/api/v1/secrets/{id}", tag = "vault", params(("id" = String, Path)),
    responses((status = 200, body = SecretView), (status = 404)))]
async fn find(
    State(vault): State<Vault>,
    Who(caller): Who,
    Key(id): Key<Secret>,
) -> Result<Reply<SecretView>, Problem> {
    Ok(reply(&vault, vault.secret(&caller, id).await?))
}

/// Changes what is said of a secret; its value stays.
#[utoipa::path(patch, path = "/api/v1/secrets/{id}", tag = "vault",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = SecretChangeBody,
    responses((status = 200, body = SecretView), (status = 404), (status = 409)))]
async fn change(
    State(vault): State<Vault>,
    Who(caller): Who,
    Key(id): Key<Secret>,
    IfMatch(version): IfMatch,
    Body(body): Body<SecretChangeBody>,
) -> Result<Reply<SecretView>, Problem> {
    Ok(reply(&vault, vault.change_secret(&caller, id, version, body.into()).await?))
}

/// Gives a secret another value.
#[utoipa::path(put, path = "/api/v1/secrets/{id}/value", tag = "vault",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = SecretValueBody,
    responses((status = 200, body = SecretView), (status = 404)))]
async fn set_value(
    State(vault): State<Vault>,
    Who(caller): Who,
    Key(id): Key<Secret>,
    IfMatch(version): IfMatch,
    Body(body): Body<SecretValueBody>,
) -> Result<Reply<SecretView>, Problem> {
    Ok(reply(&vault, vault.set_value(&caller, id, version, &body.value).await?))
}

/// Seals a secret anew under another data key; its value stays.
#[utoipa::path(post, path = "/api/v1/secrets/{id}/reseal", tag = "vault",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = SecretView), (status = 404), (status = 412), (status = 428)))]
async fn reseal(
    State(vault): State<Vault>,
    Who(caller): Who,
    Key(id): Key<Secret>,
    IfMatch(version): IfMatch,
) -> Result<Reply<SecretView>, Problem> {
    Ok(reply(&vault, vault.reseal(&caller, id, version).await?))
}

/// Removes a secret with its value.
#[utoipa::path(delete, path = "/api/v1/secrets/{id}", tag = "vault",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 204), (status = 404), (status = 412), (status = 428)))]
async fn remove(
    State(vault): State<Vault>,
    Who(caller): Who,
    Key(id): Key<Secret>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    vault.remove_secret(&caller, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn reply(vault: &Vault, secret: Secret) -> Reply<SecretView> {
    let version = secret.version;
    Reply::new(SecretView::of(secret, vault.now()), version)
}
