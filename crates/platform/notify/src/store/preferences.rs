use db::{DbError, Tx};
use kernel::Time;
use sqlx::AnyPool;

use super::{json, json_text};
use crate::{NotifyError, Preference};

const BY_OWNER: &str = "SELECT preference FROM notify_preference WHERE owner = $1 -- one row";

const WRITE: &str = "
    INSERT INTO notify_preference (owner, preference, updated_at)
    VALUES ($1, $2, $3)
    ON CONFLICT (owner) DO UPDATE
    SET preference = excluded.preference, updated_at = excluded.updated_at";

/// What `owner` (`user:…` or `person:…`) prefers, if they said.
pub(crate) async fn load(pool: &AnyPool, owner: &str) -> Result<Option<Preference>, NotifyError> {
    let row = sqlx::query(BY_OWNER).bind(owner).fetch_optional(pool).await;
    row.map_err(DbError::from)?.as_ref().map(|row| json(row, "preference")).transpose()
}

/// Writes what `owner` prefers.
pub(crate) async fn write(
    tx: &mut Tx,
    owner: &str,
    preference: &Preference,
    now: Time,
) -> Result<(), DbError> {
    sqlx::query(WRITE)
        .bind(owner)
        .bind(json_text(preference)?)
        .bind(now.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}
