use axum::{Json, extract::State};
use http_kit::{Problem, Routes, Who, routes};

use super::views::VaultView;
use crate::{SECRET_CHANGE, SECRET_READ, Vault};

pub(super) fn routes() -> Routes<Vault> {
    Routes::new()
        .read_everywhere(SECRET_READ, routes!(standing))
        .write_everywhere(SECRET_CHANGE, routes!(rotate))
}

/// How the vault stands: locked or open, and how much is under which master key.
#[utoipa::path(get, path = "/api/v1/vault", tag = "vault",
    responses((status = 200, body = VaultView)))]
async fn standing(State(vault): State<Vault>) -> Result<Json<VaultView>, Problem> {
    Ok(Json(vault.standing().await?.into()))
}

/// Makes a new master key; what is under the old one is moved in the background.
#[utoipa::path(post, path = "/api/v1/vault/rotate", tag = "vault",
    responses((status = 200, body = VaultView), (status = 409)))]
async fn rotate(State(vault): State<Vault>, Who(caller): Who) -> Result<Json<VaultView>, Problem> {
    vault.rotate_key(&caller).await?;
    Ok(Json(vault.standing().await?.into()))
}
