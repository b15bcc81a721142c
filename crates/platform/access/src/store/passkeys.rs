use kernel::Time;
use sqlx::{Any, AnyConnection, Executor, Row as _, any::AnyRow};

use super::{id, list_of, text_of, time_of};
use crate::model::{
    passkey::{PASSKEYS_MAX, Passkey, PasskeyId, Purpose},
    user::UserId,
};

const OF_USER: &str = "
    SELECT id, user_id, name, credential_id, public_key, sign_count, transports, synced, created_at,
        last_used_at
    FROM access_passkey
    WHERE user_id = $1
    ORDER BY id
    LIMIT $2";

const BY_CREDENTIAL: &str = "
    SELECT id, user_id, name, credential_id, public_key, sign_count, transports, synced, created_at,
        last_used_at
    FROM access_passkey
    WHERE credential_id = $1 -- one row";

const INSERT: &str = "
    INSERT INTO access_passkey (
        id, user_id, name, credential_id, public_key, sign_count, transports, synced, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const USE: &str = "
    UPDATE access_passkey
    SET sign_count = $2, last_used_at = $3
    WHERE id = $1";

const REMOVE: &str = "DELETE FROM access_passkey WHERE id = $1";

const CHALLENGE: &str = "
    SELECT purpose, belongs_to, created_at
    FROM access_passkey_challenge
    WHERE challenge_hash = $1 -- one row";

const KEEP_CHALLENGE: &str = "
    INSERT INTO access_passkey_challenge (challenge_hash, purpose, belongs_to, created_at)
    VALUES ($1, $2, $3, $4)";

const REMOVE_CHALLENGE: &str = "DELETE FROM access_passkey_challenge WHERE challenge_hash = $1";

const PURGE_CHALLENGES: &str = "DELETE FROM access_passkey_challenge WHERE created_at < $1";

/// The passkeys of a user in the order in which they were added: never more than [`PASSKEYS_MAX`].
pub(crate) async fn of_user(
    executor: impl Executor<'_, Database = Any>,
    user_id: UserId,
) -> Result<Vec<Passkey>, sqlx::Error> {
    let query = sqlx::query(OF_USER).bind(user_id.to_string()).bind(i64::from(PASSKEYS_MAX));
    query.fetch_all(executor).await?.iter().map(read).collect()
}

/// The passkey with that credential.
pub(crate) async fn by_credential(
    executor: impl Executor<'_, Database = Any>,
    credential_id: &str,
) -> Result<Option<Passkey>, sqlx::Error> {
    // PostgreSQL takes no NUL in a question, and no credential's id has one.
    if credential_id.contains('\0') {
        return Ok(None);
    }
    let row = sqlx::query(BY_CREDENTIAL).bind(credential_id).fetch_optional(executor).await?;
    row.map(|row| read(&row)).transpose()
}

/// Adds a passkey.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    passkey: &Passkey,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(passkey.id.to_string())
        .bind(passkey.user_id.to_string())
        .bind(passkey.name.as_str())
        .bind(passkey.credential_id.as_str())
        .bind(passkey.public_key.as_str())
        .bind(passkey.sign_count)
        .bind(text_of(&passkey.transports))
        .bind(i64::from(passkey.synced))
        .bind(passkey.created_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps that a passkey was used, with the authenticator's counter.
pub(crate) async fn mark_used(
    connection: &mut AnyConnection,
    passkey: PasskeyId,
    sign_count: i64,
    now: Time,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(USE).bind(passkey.to_string()).bind(sign_count).bind(now.micros());
    query.execute(connection).await?;
    Ok(())
}

/// Removes a passkey.
pub(crate) async fn remove(
    connection: &mut AnyConnection,
    passkey: PasskeyId,
) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE).bind(passkey.to_string()).execute(connection).await?;
    Ok(())
}

/// Keeps a challenge by its hash; forgets those that were given before `before`.
pub(crate) async fn keep_challenge(
    connection: &mut AnyConnection,
    hash: &str,
    purpose: &Purpose,
    now: Time,
    before: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(PURGE_CHALLENGES).bind(before.micros()).execute(&mut *connection).await?;
    let (name, belongs_to) = purpose.parts();
    sqlx::query(KEEP_CHALLENGE)
        .bind(hash)
        .bind(name)
        .bind(belongs_to)
        .bind(now.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Uses up a challenge: whether it was given for `purpose`, and not before `before`.
pub(crate) async fn take_challenge(
    connection: &mut AnyConnection,
    hash: &str,
    purpose: &Purpose,
    before: Time,
) -> Result<bool, sqlx::Error> {
    let row = sqlx::query(CHALLENGE).bind(hash).fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(false) };
    sqlx::query(REMOVE_CHALLENGE).bind(hash).execute(connection).await?;
    let (name, belongs_to): (String, String) =
        (row.try_get("purpose")?, row.try_get("belongs_to")?);
    let given = Time::from_micros(row.try_get("created_at")?);
    Ok((name.as_str(), belongs_to.as_str()) == purpose.parts() && given >= before)
}

fn read(row: &AnyRow) -> Result<Passkey, sqlx::Error> {
    Ok(Passkey {
        id: id(row, "id")?,
        user_id: id(row, "user_id")?,
        name: row.try_get("name")?,
        credential_id: row.try_get("credential_id")?,
        public_key: row.try_get("public_key")?,
        sign_count: row.try_get("sign_count")?,
        transports: list_of(row, "transports")?,
        synced: row.try_get::<i64, _>("synced")? != 0,
        created_at: Time::from_micros(row.try_get("created_at")?),
        last_used_at: time_of(row, "last_used_at")?,
    })
}
